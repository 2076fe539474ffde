/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The TLB oracle, by hand-written sequences: right ones stay silent, and each wrong one is called by its name. Covers S2-09,
 * S2-15, TLB-04, TLB-06, TLB-09..TLB-11, TLB-16, VMID-03, VMID-05.
 */
#include <hv_host_tlb.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* What the machine does for every operation, without the barriers of hv_be_tlb_invalidate(). */
void hv_host_event_(struct hv_host *host, const struct hv_host_event *event);

#define RAM  HV_U64(0x80000000)
#define LEAF HV_U64(0x7ff) /* valid page, Normal, read and write, inner shareable, accessed */
#define PAGE HV_U64(4096)

#define VTCR_4K  (HV_U64(24) | HV_U64(1) << 6 | HV_U64(5) << 16 | HV_U64(1) << 19 | HV_U64(1) << 31)
#define VTCR_64K (HV_U64(24) | HV_U64(1) << 6 | HV_U64(1) << 14 | HV_U64(5) << 16 | HV_U64(1) << 19 | HV_U64(1) << 31)

struct bench {
	struct hv_host *host;
	struct hv_host_tlb_config config;
	uint64_t vtcr, vttbr;
	uint64_t granule;
	hv_pa_t root, l2, l3; /* l2 is linked below a 4K root only */
};

static void open_bench(struct bench *b, const struct hv_host_tlb_config *config, uint64_t vtcr)
{
	memset(b, 0, sizeof(*b));
	b->host = hv_host_create();
	b->config = *config;
	b->vtcr = vtcr;
	b->granule = HV_FIELD(vtcr, 15, 14) == 1 ? HV_U64(65536) : PAGE;
	b->root = hv_host_alloc(b->host, 2 * b->granule, 2 * b->granule);
	b->l2 = hv_host_alloc(b->host, b->granule, b->granule);
	b->l3 = hv_host_alloc(b->host, b->granule, b->granule);
	b->vttbr = b->root.v | HV_U64(5) << 48;
	if (b->granule == PAGE) {
		hv_host_write64(b->host, b->root, b->l2.v | 3);
		hv_host_write64(b->host, b->l2, b->l3.v | 3);
	} else {
		hv_host_write64(b->host, b->root, b->l3.v | 3);
	}
	hv_host_tlb_attach(b->host, config);
	hv_host_tlb_watch(b->host, vtcr, b->vttbr);
}

static const struct hv_host_tlb_config full = {
	.cpu = { .pa_bits = 48, .xnx = true }, .ttl = true, .tlbi_range = true, .nr_cpus = 2
};

static void store(struct bench *b, hv_pa_t table, uint64_t index, uint64_t value)
{
	hv_be_desc_store(b->host, hv_be_va(b->host, hv_pa(table.v + index * 8)), value);
}

static void tlbi(struct bench *b, enum hv_tlbi_op op, uint64_t xt)
{
	static const enum hv_host_op class[] = { HV_HOST_TLBI_IPA,   HV_HOST_TLBI_IPA, HV_HOST_TLBI_RANGE,
						 HV_HOST_TLBI_RANGE, HV_HOST_TLBI_S1,  HV_HOST_TLBI_VMID,
						 HV_HOST_TLBI_VMID,  HV_HOST_TLBI_ALL };
	const struct hv_host_event event = {
		.op = class[op], .value = xt, .vtcr = b->vtcr, .vttbr = b->vttbr, .tlbi = op
	};

	hv_host_event_(b->host, &event);
}

static void finish_stage1(struct bench *b)
{
	hv_be_dsb_ish(b->host);
	tlbi(b, HV_TLBI_VMALLE1IS, 0);
	hv_be_dsb_ish(b->host);
}

/* The first report is of @kind; HV_HOST_TLB_NR_KINDS: there is none. Ends the bench. */
static void expect(struct bench *b, enum hv_host_tlb_kind kind)
{
	const struct hv_host_tlb_report *first;

	(void)hv_host_tlb_check(b->host);
	first = hv_host_tlb_first(b->host);
	if (first != NULL && first->kind != kind)
		hv_host_tlb_print(first);
	if (kind == HV_HOST_TLB_NR_KINDS)
		assert_null(first);
	else
		assert_non_null(first);
	if (first != NULL)
		assert_int_equal(first->kind, kind);
	hv_host_destroy(b->host);
}

#define SILENT HV_HOST_TLB_NR_KINDS

/* One page mapped, and then unmapped with everything that belongs to it but what @without says. */
static void unmap_page(struct bench *b, const char *without)
{
	open_bench(b, &full, VTCR_4K);
	store(b, b->l3, 7, RAM | LEAF);
	hv_be_dsb_ishst(b->host);
	assert_int_equal(hv_host_tlb_check(b->host), 0);
	store(b, b->l3, 7, 0);
	if (strcmp(without, "first dsb") != 0)
		hv_be_dsb_ishst(b->host);
	if (strcmp(without, "ipa") != 0)
		tlbi(b, HV_TLBI_IPAS2LE1IS, 7);
	if (strcmp(without, "middle dsb") != 0)
		hv_be_dsb_ish(b->host);
	if (strcmp(without, "stage 1") != 0)
		tlbi(b, HV_TLBI_VMALLE1IS, 0);
	if (strcmp(without, "last dsb") != 0)
		hv_be_dsb_ish(b->host);
}

static void unmap_needs_each_of_its_steps(void **state)
{
	struct bench b;

	(void)state;
	unmap_page(&b, "");
	expect(&b, SILENT);
	unmap_page(&b, "first dsb");
	expect(&b, HV_HOST_TLB_STORE_PENDING);
	unmap_page(&b, "ipa");
	expect(&b, HV_HOST_TLB_NOT_INVALIDATED);
	unmap_page(&b, "middle dsb");
	expect(&b, HV_HOST_TLB_STAGE1);
	unmap_page(&b, "stage 1");
	expect(&b, HV_HOST_TLB_STAGE1);
	unmap_page(&b, "last dsb");
	expect(&b, HV_HOST_TLB_TLBI_PENDING);
}

static void mapping_needs_a_dsb_only(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, &full, VTCR_4K);
	store(&b, b.l3, 7, RAM | LEAF);
	hv_be_dsb_ishst(b.host);
	expect(&b, SILENT);
	open_bench(&b, &full, VTCR_4K);
	store(&b, b.l3, 7, RAM | LEAF);
	expect(&b, HV_HOST_TLB_STORE_PENDING);
}

/* Unmap entries @first .. @first + @nr - 1 of the last level, then one invalidation. */
static void unmap_with(struct bench *b, const struct hv_host_tlb_config *config, uint64_t vtcr, uint64_t first,
		       uint64_t nr, enum hv_tlbi_op op, uint64_t xt)
{
	uint64_t i;

	open_bench(b, config, vtcr);
	for (i = 0; i < nr; i++)
		store(b, b->l3, first + i, (RAM + i * b->granule) | LEAF);
	hv_be_dsb_ishst(b->host);
	for (i = 0; i < nr; i++)
		store(b, b->l3, first + i, 0);
	hv_be_dsb_ishst(b->host);
	tlbi(b, op, xt);
	finish_stage1(b);
}

#define TTL(tg, level) ((uint64_t)(tg) << 46 | (uint64_t)(level) << 44)
#define RANGE(tg, scale, num, ttl, base)                                                                               \
	((uint64_t)(tg) << 46 | (uint64_t)(scale) << 44 | (uint64_t)(num) << 39 | (uint64_t)(ttl) << 37 | (base))

static void by_ipa_operand_is_exact(void **state)
{
	struct hv_host_tlb_config basic = full;
	struct bench b;

	(void)state;
	basic.ttl = false;
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2E1IS, 7);
	expect(&b, SILENT);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2E1IS, 8);
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2E1IS, 7 * PAGE);
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2LE1IS, 7 | TTL(1, 3));
	expect(&b, SILENT);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2LE1IS, 7 | TTL(1, 2));
	expect(&b, HV_HOST_TLB_WRONG_LEVEL);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2LE1IS, 7 | TTL(2, 3));
	expect(&b, HV_HOST_TLB_BAD_OPERAND);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_IPAS2LE1IS, 7 | HV_BIT(63));
	expect(&b, HV_HOST_TLB_BAD_OPERAND);
	unmap_with(&b, &basic, VTCR_4K, 7, 1, HV_TLBI_IPAS2LE1IS, 7 | TTL(1, 3));
	expect(&b, HV_HOST_TLB_BAD_OPERAND);
	unmap_with(&b, &full, VTCR_64K, 7, 1, HV_TLBI_IPAS2E1IS, 7 * 16 | TTL(3, 3)); /* IPA >> 12 for every granule */
	expect(&b, SILENT);
	unmap_with(&b, &full, VTCR_64K, 7, 1, HV_TLBI_IPAS2E1IS, 7);
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
}

static void range_operand_is_exact(void **state)
{
	struct hv_host_tlb_config basic = full;
	struct bench b;

	(void)state;
	basic.tlbi_range = false;
	unmap_with(&b, &full, VTCR_4K, 8, 6, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 2, 3, 8)); /* 3 * 2 pages */
	expect(&b, SILENT);
	unmap_with(&b, &full, VTCR_4K, 8, 7, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 2, 3, 8));
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 7, 6, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 2, 3, 8));
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 64, 64, HV_TLBI_RIPAS2LE1IS, RANGE(1, 1, 0, 0, 64)); /* 1 * 2^6 pages */
	expect(&b, SILENT);
	unmap_with(&b, &full, VTCR_4K, 64, 65, HV_TLBI_RIPAS2LE1IS, RANGE(1, 1, 0, 0, 64));
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 8, 2, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 2, 512));
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 8, 2, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 2, 0));
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unmap_with(&b, &full, VTCR_4K, 0, 2, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 2, 0));
	expect(&b, HV_HOST_TLB_WRONG_LEVEL);
	unmap_with(&b, &full, VTCR_4K, 8, 2, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 2, 8)); /* not at a level 2 leaf */
	expect(&b, HV_HOST_TLB_BAD_OPERAND);
	unmap_with(&b, &full, VTCR_4K, 8, 2, HV_TLBI_RIPAS2LE1IS, RANGE(2, 0, 0, 3, 8));
	expect(&b, HV_HOST_TLB_BAD_OPERAND);
	unmap_with(&b, &basic, VTCR_4K, 8, 2, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 3, 8));
	expect(&b, HV_HOST_TLB_BAD_OPERAND);
	unmap_with(&b, &full, VTCR_64K, 8, 2, HV_TLBI_RIPAS2E1IS, RANGE(3, 0, 0, 3, 8)); /* base in granules */
	expect(&b, SILENT);
}

/* With VTCR.DS the base counts 64 KiB. */
static void range_base_with_lpa2(void **state)
{
	struct hv_host_tlb_config lpa2 = full;
	uint64_t vtcr = VTCR_4K | HV_BIT(32);
	struct bench b;

	(void)state;
	lpa2.cpu.lpa2 = true;
	lpa2.cpu.pa_bits = 52;
	open_bench(&b, &lpa2, vtcr);
	store(&b, b.l3, 16, RAM | (LEAF & ~HV_MASK(9, 8)));
	hv_be_dsb_ishst(b.host);
	store(&b, b.l3, 16, 0);
	hv_be_dsb_ishst(b.host);
	tlbi(&b, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 3, 16));
	finish_stage1(&b);
	(void)hv_host_tlb_check(b.host);
	assert_int_equal(hv_host_tlb_count(b.host, HV_HOST_TLB_WRONG_RANGE), 1);
	hv_host_destroy(b.host);

	open_bench(&b, &lpa2, vtcr);
	store(&b, b.l3, 16, RAM | (LEAF & ~HV_MASK(9, 8)));
	hv_be_dsb_ishst(b.host);
	store(&b, b.l3, 16, 0);
	hv_be_dsb_ishst(b.host);
	tlbi(&b, HV_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 3, 1));
	finish_stage1(&b);
	expect(&b, SILENT);
}

/* Unlink the level 3 table, with one page at @index still in it. */
static void unlink_l3(struct bench *b, uint64_t index)
{
	open_bench(b, &full, VTCR_4K);
	if (index != 0)
		store(b, b->l3, index, RAM | LEAF);
	hv_be_dsb_ishst(b->host);
	store(b, b->l2, 0, 0);
	hv_be_dsb_ishst(b->host);
}

static void unlinked_table_needs_all_levels(void **state)
{
	struct bench b;

	(void)state;
	unlink_l3(&b, 7);
	tlbi(&b, HV_TLBI_IPAS2E1IS, 7);
	finish_stage1(&b);
	expect(&b, SILENT);
	unlink_l3(&b, 7);
	tlbi(&b, HV_TLBI_IPAS2LE1IS, 7);
	finish_stage1(&b);
	expect(&b, HV_HOST_TLB_LAST_LEVEL);
	unlink_l3(&b, 7);
	tlbi(&b, HV_TLBI_IPAS2E1IS, 9); /* the link goes, the page stays */
	finish_stage1(&b);
	expect(&b, HV_HOST_TLB_WRONG_RANGE);
	unlink_l3(&b, 0);
	tlbi(&b, HV_TLBI_IPAS2E1IS, 9); /* an empty table: any address in it will do */
	finish_stage1(&b);
	expect(&b, SILENT);
}

/* The leaf is dropped first, and comes back through the link that is dropped only afterwards. */
static void link_must_not_outlive_its_leaves(void **state)
{
	struct bench b;

	(void)state;
	unlink_l3(&b, 7);
	tlbi(&b, HV_TLBI_IPAS2LE1IS, 7);
	hv_be_dsb_ish(b.host);
	tlbi(&b, HV_TLBI_IPAS2E1IS, 9);
	finish_stage1(&b);
	(void)hv_host_tlb_check(b.host);
	assert_int_equal(hv_host_tlb_total(b.host), 1);
	hv_host_destroy(b.host);
}

static void table_may_not_be_reused_early(void **state)
{
	struct hv_pool pool;
	struct bench b;

	(void)state;
	unlink_l3(&b, 7);
	hv_be_desc_init(b.host, hv_be_va(b.host, b.l3), 0); /* a pool's link has bit 0 clear */
	tlbi(&b, HV_TLBI_IPAS2E1IS, 7);
	finish_stage1(&b);
	hv_be_desc_init(b.host, hv_be_va(b.host, b.l3), RAM | LEAF);
	expect(&b, SILENT);
	unlink_l3(&b, 7);
	hv_be_desc_init(b.host, hv_be_va(b.host, b.l3), RAM | LEAF);
	tlbi(&b, HV_TLBI_IPAS2E1IS, 7);
	finish_stage1(&b);
	expect(&b, HV_HOST_TLB_TABLE_REUSED);
	unlink_l3(&b, 7);
	hv_pool_init(&pool, b.host);
	hv_pool_put(&pool, b.l3);
	(void)hv_host_tlb_check_pool(b.host, &pool);
	expect(&b, HV_HOST_TLB_TABLE_REUSED);
}

static void link_is_ordered_after_its_entries(void **state)
{
	struct bench b;
	hv_pa_t table;

	(void)state;
	open_bench(&b, &full, VTCR_4K);
	table = hv_host_alloc(b.host, PAGE, PAGE);
	hv_be_desc_init(b.host, hv_be_va(b.host, table), RAM | LEAF);
	hv_be_desc_store_release(b.host, hv_be_va(b.host, hv_pa(b.l2.v + 8)), table.v | 3);
	hv_be_dsb_ishst(b.host);
	expect(&b, SILENT);
	open_bench(&b, &full, VTCR_4K);
	table = hv_host_alloc(b.host, PAGE, PAGE);
	hv_be_desc_init(b.host, hv_be_va(b.host, table), RAM | LEAF);
	store(&b, b.l2, 1, table.v | 3);
	hv_be_dsb_ishst(b.host);
	expect(&b, HV_HOST_TLB_UNORDERED_LINK);
}

/* Store @old, then @value over it, with the invalidation that an ordinary change needs afterwards. */
static void replace(struct bench *b, const struct hv_host_tlb_config *config, uint64_t old, uint64_t value)
{
	open_bench(b, config, VTCR_4K | (config->cpu.hafdbs ? HV_BIT(21) : 0));
	store(b, b->l3, 7, old);
	hv_be_dsb_ishst(b->host);
	store(b, b->l3, 7, value);
	hv_be_dsb_ishst(b->host);
	tlbi(b, HV_TLBI_IPAS2LE1IS, 7);
	finish_stage1(b);
}

static void what_needs_a_break(void **state)
{
	struct hv_host_tlb_config hw_af = full;
	struct bench b;

	(void)state;
	hw_af.cpu.hafdbs = true;
	replace(&b, &full, RAM | LEAF, RAM | (LEAF & ~HV_BIT(7))); /* permission */
	expect(&b, SILENT);
	replace(&b, &full, RAM | LEAF, RAM | LEAF | HV_BIT(54)); /* XN */
	expect(&b, SILENT);
	replace(&b, &full, RAM | LEAF, (RAM + PAGE) | LEAF);
	expect(&b, HV_HOST_TLB_NO_BREAK);
	replace(&b, &full, RAM | LEAF, RAM | (LEAF & ~HV_BIT(5))); /* Normal inner WB outer WB -> NC inner */
	expect(&b, HV_HOST_TLB_NO_BREAK);
	replace(&b, &full, RAM | LEAF, RAM | (LEAF & ~HV_BIT(8))); /* shareability */
	expect(&b, HV_HOST_TLB_NO_BREAK);
	replace(&b, &full, RAM | (LEAF & ~HV_BIT(10)), (RAM + PAGE) | LEAF); /* never accessed: not cached */
	expect(&b, SILENT);
	replace(&b, &hw_af, RAM | (LEAF & ~HV_BIT(10)), (RAM + PAGE) | LEAF); /* a walk may have set AF */
	expect(&b, HV_HOST_TLB_NO_BREAK);
}

/* Software bits and a cleared access flag need no invalidation; a permission does. */
static void what_needs_an_invalidation(void **state)
{
	static const struct {
		uint64_t change;
		enum hv_host_tlb_kind kind;
	} cases[] = { { HV_BIT(55), SILENT },
		      { HV_BIT(10), SILENT },
		      { HV_BIT(7), HV_HOST_TLB_NOT_INVALIDATED },
		      { HV_BIT(54), HV_HOST_TLB_NOT_INVALIDATED } };
	struct bench b;
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		open_bench(&b, &full, VTCR_4K);
		store(&b, b.l3, 7, RAM | LEAF);
		hv_be_dsb_ishst(b.host);
		store(&b, b.l3, 7, (RAM | LEAF) ^ cases[i].change);
		hv_be_dsb_ishst(b.host);
		expect(&b, cases[i].kind);
	}
}

/* Split the block at index 3 of the level 2 table in place. */
static void split_in_place(struct bench *b, uint8_t bbm, uint64_t nt)
{
	struct hv_host_tlb_config config = full;
	hv_pa_t table;
	uint64_t i;

	config.bbm = bbm;
	open_bench(b, &config, VTCR_4K);
	store(b, b->l2, 3, RAM | (LEAF & ~HV_U64(2)));
	hv_be_dsb_ishst(b->host);
	if (nt != 0) {
		store(b, b->l2, 3, RAM | (LEAF & ~HV_U64(2)) | nt);
		hv_be_dsb_ishst(b->host);
		tlbi(b, HV_TLBI_IPAS2LE1IS, 3 * 512);
		finish_stage1(b);
	}
	table = hv_host_alloc(b->host, PAGE, PAGE);
	for (i = 0; i < 512; i++)
		hv_be_desc_init(b->host, hv_be_va(b->host, hv_pa(table.v + i * 8)), (RAM + i * PAGE) | LEAF);
	hv_be_desc_store_release(b->host, hv_be_va(b->host, hv_pa(b->l2.v + 24)), table.v | 3);
	hv_be_dsb_ishst(b->host);
	tlbi(b, HV_TLBI_IPAS2E1IS, 3 * 512 + 99); /* any address of the block */
	finish_stage1(b);
}

static void block_size_changes_as_bbm_allows(void **state)
{
	struct bench b;

	(void)state;
	split_in_place(&b, 0, 0);
	expect(&b, HV_HOST_TLB_NO_BREAK);
	split_in_place(&b, 1, 0);
	expect(&b, HV_HOST_TLB_NO_BREAK);
	split_in_place(&b, 1, HV_BIT(16));
	expect(&b, SILENT);
	split_in_place(&b, 2, 0);
	expect(&b, SILENT);
	split_in_place(&b, 0, HV_BIT(16)); /* nT is reserved without FEAT_BBM */
	expect(&b, HV_HOST_TLB_BAD_DESC);
}

static void local_reaches_one_cpu(void **state)
{
	struct bench b;

	(void)state;
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_VMALLS12E1, 0);
	expect(&b, HV_HOST_TLB_LOCAL);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_VMALLS12E1, 0);
	hv_host_tlb_set_cpu(b.host, 1);
	tlbi(&b, HV_TLBI_VMALLS12E1, 0);
	hv_be_dsb_ish(b.host);
	expect(&b, SILENT);
	unmap_with(&b, &full, VTCR_4K, 7, 1, HV_TLBI_ALLE1IS, 0);
	expect(&b, SILENT);
}

static void vmid_counts(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, &full, VTCR_4K);
	store(&b, b.l3, 7, RAM | LEAF);
	hv_be_dsb_ishst(b.host);
	store(&b, b.l3, 7, 0);
	hv_be_dsb_ishst(b.host);
	b.vttbr ^= HV_BIT(49);
	tlbi(&b, HV_TLBI_VMALLS12E1IS, 0);
	hv_be_dsb_ish(b.host);
	expect(&b, HV_HOST_TLB_WRONG_VMID);
}

/* Roll over to another VMID, then give the old one to a second root, with or without a flush. */
static void roll_over(struct bench *b, bool flush)
{
	uint64_t old;

	open_bench(b, &full, VTCR_4K);
	old = b->vttbr;
	b->vttbr ^= HV_BIT(50);
	hv_host_tlb_watch(b->host, b->vtcr, b->vttbr);
	if (flush) {
		hv_be_dsb_ishst(b->host);
		tlbi(b, HV_TLBI_ALLE1IS, 0);
		hv_be_dsb_ish(b->host);
	}
	hv_host_tlb_watch(b->host, b->vtcr, hv_host_alloc(b->host, 2 * PAGE, 2 * PAGE).v | (old & HV_MASK(63, 48)));
}

static void vmid_is_flushed_before_it_is_given_away(void **state)
{
	struct bench b;

	(void)state;
	roll_over(&b, true);
	hv_host_tlb_enter(b.host, b.vtcr, b.vttbr);
	expect(&b, SILENT);
	roll_over(&b, false);
	expect(&b, HV_HOST_TLB_VMID_REUSED);
	roll_over(&b, true);
	hv_host_tlb_enter(b.host, b.vtcr, b.vttbr & HV_MASK(47, 0));
	expect(&b, HV_HOST_TLB_BAD_ENTRY);
	roll_over(&b, true);
	hv_host_tlb_enter(b.host, b.vtcr, b.vttbr ^ HV_BIT(50));
	expect(&b, HV_HOST_TLB_BAD_ENTRY);
}

static void destroyed_vm_is_flushed(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, &full, VTCR_4K);
	hv_host_tlb_unwatch(b.host, b.vttbr);
	hv_be_dsb_ishst(b.host);
	tlbi(&b, HV_TLBI_VMALLS12E1IS, 0);
	hv_be_dsb_ish(b.host);
	expect(&b, SILENT);
	open_bench(&b, &full, VTCR_4K);
	hv_host_tlb_unwatch(b.host, b.vttbr);
	expect(&b, HV_HOST_TLB_NOT_INVALIDATED);
}

/* Entries first .. 15 of the set at index 16 become contiguous. */
static void make_set(struct bench *b, uint64_t first)
{
	uint64_t i;

	open_bench(b, &full, VTCR_4K);
	for (i = first; i < 16; i++)
		store(b, b->l3, 16 + i, (RAM + i * PAGE) | LEAF | HV_BIT(52));
	hv_be_dsb_ishst(b->host);
}

static void contiguous_sets_agree(void **state)
{
	struct bench b;

	(void)state;
	make_set(&b, 0);
	expect(&b, SILENT);
	make_set(&b, 1);
	expect(&b, HV_HOST_TLB_CONTIGUOUS);
	make_set(&b, 1);
	store(&b, b.l3, 16, RAM | LEAF);
	hv_be_dsb_ishst(b.host);
	expect(&b, HV_HOST_TLB_CONTIGUOUS);
	open_bench(&b, &full, VTCR_4K);
	store(&b, b.l3, 16, RAM | LEAF);
	hv_be_dsb_ishst(b.host);
	store(&b, b.l3, 16, RAM | LEAF | HV_BIT(52)); /* in place */
	hv_be_dsb_ishst(b.host);
	expect(&b, HV_HOST_TLB_NO_BREAK);
}

static void descriptors_are_linted(void **state)
{
	static const struct {
		uint64_t value;
		enum hv_host_tlb_kind kind;
	} cases[] = {
		{ RAM | LEAF, SILENT },
		{ RAM | (LEAF & ~HV_U64(2)), HV_HOST_TLB_BAD_DESC }, /* 0b01 at level 3 */
		{ RAM | LEAF | HV_BIT(63), HV_HOST_TLB_BAD_DESC },
		{ RAM | LEAF | HV_BIT(48), HV_HOST_TLB_BAD_DESC },
		{ RAM | LEAF | HV_BIT(11), HV_HOST_TLB_BAD_DESC },                   /* not nG here */
		{ RAM | LEAF | HV_BIT(51), HV_HOST_TLB_BAD_DESC },                   /* DBM without FEAT_HAFDBS */
		{ RAM | (LEAF & ~HV_MASK(9, 8)) | HV_BIT(8), HV_HOST_TLB_BAD_DESC }, /* shareability 0b01 */
		{ RAM | (LEAF & ~HV_MASK(5, 2)), HV_HOST_TLB_BAD_DESC },             /* executable Device */
		{ RAM | (LEAF & ~HV_MASK(5, 2)) | HV_BIT(54), SILENT },
		{ RAM | (LEAF & ~HV_MASK(5, 2)) | HV_BIT(4), HV_HOST_TLB_BAD_DESC }, /* MemAttr 0b0100 */
	};
	struct bench b;
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		open_bench(&b, &full, VTCR_4K);
		store(&b, b.l3, 7, cases[i].value);
		hv_be_dsb_ishst(b.host);
		expect(&b, cases[i].kind);
	}
}

static void live_entries_are_stored_atomically(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, &full, VTCR_4K);
	hv_be_desc_init(b.host, hv_be_va(b.host, b.l3), RAM | LEAF);
	hv_be_dsb_ishst(b.host);
	expect(&b, HV_HOST_TLB_PLAIN_STORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unmap_needs_each_of_its_steps),
		cmocka_unit_test(mapping_needs_a_dsb_only),
		cmocka_unit_test(by_ipa_operand_is_exact),
		cmocka_unit_test(range_operand_is_exact),
		cmocka_unit_test(range_base_with_lpa2),
		cmocka_unit_test(unlinked_table_needs_all_levels),
		cmocka_unit_test(link_must_not_outlive_its_leaves),
		cmocka_unit_test(table_may_not_be_reused_early),
		cmocka_unit_test(link_is_ordered_after_its_entries),
		cmocka_unit_test(what_needs_a_break),
		cmocka_unit_test(what_needs_an_invalidation),
		cmocka_unit_test(block_size_changes_as_bbm_allows),
		cmocka_unit_test(local_reaches_one_cpu),
		cmocka_unit_test(vmid_counts),
		cmocka_unit_test(vmid_is_flushed_before_it_is_given_away),
		cmocka_unit_test(destroyed_vm_is_flushed),
		cmocka_unit_test(contiguous_sets_agree),
		cmocka_unit_test(descriptors_are_linted),
		cmocka_unit_test(live_entries_are_stored_atomically),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
