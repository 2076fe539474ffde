// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
/* s2_path.c - moving through tables: down, up, new tables, split blocks, dropped subtrees. */
#include "s2_priv.h"

/* Index of @ipa in a table at @level below the root. */
static uint64_t table_index(const struct hv_s2_geo *geo, uint64_t ipa, int level)
{
	return (ipa >> s2_level_shift(geo, level)) & (s2_entries(geo) - 1);
}

void hv_s2_path_down_(struct s2_path *path, uint64_t desc)
{
	uint64_t *table = s2_table_va(path->s2, desc);

	path->level++;
	*s2_slot(path) = table + table_index(&path->s2->geo, path->ipa, path->level);
	path->live[path->level + 1] = 0;
}

void hv_s2_path_start_(struct s2_path *path, struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t ipa, uint64_t end)
{
	const struct hv_s2_geo *geo = &s2->geo;
	uint64_t *root = hv_be_va(s2->ctx, s2->root);
	uint64_t differ = ipa ^ (end - 1);
	uint32_t shift = s2_level_shift(geo, geo->start_level);
	uint64_t desc;

	path->s2 = s2;
	path->gather = gather;
	path->ipa = ipa;
	path->end = end;
	path->level = geo->start_level;
	path->fresh_level = S2_NOT_FRESH;
	path->live[path->level + 1] = 0;
	*s2_slot(path) = root + (ipa >> shift);
	while (differ >> shift == 0) {
		desc = hv_be_desc_load(s2->ctx, *s2_slot(path));
		if (!s2_is_table(desc, path->level))
			break;
		hv_s2_path_down_(path, desc);
		shift -= s2_stride(geo);
	}
}

/* A complete fresh table becomes reachable. */
static void link_table(struct s2_path *path, uint64_t *slot, uint64_t desc)
{
	struct hv_s2 *s2 = path->s2;

	if (path->level > path->fresh_level) {
		hv_be_desc_init(s2->ctx, slot, desc);
		return;
	}
	hv_be_desc_store_release(s2->ctx, slot, desc);
	path->fresh_level = S2_NOT_FRESH;
	path->gather->dsb = true;
	if ((s2->seq & 1) != 0) /* the table replaces a broken block */
		hv_store_release_u32(&s2->seq, s2->seq + 1);
}

/* The table below @slot has @change more live entries than its descriptor says. */
static void recount(struct s2_path *path, uint64_t *slot, int change)
{
	const struct hv_s2 *s2 = path->s2;
	uint64_t desc = hv_be_desc_load(s2->ctx, slot);
	uint64_t count = s2_count(desc) + (uint64_t)(int64_t)change;

	if (count != 0) {
		hv_be_desc_store(s2->ctx, slot, (desc & ~S2_COUNT) | s2_count_bits(count));
		return;
	}
	hv_be_desc_store(s2->ctx, slot, 0);
	hv_s2_gather_free_(path->gather, s2_desc_pa(&s2->geo, desc));
	path->live[path->level]--;
}

/* Leave the current table for the one above; the entry there is then the current one. */
static void leave(struct s2_path *path)
{
	int change = path->live[path->level + 1];
	uint64_t *above = path->slot[path->level];

	if (s2_is_fresh(path))
		link_table(path, above, s2_table_desc(&path->s2->geo, path->page[path->level + 1], (uint64_t)change));
	else if (change != 0)
		recount(path, above, change);
	path->level--;
}

void hv_s2_path_up_(struct s2_path *path)
{
	const struct hv_s2_geo *geo = &path->s2->geo;

	while (path->level > geo->start_level && path->ipa < path->end &&
	       hv_is_aligned(path->ipa, HV_U64(1) << s2_level_shift(geo, path->level - 1))) {
		leave(path);
		++*s2_slot(path);
	}
}

void hv_s2_path_finish_(struct s2_path *path)
{
	while (path->level > path->s2->geo.start_level)
		leave(path);
}

uint64_t *hv_s2_path_new_table_(struct s2_path *path)
{
	struct hv_s2 *s2 = path->s2;
	hv_pa_t page;
	uint64_t *table;

	/* The caller has reserved it: hv_s2_gather_reserve_(). */
	HV_BUG_ON(hv_pool_take(path->gather->pool, &page) != HV_OK);
	table = hv_be_va(s2->ctx, page);
	path->level++;
	if (!s2_is_fresh(path))
		path->fresh_level = path->level;
	path->page[path->level + 1] = page.v;
	path->live[path->level + 1] = 0;
	*s2_slot(path) = table + table_index(&s2->geo, path->ipa, path->level);
	return table;
}

/* Swap a live leaf for 0; hardware may have set AF or dirty state in it until then. */
static uint64_t break_leaf(struct s2_path *path, uint64_t desc)
{
	struct hv_s2 *s2 = path->s2;
	uint64_t shift = s2_level_shift(&s2->geo, path->level);
	uint64_t *slot = *s2_slot(path);
	uint64_t found = desc;

	hv_store_release_u32(&s2->seq, s2->seq + 1);
	do {
		desc = found;
		found = hv_be_desc_cas(s2->ctx, slot, desc, 0);
	} while (found != desc);
	hv_s2_invalidate_leaf_(s2, hv_align_down(path->ipa, HV_U64(1) << shift), path->level);
	return desc;
}

void hv_s2_path_split_(struct s2_path *path, uint64_t desc)
{
	const struct hv_s2 *s2 = path->s2;
	bool live = !s2_is_fresh(path);
	uint64_t *table, bits, pa, step, i;

	if (live)
		desc = break_leaf(path, desc);
	table = hv_s2_path_new_table_(path);
	bits = (desc & ~(s2_address_mask(&s2->geo) | S2_VALID | S2_TYPE)) | s2_leaf_type(path->level);
	pa = s2_desc_pa(&s2->geo, desc);
	step = HV_U64(1) << s2_level_shift(&s2->geo, path->level);
	/* A block is aligned to its size: its address bits above bit 47 are the same in all children. */
	bits |= s2_address_bits(&s2->geo, pa);
	for (i = 0; i < s2_entries(&s2->geo); i++)
		hv_be_desc_init(s2->ctx, table + i, bits + i * step);
	path->live[path->level + 1] = (int16_t)s2_entries(&s2->geo);
}

/* Tables below one entry, walked depth first without recursion. */
struct subtree {
	const uint64_t *next[S2_NR_LEVELS];
	const uint64_t *end[S2_NR_LEVELS];
	uint64_t page[S2_NR_LEVELS];
};

static void enter_subtree(const struct hv_s2 *s2, struct subtree *tree, uint64_t page, int level)
{
	tree->page[level + 1] = page;
	tree->next[level + 1] = hv_be_va(s2->ctx, hv_pa(page));
	tree->end[level + 1] = tree->next[level + 1] + s2_entries(&s2->geo);
}

/* Next table descriptor among the entries at @level, or 0. */
static uint64_t next_table(const struct hv_s2 *s2, struct subtree *tree, int level)
{
	const uint64_t **next = &tree->next[level + 1];

	while (*next != tree->end[level + 1]) {
		uint64_t desc = hv_be_desc_load(s2->ctx, (*next)++);

		if (s2_is_table(desc, level))
			return desc;
	}
	return 0;
}

void hv_s2_gather_subtree_(const struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t desc, int level)
{
	struct subtree tree;
	uint64_t page = s2_desc_pa(&s2->geo, desc);
	int depth = level + 1;

	if (depth == S2_FINAL_LEVEL) {
		hv_s2_gather_free_(gather, page);
		return;
	}
	enter_subtree(s2, &tree, page, depth);
	/* Freeing puts a link into a table: only after its entries were read. */
	while (depth > level) {
		desc = next_table(s2, &tree, depth);
		page = s2_desc_pa(&s2->geo, desc);
		if (desc == 0)
			hv_s2_gather_free_(gather, tree.page[depth-- + 1]);
		else if (depth + 1 == S2_FINAL_LEVEL)
			hv_s2_gather_free_(gather, page);
		else
			enter_subtree(s2, &tree, page, ++depth);
	}
}
