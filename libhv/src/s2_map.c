/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_map.c - mapping a range in two passes over the tables there are: the plan finds conflicts and counts the tables that
 * are missing, the commit cannot fail.
 */
#include "s2_priv.h"

/* Does a leaf map the same as @wanted? Ageing and dirty logging may have changed it meanwhile. */
static bool same_leaf(uint64_t desc, uint64_t wanted)
{
	if ((desc & S2_DBM) != 0)
		desc = (desc & ~S2_DBM) | S2_AP_W;
	return ((desc ^ wanted) & ~S2_AF) == 0;
}

/* One mapping: a range, and what is to be there. */
struct mapping {
	struct s2_fill fill;
	uint64_t end;
};

/*
 * Largest leaves by the alignment of PA against IPA; the ends of the range are looked at entry by entry (S2-24, S2-25).
 * Device memory is mapped by pages (S2-23).
 */
static uint32_t choose_leaf_shift(const struct hv_s2 *s2, uint64_t offset, uint32_t prot)
{
	const struct hv_s2_geo *geo = &s2->geo;
	uint32_t shift = s2_page_shift(geo), stride = s2_stride(geo);
	uint32_t largest = s2_largest_leaf(s2);

	if ((prot & HV_S2_MEM_MASK) >= HV_S2_MEM_DEVICE_nGnRnE)
		return shift;
	while (shift < largest && hv_is_aligned(offset, HV_U64(1) << (shift + stride)))
		shift += stride;
	return shift;
}

static bool may_be_leaf(const struct s2_fill *fill, uint64_t ipa, uint64_t next, uint32_t shift)
{
	return shift <= fill->leaf_shift && next - ipa == HV_U64(1) << shift;
}

static uint64_t leaf_at(const struct hv_s2 *s2, const struct s2_fill *fill, uint64_t ipa, uint32_t shift)
{
	return s2_leaf_desc(&s2->geo, fill->inside, ipa + fill->offset, shift);
}

/* Look at the entries of one table from @spot on; stop at a table. Returns how far; *ok is false at a conflict. */
static uint64_t plan_entries(const struct hv_s2 *s2, const struct mapping *map, struct s2_spot spot, uint64_t ipa,
			     uint64_t *nr, bool *ok)
{
	uint64_t end = s2_spot_end(s2, &spot, ipa, map->end);
	uint64_t next, desc, base;

	for (; ipa < end; ipa = next, spot.slot++) {
		desc = hv_be_desc_load(s2->ctx, spot.slot);
		next = s2_min(s2_entry_end(ipa, spot.shift), end);
		if (desc == 0) {
			*nr += hv_s2_build_cost_(&s2->geo, map->fill.leaf_shift, ipa, next, spot.shift);
			continue;
		}
		if (s2_is_table(&s2->geo, desc, spot.shift))
			break;
		base = hv_align_down(ipa, HV_U64(1) << spot.shift);
		*ok = same_leaf(desc, leaf_at(s2, &map->fill, base, spot.shift));
		if (!*ok)
			break;
	}
	return ipa;
}

/* Tables missing for the range. False: something else is mapped there. */
static bool plan(const struct hv_s2 *s2, const struct mapping *map, const struct s2_spot *first, uint64_t ipa,
		 uint64_t *nr)
{
	struct s2_spot spot = *first;
	bool ok = true;

	*nr = 0;
	for (;;) {
		ipa = plan_entries(s2, map, spot, ipa, nr, &ok);
		if (!ok || ipa >= map->end)
			return ok;
		hv_s2_walk_(s2, ipa, &spot);
	}
}

/* Fill the holes among the entries of one table from @spot on; stop at a table. Returns how far. */
static uint64_t commit_entries(struct hv_s2 *s2, const struct mapping *map, struct hv_s2_gather *gather,
			       const struct s2_spot *spot, uint64_t ipa)
{
	uint64_t end = s2_spot_end(s2, spot, ipa, map->end);
	uint64_t start = ipa, next, desc;
	uint64_t *slot = spot->slot;
	int64_t live = 0;

	for (; ipa < end; ipa = next, slot++) {
		desc = hv_be_desc_load(s2->ctx, slot);
		next = s2_min(s2_entry_end(ipa, spot->shift), end);
		if (s2_is_table(&s2->geo, desc, spot->shift))
			break;
		if (desc != 0)
			continue;
		live++;
		if (may_be_leaf(&map->fill, ipa, next, spot->shift)) {
			hv_be_desc_store(s2->ctx, slot, leaf_at(s2, &map->fill, ipa, spot->shift));
		} else {
			desc = hv_s2_build_(s2, gather->pool, &map->fill, ipa, next, spot->shift);
			hv_be_desc_store_release(s2->ctx, slot, desc);
		}
	}
	gather->dsb |= live != 0;
	hv_s2_recount_(s2, gather, spot, start, live);
	return ipa;
}

static void commit(struct hv_s2 *s2, const struct mapping *map, struct hv_s2_gather *gather, struct s2_spot *spot,
		   uint64_t ipa)
{
	for (;;) {
		ipa = commit_entries(s2, map, gather, spot, ipa);
		if (ipa >= map->end)
			return;
		hv_s2_find_(s2, ipa, 0, spot);
	}
}

static enum hv_err check_mapping(const struct hv_s2 *s2, uint64_t ipa, uint64_t pa, uint64_t size)
{
	enum hv_err err = s2_check_range(s2, ipa, size);

	if (err != HV_OK)
		return err;
	if (!hv_is_aligned(pa, HV_U64(1) << s2_page_shift(&s2->geo)))
		return HV_EINVAL;
	return hv_range_ok(pa, size, s2->pa_end) ? HV_OK : HV_ERANGE;
}

static void make_mapping(struct mapping *map, const struct hv_s2 *s2, uint64_t ipa, uint64_t pa, uint64_t size,
			 uint32_t prot)
{
	map->end = ipa + size;
	map->fill.offset = pa - ipa;
	map->fill.outside = 0;
	map->fill.has_inside = true;
	map->fill.has_outside = false;
	map->fill.leaf_shift = choose_leaf_shift(s2, pa - ipa, prot);
}

/* Remember the descriptor bits of @prot for the next call. */
static __attribute__((__noinline__)) bool new_prot(struct hv_s2 *s2, uint32_t prot)
{
	uint64_t bits;

	if (!hv_s2_prot_bits_(&s2->geo, prot, &bits))
		return false;
	s2->prot = prot;
	s2->prot_bits = bits;
	return true;
}

/* What faults do: one leaf into a hole of a table that is there. False: it is something else. */
static bool map_leaf(struct hv_s2 *s2, uint64_t pa, uint32_t prot, const struct s2_spot *spot,
		     struct hv_s2_gather *gather)
{
	if (s2->open != NULL || hv_be_desc_load(s2->ctx, spot->slot) != 0)
		return false;
	if (spot->shift != s2_page_shift(&s2->geo) && spot->shift > choose_leaf_shift(s2, pa, prot))
		return false;
	hv_be_desc_store(s2->ctx, spot->slot, s2_leaf_desc(&s2->geo, s2->prot_bits, pa, spot->shift));
	if (spot->above != NULL)
		s2_count_up(s2, spot->above);
	gather->dsb = true;
	return true;
}

/* Apart from hv_s2_map(): it has a large frame. */
static __attribute__((__noinline__)) enum hv_err map_range(struct hv_s2 *s2, uint64_t ipa, uint64_t pa, uint64_t size,
							   uint32_t prot, struct hv_s2_gather *gather)
{
	struct mapping map;
	struct s2_spot spot;
	uint64_t nr;

	make_mapping(&map, s2, ipa, pa, size, prot);
	map.fill.inside = s2->prot_bits;
	hv_s2_find_(s2, ipa, 0, &spot);
	if (!plan(s2, &map, &spot, ipa, &nr))
		return HV_EEXIST;
	if (!hv_s2_gather_reserve_(s2, gather, nr))
		return HV_ENOMEM;
	hv_s2_gather_before_map_(s2, gather, ipa, map.end);
	commit(s2, &map, gather, &spot, ipa);
	return HV_OK;
}

enum hv_err hv_s2_map(struct hv_s2 *s2, hv_ipa_t ipa, hv_pa_t pa, uint64_t size, uint32_t prot,
		      struct hv_s2_gather *gather)
{
	enum hv_err err = check_mapping(s2, ipa.v, pa.v, size);
	struct s2_spot spot;

	if (err != HV_OK)
		return err;
	if (prot != s2->prot && !new_prot(s2, prot))
		return HV_EINVAL;
	if (!s2_at_cursor(s2, ipa.v, &spot))
		hv_s2_find_(s2, ipa.v, 0, &spot);
	if (s2_is_spot(&spot, ipa.v, size) && map_leaf(s2, pa.v, prot, &spot, gather))
		return HV_OK;
	return map_range(s2, ipa.v, pa.v, size, prot, gather);
}

enum hv_err hv_s2_tables_needed(const struct hv_s2 *s2, hv_ipa_t ipa, hv_pa_t pa, uint64_t size, uint32_t prot,
				uint64_t *nr)
{
	enum hv_err err = check_mapping(s2, ipa.v, pa.v, size);
	struct mapping map;
	struct s2_spot spot;

	if (err != HV_OK)
		return err;
	if (!hv_s2_prot_bits_(&s2->geo, prot, &map.fill.inside))
		return HV_EINVAL;
	make_mapping(&map, s2, ipa.v, pa.v, size, prot);
	hv_s2_walk_(s2, ipa.v, &spot);
	return plan(s2, &map, &spot, ipa.v, nr) ? HV_OK : HV_EEXIST;
}
