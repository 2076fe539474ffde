/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_s2_map: leaf sizes, conflicts, exact costs. What is built is read back by the independent walker. */
#include "s2_fixture.h"

static void page_needs_two_tables_and_one_barrier(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, 0x40001000, 0x80003000, 0x1000, HV_S2_RWX), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_mapped(&fix, 0x40001678, 0x80003678, 3);
	assert_hole(&fix, 0x40000fff);
	assert_hole(&fix, 0x40002000);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 2);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DSB_ISHST), 1);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DESC_STORE), 1);
	fixture_end(&fix);
}

/* S2-24, S2-25: leaf sizes follow IPA, PA and length together. */
static void unaligned_range_uses_largest_leaves(void **state)
{
	struct s2_fixture fix;
	const uint64_t start = HV_GIB(1) - 0x1000, size = HV_GIB(1) + HV_MIB(2) + 0x3000;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, start, start + HV_GIB(4), size, HV_S2_RW), HV_OK);
	assert_mapped(&fix, start, start + HV_GIB(4), 3);
	assert_mapped(&fix, HV_GIB(1) + 5, HV_GIB(5) + 5, 1);
	assert_mapped(&fix, HV_GIB(2) + 7, HV_GIB(6) + 7, 2);
	assert_mapped(&fix, HV_GIB(2) + HV_MIB(2), HV_GIB(6) + HV_MIB(2), 3);
	assert_hole(&fix, HV_GIB(2) + HV_MIB(2) + 0x2000);
	fixture_end(&fix);
}

static void misaligned_pa_maps_by_pages(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, HV_MIB(2), HV_MIB(4) + 0x1000, HV_MIB(4), HV_S2_RW), HV_OK);
	assert_mapped(&fix, HV_MIB(2), HV_MIB(4) + 0x1000, 3);
	assert_mapped(&fix, HV_MIB(6) - 1, HV_MIB(8) + 0xfff, 3);
	assert_hole(&fix, HV_MIB(6));
	fixture_end(&fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_needs_two_tables_and_one_barrier),
		cmocka_unit_test(unaligned_range_uses_largest_leaves),
		cmocka_unit_test(misaligned_pa_maps_by_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
