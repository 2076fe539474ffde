/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_build.c - new tables, filled once in order of address before anybody can walk them. */
#include "s2_priv.h"

/* Root entries are never built, so at most four tables are open at a time. */
#define MAX_DEPTH 4

/* A table being filled. */
struct open_table {
	uint64_t *slot;     /* next entry */
	uint64_t end;       /* of the range in this table */
	uint64_t page_live; /* its address, plus the number of live entries */
};

uint64_t hv_s2_build_cost_(const struct hv_s2_geo *geo, uint32_t leaf_shift, uint64_t start, uint64_t end,
			   uint32_t shift)
{
	uint64_t nr = 0;

	/* An entry needs a table unless the range covers it and it may be a leaf: that leaves the two ends. */
	for (; shift > s2_page_shift(geo); shift -= s2_stride(geo)) {
		uint64_t size = HV_U64(1) << shift;
		uint64_t head = hv_is_aligned(start, size) ? 0 : 1, tail = hv_is_aligned(end, size) ? 0 : 1;

		if (shift > leaf_shift)
			nr += ((end - 1) >> shift) - (start >> shift) + 1;
		else if (start >> shift == (end - 1) >> shift)
			nr += head | tail;
		else
			nr += head + tail;
	}
	return nr;
}

/* Store @nr entries that differ by @step. */
static uint64_t *fill_entries(const struct hv_s2 *s2, uint64_t *slot, uint64_t nr, uint64_t desc, uint64_t step)
{
	uint64_t *end = slot + (nr & ~HV_U64(3));

	for (; slot != end; slot += 4) {
		hv_be_desc_init(s2->ctx, slot, desc);
		hv_be_desc_init(s2->ctx, slot + 1, desc + step);
		hv_be_desc_init(s2->ctx, slot + 2, desc + 2 * step);
		hv_be_desc_init(s2->ctx, slot + 3, desc + 3 * step);
		desc += 4 * step;
	}
	for (end += nr & 3; slot != end; slot++, desc += step)
		hv_be_desc_init(s2->ctx, slot, desc);
	return slot;
}

/* @nr entries from @ipa on: leaves of @bits, or nothing. Address bits above 47 are not in one piece with the others. */
static void fill_run(const struct hv_s2 *s2, struct open_table *table, const struct s2_fill *fill, uint64_t ipa,
		     uint64_t nr, bool inside, uint32_t shift)
{
	uint64_t bits = inside ? fill->inside : fill->outside;

	if (!(inside ? fill->has_inside : fill->has_outside)) {
		table->slot = fill_entries(s2, table->slot, nr, 0, 0);
		return;
	}
	table->page_live += nr;
	while (nr != 0) {
		uint64_t pa = ipa + fill->offset;
		uint64_t piece = s2_wide(&s2->geo) ? s2_min(nr, (HV_BIT(48) - (pa & HV_MASK(47, 0))) >> shift) : nr;

		table->slot = fill_entries(s2, table->slot, piece, s2_leaf_desc(&s2->geo, bits, pa, shift),
					   HV_U64(1) << shift);
		ipa += piece << shift;
		nr -= piece;
	}
}

/* Take a page and fill it up to the entry of @ipa. The caller has reserved it. */
static void open_page(const struct hv_s2 *s2, struct hv_pool *pool, struct open_table *table,
		      const struct s2_fill *fill, uint64_t ipa, uint32_t shift)
{
	uint64_t base = hv_align_down(ipa, s2_entries(&s2->geo) << shift);
	hv_pa_t page;

	HV_BUG_ON(hv_pool_take(pool, &page) != HV_OK);
	table->page_live = page.v;
	table->slot = (uint64_t *)hv_be_va(s2->ctx, page);
	fill_run(s2, table, fill, base, (ipa - base) >> shift, false, shift);
}

/* Fill the rest of a table after @ipa; returns the descriptor that links it. Apart, for the size of the frame. */
static __attribute__((__noinline__)) uint64_t close_page(const struct hv_s2 *s2, struct open_table *table,
							 const struct s2_fill *fill, uint64_t ipa, uint32_t shift)
{
	uint64_t base = hv_align_down(ipa - 1, s2_entries(&s2->geo) << shift);
	uint64_t next = hv_align_up(ipa, HV_U64(1) << shift);
	uint64_t end = base + (s2_entries(&s2->geo) << shift);
	uint64_t page;

	fill_run(s2, table, fill, next, (end - next) >> shift, false, shift);
	page = hv_align_down(table->page_live, HV_U64(1) << s2_page_shift(&s2->geo));
	return s2_address_bits(&s2->geo, page) | s2_count_bits(table->page_live - page) | S2_VALID | S2_TYPE;
}

uint64_t hv_s2_build_(const struct hv_s2 *s2, struct hv_pool *pool, const struct s2_fill *fill, uint64_t ipa,
		      uint64_t end, uint32_t shift)
{
	struct open_table open[1 + MAX_DEPTH], *table = open; /* the first stands for the entry to link at */
	uint32_t stride = s2_stride(&s2->geo);
	uint64_t desc, nr = 0;

	for (;;) {
		if (nr != 0) { /* whole entries of the range */
			fill_run(s2, table, fill, ipa, nr, true, shift);
			ipa += nr << shift;
		} else { /* an entry that needs a table */
			table++;
			shift -= stride;
			table->end = s2_min(end, s2_entry_end(ipa, shift + stride));
			open_page(s2, pool, table, fill, ipa, shift);
		}
		while (ipa == table->end) {
			desc = close_page(s2, table, fill, ipa, shift);
			if (table == open + 1)
				return desc;
			table--;
			shift += stride;
			hv_be_desc_init(s2->ctx, table->slot++, desc);
			table->page_live++;
		}
		nr = shift <= fill->leaf_shift && hv_is_aligned(ipa, HV_U64(1) << shift) ? (table->end - ipa) >> shift
											 : 0;
	}
}
