/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The guest's view of ID registers, and the intersection of CPUs. CTX-13, CTX-14. */
#include <hv/sysreg.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#define FIELD(value, lsb) HV_FIELD(value, (lsb) + 3, lsb)

static void view_of(struct hv_idregs *view, uint64_t everything, uint32_t ipa_bits, uint32_t features)
{
	struct hv_idregs host;
	uint32_t i;

	memset(view, 0xa5, sizeof(*view));
	for (i = 0; i < HV_IDREG_NR; i++)
		host.id[i] = everything;
	host.midr = 1;
	host.revidr = 2;
	host.ctr = 3;
	host.pmcr = 4;
	host.dczid = 5;
	hv_idregs_view(view, &host, ipa_bits, features);
}

/* Register, field: what a guest must never see, whatever the host has (CTX-13). */
static const struct {
	uint32_t reg, lsb;
} hidden[] = {
	{ HV_ID_AA64PFR0, 8 },   /* EL2 */
	{ HV_ID_AA64PFR0, 12 },  /* EL3 */
	{ HV_ID_AA64PFR0, 28 },  /* RAS */
	{ HV_ID_AA64PFR0, 32 },  /* SVE */
	{ HV_ID_AA64PFR0, 36 },  /* SEL2 */
	{ HV_ID_AA64PFR0, 40 },  /* MPAM */
	{ HV_ID_AA64PFR0, 44 },  /* AMU */
	{ HV_ID_AA64PFR0, 52 },  /* RME */
	{ HV_ID_AA64PFR1, 8 },   /* MTE */
	{ HV_ID_AA64PFR1, 12 },  /* RAS_frac */
	{ HV_ID_AA64PFR1, 16 },  /* MPAM_frac */
	{ HV_ID_AA64PFR1, 24 },  /* SME */
	{ HV_ID_AA64PFR1, 32 },  /* CSV2_frac */
	{ HV_ID_AA64PFR1, 36 },  /* NMI */
	{ HV_ID_AA64PFR1, 44 },  /* GCS */
	{ HV_ID_AA64PFR1, 48 },  /* THE */
	{ HV_ID_AA64DFR0, 4 },   /* TraceVer */
	{ HV_ID_AA64DFR0, 8 },   /* PMUVer */
	{ HV_ID_AA64DFR0, 28 },  /* CTX_CMPs */
	{ HV_ID_AA64DFR0, 32 },  /* PMSVer */
	{ HV_ID_AA64DFR0, 40 },  /* TraceFilt */
	{ HV_ID_AA64DFR0, 44 },  /* TraceBuffer */
	{ HV_ID_AA64DFR0, 48 },  /* MTPMU */
	{ HV_ID_AA64DFR0, 52 },  /* BRBE */
	{ HV_ID_AA64ISAR0, 24 }, /* TME */
	{ HV_ID_AA64ISAR1, 4 },  /* APA */
	{ HV_ID_AA64ISAR1, 8 },  /* API */
	{ HV_ID_AA64ISAR1, 24 }, /* GPA */
	{ HV_ID_AA64ISAR1, 28 }, /* GPI */
	{ HV_ID_AA64ISAR1, 56 }, /* XS */
	{ HV_ID_AA64ISAR1, 60 }, /* LS64 */
	{ HV_ID_AA64ISAR2, 8 },  /* GPA3 */
	{ HV_ID_AA64ISAR2, 12 }, /* APA3 */
	{ HV_ID_AA64ISAR2, 16 }, /* MOPS */
	{ HV_ID_AA64ISAR2, 24 }, /* PAC_frac */
	{ HV_ID_AA64ISAR2, 32 }, /* SYSREG_128 */
	{ HV_ID_AA64MMFR0, 56 }, /* FGT */
	{ HV_ID_AA64MMFR1, 4 },  /* VMIDBits */
	{ HV_ID_AA64MMFR1, 8 },  /* VH */
	{ HV_ID_AA64MMFR1, 16 }, /* LO */
	{ HV_ID_AA64MMFR1, 28 }, /* XNX */
	{ HV_ID_AA64MMFR1, 32 }, /* TWED */
	{ HV_ID_AA64MMFR1, 40 }, /* HCX */
	{ HV_ID_AA64MMFR2, 24 }, /* NV */
	{ HV_ID_AA64MMFR2, 36 }, /* IDS */
	{ HV_ID_AA64MMFR2, 40 }, /* FWB */
	{ HV_ID_AA64MMFR2, 56 }, /* EVT */
	{ HV_ID_DFR0, 24 },      /* PerfMon */
	{ HV_ID_PFR0, 20 },      /* AMU */
	{ HV_ID_PFR0, 28 },      /* RAS */
	{ HV_ID_PFR1, 12 },      /* Virtualization */
};

static void nothing_beyond_the_allow_list(void **state)
{
	struct hv_idregs view;
	uint32_t i;

	(void)state;
	view_of(&view, ~HV_U64(0), 48, 0);
	for (i = 0; i < HV_ARRAY_SIZE(hidden); i++)
		assert_int_equal(FIELD(view.id[hidden[i].reg], hidden[i].lsb), 0);
	assert_int_equal(view.id[HV_ID_AA64ZFR0], 0);
	assert_int_equal(view.id[HV_ID_AA64SMFR0], 0);
	assert_int_equal(view.id[HV_ID_AA64MMFR3], 0);
	assert_int_equal(view.id[HV_ID_AA64MMFR4], 0);
	assert_int_equal(view.id[HV_ID_AA64DFR1], 0);
	assert_int_equal(view.id[HV_ID_DFR1], 0);
	/* Unallocated encodings of the group. */
	assert_int_equal(view.id[HV_IDREG(3, 3)], 0);
	assert_int_equal(view.id[HV_IDREG(5, 2)], 0);
	assert_int_equal(view.id[HV_IDREG(6, 7)], 0);
	assert_int_equal(view.midr, 1);
	assert_int_equal(view.revidr, 2);
	assert_int_equal(view.ctr, 3);
	assert_int_equal(view.pmcr, 0);
	assert_int_equal(view.dczid, 5);
}

/* The view never shows a feature the host lacks, but for the GIC interface, which is ours. */
static void nothing_that_is_not_there(void **state)
{
	struct hv_idregs view;
	uint32_t i;

	(void)state;
	view_of(&view, 0, 48, HV_VIEW_PAUTH);
	for (i = 0; i < HV_IDREG_NR; i++)
		assert_int_equal(view.id[i], i == HV_ID_AA64PFR0 ? 1u << 24 : 0);
}

static void caps_hold(void **state)
{
	struct hv_idregs view;

	(void)state;
	view_of(&view, HV_U64(0x7777777777777777), 48, 0);
	assert_int_equal(FIELD(view.id[HV_ID_AA64PFR0], 4), 1);   /* EL1: AArch64 only */
	assert_int_equal(FIELD(view.id[HV_ID_AA64PFR0], 24), 1);  /* GIC */
	assert_int_equal(FIELD(view.id[HV_ID_AA64PFR0], 56), 1);  /* CSV2 */
	assert_int_equal(FIELD(view.id[HV_ID_AA64DFR0], 0), 6);   /* DebugVer */
	assert_int_equal(FIELD(view.id[HV_ID_AA64DFR0], 12), 1);  /* BRPs */
	assert_int_equal(FIELD(view.id[HV_ID_AA64DFR0], 20), 1);  /* WRPs */
	assert_int_equal(FIELD(view.id[HV_ID_AA64MMFR0], 60), 1); /* ECV */
	assert_int_equal(FIELD(view.id[HV_ID_AA64MMFR1], 0), 2);  /* HAFDBS */
	view_of(&view, HV_U64(0x1111111111111111), 48, 0);
	assert_int_equal(FIELD(view.id[HV_ID_AA64PFR0], 0), 1);
	assert_int_equal(FIELD(view.id[HV_ID_AA64DFR0], 0), 1);
	assert_int_equal(view.id[HV_ID_AA64ISAR0], HV_U64(0x1111111110111111));
}

static void parange_fits_the_ipa_space(void **state)
{
	static const struct {
		uint32_t bits, range;
	} expect[] = { { 31, 0 }, { 32, 0 }, { 35, 0 }, { 36, 1 }, { 39, 1 }, { 40, 2 }, { 42, 3 },
		       { 44, 4 }, { 47, 4 }, { 48, 5 }, { 51, 5 }, { 52, 6 }, { 64, 6 } };
	struct hv_idregs view;
	uint32_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(expect); i++) {
		view_of(&view, ~HV_U64(0), expect[i].bits, 0);
		assert_int_equal(FIELD(view.id[HV_ID_AA64MMFR0], 0), expect[i].range);
		view_of(&view, 2, expect[i].bits, 0);
		assert_int_equal(FIELD(view.id[HV_ID_AA64MMFR0], 0), expect[i].range < 2 ? expect[i].range : 2);
	}
}

static void pauth_is_shown_when_switched(void **state)
{
	struct hv_idregs view;

	(void)state;
	view_of(&view, HV_U64(0x1111111111111111), 48, HV_VIEW_PAUTH);
	assert_int_equal(view.id[HV_ID_AA64ISAR1] & HV_U64(0xff000ff0), HV_U64(0x11000110));
	assert_int_equal(view.id[HV_ID_AA64ISAR2] & HV_U64(0x0f00ff00), HV_U64(0x01001100));
}

static void intersect_one(uint32_t reg, uint64_t a, uint64_t b, uint64_t expected)
{
	struct hv_idregs all, cpu;

	memset(&all, 0, sizeof(all));
	memset(&cpu, 0, sizeof(cpu));
	all.id[reg] = a;
	cpu.id[reg] = b;
	hv_idregs_intersect(&all, &cpu);
	assert_int_equal(all.id[reg], expected);
	memset(&all, 0, sizeof(all));
	all.id[reg] = b;
	cpu.id[reg] = a;
	hv_idregs_intersect(&all, &cpu);
	assert_int_equal(all.id[reg], expected);
}

static void intersection_is_the_lesser_field(void **state)
{
	(void)state;
	intersect_one(HV_ID_AA64ISAR0, HV_U64(0x1021110212120000), HV_U64(0x0011112211110010),
		      HV_U64(0x0011110211110000));
	intersect_one(HV_ID_AA64PFR0, 0x000f2222, 0x00112222, 0x000f2222); /* FP: 0xf is "none" */
	intersect_one(HV_ID_AA64PFR0, 0x00f12222, 0x00102222, 0x00f02222);
	intersect_one(HV_ID_AA64DFR0, 0xf06, 0x406, 0xf06);                 /* PMUVer */
	intersect_one(HV_ID_AA64MMFR0, 0xf0000000, 0x10000000, 0xf0000000); /* TGran4 */
	intersect_one(HV_ID_AA64MMFR0, 0x00200000, 0x00100000, 0x00100000); /* TGran16 is unsigned */
	intersect_one(HV_ID_AA64MMFR0, HV_U64(0x20000000000), HV_U64(0x10000000000), HV_U64(0x10000000000));
	intersect_one(HV_ID_AA64MMFR0, HV_U64(0x20000000000), 0, HV_U64(0x10000000000)); /* TGran4_2 */
	intersect_one(HV_ID_AA64MMFR0, HV_U64(0x22200000000), HV_U64(0x22200000001), HV_U64(0x22200000000));
	intersect_one(HV_ID_AA64MMFR4, 0x0f000000, 0, 0x0f000000); /* E2H0 */
	intersect_one(HV_ID_DFR0, 0x0f000000, 0x03000000, 0x0f000000);
	intersect_one(HV_ID_AA64MMFR0, HV_U64(0x11000000), HV_U64(0x0f000000), HV_U64(0x0f000000));
}

static uint64_t ctr_of(uint64_t a, uint64_t b)
{
	struct hv_idregs all, cpu;

	memset(&all, 0, sizeof(all));
	memset(&cpu, 0, sizeof(cpu));
	all.ctr = a;
	cpu.ctr = b;
	hv_idregs_intersect(&all, &cpu);
	return all.ctr;
}

static void cache_type_is_the_safe_one(void **state)
{
	(void)state;
	assert_int_equal(ctr_of(0x8444c004, 0x8444c004), 0x8444c004);
	assert_int_equal(ctr_of(0x8444c004, 0x84448004), 0x84448004); /* PIPT and VIPT: VIPT */
	assert_int_equal(ctr_of(0x8444c004, 0x84448003), 0x84448003);
	assert_int_equal(ctr_of(0x8443c004, 0x8444c003), 0x8443c003); /* least lines */
	assert_int_equal(ctr_of(0xb444c004, 0x9444c004), 0x9444c004); /* IDC and DIC only if both */
	assert_int_equal(ctr_of(0x8544c004, 0x8454c004), 0x8554c004); /* greatest CWG, ERG */
	assert_int_equal(ctr_of(0x8454c004, 0x8544c004), 0x8554c004);
	assert_int_equal(ctr_of(0x8044c004, 0x8404c004), 0x8004c004); /* 0: assume the greatest */
	assert_int_equal(ctr_of(HV_U64(0x2080000000), HV_U64(0x1080000000)), HV_U64(0x1080000000));
}

static void counters_are_the_least(void **state)
{
	struct hv_idregs all, cpu;

	(void)state;
	memset(&all, 0, sizeof(all));
	memset(&cpu, 0, sizeof(cpu));
	all.midr = 1;
	cpu.midr = 2;
	all.dczid = 4;
	cpu.dczid = 4;
	hv_idregs_intersect(&all, &cpu);
	assert_int_equal(all.dczid, 4);
	cpu.dczid = 5;
	all.pmcr = 0x41023000 | 6u << 11;
	cpu.pmcr = 4u << 11;
	hv_idregs_intersect(&all, &cpu);
	assert_int_equal(all.midr, 1);
	assert_int_equal(HV_FIELD(all.pmcr, 15, 11), 4);
	assert_int_equal(all.dczid, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_beyond_the_allow_list),
		cmocka_unit_test(nothing_that_is_not_there),
		cmocka_unit_test(caps_hold),
		cmocka_unit_test(parange_fits_the_ipa_space),
		cmocka_unit_test(pauth_is_shown_when_switched),
		cmocka_unit_test(intersection_is_the_lesser_field),
		cmocka_unit_test(cache_type_is_the_safe_one),
		cmocka_unit_test(counters_are_the_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
