/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Walks at every level and root, and tables that go with their last entry. */
#include "s2_fixture.h"

#define PAGE HV_U64(0x1000)

static uint32_t entry_shift(const struct hv_s2_geo *geo, int level)
{
	return geo->granule_shift + (uint32_t)(3 - level) * (geo->granule_shift - 3u);
}

/* S2-13, S2-14, S2-16, S2-17: offset kept at each leaf level; level, base and size of leaf and hole. */
static void offsets_at_each_level(void **state)
{
	static const uint64_t low[] = { 0, 1, 0xfff, 0x1000, 0x123456, 0x1fffff, 0x12345678, 0x3fffffff };
	struct s2_fixture fix;
	struct hv_s2_leaf leaf;
	int level;
	size_t i;

	(void)state;
	fixture_prepare(&fix);
	fix.config.ipa_bits = 48;
	fixture_start(&fix);
	for (level = 1; level <= 3; level++) {
		uint64_t size = HV_U64(1) << entry_shift(&fix.s2.geo, level);
		uint64_t ipa = (uint64_t)level * HV_GIB(512);

		assert_int_equal(fixture_map(&fix, ipa, 8 * size, size, HV_S2_RW), HV_OK);
		for (i = 0; i < HV_ARRAY_SIZE(low) && low[i] < size; i++) {
			assert_mapped(&fix, ipa + low[i], 8 * size + low[i], level);
			assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(ipa + low[i]), &leaf), HV_OK);
			assert_int_equal(leaf.base.v, ipa);
			assert_int_equal(leaf.size, size);
		}
		assert_hole(&fix, ipa + size);
		assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(ipa + size + 5), &leaf), HV_OK);
		assert_int_equal(leaf.level, level);
		assert_int_equal(leaf.base.v, ipa + size);
		assert_int_equal(leaf.size, size);
		assert_int_equal(leaf.pa.v, 0);
		assert_int_equal(leaf.prot, 0);
		assert_false(leaf.af);
	}
	fixture_end(&fix);
}

/* S2-01, S2-19: all bits from the IPA size on. */
static void lookup_beyond_the_space(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_leaf leaf;
	uint32_t bit;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, 0, 0, PAGE, HV_S2_RW), HV_OK);
	for (bit = 40; bit < 64; bit++) {
		assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(HV_BIT(bit)), &leaf), HV_ERANGE);
		assert_false(leaf.mapped);
	}
	assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(HV_BIT(40) - 1), &leaf), HV_OK);
	fixture_end(&fix);
}

/* One page in the first and in the last entry, and one in each table of the root. */
static void check_root(struct s2_fixture *fix)
{
	uint64_t page = HV_U64(1) << fix->s2.geo.granule_shift, end = HV_U64(1) << fix->s2.geo.ipa_bits, i;

	for (i = 0; i < fix->s2.geo.concat; i++) {
		uint64_t ipa = end / fix->s2.geo.concat * (i + 1) - page;

		assert_int_equal(fixture_map(fix, ipa, page * (i + 1), page, HV_S2_RW), HV_OK);
		assert_mapped(fix, ipa + 77, page * (i + 1) + 77, 3);
		assert_hole(fix, ipa - 1);
	}
	assert_int_equal(hv_s2_unmap(&fix->s2, hv_ipa(0), end, &fix->gather), HV_OK);
	hv_s2_settle(&fix->s2, &fix->gather);
	assert_int_equal(fix->pool.nr_free, fix->nr_pages);
}

/* S2-05, S2-14: 1, 2, 4, 8, 16 concatenated tables, every start level and granule. */
static void concatenated_roots(void **state)
{
	static const enum hv_s2_granule granule[] = { HV_S2_4K, HV_S2_16K, HV_S2_64K };
	uint32_t seen = 0;
	size_t g;

	(void)state;
	for (g = 0; g < HV_ARRAY_SIZE(granule); g++)
		for (uint32_t bits = 25; bits <= 52; bits++) {
			struct s2_fixture fix;
			struct hv_s2_geo geo;

			fixture_prepare(&fix);
			fix.feat.id_aa64mmfr0 = HV_PREP(3, 43, 40) | HV_PREP(3, 35, 32) | 6;
			fix.config.granule = granule[g];
			fix.config.ipa_bits = bits;
			if (hv_s2_geometry(&geo, &fix.config, &fix.feat, NULL) != HV_OK)
				continue;
			fixture_start(&fix);
			check_root(&fix);
			seen |= fix.s2.geo.concat;
			fixture_end(&fix);
		}
	assert_int_equal(seen, 31);
}

/* S2-30: counts in the linking entry, over the carry between its two fields, one by one and at once. */
static void tables_go_with_their_last_page(void **state)
{
	struct s2_fixture fix;
	uint64_t i;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	for (i = 0; i < 512; i++)
		assert_int_equal(fixture_map(&fix, i * PAGE, i * 2 * PAGE, PAGE, HV_S2_RW), HV_OK);
	for (i = 0; i < 511; i++) {
		assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(i * 5 % 511 * PAGE), PAGE, &fix.gather), HV_OK);
		hv_s2_settle(&fix.s2, &fix.gather);
		assert_int_equal(fix.pool.nr_free, fix.nr_pages - 2);
	}
	assert_mapped(&fix, 511 * PAGE, 1022 * PAGE, 3);
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(511 * PAGE), PAGE, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	/* The cursor forgot the table that went. */
	assert_int_equal(fixture_map(&fix, PAGE, PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_mapped(&fix, PAGE, PAGE, 3);
	fixture_end(&fix);
}

/* Only what held nothing else goes: the topmost such table is unlinked by one store. */
static void pruning_stops_where_something_is_left(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fix.config.ipa_bits = 48;
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, HV_GIB(1), 0, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_GIB(2), 0, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_GIB(2) + HV_MIB(2), 0, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 6);
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(HV_GIB(2)), PAGE, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 5);
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(HV_GIB(2) + HV_MIB(2)), PAGE, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 3);
	assert_mapped(&fix, HV_GIB(1), 0, 3);
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(HV_GIB(1)), PAGE, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	fixture_end(&fix);
}

/* The cursor serves neighbours only: a page one table further, or just before, is found by its own walk. */
static void cursor_does_not_reach_over_its_table(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, HV_MIB(2), 0, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(2) + 5 * PAGE, 5 * PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(2) + 6 * PAGE, 6 * PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(2) - PAGE, 7 * PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(4), 8 * PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_mapped(&fix, HV_MIB(2) - PAGE, 7 * PAGE, 3);
	assert_mapped(&fix, HV_MIB(4), 8 * PAGE, 3);
	assert_mapped(&fix, HV_MIB(2) + 6 * PAGE, 6 * PAGE, 3);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 4);
	fixture_end(&fix);
}

/* S2-27, VMID-03, VMID-04: roots and VMIDs that hv_s2_init() refuses. */
static void bad_roots_and_vmids(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_geo geo;
	struct hv_s2 s2;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	geo = fix.s2.geo;
	assert_int_equal(hv_s2_init(&s2, &geo, fix.host, hv_pa(geo.root_align / 2), 1), HV_EINVAL);
	assert_int_equal(hv_s2_init(&s2, &geo, fix.host, hv_pa(0), 0), HV_EINVAL);
	assert_int_equal(hv_s2_init(&s2, &geo, fix.host, hv_pa(0), 256), HV_EINVAL);
	assert_int_equal(hv_s2_init(&s2, &geo, fix.host, hv_pa(HV_BIT(48)), 1), HV_ERANGE);
	assert_int_equal(hv_s2_init(&s2, &geo, fix.host, fix.s2.root, 255), HV_OK);
	assert_int_equal(hv_s2_vttbr(&s2), fix.s2.root.v | HV_U64(255) << 48);
	geo.vmid16 = true;
	assert_int_equal(hv_s2_init(&s2, &geo, fix.host, fix.s2.root, 65535), HV_OK);
	assert_int_equal(hv_s2_vttbr(&s2) >> 48, 65535);
	fixture_end(&fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_at_each_level),
		cmocka_unit_test(lookup_beyond_the_space),
		cmocka_unit_test(concatenated_roots),
		cmocka_unit_test(tables_go_with_their_last_page),
		cmocka_unit_test(pruning_stops_where_something_is_left),
		cmocka_unit_test(cursor_does_not_reach_over_its_table),
		cmocka_unit_test(bad_roots_and_vmids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
