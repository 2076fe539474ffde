/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* esr.c - fault status codes. Contract: hv/esr.h; source: ESR_ELx, IFSC and DFSC. */
#include "esr_priv.h"

/* clang-format off */
#define LEVEL(fault, level)  { HV_FAULT_##fault, (level) }
#define NO_LEVEL(fault)      LEVEL(fault, HV_FAULT_NO_LEVEL)
#define LEVELS_0_TO_3(fault) LEVEL(fault, 0), LEVEL(fault, 1), LEVEL(fault, 2), LEVEL(fault, 3)

const struct hv_fsc_ hv_fsc_table_[64] = {
	[0x00] = LEVELS_0_TO_3(ADDRESS_SIZE),
	[0x04] = LEVELS_0_TO_3(TRANSLATION),
	[0x08] = LEVELS_0_TO_3(ACCESS_FLAG),
	[0x0c] = LEVELS_0_TO_3(PERMISSION),
	[0x10] = NO_LEVEL(EXTERNAL),
	[0x11] = NO_LEVEL(TAG_CHECK),
	[0x12] = LEVEL(EXTERNAL_WALK, -2),
	[0x13] = LEVEL(EXTERNAL_WALK, -1),
	[0x14] = LEVELS_0_TO_3(EXTERNAL_WALK),
	[0x18] = NO_LEVEL(PARITY),
	[0x19 ... 0x1a] = NO_LEVEL(RESERVED),
	[0x1b] = LEVEL(PARITY_WALK, -1),
	[0x1c] = LEVELS_0_TO_3(PARITY_WALK),
	[0x20] = NO_LEVEL(RESERVED),
	[0x21] = NO_LEVEL(ALIGNMENT),
	[0x22] = LEVEL(GRANULE_WALK, -2),
	[0x23] = LEVEL(GRANULE_WALK, -1),
	[0x24] = LEVELS_0_TO_3(GRANULE_WALK),
	[0x28] = NO_LEVEL(GRANULE),
	[0x29] = LEVEL(ADDRESS_SIZE, -1),
	[0x2a] = LEVEL(TRANSLATION, -2),
	[0x2b] = LEVEL(TRANSLATION, -1),
	[0x2c] = LEVEL(ADDRESS_SIZE, -2),
	[0x2d ... 0x2f] = NO_LEVEL(RESERVED),
	[0x30] = NO_LEVEL(TLB_CONFLICT),
	[0x31] = NO_LEVEL(HW_UPDATE),
	[0x32 ... 0x33] = NO_LEVEL(RESERVED),
	[0x34] = NO_LEVEL(LOCKDOWN),
	[0x35] = NO_LEVEL(EXCLUSIVE),
	[0x36 ... 0x3f] = NO_LEVEL(RESERVED),
};
/* clang-format on */

struct hv_fault_info hv_fault_of(uint32_t fsc)
{
	return hv_fault_of_(fsc);
}
