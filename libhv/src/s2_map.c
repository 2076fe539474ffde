// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
/*
 * s2_map.c - mapping a range in two passes over the tables that hold it: the plan finds conflicts and counts the tables that
 * are missing, the commit cannot fail. Both start at the deepest table that holds the whole range.
 */
#include "s2_priv.h"

/* One mapping: every IPA in the range goes to IPA + offset with these leaf bits. */
struct mapping {
	uint64_t offset;    /* PA - IPA, modulo 2^64 */
	uint64_t bits;      /* of a leaf, without address and type */
	int32_t leaf_level; /* shallowest level at which alignment allows a leaf */
};

/* Bits in which a leaf that is "already mapped the same" may differ: what hardware or ageing changed. */
#define MAY_DIFFER S2_AF

/*
 * Largest leaves by the alignment of PA against IPA; the range's own ends are looked at entry by entry (S2-24, S2-25).
 * Device memory is mapped by pages (S2-23).
 */
static int32_t choose_leaf_level(const struct hv_s2_geo *geo, uint64_t offset, uint32_t prot)
{
	int level = S2_FINAL_LEVEL;

	if ((prot & HV_S2_MEM_MASK) >= HV_S2_MEM_DEVICE_nGnRnE)
		return level;
	while (level > geo->start_level && s2_block_level(geo, level - 1) &&
	       hv_is_aligned(offset, HV_U64(1) << s2_level_shift(geo, level - 1)))
		level--;
	return level;
}

static uint64_t leaf_desc(const struct hv_s2_geo *geo, const struct mapping *map, uint64_t ipa, int level)
{
	return s2_address_bits(geo, ipa + map->offset) | map->bits | s2_leaf_type(level);
}

/* Does the current entry begin at ipa and end inside the range? */
static bool entry_in_range(const struct s2_path *path, uint32_t shift)
{
	return hv_is_aligned(path->ipa, HV_U64(1) << shift) && path->end - path->ipa >= HV_U64(1) << shift;
}

/* First IPA after the current entry, or the end of the range. */
static uint64_t entry_end(const struct s2_path *path, uint32_t shift)
{
	uint64_t end = hv_align_down(path->ipa, HV_U64(1) << shift) + (HV_U64(1) << shift);

	return end < path->end ? end : path->end;
}

/* ---- plan ----------------------------------------------------------------------------------------------- */

/*
 * Tables that [start, end) needs below an empty entry at @level. An entry that is covered and may be a leaf needs
 * none; at levels where leaves are possible that leaves the two ends of the range.
 */
static uint64_t tables_below(const struct hv_s2_geo *geo, const struct mapping *map, uint64_t start, uint64_t end,
			     int level)
{
	uint64_t nr = 0;

	for (; level < S2_FINAL_LEVEL; level++) {
		uint32_t shift = s2_level_shift(geo, level);
		uint64_t first = start >> shift, last = (end - 1) >> shift;
		bool head = !hv_is_aligned(start, HV_U64(1) << shift);
		bool tail = !hv_is_aligned(end, HV_U64(1) << shift);

		if (level < map->leaf_level)
			nr += last - first + 1;
		else if (first == last)
			nr += head || tail;
		else
			nr += (uint64_t)head + (uint64_t)tail;
	}
	return nr;
}

/* A leaf is there already: is it what the range wants there? */
static bool same_leaf(const struct s2_path *path, const struct mapping *map, uint64_t desc, uint32_t shift)
{
	const struct hv_s2_geo *geo = &path->s2->geo;
	uint64_t base = hv_align_down(path->ipa, HV_U64(1) << shift);

	return ((desc ^ leaf_desc(geo, map, base, path->level)) & ~MAY_DIFFER) == 0;
}

/* Step over entries of the current table that are empty or the same; stop at a table. False: a conflict. */
static bool plan_entries(struct s2_path *path, const struct mapping *map, uint64_t *nr)
{
	const struct hv_s2_geo *geo = &path->s2->geo;
	uint32_t shift = s2_level_shift(geo, path->level);
	uint64_t span = HV_U64(1) << (shift + s2_stride(geo));
	uint64_t start;

	do {
		uint64_t desc = hv_be_desc_load(path->s2->ctx, *s2_slot(path));

		if (s2_is_table(desc, path->level)) {
			hv_s2_path_down_(path, desc);
			return true;
		}
		if (desc != 0 && !same_leaf(path, map, desc, shift))
			return false;
		start = path->ipa;
		path->ipa = entry_end(path, shift);
		if (desc == 0 && path->level < S2_FINAL_LEVEL)
			*nr += tables_below(geo, map, start, path->ipa, path->level);
		++*s2_slot(path);
	} while (path->ipa < path->end && (path->level == geo->start_level || !hv_is_aligned(path->ipa, span)));
	return true;
}

/* Leave tables that are done, without touching them. */
static void plan_up(struct s2_path *path)
{
	const struct hv_s2_geo *geo = &path->s2->geo;

	while (path->level > geo->start_level && path->ipa < path->end &&
	       hv_is_aligned(path->ipa, HV_U64(1) << s2_level_shift(geo, path->level - 1))) {
		path->level--;
		++*s2_slot(path);
	}
}

/* Tables missing for the whole range. The path is afterwards where it was. False: a conflict. */
static bool plan(struct s2_path *path, const struct mapping *map, uint64_t *nr)
{
	uint64_t *slot = *s2_slot(path);
	uint64_t ipa = path->ipa;
	int32_t start_level = path->level;
	bool ok = true;

	*nr = 0;
	while (ok && path->ipa < path->end) {
		int32_t level = path->level;

		ok = plan_entries(path, map, nr);
		if (path->level == level)
			plan_up(path);
	}
	path->level = start_level;
	path->ipa = ipa;
	*s2_slot(path) = slot;
	return ok;
}

/* ---- commit --------------------------------------------------------------------------------------------- */

/* Entries from the current one to the end of the table or of the range; only whole ones. */
static uint64_t entries_left(const struct s2_path *path, uint32_t shift)
{
	const struct hv_s2_geo *geo = &path->s2->geo;
	uint64_t in_range = (path->end - path->ipa) >> shift;
	uint64_t in_table = s2_entries(geo) - ((path->ipa >> shift) & (s2_entries(geo) - 1));

	return path->level == geo->start_level || in_range < in_table ? in_range : in_table;
}

/* Leaves whose output addresses do not cross 2^48, where the address bits of a 52-bit descriptor are not in one piece. */
static uint64_t leaves_in_piece(const struct hv_s2_geo *geo, uint64_t pa, uint32_t shift, uint64_t nr)
{
	uint64_t left = (HV_BIT(48) - (pa & HV_MASK(47, 0))) >> shift;

	return s2_wide(geo) && left < nr ? left : nr;
}

/* A run of leaves in a table that is not linked yet: nothing to look at. */
static void fill_leaves(struct s2_path *path, const struct mapping *map, uint32_t shift)
{
	const struct hv_s2 *s2 = path->s2;
	uint64_t *slot = *s2_slot(path);
	uint64_t nr = leaves_in_piece(&s2->geo, path->ipa + map->offset, shift, entries_left(path, shift));
	uint64_t desc = leaf_desc(&s2->geo, map, path->ipa, path->level);
	uint64_t *end = slot + nr;

	*s2_slot(path) = end;
	path->ipa += nr << shift;
	path->live[path->level + 1] = (int16_t)(path->live[path->level + 1] + (int16_t)nr);
	for (; slot != end; slot++, desc += HV_U64(1) << shift)
		hv_be_desc_init(s2->ctx, slot, desc);
}

/* A run of leaves in a live table: fill the holes. Stops at a table, which maps its part itself. */
static void patch_leaves(struct s2_path *path, const struct mapping *map, uint32_t shift)
{
	const struct hv_s2 *s2 = path->s2;
	uint64_t nr = leaves_in_piece(&s2->geo, path->ipa + map->offset, shift, entries_left(path, shift));
	uint64_t desc = leaf_desc(&s2->geo, map, path->ipa, path->level);
	uint64_t *slot = *s2_slot(path);
	uint64_t *const end = slot + nr;
	uint64_t *const first = slot;
	int live = 0;

	for (; slot != end; slot++, desc += HV_U64(1) << shift) {
		uint64_t old = hv_be_desc_load(s2->ctx, slot);

		if (s2_is_table(old, path->level))
			break;
		if (old != 0)
			continue;
		hv_be_desc_store(s2->ctx, slot, desc);
		live++;
	}
	*s2_slot(path) = slot;
	path->ipa += (uint64_t)(slot - first) << shift;
	path->live[path->level + 1] = (int16_t)(path->live[path->level + 1] + live);
	path->gather->dsb |= live != 0;
}

/* Zero the entries of a fresh table outside the range; those inside are filled in order. */
static void clear_outside(const struct s2_path *path, uint64_t *table)
{
	const struct hv_s2 *s2 = path->s2;
	uint32_t shift = s2_level_shift(&s2->geo, path->level);
	uint64_t *first = path->slot[path->level + 1];
	uint64_t span_end = hv_align_down(path->ipa, HV_U64(1) << (shift + s2_stride(&s2->geo))) +
			    (HV_U64(1) << (shift + s2_stride(&s2->geo)));
	uint64_t *last = table + s2_entries(&s2->geo);
	uint64_t *slot;

	for (slot = table; slot != first; slot++)
		hv_be_desc_init(s2->ctx, slot, 0);
	if (path->end >= span_end)
		return;
	for (slot = table + (((path->end - 1) >> shift) & (s2_entries(&s2->geo) - 1)) + 1; slot != last; slot++)
		hv_be_desc_init(s2->ctx, slot, 0);
}

static void new_table(struct s2_path *path)
{
	path->live[path->level + 1]++;
	clear_outside(path, hv_s2_path_new_table_(path));
}

/* Do one run of leaves, or go one table down. True: moved on in the current table. */
static bool commit_step(struct s2_path *path, const struct mapping *map)
{
	uint32_t shift = s2_level_shift(&path->s2->geo, path->level);
	bool fits = path->level >= map->leaf_level && entry_in_range(path, shift);
	uint64_t desc = s2_is_fresh(path) ? 0 : hv_be_desc_load(path->s2->ctx, *s2_slot(path));

	if (s2_is_table(desc, path->level)) {
		hv_s2_path_down_(path, desc);
		return false;
	}
	if (!fits && desc == 0) {
		new_table(path);
		return false;
	}
	if (!fits) { /* a larger leaf that maps the same */
		path->ipa = entry_end(path, shift);
		++*s2_slot(path);
	} else if (s2_is_fresh(path)) {
		fill_leaves(path, map, shift);
	} else {
		patch_leaves(path, map, shift);
	}
	return true;
}

static void commit(struct s2_path *path, const struct mapping *map)
{
	while (path->ipa < path->end)
		if (commit_step(path, map))
			hv_s2_path_up_(path);
	hv_s2_path_finish_(path);
}

/* ---- entry points --------------------------------------------------------------------------------------- */

static enum hv_err make_mapping(struct mapping *map, const struct hv_s2 *s2, uint64_t ipa, uint64_t pa, uint64_t size,
				uint32_t prot)
{
	enum hv_err err = hv_s2_check_range_(s2, ipa, size);

	if (err != HV_OK)
		return err;
	if (!hv_is_aligned(pa, s2_page_bytes(&s2->geo)) || !hv_s2_prot_bits_(&s2->geo, prot, &map->bits))
		return HV_EINVAL;
	if (!hv_range_ok(pa, size, HV_U64(1) << s2->geo.pa_bits))
		return HV_ERANGE;
	map->offset = pa - ipa;
	map->leaf_level = choose_leaf_level(&s2->geo, map->offset, prot);
	return HV_OK;
}

enum hv_err hv_s2_map(struct hv_s2 *s2, hv_ipa_t ipa, hv_pa_t pa, uint64_t size, uint32_t prot,
		      struct hv_s2_gather *gather)
{
	struct mapping map;
	struct s2_path path;
	uint64_t nr;
	enum hv_err err = make_mapping(&map, s2, ipa.v, pa.v, size, prot);

	if (err != HV_OK)
		return err;
	hv_s2_path_start_(&path, s2, gather, ipa.v, ipa.v + size);
	if (!plan(&path, &map, &nr))
		return HV_EEXIST;
	if (!hv_s2_gather_reserve_(s2, gather, nr))
		return HV_ENOMEM;
	hv_s2_gather_before_map_(s2, gather, path.ipa, path.end);
	commit(&path, &map);
	return HV_OK;
}

enum hv_err hv_s2_tables_needed(const struct hv_s2 *s2, hv_ipa_t ipa, hv_pa_t pa, uint64_t size, uint32_t prot,
				uint64_t *nr)
{
	struct mapping map;
	struct s2_path path;
	enum hv_err err = make_mapping(&map, s2, ipa.v, pa.v, size, prot);

	if (err != HV_OK)
		return err;
	/* The path is not used to change anything. */
	hv_s2_path_start_(&path, (struct hv_s2 *)(uintptr_t)s2, NULL, ipa.v, ipa.v + size);
	return plan(&path, &map, nr) ? HV_OK : HV_EEXIST;
}
