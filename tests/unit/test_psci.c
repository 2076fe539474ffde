/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The claim protocol of one vCPU: every state against every step. PSCI-01..PSCI-06. */
#include <hv/psci.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void claim_from_every_state(void **state)
{
	static const int32_t answer[] = { HV_PSCI_SUCCESS, HV_PSCI_RET_ON_PENDING, HV_PSCI_RET_ON_PENDING,
					  HV_PSCI_ALREADY_ON };
	static const int32_t info[] = { 1, 2, 2, 0 };
	uint32_t s;

	(void)state;
	for (s = HV_PSCI_OFF; s <= HV_PSCI_ON; s++) {
		struct hv_psci_cpu cpu = { .state = s };

		assert_int_equal(hv_psci_affinity(&cpu), info[s]);
		assert_int_equal(hv_psci_claim(&cpu), answer[s]);
		assert_int_equal(cpu.state, s == HV_PSCI_OFF ? HV_PSCI_CLAIMED : s);
		/* Two callers: the second never succeeds, and writes nothing. */
		assert_int_not_equal(hv_psci_claim(&cpu), HV_PSCI_SUCCESS);
	}
}

/* PSCI-06: only a published request can be taken, once. */
static void take_only_what_is_published(void **state)
{
	struct hv_psci_cpu cpu = { .state = HV_PSCI_OFF };

	(void)state;
	assert_false(hv_psci_take(&cpu));
	assert_int_equal(hv_psci_claim(&cpu), HV_PSCI_SUCCESS);
	assert_false(hv_psci_take(&cpu));
	hv_psci_publish(&cpu);
	assert_int_equal(hv_psci_affinity(&cpu), 2);
	assert_true(hv_psci_take(&cpu));
	assert_false(hv_psci_take(&cpu));
	assert_int_equal(hv_psci_affinity(&cpu), 0);
	hv_psci_off(&cpu);
	assert_int_equal(hv_psci_affinity(&cpu), 1);
	assert_int_equal(hv_psci_claim(&cpu), HV_PSCI_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claim_from_every_state),
		cmocka_unit_test(take_only_what_is_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
