/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/image.h - the header of an arm64 Linux Image, read and judged before anything is loaded (optional component).
 *
 * Pure functions over bytes: the file is the guest's, so nothing in it is believed. Source: Linux, arm64 boot protocol.
 */
#ifndef HV_IMAGE_H
#define HV_IMAGE_H

#include <hv/types.h>

#define HV_IMAGE_HEADER_BYTES 64u
#define HV_IMAGE_RAW_OFFSET   0x80000u /* where a file without a header goes */

/** What kind of file it is and where it goes, all relative to the base of the guest's RAM (2 MiB aligned). */
struct hv_image {
	bool is_image;         /* has an arm64 Image header; else a raw binary */
	uint64_t load_offset;  /* first byte of the file */
	uint64_t entry_offset; /* first instruction */
	uint64_t file_bytes;   /* bytes to copy */
	uint64_t span_bytes;   /* bytes it needs from load_offset: file and bss */
	uint8_t page_shift;    /* 12, 14, 16; 0 unspecified */
	bool anywhere;         /* may lie anywhere in 48 bits; else as near to the start of RAM as possible */
};

/** Why a file cannot be booted. */
enum hv_image_why {
	HV_IMAGE_OK,
	HV_IMAGE_EMPTY,      /* no bytes at all */
	HV_IMAGE_TRUNCATED,  /* ends inside the header or inside a PE section, or holds no instruction at all */
	HV_IMAGE_BIG_ENDIAN, /* flags bit 0 */
	HV_IMAGE_GZIP,       /* compressed: to be unpacked first */
	HV_IMAGE_ELF,        /* a vmlinux, not an Image */
	HV_IMAGE_PAGE_SIZE,  /* wants a page size the CPUs lack */
	HV_IMAGE_TOO_LARGE   /* does not fit into the RAM given, with bss and text offset */
};

HV_BEGIN_DECLS

/**
 * hv_image_parse - judge @file.
 * @file: @file_bytes readable bytes
 * @ram_bytes: size of the guest's RAM
 * @id_aa64mmfr0: what the guest will see; decides which page sizes there are
 * @image: filled completely when HV_IMAGE_OK is returned
 */
enum hv_image_why hv_image_parse(struct hv_image *image, const void *file, uint64_t file_bytes, uint64_t ram_bytes,
				 uint64_t id_aa64mmfr0);

/** hv_image_why_text - half a sentence that follows "kernel: ", never NULL. */
const char *hv_image_why_text(enum hv_image_why why);

HV_END_DECLS

#endif /* HV_IMAGE_H */
