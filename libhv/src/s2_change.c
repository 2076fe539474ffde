/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_change.c - unmap, protect, clean: change what is mapped in a range. Leaves that stick out of the range are split; only
 * they need tables, so the plan looks at the two ends alone.
 */
#include "s2_priv.h"

enum change_kind { CHANGE_UNMAP, CHANGE_PROTECT, CHANGE_CLEAN };

/* What to do to every leaf in [base, end). */
struct change {
	uint64_t base;
	uint64_t end;
	uint64_t perm;    /* protect: new S2AP and XN */
	uint64_t *bitmap; /* clean: one bit for each page of the range, or NULL */
	enum change_kind kind;
};

/* One table at work. */
struct work {
	struct hv_s2 *s2;
	struct hv_s2_gather *gather;
	const struct change *change;
	uint64_t *slot;
	uint64_t ipa; /* of the entry at slot, or inside it at the first one */
	uint64_t end; /* of the range in this table */
	uint32_t shift;
	int64_t live; /* change of the number of live entries */
};

/* Bits that change in a leaf. Device memory is never executable (S2-45). */
static uint64_t protect_bits(const struct change *change, uint64_t desc)
{
	uint64_t perm = change->perm;

	if ((desc & S2_MEMATTR_NORMAL) == 0)
		perm = (perm & ~S2_XN) | S2_XN_ALL;
	return (desc ^ perm) & (S2_PERM | S2_DBM);
}

/* A written leaf becomes clean: read-only, and where hardware keeps dirty state, writable again by hardware. */
static uint64_t clean_bits(const struct hv_s2 *s2, uint64_t desc)
{
	if ((desc & S2_AP_W) == 0)
		return 0;
	return S2_AP_W | (s2->geo.hw_dbm ? ~desc & S2_DBM : 0);
}

static uint64_t changed_bits(const struct hv_s2 *s2, const struct change *change, uint64_t desc)
{
	return change->kind == CHANGE_CLEAN ? clean_bits(s2, desc) : protect_bits(change, desc);
}

/* Is there anything to do at a leaf? */
static bool touches(const struct hv_s2 *s2, const struct change *change, uint64_t desc)
{
	return s2_is_valid(desc) && (change->kind == CHANGE_UNMAP || changed_bits(s2, change, desc) != 0);
}

/* ---- plan ----------------------------------------------------------------------------------------------- */

/* Tables for the leaf at @spot if it sticks out of [start, end). */
static uint64_t split_cost(const struct hv_s2 *s2, const struct change *change, const struct s2_spot *spot,
			   uint64_t start, uint64_t end)
{
	uint64_t desc = hv_be_desc_load(s2->ctx, spot->slot);

	if (s2_is_table(&s2->geo, desc, spot->shift) || !touches(s2, change, desc))
		return 0;
	return hv_s2_build_cost_(&s2->geo, 64, start, end, spot->shift);
}

/* Tables missing. Only the leaves at the two ends can stick out. */
static uint64_t plan(const struct hv_s2 *s2, const struct change *change, const struct s2_spot *first, uint64_t ipa)
{
	uint64_t next = s2_entry_end(ipa, first->shift), nr;
	struct s2_spot last;

	if (first->shift == s2_page_shift(&s2->geo) && s2_spot_end(s2, first, ipa, change->end) == change->end)
		return 0;
	nr = split_cost(s2, change, first, ipa, s2_min(next, change->end));
	if (change->end <= next)
		return nr;
	hv_s2_walk_(s2, change->end - 1, &last);
	return nr + split_cost(s2, change, &last, hv_align_down(change->end - 1, HV_U64(1) << last.shift), change->end);
}

/* ---- commit --------------------------------------------------------------------------------------------- */

/* Store to a live leaf. Hardware may update it meanwhile: returns false when it did; look again. */
HV_INLINE bool swap(hv_ctx_t ctx, bool hardware, uint64_t *slot, uint64_t desc, uint64_t value)
{
	if (hardware)
		return hv_be_desc_cas(ctx, slot, desc, value) == desc;
	hv_be_desc_store(ctx, slot, value);
	return true;
}

/* Flip bits of leaves while their @attributes are those of the first. A function of its own: the tightest loop there is. */
static __attribute__((__noinline__)) uint64_t *flip_leaves(hv_ctx_t ctx, uint64_t *slot, uint64_t *end,
							   uint64_t attributes, uint64_t flip)
{
	const uint64_t first = hv_be_desc_load(ctx, slot);

	for (; end - slot >= 2; slot += 2) {
		uint64_t a = hv_be_desc_load(ctx, slot), b = hv_be_desc_load(ctx, slot + 1);

		if ((((a ^ first) | (b ^ first)) & attributes) != 0)
			break;
		hv_be_desc_store(ctx, slot, a ^ flip);
		hv_be_desc_store(ctx, slot + 1, b ^ flip);
	}
	for (; slot != end; slot++) {
		uint64_t desc = hv_be_desc_load(ctx, slot);

		if (((desc ^ first) & attributes) != 0)
			break;
		hv_be_desc_store(ctx, slot, desc ^ flip);
	}
	return slot;
}

/* The same where hardware sets AF or dirty state meanwhile. */
static __attribute__((__noinline__)) uint64_t *flip_leaves_atomic(hv_ctx_t ctx, uint64_t *slot, uint64_t *end,
								  uint64_t attributes, uint64_t flip)
{
	const uint64_t first = hv_be_desc_load(ctx, slot);

	while (slot != end) {
		uint64_t desc = hv_be_desc_load(ctx, slot);

		if (((desc ^ first) & attributes) != 0)
			break;
		if (hv_be_desc_cas(ctx, slot, desc, desc ^ flip) == desc)
			slot++;
	}
	return slot;
}

/* The pages [ipa, end) were written since they were clean. */
static void mark_dirty(const struct work *work, uint64_t ipa, uint64_t end)
{
	uint32_t shift = s2_page_shift(&work->s2->geo);
	uint64_t page = (ipa - work->change->base) >> shift;

	for (; ipa < end; ipa += HV_U64(1) << shift, page++)
		work->change->bitmap[page / 64] |= HV_BIT(page % 64);
}

/* The loop is done with entries up to @slot: note what must be invalidated. */
static void done_to(struct work *work, uint64_t *slot)
{
	uint64_t next = work->ipa + ((uint64_t)(slot - work->slot) << work->shift);

	hv_s2_gather_add_(work->s2, work->gather, work->ipa, next, work->shift);
	if (work->change->bitmap != NULL)
		mark_dirty(work, work->ipa, next);
	work->ipa = next;
	work->slot = slot;
}

static uint64_t *last_slot(const struct work *work)
{
	return work->slot + ((work->end - work->ipa) >> work->shift);
}

/* Unmap leaves from the current entry to the next one that is none. */
static void unmap_leaves(struct work *work, uint64_t desc)
{
	const hv_ctx_t ctx = work->s2->ctx;
	const bool hardware = work->s2->geo.hw_af, pages = work->shift == s2_page_shift(&work->s2->geo);
	uint64_t *slot = work->slot, *const end = last_slot(work);

	do {
		if (swap(ctx, hardware, slot, desc, 0))
			slot++;
		if (slot == end)
			break;
		desc = hv_be_desc_load(ctx, slot);
	} while (s2_is_valid(desc) && (pages || (desc & S2_TYPE) == 0));
	work->live -= slot - work->slot;
	done_to(work, slot);
}

/* Change leaves from the current entry to the next one with other attributes: neighbours mostly have the same. */
static void protect_leaves(struct work *work, uint64_t desc)
{
	const hv_ctx_t ctx = work->s2->ctx;
	const uint64_t attributes = ~s2_address_mask(&work->s2->geo), flip = changed_bits(work->s2, work->change, desc);
	uint64_t *end = last_slot(work);

	if (work->s2->geo.hw_af)
		done_to(work, flip_leaves_atomic(ctx, work->slot, end, attributes, flip));
	else
		done_to(work, flip_leaves(ctx, work->slot, end, attributes, flip));
}

/* Clear an entry that the range covers, with all tables below it. */
static void unmap_table(struct work *work, uint64_t desc)
{
	struct hv_s2 *s2 = work->s2;
	uint32_t below = work->shift - s2_stride(&s2->geo);
	uint64_t next = work->ipa + (HV_U64(1) << work->shift);

	hv_be_desc_store(s2->ctx, work->slot++, 0);
	work->live--;
	hv_s2_gather_add_(s2, work->gather, work->ipa, next, below == s2_page_shift(&s2->geo) ? below : 0);
	hv_s2_gather_tables_(s2, work->gather, desc, work->shift);
	work->ipa = next;
}

/* Break-before-make: nobody may hold the block when the table appears. Hardware may have changed the block till then. */
static uint64_t break_leaf(struct work *work, uint64_t desc)
{
	struct hv_s2 *s2 = work->s2;
	uint64_t found = desc;

	hv_store_release_u32(&s2->seq, s2->seq + 1);
	do {
		desc = found;
		found = hv_be_desc_cas(s2->ctx, work->slot, desc, 0);
	} while (found != desc);
	hv_s2_invalidate_leaf_(s2, hv_align_down(work->ipa, HV_U64(1) << work->shift), work->shift);
	return desc;
}

/* Replace a leaf that sticks out of the range by tables that hold the change already (S2-07, S2-09). Apart, for the frame. */
static __attribute__((__noinline__)) void split_leaf(struct work *work, uint64_t desc)
{
	struct hv_s2 *s2 = work->s2;
	uint64_t base = hv_align_down(work->ipa, HV_U64(1) << work->shift);
	uint64_t next = s2_min(s2_entry_end(work->ipa, work->shift), work->end);
	struct s2_fill fill;

	desc = break_leaf(work, desc);
	fill.offset = s2_desc_pa(&s2->geo, desc) - base;
	fill.outside = desc & ~(s2_address_mask(&s2->geo) | S2_VALID | S2_TYPE);
	fill.inside = fill.outside ^ changed_bits(work->s2, work->change, desc);
	fill.has_inside = work->change->kind != CHANGE_UNMAP;
	fill.has_outside = true;
	fill.leaf_shift = 64;
	desc = hv_s2_build_(s2, work->gather->pool, &fill, work->ipa, next, work->shift);
	hv_be_desc_store_release(s2->ctx, work->slot++, desc);
	hv_store_release_u32(&s2->seq, s2->seq + 1);
	work->gather->dsb = true;
	if (work->change->bitmap != NULL)
		mark_dirty(work, work->ipa, next);
	work->ipa = next;
}

/* Everything that can be done in one table; stops at a table the range does not cover. */
static void change_entries(struct work *work)
{
	const struct hv_s2 *s2 = work->s2;

	while (work->ipa < work->end) {
		uint64_t desc = hv_be_desc_load(s2->ctx, work->slot);
		uint64_t next = s2_min(s2_entry_end(work->ipa, work->shift), work->end);
		bool whole = next - work->ipa == HV_U64(1) << work->shift;

		if (s2_is_table(&s2->geo, desc, work->shift)) {
			if (!whole || work->change->kind != CHANGE_UNMAP)
				return;
			unmap_table(work, desc);
		} else if (!touches(s2, work->change, desc)) {
			work->slot++;
			work->ipa = next;
		} else if (!whole) {
			split_leaf(work, desc);
		} else if (work->change->kind == CHANGE_UNMAP) {
			unmap_leaves(work, desc);
		} else {
			protect_leaves(work, desc);
		}
	}
}

static void find(struct hv_s2 *s2, uint64_t ipa, const struct change *change, struct s2_spot *spot)
{
	hv_s2_find_(s2, ipa, change->kind == CHANGE_UNMAP ? change->end - ipa : 0, spot);
}

/* Apart from the entry points: it has a large frame. */
static __attribute__((__noinline__)) enum hv_err change_range(struct hv_s2 *s2, uint64_t ipa,
							      const struct change *change, struct hv_s2_gather *gather)
{
	struct s2_spot spot;
	struct work work;
	uint64_t start;

	find(s2, ipa, change, &spot);
	if (!hv_s2_gather_reserve_(s2, gather, plan(s2, change, &spot, ipa)))
		return HV_ENOMEM;
	work.s2 = s2;
	work.gather = gather;
	work.change = change;
	work.ipa = ipa;
	for (;;) {
		start = work.ipa;
		work.slot = spot.slot;
		work.shift = spot.shift;
		work.live = 0;
		work.end = s2_spot_end(s2, &spot, start, change->end);
		change_entries(&work);
		hv_s2_recount_(s2, gather, &spot, start, work.live);
		if (work.ipa >= change->end)
			return HV_OK;
		find(s2, work.ipa, change, &spot);
	}
}

/* ---- entry points --------------------------------------------------------------------------------------- */

/* One page out of the table used last, which keeps others. False: it is something else. */
HV_INLINE bool unmap_page(struct hv_s2 *s2, uint64_t ipa, const struct s2_spot *spot, struct hv_s2_gather *gather)
{
	uint64_t above = hv_be_desc_load(s2->ctx, spot->above);

	/* The count keeps out of its upper half: one subtraction. */
	if ((above & HV_MASK(7, 3)) == 0 || s2->geo.hw_af || !s2_is_valid(hv_be_desc_load(s2->ctx, spot->slot)))
		return false;
	hv_be_desc_store(s2->ctx, spot->slot, 0);
	hv_be_desc_store(s2->ctx, spot->above, above - HV_BIT(2));
	s2_gather_leaf(s2, gather, ipa, spot->shift);
	return true;
}

enum hv_err hv_s2_unmap(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, struct hv_s2_gather *gather)
{
	enum hv_err err = s2_check_range(s2, ipa.v, size);
	struct change change;
	struct s2_spot spot;

	if (err != HV_OK)
		return err;
	if (s2_at_cursor(s2, ipa.v, &spot) && s2_is_spot(&spot, ipa.v, size) && unmap_page(s2, ipa.v, &spot, gather))
		return HV_OK;
	change.base = ipa.v;
	change.end = ipa.v + size;
	change.perm = 0;
	change.bitmap = NULL;
	change.kind = CHANGE_UNMAP;
	return change_range(s2, ipa.v, &change, gather);
}

/* What faults do: one whole leaf. False: it is something else. */
HV_INLINE bool protect_leaf(struct hv_s2 *s2, uint64_t ipa, const struct change *change, const struct s2_spot *spot,
			    struct hv_s2_gather *gather)
{
	uint64_t desc = hv_be_desc_load(s2->ctx, spot->slot);

	if (s2->geo.hw_af || s2_is_table(&s2->geo, desc, spot->shift))
		return false;
	if (!touches(s2, change, desc))
		return true;
	hv_be_desc_store(s2->ctx, spot->slot, desc ^ changed_bits(s2, change, desc));
	s2_gather_leaf(s2, gather, ipa, spot->shift);
	return true;
}

enum hv_err hv_s2_protect(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint32_t rwx, struct hv_s2_gather *gather)
{
	enum hv_err err = s2_check_range(s2, ipa.v, size);
	struct change change;
	struct s2_spot spot;

	if (err != HV_OK)
		return err;
	change.perm = s2->perm_bits;
	if (rwx != s2->rwx) {
		if ((rwx & ~HV_S2_RWX) != 0 || !hv_s2_perm_bits_(&s2->geo, rwx, &change.perm))
			return HV_EINVAL;
		s2->rwx = rwx;
		s2->perm_bits = change.perm;
	}
	change.base = ipa.v;
	change.end = ipa.v + size;
	change.bitmap = NULL;
	change.kind = CHANGE_PROTECT;
	if (!s2_at_cursor(s2, ipa.v, &spot))
		hv_s2_find_(s2, ipa.v, 0, &spot);
	if (s2_is_spot(&spot, ipa.v, size) && protect_leaf(s2, ipa.v, &change, &spot, gather))
		return HV_OK;
	return change_range(s2, ipa.v, &change, gather);
}

enum hv_err hv_s2_clean(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint64_t *bitmap, struct hv_s2_gather *gather)
{
	enum hv_err err = s2_check_range(s2, ipa.v, size);
	struct change change;

	if (err != HV_OK)
		return err;
	change.base = ipa.v;
	change.end = ipa.v + size;
	change.perm = 0;
	change.bitmap = bitmap;
	change.kind = CHANGE_CLEAN;
	return change_range(s2, ipa.v, &change, gather);
}
