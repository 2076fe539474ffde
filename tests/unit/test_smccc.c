/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Capture of a call and the architecture service. PSCI-10, PSCI-12, PSCI-13, PSCI-14, PSCI-29. */
#include <hv/smccc.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#define UPPER HV_U64(0x5a5a5a5a00000000)

static struct hv_smccc capture(uint64_t x0, uint64_t x1)
{
	uint64_t x[5] = { x0, x1, UPPER | 2, UPPER | 3, UPPER | 4 };
	struct hv_smccc call;

	memset(&call, 0xa5, sizeof(call));
	hv_smccc_capture(&call, x);
	return call;
}

/* PSCI-10: the function is w0; SMC32 arguments are 32 bits wide, SMC64 ones whole. */
static void capture_cuts_what_the_width_says(void **state)
{
	struct hv_smccc call = capture(UPPER | 0x84000003, UPPER | 1);

	(void)state;
	assert_int_equal(call.fid, 0x84000003);
	assert_int_equal(call.arg[0], 1);
	assert_int_equal(call.arg[3], 4);
	assert_int_equal(call.result[0], ~HV_U64(0));
	assert_int_equal(call.nr_results, 1);
	call = capture(UPPER | 0xc4000003, UPPER | 1);
	assert_int_equal(call.arg[0], UPPER | 1);
	assert_int_equal(call.arg[3], UPPER | 4);
}

/* PSCI-12: the hint is masked, other reserved bits are not and so match nothing. */
static void hint_is_masked(void **state)
{
	uint32_t bit;

	(void)state;
	assert_int_equal(capture(0x84010000, 0).fid, 0x84000000);
	assert_int_equal(capture(0x04010000, 0).fid, 0x04010000); /* a yielding call has no hint */
	for (bit = 17; bit <= 23; bit++)
		assert_int_equal(capture(0x84010000 | 1u << bit, 0).fid, 0x84010000 | 1u << bit);
}

static uint64_t arch(const struct hv_smccc_config *config, uint32_t fid, uint64_t arg)
{
	struct hv_smccc call = capture(fid, arg);

	assert_true(hv_smccc_arch(config, &call));
	assert_int_equal(call.nr_results, 1);
	return call.result[0];
}

static const uint32_t workarounds[] = { 0x80008000, 0x80007fff, 0x80003fff };

/* PSCI-29: three workarounds, four states each. */
static void workarounds_tell_the_backends_truth(void **state)
{
	uint32_t w, s;

	(void)state;
	for (w = 0; w < 3; w++)
		for (s = 0; s < 5; s++) {
			struct hv_smccc_config config = { 0 };
			int64_t answer = -1;

			*(&config.workaround_1 + w) = s;
			if (s == HV_WORKAROUND_REQUIRED)
				answer = 0;
			else if (s == HV_WORKAROUND_NOT_AFFECTED)
				answer = 1;
			else if (s == HV_WORKAROUND_NOT_REQUIRED && workarounds[w] == HV_SMCCC_ARCH_WORKAROUND_2)
				answer = -2;
			assert_int_equal(arch(&config, 0x80000001, workarounds[w]), (uint64_t)answer);
			assert_int_equal(arch(&config, workarounds[w], 0), answer >= 0 ? 0 : ~HV_U64(0));
			/* The others are untouched. */
			assert_int_equal(arch(&config, 0x80000001, workarounds[(w + 1) % 3]), ~HV_U64(0));
		}
}

static void version_and_features(void **state)
{
	const struct hv_smccc_config config = { 0 };

	(void)state;
	assert_int_equal(arch(&config, 0x80000000, 0), 0x10001);
	assert_int_equal(arch(&config, 0x80000001, 0x80000000), 0);
	assert_int_equal(arch(&config, 0x80000001, 0x80000001), 0);
	assert_int_equal(arch(&config, 0x80000001, 0x80000002), ~HV_U64(0));
	assert_int_equal(arch(&config, 0x80000001, UPPER | 0x80000000), 0);
	assert_int_equal(arch(&config, 0x80000001, 0x84000000), ~HV_U64(0));
}

/* PSCI-14: nothing outside its own identifiers is answered, whole owner ranges swept at their ends. */
static void other_owners_are_not_answered(void **state)
{
	const struct hv_smccc_config config = { .has_uid = true };
	uint32_t owner, type, fn;

	(void)state;
	for (owner = 0; owner < 64; owner++)
		for (type = 0; type < 4; type++)
			for (fn = 0; fn < 0x10000; fn += fn < 0x100 ? 1 : 0xff) {
				uint32_t fid = type << 30 | owner << 24 | fn;
				bool known = fid == 0x80000000 || fid == 0x80000001 || fid == 0x80008000 ||
					     fid == 0x80007fff || fid == 0x80003fff || fid == 0x8600ff01 ||
					     fid == 0x8600ff03;
				struct hv_smccc call = capture(fid, 0);

				assert_int_equal(hv_smccc_arch(&config, &call), known);
			}
}

static void vendor_uid_is_optional(void **state)
{
	struct hv_smccc_config config = { .uid = { 1, 2, 3, 0xfffffff4 }, .revision = { 5, 6 } };
	struct hv_smccc call = capture(0x8600ff01, 0);

	(void)state;
	assert_false(hv_smccc_arch(&config, &call));
	config.has_uid = true;
	assert_true(hv_smccc_arch(&config, &call));
	assert_int_equal(call.nr_results, 4);
	assert_int_equal(call.result[0], 1);
	assert_int_equal(call.result[3], 0xfffffff4);
	call = capture(0x8600ff03, 0);
	assert_true(hv_smccc_arch(&config, &call));
	assert_int_equal(call.nr_results, 2);
	assert_int_equal(call.result[0], 5);
	assert_int_equal(call.result[1], 6);
	call = capture(0xc600ff01, 0);
	assert_false(hv_smccc_arch(&config, &call));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture_cuts_what_the_width_says),    cmocka_unit_test(hint_is_masked),
		cmocka_unit_test(workarounds_tell_the_backends_truth), cmocka_unit_test(version_and_features),
		cmocka_unit_test(other_owners_are_not_answered),       cmocka_unit_test(vendor_uid_is_optional),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
