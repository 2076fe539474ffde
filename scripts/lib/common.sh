# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# common.sh - what every script shares: where things are, how to speak, how to fail. Sourced.

hv_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
hv_build=$hv_root/build
hv_lib=$hv_root/scripts/lib
# Debian's own interpreter: the python3-* packages are installed for this one, whatever comes first in PATH.
hv_python=/usr/bin/python3

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "error: $*"
	exit 1
}

# A mistake on the command line: one line, and the exit status that tells it from a failure of the work itself.
usage_error() {
	say "error: $* (see ${0##*/} --help)"
	exit 2
}

# The comment block at the top of the calling script is its help.
print_help() {
	sed -n '/^#!/d; /SPDX-License/d; /^#/!q; s/^# \{0,1\}//; p' "$0"
}

# need_space MIB - the build folder's disk must have this much left.
need_space() {
	local free_mib
	mkdir -p "$hv_build" || die "cannot create $hv_build"
	free_mib=$(df --output=avail -BM "$hv_build" | tail -n 1 | tr -dc '0-9')
	[ "$free_mib" -ge "$1" ] || die "$hv_build has $free_mib MiB free, $1 MiB are needed"
}
