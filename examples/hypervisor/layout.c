/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* layout.c - see layout.h. Source of the limits: Linux, arm64 boot protocol. */
#include "layout.h"

#define BLOCK       HV_MIB(2)
#define PAGE        HV_KIB(4)
#define WELL_ABOVE  HV_MIB(128)
#define INITRD_SPAN HV_GIB(32) /* kernel and initrd lie in one window of this size, aligned to 1 GiB */

/* initrd at @base, the tree after it, both on @align. */
static bool place(struct layout *l, uint64_t base, uint64_t initrd_bytes, uint64_t ram_bytes, uint64_t align)
{
	l->initrd = base;
	if (initrd_bytes > ram_bytes || base > ram_bytes - initrd_bytes)
		return false;
	if (base + initrd_bytes - hv_align_down(l->kernel, HV_GIB(1)) > INITRD_SPAN)
		return false;
	l->dtb = hv_align_up(base + initrd_bytes, align);
	return hv_range_ok(l->dtb, GUEST_DTB_BYTES, ram_bytes);
}

bool layout_plan(struct layout *l, const struct hv_image *image, uint64_t initrd_bytes, uint64_t ram_bytes)
{
	uint64_t end = image->load_offset + image->span_bytes, above = hv_align_up(end, BLOCK);
	uint64_t far = hv_align_down(ram_bytes / 2 < WELL_ABOVE ? ram_bytes / 2 : WELL_ABOVE, BLOCK);

	l->kernel = image->load_offset;
	l->entry = image->entry_offset;
	return place(l, far > above ? far : above, initrd_bytes, ram_bytes, BLOCK) ||
	       place(l, above, initrd_bytes, ram_bytes, BLOCK) ||
	       place(l, hv_align_up(end, PAGE), initrd_bytes, ram_bytes, PAGE);
}
