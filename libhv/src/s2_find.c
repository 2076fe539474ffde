// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
/* s2_find.c - from an IPA to the entry that decides about it, and tables that become empty. */
#include "s2_priv.h"

/*
 * The walk, inline in its users. Everything it needs of the geometry is read once: the compiler cannot know that stores
 * to descriptors leave the geometry alone.
 */
HV_INLINE void walk(const struct hv_s2 *s2, uint64_t ipa, uint64_t whole, struct s2_spot *spot)
{
	const uint32_t page_shift = s2_page_shift(&s2->geo), stride = s2_stride(&s2->geo);
	const uint64_t mask = s2_entries(&s2->geo) - 1;
	uint32_t shift = s2->root_shift;
	uint64_t *above = NULL, *slot = (uint64_t *)hv_be_va(s2->ctx, s2->root) + (ipa >> shift);

	while (shift != page_shift) {
		uint64_t desc = hv_be_desc_load(s2->ctx, slot);

		if (!s2_is_table(&s2->geo, desc, shift) ||
		    (whole >> shift != 0 && hv_is_aligned(ipa, HV_U64(1) << shift)))
			break;
		above = slot;
		shift -= stride;
		slot = s2_table_va(s2, desc) + ((ipa >> shift) & mask);
	}
	spot->slot = slot;
	spot->above = above;
	spot->shift = shift;
}

void hv_s2_walk_(const struct hv_s2 *s2, uint64_t ipa, struct s2_spot *spot)
{
	walk(s2, ipa, 0, spot);
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
	walk(s2, ipa, whole, spot);
	if (spot->shift == s2_page_shift(&s2->geo) && spot->above != NULL)
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

	spot.shift = s2->root_shift;
	spot.slot = (uint64_t *)hv_be_va(s2->ctx, s2->root) + (ipa >> spot.shift);
	spot.above = NULL;
	top = spot;
	do {
		desc = hv_be_desc_load(s2->ctx, spot.slot);
		if (count != 1) {
			top = spot;
			top_desc = desc;
		}
		count = s2_count(desc);
		spot.above = spot.slot;
		spot.shift -= s2_stride(&s2->geo);
		spot.slot = s2_table_va(s2, desc) + ((ipa >> spot.shift) & (s2_entries(&s2->geo) - 1));
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
