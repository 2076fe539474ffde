/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Fault status codes and names, each against the architecture's list. */
#include <hv/esr.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

struct expect {
	uint32_t fsc;
	enum hv_fault fault;
	int8_t level;
};

#define NONE HV_FAULT_NO_LEVEL

static const struct expect listed[] = {
	{ 0x10, HV_FAULT_EXTERNAL, NONE },     { 0x11, HV_FAULT_TAG_CHECK, NONE },
	{ 0x12, HV_FAULT_EXTERNAL_WALK, -2 },  { 0x13, HV_FAULT_EXTERNAL_WALK, -1 },
	{ 0x18, HV_FAULT_PARITY, NONE },       { 0x1b, HV_FAULT_PARITY_WALK, -1 },
	{ 0x21, HV_FAULT_ALIGNMENT, NONE },    { 0x22, HV_FAULT_GRANULE_WALK, -2 },
	{ 0x23, HV_FAULT_GRANULE_WALK, -1 },   { 0x28, HV_FAULT_GRANULE, NONE },
	{ 0x29, HV_FAULT_ADDRESS_SIZE, -1 },   { 0x2a, HV_FAULT_TRANSLATION, -2 },
	{ 0x2b, HV_FAULT_TRANSLATION, -1 },    { 0x2c, HV_FAULT_ADDRESS_SIZE, -2 },
	{ 0x30, HV_FAULT_TLB_CONFLICT, NONE }, { 0x31, HV_FAULT_HW_UPDATE, NONE },
	{ 0x34, HV_FAULT_LOCKDOWN, NONE },     { 0x35, HV_FAULT_EXCLUSIVE, NONE },
};

static struct expect expected(uint32_t fsc)
{
	struct expect e = { fsc, HV_FAULT_RESERVED, NONE };
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(listed); i++)
		if (listed[i].fsc == fsc)
			return listed[i];
	if (fsc < 0x10)
		e.fault = (enum hv_fault)(HV_FAULT_ADDRESS_SIZE + fsc / 4);
	else if (fsc >= 0x14 && fsc <= 0x17)
		e.fault = HV_FAULT_EXTERNAL_WALK;
	else if (fsc >= 0x1c && fsc <= 0x1f)
		e.fault = HV_FAULT_PARITY_WALK;
	else if (fsc >= 0x24 && fsc <= 0x27)
		e.fault = HV_FAULT_GRANULE_WALK;
	if (e.fault != HV_FAULT_RESERVED)
		e.level = (int8_t)(fsc & 3);
	return e;
}

/* ESR-24: all 64 codes have exactly one meaning. */
static void every_fault_status_has_one_meaning(void **state)
{
	uint32_t fsc;

	(void)state;
	for (fsc = 0; fsc < 256; fsc++) {
		struct hv_fault_info info = hv_fault_of(fsc);
		struct expect e = expected(fsc & 0x3f);

		assert_int_equal(info.fault, e.fault);
		assert_int_equal(info.level, e.level);
	}
}

static void names_are_short_words(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 256; i++) {
		assert_in_range(strlen(hv_ec_name(i)), 2, 12);
		assert_in_range(strlen(hv_fault_name((enum hv_fault)i)), 4, 13);
	}
	assert_string_equal(hv_ec_name(HV_EC_UNKNOWN), "unknown");
	assert_string_equal(hv_ec_name(HV_EC_WFX), "wfx");
	assert_string_equal(hv_ec_name(2), "reserved");
	assert_string_equal(hv_ec_name(HV_EC_CP14_64), "cp14_64");
	assert_string_equal(hv_ec_name(HV_EC_SVC64), "svc64");
	assert_string_equal(hv_ec_name(HV_EC_SYSREG), "sysreg");
	assert_string_equal(hv_ec_name(HV_EC_IMPDEF), "impdef");
	assert_string_equal(hv_ec_name(HV_EC_DABT_LOWER), "dabt_lower");
	assert_string_equal(hv_ec_name(HV_EC_MOPS), "mops");
	assert_string_equal(hv_ec_name(HV_EC_SERROR), "serror");
	assert_string_equal(hv_ec_name(HV_EC_WATCHPT_CUR), "watch_cur");
	assert_string_equal(hv_ec_name(HV_EC_VECTOR32), "vector32");
	assert_string_equal(hv_ec_name(HV_EC_PROFILING), "profiling");
	assert_string_equal(hv_ec_name(0x3f), "reserved");
	assert_string_equal(hv_fault_name(HV_FAULT_NONE), "none");
	assert_string_equal(hv_fault_name(HV_FAULT_PERMISSION), "permission");
	assert_string_equal(hv_fault_name(HV_FAULT_ALIGNMENT), "alignment");
	assert_string_equal(hv_fault_name(HV_FAULT_EXCLUSIVE), "exclusive");
	assert_string_equal(hv_fault_name(HV_FAULT_RESERVED), "reserved");
	assert_string_equal(hv_fault_name((enum hv_fault)99), "reserved");
}

/* ESR-20, ESR-21: nothing above bit 31 and no ISS bit beyond 24 gets into a made syndrome or into the class. */
static void syndromes_are_made_of_their_fields(void **state)
{
	(void)state;
	assert_int_equal(hv_esr_make(HV_EC_DABT_LOWER, true, 0x50), 0x92000050);
	assert_int_equal(hv_esr_make(HV_EC_SYSREG, false, 0xffffffff), 0x61ffffff);
	assert_int_equal(HV_ESR_EC(HV_U64(0xffffffff92000050)), HV_EC_DABT_LOWER);
	assert_int_equal(HV_ESR_ISS(HV_U64(0xffffffff92000050)), 0x50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_status_has_one_meaning),
		cmocka_unit_test(names_are_short_words),
		cmocka_unit_test(syndromes_are_made_of_their_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
