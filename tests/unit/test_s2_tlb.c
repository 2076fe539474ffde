/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What a settle issues: operands bit by bit, thresholds, and when tables come back. */
#include "s2_fixture.h"

#define PAGE HV_U64(0x1000)

/* The invalidations since the log was started. */
struct tlbis {
	unsigned int nr;
	struct hv_tlbi op[16];
};

static struct tlbis logged(const struct s2_fixture *fix)
{
	struct tlbis tlbis = { 0 };
	size_t nr, i;
	const struct hv_host_event *event = hv_host_log(fix->host, &nr);

	for (i = 0; i < nr; i++)
		if (event[i].op >= HV_HOST_TLBI_IPA && event[i].op <= HV_HOST_TLBI_ALL) {
			assert_in_range(tlbis.nr, 0, 15);
			assert_int_equal(event[i].vttbr, hv_s2_vttbr(&fix->s2));
			assert_int_equal(event[i].vtcr, hv_s2_vtcr(&fix->s2));
			tlbis.op[tlbis.nr].op = event[i].tlbi;
			tlbis.op[tlbis.nr++].xt = event[i].value;
		}
	return tlbis;
}

static void must(enum hv_err err)
{
	assert_int_equal(err, HV_OK);
}

static void protect(struct s2_fixture *fix, uint64_t ipa, uint64_t size)
{
	must(hv_s2_protect(&fix->s2, hv_ipa(ipa), size, HV_S2_R, &fix->gather));
}

static struct tlbis settle(struct s2_fixture *fix)
{
	hv_host_log_start(fix->host);
	hv_s2_settle(&fix->s2, &fix->gather);
	hv_host_log_stop(fix->host);
	return logged(fix);
}

/* TLB-06, TLB-11, S2-32: IPA >> 12 whatever the granule; TTL only with FEAT_TTL and of the leaf. */
static void by_ipa_operand(void **state)
{
	static const struct {
		enum hv_s2_granule granule;
		uint64_t tg;
	} row[] = { { HV_S2_4K, 1 }, { HV_S2_16K, 2 }, { HV_S2_64K, 3 } };
	size_t i;
	int ttl;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(row); i++)
		for (ttl = 0; ttl < 2; ttl++) {
			struct s2_fixture fix;
			uint64_t page = HV_U64(1) << row[i].granule, ipa = HV_GIB(100) + 3 * page;
			struct tlbis tlbis;

			fixture_prepare(&fix);
			fix.config.granule = row[i].granule;
			fix.feat.id_aa64mmfr2 = ttl ? FEAT_TTL : 0;
			fixture_start(&fix);
			must(fixture_map(&fix, ipa, page, page, HV_S2_RW));
			hv_s2_settle(&fix.s2, &fix.gather);
			protect(&fix, ipa, page);
			tlbis = settle(&fix);
			assert_int_equal(tlbis.nr, 2);
			assert_int_equal(tlbis.op[0].op, HV_TLBI_IPAS2LE1IS);
			assert_int_equal(tlbis.op[0].xt, ipa >> 12 | (ttl ? row[i].tg << 46 | HV_U64(3) << 44 : 0));
			assert_int_equal(tlbis.op[1].op, HV_TLBI_VMALLE1IS);
			assert_int_equal(tlbis.op[1].xt, 0);
			fixture_end(&fix);
		}
}

/* Eight by IPA, from the ninth on the VMID. */
static void threshold(void **state)
{
	uint64_t n;

	(void)state;
	for (n = 1; n <= 10; n++) {
		struct s2_fixture fix;
		struct tlbis tlbis;
		uint64_t i;

		fixture_prepare(&fix);
		fixture_start(&fix);
		must(fixture_map(&fix, PAGE, 0, 16 * PAGE, HV_S2_RW));
		hv_s2_settle(&fix.s2, &fix.gather);
		protect(&fix, PAGE, n * PAGE);
		tlbis = settle(&fix);
		if (n > 8) {
			assert_int_equal(tlbis.nr, 1);
			assert_int_equal(tlbis.op[0].op, HV_TLBI_VMALLS12E1IS);
		} else {
			assert_int_equal(tlbis.nr, n + 1);
			for (i = 0; i < n; i++)
				assert_int_equal(tlbis.op[i].xt, 1 + i);
			assert_int_equal(tlbis.op[n].op, HV_TLBI_VMALLE1IS);
		}
		fixture_end(&fix);
	}
}

/* Four separate ranges are remembered, ranges that touch are one, the fifth is too much. */
static void ranges(void **state)
{
	struct s2_fixture fix;
	struct tlbis tlbis;
	uint64_t i;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	must(fixture_map(&fix, PAGE, 0, 32 * PAGE, HV_S2_RWX));
	hv_s2_settle(&fix.s2, &fix.gather);
	protect(&fix, 9 * PAGE, PAGE);
	protect(&fix, 8 * PAGE, PAGE);  /* just before */
	protect(&fix, 10 * PAGE, PAGE); /* just behind */
	protect(&fix, 20 * PAGE, PAGE);
	tlbis = settle(&fix);
	assert_int_equal(tlbis.nr, 5);
	assert_int_equal(tlbis.op[0].xt, 8);
	assert_int_equal(tlbis.op[2].xt, 10);
	assert_int_equal(tlbis.op[3].xt, 20);
	must(hv_s2_protect(&fix.s2, hv_ipa(PAGE), 32 * PAGE, HV_S2_RW, &fix.gather));
	hv_s2_settle(&fix.s2, &fix.gather);
	for (i = 0; i < 4; i++)
		protect(&fix, (2 + 2 * i) * PAGE, PAGE);
	assert_int_equal(settle(&fix).nr, 5);
	for (i = 0; i < 5; i++)
		protect(&fix, (12 + 2 * i) * PAGE, PAGE);
	tlbis = settle(&fix);
	assert_int_equal(tlbis.nr, 1);
	assert_int_equal(tlbis.op[0].op, HV_TLBI_VMALLS12E1IS);
	assert_int_equal(settle(&fix).nr, 0);
	fixture_end(&fix);
}

/* With FEAT_TLBIRANGE one operation a range; decoded it covers the range, and not twice it. */
static void range_operand(void **state)
{
	static const uint64_t pages[] = { 2, 3, 63, 64, 65, 66, 127, 2048, 2049, 65536, 65537, 262143 };
	size_t i;
	int ttl;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(pages); i++)
		for (ttl = 0; ttl < 2; ttl++) {
			struct s2_fixture fix;
			uint64_t xt, covered;
			struct tlbis tlbis;

			fixture_prepare(&fix);
			fix.nr_pages = 600;
			fix.feat.id_aa64isar0 = FEAT_TLBIRANGE;
			fix.feat.id_aa64mmfr2 = ttl ? FEAT_TTL : 0;
			fixture_start(&fix);
			must(fixture_map(&fix, HV_GIB(3), PAGE, pages[i] * PAGE, HV_S2_RW));
			hv_s2_settle(&fix.s2, &fix.gather);
			protect(&fix, HV_GIB(3), pages[i] * PAGE);
			tlbis = settle(&fix);
			assert_int_equal(tlbis.nr, 2);
			assert_int_equal(tlbis.op[0].op, HV_TLBI_RIPAS2LE1IS);
			xt = tlbis.op[0].xt;
			assert_int_equal(HV_FIELD(xt, 36, 0), HV_GIB(3) >> 12);
			assert_int_equal(HV_FIELD(xt, 38, 37), ttl ? 3 : 0);
			assert_int_equal(HV_FIELD(xt, 47, 46), 1);
			assert_int_equal(xt >> 48, 0);
			covered = (HV_FIELD(xt, 43, 39) + 1) << (5 * HV_FIELD(xt, 45, 44) + 1);
			assert_true(covered >= pages[i] && covered < 2 * pages[i] + 2);
			assert_int_equal(tlbis.op[1].op, HV_TLBI_VMALLE1IS);
			fixture_end(&fix);
		}
}

/* From 1 GiB on the VMID, range operations or not. */
static void a_gibibyte_is_the_vmid(void **state)
{
	struct s2_fixture fix;
	struct tlbis tlbis;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64isar0 = FEAT_TLBIRANGE;
	fixture_start(&fix);
	must(fixture_map(&fix, 0, 0, HV_GIB(2), HV_S2_RW));
	hv_s2_settle(&fix.s2, &fix.gather);
	protect(&fix, 0, HV_GIB(2));
	tlbis = settle(&fix);
	assert_int_equal(tlbis.nr, 1);
	assert_int_equal(tlbis.op[0].op, HV_TLBI_VMALLS12E1IS);
	fixture_end(&fix);
}

/* An unlinked table: last level only is not enough, no level hint; it comes back after the invalidation only (TLB-16). */
static void tables_wait_for_the_settle(void **state)
{
	struct s2_fixture fix;
	struct tlbis tlbis;
	uint32_t seq;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr2 = FEAT_TTL;
	fixture_start(&fix);
	must(fixture_map(&fix, PAGE, PAGE, PAGE, HV_S2_RW));
	hv_s2_settle(&fix.s2, &fix.gather);
	must(hv_s2_unmap(&fix.s2, hv_ipa(PAGE), PAGE, &fix.gather));
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 2);
	assert_int_equal(fix.gather.freed.nr_free, 2);
	seq = fix.s2.seq;
	tlbis = settle(&fix);
	assert_int_equal(tlbis.nr, 2);
	assert_int_equal(tlbis.op[0].op, HV_TLBI_IPAS2E1IS);
	assert_int_equal(tlbis.op[0].xt, 1);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	assert_int_equal(fix.s2.seq, seq + 2);
	/* The hint is back for the next update. */
	must(fixture_map(&fix, PAGE, PAGE, 2 * PAGE, HV_S2_RW));
	must(hv_s2_unmap(&fix.s2, hv_ipa(PAGE), PAGE, &fix.gather));
	tlbis = settle(&fix);
	assert_int_equal(tlbis.op[0].op, HV_TLBI_IPAS2LE1IS);
	fixture_end(&fix);
}

static void without_a_pool_tables_stay_in_the_gather(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_gather poor;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	must(fixture_map(&fix, PAGE, PAGE, PAGE, HV_S2_RW));
	must(fixture_map(&fix, HV_MIB(4), 0, HV_MIB(2), HV_S2_RW));
	hv_s2_settle(&fix.s2, &fix.gather);
	hv_s2_gather_init(&poor, &fix.s2, NULL);
	must(hv_s2_unmap(&fix.s2, hv_ipa(PAGE), PAGE, &poor));
	hv_s2_settle(&fix.s2, &poor);
	assert_int_equal(poor.freed.nr_free, 1);
	/* A split needs a table, and one that waits in freed is not offered without a pool. */
	poor.freed.nr_free = 0;
	assert_int_equal(hv_s2_unmap(&fix.s2, hv_ipa(HV_MIB(4)), PAGE, &poor), HV_ENOMEM);
	assert_int_equal(poor.nr_missing, 1);
	fixture_end(&fix);
}

/* S2-50: old translations go before something new may be mapped there; elsewhere they may wait. */
static void a_map_settles_what_it_overlaps(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_gather other;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	must(fixture_map(&fix, PAGE, 0, 8 * PAGE, HV_S2_RW));
	hv_s2_settle(&fix.s2, &fix.gather);
	must(hv_s2_unmap(&fix.s2, hv_ipa(2 * PAGE), PAGE, &fix.gather));
	hv_host_count_reset(fix.host);
	must(fixture_map(&fix, 20 * PAGE, 0, PAGE, HV_S2_RW));
	must(fixture_map(&fix, 9 * PAGE, 0, 2 * PAGE, HV_S2_RW));
	assert_int_equal(hv_host_count(fix.host, HV_HOST_TLBI_IPA), 0);
	must(fixture_map(&fix, 2 * PAGE, 0, PAGE, HV_S2_RW));
	assert_int_equal(hv_host_count(fix.host, HV_HOST_TLBI_IPA), 1);
	must(hv_s2_unmap(&fix.s2, hv_ipa(2 * PAGE), PAGE, &fix.gather));
	hv_s2_gather_init(&other, &fix.s2, &fix.pool);
	must(hv_s2_map(&fix.s2, hv_ipa(30 * PAGE), hv_pa(0), PAGE, HV_S2_RW, &other));
	assert_int_equal(hv_host_count(fix.host, HV_HOST_TLBI_IPA), 2);
	fixture_end(&fix);
}

/* Tables that wait in the gather count when pages are needed: a settle brings them back. */
static void gathered_tables_are_reserved(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fix.nr_pages = 2;
	fixture_start(&fix);
	must(fixture_map(&fix, PAGE, PAGE, PAGE, HV_S2_RW));
	must(hv_s2_unmap(&fix.s2, hv_ipa(PAGE), PAGE, &fix.gather));
	assert_int_equal(fix.pool.nr_free, 0);
	must(fixture_map(&fix, HV_GIB(7), PAGE, PAGE, HV_S2_RW));
	assert_int_equal(fixture_map(&fix, HV_GIB(9), 0, PAGE, HV_S2_RW), HV_ENOMEM);
	assert_int_equal(fix.gather.nr_missing, 2);
	assert_hole(&fix, HV_GIB(9));
	fixture_end(&fix);
}

/* Whole trees go, each table once: four levels, the freed pages are the pages that were taken (S2-28, S2-40). */
static void a_tree_is_freed_table_by_table(void **state)
{
	struct s2_fixture fix;
	uint64_t i;

	(void)state;
	fixture_prepare(&fix);
	fix.config.ipa_bits = 48;
	fix.config.flags = HV_S2_START_LEVEL;
	fixture_start(&fix);
	for (i = 0; i < 12; i++)
		must(fixture_map(&fix, (i % 3) * HV_GIB(1) + i / 3 * HV_MIB(2) + HV_BIT(40), PAGE, PAGE, HV_S2_RW));
	must(fixture_map(&fix, HV_BIT(40) + HV_GIB(5), 0, HV_GIB(1), HV_S2_RW));
	must(fixture_map(&fix, HV_BIT(40) + HV_MIB(64), 0, HV_MIB(2), HV_S2_RW));
	assert_int_equal(fix.pool.nr_free, fix.nr_pages - 1 - 3 - 12);
	must(hv_s2_unmap(&fix.s2, hv_ipa(0), HV_BIT(48), &fix.gather));
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(fix.pool.nr_free, fix.nr_pages);
	for (i = 0; i < fix.nr_pages; i++) {
		hv_pa_t page;

		must(hv_pool_take(&fix.pool, &page));
		assert_int_equal(page.v % PAGE, 0);
		assert_int_not_equal(hv_host_read64(fix.host, hv_pa(page.v + 8)), ~HV_U64(0));
		hv_host_write64(fix.host, hv_pa(page.v + 8), ~HV_U64(0)); /* seen twice: freed twice */
	}
	fixture_end(&fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_ipa_operand),
		cmocka_unit_test(threshold),
		cmocka_unit_test(ranges),
		cmocka_unit_test(range_operand),
		cmocka_unit_test(a_gibibyte_is_the_vmid),
		cmocka_unit_test(tables_wait_for_the_settle),
		cmocka_unit_test(without_a_pool_tables_stay_in_the_gather),
		cmocka_unit_test(a_map_settles_what_it_overlaps),
		cmocka_unit_test(gathered_tables_are_reserved),
		cmocka_unit_test(a_tree_is_freed_table_by_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
