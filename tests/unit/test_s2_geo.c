/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_s2_geometry: what is refused and why, VTCR_EL2, and roots that the independent walker accepts. */
#include "s2_fixture.h"

static enum hv_err geometry(const struct s2_fixture *fix, struct hv_s2_geo *geo, enum hv_s2_why *why)
{
	memset(geo, 0x5a, sizeof(*geo));
	return hv_s2_geometry(geo, &fix->config, &fix->feat, why);
}

static void assert_refused(const struct s2_fixture *fix, enum hv_err err, enum hv_s2_why reason)
{
	struct hv_s2_geo geo, before;
	enum hv_s2_why why = HV_S2_WHY_NONE;

	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(geometry(fix, &geo, &why), err);
	assert_int_equal(why, reason);
	assert_memory_equal(&geo, &before, sizeof(geo));
}

/* S2-20, S2-21: illegal is EINVAL, legal but absent is ENODEV, and *geo stays. */
static void refusals_say_why(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fix.config.config_bytes--;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_CONFIG_BYTES);
	fixture_prepare(&fix);
	fix.config.flags = 0x200;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_FLAGS);
	fixture_prepare(&fix);
	fix.config.granule = (enum hv_s2_granule)13;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_GRANULE);
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr0 |= HV_PREP(1, 43, 40);
	assert_refused(&fix, HV_ENODEV, HV_S2_WHY_GRANULE_CPU);
	fixture_prepare(&fix);
	fix.config.ipa_bits = 24;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_IPA_SMALL);
	fix.config.ipa_bits = 49;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_IPA_LARGE);
	fix.feat.id_aa64mmfr0 = (FEAT_V8_MMFR0 & ~HV_MASK(3, 0)) | 2;
	fix.config.ipa_bits = 41;
	assert_refused(&fix, HV_ENODEV, HV_S2_WHY_IPA_PARANGE);
}

/* S2-34: start levels that a walk of this size cannot have. */
static void start_levels_are_checked(void **state)
{
	static const int bad[] = { -2, -1, 0, 2, 3, 4 };
	struct s2_fixture fix;
	struct hv_s2_geo geo;
	size_t i;

	(void)state;
	fixture_prepare(&fix);
	fix.config.flags = HV_S2_START_LEVEL;
	for (i = 0; i < HV_ARRAY_SIZE(bad); i++) {
		fix.config.ipa_bits = bad[i] == 0 ? 39 : 40;
		fix.config.start_level = bad[i];
		assert_refused(&fix, HV_EINVAL, HV_S2_WHY_START_LEVEL);
	}
	fix.config.ipa_bits = 40;
	fix.config.start_level = 0;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.levels, 4);
	assert_int_equal(geo.root_bytes, 16);
	fix.feat.id_aa64mmfr0 = (FEAT_V8_MMFR0 & ~HV_MASK(3, 0)) | 3; /* level 0 needs 44 address bits */
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_START_LEVEL);
}

/* S2-35, S2-36: every value of PARange; unknown ones count as the largest known. */
static void all_pa_ranges(void **state)
{
	static const uint8_t bits[16] = { 32, 36, 40, 42, 44, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48 };
	static const uint8_t wide[16] = { 32, 36, 40, 42, 44, 48, 52, 52, 52, 52, 52, 52, 52, 52, 52, 52 };
	struct s2_fixture fix;
	struct hv_s2_geo geo;
	uint64_t range;

	(void)state;
	for (range = 0; range < 16; range++) {
		fixture_prepare(&fix);
		fix.config.ipa_bits = 0;
		fix.feat.id_aa64mmfr0 = (FEAT_V8_MMFR0 & ~HV_MASK(3, 0)) | range;
		assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
		assert_int_equal(geo.pa_bits, bits[range]);
		assert_int_equal(geo.ipa_bits, bits[range]);
		assert_int_equal(HV_FIELD(geo.vtcr, 18, 16), range < 5 ? range : 5);
		fix.config.granule = HV_S2_64K;
		assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
		assert_int_equal(geo.pa_bits, wide[range]);
		assert_int_equal(geo.pa52, range >= 6);
		assert_int_equal(HV_FIELD(geo.vtcr, 18, 16), range < 6 ? range : 6);
	}
}

/* S2-37: each granule is judged by its own fields; TGran*_2 = 0 defers to stage 1. */
static void granules_by_their_own_fields(void **state)
{
	static const struct {
		enum hv_s2_granule granule;
		uint64_t mmfr0;
		bool present, lpa2;
	} row[] = {
		{ HV_S2_4K, HV_PREP(0xf, 31, 28), false, false },
		{ HV_S2_4K, HV_PREP(1, 31, 28), true, true },
		{ HV_S2_4K, HV_PREP(0xf, 31, 28) | HV_PREP(2, 43, 40), true, false },
		{ HV_S2_4K, HV_PREP(3, 43, 40), true, true },
		{ HV_S2_4K, HV_PREP(1, 31, 28) | HV_PREP(1, 43, 40), false, false },
		{ HV_S2_16K, HV_PREP(2, 31, 28), false, false },
		{ HV_S2_16K, HV_PREP(1, 23, 20), true, false },
		{ HV_S2_16K, HV_PREP(2, 23, 20), true, true },
		{ HV_S2_16K, HV_PREP(2, 35, 32), true, false },
		{ HV_S2_64K, HV_PREP(0xf, 27, 24), false, false },
		{ HV_S2_64K, HV_PREP(0xf, 27, 24) | HV_PREP(2, 39, 36), true, false },
		{ HV_S2_64K, HV_PREP(1, 39, 36), false, false },
		{ HV_S2_64K, HV_PREP(1, 31, 28), true, false },
	};
	struct s2_fixture fix;
	struct hv_s2_geo geo;
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(row); i++) {
		fixture_prepare(&fix);
		fix.config.granule = row[i].granule;
		fix.feat.id_aa64mmfr0 = row[i].mmfr0 | 6;
		if (!row[i].present) {
			assert_refused(&fix, HV_ENODEV, HV_S2_WHY_GRANULE_CPU);
			continue;
		}
		assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
		assert_int_equal(geo.lpa2, row[i].lpa2);
		fix.config.flags = HV_S2_NO_LPA2;
		assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
		assert_false(geo.lpa2);
		assert_int_equal(geo.pa_bits, row[i].granule == HV_S2_64K ? 52 : 48);
	}
}

/* S2-38: the register as a number, computed by hand from the architecture. */
static void vtcr_by_hand(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_geo geo;

	(void)state;
	fixture_prepare(&fix);
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.vtcr, 0x80053558);
	assert_int_equal(geo.concat, 2);
	assert_int_equal(geo.root_align, 8192);
	fix.feat.id_aa64mmfr1 = FEAT_HAFDBS | FEAT_VMID16;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.vtcr, 0x806d3558);
	fix.feat.id_aa64mmfr1 = HV_PREP(1, 3, 0) | HV_PREP(1, 7, 4);
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.vtcr, 0x80253558);
	fix.config.granule = HV_S2_64K; /* SL0 = 1: level 2 */
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.vtcr, 0x80257558);
	fix.feat.id_aa64mmfr0 = HV_PREP(1, 31, 28) | 6; /* 4K with LPA2: DS, and SL2 for level -1 */
	fix.config.granule = HV_S2_4K;
	fix.config.ipa_bits = 52;
	fix.config.flags = HV_S2_NO_HAFDBS | HV_S2_START_LEVEL;
	fix.config.start_level = -1;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.vtcr, 0x38006350c);
	assert_int_equal(geo.root_align, 128);
}

static void flags_do_without_features(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_geo geo;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr1 = FEAT_XNX | FEAT_VMID16 | FEAT_HAFDBS;
	fix.feat.id_aa64mmfr2 = FEAT_TTL | FEAT_FWB | HV_PREP(3, 55, 52);
	fix.feat.id_aa64isar0 = FEAT_TLBIRANGE;
	fix.feat.ctr_el0 = HV_BIT(28);
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_true(geo.xnx && geo.vmid16 && geo.hw_af && geo.hw_dbm && geo.fwb && geo.ttl && geo.tlbi_range);
	assert_int_equal(geo.bbm, 2);
	assert_true(geo.idc && !geo.dic);
	fix.feat.ctr_el0 = HV_BIT(29);
	fix.config.flags =
		HV_S2_NO_FWB | HV_S2_NO_TLBIRANGE | HV_S2_NO_XNX | HV_S2_NO_HAFDBS | HV_S2_NO_BBM | HV_S2_NO_VMID16;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_false(geo.xnx || geo.vmid16 || geo.hw_af || geo.hw_dbm || geo.fwb || geo.tlbi_range);
	assert_int_equal(geo.bbm, 0);
	assert_true(!geo.idc && geo.dic);
	fix.config.flags = 0;
	fix.feat.id_aa64mmfr1 = 8; /* HAFDBS of a later architecture: at least what is known */
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_true(geo.hw_af && geo.hw_dbm);
	fix.feat.id_aa64isar0 = HV_PREP(1, 59, 56); /* FEAT_TLBIOS alone has no ranges */
	fix.config.flags = 0;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_false(geo.tlbi_range);
}

static void small_tables_need_ttst(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_geo geo;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr2 = FEAT_TTST;
	fix.config.ipa_bits = 16;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	assert_int_equal(geo.start_level, 3);
	assert_int_equal(HV_FIELD(geo.vtcr, 7, 6), 3);
	fix.config.granule = HV_S2_64K;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_IPA_SMALL);
	fix.config.ipa_bits = 17;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
	fix.config.flags = HV_S2_NO_TTST;
	assert_refused(&fix, HV_EINVAL, HV_S2_WHY_IPA_SMALL);
	fix.config.ipa_bits = 25;
	assert_int_equal(geometry(&fix, &geo, NULL), HV_OK);
}

/* The walker, which knows the rules by itself, reads the first and the last entry of an empty root, and no more. */
static void assert_walker_agrees(struct s2_fixture *fix)
{
	struct hv_host_walk walk;

	fixture_start(fix);
	walk = fixture_walk(fix, 0, HV_HOST_READ);
	assert_int_equal(walk.fault, HV_HOST_FAULT_TRANSLATION);
	assert_int_equal(walk.level, fix->s2.geo.start_level);
	assert_int_equal(walk.nr_steps, 1);
	assert_int_equal(walk.step_pa[0], fix->s2.root.v);
	walk = fixture_walk(fix, (HV_U64(1) << fix->s2.geo.ipa_bits) - 1, HV_HOST_READ);
	assert_int_equal(walk.step_pa[0], fix->s2.root.v + fix->s2.geo.root_bytes - 8);
	assert_true(fix->s2.geo.concat >= 1 && fix->s2.geo.concat <= 16);
	fixture_end(fix);
}

/* S2-05, S2-14, S2-34, S2-43: every legal size and start level. */
static void walker_accepts_every_geometry(void **state)
{
	static const enum hv_s2_granule granule[] = { HV_S2_4K, HV_S2_16K, HV_S2_64K };
	static const uint64_t range[] = { 2, 4, 5, 6 };
	struct s2_fixture fix;
	struct hv_s2_geo geo;
	unsigned int nr = 0;

	(void)state;
	for (size_t g = 0; g < 3; g++)
		for (size_t r = 0; r < 4; r++)
			for (uint32_t bits = 16; bits <= 52; bits++)
				for (int level = -1; level <= 3; level++) {
					fixture_prepare(&fix);
					fix.feat.id_aa64mmfr0 = HV_PREP(3, 43, 40) | HV_PREP(3, 35, 32) | range[r];
					fix.feat.id_aa64mmfr2 = FEAT_TTST;
					fix.config = (struct hv_s2_config){ sizeof(fix.config), granule[g], bits,
									    HV_S2_START_LEVEL, level };
					fix.nr_pages = 0;
					if (geometry(&fix, &geo, NULL) != HV_OK)
						continue;
					assert_walker_agrees(&fix);
					nr++;
				}
	assert_true(nr > 300);
}

static void every_reason_has_a_sentence(void **state)
{
	int why;

	(void)state;
	for (why = HV_S2_WHY_NONE; why <= HV_S2_WHY_START_LEVEL; why++)
		assert_non_null(strchr(hv_s2_why_text((enum hv_s2_why)why), '.'));
	assert_string_equal(hv_s2_why_text((enum hv_s2_why)why), "Unknown reason.");
	assert_string_equal(hv_s2_why_text((enum hv_s2_why) - 1), "Unknown reason.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(start_levels_are_checked),
		cmocka_unit_test(all_pa_ranges),
		cmocka_unit_test(granules_by_their_own_fields),
		cmocka_unit_test(vtcr_by_hand),
		cmocka_unit_test(flags_do_without_features),
		cmocka_unit_test(small_tables_need_ttst),
		cmocka_unit_test(walker_accepts_every_geometry),
		cmocka_unit_test(every_reason_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
