/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/mmio.h - one trapped access to emulated memory.
 *
 * hv_vcpu_handle() hands it out with HV_NEXT_MMIO; the embedder performs it on its device and gives it back to
 * hv_mmio_complete(), once (ESR-05).
 */
#ifndef HV_MMIO_H
#define HV_MMIO_H

#include <hv/types.h>

struct hv_mmio {
	hv_ipa_t ipa;
	uint64_t data;      /* write: the value, zero-extended. Read: filled in by the device */
	uint8_t size_bytes; /* 1, 2, 4, 8 */
	bool is_write;
	uint16_t bytes_more; /* bytes of the same instruction that follow, see hv_mmio_complete() */
};

#endif /* HV_MMIO_H */
