/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * fdt_scan.h - what must be known before anything works: where to print, and how to end the machine.
 *
 * Not a device tree library (the applications use libfdt): one pass over the structure block, bounds-checked, byte by byte so that it
 * runs with the MMU off. Pure function; no allocation; total over any bytes.
 */
#ifndef BM_FDT_SCAN_H
#define BM_FDT_SCAN_H

#include <hv/types.h>

enum bm_conduit { BM_CONDUIT_NONE, BM_CONDUIT_HVC, BM_CONDUIT_SMC };

struct bm_fdt_scan {
	uint32_t totalsize;      /* 0: not a device tree */
	uint64_t uart;           /* first arm,pl011 that is not disabled; 0 none */
	enum bm_conduit conduit; /* /psci method */
};

/** bm_fdt_scan - @dtb may be NULL or anything that is readable for its claimed size. */
void bm_fdt_scan(const void *dtb, struct bm_fdt_scan *scan);

#endif /* BM_FDT_SCAN_H */
