/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* esr_priv.h - hv_fault_of() inline, for the decoder of exits. */
#ifndef ESR_PRIV_H
#define ESR_PRIV_H

#include <hv/esr.h>

/* What each of the 64 fault status codes means: struct hv_fault_info, packed. */
struct hv_fsc_ {
	uint8_t fault; /* enum hv_fault */
	int8_t level;
};

extern const struct hv_fsc_ hv_fsc_table_[64];

HV_INLINE struct hv_fault_info hv_fault_of_(uint32_t fsc)
{
	const struct hv_fsc_ *code = &hv_fsc_table_[fsc & 0x3f];
	struct hv_fault_info info;

	info.fault = (enum hv_fault)code->fault;
	info.level = code->level;
	return info;
}

#endif /* ESR_PRIV_H */
