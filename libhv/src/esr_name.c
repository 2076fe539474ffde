/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* esr_name.c - names for messages and traces. Contracts: hv/esr.h, hv/exit.h. */
#include <hv/exit.h>

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

#define KIND_SLOT 8
static const char kind_names[(HV_EXIT_HOST + 1) * KIND_SLOT + 1] =
	"irq\0\0\0\0\0fiq\0\0\0\0\0serror\0\0unknown\0wfx\0\0\0\0\0hvc\0\0\0\0\0"
	"smc\0\0\0\0\0sysreg\0\0cp\0\0\0\0\0\0dabt\0\0\0\0iabt\0\0\0\0fp\0\0\0\0\0\0"
	"sve\0\0\0\0\0sme\0\0\0\0\0pauth\0\0\0debug\0\0\0illegal\0host\0\0\0\0";

const char *hv_exit_kind_name(enum hv_exit_kind kind)
{
	uint32_t index = (uint32_t)kind > HV_EXIT_HOST ? HV_EXIT_UNKNOWN : (uint32_t)kind;

	return kind_names + (size_t)index * KIND_SLOT;
}
