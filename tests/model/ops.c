/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* ops.c - random operations, each compared with the flat map. */
#include "ops.h"

static uint32_t block_pages(const struct world *w)
{
	return 1u << (w->geo.granule_shift - 3);
}

/* Mostly small; now and then whole blocks, so that blocks come and tables go. */
static uint32_t pick_size(struct world *w, enum op_kind kind)
{
	uint64_t whole = kind == OP_UNMAP ? 250 : kind == OP_MAP ? 120 : 20;
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

void ops_pick(struct world *w, struct op *op)
{
	uint64_t kind = world_random(w, 99);

	op->kind = kind < 55 ? OP_MAP : kind < 77 ? OP_UNMAP : OP_PROTECT;
	pick_range(w, op->kind, &op->r);
	if (op->kind == OP_MAP)
		pick_map(w, op);
	if (op->kind == OP_PROTECT)
		op->prot = pick_rwx(w);
	if (op->kind == OP_PROTECT && any_device(&op->r))
		op->prot &= ~HV_S2_X;
}

enum hv_err ops_call(struct world *w, const struct op *op)
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
		break;
	}
	w->doing = "protect";
	return hv_s2_protect(&w->s2, op->r.ipa, op->r.bytes, op->prot, &w->gather);
}

enum hv_err ops_expect(const struct world *w, const struct op *op)
{
	uint32_t i;

	for (i = 0; i < op->r.nr && op->kind == OP_MAP; i++)
		if (op->r.page[i].mapped && !same_page(&op->r.page[i], op->pa + i * world_page_bytes(w), op->prot))
			return HV_EEXIST;
	return HV_OK;
}

void ops_note(struct world *w, const struct op *op)
{
	struct page *page = op->r.page;
	uint32_t i;

	for (i = 0; i < op->r.nr; i++) {
		if (op->kind == OP_MAP)
			page[i] = (struct page){ op->pa + i * world_page_bytes(w), op->prot, true };
		else if (op->kind == OP_UNMAP)
			page[i].mapped = false;
		else
			page[i].prot = (page[i].prot & ~HV_S2_RWX) | op->prot;
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

static void do_op(struct world *w)
{
	struct op op;
	uint64_t needed = 0, before;
	bool known;
	enum hv_err got;

	ops_pick(w, &op);
	known = tables_needed(w, &op, &needed);
	before = w->pool.nr_free;
	got = ops_call(w, &op);
	if (got == HV_ENOMEM) {
		world_check_range(w, op.r.window, op.r.first, op.r.nr);
		if (w->gather.nr_missing == 0 || (known && w->gather.nr_missing != needed - before))
			world_fail(w, "pages missing, needed", w->gather.nr_missing, needed);
		world_give(w, w->gather.nr_missing);
		before = w->pool.nr_free;
		got = ops_call(w, &op);
	}
	if (got != ops_expect(w, &op))
		world_fail(w, "returns other than the flat map says", (uint64_t)got, (uint64_t)ops_expect(w, &op));
	if (known && before - w->pool.nr_free != needed)
		world_fail(w, "tables taken are not what tables_needed said", before - w->pool.nr_free, needed);
	if (got == HV_OK)
		ops_note(w, &op);
	world_check_range(w, op.r.window, op.r.first, op.r.nr);
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

void ops_one(struct world *w)
{
	if (world_random(w, 100) == 0)
		do_refused(w);
	else
		do_op(w);
	if (world_random(w, 4) != 0)
		world_settle(w);
}
