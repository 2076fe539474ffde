/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_merge.c - tables whose leaves are one contiguous stretch become one block again. */
#include "s2_priv.h"

/* A table at work. */
struct merge {
	uint64_t *slot; /* the entry that links it */
	uint64_t base;  /* first IPA */
	uint32_t shift; /* of its entries */
};

/*
 * The block that a table amounts to, or 0: all entries are leaves, contiguous in PA from an aligned start, equal in
 * all but the access flag, and not Device memory (S2-11, S2-23).
 */
static uint64_t block_of(const struct hv_s2 *s2, const struct merge *merge, uint64_t table_desc)
{
	const uint64_t *table = s2_table_va(s2, table_desc);
	uint64_t first = hv_be_desc_load(s2->ctx, table), young = 0, i;
	uint64_t pa = s2_desc_pa(&s2->geo, first);

	if (!s2_is_valid(first) || s2_is_table(&s2->geo, first, merge->shift) || (first & S2_MEMATTR_NORMAL) == 0 ||
	    !hv_is_aligned(pa, s2_entries(&s2->geo) << merge->shift))
		return 0;
	for (i = 0; i < s2_entries(&s2->geo); i++) {
		uint64_t desc = hv_be_desc_load(s2->ctx, table + i);

		if (((desc ^ (first + (i << merge->shift))) & ~S2_AF) != 0)
			return 0;
		young |= desc & S2_AF;
	}
	return (first & ~(S2_TYPE | S2_AF)) | young;
}

/* Nobody may use the table or what it maps any more. */
static void invalidate_table(struct hv_s2 *s2, struct hv_s2_gather *gather, const struct merge *merge)
{
	uint64_t end = merge->base + (s2_entries(&s2->geo) << merge->shift);

	hv_s2_gather_add_(s2, gather, merge->base, end, merge->shift);
	gather->tables_changed = true;
	hv_s2_settle(s2, gather);
}

/* Break, invalidate, make. Hardware may have written until the break: look at the table again after it. */
static void merge_table(struct hv_s2 *s2, struct hv_s2_gather *gather, const struct merge *merge)
{
	uint64_t table = hv_be_desc_load(s2->ctx, merge->slot);
	uint64_t block = s2_count(table) == s2_entries(&s2->geo) ? block_of(s2, merge, table) : 0;

	if (block == 0)
		return;
	s2->cursor.ipa = HV_S2_NO_CURSOR;
	hv_store_release_u32(&s2->seq, s2->seq + 1);
	hv_be_desc_store(s2->ctx, merge->slot, 0);
	invalidate_table(s2, gather, merge);
	block = block_of(s2, merge, table);
	hv_be_desc_store_release(s2->ctx, merge->slot, block != 0 ? block : table);
	hv_store_release_u32(&s2->seq, s2->seq + 1);
	gather->dsb = true;
	if (block == 0)
		return;
	hv_smp_mb();
	hv_pool_put(gather->pool, hv_pa(s2_desc_pa(&s2->geo, table)));
}

/* Merge the tables with entries of @shift that the range covers. */
static void merge_level(struct hv_s2 *s2, uint64_t ipa, uint64_t end, uint32_t shift, struct hv_s2_gather *gather)
{
	uint32_t span_shift = shift + s2_stride(&s2->geo);
	struct merge merge;
	struct s2_spot spot;

	merge.shift = shift;
	while (ipa < end) {
		hv_s2_walk_(s2, ipa, &spot);
		merge.slot = spot.above;
		merge.base = ipa;
		if (spot.shift == shift && hv_is_aligned(ipa, HV_U64(1) << span_shift) &&
		    end - ipa >= HV_U64(1) << span_shift)
			merge_table(s2, gather, &merge);
		/* A leaf or hole above says nothing of its neighbours; a table below means that this one stays. */
		ipa = s2_entry_end(ipa, spot.shift > shift ? spot.shift : span_shift);
	}
}

enum hv_err hv_s2_merge(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, struct hv_s2_gather *gather)
{
	enum hv_err err = s2_check_range(s2, ipa.v, size);
	uint32_t largest = s2_largest_leaf(s2), shift;

	if (err != HV_OK)
		return err;
	if (gather->pool == NULL)
		return HV_EINVAL;
	hv_s2_gather_before_map_(s2, gather, ipa.v, ipa.v + size);
	for (shift = s2_page_shift(&s2->geo); shift < largest; shift += s2_stride(&s2->geo))
		merge_level(s2, ipa.v, ipa.v + size, shift, gather);
	return HV_OK;
}
