/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_model [operations per granule] - random operations on stage-2 tables against a flat map.
 *
 * Every operation is judged three times: its result and its pages against the flat map (by software lookup and by the
 * architectural walker), its stores and invalidations by the TLB oracle, its use of memory by counting. The default is
 * 10^6 operations for each granule; seeds are fixed. Covers S2-01, S2-04, S2-08, S2-10, S2-17, S2-18, S2-24..S2-26, S2-30, S2-39, S2-40,
 * S2-50, TLB-04, TLB-06, TLB-10, TLB-11.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static const struct world_config configs[] = {
	{ "4K ipa40 all", HV_S2_4K, 40, CPU_ALL & ~CPU_LPA2, 48, 8192 },
	{ "4K ipa32 basic", HV_S2_4K, 32, 0, 40, 8192 },
	{ "4K ipa48 range", HV_S2_4K, 48, CPU_TLBIRANGE | CPU_XNX | CPU_HAFDBS, 48, 8192 },
	{ "4K ipa52 lpa2", HV_S2_4K, 52, CPU_ALL, 52, 8192 },
	{ "4K ipa42 concatenated ttl", HV_S2_4K, 42, CPU_TTL | CPU_FWB | CPU_VMID16, 44, 8192 },
	{ "4K ipa25 bbm1", HV_S2_4K, 25, CPU_BBM1 | CPU_TLBIRANGE | CPU_TTL, 40, 8192 },
	{ "4K ipa36 bbm2", HV_S2_4K, 36, CPU_BBM2 | CPU_TLBIRANGE | CPU_TTL | CPU_FWB, 44, 8192 },
	{ "4K ipa24 ttst", HV_S2_4K, 24, CPU_TTST | CPU_TLBIRANGE, 40, 4096 },
	{ "16K ipa40 all", HV_S2_16K, 40, CPU_ALL & ~CPU_LPA2, 48, 8192 },
	{ "16K ipa36 basic", HV_S2_16K, 36, 0, 40, 8192 },
	{ "16K ipa48 range", HV_S2_16K, 48, CPU_TLBIRANGE | CPU_XNX, 48, 8192 },
	{ "16K ipa52 lpa2", HV_S2_16K, 52, CPU_ALL, 52, 8192 },
	{ "16K ipa32 bbm1", HV_S2_16K, 32, CPU_BBM1 | CPU_TTL | CPU_FWB, 40, 8192 },
	{ "16K ipa37 bbm2", HV_S2_16K, 37, CPU_BBM2 | CPU_TTL | CPU_TLBIRANGE, 44, 8192 },
	{ "64K ipa40 all", HV_S2_64K, 40, CPU_ALL & ~CPU_LPA2, 48, 32768 },
	{ "64K ipa36 basic", HV_S2_64K, 36, 0, 40, 32768 },
	{ "64K ipa48 range", HV_S2_64K, 48, CPU_TLBIRANGE | CPU_XNX, 48, 32768 },
	{ "64K ipa52 lpa", HV_S2_64K, 52, CPU_ALL, 52, 32768 },
	{ "64K ipa34 bbm1", HV_S2_64K, 34, CPU_BBM1 | CPU_TTL | CPU_FWB, 40, 32768 },
	{ "64K ipa42 bbm2", HV_S2_64K, 42, CPU_BBM2 | CPU_TTL | CPU_TLBIRANGE, 44, 32768 },
};

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

static void one_operation(struct world *w)
{
	uint64_t kind = world_random(w, 100);

	if (kind < 46)
		do_map(w);
	else if (kind < 76)
		do_unmap(w);
	else if (kind < 99)
		do_protect(w);
	else
		do_refused(w);
	if (world_random(w, 4) != 0)
		world_settle(w);
}

static void run(const struct world_config *config, uint64_t seed, uint64_t operations)
{
	struct world w;

	world_open(&w, config, seed, 4);
	for (w.op = 0; w.op < operations; w.op++) {
		one_operation(&w);
		if (w.op % 20000 == 19999)
			world_check_all(&w);
		if (world_random(&w, 50) == 0)
			world_starve(&w);
	}
	world_settle(&w);
	world_check_all(&w);
	world_close(&w);
}

int main(int argc, char **argv)
{
	uint64_t operations = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
	uint32_t nr[3] = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(configs); i++)
		nr[(configs[i].granule - 12) / 2]++;
	for (i = 0; i < HV_ARRAY_SIZE(configs); i++) {
		uint64_t share = operations / nr[(configs[i].granule - 12) / 2];

		if (argc > 2 && (size_t)atoi(argv[2]) != i)
			continue;
		run(&configs[i], 1 + i, share);
		printf("%-28s %llu operations\n", configs[i].name, (unsigned long long)share);
		fflush(stdout);
	}
	return 0;
}
