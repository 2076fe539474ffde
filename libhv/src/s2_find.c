// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
/* s2_find.c - from an IPA to the entry that decides about it, and tables that become empty. */
#include "s2_priv.h"

static void at_root(const struct hv_s2 *s2, uint64_t ipa, struct s2_spot *spot)
{
	spot->shift = s2_root_shift(&s2->geo);
	spot->slot = (uint64_t *)hv_be_va(s2->ctx, s2->root) + (ipa >> spot->shift);
	spot->above = NULL;
}

/* One level down, through the table descriptor @desc found at @spot. */
HV_INLINE void go_down(const struct hv_s2 *s2, uint64_t ipa, uint64_t desc, struct s2_spot *spot)
{
	spot->above = spot->slot;
	spot->shift -= s2_stride(&s2->geo);
	spot->slot = s2_table_va(s2, desc) + ((ipa >> spot->shift) & (s2_entries(&s2->geo) - 1));
}

void hv_s2_walk_(const struct hv_s2 *s2, uint64_t ipa, struct s2_spot *spot)
{
	uint64_t desc;

	at_root(s2, ipa, spot);
	while (spot->shift != s2_page_shift(&s2->geo)) {
		desc = hv_be_desc_load(s2->ctx, spot->slot);
		if (!s2_is_table(&s2->geo, desc, spot->shift))
			return;
		go_down(s2, ipa, desc, spot);
	}
}

static void remember(struct hv_s2 *s2, uint64_t ipa, const struct s2_spot *spot)
{
	uint64_t span = s2_entries(&s2->geo) << spot->shift;

	s2->cursor.ipa = hv_align_down(ipa, span);
	s2->cursor.table = spot->slot - ((ipa & (span - 1)) >> spot->shift);
	s2->cursor.above = spot->above;
}

void hv_s2_find_(struct hv_s2 *s2, uint64_t ipa, uint64_t whole, struct s2_spot *spot)
{
	uint32_t page_shift = s2_page_shift(&s2->geo);
	uint64_t offset = ipa - s2->cursor.ipa, span = s2_entries(&s2->geo) << page_shift;
	uint64_t desc;

	if (offset < span && whole < span) {
		spot->slot = s2->cursor.table + (offset >> page_shift);
		spot->above = s2->cursor.above;
		spot->shift = page_shift;
		return;
	}
	at_root(s2, ipa, spot);
	while (spot->shift != page_shift) {
		desc = hv_be_desc_load(s2->ctx, spot->slot);
		if (!s2_is_table(&s2->geo, desc, spot->shift))
			return;
		if (whole >> spot->shift != 0 && hv_is_aligned(ipa, HV_U64(1) << spot->shift))
			return;
		go_down(s2, ipa, desc, spot);
	}
	if (spot->above != NULL)
		remember(s2, ipa, spot);
}

static void set_count(const struct hv_s2 *s2, uint64_t *slot, uint64_t desc, uint64_t count)
{
	hv_be_desc_store(s2->ctx, slot, (desc & ~S2_COUNT) | s2_count_bits(count));
}

/*
 * The deepest table on the way to @ipa has become empty. It goes, and with it every table above that held nothing
 * else: they are unlinked by one store at the topmost of them.
 */
static void prune(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t ipa, const uint64_t *last)
{
	struct s2_spot spot, top;
	uint64_t desc, top_desc = 0;
	uint32_t count = 0; /* of the table at spot; the root never goes */

	at_root(s2, ipa, &spot);
	top = spot;
	do {
		desc = hv_be_desc_load(s2->ctx, spot.slot);
		if (count != 1) {
			top = spot;
			top_desc = desc;
		}
		count = s2_count(desc);
		go_down(s2, ipa, desc, &spot);
	} while (spot.above != last);
	hv_be_desc_store(s2->ctx, top.slot, 0);
	hv_s2_gather_tables_(s2, gather, top_desc, top.shift);
	if (top.above == NULL)
		return;
	desc = hv_be_desc_load(s2->ctx, top.above);
	set_count(s2, top.above, desc, s2_count(desc) - 1u);
}

void hv_s2_recount_(struct hv_s2 *s2, struct hv_s2_gather *gather, const struct s2_spot *spot, uint64_t ipa,
		    int64_t change)
{
	uint64_t desc, count;

	if (spot->above == NULL || change == 0)
		return;
	desc = hv_be_desc_load(s2->ctx, spot->above);
	count = s2_count(desc) + (uint64_t)change;
	if (count != 0)
		set_count(s2, spot->above, desc, count);
	else
		prune(s2, gather, ipa, spot->above);
}
