// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
/*
 * s2_change.c - unmap and protect: change what is mapped in a range. Leaves that stick out of the range are split; only
 * they need tables, so the plan looks at the two ends alone.
 */
#include "s2_priv.h"

/* What to do to every leaf in the range. */
struct change {
	bool unmap;
	uint64_t perm; /* protect: new S2AP and XN */
};

/* ---- plan ----------------------------------------------------------------------------------------------- */

/* The leaf that maps path->ipa: its level; S2_FINAL_LEVEL also for a hole. */
static int leaf_level_at(struct s2_path *path)
{
	for (;;) {
		uint64_t desc = hv_be_desc_load(path->s2->ctx, *s2_slot(path));

		if (!s2_is_valid(desc))
			return S2_FINAL_LEVEL;
		if (!s2_is_table(desc, path->level))
			return path->level;
		hv_s2_path_down_(path, desc);
	}
}

/* Tables for cutting the leaf around @cut at @cut: one for each level at which @cut is inside an entry. */
static uint64_t tables_to_cut(const struct hv_s2_geo *geo, uint64_t cut, int level)
{
	uint64_t nr = 0;

	while (!hv_is_aligned(cut, HV_U64(1) << s2_level_shift(geo, level))) {
		nr++;
		level++;
	}
	return nr;
}

/* Tables that both cuts of one leaf share. */
static uint64_t tables_shared(const struct hv_s2_geo *geo, uint64_t start, uint64_t end, int level)
{
	uint64_t nr = 0;

	for (;; level++) {
		uint64_t size = HV_U64(1) << s2_level_shift(geo, level);

		if (hv_is_aligned(start, size) || hv_is_aligned(end, size) ||
		    hv_align_down(start, size) != hv_align_down(end, size))
			return nr;
		nr++;
	}
}

/* Tables missing; the path is afterwards where it was. */
static uint64_t plan(struct s2_path *path)
{
	const struct hv_s2_geo *geo = &path->s2->geo;
	uint64_t shift = s2_level_shift(geo, path->level);
	uint64_t *slot = *s2_slot(path);
	uint64_t start = path->ipa, nr = 0;
	int32_t anchor = path->level;
	int head = S2_FINAL_LEVEL, tail = S2_FINAL_LEVEL;

	if (!hv_is_aligned(start, HV_U64(1) << shift)) {
		head = leaf_level_at(path);
		nr += tables_to_cut(geo, start, head);
	}
	if (!hv_is_aligned(path->end, HV_U64(1) << shift)) {
		path->level = anchor;
		*s2_slot(path) = slot + (((path->end - 1) >> shift) - (start >> shift));
		path->ipa = path->end - 1;
		tail = leaf_level_at(path);
		nr += tables_to_cut(geo, path->end, tail);
	}
	if (head == tail)
		nr -= tables_shared(geo, start, path->end, head);
	path->level = anchor;
	path->ipa = start;
	*s2_slot(path) = slot;
	return nr;
}

/* ---- commit --------------------------------------------------------------------------------------------- */

/* Swap a live descriptor; hardware may set AF or dirty state meanwhile. Returns what was there. */
static uint64_t exchange(const struct s2_path *path, uint64_t *slot, uint64_t old, uint64_t clear, uint64_t set)
{
	uint64_t found = old;

	do {
		old = found;
		found = hv_be_desc_cas(path->s2->ctx, slot, old, (old & ~clear) | set);
	} while (found != old);
	return old;
}

static void gather_entry(struct s2_path *path, uint32_t shift, int level)
{
	uint64_t size = HV_U64(1) << shift;

	if (s2_is_fresh(path))
		return;
	path->gather->dsb = true;
	hv_s2_gather_add_(path->s2, path->gather, path->ipa, path->ipa + size, level);
}

/* Clear one whole entry. A table goes with everything below it. */
static void clear_entry(struct s2_path *path, uint64_t desc, uint32_t shift)
{
	bool table = s2_is_table(desc, path->level);

	s2_path_store(path, *s2_slot(path), 0);
	path->live[path->level + 1]--;
	if (!table) {
		gather_entry(path, shift, path->level);
		return;
	}
	gather_entry(path, shift, path->level + 1 == S2_FINAL_LEVEL ? S2_FINAL_LEVEL : HV_S2_LEVEL_MIXED);
	hv_s2_gather_subtree_(path->s2, path->gather, desc, path->level);
}

static uint64_t new_perm(uint64_t desc, uint64_t perm)
{
	/* Device memory is never executable (S2-45). */
	return (desc & S2_MEMATTR_NORMAL) != 0 ? perm : (perm & ~S2_XN) | S2_XN_ALL;
}

static void protect_leaf(struct s2_path *path, uint64_t desc, uint64_t perm, uint32_t shift)
{
	uint64_t set = new_perm(desc, perm);

	if ((desc & S2_PERM) == set)
		return;
	if (s2_is_fresh(path))
		hv_be_desc_init(path->s2->ctx, *s2_slot(path), (desc & ~S2_PERM) | set);
	else if (path->s2->geo.hw_af)
		(void)exchange(path, *s2_slot(path), desc, S2_PERM, set);
	else
		hv_be_desc_store(path->s2->ctx, *s2_slot(path), (desc & ~S2_PERM) | set);
	gather_entry(path, shift, path->level);
}

/* One entry. True: moved on in the current table. */
static bool change_entry(struct s2_path *path, const struct change *change)
{
	uint32_t shift = s2_level_shift(&path->s2->geo, path->level);
	uint64_t base = hv_align_down(path->ipa, HV_U64(1) << shift);
	bool whole = base == path->ipa && path->end - base >= HV_U64(1) << shift;
	uint64_t desc = hv_be_desc_load(path->s2->ctx, *s2_slot(path));
	uint64_t next = base + (HV_U64(1) << shift);

	if (s2_is_table(desc, path->level) && !(whole && change->unmap)) {
		hv_s2_path_down_(path, desc);
		return false;
	}
	if (s2_is_valid(desc) && !whole) {
		hv_s2_path_split_(path, desc);
		return false;
	}
	if (s2_is_valid(desc) && change->unmap)
		clear_entry(path, desc, shift);
	else if (s2_is_valid(desc))
		protect_leaf(path, desc, change->perm, shift);
	path->ipa = next < path->end ? next : path->end;
	++*s2_slot(path);
	return true;
}

static enum hv_err change_range(struct hv_s2 *s2, uint64_t ipa, uint64_t size, struct hv_s2_gather *gather,
				const struct change *change)
{
	struct s2_path path;

	hv_s2_path_start_(&path, s2, gather, ipa, ipa + size);
	if (!hv_s2_gather_reserve_(s2, gather, plan(&path)))
		return HV_ENOMEM;
	while (path.ipa < path.end)
		if (change_entry(&path, change))
			hv_s2_path_up_(&path);
	hv_s2_path_finish_(&path);
	return HV_OK;
}

/* ---- entry points --------------------------------------------------------------------------------------- */

enum hv_err hv_s2_unmap(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, struct hv_s2_gather *gather)
{
	enum hv_err err = hv_s2_check_range_(s2, ipa.v, size);
	struct change change;

	if (err != HV_OK)
		return err;
	change.unmap = true;
	change.perm = 0;
	return change_range(s2, ipa.v, size, gather, &change);
}

enum hv_err hv_s2_protect(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint32_t rwx, struct hv_s2_gather *gather)
{
	enum hv_err err = hv_s2_check_range_(s2, ipa.v, size);
	struct change change;

	if (err != HV_OK)
		return err;
	change.unmap = false;
	if ((rwx & ~HV_S2_RWX) != 0 || !hv_s2_perm_bits_(&s2->geo, rwx, &change.perm))
		return HV_EINVAL;
	return change_range(s2, ipa.v, size, gather, &change);
}
