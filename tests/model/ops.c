/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* ops.c - random operations, each compared with the flat map. */
#include "ops.h"

#include <string.h>

static uint32_t block_pages(const struct world *w)
{
	return 1u << (w->geo.granule_shift - 3);
}

/* Mostly small; now and then whole blocks, so that blocks come and tables go. */
static uint32_t pick_size(struct world *w, enum op_kind kind)
{
	uint64_t whole = kind == OP_MERGE ? 900 : kind == OP_UNMAP ? 250 : kind == OP_MAP ? 120 : 20;
	uint64_t dice = world_random(w, 1000);

	if (dice < whole)
		return block_pages(w) * (1 + (uint32_t)world_random(w, 3));
	if (dice < 600)
		return 1 + (uint32_t)world_random(w, 8);
	if (dice < 900)
		return 1 + (uint32_t)world_random(w, 64);
	if (dice < 980)
		return 1 + (uint32_t)world_random(w, 600);
	return 1 + (uint32_t)world_random(w, 2 * block_pages(w));
}

static void pick_range(struct world *w, enum op_kind kind, struct range *r)
{
	uint32_t block = block_pages(w);

	r->window = (uint32_t)world_random(w, w->nr_windows);
	r->nr = pick_size(w, kind);
	if (r->nr > w->pages)
		r->nr = w->pages;
	r->first = (uint32_t)world_random(w, w->pages - r->nr + 1);
	if (r->nr % block == 0 || world_random(w, 8) == 0)
		r->first -= r->first % block;
	r->ipa = hv_ipa(w->window[r->window] + r->first * world_page_bytes(w));
	r->bytes = r->nr * world_page_bytes(w);
	r->page = w->page[r->window] + r->first;
}

static uint32_t pick_rwx(struct world *w)
{
	uint32_t rwx = (uint32_t)world_random(w, 16);

	if (!w->geo.xnx && (rwx & HV_S2_X) != 0)
		rwx |= HV_S2_X;
	return rwx;
}

static uint32_t pick_prot(struct world *w)
{
	static const uint32_t device[4] = { HV_S2_MEM_DEVICE_nGnRnE, HV_S2_MEM_DEVICE_nGnRE, HV_S2_MEM_DEVICE_nGRE,
					    HV_S2_MEM_DEVICE_GRE };
	uint32_t prot = pick_rwx(w) | HV_S2_R;

	if (world_random(w, 8) == 0)
		prot |= (uint32_t)world_random(w, 16) << HV_S2_SW_SHIFT;
	if (world_random(w, 10) == 0)
		return (prot & ~HV_S2_X) | device[world_random(w, 4)];
	if (world_random(w, 12) == 0)
		prot |= HV_S2_MEM_NORMAL_NC;
	else if (!w->geo.lpa2 && world_random(w, 12) == 0)
		prot |= world_random(w, 2) ? HV_S2_SH_OUTER : HV_S2_SH_NONE;
	return prot;
}

/* Where to map: mostly in step with the blocks of the address space, now and then what is there already. */
static uint64_t pick_pa(struct world *w, const struct range *r)
{
	uint64_t block = block_pages(w) * world_page_bytes(w);
	uint64_t most = HV_U64(1) << (w->config->pa_bits - 1);
	uint64_t pa = world_random(w, most / block) * block;

	if (world_random(w, 4) != 0)
		return pa + r->ipa.v % block;
	return pa + world_random(w, block_pages(w)) * world_page_bytes(w);
}

static bool same_page(const struct page *page, uint64_t pa, uint32_t prot)
{
	return page->pa == pa && page->prot == prot;
}

static bool any_device(const struct range *r)
{
	uint32_t i;

	for (i = 0; i < r->nr; i++)
		if (r->page[i].mapped && (r->page[i].prot & HV_S2_MEM_MASK) >= HV_S2_MEM_DEVICE_nGnRnE)
			return true;
	return false;
}

static void pick_map(struct world *w, struct op *op)
{
	op->pa = pick_pa(w, &op->r);
	op->prot = pick_prot(w);
	if (!op->r.page[0].mapped || world_random(w, 2) == 0)
		return;
	op->pa = op->r.page[0].pa;
	op->prot = op->r.page[0].prot;
}

static enum op_kind pick_kind(struct world *w)
{
	static const uint8_t below[] = { 48, 67, 82, 89, 93, 97 };
	uint64_t dice = world_random(w, 100);
	uint32_t kind = 0;

	while (kind < HV_ARRAY_SIZE(below) && dice >= below[kind])
		kind++;
	return w->ageless && kind == OP_AGE ? OP_CLEAN : (enum op_kind)kind;
}

void ops_pick(struct world *w, struct op *op)
{
	memset(op, 0, sizeof(*op));
	op->kind = pick_kind(w);
	op->clear = world_random(w, 3) != 0;
	pick_range(w, op->kind, &op->r);
	if (op->kind == OP_MAP)
		pick_map(w, op);
	if (op->kind == OP_PROTECT)
		op->prot = pick_rwx(w);
	if (op->kind == OP_PROTECT && any_device(&op->r))
		op->prot &= ~HV_S2_X;
}

enum hv_err ops_call(struct world *w, struct op *op)
{
	w->settled = false;
	switch (op->kind) {
	case OP_MAP:
		w->doing = "map";
		return hv_s2_map(&w->s2, op->r.ipa, hv_pa(op->pa), op->r.bytes, op->prot, &w->gather);
	case OP_UNMAP:
		w->doing = "unmap";
		return hv_s2_unmap(&w->s2, op->r.ipa, op->r.bytes, &w->gather);
	case OP_PROTECT:
		w->doing = "protect";
		return hv_s2_protect(&w->s2, op->r.ipa, op->r.bytes, op->prot, &w->gather);
	case OP_CLEAN:
		w->doing = "clean";
		return hv_s2_clean(&w->s2, op->r.ipa, op->r.bytes, op->bitmap, &w->gather);
	case OP_AGE:
		w->doing = "age";
		return hv_s2_age(&w->s2, op->r.ipa, op->r.bytes, op->clear, &op->nr_young);
	case OP_MERGE:
		w->doing = "merge";
		return hv_s2_merge(&w->s2, op->r.ipa, op->r.bytes, &w->gather);
	case OP_YOUNG:
		break;
	}
	w->doing = "mark young";
	return hv_s2_mark_young(&w->s2, op->r.ipa);
}

enum hv_err ops_expect(const struct world *w, const struct op *op)
{
	uint32_t i;

	if (op->kind == OP_YOUNG)
		return op->r.page[0].mapped ? HV_OK : HV_ENOENT;
	for (i = 0; i < op->r.nr && op->kind == OP_MAP; i++)
		if (op->r.page[i].mapped && !same_page(&op->r.page[i], op->pa + i * world_page_bytes(w), op->prot))
			return HV_EEXIST;
	return HV_OK;
}

/* The log must hold exactly the pages that could be written; they are clean now. */
static void note_clean(struct world *w, const struct op *op)
{
	uint32_t i;

	for (i = 0; i < op->r.nr; i++) {
		struct page *page = &op->r.page[i];
		bool dirty = page->mapped && (page->prot & HV_S2_W) != 0 && !page->clean;

		if (dirty != ((op->bitmap[i / 64] >> i % 64 & 1) != 0))
			world_fail(w, "dirty log", op->r.ipa.v + i * world_page_bytes(w), dirty);
		if (dirty && w->geo.hw_dbm)
			page->clean = page->dbm = true;
		else if (dirty)
			page->prot &= ~HV_S2_W;
	}
}

/* First and last page, within its window, of the leaf or hole that holds page @i of the range, as the walker finds it. */
static void leaf_around(struct world *w, const struct range *r, uint32_t i, uint32_t *first, uint32_t *last)
{
	uint32_t at = r->first + i, pages;
	struct hv_host_walk walk;

	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), r->ipa.v + i * world_page_bytes(w),
		     HV_HOST_READ, &walk);
	*first = at;
	*last = at;
	if (!walk.leaf)
		return;
	pages = 1u << (walk.size_shift - w->geo.granule_shift);
	*first = at - (uint32_t)(w->window[r->window] / world_page_bytes(w) + at) % pages;
	*last = *first + pages - 1;
}

/* A leaf ages as a whole, also where it sticks out of the range. */
static void note_age(struct world *w, const struct op *op)
{
	struct page *window = w->page[op->r.window];
	uint32_t i, j, first, last;
	uint64_t nr_young = 0;

	for (i = 0; i < op->r.nr; i = last - op->r.first + 1) {
		leaf_around(w, &op->r, i, &first, &last);
		if (!op->r.page[i].mapped)
			continue;
		nr_young += !op->r.page[i].old;
		for (j = first; j <= last && op->clear; j++)
			window[j].old = true;
	}
	if (nr_young != op->nr_young)
		world_fail(w, "young leaves", op->nr_young, nr_young);
}

static void note_young(struct world *w, const struct op *op)
{
	uint32_t j, first, last;

	leaf_around(w, &op->r, 0, &first, &last);
	for (j = first; j <= last; j++)
		w->page[op->r.window][j].old = false;
}

/* Could the @nr pages from @page on be one block? */
static bool mergeable(const struct world *w, const struct page *page, uint32_t nr)
{
	uint64_t bytes = world_page_bytes(w);
	uint32_t i;

	if (!page->mapped || page->pa % (nr * bytes) != 0 || (page->prot & HV_S2_MEM_MASK) >= HV_S2_MEM_DEVICE_nGnRnE)
		return false;
	for (i = 1; i < nr; i++)
		if (!page[i].mapped || page[i].pa != page->pa + i * bytes || page[i].prot != page->prot ||
		    page[i].clean != page->clean || page[i].dbm != page->dbm)
			return false;
	return w->geo.start_level < 3;
}

/* Whatever could be a block is one now; it is old only if all its pages were. */
static void note_merge(struct world *w, const struct op *op)
{
	uint32_t block = block_pages(w), i = (block - op->r.first % block) % block, j, old;
	struct hv_host_walk walk;

	for (; i + block <= op->r.nr; i += block) {
		if (!mergeable(w, &op->r.page[i], block))
			continue;
		hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2),
			     op->r.ipa.v + i * world_page_bytes(w), HV_HOST_READ, &walk);
		if (HV_U64(1) << (walk.size_shift - w->geo.granule_shift) < block)
			world_fail(w, "not merged", op->r.ipa.v + i * world_page_bytes(w), walk.desc);
		for (j = 0, old = 0; j < block; j++)
			old += op->r.page[i + j].old;
		for (j = 0; j < block; j++)
			op->r.page[i + j].old = old == block;
	}
}

static void note_pages(struct world *w, const struct op *op)
{
	struct page *page = op->r.page;
	uint32_t i;

	for (i = 0; i < op->r.nr; i++) {
		if (op->kind == OP_MAP && !page[i].mapped)
			page[i] = (struct page){ .pa = op->pa + i * world_page_bytes(w),
						 .prot = op->prot,
						 .mapped = true };
		else if (op->kind == OP_UNMAP)
			page[i].mapped = false;
		else if (op->kind == OP_PROTECT) {
			page[i].prot = (page[i].prot & ~HV_S2_RWX) | op->prot;
			page[i].clean = page[i].dbm = false;
		}
	}
}

void ops_note(struct world *w, struct op *op)
{
	switch (op->kind) {
	case OP_MAP:
	case OP_UNMAP:
	case OP_PROTECT:
		note_pages(w, op);
		break;
	case OP_CLEAN:
		note_clean(w, op);
		break;
	case OP_AGE:
		note_age(w, op);
		break;
	case OP_MERGE:
		note_merge(w, op);
		break;
	case OP_YOUNG:
		note_young(w, op);
		break;
	}
}

/* What a map will take, when nothing is pending that it would have to settle first. */
static bool tables_needed(struct world *w, const struct op *op, uint64_t *nr)
{
	if (op->kind != OP_MAP || !w->settled || ops_expect(w, op) != HV_OK)
		return false;
	if (hv_s2_tables_needed(&w->s2, op->r.ipa, hv_pa(op->pa), op->r.bytes, op->prot, nr) != HV_OK)
		world_fail(w, "tables_needed refuses", op->r.ipa.v, op->r.bytes);
	return true;
}

static enum hv_err call_and_refill(struct world *w, struct op *op, bool known, uint64_t needed)
{
	uint64_t before = w->pool.nr_free;
	enum hv_err got = ops_call(w, op);
	uint32_t i;

	if (got != HV_ENOMEM)
		return got;
	world_check_range(w, op->r.window, op->r.first, op->r.nr);
	for (i = 0; i < HV_ARRAY_SIZE(op->bitmap); i++)
		if (op->bitmap[i] != 0)
			world_fail(w, "a failed call logs dirty pages", i, op->bitmap[i]);
	if (w->gather.nr_missing == 0 || (known && w->gather.nr_missing != needed - before))
		world_fail(w, "pages missing, needed", w->gather.nr_missing, needed);
	world_give(w, w->gather.nr_missing);
	return ops_call(w, op);
}

static void do_op(struct world *w)
{
	static struct op op;
	uint64_t needed = 0, missing, before;
	enum hv_err got;
	bool known;

	ops_pick(w, &op);
	known = tables_needed(w, &op, &needed);
	before = w->nr_given;
	missing = w->pool.nr_free;
	got = call_and_refill(w, &op, known, needed);
	if (got != ops_expect(w, &op))
		world_fail(w, "returns other than the flat map says", (uint64_t)got, (uint64_t)ops_expect(w, &op));
	if (known && missing + (w->nr_given - before) - w->pool.nr_free != needed)
		world_fail(w, "tables taken are not what tables_needed said", w->pool.nr_free, needed);
	if (got == HV_OK)
		ops_note(w, &op);
	world_check_range(w, op.r.window, op.r.first, op.r.nr);
}

/* The guest writes a clean page: hardware marks the leaf dirty by itself. */
static void do_guest_write(struct world *w)
{
	uint32_t j, first, last;
	struct hv_host_walk walk;
	struct range r;

	w->doing = "guest write";
	pick_range(w, OP_CLEAN, &r);
	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), r.ipa.v, HV_HOST_WRITE, &walk);
	if (!r.page[0].mapped || !r.page[0].clean || walk.fault != HV_HOST_NO_FAULT)
		return;
	hv_host_write64(w->host, hv_pa(walk.step_pa[walk.nr_steps - 1]), walk.desc | HV_BIT(7) | HV_BIT(10));
	leaf_around(w, &r, 0, &first, &last);
	for (j = first; j <= last; j++) {
		w->page[r.window][j].clean = false;
		w->page[r.window][j].old = false;
	}
}

/* What runs of equal pages there are, from some page to the end of its window. */
static void do_runs(struct world *w)
{
	uint64_t bytes = world_page_bytes(w), end;
	const struct page *page;
	struct hv_s2_run run;
	struct range r;
	enum hv_err got;
	uint32_t i, n;

	w->doing = "run";
	pick_range(w, OP_MAP, &r);
	end = w->window[r.window] + w->pages * bytes;
	page = w->page[r.window];
	got = hv_s2_next_run(&w->s2, r.ipa, hv_ipa(end), &run);
	for (i = r.first; i < w->pages && !page[i].mapped; i++)
		continue;
	if (got != (i < w->pages ? HV_OK : HV_ENOENT))
		world_fail(w, "next_run", (uint64_t)got, i);
	if (got != HV_OK)
		return;
	for (n = 1; i + n < w->pages && page[i + n].mapped && page[i + n].prot == page[i].prot &&
		    page[i + n].pa == page[i].pa + n * bytes;
	     n++)
		continue;
	if (run.ipa.v != w->window[r.window] + i * bytes || run.pa.v != page[i].pa || run.size != n * bytes)
		world_fail(w, "run", run.ipa.v, run.size);
}

/* A long unmap in steps, as a caller does who wants to drop its lock in between. */
static void do_steps(struct world *w)
{
	static struct op op;
	struct op part;

	ops_pick(w, &op);
	op.kind = OP_UNMAP;
	part = op;
	while (op.r.nr > 0) {
		part.r = op.r;
		part.r.bytes = hv_s2_step(&w->s2, op.r.ipa, op.r.bytes, 1 + (uint32_t)world_random(w, 3));
		part.r.nr = (uint32_t)(part.r.bytes / world_page_bytes(w));
		if (part.r.nr == 0 || part.r.nr > op.r.nr || part.r.bytes % world_page_bytes(w) != 0)
			world_fail(w, "step", part.r.bytes, op.r.bytes);
		if (call_and_refill(w, &part, false, 0) != HV_OK)
			world_fail(w, "a step fails", part.r.ipa.v, part.r.bytes);
		ops_note(w, &part);
		world_settle(w);
		op.r.page += part.r.nr;
		op.r.first += part.r.nr;
		op.r.nr -= part.r.nr;
		op.r.ipa.v += part.r.bytes;
		op.r.bytes -= part.r.bytes;
	}
}

/* What must be refused, and leave everything as it was. */
static void do_refused(struct world *w)
{
	uint64_t page = world_page_bytes(w), top = HV_U64(1) << w->geo.ipa_bits, pa_top = HV_U64(1) << w->geo.pa_bits;
	struct range r;

	w->doing = "refused";
	pick_range(w, OP_PROTECT, &r);
	if (hv_s2_map(&w->s2, r.ipa, hv_pa(0), 0, HV_S2_RW, &w->gather) != HV_EINVAL ||
	    hv_s2_map(&w->s2, r.ipa, hv_pa(page / 2), page, HV_S2_RW, &w->gather) != HV_EINVAL ||
	    hv_s2_map(&w->s2, hv_ipa(r.ipa.v + 8), hv_pa(0), page, HV_S2_RW, &w->gather) != HV_EINVAL ||
	    hv_s2_unmap(&w->s2, r.ipa, r.bytes - 1, &w->gather) != HV_EINVAL)
		world_fail(w, "misaligned range accepted", r.ipa.v, r.bytes);
	if (hv_s2_map(&w->s2, hv_ipa(top), hv_pa(0), page, HV_S2_RW, &w->gather) != HV_ERANGE ||
	    hv_s2_map(&w->s2, hv_ipa(top - page), hv_pa(0), 2 * page, HV_S2_RW, &w->gather) != HV_ERANGE ||
	    hv_s2_unmap(&w->s2, hv_ipa(top - page), 0 - (top - page), &w->gather) != HV_ERANGE ||
	    hv_s2_map(&w->s2, r.ipa, hv_pa(pa_top - page), 2 * page, HV_S2_RW, &w->gather) != HV_ERANGE ||
	    hv_s2_protect(&w->s2, hv_ipa(top), page, HV_S2_R, &w->gather) != HV_ERANGE)
		world_fail(w, "range beyond the end accepted", r.ipa.v, r.bytes);
	world_check_range(w, r.window, r.first, r.nr);
}

/* Another VMID, as after a rollover, and everything flushed: the old one may be handed out again. */
static void do_vmid(struct world *w)
{
	const struct hv_tlbi all = { HV_TLBI_ALLE1IS, 0 };
	struct hv_tlb_regime regime;

	w->doing = "vmid";
	world_settle(w);
	hv_s2_set_vmid(&w->s2, (uint16_t)(1 + world_random(w, 255)));
	hv_host_tlb_watch(w->host, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2));
	regime.vtcr = hv_s2_vtcr(&w->s2);
	regime.vttbr = hv_s2_vttbr(&w->s2);
	hv_be_tlb_invalidate(w->host, &regime, &all, 1);
	hv_host_tlb_enter(w->host, regime.vtcr, regime.vttbr);
}

void ops_one(struct world *w)
{
	switch (world_random(w, 100)) {
	case 0:
		if (world_random(w, 10) == 0 && !w->deaf)
			do_vmid(w);
		else
			do_refused(w);
		break;
	case 1:
		do_runs(w);
		break;
	case 2:
		do_steps(w);
		break;
	case 3:
	case 4:
		do_guest_write(w);
		break;
	default:
		do_op(w);
	}
	if (world_random(w, 4) != 0)
		world_settle(w);
}
