# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# initramfs.sh - the root file systems of the guests we start: busybox and a few files. Sourced after arm64.sh.

# make_initramfs OUT FILE=PATH... - busybox, the usual empty folders, and FILE at PATH for each pair.
# Owner, times and order are fixed, so the same input gives the same bytes. Not compressed: unpacking under emulation
# costs more than reading.
make_initramfs() {
	local out=$1 tree pair file path
	shift
	tree=$(mktemp -d "$hv_build/initramfs.XXXXXX")
	mkdir -p "$tree"/{bin,dev,etc,proc,root,sys,tmp}
	ln -s bin "$tree/sbin"
	cp "$hv_arm64_root/bin/busybox" "$tree/bin/busybox"
	ln -s busybox "$tree/bin/sh"
	for pair in "$@"; do
		file=${pair%%=*} path=${pair#*=}
		mkdir -p "$tree/$(dirname "$path")"
		cp "$file" "$tree/$path"
	done
	find "$tree" -exec touch -h -d @0 {} +
	(cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) > "$out.new"
	rm -rf "$tree"
	mv "$out.new" "$out"
}

# make_demo_initramfs - $hv_build/demo/initramfs.cpio, again only when an input is newer.
make_demo_initramfs() {
	local out=$hv_build/demo/initramfs.cpio guest=$hv_lib/guest input stale=
	mkdir -p "$hv_build/demo"
	for input in "$guest"/* "$hv_lib/initramfs.sh" "$hv_arm64_root/bin/busybox"; do
		[ "$out" -nt "$input" ] || stale=yes
	done
	[ -n "$stale" ] || return 0
	make_initramfs "$out" "$guest/init=init" "$guest/inittab=etc/inittab" "$guest/profile=etc/profile"
}
