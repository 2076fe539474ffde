/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * psci_call.c - PSCI as a guest calls it. Source: Arm DEN0022.
 *
 * Which functions a VM has is two words, one bit for each function number: dispatch and PSCI_FEATURES both ask them (PSCI-22).
 */
#include "run_priv.h"

/* Function numbers, the low bits of the identifiers. */
#define NUMBER(fid) ((fid)&0x1fu)
#define BIT_OF(fid) (1u << NUMBER(fid))

/* Functions without an address or an affinity have no SMC64 form (PSCI-11). */
#define MANDATORY_0_2                                                                                                  \
	(BIT_OF(HV_PSCI_VERSION) | BIT_OF(HV_PSCI_CPU_OFF) | BIT_OF(HV_PSCI_MIGRATE_INFO_TYPE) |                       \
	 BIT_OF(HV_PSCI_SYSTEM_OFF) | BIT_OF(HV_PSCI_SYSTEM_RESET) | BOTH_WIDTHS_0_2)
#define BOTH_WIDTHS_0_2 (BIT_OF(HV_PSCI_CPU_SUSPEND) | BIT_OF(HV_PSCI_CPU_ON) | BIT_OF(HV_PSCI_AFFINITY_INFO))

/* An optional function: the flag that asks for it, its first version, and what it is in either width. */
struct optional {
	uint32_t flag, since, smc32, smc64;
};

static const struct optional optionals[] = {
	{ HV_PSCI_WITH_DEFAULT_SUSPEND, HV_PSCI_VERSION_1_0, BIT_OF(HV_PSCI_CPU_DEFAULT_SUSPEND),
	  BIT_OF(HV_PSCI_CPU_DEFAULT_SUSPEND) },
	{ HV_PSCI_WITH_NODE_HW_STATE, HV_PSCI_VERSION_1_0, BIT_OF(HV_PSCI_NODE_HW_STATE),
	  BIT_OF(HV_PSCI_NODE_HW_STATE) },
	{ HV_PSCI_WITH_SET_SUSPEND_MODE, HV_PSCI_VERSION_1_0, BIT_OF(HV_PSCI_SET_SUSPEND_MODE), 0 },
	{ HV_PSCI_WITH_SYSTEM_RESET2, HV_PSCI_VERSION_1_1, BIT_OF(HV_PSCI_SYSTEM_RESET2),
	  BIT_OF(HV_PSCI_SYSTEM_RESET2) },
	{ HV_PSCI_WITH_MEM_PROTECT, HV_PSCI_VERSION_1_1,
	  BIT_OF(HV_PSCI_MEM_PROTECT) | BIT_OF(HV_PSCI_MEM_PROTECT_CHECK_RANGE),
	  BIT_OF(HV_PSCI_MEM_PROTECT_CHECK_RANGE) },
	{ HV_PSCI_WITH_SYSTEM_OFF2, HV_PSCI_VERSION_1_3, BIT_OF(HV_PSCI_SYSTEM_OFF2), BIT_OF(HV_PSCI_SYSTEM_OFF2) },
};

static bool version_ok(uint32_t version)
{
	return version == HV_PSCI_VERSION_0_2 || version == HV_PSCI_VERSION_1_0 || version == HV_PSCI_VERSION_1_1 ||
	       version == HV_PSCI_VERSION_1_3;
}

enum hv_err hv_psci_init_(struct hv_vm *vm, uint32_t version, uint32_t optional)
{
	uint32_t i;

	if (version == 0)
		version = HV_PSCI_VERSION_1_1;
	if (!version_ok(version) || (optional & ~HV_PSCI_WITH_ALL))
		return HV_EINVAL;
	vm->psci_version = version;
	vm->psci_smc32 = MANDATORY_0_2 | (version >= HV_PSCI_VERSION_1_0 ? BIT_OF(HV_PSCI_FEATURES) : 0);
	vm->psci_smc64 = BOTH_WIDTHS_0_2;
	vm->mem_protect = 0;
	for (i = 0; i < HV_ARRAY_SIZE(optionals); i++) {
		if (!(optional & optionals[i].flag) || version < optionals[i].since)
			continue;
		vm->psci_smc32 |= optionals[i].smc32;
		vm->psci_smc64 |= optionals[i].smc64;
	}
	return HV_OK;
}

/* The whole 32-bit identifier counts. */
static bool is_there(const struct hv_vm *vm, uint32_t fid)
{
	uint32_t functions = fid & HV_PSCI_SMC64 ? vm->psci_smc64 : vm->psci_smc32;

	return (fid & ~(HV_PSCI_SMC64 | 0x1fu)) == HV_PSCI_VERSION && (functions & BIT_OF(fid));
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
#define POWER_STATE_MBZ  (HV_MASK(63, 26) | HV_MASK(23, 17))
#define POWER_STATE_DOWN HV_BIT(16)

/*
 * The wake-up is always treated as one that came before power went down, which the standard allows: the call returns
 * and nothing is lost. A vCPU whose CPU interface would let no interrupt through does not sleep, for nothing could wake it.
 */
static int64_t suspend(struct hv_vcpu *vcpu, struct hv_next *next)
{
	const uint32_t vmcr_group_enables = 3;

	vcpu->waiting = vcpu->ich.vmcr & vmcr_group_enables;
	next->kind = HV_NEXT_WAIT;
	return HV_PSCI_SUCCESS;
}

/* x1: power_state, x2: entry, which counts only where power goes down. */
static int64_t cpu_suspend(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	if (call->arg[0] & POWER_STATE_MBZ)
		return HV_PSCI_INVALID_PARAMETERS;
	if ((call->arg[0] & POWER_STATE_DOWN) && !entry_ok(vcpu->vm, call->arg[1]))
		return HV_PSCI_INVALID_ADDRESS;
	return suspend(vcpu, next);
}

/* x1: entry. */
static int64_t cpu_default_suspend(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	return entry_ok(vcpu->vm, call->arg[0]) ? suspend(vcpu, next) : HV_PSCI_INVALID_ADDRESS;
}

/* x1: 0 platform-coordinated, which is the only mode there is (PSCI-23). */
static int64_t set_suspend_mode(const struct hv_smccc *call)
{
	return call->arg[0] == 0 ? HV_PSCI_SUCCESS : HV_PSCI_INVALID_PARAMETERS;
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

/* x1: target, x2: power level. 0 on, 1 off: a CPU that is about to run has power. */
static int64_t node_hw_state(const struct hv_vm *vm, const struct hv_smccc *call)
{
	int64_t state = affinity_info(vm, call);

	return state == 2 ? 0 : state;
}

/* The VM stops at once; the embedder does the rest. Should it let the caller go on, this is what the caller sees. */
static int64_t system_power(struct hv_vcpu *vcpu, enum hv_power power, struct hv_next *next)
{
	next->kind = HV_NEXT_POWER;
	next->power = power;
	hv_vm_stop(vcpu->vm, &next->kick);
	return HV_PSCI_INTERNAL_FAILURE;
}

#define RESET2_VENDOR HV_BIT(31)

/* x1: type, 0 is a warm reset and bit 31 the vendor's own; x2: cookie. */
static int64_t system_reset2(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	uint32_t type = (uint32_t)call->arg[0];

	if (type != 0 && !(type & RESET2_VENDOR))
		return HV_PSCI_INVALID_PARAMETERS;
	next->power_type = type;
	next->power_cookie = call->arg[1];
	return system_power(vcpu, HV_POWER_RESET, next);
}

#define OFF2_HIBERNATE 1u

/* x1: type, hibernation, for which 0 stands too; x2: cookie, 0. */
static int64_t system_off2(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	if (call->arg[0] > OFF2_HIBERNATE || call->arg[1] != 0)
		return HV_PSCI_INVALID_PARAMETERS;
	next->power_type = OFF2_HIBERNATE;
	return system_power(vcpu, HV_POWER_OFF, next);
}

/* x1: 1 to switch on, 0 to switch off. The answer is what was before. */
static int64_t mem_protect(struct hv_vm *vm, const struct hv_smccc *call)
{
	uint32_t wanted = call->arg[0] != 0;

	return hv_cas_u32(&vm->mem_protect, !wanted, wanted) & 1;
}

/* x1: base, x2: length. All of RAM is protected, and nothing else is. */
static int64_t mem_protect_check_range(const struct hv_vm *vm, const struct hv_smccc *call)
{
	return hv_vm_is_ram_(vm, call->arg[0], call->arg[1]) ? HV_PSCI_SUCCESS : HV_PSCI_DENIED;
}

/* No feature bits: CPU_SUSPEND has the original format and platform-coordinated mode. */
static int64_t features(const struct hv_vm *vm, uint32_t fid)
{
	return fid == HV_SMCCC_VERSION || is_there(vm, fid) ? HV_PSCI_SUCCESS : HV_PSCI_NOT_SUPPORTED;
}

static int64_t answer_optional(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	switch (NUMBER(call->fid)) {
	case NUMBER(HV_PSCI_CPU_DEFAULT_SUSPEND):
		return cpu_default_suspend(vcpu, call, next);
	case NUMBER(HV_PSCI_NODE_HW_STATE):
		return node_hw_state(vcpu->vm, call);
	case NUMBER(HV_PSCI_SET_SUSPEND_MODE):
		return set_suspend_mode(call);
	case NUMBER(HV_PSCI_SYSTEM_RESET2):
		return system_reset2(vcpu, call, next);
	case NUMBER(HV_PSCI_MEM_PROTECT):
		return mem_protect(vcpu->vm, call);
	case NUMBER(HV_PSCI_MEM_PROTECT_CHECK_RANGE):
		return mem_protect_check_range(vcpu->vm, call);
	default:
		return system_off2(vcpu, call, next);
	}
}

static int64_t answer(struct hv_vcpu *vcpu, const struct hv_smccc *call, struct hv_next *next)
{
	/* What MIGRATE_INFO_TYPE says of a machine without a Trusted OS to migrate. */
	const int64_t tos_none = 2;

	switch (NUMBER(call->fid)) {
	case NUMBER(HV_PSCI_VERSION):
		return vcpu->vm->psci_version;
	case NUMBER(HV_PSCI_CPU_SUSPEND):
		return cpu_suspend(vcpu, call, next);
	case NUMBER(HV_PSCI_CPU_OFF):
		return cpu_off(vcpu, next);
	case NUMBER(HV_PSCI_CPU_ON):
		return cpu_on(vcpu, call, next);
	case NUMBER(HV_PSCI_AFFINITY_INFO):
		return affinity_info(vcpu->vm, call);
	case NUMBER(HV_PSCI_MIGRATE_INFO_TYPE):
		return tos_none;
	case NUMBER(HV_PSCI_SYSTEM_OFF):
		return system_power(vcpu, HV_POWER_OFF, next);
	case NUMBER(HV_PSCI_SYSTEM_RESET):
		return system_power(vcpu, HV_POWER_RESET, next);
	case NUMBER(HV_PSCI_FEATURES):
		return features(vcpu->vm, (uint32_t)call->arg[0]);
	default:
		return answer_optional(vcpu, call, next);
	}
}

void hv_psci_call_(struct hv_vcpu *vcpu, struct hv_smccc *call, struct hv_next *next)
{
	if (is_there(vcpu->vm, call->fid))
		call->result[0] = (uint64_t)answer(vcpu, call, next);
}
