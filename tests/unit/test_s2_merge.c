/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_s2_merge: what becomes a block, and all that must not (S2-11, S2-15, S2-23, S2-28). The TLB oracle watches. */
#include "s2_fixture.h"

#include <hv_host_tlb.h>

#define BLOCK HV_MIB(2)
#define PAGE  HV_U64(0x1000)

static void start(struct s2_fixture *fix)
{
	struct hv_host_tlb_config config = { .nr_cpus = 2, .fatal = true };

	fixture_start(fix);
	config.cpu = fixture_cpu(fix);
	config.ttl = fix->s2.geo.ttl;
	config.tlbi_range = fix->s2.geo.tlbi_range;
	hv_host_tlb_attach(fix->host, &config);
	hv_host_tlb_watch(fix->host, hv_s2_vtcr(&fix->s2), hv_s2_vttbr(&fix->s2));
}

static void settle(struct s2_fixture *fix)
{
	hv_s2_settle(&fix->s2, &fix->gather);
	assert_int_equal(hv_host_tlb_check(fix->host), 0);
	assert_int_equal(hv_host_tlb_check_pool(fix->host, &fix->pool), 0);
}

static void begin(struct s2_fixture *fix)
{
	fixture_prepare(fix);
	start(fix);
}

static enum hv_err merge(struct s2_fixture *fix, uint64_t ipa, uint64_t size)
{
	enum hv_err err = hv_s2_merge(&fix->s2, hv_ipa(ipa), size, &fix->gather);

	settle(fix);
	return err;
}

/* [ipa, ipa + size) page by page. */
static void map_pages(struct s2_fixture *fix, uint64_t ipa, uint64_t pa, uint64_t size, uint32_t prot)
{
	uint64_t at;

	for (at = 0; at < size; at += PAGE)
		assert_int_equal(fixture_map(fix, ipa + at, pa + at, PAGE, prot), HV_OK);
	settle(fix);
}

static void pages_become_a_block(void **state)
{
	struct s2_fixture fix;
	uint64_t before;

	(void)state;
	begin(&fix);
	map_pages(&fix, BLOCK, 8 * BLOCK, BLOCK, HV_S2_RWX | HV_S2_SW_MASK);
	before = fix.pool.nr_free;
	assert_int_equal(merge(&fix, BLOCK, BLOCK), HV_OK);
	assert_mapped(&fix, BLOCK, 8 * BLOCK, 2);
	assert_mapped(&fix, 2 * BLOCK - 1, 9 * BLOCK - 1, 2);
	assert_int_equal(fix.pool.nr_free, before + 1);
	/* The block is as good as one that was mapped: nothing to do, and the cursor forgot the table. */
	assert_int_equal(fixture_map(&fix, BLOCK, 8 * BLOCK, BLOCK, HV_S2_RWX | HV_S2_SW_MASK), HV_OK);
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(BLOCK), PAGE, &fix.gather), HV_OK);
	settle(&fix);
	assert_hole(&fix, BLOCK);
	assert_mapped(&fix, BLOCK + PAGE, 8 * BLOCK + PAGE, 3);
	fixture_end(&fix);
}

/* Blocks and holes on the way are stepped over one by one: tables behind them are merged too. */
static void tables_behind_blocks_and_holes(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix);
	assert_int_equal(fixture_map(&fix, 0, 0, BLOCK, HV_S2_RW), HV_OK);
	map_pages(&fix, 3 * BLOCK, 3 * BLOCK, BLOCK, HV_S2_RW);
	map_pages(&fix, HV_GIB(5), HV_GIB(5), BLOCK, HV_S2_RW);
	assert_int_equal(merge(&fix, 0, HV_GIB(8)), HV_OK);
	assert_mapped(&fix, 0, 0, 2);
	assert_mapped(&fix, 3 * BLOCK, 3 * BLOCK, 2);
	assert_mapped(&fix, HV_GIB(5), HV_GIB(5), 2);
	fixture_end(&fix);
}

/* Dirty logging leaves pages; all of them written, the gibibyte is one block again. */
static void two_levels_at_once(void **state)
{
	struct s2_fixture fix;
	uint64_t tables;

	(void)state;
	fixture_prepare(&fix);
	fix.nr_pages = 600;
	start(&fix);
	assert_int_equal(fixture_map(&fix, 0, 0, HV_GIB(1), HV_S2_RW), HV_OK);
	assert_mapped(&fix, 0, 0, 1);
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(PAGE), PAGE, HV_S2_R, &fix.gather), HV_OK);
	settle(&fix);
	tables = fix.pool.nr_free;
	assert_int_equal(merge(&fix, 0, HV_GIB(1)), HV_OK); /* one page differs */
	assert_int_equal(fix.pool.nr_free, tables);
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(PAGE), PAGE, HV_S2_RW, &fix.gather), HV_OK);
	settle(&fix);
	assert_int_equal(merge(&fix, 0, HV_GIB(1)), HV_OK);
	assert_mapped(&fix, 0x12345678, 0x12345678, 1);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	fixture_end(&fix);
}

/* S2-11: each near miss. */
static void near_misses_stay_pages(void **state)
{
	static const uint64_t odd[] = { 0, 1, 255, 511 };
	struct s2_fixture fix;
	size_t i;
	int how;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(odd); i++)
		for (how = 0; how < 6; how++) {
			uint64_t ipa = BLOCK + odd[i] * PAGE;

			begin(&fix);
			map_pages(&fix, BLOCK, 4 * BLOCK, BLOCK, HV_S2_RW);
			assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(ipa), PAGE, &fix.gather), HV_OK);
			settle(&fix);
			if (how == 1) /* not contiguous */
				map_pages(&fix, ipa, 64 * BLOCK, PAGE, HV_S2_RW);
			else if (how == 2)
				map_pages(&fix, ipa, ipa + 3 * BLOCK, PAGE, HV_S2_R);
			else if (how == 3)
				map_pages(&fix, ipa, ipa + 3 * BLOCK, PAGE, HV_S2_RW | 1u << HV_S2_SW_SHIFT);
			else if (how == 4)
				map_pages(&fix, ipa, ipa + 3 * BLOCK, PAGE, HV_S2_RW | HV_S2_MEM_NORMAL_NC);
			else if (how == 5)
				map_pages(&fix, ipa, ipa + 3 * BLOCK, PAGE, HV_S2_RW | HV_S2_SH_NONE);
			hv_host_count_reset(fix.host);
			assert_int_equal(merge(&fix, 0, HV_GIB(1)), HV_OK);
			assert_int_equal(hv_host_count(fix.host, HV_HOST_DESC_STORE), 0); /* not even for a moment */
			assert_mapped(&fix, BLOCK + 7 * PAGE, 4 * BLOCK + 7 * PAGE, 3);
			fixture_end(&fix);
		}
}

static void misaligned_and_device_stay_pages(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix);
	map_pages(&fix, BLOCK, 4 * BLOCK + PAGE, BLOCK, HV_S2_RW);
	map_pages(&fix, 2 * BLOCK, 8 * BLOCK, BLOCK, HV_S2_RW | HV_S2_MEM_DEVICE_nGnRE);
	assert_int_equal(merge(&fix, 0, HV_GIB(1)), HV_OK);
	assert_mapped(&fix, BLOCK, 4 * BLOCK + PAGE, 3);
	assert_mapped(&fix, 2 * BLOCK, 8 * BLOCK, 3);
	fixture_end(&fix);
}

/* A range that leaves out one page of the table leaves the table. */
static void only_whole_tables(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix);
	map_pages(&fix, BLOCK, 4 * BLOCK, BLOCK, HV_S2_RW);
	assert_int_equal(merge(&fix, BLOCK + PAGE, 2 * BLOCK), HV_OK);
	assert_mapped(&fix, BLOCK, 4 * BLOCK, 3);
	assert_int_equal(merge(&fix, 0, 2 * BLOCK - PAGE), HV_OK);
	assert_mapped(&fix, BLOCK, 4 * BLOCK, 3);
	assert_int_equal(merge(&fix, BLOCK, BLOCK), HV_OK);
	assert_mapped(&fix, BLOCK, 4 * BLOCK, 2);
	fixture_end(&fix);
}

/* The block is old only if every page was. */
static void age_of_the_block(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_leaf leaf;
	uint64_t young;
	int one_young;

	(void)state;
	for (one_young = 0; one_young < 2; one_young++) {
		begin(&fix);
		map_pages(&fix, BLOCK, 4 * BLOCK, BLOCK, HV_S2_RW);
		assert_int_equal(hv_s2_age(&fix.s2, hv_ipa(BLOCK), BLOCK, true, &young), HV_OK);
		assert_int_equal(young, 512);
		if (one_young)
			assert_int_equal(hv_s2_mark_young(&fix.s2, hv_ipa(BLOCK + 77 * PAGE)), HV_OK);
		assert_int_equal(merge(&fix, BLOCK, BLOCK), HV_OK);
		assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(BLOCK), &leaf), HV_OK);
		assert_int_equal(leaf.level, 2);
		assert_int_equal(leaf.af, one_young);
		fixture_end(&fix);
	}
}

/* Hardware makes a clean page dirty just before the break: seen at the second look, the table stays. */
struct writer {
	struct hv_host *host;
	uint64_t *desc;
	bool armed;
};

static void write_at_break(void *arg, const struct hv_host_event *event)
{
	struct writer *writer = (struct writer *)arg;

	if (!writer->armed || event->op != HV_HOST_DESC_STORE || event->value != 0)
		return;
	writer->armed = false;
	*writer->desc |= HV_BIT(7); /* S2AP[1]: DBM did its work */
}

static void hardware_writes_until_the_break(void **state)
{
	struct s2_fixture fix;
	struct hv_host_walk walk;
	struct writer writer;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr1 = FEAT_HAFDBS;
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, BLOCK, 4 * BLOCK, BLOCK - PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, 2 * BLOCK - PAGE, 5 * BLOCK - PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(BLOCK), BLOCK, NULL, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	walk = fixture_walk(&fix, BLOCK + 5 * PAGE, HV_HOST_READ);
	assert_int_equal(walk.level, 3);
	writer.host = fix.host;
	writer.desc = (uint64_t *)hv_be_va(fix.host, hv_pa(walk.step_pa[walk.nr_steps - 1]));
	writer.armed = true;
	hv_host_observe(fix.host, write_at_break, &writer);
	assert_int_equal(hv_s2_merge(&fix.s2, hv_ipa(BLOCK), BLOCK, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_false(writer.armed);
	assert_mapped(&fix, BLOCK + 5 * PAGE, 4 * BLOCK + 5 * PAGE, 3);
	assert_true((*writer.desc & HV_BIT(7)) != 0);
	hv_host_unobserve(fix.host, write_at_break, &writer);
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(BLOCK), BLOCK, HV_S2_RW, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(hv_s2_merge(&fix.s2, hv_ipa(BLOCK), BLOCK, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_mapped(&fix, BLOCK + 5 * PAGE, 4 * BLOCK + 5 * PAGE, 2);
	fixture_end(&fix);
}

/* Largest blocks: a level-1 block is none with 16K, and the root holds no table to merge above it. */
static void other_granules(void **state)
{
	static const enum hv_s2_granule granule[] = { HV_S2_16K, HV_S2_64K };
	size_t g;

	(void)state;
	for (g = 0; g < HV_ARRAY_SIZE(granule); g++) {
		struct s2_fixture fix;
		uint64_t page = HV_U64(1) << granule[g], block = page * page / 8;

		fixture_prepare(&fix);
		fix.config.granule = granule[g];
		start(&fix);
		assert_int_equal(fixture_map(&fix, block, 2 * block, block, HV_S2_RW), HV_OK);
		assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(block), page, HV_S2_R, &fix.gather), HV_OK);
		assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(block), page, HV_S2_RW, &fix.gather), HV_OK);
		settle(&fix);
		assert_mapped(&fix, block, 2 * block, 3);
		assert_int_equal(merge(&fix, 0, 4 * block), HV_OK);
		assert_mapped(&fix, block, 2 * block, 2);
		fixture_end(&fix);
	}
}

static void refusals(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_gather poor;

	(void)state;
	begin(&fix);
	hv_s2_gather_init(&poor, &fix.s2, NULL);
	assert_int_equal(hv_s2_merge(&fix.s2, hv_ipa(0), BLOCK, &poor), HV_EINVAL);
	assert_int_equal(merge(&fix, 0, 0), HV_EINVAL);
	assert_int_equal(merge(&fix, 1, BLOCK), HV_EINVAL);
	assert_int_equal(merge(&fix, HV_BIT(40), BLOCK), HV_ERANGE);
	assert_int_equal(merge(&fix, HV_BIT(40) - BLOCK, 2 * BLOCK), HV_ERANGE);
	fixture_end(&fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_become_a_block),
		cmocka_unit_test(tables_behind_blocks_and_holes),
		cmocka_unit_test(two_levels_at_once),
		cmocka_unit_test(near_misses_stay_pages),
		cmocka_unit_test(misaligned_and_device_stay_pages),
		cmocka_unit_test(only_whole_tables),
		cmocka_unit_test(age_of_the_block),
		cmocka_unit_test(hardware_writes_until_the_break),
		cmocka_unit_test(other_granules),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
