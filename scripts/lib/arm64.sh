# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# arm64.sh - arm64 pieces of Debian (kernel, headers, busybox, libfdt), unpacked under build/arm64/root. Sourced
# after common.sh.
#
# The system's package state is neither read nor changed: apt runs with a state of its own, for arm64, on the sources
# and keys this machine is configured with. Names that carry the kernel's ABI number are resolved from the
# metapackages, because the number changes with every security update. What was fetched stays until build/ goes.

hv_arm64=$hv_build/arm64
hv_arm64_root=$hv_arm64/root
hv_release=bookworm
# The guest's kernel, and the first that the module is built for.
hv_kernel=linux-image-arm64

arm64_apt() {
	local tool=$1
	shift
	"$tool" -q -c "$hv_arm64/apt/apt.conf" "$@"
}

# Our own configuration comes last (-c), so what must not be inherited is cleared here: other architectures, and
# hooks that would act on the system.
arm64_apt_configure() {
	local apt=$hv_arm64/apt native
	native=$(dpkg --print-architecture)
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$hv_arm64/debs" "$hv_arm64/stamps"
	: > "$apt/status"
	cat > "$apt/apt.conf" <<-CONF
		#clear APT::Architectures;
		APT::Architecture "arm64";
		APT::Architectures { "arm64"; "$native"; };
		Dir::State "$apt/state";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt/cache";
		Dir::Etc::preferences "$apt/preferences";
		Dir::Etc::preferencesparts "/dev/null";
		Acquire::Languages "none";
		APT::Sandbox::User "";
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Post-Invoke;
	CONF
	# This release and its updates only, whatever else the machine is subscribed to.
	printf 'Package: *\nPin: release n=%s\nPin-Priority: 990\n\n' \
		"$hv_release" "$hv_release-updates" "$hv_release-security" > "$apt/preferences"
	printf 'Package: *\nPin: release n=*\nPin-Priority: -1\n' >> "$apt/preferences"
}

arm64_apt_update() {
	arm64_apt_configure
	say "fetching arm64 package lists"
	arm64_apt apt-get update > "$hv_arm64/apt/update.log" 2>&1 || true
	arm64_candidate $hv_kernel > /dev/null ||
		die "no configured apt source offers $hv_kernel of $hv_release for arm64: is the machine online?" \
			"(log: $hv_arm64/apt/update.log) $(grep -m 1 '^[EW]:' "$hv_arm64/apt/update.log" || true)"
}

# Lists are fetched once; a download that fails later fetches them again.
arm64_apt_ready() {
	if [ ! -f "$hv_arm64/apt/apt.conf" ] || ! arm64_candidate $hv_kernel > /dev/null; then
		arm64_apt_update
	fi
}

# arm64_candidate NAME - the control record of the version that would be installed.
arm64_candidate() {
	arm64_apt apt-cache show --no-all-versions "$1" 2> /dev/null | grep . || return 1
}

# arm64_depends NAME REGEX - the first dependency of NAME that matches.
arm64_depends() {
	arm64_candidate "$1" | sed -n 's/^Depends: //p' | tr ',' '\n' | sed 's/^ *//; s/ .*//' | grep -m 1 -E "^$2\$"
}

# arm64_unpack NAME [MEMBER...] - download a package and unpack it, or only these members, once.
arm64_unpack() {
	local name=$1 stamp=$hv_arm64/stamps/${1//[:\/]/_} debs=$hv_arm64/debs
	shift
	[ ! -f "$stamp" ] || return 0
	arm64_apt_ready
	rm -rf "$debs" && mkdir -p "$debs" "$hv_arm64_root"
	say "fetching $name"
	if ! (cd "$debs" && arm64_apt apt-get download "$name") > "$hv_arm64/apt/download.log" 2>&1; then
		arm64_apt_update
		(cd "$debs" && arm64_apt apt-get download "$name") > "$hv_arm64/apt/download.log" 2>&1 ||
			return 1
	fi
	if [ $# -eq 0 ]; then
		dpkg-deb -x "$debs"/*.deb "$hv_arm64_root" || return 1
	else
		dpkg-deb --fsys-tarfile "$debs"/*.deb | tar -x -C "$hv_arm64_root" "$@" || return 1
	fi
	rm -rf "$debs"
	touch "$stamp"
}

arm64_require() {
	arm64_unpack "$@" || die "could not fetch or unpack the arm64 package $1: is the machine online?" \
		"$(grep -m 1 '^E:' "$hv_arm64/apt/download.log" || true)"
}

# arm64_kernel META - the kernel that the metapackage META points to: $hv_arm64/META.release holds its release, and
# $hv_arm64/META.image links to its Image. Only /boot is unpacked: the guest gets no modules.
arm64_kernel() {
	local meta=$1 image
	[ ! -e "$hv_arm64/$meta.image" ] || return 0
	arm64_apt_ready
	image=$(arm64_depends "$meta" 'linux-image-[0-9].*') || die "no kernel behind the package $meta"
	arm64_require "$image" ./boot
	echo "${image#linux-image-}" > "$hv_arm64/$meta.release"
	ln -sfn "root/boot/vmlinuz-${image#linux-image-}" "$hv_arm64/$meta.image"
	[ -s "$hv_arm64/$meta.image" ] || die "the package $image holds no /boot/vmlinuz-${image#linux-image-}"
}

# arm64_headers META - headers and Kbuild of the kernel META, ready for `make -C $hv_arm64/META.headers`.
# Never installed: linux-headers depends on the arm64 compiler, which would remove this machine's own.
arm64_headers() {
	local meta=$1 release headers common kbuild
	[ ! -e "$hv_arm64/$meta.headers" ] || return 0
	arm64_kernel "$meta"
	arm64_apt_ready
	headers=linux-headers-$(< "$hv_arm64/$meta.release")
	if ! arm64_candidate "$headers" > /dev/null; then
		# The archive has moved on since the kernel was fetched: take the current pair.
		rm -f "$hv_arm64/$meta.image"
		arm64_apt_update
		arm64_kernel "$meta"
		headers=linux-headers-$(< "$hv_arm64/$meta.release")
	fi
	release=${headers#linux-headers-}
	common=$(arm64_depends "$headers" 'linux-headers-.*-common') || die "no common headers behind $headers"
	kbuild=$(arm64_depends "$headers" 'linux-kbuild-.*') || die "no Kbuild behind $headers"
	arm64_require "$headers"
	arm64_require "$common"
	# Kbuild's programs run on this machine, not on the target.
	arm64_require "$kbuild:$(dpkg --print-architecture)"
	# The only absolute path in there.
	sed -i "s|include /usr/src/|include $hv_arm64_root/usr/src/|" "$hv_arm64_root/usr/src/$headers/Makefile"
	# A BTF image of the kernel would make the build ask for pahole.
	rm -f "$hv_arm64_root/usr/src/$headers/vmlinux"
	echo "$release" > "$hv_arm64/$meta.release"
	ln -sfn "root/usr/src/$headers" "$hv_arm64/$meta.headers"
}

# arm64_set_up PIECE... - kernel:META | headers:META | busybox | libfdt, META a kernel metapackage. Waits for its turn.
arm64_set_up() {
	local piece
	[ "$(dpkg --print-architecture 2> /dev/null)" = amd64 ] || die "the set-up is made for Debian 12 on amd64"
	mkdir -p "$hv_arm64"
	exec 9> "$hv_arm64/lock"
	flock 9
	for piece in "$@"; do
		case $piece in
		kernel:*) arm64_kernel "${piece#*:}" ;;
		headers:*) arm64_headers "${piece#*:}" ;;
		busybox) arm64_require busybox-static ;;
		libfdt) arm64_require libfdt1 && arm64_require libfdt-dev ;;
		*) die "arm64_set_up: unknown piece $piece" ;;
		esac
	done
	exec 9>&-
}
