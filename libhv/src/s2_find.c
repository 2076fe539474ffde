/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_find.c - from an IPA to the entry that decides about it, and tables that become empty. */
#include "s2_priv.h"

/* Page in a table descriptor. @wide is a constant where this is inlined: nothing of it is left in the usual case. */
HV_INLINE uint64_t table_page(const struct hv_s2 *s2, uint64_t desc, bool wide)
{
	return wide ? hv_s2_wide_pa(&s2->geo, desc) : desc & HV_MASK(47, 12);
}

/*
 * The walk, inline in its users. Everything it needs of the geometry is read once: the compiler cannot know that stores
 * to descriptors leave the geometry alone.
 */
HV_INLINE struct s2_spot walk(const struct hv_s2 *s2, uint64_t ipa, uint64_t whole, bool wide)
{
	const uint32_t page_shift = s2_page_shift(&s2->geo), stride = s2_stride(&s2->geo);
	const uint64_t mask = s2_entries(&s2->geo) - 1;
	struct s2_spot spot;

	spot.shift = s2->root_shift;
	spot.slot = (uint64_t *)hv_be_va(s2->ctx, s2->root) + (ipa >> spot.shift);
	spot.above = NULL;
	while (spot.shift != page_shift) {
		uint64_t desc = hv_be_desc_load(s2->ctx, spot.slot);

		if ((desc & (S2_VALID | S2_TYPE)) != (S2_VALID | S2_TYPE) ||
		    (whole >> spot.shift != 0 && hv_is_aligned(ipa, HV_U64(1) << spot.shift)))
			break;
		spot.above = spot.slot;
		spot.shift -= stride;
		spot.slot =
			(uint64_t *)hv_be_va(s2->ctx, hv_pa(table_page(s2, desc, wide))) + ((ipa >> spot.shift) & mask);
	}
	return spot;
}

/* One walk, made again while a block is broken up (odd) or when tables were freed meanwhile. */
HV_INLINE struct hv_s2_entry stable_walk(const struct hv_s2 *s2, uint64_t ipa, bool wide)
{
	struct hv_s2_entry entry;
	struct s2_spot spot;
	uint32_t seq;

	do {
		seq = hv_load_acquire_u32(&s2->seq);
		spot = walk(s2, ipa, 0, wide);
		entry.desc = hv_be_desc_load(s2->ctx, spot.slot);
		entry.shift = spot.shift;
		hv_smp_mb();
	} while ((seq & 1) != 0 || hv_load_acquire_u32(&s2->seq) != seq);
	return entry;
}

static __attribute__((__noinline__)) struct hv_s2_entry wide_walk(const struct hv_s2 *s2, uint64_t ipa)
{
	return stable_walk(s2, ipa, true);
}

struct hv_s2_entry hv_s2_walk(const struct hv_s2 *s2, hv_ipa_t ipa)
{
	return s2_wide(&s2->geo) ? wide_walk(s2, ipa.v) : stable_walk(s2, ipa.v, false);
}

static __attribute__((__noinline__)) void wide_spot(const struct hv_s2 *s2, uint64_t ipa, uint64_t whole,
						    struct s2_spot *spot)
{
	*spot = walk(s2, ipa, whole, true);
}

/* The entry for @ipa; above it one that [ipa, ipa + whole) covers. */
static void spot_at(const struct hv_s2 *s2, uint64_t ipa, uint64_t whole, struct s2_spot *spot)
{
	if (s2_wide(&s2->geo))
		wide_spot(s2, ipa, whole, spot);
	else
		*spot = walk(s2, ipa, whole, false);
}

void hv_s2_walk_(const struct hv_s2 *s2, uint64_t ipa, struct s2_spot *spot)
{
	spot_at(s2, ipa, 0, spot);
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
	spot_at(s2, ipa, whole, spot);
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
