# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# packages.sh - Debian packages of this machine. Sourced after common.sh.

# What scripts/demo needs to build and run.
hv_demo_packages=(
	cmake ninja-build gcc gcc-aarch64-linux-gnu libc6-dev libc6-dev-arm64-cross
	qemu-system-arm
	cpio gzip python3 python3-pexpect python3-libfdt
)

# What scripts/check needs besides.
hv_check_packages=(
	g++ clang clang-format clang-tidy cppcheck libclang-rt-dev libcmocka-dev libfdt-dev pkg-config
	make kmod bc device-tree-compiler qemu-user pmccabe shellcheck
)

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		command -v sudo > /dev/null || die "neither root nor sudo: run this as root: $*"
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

package_installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

apt_install() {
	as_root apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
}

# install_packages NAME... - install those that are missing; silent when none is.
install_packages() {
	local name missing=() log=$hv_build/log/apt-install.log

	for name in "$@"; do
		package_installed "$name" || missing+=("$name")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get > /dev/null || die "packages are missing and there is no apt-get: ${missing[*]}"
	need_space 1500
	mkdir -p "$hv_build/log"
	say "installing Debian packages: ${missing[*]}"
	# Package lists may be absent (a fresh image) or older than the archive: only then are they fetched.
	if apt_install "${missing[@]}" > "$log" 2>&1; then
		return 0
	fi
	say "updating the package lists"
	as_root apt-get -q -o DPkg::Lock::Timeout=300 update >> "$log" 2>&1 || true
	apt_install "${missing[@]}" >> "$log" 2>&1 ||
		die "apt-get could not install ${missing[*]}: is the machine online? (log: $log) $(grep -m 1 '^E:' "$log" || true)"
}
