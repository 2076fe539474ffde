/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * psci_call.c - PSCI 1.1 as a guest calls it. Source: Arm DEN0022.
 *
 * psci_function() is the one list of what exists: dispatch and PSCI_FEATURES both ask it (PSCI-22).
 */
#include "run_priv.h"

enum psci_function {
	PSCI_NONE,
	PSCI_VERSION,
	PSCI_CPU_SUSPEND,
	PSCI_CPU_OFF,
	PSCI_CPU_ON,
	PSCI_AFFINITY_INFO,
	PSCI_MIGRATE_INFO_TYPE,
	PSCI_SYSTEM_OFF,
	PSCI_SYSTEM_RESET,
	PSCI_FEATURES
};

/* The whole 32-bit identifier counts: functions without addresses have no SMC64 form (PSCI-11). */
static enum psci_function psci_function(uint32_t fid)
{
	switch (fid) {
	case HV_PSCI_VERSION:
		return PSCI_VERSION;
	case HV_PSCI_CPU_SUSPEND:
	case HV_PSCI_CPU_SUSPEND | HV_PSCI_SMC64:
		return PSCI_CPU_SUSPEND;
	case HV_PSCI_CPU_OFF:
		return PSCI_CPU_OFF;
	case HV_PSCI_CPU_ON:
	case HV_PSCI_CPU_ON | HV_PSCI_SMC64:
		return PSCI_CPU_ON;
	case HV_PSCI_AFFINITY_INFO:
	case HV_PSCI_AFFINITY_INFO | HV_PSCI_SMC64:
		return PSCI_AFFINITY_INFO;
	case HV_PSCI_MIGRATE_INFO_TYPE:
		return PSCI_MIGRATE_INFO_TYPE;
	case HV_PSCI_SYSTEM_OFF:
		return PSCI_SYSTEM_OFF;
	case HV_PSCI_SYSTEM_RESET:
		return PSCI_SYSTEM_RESET;
	case HV_PSCI_FEATURES:
		return PSCI_FEATURES;
	default:
		return PSCI_NONE;
	}
}

/* A place where a vCPU can start: an instruction in memory (PSCI-09). */
static bool entry_ok(const struct hv_vm *vm, uint64_t entry)
{
	return hv_is_aligned(entry, 4) && hv_vm_is_ram_(vm, entry, 4);
}

/*
 * x1: target, x2: entry, x3: context. The result depends on PSCI state alone, not on whether the target's thread runs
 * (PSCI-17), and the errors come in the order target, entry, state.
 */
static int64_t cpu_on(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	struct hv_vm *vm = vcpu->vm;
	int32_t index = hv_vm_vcpu_by_mpidr(vm, call->arg[0]);
	struct hv_psci_cpu *target;
	int32_t answer;

	if (index < 0)
		return HV_PSCI_INVALID_PARAMETERS;
	if (!entry_ok(vm, call->arg[1]))
		return HV_PSCI_INVALID_ADDRESS;
	target = &vm->vcpu[index].psci;
	answer = hv_psci_claim(target);
	if (answer != HV_PSCI_SUCCESS)
		return answer;
	target->entry = call->arg[1];
	target->context = call->arg[2];
	target->sctlr = HV_SCTLR_RESET | (hv_el1_get(&vcpu->el1, HV_EL1_SCTLR) & HV_SCTLR_EE);
	hv_psci_publish(target);
	hv_vcpu_set_add(&next->kick, (uint32_t)index);
	return HV_PSCI_SUCCESS;
}

static int64_t cpu_off(struct hv_vcpu *vcpu, struct hv_next *next)
{
	hv_psci_off(&vcpu->psci);
	next->kind = HV_NEXT_WAIT;
	return HV_PSCI_SUCCESS;
}

/* power_state in the original format: StateID 15:0, StateType 16, PowerLevel 25:24, the rest zero. */
#define POWER_STATE_MBZ  (HV_MASK(31, 26) | HV_MASK(23, 17))
#define POWER_STATE_DOWN HV_BIT(16)

/*
 * x1: power_state, x2: entry. The wake-up is always treated as one that came before power went down, which the
 * standard allows: the call returns and nothing is lost. A vCPU whose CPU interface would let no interrupt
 * through does not sleep, for nothing could wake it.
 */
static int64_t cpu_suspend(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	const uint32_t vmcr_group_enables = 3;

	if (call->arg[0] & (POWER_STATE_MBZ | HV_MASK(63, 32)))
		return HV_PSCI_INVALID_PARAMETERS;
	if ((call->arg[0] & POWER_STATE_DOWN) && !entry_ok(vcpu->vm, call->arg[1]))
		return HV_PSCI_INVALID_ADDRESS;
	vcpu->waiting = vcpu->ich.vmcr & vmcr_group_enables;
	next->kind = HV_NEXT_WAIT;
	return HV_PSCI_SUCCESS;
}

/* Affinity fields at and above each level, the mask of a node's name. */
static uint64_t node_mask(uint64_t level)
{
	static const uint64_t mask[4] = { HV_U64(0xff00ffffff), HV_U64(0xff00ffff00), HV_U64(0xff00ff0000),
					  HV_U64(0xff00000000) };

	return mask[level];
}

/* A node is ON when one of its vCPUs is, else ON_PENDING when one is about to be, else OFF; -2 when it has none. */
static int64_t node_state(const struct hv_vm *vm, uint64_t node, uint64_t mask)
{
	bool found = false, pending = false;
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		int32_t state;

		if ((vm->vcpu[i].mpidr & mask) != (node & mask))
			continue;
		state = hv_psci_affinity(&vm->vcpu[i].psci);
		if (state == 0)
			return 0;
		found = true;
		pending |= state == 2;
	}
	if (!found)
		return HV_PSCI_INVALID_PARAMETERS;
	return pending ? 2 : 1;
}

/* x1: target affinity, x2: lowest affinity level. */
static int64_t affinity_info(const struct hv_vm *vm, const struct hv_smccc *call)
{
	uint64_t affinity = call->arg[0], level = call->arg[1];
	int32_t index;

	if (level > 3 || (affinity & ~node_mask(0)))
		return HV_PSCI_INVALID_PARAMETERS;
	if (level > 0)
		return node_state(vm, affinity, node_mask(level));
	index = hv_vm_vcpu_by_mpidr(vm, affinity);
	return index < 0 ? HV_PSCI_INVALID_PARAMETERS : hv_psci_affinity(&vm->vcpu[index].psci);
}

/* The VM stops at once; the embedder does the rest. Should it let the caller go on, this is what the caller sees. */
static int64_t system_power(struct hv_vcpu *vcpu, enum hv_power power, struct hv_next *next)
{
	next->kind = HV_NEXT_POWER;
	next->power = power;
	hv_vm_stop(vcpu->vm, &next->kick);
	return HV_PSCI_INTERNAL_FAILURE;
}

/* No feature bits: CPU_SUSPEND has the original format and platform-coordinated mode. */
static int64_t features(uint32_t fid)
{
	if (fid == HV_SMCCC_VERSION || psci_function(fid) != PSCI_NONE)
		return HV_PSCI_SUCCESS;
	return HV_PSCI_NOT_SUPPORTED;
}

static int64_t answer(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	/* What MIGRATE_INFO_TYPE says of a machine without a Trusted OS to migrate. */
	const int64_t tos_none = 2;

	switch (psci_function(call->fid)) {
	case PSCI_VERSION:
		return HV_PSCI_VERSION_1_1;
	case PSCI_CPU_SUSPEND:
		return cpu_suspend(vcpu, call, next);
	case PSCI_CPU_OFF:
		return cpu_off(vcpu, next);
	case PSCI_CPU_ON:
		return cpu_on(vcpu, call, next);
	case PSCI_AFFINITY_INFO:
		return affinity_info(vcpu->vm, call);
	case PSCI_MIGRATE_INFO_TYPE:
		return tos_none;
	case PSCI_SYSTEM_OFF:
		return system_power(vcpu, HV_POWER_OFF, next);
	case PSCI_SYSTEM_RESET:
		return system_power(vcpu, HV_POWER_RESET, next);
	case PSCI_FEATURES:
		return features((uint32_t)call->arg[0]);
	case PSCI_NONE:
		break;
	}
	return HV_PSCI_NOT_SUPPORTED;
}

void hv_psci_call_(struct hv_vcpu *vcpu, struct hv_smccc *call, struct hv_next *next)
{
	call->result[0] = (uint64_t)answer(vcpu, call, next);
}
