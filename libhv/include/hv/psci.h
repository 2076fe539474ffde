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

/** What PSCI_VERSION returns: 1.1. */
#define HV_PSCI_VERSION_1_1 0x10001

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

HV_BEGIN_DECLS

/**
 * hv_psci_claim - first half of CPU_ON: OFF -> CLAIMED by one compare-and-swap (PSCI-01, PSCI-02, PSCI-03).
 * Return: HV_PSCI_SUCCESS, HV_PSCI_ALREADY_ON, HV_PSCI_RET_ON_PENDING. After SUCCESS the caller owns entry, context and sctlr
 * until hv_psci_publish().
 */
int32_t hv_psci_claim(struct hv_psci_cpu *cpu);

/** hv_psci_publish - CLAIMED -> ON_PENDING, after entry and context are written and before the kick (PSCI-05). */
void hv_psci_publish(struct hv_psci_cpu *cpu);

/** hv_psci_take - the target itself: ON_PENDING -> ON. Return: false when there is nothing to take (PSCI-06). */
bool hv_psci_take(struct hv_psci_cpu *cpu);

/** hv_psci_off - the vCPU itself, ON -> OFF. */
void hv_psci_off(struct hv_psci_cpu *cpu);

/** hv_psci_affinity - what AFFINITY_INFO says of one vCPU: 0 ON, 1 OFF, 2 ON_PENDING. */
int32_t hv_psci_affinity(const struct hv_psci_cpu *cpu);

HV_END_DECLS

#endif /* HV_PSCI_H */
