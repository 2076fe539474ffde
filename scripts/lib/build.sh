# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# build.sh - configure and build CMake presets. Sourced after common.sh.

# build_preset NAME [TARGET...] - quiet unless it fails; then the end of the log.
build_preset() {
	local preset=$1 log=$hv_build/log/build-$1.log
	shift
	mkdir -p "$hv_build/log"
	if ! (cd "$hv_root" && cmake --preset "$preset" && cmake --build --preset "$preset" ${1:+--target "$@"}) \
		> "$log" 2>&1; then
		tail -n 30 "$log" >&2
		die "building the preset $preset failed (log: $log)"
	fi
}
