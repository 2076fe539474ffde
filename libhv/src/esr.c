/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* esr.c - fault status codes and names. Contract: hv/esr.h; source: ESR_ELx, IFSC and DFSC. */
#include <hv/esr.h>

/* Codes 0x00..0x1f come in groups of four, one per level 0..3; what does not fit the grid is listed below. */
static enum hv_fault group_fault(uint32_t group)
{
	switch (group) {
	case 0:
		return HV_FAULT_ADDRESS_SIZE;
	case 1:
		return HV_FAULT_TRANSLATION;
	case 2:
		return HV_FAULT_ACCESS_FLAG;
	case 3:
		return HV_FAULT_PERMISSION;
	case 5:
		return HV_FAULT_EXTERNAL_WALK;
	case 7:
		return HV_FAULT_PARITY_WALK;
	case 9:
		return HV_FAULT_GRANULE_WALK;
	default:
		return HV_FAULT_RESERVED;
	}
}

/* Faults at level -1 and -2 (FEAT_LPA2, FEAT_D128). */
static struct hv_fault_info low_level_fault(uint32_t fsc)
{
	switch (fsc) {
	case 0x12:
		return (struct hv_fault_info){ HV_FAULT_EXTERNAL_WALK, -2 };
	case 0x13:
		return (struct hv_fault_info){ HV_FAULT_EXTERNAL_WALK, -1 };
	case 0x1b:
		return (struct hv_fault_info){ HV_FAULT_PARITY_WALK, -1 };
	case 0x22:
		return (struct hv_fault_info){ HV_FAULT_GRANULE_WALK, -2 };
	case 0x23:
		return (struct hv_fault_info){ HV_FAULT_GRANULE_WALK, -1 };
	case 0x29:
		return (struct hv_fault_info){ HV_FAULT_ADDRESS_SIZE, -1 };
	case 0x2a:
		return (struct hv_fault_info){ HV_FAULT_TRANSLATION, -2 };
	case 0x2b:
		return (struct hv_fault_info){ HV_FAULT_TRANSLATION, -1 };
	case 0x2c:
		return (struct hv_fault_info){ HV_FAULT_ADDRESS_SIZE, -2 };
	default:
		return (struct hv_fault_info){ HV_FAULT_RESERVED, HV_FAULT_NO_LEVEL };
	}
}

/* Faults that no table level belongs to. */
static enum hv_fault levelless_fault(uint32_t fsc)
{
	switch (fsc) {
	case 0x10:
		return HV_FAULT_EXTERNAL;
	case 0x11:
		return HV_FAULT_TAG_CHECK;
	case 0x18:
		return HV_FAULT_PARITY;
	case 0x21:
		return HV_FAULT_ALIGNMENT;
	case 0x28:
		return HV_FAULT_GRANULE;
	case 0x30:
		return HV_FAULT_TLB_CONFLICT;
	case 0x31:
		return HV_FAULT_HW_UPDATE;
	case 0x34:
		return HV_FAULT_LOCKDOWN;
	case 0x35:
		return HV_FAULT_EXCLUSIVE;
	default:
		return HV_FAULT_RESERVED;
	}
}

struct hv_fault_info hv_fault_of(uint32_t fsc)
{
	struct hv_fault_info info;

	fsc &= 0x3f;
	info.fault = group_fault(fsc / 4);
	info.level = (int8_t)(fsc % 4);
	if (info.fault != HV_FAULT_RESERVED)
		return info;
	info.fault = levelless_fault(fsc);
	info.level = HV_FAULT_NO_LEVEL;
	return info.fault != HV_FAULT_RESERVED ? info : low_level_fault(fsc);
}

/* One string each with slots of fixed width: a table of pointers would need relocations. */
#define EC_SLOT 13
static const char ec_names[64 * EC_SLOT + 1] =
	"unknown\0\0\0\0\0\0wfx\0\0\0\0\0\0\0\0\0\0reserved\0\0\0\0\0cp15_32\0\0\0\0\0\0"
	"cp15_64\0\0\0\0\0\0cp14_32\0\0\0\0\0\0cp14_ldc\0\0\0\0\0fp\0\0\0\0\0\0\0\0\0\0\0"
	"cp10_id\0\0\0\0\0\0pauth\0\0\0\0\0\0\0\0ls64\0\0\0\0\0\0\0\0\0reserved\0\0\0\0\0"
	"cp14_64\0\0\0\0\0\0bti\0\0\0\0\0\0\0\0\0\0illegal\0\0\0\0\0\0reserved\0\0\0\0\0"
	"reserved\0\0\0\0\0svc32\0\0\0\0\0\0\0\0hvc32\0\0\0\0\0\0\0\0smc32\0\0\0\0\0\0\0\0"
	"sysreg128\0\0\0\0svc64\0\0\0\0\0\0\0\0hvc64\0\0\0\0\0\0\0\0smc64\0\0\0\0\0\0\0\0"
	"sysreg\0\0\0\0\0\0\0sve\0\0\0\0\0\0\0\0\0\0eret\0\0\0\0\0\0\0\0\0tstart\0\0\0\0\0\0\0"
	"pac_fail\0\0\0\0\0sme\0\0\0\0\0\0\0\0\0\0gpc\0\0\0\0\0\0\0\0\0\0impdef\0\0\0\0\0\0\0"
	"iabt_lower\0\0\0iabt_cur\0\0\0\0\0pc_align\0\0\0\0\0reserved\0\0\0\0\0"
	"dabt_lower\0\0\0dabt_cur\0\0\0\0\0sp_align\0\0\0\0\0mops\0\0\0\0\0\0\0\0\0"
	"fpexc32\0\0\0\0\0\0reserved\0\0\0\0\0reserved\0\0\0\0\0reserved\0\0\0\0\0"
	"fpexc64\0\0\0\0\0\0gcs\0\0\0\0\0\0\0\0\0\0reserved\0\0\0\0\0serror\0\0\0\0\0\0\0"
	"break_lower\0\0break_cur\0\0\0\0step_lower\0\0\0step_cur\0\0\0\0\0"
	"watch_lower\0\0watch_cur\0\0\0\0reserved\0\0\0\0\0reserved\0\0\0\0\0"
	"bkpt32\0\0\0\0\0\0\0reserved\0\0\0\0\0vector32\0\0\0\0\0reserved\0\0\0\0\0"
	"brk64\0\0\0\0\0\0\0\0profiling\0\0\0\0reserved\0\0\0\0\0reserved\0\0\0\0\0";

#define FAULT_SLOT 14
static const char fault_names[(HV_FAULT_RESERVED + 1) * FAULT_SLOT + 1] =
	"none\0\0\0\0\0\0\0\0\0\0address_size\0\0translation\0\0\0access_flag\0\0\0"
	"permission\0\0\0\0external\0\0\0\0\0\0external_walk\0tag_check\0\0\0\0\0"
	"parity\0\0\0\0\0\0\0\0parity_walk\0\0\0alignment\0\0\0\0\0granule_walk\0\0"
	"granule\0\0\0\0\0\0\0tlb_conflict\0\0hw_update\0\0\0\0\0lockdown\0\0\0\0\0\0"
	"exclusive\0\0\0\0\0reserved\0\0\0\0\0\0";

const char *hv_ec_name(uint32_t ec)
{
	return ec_names + (size_t)(ec & 0x3f) * EC_SLOT;
}

const char *hv_fault_name(enum hv_fault fault)
{
	uint32_t index = (uint32_t)fault > HV_FAULT_RESERVED ? HV_FAULT_RESERVED : (uint32_t)fault;

	return fault_names + (size_t)index * FAULT_SLOT;
}
