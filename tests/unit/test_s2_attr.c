/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* HV_S2_* to descriptors and back, each read by the independent walker too. */
#include "s2_fixture.h"

#define PAGE HV_U64(0x1000)

static uint64_t map_and_read(struct s2_fixture *fix, uint32_t prot)
{
	struct hv_s2_leaf leaf;

	assert_int_equal(fixture_map(fix, PAGE, 8 * PAGE, PAGE, prot), HV_OK);
	assert_int_equal(hv_s2_lookup(&fix->s2, hv_ipa(PAGE), &leaf), HV_OK);
	assert_int_equal(leaf.prot, prot);
	assert_true(leaf.af);
	return leaf.desc;
}

static void unmap_it(struct s2_fixture *fix)
{
	assert_int_equal(hv_s2_unmap(&fix->s2, hv_ipa(PAGE), PAGE, &fix->gather), HV_OK);
	hv_s2_settle(&fix->s2, &fix->gather);
}

/* Written from the definition of the header, not from the code. */
static bool legal(const struct hv_s2_geo *geo, uint32_t prot)
{
	uint32_t mem = (prot >> 4) & 7, sh = (prot >> 7) & 3, x = prot & HV_S2_X;

	if (mem > 5 || sh == 3 || (prot & 0xffff0e00u) != 0)
		return false;
	if (geo->lpa2 && sh != 0)
		return false;
	return mem >= 2 ? x == 0 : geo->xnx || x == 0 || x == HV_S2_X;
}

static void check_access(const struct s2_fixture *fix, uint32_t prot)
{
	static const struct {
		uint32_t access, needs;
	} row[] = {
		{ HV_HOST_READ, HV_S2_R },
		{ HV_HOST_WRITE, HV_S2_W },
		{ HV_HOST_READ | HV_HOST_EL0, HV_S2_R },
	};
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(row); i++)
		assert_int_equal(fixture_walk(fix, PAGE, row[i].access).fault,
				 (prot & row[i].needs) != 0 ? HV_HOST_NO_FAULT : HV_HOST_FAULT_PERMISSION);
	if ((prot & HV_S2_R) == 0)
		return;
	assert_int_equal(fixture_walk(fix, PAGE, HV_HOST_FETCH).fault,
			 (prot & HV_S2_X_EL1) != 0 ? HV_HOST_NO_FAULT : HV_HOST_FAULT_PERMISSION);
	assert_int_equal(fixture_walk(fix, PAGE, HV_HOST_FETCH | HV_HOST_EL0).fault,
			 (prot & HV_S2_X_EL0) != 0 ? HV_HOST_NO_FAULT : HV_HOST_FAULT_PERMISSION);
}

static void check_all(struct s2_fixture *fix)
{
	uint32_t prot;

	for (prot = 0; prot < 0x4000; prot++) {
		if (!legal(&fix->s2.geo, prot)) {
			assert_int_equal(fixture_map(fix, PAGE, 8 * PAGE, PAGE, prot), HV_EINVAL);
			continue;
		}
		map_and_read(fix, prot);
		check_access(fix, prot);
		unmap_it(fix);
	}
	for (prot = 16; prot < 32; prot++)
		assert_int_equal(fixture_map(fix, PAGE, 8 * PAGE, PAGE, 1u << prot), HV_EINVAL);
}

/* S2-22, S2-45, S2-33: every value is refused or comes back, and the CPU grants what it says. */
static void every_protection_comes_back(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < 4; variant++) {
		struct s2_fixture fix;

		fixture_prepare(&fix);
		fix.feat.id_aa64mmfr1 = (variant & 1) != 0 ? FEAT_XNX : 0;
		fix.feat.id_aa64mmfr2 = (variant & 2) != 0 ? FEAT_FWB : 0;
		if (variant == 3)
			fix.feat.id_aa64mmfr0 = HV_PREP(3, 43, 40) | 6;
		fixture_start(&fix);
		assert_int_equal(fix.s2.geo.lpa2, variant == 3);
		check_all(&fix);
		fixture_end(&fix);
	}
}

/* S2-45: the bits by hand. AF, S2AP, SH, MemAttr, XN, software bits. */
static void descriptors_by_hand(void **state)
{
	static const struct {
		uint32_t prot;
		uint64_t bits;
	} row[] = {
		{ HV_S2_RWX, 0x7ff },
		{ HV_S2_R, HV_BIT(54) | 0x77f },
		{ HV_S2_RW | HV_S2_X_EL0, HV_BIT(53) | 0x7ff },
		{ HV_S2_RW | HV_S2_X_EL1, HV_BIT(53) | HV_BIT(54) | 0x7ff },
		{ HV_S2_RW | HV_S2_MEM_NORMAL_NC, HV_BIT(54) | 0x7d7 },
		{ HV_S2_RW | HV_S2_MEM_DEVICE_nGnRnE, HV_BIT(54) | 0x7c3 },
		{ HV_S2_RW | HV_S2_MEM_DEVICE_nGnRE, HV_BIT(54) | 0x7c7 },
		{ HV_S2_RW | HV_S2_MEM_DEVICE_nGRE, HV_BIT(54) | 0x7cb },
		{ HV_S2_RW | HV_S2_MEM_DEVICE_GRE, HV_BIT(54) | 0x7cf },
		{ HV_S2_RWX | HV_S2_SH_OUTER, 0x6ff },
		{ HV_S2_RWX | HV_S2_SH_NONE, 0x4ff },
		{ HV_S2_RWX | HV_S2_SW_MASK, HV_MASK(58, 55) | 0x7ff },
	};
	struct s2_fixture fix;
	size_t i;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr1 = FEAT_XNX;
	fixture_start(&fix);
	for (i = 0; i < HV_ARRAY_SIZE(row); i++) {
		assert_int_equal(map_and_read(&fix, row[i].prot), row[i].bits | (8 * PAGE));
		unmap_it(&fix);
	}
	fixture_end(&fix);
	fix.feat.id_aa64mmfr2 = FEAT_FWB;
	fixture_start(&fix);
	assert_int_equal(map_and_read(&fix, HV_S2_RWX), 0x7db | (8 * PAGE));
	fixture_end(&fix);
}

/* S2-13, S2-20: each output address bit, where 52 of them sit in odd places. */
static void wide_addresses(void **state)
{
	static const enum hv_s2_granule granule[] = { HV_S2_4K, HV_S2_16K, HV_S2_64K };
	size_t g;

	(void)state;
	for (g = 0; g < HV_ARRAY_SIZE(granule); g++) {
		struct s2_fixture fix;
		uint64_t size = HV_U64(1) << granule[g];
		uint32_t bit;

		fixture_prepare(&fix);
		fix.feat.id_aa64mmfr0 = HV_PREP(3, 43, 40) | HV_PREP(3, 35, 32) | 6;
		fix.config.granule = granule[g];
		fix.config.ipa_bits = 52;
		fixture_start(&fix);
		for (bit = granule[g]; bit < 52; bit++) {
			assert_int_equal(fixture_map(&fix, HV_BIT(51), HV_BIT(bit), size, HV_S2_RW), HV_OK);
			assert_mapped(&fix, HV_BIT(51) + 123, HV_BIT(bit) + 123, 3);
			assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(HV_BIT(51)), size, &fix.gather), HV_OK);
			hv_s2_settle(&fix.s2, &fix.gather);
		}
		assert_int_equal(fixture_map(&fix, 0, HV_BIT(52), size, HV_S2_RW), HV_ERANGE);
		assert_int_equal(fix.pool.nr_free, fix.nr_pages);
		fixture_end(&fix);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_protection_comes_back),
		cmocka_unit_test(descriptors_by_hand),
		cmocka_unit_test(wide_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
