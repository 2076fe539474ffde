/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/psci.h - Power State Coordination Interface for guests.
 *
 * Each vCPU has one atomic power state, OFF -> ON_PENDING -> ON -> OFF. CPU_ON claims the target with one
 * compare-and-swap, writes entry point and context, then publishes ON_PENDING; only the target itself goes to ON, when it is
 * about to run (PSCI-01..06). What must happen outside (kick, power off, reset) is returned, not called back.
 */
#ifndef HV_PSCI_H
#define HV_PSCI_H

#include <hv/backend.h>
#include <hv/err.h>

/* Function identifiers (SMC32; SMC64 has bit 30 set) and return values: Arm DEN0022. */
#define HV_PSCI_VERSION           0x84000000u
#define HV_PSCI_CPU_SUSPEND       0x84000001u
#define HV_PSCI_CPU_OFF           0x84000002u
#define HV_PSCI_CPU_ON            0x84000003u
#define HV_PSCI_AFFINITY_INFO     0x84000004u
#define HV_PSCI_MIGRATE_INFO_TYPE 0x84000006u
#define HV_PSCI_SYSTEM_OFF        0x84000008u
#define HV_PSCI_SYSTEM_RESET      0x84000009u
#define HV_PSCI_FEATURES          0x8400000au
#define HV_PSCI_SMC64             0x40000000u

#define HV_PSCI_CPU_DEFAULT_SUSPEND     0x8400000cu
#define HV_PSCI_NODE_HW_STATE           0x8400000du
#define HV_PSCI_SET_SUSPEND_MODE        0x8400000fu
#define HV_PSCI_SYSTEM_RESET2           0x84000012u
#define HV_PSCI_MEM_PROTECT             0x84000013u
#define HV_PSCI_MEM_PROTECT_CHECK_RANGE 0x84000014u
#define HV_PSCI_SYSTEM_OFF2             0x84000015u

/** Versions a VM can show, hv_vm_config.psci_version; what PSCI_VERSION returns. 0 there means 1.1. */
#define HV_PSCI_VERSION_0_2 0x00002u
#define HV_PSCI_VERSION_1_0 0x10000u
#define HV_PSCI_VERSION_1_1 0x10001u
#define HV_PSCI_VERSION_1_3 0x10003u

/*
 * Optional functions a VM can have, hv_vm_config.psci_optional, each from the version that introduced it on. The mandatory ones
 * are always there; MIGRATE, CPU_FREEZE, SYSTEM_SUSPEND and the statistics never.
 */
#define HV_PSCI_WITH_DEFAULT_SUSPEND  0x1u  /* 1.0 */
#define HV_PSCI_WITH_NODE_HW_STATE    0x2u  /* 1.0 */
#define HV_PSCI_WITH_SET_SUSPEND_MODE 0x4u  /* 1.0: platform-coordinated only */
#define HV_PSCI_WITH_SYSTEM_RESET2    0x8u  /* 1.1: HV_POWER_RESET with next.power_type and power_cookie */
#define HV_PSCI_WITH_MEM_PROTECT      0x10u /* 1.1: vm->mem_protect tells that RAM must be cleared at the next reset */
#define HV_PSCI_WITH_SYSTEM_OFF2      0x20u /* 1.3: HV_POWER_OFF with next.power_type 1, hibernation */
#define HV_PSCI_WITH_ALL              0x3fu

#define HV_PSCI_SUCCESS            0
#define HV_PSCI_NOT_SUPPORTED      (-1)
#define HV_PSCI_INVALID_PARAMETERS (-2)
#define HV_PSCI_DENIED             (-3)
#define HV_PSCI_ALREADY_ON         (-4)
#define HV_PSCI_RET_ON_PENDING     (-5)
#define HV_PSCI_INTERNAL_FAILURE   (-6)
#define HV_PSCI_NOT_PRESENT        (-7)
#define HV_PSCI_DISABLED           (-8)
#define HV_PSCI_INVALID_ADDRESS    (-9)

/** Power state of a vCPU; the value of hv_psci_cpu.state. */
enum hv_psci_state {
	HV_PSCI_OFF,
	HV_PSCI_CLAIMED, /* a CPU_ON won and is writing entry and context; reported as ON_PENDING */
	HV_PSCI_ON_PENDING,
	HV_PSCI_ON
};

/** Power state of one vCPU, part of struct hv_vcpu. entry and context are owned by who moved OFF -> CLAIMED. */
struct hv_psci_cpu {
	uint32_t state;   /* enum hv_psci_state; atomic */
	uint64_t entry;   /* IPA of the first instruction */
	uint64_t context; /* x0 there */
	uint64_t sctlr;   /* SCTLR_EL1 to start with: reset value, EE as the caller's */
};

/**
 * hv_psci_claim - first half of CPU_ON: OFF -> CLAIMED by one compare-and-swap (PSCI-01, PSCI-02, PSCI-03).
 * Return: HV_PSCI_SUCCESS, HV_PSCI_ALREADY_ON, HV_PSCI_RET_ON_PENDING. After SUCCESS the caller owns entry, context and sctlr
 * until hv_psci_publish().
 */
HV_INLINE int32_t hv_psci_claim(struct hv_psci_cpu *cpu)
{
	uint32_t found = hv_cas_u32(&cpu->state, HV_PSCI_OFF, HV_PSCI_CLAIMED);

	if (found == HV_PSCI_OFF)
		return HV_PSCI_SUCCESS;
	return found == HV_PSCI_ON ? HV_PSCI_ALREADY_ON : HV_PSCI_RET_ON_PENDING;
}

/** hv_psci_publish - CLAIMED -> ON_PENDING, after entry and context are written and before the kick (PSCI-05). */
HV_INLINE void hv_psci_publish(struct hv_psci_cpu *cpu)
{
	hv_store_release_u32(&cpu->state, HV_PSCI_ON_PENDING);
}

/** hv_psci_take - the target itself: ON_PENDING -> ON. Return: false when there is nothing to take (PSCI-06). */
HV_INLINE bool hv_psci_take(struct hv_psci_cpu *cpu)
{
	return hv_cas_u32(&cpu->state, HV_PSCI_ON_PENDING, HV_PSCI_ON) == HV_PSCI_ON_PENDING;
}

/** hv_psci_off - the vCPU itself, ON -> OFF. */
HV_INLINE void hv_psci_off(struct hv_psci_cpu *cpu)
{
	hv_store_release_u32(&cpu->state, HV_PSCI_OFF);
}

/** hv_psci_affinity - what AFFINITY_INFO says of one vCPU: 0 ON, 1 OFF, 2 ON_PENDING. */
HV_INLINE int32_t hv_psci_affinity(const struct hv_psci_cpu *cpu)
{
	uint32_t state = hv_load_acquire_u32(&cpu->state);

	if (state == HV_PSCI_ON)
		return 0;
	return state == HV_PSCI_OFF ? 1 : 2;
}

#endif /* HV_PSCI_H */
