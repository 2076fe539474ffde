/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* ops.c - random operations, each compared with the flat map. */
#include "ops.h"

/* A range of one window, and where it is to go. */
struct range {
	uint32_t window, first, nr;
	hv_ipa_t ipa;
	uint64_t bytes;
	struct page *page;
};

static uint32_t block_pages(const struct world *w)
{
	return 1u << (w->geo.granule_shift - 3);
}

static uint32_t pick_size(struct world *w)
{
	uint64_t kind = world_random(w, 1000);

	if (kind < 550)
		return 1 + (uint32_t)world_random(w, 8);
	if (kind < 900)
		return 1 + (uint32_t)world_random(w, 64);
	if (kind < 970)
		return 1 + (uint32_t)world_random(w, 600);
	if (kind < 990)
		return block_pages(w) * (1 + (uint32_t)world_random(w, 2));
	return 1 + (uint32_t)world_random(w, 2 * block_pages(w));
}

static void pick_range(struct world *w, struct range *r)
{
	uint32_t block = block_pages(w);

	r->window = (uint32_t)world_random(w, w->nr_windows);
	r->nr = pick_size(w);
	if (r->nr > w->pages)
		r->nr = w->pages;
	r->first = (uint32_t)world_random(w, w->pages - r->nr + 1);
	if ((r->nr % block == 0 || world_random(w, 8) == 0) && r->first >= block)
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

static enum hv_err expect_map(const struct world *w, const struct range *r, uint64_t pa, uint32_t prot)
{
	uint32_t i;

	for (i = 0; i < r->nr; i++)
		if (r->page[i].mapped && !same_page(&r->page[i], pa + i * world_page_bytes(w), prot))
			return HV_EEXIST;
	return HV_OK;
}

/* After HV_ENOMEM: one page less than told is not enough. Leaves the pool with exactly what was told. */
static void refill(struct world *w, uint64_t missing)
{
	if (missing == 0)
		world_fail(w, "out of memory, but nothing is missing", w->pool.nr_free, 0);
	world_give(w, missing);
}

static void do_map(struct world *w)
{
	struct range r;
	uint64_t pa, needed = 0, before;
	uint32_t prot, i;
	enum hv_err want, got;
	bool settled;

	w->doing = "map";
	pick_range(w, &r);
	pa = pick_pa(w, &r);
	prot = pick_prot(w);
	if (r.page[0].mapped && world_random(w, 2) != 0) {
		pa = r.page[0].pa;
		prot = r.page[0].prot;
	}
	want = expect_map(w, &r, pa, prot);
	settled = w->gather.nr_ranges == 0 && !w->gather.all;
	if (want == HV_OK && settled && hv_s2_tables_needed(&w->s2, r.ipa, hv_pa(pa), r.bytes, prot, &needed) != HV_OK)
		world_fail(w, "tables_needed refuses", r.ipa.v, r.bytes);
	before = w->pool.nr_free;
	got = hv_s2_map(&w->s2, r.ipa, hv_pa(pa), r.bytes, prot, &w->gather);
	if (got == HV_ENOMEM) {
		if (want == HV_OK && settled && w->gather.nr_missing != needed - before)
			world_fail(w, "missing is not what tables_needed says", w->gather.nr_missing, needed - before);
		refill(w, w->gather.nr_missing);
		before = w->pool.nr_free;
		got = hv_s2_map(&w->s2, r.ipa, hv_pa(pa), r.bytes, prot, &w->gather);
	}
	if (got != want)
		world_fail(w, "map returns other than the flat map says", (uint64_t)got, (uint64_t)want);
	if (want == HV_OK && settled && before - w->pool.nr_free != needed)
		world_fail(w, "tables taken are not what tables_needed said", before - w->pool.nr_free, needed);
	for (i = 0; i < r.nr && got == HV_OK; i++)
		r.page[i] = (struct page){ pa + i * world_page_bytes(w), prot, true };
	world_check_range(w, r.window, r.first, r.nr);
}

static void do_unmap(struct world *w)
{
	struct range r;
	enum hv_err got;
	uint32_t i;

	w->doing = "unmap";
	pick_range(w, &r);
	got = hv_s2_unmap(&w->s2, r.ipa, r.bytes, &w->gather);
	if (got == HV_ENOMEM) {
		world_check_range(w, r.window, r.first, r.nr);
		refill(w, w->gather.nr_missing);
		got = hv_s2_unmap(&w->s2, r.ipa, r.bytes, &w->gather);
	}
	if (got != HV_OK)
		world_fail(w, "unmap fails", (uint64_t)got, r.bytes);
	for (i = 0; i < r.nr; i++)
		r.page[i].mapped = false;
	world_check_range(w, r.window, r.first, r.nr);
}

static bool any_device(const struct range *r)
{
	uint32_t i;

	for (i = 0; i < r->nr; i++)
		if (r->page[i].mapped && (r->page[i].prot & HV_S2_MEM_MASK) >= HV_S2_MEM_DEVICE_nGnRnE)
			return true;
	return false;
}

static void do_protect(struct world *w)
{
	struct range r;
	enum hv_err got;
	uint32_t i, rwx = pick_rwx(w);

	w->doing = "protect";
	pick_range(w, &r);
	if (any_device(&r))
		rwx &= ~HV_S2_X;
	got = hv_s2_protect(&w->s2, r.ipa, r.bytes, rwx, &w->gather);
	if (got == HV_ENOMEM) {
		world_check_range(w, r.window, r.first, r.nr);
		refill(w, w->gather.nr_missing);
		got = hv_s2_protect(&w->s2, r.ipa, r.bytes, rwx, &w->gather);
	}
	if (got != HV_OK)
		world_fail(w, "protect fails", (uint64_t)got, r.bytes);
	for (i = 0; i < r.nr; i++)
		r.page[i].prot = (r.page[i].prot & ~HV_S2_RWX) | rwx;
	world_check_range(w, r.window, r.first, r.nr);
}

/* What must be refused, and leave everything as it was. */
static void do_refused(struct world *w)
{
	uint64_t page = world_page_bytes(w), top = HV_U64(1) << w->geo.ipa_bits, pa_top = HV_U64(1) << w->geo.pa_bits;
	struct range r;

	w->doing = "refused";
	pick_range(w, &r);
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
	uint64_t kind = world_random(w, 100);

	if (kind < 55)
		do_map(w);
	else if (kind < 77)
		do_unmap(w);
	else if (kind < 99)
		do_protect(w);
	else
		do_refused(w);
	if (world_random(w, 4) != 0)
		world_settle(w);
}
