/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* New tables: exact cost, exact contents, linked by one release store when they are complete. */
#include "s2_fixture.h"

#define PAGE HV_U64(0x1000)

/* [ipa, ipa + size) maps to pa and nothing around it; hv_s2_tables_needed() told the cost. */
static void check_range(struct s2_fixture *fix, uint64_t ipa, uint64_t pa, uint64_t size)
{
	uint64_t page = HV_U64(1) << fix->s2.geo.granule_shift, step = size / page > 64 ? size / 64 : page;
	uint64_t before = fix->pool.nr_free, nr, at;
	struct hv_s2_run run;

	assert_int_equal(hv_s2_tables_needed(&fix->s2, hv_ipa(ipa), hv_pa(pa), size, HV_S2_RW, &nr), HV_OK);
	assert_int_equal(fixture_map(fix, ipa, pa, size, HV_S2_RW), HV_OK);
	assert_int_equal(before - fix->pool.nr_free, nr);
	for (at = 0; at < size; at += step)
		assert_int_equal(fixture_walk(fix, ipa + at, HV_HOST_READ).oa, pa + at);
	assert_int_equal(fixture_walk(fix, ipa + size - 1, HV_HOST_READ).oa, pa + size - 1);
	assert_int_equal(hv_s2_next_run(&fix->s2, hv_ipa(0), hv_ipa(HV_U64(1) << fix->s2.geo.ipa_bits), &run), HV_OK);
	assert_int_equal(run.ipa.v, ipa);
	assert_int_equal(run.size, size);
	assert_int_equal(hv_s2_unmap(&fix->s2, hv_ipa(0), HV_U64(1) << fix->s2.geo.ipa_bits, &fix->gather), HV_OK);
	hv_s2_settle(&fix->s2, &fix->gather);
	assert_int_equal(fix->pool.nr_free, before);
}

/* S2-18, S2-24, S2-25: starts and ends on and off every boundary. */
static void cost_and_contents(void **state)
{
	static const enum hv_s2_granule granule[] = { HV_S2_4K, HV_S2_16K, HV_S2_64K };
	size_t g;
	int a, b;

	(void)state;
	for (g = 0; g < HV_ARRAY_SIZE(granule); g++) {
		struct s2_fixture fix;
		uint64_t page = HV_U64(1) << granule[g], block = page * page / 8;
		const uint64_t start[] = { 0, page, block - page, block, block + page };
		const uint64_t size[] = { page, 2 * page, block, block + page, 2 * block, 3 * block + 2 * page };

		fixture_prepare(&fix);
		fix.config.granule = granule[g];
		fix.config.ipa_bits = 44;
		fixture_start(&fix);
		for (a = 0; a < 5; a++)
			for (b = 0; b < 6; b++) {
				check_range(&fix, HV_BIT(42) + start[a], HV_BIT(43) + start[a], size[b]);
				if (size[b] < block)
					check_range(&fix, HV_BIT(42) + start[a], HV_BIT(43), size[b]);
			}
		fixture_end(&fix);
	}
}

/* Five levels with LPA2: every table is new, both ends hang in pages, the middle is blocks of four sizes. */
static void five_levels_deep(void **state)
{
	struct s2_fixture fix;
	const uint64_t start = HV_GIB(512) - PAGE, end = 2 * HV_GIB(512) + HV_GIB(1) + HV_MIB(2) + PAGE;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr0 = HV_PREP(3, 43, 40) | 6;
	fix.config.ipa_bits = 52;
	fix.config.flags = HV_S2_START_LEVEL;
	fix.config.start_level = -1;
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, start, HV_BIT(51) + start, end - start, HV_S2_RW), HV_OK);
	assert_mapped(&fix, start, HV_BIT(51) + start, 3);
	assert_mapped(&fix, HV_GIB(512), HV_BIT(51) + HV_GIB(512), 0);
	assert_mapped(&fix, 2 * HV_GIB(512), HV_BIT(51) + 2 * HV_GIB(512), 1);
	assert_mapped(&fix, end - HV_MIB(2), HV_BIT(51) + end - HV_MIB(2), 2);
	assert_mapped(&fix, end - 1, HV_BIT(51) + end - 1, 3);
	assert_hole(&fix, start - 1);
	assert_hole(&fix, end);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 7);
	fixture_end(&fix);
}

/* S2-23: Device memory by pages, however aligned. */
static void device_by_pages(void **state)
{
	struct s2_fixture fix;
	uint64_t nr;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(
		hv_s2_tables_needed(&fix.s2, hv_ipa(0), hv_pa(0), HV_MIB(4), HV_S2_RW | HV_S2_MEM_DEVICE_nGnRE, &nr),
		HV_OK);
	assert_int_equal(nr, 3);
	assert_int_equal(fixture_map(&fix, 0, 0, HV_MIB(4), HV_S2_RW | HV_S2_MEM_DEVICE_nGnRE), HV_OK);
	assert_mapped(&fix, 0, 0, 3);
	assert_mapped(&fix, HV_MIB(4) - 1, HV_MIB(4) - 1, 3);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 3);
	fixture_end(&fix);
}

/* A table is filled before one release store links it: nothing live changes on the way. */
static void linked_when_complete(void **state)
{
	struct s2_fixture fix;
	const struct hv_host_event *event;
	size_t nr, i, stores = 0;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	hv_host_log_start(fix.host);
	assert_int_equal(fixture_map(&fix, HV_GIB(1) + PAGE, 0, HV_MIB(2), HV_S2_RW), HV_OK);
	hv_host_log_stop(fix.host);
	event = hv_host_log(fix.host, &nr);
	for (i = 0; i < nr; i++)
		if (event[i].op == HV_HOST_DESC_STORE) {
			stores++;
			assert_true(event[i].release);
			assert_int_equal(event[i].old, 0);
		}
	assert_int_equal(stores, 1);
	fixture_end(&fix);
}

static void cost_of_what_cannot_be_mapped(void **state)
{
	struct s2_fixture fix;
	uint64_t nr = 77;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(hv_s2_tables_needed(&fix.s2, hv_ipa(0), hv_pa(0), PAGE, 0x200, &nr), HV_EINVAL);
	assert_int_equal(hv_s2_tables_needed(&fix.s2, hv_ipa(0), hv_pa(1), PAGE, HV_S2_RW, &nr), HV_EINVAL);
	assert_int_equal(hv_s2_tables_needed(&fix.s2, hv_ipa(0), hv_pa(HV_BIT(48)), PAGE, HV_S2_RW, &nr), HV_ERANGE);
	assert_int_equal(fixture_map(&fix, PAGE, 0, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(hv_s2_tables_needed(&fix.s2, hv_ipa(0), hv_pa(0), 2 * PAGE, HV_S2_RW, &nr), HV_EEXIST);
	assert_int_equal(hv_s2_tables_needed(&fix.s2, hv_ipa(0), hv_pa(HV_GIB(1)), PAGE, HV_S2_RW, &nr), HV_OK);
	assert_int_equal(nr, 0);
	fixture_end(&fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cost_and_contents),
		cmocka_unit_test(five_levels_deep),
		cmocka_unit_test(device_by_pages),
		cmocka_unit_test(linked_when_complete),
		cmocka_unit_test(cost_of_what_cannot_be_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
