/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_fixture.h - one machine, one IPA space, one pool: what the stage-2 unit tests start from. */
#ifndef S2_FIXTURE_H
#define S2_FIXTURE_H

#include <hv/s2.h>
#include <hv_host.h>
#include <hv_host_walk.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

/* ID registers of an Armv8.0 CPU with 48-bit addresses and all granules; tests add features. */
#define FEAT_V8_MMFR0  (HV_PREP(5, 3, 0) | HV_PREP(1, 23, 20))
#define FEAT_XNX       HV_PREP(1, 31, 28) /* id_aa64mmfr1 */
#define FEAT_VMID16    HV_PREP(2, 7, 4)
#define FEAT_HAFDBS    HV_PREP(2, 3, 0)
#define FEAT_TTL       HV_PREP(1, 51, 48) /* id_aa64mmfr2 */
#define FEAT_FWB       HV_PREP(1, 43, 40)
#define FEAT_TTST      HV_PREP(1, 31, 28)
#define FEAT_BBM2      HV_PREP(2, 55, 52)
#define FEAT_TLBIRANGE HV_PREP(2, 59, 56) /* id_aa64isar0 */

struct s2_fixture {
	struct hv_host *host;
	struct hv_s2_feat feat;
	struct hv_s2_config config;
	struct hv_s2 s2;
	struct hv_pool pool;
	struct hv_s2_gather gather;
	uint64_t nr_pages; /* in the pool at the start */
};

/* Default features; the test may change fix->feat and fix->config before fixture_start(). */
static inline void fixture_prepare(struct s2_fixture *fix)
{
	memset(fix, 0, sizeof(*fix));
	fix->feat.id_aa64mmfr0 = FEAT_V8_MMFR0;
	fix->config.config_bytes = sizeof(fix->config);
	fix->config.granule = HV_S2_4K;
	fix->config.ipa_bits = 40;
	fix->nr_pages = 64;
}

static inline void fixture_start(struct s2_fixture *fix)
{
	struct hv_s2_geo geo;

	fix->host = hv_host_create();
	assert_int_equal(hv_s2_geometry(&geo, &fix->config, &fix->feat, NULL), HV_OK);
	assert_int_equal(
		hv_s2_init(&fix->s2, &geo, fix->host, hv_host_alloc(fix->host, geo.root_bytes, geo.root_align), 7),
		HV_OK);
	hv_host_fill_pool(fix->host, &fix->pool, HV_U64(1) << geo.granule_shift, fix->nr_pages);
	hv_s2_gather_init(&fix->gather, &fix->s2, &fix->pool);
	hv_host_count_reset(fix->host);
}

static inline void fixture_end(struct s2_fixture *fix)
{
	hv_host_destroy(fix->host);
}

/* The CPU that the independent walker plays. */
static inline struct hv_host_cpu fixture_cpu(const struct s2_fixture *fix)
{
	const struct hv_host_cpu cpu = { .pa_bits = HV_FIELD(fix->feat.id_aa64mmfr0, 3, 0) >= 6 ? 52 : 48,
					 .lpa = HV_FIELD(fix->feat.id_aa64mmfr0, 3, 0) >= 6,
					 .lpa2 = fix->s2.geo.lpa2,
					 .ttst = HV_FIELD(fix->feat.id_aa64mmfr2, 31, 28) != 0,
					 .xnx = HV_FIELD(fix->feat.id_aa64mmfr1, 31, 28) != 0,
					 .fwb = fix->s2.geo.fwb,
					 .hafdbs = fix->s2.geo.hw_dbm };

	return cpu;
}

static inline struct hv_host_walk fixture_walk(const struct s2_fixture *fix, uint64_t ipa, uint32_t access)
{
	const struct hv_host_cpu cpu = fixture_cpu(fix);
	struct hv_host_walk walk;

	hv_host_walk(fix->host, &cpu, hv_s2_vtcr(&fix->s2), hv_s2_vttbr(&fix->s2), ipa, access, &walk);
	return walk;
}

static inline enum hv_err fixture_map(struct s2_fixture *fix, uint64_t ipa, uint64_t pa, uint64_t size, uint32_t prot)
{
	return hv_s2_map(&fix->s2, hv_ipa(ipa), hv_pa(pa), size, prot, &fix->gather);
}

static inline void assert_mapped(const struct s2_fixture *fix, uint64_t ipa, uint64_t pa, int level)
{
	struct hv_host_walk walk = fixture_walk(fix, ipa, HV_HOST_READ);
	struct hv_s2_leaf leaf;

	assert_int_equal(walk.fault, HV_HOST_NO_FAULT);
	assert_int_equal(walk.oa, pa);
	assert_int_equal(walk.level, level);
	assert_int_equal(hv_s2_lookup(&fix->s2, hv_ipa(ipa), &leaf), HV_OK);
	assert_true(leaf.mapped);
	assert_int_equal(leaf.pa.v, pa);
	assert_int_equal(leaf.level, level);
}

static inline void assert_hole(const struct s2_fixture *fix, uint64_t ipa)
{
	struct hv_host_walk walk = fixture_walk(fix, ipa, HV_HOST_READ);
	struct hv_s2_leaf leaf;

	assert_int_equal(walk.fault, HV_HOST_FAULT_TRANSLATION);
	assert_int_equal(hv_s2_lookup(&fix->s2, hv_ipa(ipa), &leaf), HV_OK);
	assert_false(leaf.mapped);
	assert_int_equal(leaf.desc, 0);
}

#endif /* S2_FIXTURE_H */
