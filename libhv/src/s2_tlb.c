/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_tlb.c - what updates leave behind: stale translations and unlinked tables.
 *
 * Invalidation is by IPA (one operation per leaf, or one range operation per range where FEAT_TLBIRANGE exists) followed by
 * one VMALLE1IS for combined stage 1 and 2 entries; or one VMALLS12E1IS for the whole VMID when that is
 * less: more than MAX_IPA_OPS operations, or VMID_BYTES and more in sum, or more ranges than a gather remembers.
 */
#include "s2_priv.h"

#define MAX_IPA_OPS 8u
#define VMID_BYTES  HV_GIB(1)

/* ---- operands ------------------------------------------------------------------------------------------- */

/* TTL.TG and TG of the range forms: 1 = 4K, 2 = 16K, 3 = 64K. */
static uint64_t granule_code(const struct hv_s2_geo *geo)
{
	return (s2_page_shift(geo) - 10) / 2;
}

/* Level hint of leaves, 0 where there is none to give; level 0 cannot be told apart from that and needs none. */
static uint64_t level_hint(const struct hv_s2_geo *geo, uint32_t shift)
{
	int level;

	if (!geo->ttl || shift == 0)
		return 0;
	level = s2_shift_level(geo, shift);
	return level > 0 ? (uint64_t)level : 0;
}

/* IPAS2(L)E1IS: IPA >> 12 for every granule (TLB-11), and the level of the leaf where it is known. */
static uint64_t ipa_operand(const struct hv_s2_geo *geo, uint64_t ipa, uint32_t shift)
{
	uint64_t level = level_hint(geo, shift);
	uint64_t ttl = level != 0 ? HV_PREP(granule_code(geo), 47, 46) | HV_PREP(level, 45, 44) : 0;

	return HV_PREP(ipa >> 12, 39, 0) | ttl;
}

/*
 * RIPAS2(L)E1IS over at least [start, end): (NUM + 1) << (5 * SCALE + 1) granules, with the smallest scale that covers
 * it in one operation. BaseADDR counts granules, or 64 KiB with LPA2. Invalidating a little more is harmless.
 */
static uint64_t range_operand(const struct hv_s2_geo *geo, uint64_t start, uint64_t end, uint32_t shift)
{
	uint32_t base_shift = geo->lpa2 ? 16 : s2_page_shift(geo);
	uint64_t base = hv_align_down(start, HV_U64(1) << base_shift);
	uint64_t granules = (end - base) >> s2_page_shift(geo);
	uint64_t scale = 0, num;

	while (granules > HV_U64(32) << (5 * scale + 1))
		scale++;
	num = (granules - 1) >> (5 * scale + 1);
	return HV_PREP(granule_code(geo), 47, 46) | HV_PREP(scale, 45, 44) | HV_PREP(num, 43, 39) |
	       HV_PREP(level_hint(geo, shift), 38, 37) | HV_PREP(base >> base_shift, 36, 0);
}

/* ---- invalidating now ----------------------------------------------------------------------------------- */

static void invalidate(const struct hv_s2 *s2, const struct hv_tlbi *ops, unsigned int nr)
{
	struct hv_tlb_regime regime;

	regime.vtcr = s2->geo.vtcr;
	regime.vttbr = s2->vttbr;
	hv_be_tlb_invalidate(s2->ctx, &regime, ops, nr);
}

void hv_s2_invalidate_vmid_(const struct hv_s2 *s2)
{
	struct hv_tlbi op;

	op.op = HV_TLBI_VMALLS12E1IS;
	op.xt = 0;
	invalidate(s2, &op, 1);
}

HV_INLINE void invalidate_leaf(const struct hv_s2 *s2, uint64_t ipa, uint32_t shift)
{
	struct hv_tlbi ops[2];

	ops[0].op = HV_TLBI_IPAS2LE1IS;
	ops[0].xt = ipa_operand(&s2->geo, ipa, shift);
	ops[1].op = HV_TLBI_VMALLE1IS;
	ops[1].xt = 0;
	invalidate(s2, ops, 2);
}

void hv_s2_invalidate_leaf_(const struct hv_s2 *s2, uint64_t ipa, uint32_t shift)
{
	invalidate_leaf(s2, ipa, shift);
}

/* ---- gathering ------------------------------------------------------------------------------------------ */

void hv_s2_gather_init(struct hv_s2_gather *gather, const struct hv_s2 *s2, struct hv_pool *pool)
{
	gather->pool = pool;
	hv_pool_init(&gather->freed, s2->ctx);
	gather->nr_missing = 0;
	gather->nr_ranges = 0;
	gather->all = false;
	gather->dsb = false;
	gather->tables_changed = false;
}

void hv_s2_gather_add_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t start, uint64_t end, uint32_t shift)
{
	uint32_t nr = gather->nr_ranges;

	s2->open = gather;
	if (nr != 0 && start <= gather->range[nr - 1].end && end >= gather->range[nr - 1].start) {
		gather->range[nr - 1].start = s2_min(start, gather->range[nr - 1].start);
		if (end > gather->range[nr - 1].end)
			gather->range[nr - 1].end = end;
		if (shift != gather->range[nr - 1].shift)
			gather->range[nr - 1].shift = 0;
		return;
	}
	if (nr == HV_S2_GATHER_RANGES) {
		gather->all = true;
		return;
	}
	gather->range[nr].start = start;
	gather->range[nr].end = end;
	gather->range[nr].shift = shift;
	gather->nr_ranges = nr + 1;
}

static void free_table(struct hv_s2_gather *gather, uint64_t page)
{
	if (gather->freed.nr_free == 0)
		gather->freed_last = hv_pa(page);
	hv_pool_put(&gather->freed, hv_pa(page));
}

/* Tables on the way through a subtree. Freeing puts a link into a table: only after its entries were read. */
struct subtree {
	const uint64_t *next, *end;
	uint64_t page;
};

static struct subtree enter_table(const struct hv_s2 *s2, uint64_t desc)
{
	struct subtree tree;

	tree.page = s2_desc_pa(&s2->geo, desc);
	tree.next = (const uint64_t *)hv_be_va(s2->ctx, hv_pa(tree.page));
	tree.end = tree.next + s2_entries(&s2->geo);
	return tree;
}

void hv_s2_gather_tables_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t desc, uint32_t shift)
{
	struct subtree stack[4], *top = stack;
	uint32_t stride = s2_stride(&s2->geo);

	s2->cursor.ipa = HV_S2_NO_CURSOR;
	gather->tables_changed = true;
	for (;;) {
		/* desc is a table found in an entry of shift; tables of pages have nothing below */
		if (shift - stride == s2_page_shift(&s2->geo)) {
			free_table(gather, s2_desc_pa(&s2->geo, desc));
		} else {
			*top++ = enter_table(s2, desc);
			shift -= stride;
		}
		for (;;) {
			if (top == stack)
				return;
			desc = 0;
			while (!s2_is_table(&s2->geo, desc, shift) && top[-1].next != top[-1].end)
				desc = hv_be_desc_load(s2->ctx, top[-1].next++);
			if (s2_is_table(&s2->geo, desc, shift))
				break;
			free_table(gather, (--top)->page);
			shift += stride;
		}
	}
}

/* ---- settling ------------------------------------------------------------------------------------------- */

/* Append what range @i takes to @ops; false: too much, the VMID is better. */
static bool range_ops(const struct hv_s2 *s2, const struct hv_s2_gather *gather, uint32_t i, struct hv_tlbi *ops,
		      unsigned int *nr)
{
	const bool tables = gather->tables_changed;
	uint64_t ipa = gather->range[i].start, end = gather->range[i].end;
	uint32_t leaf = gather->range[i].shift, hint = tables ? 0 : leaf;
	uint64_t step = HV_U64(1) << (leaf != 0 ? leaf : s2_page_shift(&s2->geo));

	if (s2->geo.tlbi_range && end - ipa > step) {
		ops[*nr].op = tables ? HV_TLBI_RIPAS2E1IS : HV_TLBI_RIPAS2LE1IS;
		ops[(*nr)++].xt = range_operand(&s2->geo, ipa, end, hint);
		return true;
	}
	for (; ipa < end; ipa += step) {
		if (*nr == MAX_IPA_OPS)
			return false;
		ops[*nr].op = tables ? HV_TLBI_IPAS2E1IS : HV_TLBI_IPAS2LE1IS;
		ops[(*nr)++].xt = ipa_operand(&s2->geo, ipa, hint);
	}
	return true;
}

static bool is_one_leaf(const struct hv_s2_gather *gather)
{
	return gather->nr_ranges == 1 && !gather->tables_changed &&
	       gather->range[0].end - gather->range[0].start == HV_U64(1) << gather->range[0].shift;
}

/* Apart from the common case: it has a large frame. */
static __attribute__((__noinline__)) void invalidate_many(const struct hv_s2 *s2, const struct hv_s2_gather *gather)
{
	struct hv_tlbi ops[MAX_IPA_OPS + 1];
	unsigned int nr = 0;
	uint64_t bytes = 0;
	uint32_t i;
	bool by_ipa = !gather->all;

	for (i = 0; by_ipa && i < gather->nr_ranges; i++) {
		bytes += gather->range[i].end - gather->range[i].start;
		by_ipa = bytes < VMID_BYTES && range_ops(s2, gather, i, ops, &nr);
	}
	if (!by_ipa) {
		hv_s2_invalidate_vmid_(s2);
		return;
	}
	ops[nr].op = HV_TLBI_VMALLE1IS;
	ops[nr].xt = 0;
	invalidate(s2, ops, nr + 1);
}

/* Nobody walks the unlinked tables any more: lookups that might still do so are told to look again. */
static __attribute__((__noinline__)) void release_tables(struct hv_s2 *s2, struct hv_s2_gather *gather)
{
	gather->tables_changed = false;
	hv_store_release_u32(&s2->seq, s2->seq + 2);
	hv_smp_mb();
	if (gather->pool != NULL)
		hv_pool_splice(gather->pool, &gather->freed, gather->freed_last);
}

void hv_s2_settle_ranges(struct hv_s2 *s2, struct hv_s2_gather *gather)
{
	if (is_one_leaf(gather))
		invalidate_leaf(s2, gather->range[0].start, gather->range[0].shift);
	else
		invalidate_many(s2, gather);
	if (gather->tables_changed)
		release_tables(s2, gather);
	gather->nr_ranges = 0;
	gather->all = false;
	s2->open = NULL;
}

/* May something that is cached still translate, or lead astray, an IPA of [start, end)? */
static bool overlaps_gathered(const struct hv_s2_gather *gather, uint64_t start, uint64_t end)
{
	uint32_t i;

	/* An unlinked table covers more than the ranges: a walk cache may enter it for any IPA it once translated. */
	if (gather->tables_changed)
		return true;
	for (i = 0; i < gather->nr_ranges; i++)
		if (start < gather->range[i].end && gather->range[i].start < end)
			return true;
	return gather->all;
}

void hv_s2_gather_before_map_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t start, uint64_t end)
{
	struct hv_s2_gather *open = s2->open;

	if (open != NULL && (open != gather || overlaps_gathered(open, start, end)))
		hv_s2_settle(s2, open);
}

bool hv_s2_gather_reserve_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t nr)
{
	uint64_t have = 0;

	if (nr == 0)
		return true;
	if (gather->pool != NULL)
		have = gather->pool->nr_free + gather->freed.nr_free;
	if (nr > have) {
		gather->nr_missing = nr - have;
		return false;
	}
	if (nr > gather->pool->nr_free)
		hv_s2_settle(s2, gather);
	return true;
}
