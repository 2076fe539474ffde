/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Trap controls: each hidden feature has its trap (CTX-13), bits by layout (TMR-09), RES0 bits stay 0. */
#include <hv/sysreg.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

static struct hv_traps traps_of(uint64_t everything, uint32_t features, uint32_t flags)
{
	struct hv_idregs host, view;
	struct hv_traps traps;
	uint32_t i;

	memset(&host, 0, sizeof(host));
	for (i = 0; i < HV_IDREG_NR; i++)
		host.id[i] = everything;
	host.midr = 0x411fd070;
	host.pmcr = 6u << 11;
	hv_idregs_view(&view, &host, 40, features);
	memset(&traps, 0xa5, sizeof(traps));
	hv_traps_init(&traps, &view, &host, flags);
	return traps;
}

#define ALL HV_U64(0x2222222222222222)

static void hcr_of_a_plain_cpu(void **state)
{
	const uint64_t expect = HV_BIT(0) | HV_BIT(1) | HV_BIT(2) | HV_BIT(3) | HV_BIT(4) | HV_BIT(5) | HV_BIT(9) |
				HV_BIT(10) | HV_BIT(18) | HV_BIT(19) | HV_BIT(20) | HV_BIT(21) | HV_BIT(22) |
				HV_BIT(31);

	(void)state;
	assert_int_equal(traps_of(0, 0, 0).hcr, expect);
	assert_int_equal(traps_of(0, HV_VIEW_PAUTH, 0).hcr, expect);
	assert_int_equal(traps_of(0, 0, HV_TRAPS_TRAP_WFI).hcr, expect | HV_BIT(13) | HV_BIT(14));
	assert_int_equal(traps_of(0, 0, HV_TRAPS_FWB).hcr, expect | HV_BIT(46));
	assert_int_equal(traps_of(0, 0, HV_TRAPS_E2H).hcr, expect | HV_BIT(34));
	/* A CPU with everything: TLOR, TERR, TID5 trap; no pointer authentication unless its keys are switched. */
	assert_int_equal(traps_of(ALL, 0, 0).hcr, expect | HV_BIT(35) | HV_BIT(36) | HV_BIT(58));
	assert_int_equal(traps_of(ALL, HV_VIEW_PAUTH, 0).hcr,
			 expect | HV_BIT(35) | HV_BIT(36) | HV_BIT(58) | HV_BIT(40) | HV_BIT(41));
	/* MTE level 1 has no GMID_EL1. */
	assert_int_equal(traps_of(HV_U64(0x1111111111111111), 0, 0).hcr & HV_BIT(58), 0);
}

/* The third pointer authentication algorithm is told by ID_AA64ISAR2_EL1 alone. */
static void qarma3_counts_as_pauth(void **state)
{
	struct hv_idregs host, view;
	struct hv_traps traps;

	(void)state;
	memset(&host, 0, sizeof(host));
	host.id[HV_ID_AA64ISAR2] = 0x1000;
	hv_idregs_view(&view, &host, 40, HV_VIEW_PAUTH);
	hv_traps_init(&traps, &view, &host, 0);
	assert_int_equal(traps.hcr & (HV_BIT(40) | HV_BIT(41)), HV_BIT(40) | HV_BIT(41));
}

static void other_controls(void **state)
{
	struct hv_traps traps = traps_of(ALL, 0, 0);

	(void)state;
	assert_int_equal(traps.cptr, 0x33ff | HV_BIT(10) | HV_BIT(20) | HV_BIT(30));
	assert_int_equal(traps.mdcr,
			 6 | HV_BIT(5) | HV_BIT(6) | HV_BIT(9) | HV_BIT(10) | HV_BIT(11) | HV_BIT(14) | HV_BIT(19));
	assert_int_equal(traps.cnthctl, 0);
	assert_int_equal(traps.hstr, HV_BIT(15));
	assert_int_equal(traps.vpidr, 0x411fd070);
	assert_int_equal(traps.mpam2, HV_BIT(48) | HV_BIT(49));
	assert_int_equal(traps.hcrx | traps.hfgrtr | traps.hfgwtr | traps.hfgitr | traps.hdfgrtr | traps.hdfgwtr |
				 traps.hafgrtr,
			 0);
	/* E2H: the enables FPEN, ZEN, SMEN are 0, which traps; bits 28 and 30 trap trace and AMU. */
	assert_int_equal(traps_of(ALL, 0, HV_TRAPS_E2H).cptr, HV_BIT(28) | HV_BIT(30));
	assert_int_equal(traps_of(ALL, 0, HV_TRAPS_E2H).cnthctl, 0);
}

static void have_tells_which_registers_exist(void **state)
{
	struct hv_idregs host, view;
	struct hv_traps traps;

	(void)state;
	assert_int_equal(traps_of(0, 0, 0).have, 0);
	assert_int_equal(traps_of(ALL, 0, 0).have, 0x7f);
	assert_int_equal(traps_of(HV_U64(0x1111111111111111), 0, 0).have, 0x7f & ~HV_TRAPS_FGT2);
	memset(&host, 0, sizeof(host));
	memset(&view, 0, sizeof(view));
	host.id[HV_ID_AA64MMFR0] = HV_BIT(56);
	hv_traps_init(&traps, &view, &host, 0);
	assert_int_equal(traps.have, HV_TRAPS_FGT);
	host.id[HV_ID_AA64MMFR0] = 0;
	host.id[HV_ID_AA64PFR1] = HV_BIT(16);
	hv_traps_init(&traps, &view, &host, 0);
	assert_int_equal(traps.have, HV_TRAPS_MPAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hcr_of_a_plain_cpu),
		cmocka_unit_test(qarma3_counts_as_pauth),
		cmocka_unit_test(other_controls),
		cmocka_unit_test(have_tells_which_registers_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
