/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host_tlb_store.c - the TLB oracle: what a descriptor store makes visible, and what it leaves in TLBs.
 *
 * What the tables hold now may be cached anyway and contradicts nothing. So only what they held before is kept: one record per
 * run of replaced leaves, per unlinked table entry, and per range that could be reached through that entry. A record
 * lives until an invalidation that covers it has completed on every CPU. Records are few at any time, so a plain list does.
 */
#include "hv_host_tlb_priv.h"

#include <stdlib.h>

/* ---- records -------------------------------------------------------------------------------------------- */

static void *checked(void *memory)
{
	if (memory == NULL)
		hv_host_die_("out of host memory for the TLB oracle", 0);
	return memory;
}

static void add_rec_at(struct hv_host_tlb *tlb, struct rec **where, struct rec *rec)
{
	rec->prev = where;
	rec->next = *where;
	if (rec->next != NULL)
		rec->next->prev = &rec->next;
	else
		tlb->recs_end = &rec->next;
	*where = rec;
}

struct rec *tlb_add_rec_(struct hv_host_tlb *tlb, const struct rec *init, struct rec **where)
{
	struct rec *rec = tlb->spare;

	if (rec != NULL)
		tlb->spare = rec->next;
	else
		rec = checked(malloc(sizeof(*rec)));
	*rec = *init;
	rec->refs = 0;
	if (rec->link != NULL)
		rec->link->refs++;
	add_rec_at(tlb, where, rec);
	tlb->last = rec;
	return rec;
}

static void maybe_free(struct hv_host_tlb *tlb, struct rec *rec)
{
	if (rec->prev != NULL || rec->refs != 0)
		return;
	rec->next = tlb->spare;
	tlb->spare = rec;
}

static void unref(struct hv_host_tlb *tlb, struct rec *rec)
{
	rec->refs--;
	maybe_free(tlb, rec);
}

void tlb_kill_rec_(struct hv_host_tlb *tlb, struct rec *rec)
{
	struct rec *link = rec->link;

	*rec->prev = rec->next;
	if (rec->next != NULL)
		rec->next->prev = rec->prev;
	else
		tlb->recs_end = rec->prev;
	rec->prev = NULL;
	rec->link = NULL;
	if (tlb->last == rec)
		tlb->last = NULL;
	maybe_free(tlb, rec);
	if (link != NULL)
		unref(tlb, link);
}

void tlb_free_recs_(struct hv_host_tlb *tlb)
{
	struct rec *rec;
	uint64_t i;

	for (i = 0; i < tlb->max_nodes; i++)
		if (tlb->nodes[i].link != NULL)
			unref(tlb, tlb->nodes[i].link);
	while (tlb->recs != NULL)
		tlb_kill_rec_(tlb, tlb->recs);
	while ((rec = tlb->spare) != NULL) {
		tlb->spare = rec->next;
		free(rec);
	}
}

static bool overlaps(const struct rec *rec, uint64_t lo, uint64_t hi)
{
	return rec->lo < hi && lo < rec->hi;
}

/* A record like @from for [lo, hi), before @where. */
static struct rec *part_of(struct hv_host_tlb *tlb, const struct rec *from, uint64_t lo, uint64_t hi,
			   struct rec **where)
{
	struct rec init = *from;

	init.lo = lo;
	init.hi = hi;
	init.missed |= MISSED_RANGE; /* what made the split went by */
	if (from->kind == REC_LEAVES)
		init.value += lo - from->lo; /* the address field counts in bytes, see same_run() */
	return tlb_add_rec_(tlb, &init, where);
}

void tlb_split_rec_(struct hv_host_tlb *tlb, struct rec *rec, uint64_t lo, uint64_t hi)
{
	uint64_t old_lo = rec->lo;

	lo = hv_align_down(lo, rec->unit);
	hi = hi > ~HV_U64(0) - rec->unit ? rec->hi : hv_align_up(hi, rec->unit);
	if (hi < rec->hi) {
		(void)part_of(tlb, rec, hi, rec->hi, &rec->next);
		rec->hi = hi;
	}
	if (lo <= old_lo)
		return;
	(void)part_of(tlb, rec, old_lo, lo, rec->prev);
	if (rec->kind == REC_LEAVES)
		rec->value += lo - old_lo;
	rec->lo = lo;
}

/* ---- tables --------------------------------------------------------------------------------------------- */

static uint64_t slot_of(const struct hv_host_tlb *tlb, uint64_t page)
{
	return (page >> 12) * HV_U64(0x9e3779b97f4a7c15) >> 20 & (tlb->max_nodes - 1);
}

static struct node *find_slot(struct hv_host_tlb *tlb, uint64_t page)
{
	uint64_t i = slot_of(tlb, page);

	while (tlb->nodes[i].used && tlb->nodes[i].page != page)
		i = (i + 1) & (tlb->max_nodes - 1);
	return &tlb->nodes[i];
}

static void grow_nodes(struct hv_host_tlb *tlb)
{
	struct node *old = tlb->nodes;
	uint64_t i, max = tlb->max_nodes;

	tlb->max_nodes = max * 2;
	tlb->nodes = checked(calloc(tlb->max_nodes, sizeof(*tlb->nodes)));
	for (i = 0; i < max; i++)
		if (old[i].used)
			*find_slot(tlb, old[i].page) = old[i];
	free(old);
}

static struct node *node_of(struct hv_host_tlb *tlb, uint64_t page)
{
	struct node *node = find_slot(tlb, page);

	if (node->used)
		return node;
	if (tlb->nr_nodes * 2 >= tlb->max_nodes) {
		grow_nodes(tlb);
		node = find_slot(tlb, page);
	}
	tlb->nr_nodes++;
	*node = (struct node){ .page = page, .used = true };
	return node;
}

/* May a walker still come to this unlinked table? Forgets the link once it is dead. */
static bool still_walked(struct hv_host_tlb *tlb, struct node *node)
{
	if (node->link == NULL)
		return false;
	if (node->link->prev != NULL && node->link->s2 != 0)
		return true;
	unref(tlb, node->link);
	node->link = NULL;
	node->regime = NULL;
	return false;
}

static const uint64_t *entries_of(struct hv_host_tlb *tlb, uint64_t page)
{
	return hv_be_va(tlb->host, hv_pa(page));
}

static uint32_t nr_entries(const struct regime *regime)
{
	return 1u << regime->geo.stride;
}

static enum tlb_desc kind_of(const struct hv_host_tlb *tlb, const struct change *c, uint64_t desc)
{
	return tlb_kind_(&c->regime->geo, &tlb->config, desc, c->level);
}

static uint64_t address_of(const struct change *c, uint64_t desc, enum tlb_desc kind)
{
	return tlb_address_(&c->regime->geo, desc, c->level, kind);
}

static uint64_t nature_of(const struct hv_host_tlb *tlb, const struct regime *regime, uint64_t desc, int level)
{
	return tlb_nature_(&regime->geo, &tlb->config, desc, level);
}

static bool may_be_cached(const struct regime *regime, uint64_t leaf)
{
	return (leaf & HV_BIT(10)) != 0 || regime->geo.hw_af;
}

/* May a table and block @block replace each other without a break? */
static bool resize_allowed(const struct hv_host_tlb *tlb, uint64_t block)
{
	return tlb->config.bbm >= 2 || (tlb->config.bbm == 1 && (block & HV_BIT(16)) != 0);
}

/* ---- what is new ---------------------------------------------------------------------------------------- */

/*
 * Records of leaves hold the address of the leaf that begins at rec->lo in the plain form: value with the address field
 * replaced by nothing, and the address beside it would cost a field; the field of 4 KiB to 64 KiB pages below bit 48
 * counts in bytes, so adding bytes to the descriptor moves it. Descriptors with higher address bits are not merged.
 */
static uint64_t rec_address(const struct rec *rec, uint64_t ipa)
{
	return tlb_address_(&rec->regime->geo, rec->value, rec->level, TLB_LEAF) + (ipa - rec->lo);
}

/* The leaf of @c is now visible: may @rec be cached beside it? */
static bool leaf_agrees(const struct hv_host_tlb *tlb, const struct rec *rec, const struct change *c)
{
	const struct regime *regime = c->regime;
	uint64_t at = rec->lo > c->ipa ? rec->lo : c->ipa;
	uint64_t address = address_of(c, c->value, TLB_LEAF) + (at - c->ipa);

	if (rec->kind != REC_LEAVES)
		return rec->merged != 0 &&
		       nature_of(tlb, regime, rec->merged, c->level) == nature_of(tlb, regime, c->value, c->level) &&
		       address_of(c, rec->merged, TLB_LEAF) == address_of(c, c->value, TLB_LEAF);
	if (rec_address(rec, at) != address)
		return false;
	if (nature_of(tlb, regime, rec->value, rec->level) != nature_of(tlb, regime, c->value, c->level))
		return false;
	return rec->level == c->level || resize_allowed(tlb, rec->level < c->level ? rec->value : c->value);
}

/* A contiguous leaf speaks for its whole set. */
static uint64_t span_of(const struct regime *regime, uint64_t leaf, int level, uint64_t unit)
{
	uint32_t n = (leaf & HV_BIT(52)) != 0 ? tlb_contiguous_(&regime->geo, level) : 0;

	return n > 1 ? unit * n : unit;
}

/* Could @rec be used together with what @c makes visible? */
static bool beside(const struct rec *rec, const struct change *c)
{
	return rec->regime == c->regime && rec->vmid == c->regime->geo.vmid && rec->kind != REC_WHOLE;
}

static void leaf_appears(struct hv_host_tlb *tlb, const struct change *c)
{
	uint64_t span = span_of(c->regime, c->value, c->level, c->size);
	uint64_t lo = hv_align_down(c->ipa, span), hi = lo + span;
	struct rec *rec;

	for (rec = tlb->recs; rec != NULL; rec = rec->next) {
		if (!beside(rec, c) || !overlaps(rec, lo, hi))
			continue;
		if (rec->kind == REC_LINK && rec->level < c->level)
			continue; /* the link that led here was judged itself */
		if (overlaps(rec, c->ipa, c->ipa + c->size) && !leaf_agrees(tlb, rec, c))
			tlb_report_conflict_(tlb, rec, c->value,
					     "another translation of the range may still be cached");
		else if (span != c->size && tlb->config.bbm == 0 && rec->kind == REC_LEAVES &&
			 (rec->value & HV_BIT(52)) == 0)
			tlb_report_conflict_(tlb, rec, c->value,
					     "contiguous entry over single ones that may still be cached");
	}
}

static void link_appears(struct hv_host_tlb *tlb, const struct change *c)
{
	struct rec *rec;

	for (rec = tlb->recs; rec != NULL; rec = rec->next) {
		if (!beside(rec, c) || !overlaps(rec, c->ipa, c->ipa + c->size))
			continue;
		if (rec->kind == REC_LINK && rec->level == c->level &&
		    address_of(c, rec->value, TLB_LINK) != address_of(c, c->value, TLB_LINK))
			tlb_report_conflict_(tlb, rec, c->value, "another table may still be walked");
		if (rec->kind == REC_LEAVES && rec->level <= c->level && !resize_allowed(tlb, rec->value))
			tlb_report_conflict_(tlb, rec, c->value,
					     "the block that the table replaces may still be cached");
	}
}

static bool is_contiguous(const struct hv_host_tlb *tlb, const struct change *c, uint64_t desc)
{
	return (desc & HV_BIT(52)) != 0 && kind_of(tlb, c, desc) == TLB_LEAF;
}

static void note_set(struct hv_host_tlb *tlb, const struct change *c)
{
	uint32_t n = tlb_contiguous_(&c->regime->geo, c->level);
	uint32_t first = n == 0 ? 0 : c->index & ~(n - 1);
	struct set *set = &tlb->sets[tlb->nr_sets];

	if (n == 0 || tlb->nr_sets == TLB_MAX_SETS ||
	    !(is_contiguous(tlb, c, c->old) || is_contiguous(tlb, c, c->value)))
		return;
	if (tlb->nr_sets > 0 && set[-1].table == c->table && set[-1].first == first)
		return;
	*set = (struct set){ c->regime, c->table, c->ipa - c->size * c->index, first, (int8_t)c->level };
	tlb->nr_sets++;
}

static void lint(struct hv_host_tlb *tlb, const struct change *c)
{
	const char *text = tlb_lint_(&c->regime->geo, &tlb->config, c->value, c->level);

	if (text != NULL)
		tlb_report_change_(tlb, c, HV_HOST_TLB_BAD_DESC, text);
}

/* A table can now be walked: judge it and all below it. The depth is that of the tables, at most 5. */
static void adopt(struct hv_host_tlb *tlb, const struct change *link, bool ordered)
{
	uint64_t page = address_of(link, link->value, TLB_LINK);
	struct node *node = node_of(tlb, page);
	const uint64_t *entry;
	struct change c = { .regime = link->regime, .level = link->level + 1, .table = page };

	if (still_walked(tlb, node)) {
		if (node->ipa != link->ipa || node->level != c.level)
			tlb_report_change_(tlb, link, HV_HOST_TLB_TABLE_REUSED,
					   "linked while walkers may still use it elsewhere");
		unref(tlb, node->link);
		node->link = NULL;
	} else if (node->regime != NULL) {
		tlb_report_change_(tlb, link, HV_HOST_TLB_TABLE_REUSED, "table linked twice");
	} else if (!ordered && node->epoch == tlb->epoch) {
		tlb_report_change_(tlb, link, HV_HOST_TLB_UNORDERED_LINK,
				   "no barrier between the entries and the link");
	}
	node->regime = link->regime;
	node->level = (int8_t)c.level;
	node->ipa = link->ipa;
	entry = entries_of(tlb, page);
	c.size = HV_U64(1) << tlb_shift_(&c.regime->geo, c.level);
	for (c.index = 0; c.index < nr_entries(c.regime); c.index++) {
		c.value = entry[c.index];
		if ((c.value & 1) == 0)
			continue;
		c.ipa = link->ipa + c.size * c.index;
		lint(tlb, &c);
		note_set(tlb, &c);
		switch (kind_of(tlb, &c, c.value)) {
		case TLB_INVALID:
			break;
		case TLB_LEAF:
			if (tlb->recs != NULL)
				leaf_appears(tlb, &c);
			break;
		case TLB_LINK:
			adopt(tlb, &c, ordered);
			break;
		}
	}
}

/* ---- what is gone --------------------------------------------------------------------------------------- */

static struct rec fresh_rec(const struct hv_host_tlb *tlb, const struct change *c, enum rec_kind kind)
{
	const struct rec rec = { .regime = c->regime,
				 .kind = kind,
				 .vmid = c->regime->geo.vmid,
				 .level = (int8_t)c->level,
				 .lo = c->ipa,
				 .hi = c->ipa + c->size,
				 .unit = c->size,
				 .value = c->old,
				 .epoch = tlb->epoch,
				 .s2 = tlb->all_cpus,
				 .s12 = tlb->all_cpus };

	return rec;
}

/* Does @rec, a run of leaves, go on with the leaf that @c replaced? */
static bool same_run(const struct rec *rec, const struct change *c)
{
	return rec->kind == REC_LEAVES && rec->regime == c->regime && rec->level == c->level && rec->hi == c->ipa &&
	       rec->value + (rec->hi - rec->lo) == c->old && (c->old ^ rec->value) >> 48 == 0;
}

static bool untouched(const struct hv_host_tlb *tlb, const struct rec *rec)
{
	return rec->epoch == tlb->epoch && (rec->s2_op | rec->s12_op) == 0 && rec->missed == 0 && !rec->reported &&
	       rec->s2 == tlb->all_cpus;
}

static struct rec *leaf_goes(struct hv_host_tlb *tlb, const struct change *c)
{
	struct rec rec = fresh_rec(tlb, c, REC_LEAVES);

	if (tlb->last != NULL && same_run(tlb->last, c) && untouched(tlb, tlb->last)) {
		tlb->last->hi += c->size;
		return tlb->last;
	}
	rec.leaf_levels = (uint8_t)LEVEL_BIT(c->level);
	return tlb_add_rec_(tlb, &rec, tlb->recs_end);
}

/* What can be reached through a table. */
struct reach {
	uint64_t lo, hi;
	uint8_t leaf_levels, link_levels;
};

static void reached(struct reach *reach, uint64_t lo, uint64_t hi)
{
	if (lo < reach->lo)
		reach->lo = lo;
	if (hi > reach->hi)
		reach->hi = hi;
}

/* The link @c is reached through @link only. */
static struct rec *lost_link(struct hv_host_tlb *tlb, const struct change *c, struct rec *link, uint64_t merged)
{
	struct rec init = fresh_rec(tlb, c, REC_LINK);

	init.link_levels = (uint8_t)LEVEL_BIT(c->level);
	init.merged = merged;
	init.link = link;
	init.s12 = 0; /* combined entries hold leaves, not links */
	return tlb_add_rec_(tlb, &init, tlb->recs_end);
}

static void set_link(struct hv_host_tlb *tlb, struct node *node, struct rec *link)
{
	link->refs++;
	if (node->link != NULL)
		unref(tlb, node->link);
	node->link = link;
}

static void abandon(struct hv_host_tlb *tlb, const struct change *parent, uint64_t page, struct rec *link,
		    struct reach *reach);

/* The same for the table behind the link @c. Where no leaf can be reached nothing but the link itself is cached. */
static void abandon_below(struct hv_host_tlb *tlb, const struct change *c, struct rec *link, struct reach *reach)
{
	uint64_t page = address_of(c, c->old, TLB_LINK);
	struct reach below = { .lo = ~HV_U64(0) };

	abandon(tlb, c, page, link, &below);
	if (below.hi == 0) {
		set_link(tlb, node_of(tlb, page), lost_link(tlb, c, link, 0));
		return;
	}
	reached(reach, below.lo, below.hi);
	reach->leaf_levels |= below.leaf_levels;
	reach->link_levels |= (uint8_t)(below.link_levels | LEVEL_BIT(c->level));
}

/* Mark the table at @page and all below it as walked through @link only. */
static void abandon(struct hv_host_tlb *tlb, const struct change *parent, uint64_t page, struct rec *link,
		    struct reach *reach)
{
	const uint64_t *entry = entries_of(tlb, page);
	struct change c = { .regime = parent->regime, .level = parent->level + 1, .table = page };
	enum tlb_desc kind;

	set_link(tlb, node_of(tlb, page), link);
	c.size = HV_U64(1) << tlb_shift_(&c.regime->geo, c.level);
	for (c.index = 0; c.index < nr_entries(c.regime); c.index++) {
		c.old = entry[c.index];
		if ((c.old & 1) == 0)
			continue;
		c.ipa = parent->ipa + c.size * c.index;
		kind = kind_of(tlb, &c, c.old);
		if (kind == TLB_LINK) {
			abandon_below(tlb, &c, link, reach);
		} else if (kind == TLB_LEAF && may_be_cached(c.regime, c.old)) {
			reached(reach, c.ipa, c.ipa + c.size);
			reach->leaf_levels |= (uint8_t)LEVEL_BIT(c.level);
		}
	}
}

static void link_goes(struct hv_host_tlb *tlb, const struct change *c, uint64_t merged)
{
	struct reach reach = { .lo = ~HV_U64(0) };
	struct rec *link = lost_link(tlb, c, NULL, merged);
	struct rec init = fresh_rec(tlb, c, REC_SUBTREE);

	abandon(tlb, c, address_of(c, c->old, TLB_LINK), link, &reach);
	if (reach.hi == 0)
		return;
	init.lo = reach.lo;
	init.hi = reach.hi;
	init.unit = HV_U64(1) << c->regime->geo.granule_bits;
	init.leaf_levels = reach.leaf_levels;
	init.link_levels = reach.link_levels;
	init.merged = merged;
	init.link = link;
	(void)tlb_add_rec_(tlb, &init, tlb->recs_end);
}

/* ---- one store ------------------------------------------------------------------------------------------ */

/* Do all entries of the table that block c->value replaces say the same as the block? */
static bool same_as_block(struct hv_host_tlb *tlb, const struct change *c)
{
	const uint64_t *entry = entries_of(tlb, address_of(c, c->old, TLB_LINK));
	const struct tlb_geo *geo = &c->regime->geo;
	uint64_t address = address_of(c, c->value, TLB_LEAF);
	uint64_t nature = nature_of(tlb, c->regime, c->value, c->level);
	int level = c->level + 1;
	uint32_t i;

	for (i = 0; i < nr_entries(c->regime); i++) {
		if ((entry[i] & 1) == 0)
			continue;
		if (tlb_kind_(geo, &tlb->config, entry[i], level) != TLB_LEAF ||
		    tlb_nature_(geo, &tlb->config, entry[i], level) != nature ||
		    tlb_address_(geo, entry[i], level, TLB_LEAF) != address + ((uint64_t)i << tlb_shift_(geo, level)))
			return false;
	}
	return true;
}

static void leaf_to_leaf(struct hv_host_tlb *tlb, const struct change *c)
{
	const struct tlb_geo *geo = &c->regime->geo;
	bool moved = address_of(c, c->old, TLB_LEAF) != address_of(c, c->value, TLB_LEAF);
	struct rec *rec;

	if (!may_be_cached(c->regime, c->old) ||
	    (!moved && tlb_cached_bits_(geo, c->old, c->level) == tlb_cached_bits_(geo, c->value, c->level)))
		return;
	rec = leaf_goes(tlb, c);
	if (moved || nature_of(tlb, c->regime, c->old, c->level) != nature_of(tlb, c->regime, c->value, c->level))
		tlb_report_rec_(tlb, rec, HV_HOST_TLB_NO_BREAK, c->value, "valid leaf replaced by a different one");
}

static void leaf_to_link(struct hv_host_tlb *tlb, const struct change *c)
{
	if (!may_be_cached(c->regime, c->old))
		return;
	if (!resize_allowed(tlb, c->old))
		tlb_report_rec_(tlb, leaf_goes(tlb, c), HV_HOST_TLB_NO_BREAK, c->value, "block replaced by a table");
	else
		(void)leaf_goes(tlb, c);
}

static void link_to_leaf(struct hv_host_tlb *tlb, const struct change *c)
{
	bool allowed = resize_allowed(tlb, c->value) && same_as_block(tlb, c);

	if (!allowed)
		tlb_report_change_(tlb, c, HV_HOST_TLB_NO_BREAK, "table replaced by a block");
	link_goes(tlb, c, c->value);
}

static void old_goes(struct hv_host_tlb *tlb, const struct change *c, enum tlb_desc was, enum tlb_desc is)
{
	if (was == TLB_LEAF && is == TLB_LEAF)
		leaf_to_leaf(tlb, c);
	else if (was == TLB_LEAF && is == TLB_LINK)
		leaf_to_link(tlb, c);
	else if (was == TLB_LINK && is == TLB_LEAF)
		link_to_leaf(tlb, c);
	else if (was == TLB_LEAF && may_be_cached(c->regime, c->old))
		(void)leaf_goes(tlb, c);
	else if (was == TLB_LINK &&
		 (is == TLB_INVALID || address_of(c, c->old, TLB_LINK) != address_of(c, c->value, TLB_LINK))) {
		if (is == TLB_LINK)
			tlb_report_change_(tlb, c, HV_HOST_TLB_NO_BREAK, "table replaced by another table");
		link_goes(tlb, c, 0);
	}
}

static void changed(struct hv_host_tlb *tlb, const struct change *c, bool ordered)
{
	enum tlb_desc was = kind_of(tlb, c, c->old), is = kind_of(tlb, c, c->value);

	lint(tlb, c);
	note_set(tlb, c);
	if (is == TLB_LEAF && tlb->recs != NULL)
		leaf_appears(tlb, c);
	if (is == TLB_LINK && tlb->recs != NULL)
		link_appears(tlb, c);
	old_goes(tlb, c, was, is);
	if (is == TLB_LINK && (was != TLB_LINK || address_of(c, c->old, TLB_LINK) != address_of(c, c->value, TLB_LINK)))
		adopt(tlb, c, ordered);
}

static struct regime *root_at(struct hv_host_tlb *tlb, uint64_t pa)
{
	struct regime *regime;

	for (regime = tlb->regimes; regime != NULL; regime = regime->next)
		if (pa - regime->geo.root < regime->geo.root_bytes)
			return regime;
	return NULL;
}

/* Find the entry of a live table that the store went to. */
static bool locate(struct hv_host_tlb *tlb, const struct hv_host_event *event, struct change *c)
{
	struct regime *root = root_at(tlb, event->pa);
	struct node *node = NULL;
	bool walked = false;

	*c = (struct change){ .old = event->old, .value = event->value };
	if (root != NULL) {
		c->regime = root;
		c->level = root->geo.start_level;
		c->table = root->geo.root;
	} else {
		node = node_of(tlb, hv_align_down(event->pa, HV_U64(1) << tlb->granule_bits));
		walked = still_walked(tlb, node);
		node->epoch = tlb->epoch;
		if (node->regime == NULL)
			return false;
		c->regime = node->regime;
		c->level = node->level;
		c->table = node->page;
		c->ipa = node->ipa;
	}
	c->index = (uint32_t)(event->pa - c->table) / 8;
	c->size = HV_U64(1) << tlb_shift_(&c->regime->geo, c->level);
	c->ipa += c->size * c->index;
	if (walked && (event->value & 1) != 0)
		tlb_report_change_(tlb, c, HV_HOST_TLB_TABLE_REUSED,
				   "entry stored in a table that walkers may still use");
	return !walked;
}

/* Access flag and software bits alone may become visible whenever they like. */
static bool walkers_care(const struct hv_host_tlb *tlb, const struct change *c)
{
	const struct tlb_geo *geo = &c->regime->geo;

	return kind_of(tlb, c, c->old) != TLB_LEAF || kind_of(tlb, c, c->value) != TLB_LEAF ||
	       address_of(c, c->old, TLB_LEAF) != address_of(c, c->value, TLB_LEAF) ||
	       tlb_cached_bits_(geo, c->old, c->level) != tlb_cached_bits_(geo, c->value, c->level);
}

void tlb_store_(struct hv_host_tlb *tlb, const struct hv_host_event *event)
{
	struct change c;

	if (tlb->granule_bits == 0 || !locate(tlb, event, &c))
		return;
	if (event->op == HV_HOST_DESC_INIT)
		tlb_report_change_(tlb, &c, HV_HOST_TLB_PLAIN_STORE,
				   "live entry written as if its table were not linked");
	if (walkers_care(tlb, &c)) {
		tlb->store_open = true;
		tlb->open_pa = event->pa;
	}
	if (c.old != c.value)
		changed(tlb, &c, event->release);
}

/* ---- roots and checks ------------------------------------------------------------------------------------ */

static struct change root_change(const struct regime *regime)
{
	const struct change c = { .level = regime->geo.start_level,
				  .table = regime->geo.root,
				  .size = HV_U64(1) << tlb_shift_(&regime->geo, regime->geo.start_level) };

	return c;
}

void tlb_adopt_root_(struct hv_host_tlb *tlb, struct regime *regime)
{
	const uint64_t *entry = hv_be_va(tlb->host, hv_pa(regime->geo.root));
	struct change c = root_change(regime);

	c.regime = regime;
	for (; c.index < regime->geo.root_bytes / 8; c.index++) {
		c.ipa = c.size * c.index;
		c.value = entry[c.index];
		lint(tlb, &c);
		note_set(tlb, &c);
		if (kind_of(tlb, &c, c.value) == TLB_LINK)
			adopt(tlb, &c, true);
	}
}

void tlb_abandon_root_(struct hv_host_tlb *tlb, struct regime *regime, struct rec *whole)
{
	const uint64_t *entry = hv_be_va(tlb->host, hv_pa(regime->geo.root));
	struct change c = root_change(regime);
	struct reach unused = { 0, 0, 0, 0 };

	c.regime = regime;
	for (; c.index < regime->geo.root_bytes / 8; c.index++) {
		c.ipa = c.size * c.index;
		if (kind_of(tlb, &c, entry[c.index]) == TLB_LINK)
			abandon(tlb, &c, address_of(&c, entry[c.index], TLB_LINK), whole, &unused);
	}
}

bool tlb_reachable_(struct hv_host_tlb *tlb, uint64_t page)
{
	struct node *node = find_slot(tlb, page);

	return node->used && (still_walked(tlb, node) || node->regime != NULL);
}

/* Entry @i of @set: is it the i-th of a proper contiguous set that begins with @first? */
static bool belongs(const struct hv_host_tlb *tlb, const struct set *set, uint64_t first, uint64_t entry, uint32_t i)
{
	const struct tlb_geo *geo = &set->regime->geo;
	uint64_t step = (uint64_t)i << tlb_shift_(geo, set->level);

	return tlb_kind_(geo, &tlb->config, entry, set->level) == TLB_LEAF &&
	       tlb_cached_bits_(geo, first, set->level) == tlb_cached_bits_(geo, entry, set->level) &&
	       tlb_address_(geo, entry, set->level, TLB_LEAF) == tlb_address_(geo, first, set->level, TLB_LEAF) + step;
}

static bool set_sound(struct hv_host_tlb *tlb, const struct set *set)
{
	const uint64_t *entry = entries_of(tlb, set->table) + set->first;
	uint32_t i, n = tlb_contiguous_(&set->regime->geo, set->level), marked = 0, good = 0;
	uint64_t bytes = (uint64_t)n << tlb_shift_(&set->regime->geo, set->level);

	for (i = 0; i < n; i++) {
		marked += tlb_kind_(&set->regime->geo, &tlb->config, entry[i], set->level) == TLB_LEAF &&
			  (entry[i] & HV_BIT(52)) != 0;
		good += belongs(tlb, set, entry[0], entry[i], i);
	}
	return marked == 0 || (good == n && marked == n &&
			       hv_is_aligned(tlb_address_(&set->regime->geo, entry[0], set->level, TLB_LEAF), bytes));
}

void tlb_check_sets_(struct hv_host_tlb *tlb)
{
	uint32_t i;

	for (i = 0; i < tlb->nr_sets; i++) {
		const struct set *set = &tlb->sets[i];
		struct change c = { .regime = set->regime, .ipa = set->ipa, .level = set->level };

		if (set->table != set->regime->geo.root && !tlb_reachable_(tlb, set->table))
			continue;
		c.ipa += (uint64_t)set->first << tlb_shift_(&set->regime->geo, set->level);
		if (!set_sound(tlb, set))
			tlb_report_change_(tlb, &c, HV_HOST_TLB_CONTIGUOUS, "entries of a contiguous set differ");
	}
	tlb->nr_sets = 0;
}
