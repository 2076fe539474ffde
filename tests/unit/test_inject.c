/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Exceptions at EL1 against a reference written from the architecture's list, and the step over an instruction.
 * ESR-21, ESR-30, ESR-32, ESR-34, ESR-35.
 */
#include "run_world.h"

#define FEATURE_PAN  HV_BIT(0)
#define FEATURE_SSBS HV_BIT(1)
#define FEATURE_MTE  HV_BIT(2)
#define FEATURE_NMI  HV_BIT(3)
#define SCTLR_SPAN   HV_BIT(23)
#define SCTLR_DSSBS  HV_BIT(44)
#define SCTLR_SPINT  HV_BIT(62)
#define KEPT_PSTATE  HV_U64(0xf1400000) /* NZCV, DIT, PAN */
#define ENTRY_PSTATE HV_U64(0x3c5)

static void set_features(struct run_world *w, uint64_t features)
{
	uint64_t *id = w->vm.idregs.id;

	id[HV_ID_AA64MMFR1] = features & FEATURE_PAN ? HV_BIT(20) : 0;
	id[HV_ID_AA64PFR1] = (features & FEATURE_SSBS ? HV_BIT(4) : 0) | (features & FEATURE_MTE ? HV_BIT(9) : 0) |
			     (features & FEATURE_NMI ? HV_BIT(36) : 0);
}

static uint64_t reference_pstate(uint64_t old, uint64_t sctlr, uint64_t features)
{
	uint64_t pstate = (old & KEPT_PSTATE) | ENTRY_PSTATE;

	if ((features & FEATURE_PAN) && !(sctlr & SCTLR_SPAN))
		pstate |= HV_BIT(22);
	if ((features & FEATURE_SSBS) && (sctlr & SCTLR_DSSBS))
		pstate |= HV_BIT(12);
	if (features & FEATURE_MTE)
		pstate |= HV_BIT(25);
	if ((features & FEATURE_NMI) && !(sctlr & SCTLR_SPINT))
		pstate |= HV_BIT(13);
	return pstate;
}

static uint64_t reference_offset(uint64_t old)
{
	if (old & 0x10)
		return 0x600;
	if ((old & 0xc) == 0)
		return 0x400;
	return old & 1 ? 0x200 : 0;
}

/* ESR-30, ESR-32: any PSTATE whatever, all feature sets, the three SCTLR bits that count. */
static void undef_from_any_state(void **state)
{
	static const uint64_t sctlrs[] = { 0, SCTLR_SPAN, SCTLR_DSSBS, SCTLR_SPINT, ~HV_U64(0) };
	struct run_world w;
	struct hv_vcpu *vcpu;
	struct hv_exit exit = { 0 };
	uint64_t random = 1, features;
	uint32_t i, s;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	for (i = 0; i < 500; i++)
		for (features = 0; features < 16; features++)
			for (s = 0; s < HV_ARRAY_SIZE(sctlrs); s++) {
				uint64_t old = random, pc = random * 3;

				random = random * HV_U64(6364136223846793005) + 1442695040888963407;
				set_features(&w, features);
				hv_el1_set(&vcpu->el1, HV_EL1_SCTLR, sctlrs[s]);
				vcpu->regs.pstate = old;
				vcpu->regs.pc = pc;
				hv_vcpu_inject_undef(vcpu, &exit);
				assert_int_equal(vcpu->regs.pstate, reference_pstate(old, sctlrs[s], features));
				assert_int_equal(vcpu->regs.pc, VBAR + reference_offset(old));
				assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_SPSR), old);
				assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ELR), pc);
				assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ESR), UNDEF_ESR);
			}
	world_end(&w);
}

struct abort_case {
	enum hv_exit_kind kind;
	uint32_t flags;
	uint64_t pstate;
	uint64_t esr;
};

#define FAR_VALID HV_EXIT_FLAG_FAR

/* ESR-21: class by direction and EL, IL always, WnR, CM and FnV. */
static void external_aborts(void **state)
{
	static const struct abort_case cases[] = {
		{ HV_EXIT_DABT, FAR_VALID, 0x5, 0x96000010 },
		{ HV_EXIT_DABT, FAR_VALID, 0x4, 0x96000010 },
		{ HV_EXIT_DABT, FAR_VALID, 0x0, 0x92000010 },
		{ HV_EXIT_DABT, FAR_VALID, 0x10, 0x92000010 },
		{ HV_EXIT_DABT, FAR_VALID | HV_EXIT_FLAG_WRITE, 0x5, 0x96000050 },
		{ HV_EXIT_DABT, FAR_VALID | HV_EXIT_FLAG_CM, 0x5, 0x96000150 },
		{ HV_EXIT_DABT, HV_EXIT_FLAG_FNV, 0x5, 0x96000410 },
		{ HV_EXIT_IABT, FAR_VALID, 0x5, 0x86000010 },
		{ HV_EXIT_IABT, FAR_VALID, 0x0, 0x82000010 },
		{ HV_EXIT_IABT, FAR_VALID, 0x10, 0x82000010 },
		/* An external abort on a table walk always has its FAR. */
		{ HV_EXIT_DABT, FAR_VALID | HV_EXIT_FLAG_S1PTW, 0x5, 0x96000014 },
		{ HV_EXIT_IABT, FAR_VALID | HV_EXIT_FLAG_S1PTW, 0x0, 0x82000014 },
	};
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint32_t i;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		struct hv_exit exit = { .kind = cases[i].kind, .flags = cases[i].flags, .far = MINUS_1 - i };

		hv_el1_set(&vcpu->el1, HV_EL1_FAR, 0x77);
		vcpu->regs.pstate = cases[i].pstate;
		vcpu->mmio_outstanding = true;
		hv_vcpu_inject_abort(vcpu, &exit);
		assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ESR), cases[i].esr);
		/* ESR-34: all 64 bits of FAR. */
		assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_FAR), cases[i].flags & FAR_VALID ? MINUS_1 - i : 0x77);
		assert_false(vcpu->mmio_outstanding);
	}
	world_end(&w);
}

/* A skip in AArch64 clears BTYPE and SS and nothing else; in T32 the IT block moves on. */
static void step(struct run_world *w, uint64_t pstate, bool il, uint64_t expect_pstate, uint64_t expect_pc)
{
	struct hv_vcpu *vcpu = &w->vm.vcpu[0];

	vcpu->regs.pstate = pstate;
	vcpu->regs.pc = HV_U64(0x1fffffffe);
	world_exit(w, 0, hv_esr_make(HV_EC_WFX, il, 1u << 24 | 14u << 20 | 1));
	assert_int_equal(vcpu->regs.pstate, expect_pstate);
	assert_int_equal(vcpu->regs.pc, expect_pc);
}

#define T32(it) (HV_U64(0x30) | HV_PREP(it, 26, 25) | HV_PREP((it) >> 2, 15, 10))

static void step_over_an_instruction(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	step(&w, 0x5, true, 0x5, HV_U64(0x200000002));
	step(&w, ~HV_U64(0x10), true, ~HV_U64(0x200c10), HV_U64(0x200000002));
	step(&w, 0x10, true, 0x10, 2);         /* A32: the PC has 32 bits */
	step(&w, T32(0x00), false, T32(0), 0); /* no IT block */
	step(&w, T32(0xe8), false, T32(0), 0); /* the last of its block */
	step(&w, T32(0xe4), false, T32(0xe8), 0);
	step(&w, T32(0xe1), false, T32(0xe2), 0);
	step(&w, T32(0xef), false, T32(0xfe), 0);
	step(&w, T32(0xe7), true, T32(0xee), 2);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(undef_from_any_state),
		cmocka_unit_test(external_aborts),
		cmocka_unit_test(step_over_an_instruction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
