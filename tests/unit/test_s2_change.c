/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Unmap, protect, clean: splits bit by bit, limits of every range call, dirty logs. The TLB oracle watches. */
#include "s2_fixture.h"

#include <hv_host_tlb.h>

#define PAGE  HV_U64(0x1000)
#define BLOCK HV_MIB(2)

static void begin(struct s2_fixture *fix, uint64_t mmfr1)
{
	struct hv_host_tlb_config config = { .nr_cpus = 2, .fatal = true };

	fixture_prepare(fix);
	fix->feat.id_aa64mmfr1 = mmfr1;
	fixture_start(fix);
	config.cpu = fixture_cpu(fix);
	hv_host_tlb_attach(fix->host, &config);
	hv_host_tlb_watch(fix->host, hv_s2_vtcr(&fix->s2), hv_s2_vttbr(&fix->s2));
}

static void settle(struct s2_fixture *fix)
{
	hv_s2_settle(&fix->s2, &fix->gather);
	assert_int_equal(hv_host_tlb_check(fix->host), 0);
	assert_int_equal(hv_host_tlb_check_pool(fix->host, &fix->pool), 0);
}

static void map(struct s2_fixture *fix, uint64_t ipa, uint64_t pa, uint64_t size, uint32_t prot)
{
	assert_int_equal(fixture_map(fix, ipa, pa, size, prot), HV_OK);
	settle(fix);
}

static void unmap(struct s2_fixture *fix, uint64_t ipa, uint64_t size)
{
	assert_int_equal(hv_s2_unmap(&fix->s2, hv_ipa(ipa), size, &fix->gather), HV_OK);
	settle(fix);
}

static void protect(struct s2_fixture *fix, uint64_t ipa, uint64_t size, uint32_t rwx)
{
	assert_int_equal(hv_s2_protect(&fix->s2, hv_ipa(ipa), size, rwx, &fix->gather), HV_OK);
	settle(fix);
}

static uint64_t desc_at(const struct s2_fixture *fix, uint64_t ipa)
{
	return fixture_walk(fix, ipa, HV_HOST_READ).desc;
}

/* S2-04, S2-39: holes are fine, again is fine, what is left is zero. */
static void unmap_is_idempotent(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, 0);
	unmap(&fix, 0, HV_BIT(40));
	map(&fix, PAGE, 8 * PAGE, 4 * PAGE, HV_S2_RW | HV_S2_SW_MASK);
	unmap(&fix, 2 * PAGE, PAGE);
	unmap(&fix, 2 * PAGE, PAGE);
	unmap(&fix, 2 * PAGE, 2 * PAGE);
	assert_hole(&fix, 2 * PAGE);
	assert_hole(&fix, 3 * PAGE);
	assert_mapped(&fix, PAGE, 8 * PAGE, 3);
	assert_mapped(&fix, 4 * PAGE, 11 * PAGE, 3);
	unmap(&fix, 0, BLOCK);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	fixture_end(&fix);
}

/* S2-06: a whole block needs no table and leaves none. */
static void whole_blocks_need_no_tables(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, 0);
	map(&fix, HV_GIB(1), 0, HV_GIB(1), HV_S2_RW);
	map(&fix, HV_GIB(2) + BLOCK, BLOCK, BLOCK, HV_S2_RW);
	hv_host_count_reset(fix.host);
	unmap(&fix, HV_GIB(2) + BLOCK, BLOCK);
	unmap(&fix, HV_GIB(1), HV_GIB(1));
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DESC_STORE), 3); /* the table of the second went too */
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	fixture_end(&fix);
}

/* S2-07, S2-08, S2-09, S2-22: all children of a split, bit by bit. The watched page sits anywhere in the block. */
static void split_children_are_the_parent(void **state)
{
	static const uint64_t odd[] = { 0, 1, 100, 510, 511 };
	const uint32_t prot = HV_S2_R | HV_S2_X | HV_S2_SW_MASK | HV_S2_SH_OUTER;
	size_t n;

	(void)state;
	for (n = 0; n < HV_ARRAY_SIZE(odd); n++) {
		struct s2_fixture fix;
		uint64_t parent, i;

		begin(&fix, 0);
		map(&fix, BLOCK, 64 * BLOCK, BLOCK, prot);
		parent = desc_at(&fix, BLOCK);
		protect(&fix, BLOCK + odd[n] * PAGE, PAGE, HV_S2_RWX);
		for (i = 0; i < 512; i++)
			assert_int_equal(desc_at(&fix, BLOCK + i * PAGE),
					 (parent + i * PAGE) | 2 | (i == odd[n] ? HV_BIT(7) : 0));
		fixture_end(&fix);
	}
}

static void both_ends_split(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, 0);
	map(&fix, 0, 0, 3 * BLOCK, HV_S2_RW);
	unmap(&fix, BLOCK - PAGE, BLOCK + 2 * PAGE);
	assert_mapped(&fix, BLOCK - 2 * PAGE, BLOCK - 2 * PAGE, 3);
	assert_hole(&fix, BLOCK - PAGE);
	assert_hole(&fix, BLOCK);
	assert_hole(&fix, 2 * BLOCK);
	assert_mapped(&fix, 2 * BLOCK + PAGE, 2 * BLOCK + PAGE, 3);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 3);
	fixture_end(&fix);
}

/* A gibibyte is split two levels deep, with the middle gone. */
static void deep_split(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, 0);
	map(&fix, HV_GIB(1), HV_GIB(1), HV_GIB(1), HV_S2_RW);
	unmap(&fix, HV_GIB(1) + 5 * BLOCK + PAGE, PAGE);
	assert_hole(&fix, HV_GIB(1) + 5 * BLOCK + PAGE);
	assert_mapped(&fix, HV_GIB(1) + 5 * BLOCK, HV_GIB(1) + 5 * BLOCK, 3);
	assert_mapped(&fix, HV_GIB(1) + 4 * BLOCK, HV_GIB(1) + 4 * BLOCK, 2);
	assert_mapped(&fix, HV_GIB(2) - 1, HV_GIB(2) - 1, 2);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 2);
	fixture_end(&fix);
}

/* A failed call changes nothing and tells what is missing; with that much it works (S2-47). */
static void out_of_memory_changes_nothing(void **state)
{
	struct s2_fixture fix;
	hv_pa_t page;

	(void)state;
	begin(&fix, 0);
	map(&fix, 0, 0, HV_GIB(2), HV_S2_RW);
	while (hv_pool_take(&fix.pool, &page) == HV_OK)
		;
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(PAGE), HV_GIB(1), &fix.gather), HV_ENOMEM);
	assert_int_equal(fix.gather.nr_missing, 4);
	assert_mapped(&fix, PAGE, PAGE, 1);
	assert_mapped(&fix, HV_GIB(1), HV_GIB(1), 1);
	hv_host_fill_pool(fix.host, &fix.pool, PAGE, 4);
	unmap(&fix, PAGE, HV_GIB(1));
	assert_mapped(&fix, HV_GIB(1) + PAGE, HV_GIB(1) + PAGE, 3);
	assert_hole(&fix, HV_GIB(1));
	assert_int_equal(fix.pool.nr_free, 0);
	fixture_end(&fix);
}

/* S2-26: what is so already costs no store, no split and no invalidation. */
static void nothing_to_do(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, 0);
	map(&fix, 0, 0, BLOCK, HV_S2_RW);
	map(&fix, BLOCK, BLOCK, 4 * PAGE, HV_S2_RW);
	hv_host_count_reset(fix.host);
	protect(&fix, 0, BLOCK, HV_S2_RW);
	protect(&fix, PAGE, PAGE, HV_S2_RW);
	protect(&fix, BLOCK, PAGE, HV_S2_RW);
	protect(&fix, BLOCK, 4 * PAGE, HV_S2_RW);
	protect(&fix, HV_GIB(4), HV_GIB(4), HV_S2_RW);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DESC_STORE), 0);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_TLBI_IPA), 0);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DSB_ISHST), 0);
	fixture_end(&fix);
}

/* S2-45: no way to make Device memory executable. */
static void device_is_never_executable(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, FEAT_XNX);
	map(&fix, 0, 0, 4 * PAGE, HV_S2_RW | HV_S2_MEM_DEVICE_nGnRE);
	protect(&fix, 0, 4 * PAGE, HV_S2_RWX);
	protect(&fix, 0, PAGE, HV_S2_R | HV_S2_X_EL0);
	assert_int_equal(HV_FIELD(desc_at(&fix, 0), 54, 53), 2);
	assert_int_equal(HV_FIELD(desc_at(&fix, PAGE), 54, 53), 2);
	assert_int_equal(HV_FIELD(desc_at(&fix, 0), 7, 6), 1);
	fixture_end(&fix);
}

static void protect_refuses_what_is_no_permission(void **state)
{
	struct s2_fixture fix;

	(void)state;
	begin(&fix, 0);
	map(&fix, 0, 0, PAGE, HV_S2_RW);
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(0), PAGE, HV_S2_X_EL1, &fix.gather), HV_EINVAL);
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(0), PAGE, HV_S2_X_EL0, &fix.gather), HV_EINVAL);
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(0), PAGE, 0x10, &fix.gather), HV_EINVAL);
	/* The refusal is not remembered as the last permission. */
	assert_int_equal(hv_s2_protect(&fix.s2, hv_ipa(0), PAGE, 0x10, &fix.gather), HV_EINVAL);
	protect(&fix, 0, PAGE, HV_S2_R);
	assert_int_equal(fixture_walk(&fix, 0, HV_HOST_WRITE).fault, HV_HOST_FAULT_PERMISSION);
	fixture_end(&fix);
}

static enum hv_err call(struct s2_fixture *fix, int which, uint64_t ipa, uint64_t size)
{
	uint64_t nr;

	switch (which) {
	case 0:
		return hv_s2_map(&fix->s2, hv_ipa(ipa), hv_pa(0), size, HV_S2_RW, &fix->gather);
	case 1:
		return hv_s2_unmap(&fix->s2, hv_ipa(ipa), size, &fix->gather);
	case 2:
		return hv_s2_protect(&fix->s2, hv_ipa(ipa), size, HV_S2_R, &fix->gather);
	case 3:
		return hv_s2_clean(&fix->s2, hv_ipa(ipa), size, NULL, &fix->gather);
	case 4:
		return hv_s2_age(&fix->s2, hv_ipa(ipa), size, true, &nr);
	case 5:
		return hv_s2_merge(&fix->s2, hv_ipa(ipa), size, &fix->gather);
	default:
		return hv_s2_tables_needed(&fix->s2, hv_ipa(ipa), hv_pa(0), size, HV_S2_RW, &nr);
	}
}

/* S2-01, S2-02, S2-19, S2-48: limits, in every range call and for every IPA size from 32 bits on. */
static void limits_of_every_range_call(void **state)
{
	uint32_t bits, bit;
	int which;

	(void)state;
	for (bits = 32; bits <= 48; bits++) {
		struct s2_fixture fix;
		uint64_t end = HV_BIT(bits);

		fixture_prepare(&fix);
		fix.config.ipa_bits = bits;
		fixture_start(&fix);
		for (which = 0; which < 7; which++) {
			uint64_t stores = hv_host_count(fix.host, HV_HOST_DESC_STORE);

			for (bit = bits; bit < 64; bit++)
				assert_int_equal(call(&fix, which, HV_BIT(bit), PAGE), HV_ERANGE);
			for (bit = 0; bit < 12; bit++) {
				assert_int_equal(call(&fix, which, HV_BIT(bit), PAGE), HV_EINVAL);
				assert_int_equal(call(&fix, which, 0, PAGE | HV_BIT(bit)), HV_EINVAL);
			}
			assert_int_equal(call(&fix, which, 0, 0), HV_EINVAL);
			assert_int_equal(call(&fix, which, end - PAGE, 2 * PAGE), HV_ERANGE);
			assert_int_equal(call(&fix, which, PAGE, 0 - PAGE), HV_ERANGE);
			assert_int_equal(call(&fix, which, 0, end + PAGE), HV_ERANGE);
			assert_int_equal(hv_host_count(fix.host, HV_HOST_DESC_STORE), stores);
			assert_int_equal(call(&fix, which, end - PAGE, PAGE), HV_OK);
			hv_s2_settle(&fix.s2, &fix.gather);
		}
		fixture_end(&fix);
	}
}

/* Dirty log without hardware: exactly the writable pages are dirty, once. */
static void log_of_written_pages(void **state)
{
	struct s2_fixture fix;
	uint64_t bitmap[8] = { 0 };
	int i;

	(void)state;
	begin(&fix, 0);
	map(&fix, BLOCK, BLOCK, 128 * PAGE, HV_S2_RW);
	protect(&fix, BLOCK + 3 * PAGE, PAGE, HV_S2_R);
	unmap(&fix, BLOCK + 70 * PAGE, 2 * PAGE);
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(BLOCK), 128 * PAGE, bitmap, &fix.gather), HV_OK);
	settle(&fix);
	assert_int_equal(bitmap[0], ~HV_BIT(3));
	assert_int_equal(bitmap[1], ~(HV_BIT(6) | HV_BIT(7)));
	assert_int_equal(bitmap[2], 0);
	assert_int_equal(fixture_walk(&fix, BLOCK, HV_HOST_WRITE).fault, HV_HOST_FAULT_PERMISSION);
	protect(&fix, BLOCK + 65 * PAGE, PAGE, HV_S2_RW);
	for (i = 0; i < 2; i++)
		bitmap[i] = 0;
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(BLOCK), 128 * PAGE, bitmap, &fix.gather), HV_OK);
	settle(&fix);
	assert_int_equal(bitmap[0], 0);
	assert_int_equal(bitmap[1], HV_BIT(1));
	fixture_end(&fix);
}

/* A block that sticks out is split; only the pages asked for are in the log. */
static void log_splits_blocks(void **state)
{
	struct s2_fixture fix;
	uint64_t bitmap[1] = { 0 };
	struct hv_s2_leaf leaf;

	(void)state;
	begin(&fix, 0);
	map(&fix, 0, 0, BLOCK, HV_S2_RW);
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(5 * PAGE), 3 * PAGE, bitmap, &fix.gather), HV_OK);
	settle(&fix);
	assert_int_equal(bitmap[0], 7);
	assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(4 * PAGE), &leaf), HV_OK);
	assert_true((leaf.prot & HV_S2_W) != 0);
	assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(5 * PAGE), &leaf), HV_OK);
	assert_true((leaf.prot & HV_S2_W) == 0);
	fixture_end(&fix);
}

/* With FEAT_HAFDBS a clean leaf stays writable by hardware, and every update of a live leaf is a compare and swap. */
static void log_with_hardware_dirty_state(void **state)
{
	struct s2_fixture fix;
	uint64_t bitmap[1] = { 0 };
	struct hv_host_walk walk;

	(void)state;
	begin(&fix, FEAT_HAFDBS);
	map(&fix, 0, 0, 8 * PAGE, HV_S2_RW);
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(0), 8 * PAGE, bitmap, &fix.gather), HV_OK);
	settle(&fix);
	assert_int_equal(bitmap[0], 0xff);
	assert_true((desc_at(&fix, 0) & (HV_BIT(51) | HV_BIT(7))) == HV_BIT(51));
	assert_int_equal(fixture_walk(&fix, 2 * PAGE, HV_HOST_WRITE).fault, HV_HOST_NO_FAULT);
	walk = fixture_walk(&fix, 2 * PAGE, HV_HOST_WRITE);
	hv_host_write64(fix.host, hv_pa(walk.step_pa[walk.nr_steps - 1]), walk.desc | HV_BIT(7));
	bitmap[0] = 0;
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(0), 8 * PAGE, bitmap, &fix.gather), HV_OK);
	settle(&fix);
	assert_int_equal(bitmap[0], 4);
	/* Mapping the same again is no change, clean or not (S2-26). */
	assert_int_equal(fixture_map(&fix, 0, 0, 8 * PAGE, HV_S2_RW), HV_OK);
	protect(&fix, 0, PAGE, HV_S2_R); /* ends logging: DBM goes */
	assert_int_equal(fixture_walk(&fix, 0, HV_HOST_WRITE).fault, HV_HOST_FAULT_PERMISSION);
	protect(&fix, 0, 8 * PAGE, HV_S2_RW);
	assert_int_equal(desc_at(&fix, PAGE) & HV_BIT(51), 0);
	unmap(&fix, PAGE, PAGE);
	unmap(&fix, 0, 8 * PAGE);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	fixture_end(&fix);
}

/* S2-10, S2-42: something else is there; the space is gone. */
static void conflicts_and_the_end(void **state)
{
	struct s2_fixture fix;
	int which;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, 4 * PAGE, 4 * PAGE, PAGE, HV_S2_RW), HV_OK);
	hv_host_count_reset(fix.host);
	assert_int_equal(fixture_map(&fix, 0, 64 * PAGE, 8 * PAGE, HV_S2_RW), HV_EEXIST);
	assert_int_equal(fixture_map(&fix, 4 * PAGE, 4 * PAGE, PAGE, HV_S2_R), HV_EEXIST);
	assert_int_equal(fixture_map(&fix, 4 * PAGE, 4 * PAGE, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DESC_STORE), 0);
	assert_int_equal(fixture_map(&fix, 0, 1, PAGE, HV_S2_RW), HV_EINVAL);
	assert_int_equal(fixture_map(&fix, 0, HV_BIT(48) - PAGE, 2 * PAGE, HV_S2_RW), HV_ERANGE);
	hv_s2_settle(&fix.s2, &fix.gather);
	hv_s2_destroy(&fix.s2, &fix.pool);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_TLBI_VMID), 1);
	for (which = 0; which < 7; which++)
		assert_int_equal(call(&fix, which, 0, PAGE), HV_EINVAL);
	assert_int_equal(hv_s2_mark_young(&fix.s2, hv_ipa(0)), HV_ERANGE);
	fixture_end(&fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unmap_is_idempotent),
		cmocka_unit_test(whole_blocks_need_no_tables),
		cmocka_unit_test(split_children_are_the_parent),
		cmocka_unit_test(both_ends_split),
		cmocka_unit_test(deep_split),
		cmocka_unit_test(out_of_memory_changes_nothing),
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(device_is_never_executable),
		cmocka_unit_test(protect_refuses_what_is_no_permission),
		cmocka_unit_test(limits_of_every_range_call),
		cmocka_unit_test(log_of_written_pages),
		cmocka_unit_test(log_splits_blocks),
		cmocka_unit_test(log_with_hardware_dirty_state),
		cmocka_unit_test(conflicts_and_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
