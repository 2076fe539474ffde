/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2.c - stage-2 benches. The workload is 1 GiB of guest memory at IPA 1 GiB; "4k", "2m", "1g" in a name say how the physical
 * address is aligned, hence which leaves fit. Every update is followed by its settle, as a caller would do it.
 */
#include "harness/bench.h"

#include <hv/s2.h>

const char bench_area[] = "s2";

#define IPA HV_GIB(1)
#define PA  HV_GIB(64)

/* What a bench runs on: packed into its argument. */
enum world { W_4K, W_4K_V80, W_4K_DIRTY, W_4K_48, W_4K_LPA2, W_16K, W_64K, W_NR };
enum leaf { L_PAGE, L_2M, L_1G };
#define ARG(world, leaf) ((uint64_t)(world) | (uint64_t)(leaf) << 8)
#define ARG_WORLD(arg)   ((enum world)((arg)&0xff))
#define ARG_LEAF(arg)    ((enum leaf)((arg) >> 8 & 0xff))

static struct hv_s2 s2;
static struct hv_pool pool;
static struct hv_s2_gather gather;
static uint64_t page;     /* bytes of a granule */
static uint64_t nr_pages; /* in 1 GiB */
static uint64_t nr_pool;  /* pages in the pool before run() */
static uint64_t *order;   /* page numbers in a fixed random order */
static uint64_t found;    /* checksum of what the walks found */
static enum hv_err result;

#define NR_RANDOM 16384u /* operations of a bench that goes about at random */
#define NR_BLOCKS 64u    /* 2 MiB blocks taken apart one by one */

struct world_def {
	enum hv_s2_granule granule;
	uint32_t ipa_bits;
	uint32_t flags;
};

static const struct world_def worlds[W_NR] = {
	[W_4K] = { HV_S2_4K, 40, HV_S2_NO_HAFDBS | HV_S2_NO_LPA2 },
	[W_4K_V80] = { HV_S2_4K, 40,
		       HV_S2_NO_HAFDBS | HV_S2_NO_LPA2 | HV_S2_NO_FWB | HV_S2_NO_TLBIRANGE | HV_S2_NO_BBM },
	[W_4K_DIRTY] = { HV_S2_4K, 40, HV_S2_NO_LPA2 },
	[W_4K_48] = { HV_S2_4K, 48, HV_S2_NO_HAFDBS | HV_S2_NO_LPA2 },
	[W_4K_LPA2] = { HV_S2_4K, 52, HV_S2_NO_HAFDBS },
	[W_16K] = { HV_S2_16K, 40, HV_S2_NO_HAFDBS | HV_S2_NO_LPA2 },
	[W_64K] = { HV_S2_64K, 40, HV_S2_NO_HAFDBS | HV_S2_NO_LPA2 },
};

/* A CPU with everything: each world then does without what it shall not have. */
static const struct hv_s2_feat feat = {
	.id_aa64mmfr0 = HV_PREP(6, 3, 0)                          /* 52-bit PA */
			| HV_PREP(1, 31, 28) | HV_PREP(2, 23, 20) /* 4K with LPA2, 16K with LPA2 */
			| HV_PREP(3, 43, 40) | HV_PREP(3, 35, 32) | HV_PREP(2, 39, 36), /* the same at stage 2 */
	.id_aa64mmfr1 = HV_PREP(2, 3, 0) | HV_PREP(2, 7, 4) | HV_PREP(1, 31, 28),       /* HAFDBS, VMID16, XNX */
	.id_aa64mmfr2 = HV_PREP(1, 31, 28) | HV_PREP(1, 43, 40) | HV_PREP(1, 51, 48),   /* ST, FWB, TTL */
	.id_aa64isar0 = HV_PREP(2, 59, 56),                                             /* TLB range */
	.ctr_el0 = HV_BIT(28) | HV_BIT(29),
};

/* ---- worlds ---------------------------------------------------------------------------------------------- */

static void make_pool(uint64_t nr)
{
	void *pages = bench_alloc(nr * page, page);

	hv_pool_init(&pool, s2.ctx);
	hv_pool_put_range(&pool, hv_pa((uintptr_t)pages), page, nr);
	nr_pool = nr;
}

static void make_order(void)
{
	uint64_t i;

	order = bench_alloc(nr_pages * sizeof(*order), sizeof(*order));
	for (i = 0; i < nr_pages; i++)
		order[i] = i;
	for (i = nr_pages - 1; i > 0; i--) {
		uint64_t j = bench_random() % (i + 1), swap = order[i];

		order[i] = order[j];
		order[j] = swap;
	}
}

/* An empty IPA space, and 1,000 pages: more than any bench takes. */
static void setup_empty(uint64_t arg)
{
	const struct world_def *def = &worlds[ARG_WORLD(arg)];
	struct hv_s2_config config = {
		.config_bytes = sizeof(config), .granule = def->granule, .ipa_bits = def->ipa_bits, .flags = def->flags
	};
	struct hv_s2_geo geo;
	void *root;

	BENCH_OK(hv_s2_geometry(&geo, &config, &feat, NULL) == HV_OK);
	page = HV_U64(1) << geo.granule_shift;
	nr_pages = HV_GIB(1) / page;
	root = bench_alloc(geo.root_bytes, geo.root_align);
	BENCH_OK(hv_s2_init(&s2, &geo, 0, hv_pa((uintptr_t)root), 1) == HV_OK);
	make_pool(1000);
	hv_s2_gather_init(&gather, &s2, &pool);
	found = 0;
}

static void map_range(uint64_t ipa, uint64_t pa, uint64_t size, uint32_t prot)
{
	result = hv_s2_map(&s2, hv_ipa(ipa), hv_pa(pa), size, prot, &gather);
	hv_s2_settle(&s2, &gather);
}

static uint64_t pa_of(enum leaf leaf)
{
	switch (leaf) {
	case L_PAGE:
		return PA + page;
	case L_2M:
		return PA + HV_MIB(2);
	case L_1G:
		break;
	}
	return PA;
}

/* 1 GiB is mapped, by leaves of the size asked for. */
static void setup_mapped(uint64_t arg)
{
	setup_empty(arg);
	map_range(IPA, pa_of(ARG_LEAF(arg)), HV_GIB(1), HV_S2_RWX);
	BENCH_OK(result == HV_OK);
	nr_pool = pool.nr_free;
}

static void setup_mapped_random(uint64_t arg)
{
	setup_mapped(arg);
	make_order();
}

static void setup_empty_random(uint64_t arg)
{
	setup_empty(arg);
	make_order();
}

static void setup_protected_random(uint64_t arg)
{
	setup_mapped_random(arg);
	BENCH_OK(hv_s2_protect(&s2, hv_ipa(IPA), HV_GIB(1), HV_S2_R | HV_S2_X, &gather) == HV_OK);
	hv_s2_settle(&s2, &gather);
}

static void note_tables(void)
{
	bench_hooks.tables = nr_pool - pool.nr_free;
}

/* ---- map ------------------------------------------------------------------------------------------------- */

static void run_map(uint64_t arg)
{
	map_range(IPA, pa_of(ARG_LEAF(arg)), HV_GIB(1), HV_S2_RWX);
	note_tables();
}

static void run_map_each(uint64_t arg)
{
	uint64_t offset;

	(void)arg;
	for (offset = 0; offset < HV_GIB(1); offset += page)
		map_range(IPA + offset, PA + offset, page, HV_S2_RWX);
	note_tables();
}

static void run_map_random(uint64_t arg)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < nr_pages; i++)
		map_range(IPA + order[i] * page, PA + order[i] * page, page, HV_S2_RWX);
	note_tables();
}

static uint64_t l3_tables(void)
{
	return nr_pages / (page / 8);
}

/* Tables that 1 GiB of pages takes at @level below the root; at least one. */
static uint64_t tables_at(int level)
{
	uint64_t nr = l3_tables();

	for (; level < 3; level++)
		nr /= page / 8;
	return nr ? nr : 1;
}

static uint64_t tables_of_pages(void)
{
	uint64_t nr = 0;
	int level;

	for (level = 3; level > s2.geo.start_level; level--)
		nr += tables_at(level);
	return nr;
}

/* Each entry of a new table once, and the links in the root. */
static uint64_t writes_of_pages(void)
{
	return tables_of_pages() * (page / 8) + tables_at(s2.geo.start_level + 1);
}

static const char *check_map_pages(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	if (result != HV_OK || h->tables != tables_of_pages())
		return "tables";
	if (BENCH_HOOKS && h->ptewr != writes_of_pages())
		return "descriptor writes";
	if (h->tlbi_ipa + h->tlbi_range + h->tlbi_vmid + h->tlbi_s1)
		return "invalidation of a new mapping";
	return !BENCH_HOOKS || h->dsb == 1 ? NULL : "barriers";
}

static const char *check_map_blocks(uint64_t arg, const struct bench_hooks *h)
{
	uint64_t leaves = ARG_LEAF(arg) == L_1G ? 1 : 512;

	if (result != HV_OK || h->tables != (leaves == 1 ? 0 : 1))
		return "tables";
	if (BENCH_HOOKS && h->ptewr != leaves + h->tables)
		return "descriptor writes";
	return !BENCH_HOOKS || h->dsb == 1 ? NULL : "barriers";
}

static const char *check_map_each(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	if (result != HV_OK || h->tables != tables_of_pages())
		return "tables";
	if (h->tlbi_ipa + h->tlbi_range + h->tlbi_vmid + h->tlbi_s1)
		return "invalidation of a new mapping";
	return !BENCH_HOOKS || h->dsb == nr_pages ? NULL : "barriers";
}

/* ---- unmap ----------------------------------------------------------------------------------------------- */

static void run_unmap(uint64_t arg)
{
	(void)arg;
	result = hv_s2_unmap(&s2, hv_ipa(IPA), HV_GIB(1), &gather);
	hv_s2_settle(&s2, &gather);
}

static void run_unmap_each(uint64_t arg)
{
	uint64_t offset;

	(void)arg;
	for (offset = 0; offset < HV_GIB(1); offset += page) {
		result = hv_s2_unmap(&s2, hv_ipa(IPA + offset), page, &gather);
		hv_s2_settle(&s2, &gather);
	}
}

static void run_unmap_half_block(uint64_t arg)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < NR_BLOCKS; i++) {
		result = hv_s2_unmap(&s2, hv_ipa(IPA + HV_MIB(1) + i * HV_MIB(2)), HV_MIB(1), &gather);
		hv_s2_settle(&s2, &gather);
	}
	note_tables();
}

static bool all_unmapped(void)
{
	struct hv_s2_leaf leaf;
	uint64_t at;

	for (at = IPA; at < IPA + HV_GIB(1); at = leaf.base.v + leaf.size)
		if (hv_s2_lookup(&s2, hv_ipa(at), &leaf) != HV_OK || leaf.mapped)
			return false;
	return pool.nr_free == 1000;
}

static const char *check_unmap(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	if (result != HV_OK || !all_unmapped())
		return "not empty";
	if (h->tlbi_vmid == 1 && h->tlbi_range + h->tlbi_ipa + h->tlbi_s1 == 0)
		return NULL;
	return h->tlbi_vmid == 0 && h->tlbi_range == 1 && h->tlbi_s1 == 1 ? NULL : "invalidation";
}

static const char *check_unmap_each(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	if (result != HV_OK || !all_unmapped())
		return "not empty";
	return h->tlbi_ipa == nr_pages && h->tlbi_s1 == nr_pages && h->tlbi_vmid == 0 ? NULL : "invalidation";
}

static const char *check_half_block(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	return result == HV_OK && h->tables == NR_BLOCKS ? NULL : "tables";
}

/* ---- split, write-protect, dirty ------------------------------------------------------------------------- */

static void run_split(uint64_t arg)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < NR_BLOCKS; i++) {
		result = hv_s2_protect(&s2, hv_ipa(IPA + i * HV_MIB(2) + 17 * page), page, HV_S2_R, &gather);
		hv_s2_settle(&s2, &gather);
	}
	note_tables();
}

static const char *check_split(uint64_t arg, const struct bench_hooks *h)
{
	struct hv_s2_leaf leaf;

	(void)arg;
	if (result != HV_OK || hv_s2_lookup(&s2, hv_ipa(IPA + 17 * page), &leaf) != HV_OK || leaf.prot != HV_S2_R)
		return "permission";
	if (h->tlbi_ipa != NR_BLOCKS || h->tlbi_s1 != NR_BLOCKS || h->tlbi_vmid)
		return "invalidation";
	return !BENCH_HOOKS || h->ptewr == NR_BLOCKS * 514 ? NULL : "descriptor writes";
}

static void run_split_1g(uint64_t arg)
{
	(void)arg;
	result = hv_s2_protect(&s2, hv_ipa(IPA + 17 * page), page, HV_S2_R, &gather);
	hv_s2_settle(&s2, &gather);
	note_tables();
}

static const char *check_split_1g(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	return result == HV_OK && h->tables == 2 ? NULL : "tables";
}

static void run_write_protect(uint64_t arg)
{
	(void)arg;
	result = hv_s2_protect(&s2, hv_ipa(IPA), HV_GIB(1), HV_S2_R | HV_S2_X, &gather);
	hv_s2_settle(&s2, &gather);
}

static const char *check_write_protect(uint64_t arg, const struct bench_hooks *h)
{
	struct hv_s2_leaf leaf;

	(void)arg;
	if (result != HV_OK || hv_s2_lookup(&s2, hv_ipa(IPA + HV_GIB(1) - page), &leaf) != HV_OK ||
	    (leaf.prot & HV_S2_W))
		return "permission";
	if (BENCH_HOOKS && h->ptewr != (ARG_LEAF(arg) == L_PAGE ? nr_pages : 512))
		return "descriptor writes";
	return h->tlbi_vmid == 1 && h->tlbi_ipa + h->tlbi_range + h->tlbi_s1 == 0 ? NULL : "invalidation";
}

static void run_dirty(uint64_t arg)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < NR_RANDOM; i++) {
		result = hv_s2_protect(&s2, hv_ipa(IPA + order[i] * page), page, HV_S2_RWX, &gather);
		hv_s2_settle(&s2, &gather);
	}
}

static const char *check_dirty(uint64_t arg, const struct bench_hooks *h)
{
	struct hv_s2_leaf leaf;

	(void)arg;
	if (result != HV_OK || hv_s2_lookup(&s2, hv_ipa(IPA + order[7] * page), &leaf) != HV_OK ||
	    leaf.prot != HV_S2_RWX)
		return "permission";
	return h->tlbi_ipa == NR_RANDOM && h->tlbi_s1 == NR_RANDOM && !h->tlbi_vmid ? NULL : "invalidation";
}

/* Every other 2 MiB stretch in pages, the others in blocks. */
static void setup_mixed(uint64_t arg)
{
	uint64_t offset;

	setup_empty(arg);
	for (offset = 0; offset < HV_GIB(1); offset += HV_MIB(2)) {
		map_range(IPA + offset, PA + offset + (offset & HV_MIB(2) ? page : 0), HV_MIB(2), HV_S2_RWX);
		BENCH_OK(result == HV_OK);
	}
	nr_pool = pool.nr_free;
}

static const char *check_mixed(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	if (result != HV_OK || (BENCH_HOOKS && h->ptewr != nr_pages / 2 + 256))
		return "descriptor writes";
	return h->tlbi_vmid == 1 ? NULL : "invalidation";
}

/* Count the leaves that were used, and make them old. */
static void run_age(uint64_t arg)
{
	(void)arg;
	result = hv_s2_age(&s2, hv_ipa(IPA), HV_GIB(1), true, &found);
}

static const char *check_age(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	if (result != HV_OK || found != nr_pages || (BENCH_HOOKS && h->ptewr != nr_pages))
		return "young leaves";
	return h->tlbi_ipa + h->tlbi_range + h->tlbi_vmid + h->tlbi_s1 == 0 ? NULL : "ageing invalidates nothing";
}

static uint64_t *dirty_log;

static void setup_log(uint64_t arg)
{
	uint64_t i;

	setup_mapped(arg);
	dirty_log = bench_alloc(nr_pages / 8, sizeof(*dirty_log));
	for (i = 0; i < nr_pages / 64; i++)
		dirty_log[i] = 0;
}

/* Start a dirty log: everything was writable, so everything is in it. */
static void run_log(uint64_t arg)
{
	(void)arg;
	result = hv_s2_clean(&s2, hv_ipa(IPA), HV_GIB(1), dirty_log, &gather);
	hv_s2_settle(&s2, &gather);
}

static const char *check_log(uint64_t arg, const struct bench_hooks *h)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < nr_pages / 64; i++)
		if (result != HV_OK || dirty_log[i] != ~HV_U64(0))
			return "a dirty page is not in the log";
	return h->tlbi_vmid == 1 && h->tlbi_ipa + h->tlbi_range + h->tlbi_s1 == 0 ? NULL : "invalidation";
}

/* ---- walk ------------------------------------------------------------------------------------------------ */

static void walk(uint64_t base)
{
	struct hv_s2_leaf leaf;
	uint64_t i, sum = 0;

	for (i = 0; i < NR_RANDOM; i++) {
		if (hv_s2_lookup(&s2, hv_ipa(base + order[i] * page), &leaf) == HV_OK)
			sum += leaf.pa.v;
	}
	found = sum;
}

static void run_walk(uint64_t arg)
{
	(void)arg;
	walk(IPA);
}

static void run_walk_hole(uint64_t arg)
{
	(void)arg;
	walk(IPA + HV_GIB(1));
}

static const char *check_walk(uint64_t arg, const struct bench_hooks *h)
{
	uint64_t i, sum = 0;

	(void)h;
	for (i = 0; i < NR_RANDOM; i++)
		sum += pa_of(ARG_LEAF(arg)) + order[i] * page;
	return found == sum ? NULL : "wrong address";
}

static const char *check_hole(uint64_t arg, const struct bench_hooks *h)
{
	struct hv_s2_leaf leaf;

	(void)arg;
	(void)h;
	return hv_s2_lookup(&s2, hv_ipa(IPA + HV_GIB(1)), &leaf) == HV_OK && !leaf.mapped ? NULL : "not a hole";
}

/* ---- the end, and running out ---------------------------------------------------------------------------- */

static void run_teardown(uint64_t arg)
{
	(void)arg;
	hv_s2_destroy(&s2, &pool);
}

static const char *check_teardown(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	return pool.nr_free == 1000 && h->tlbi_vmid <= 1 && h->tlbi_ipa + h->tlbi_range == 0 ? NULL : "tables";
}

static void setup_oom(uint64_t arg)
{
	setup_empty(arg);
	make_pool(tables_of_pages() - 1);
}

static const char *check_oom(uint64_t arg, const struct bench_hooks *h)
{
	struct hv_s2_leaf leaf;

	(void)arg;
	if (result != HV_ENOMEM || gather.nr_missing != 1 || pool.nr_free != nr_pool)
		return "missing pages";
	if (hv_s2_lookup(&s2, hv_ipa(IPA), &leaf) != HV_OK || leaf.desc != 0)
		return "something changed";
	return h->ptewr == 0 ? NULL : "something was written";
}

/* ---- the table ------------------------------------------------------------------------------------------- */

#define GIB_4K 262144u

const struct bench benches[] = {
	{ "s2.map.4k.each", "4k", GIB_4K, ARG(W_4K, L_PAGE), setup_empty, run_map_each, check_map_each },
	{ "s2.map.4k.each.random", "4k", GIB_4K, ARG(W_4K, L_PAGE), setup_empty_random, run_map_random,
	  check_map_each },
	{ "s2.map.1g", "4k", 1, ARG(W_4K, L_1G), setup_empty, run_map, check_map_blocks },
	{ "s2.map.2m", "4k", 1, ARG(W_4K, L_2M), setup_empty, run_map, check_map_blocks },
	{ "s2.map.4k", "4k", 1, ARG(W_4K, L_PAGE), setup_empty, run_map, check_map_pages },
	{ "s2.unmap.4k", "4k", 1, ARG(W_4K, L_PAGE), setup_mapped, run_unmap, check_unmap },
	{ "s2.unmap.2m", "4k", 1, ARG(W_4K, L_2M), setup_mapped, run_unmap, check_unmap },
	{ "s2.unmap.4k.each", "4k", GIB_4K, ARG(W_4K, L_PAGE), setup_mapped, run_unmap_each, check_unmap_each },
	{ "s2.unmap.half-block", "4k", NR_BLOCKS, ARG(W_4K, L_2M), setup_mapped, run_unmap_half_block,
	  check_half_block },
	{ "s2.split.page", "4k", NR_BLOCKS, ARG(W_4K, L_2M), setup_mapped, run_split, check_split },
	{ "s2.split.1g.page", "4k", 1, ARG(W_4K, L_1G), setup_mapped, run_split_1g, check_split_1g },
	{ "s2.walk.4k", "4k", NR_RANDOM, ARG(W_4K, L_PAGE), setup_mapped_random, run_walk, check_walk },
	{ "s2.walk.2m", "4k", NR_RANDOM, ARG(W_4K, L_2M), setup_mapped_random, run_walk, check_walk },
	{ "s2.walk.hole", "4k", NR_RANDOM, ARG(W_4K, L_2M), setup_mapped_random, run_walk_hole, check_hole },
	{ "s2.wp.4k", "4k", 1, ARG(W_4K, L_PAGE), setup_mapped, run_write_protect, check_write_protect },
	{ "s2.wp.2m", "4k", 1, ARG(W_4K, L_2M), setup_mapped, run_write_protect, check_write_protect },
	{ "s2.wp.4k.hd", "4k", 1, ARG(W_4K_DIRTY, L_PAGE), setup_mapped, run_write_protect, check_write_protect },
	{ "s2.wp.mixed", "4k", 1, ARG(W_4K, L_PAGE), setup_mixed, run_write_protect, check_mixed },
	{ "s2.age.1g", "4k", 1, ARG(W_4K, L_PAGE), setup_mapped, run_age, check_age },
	{ "s2.log.4k", "4k", 1, ARG(W_4K, L_PAGE), setup_log, run_log, check_log },
	{ "s2.log.4k.hd", "4k", 1, ARG(W_4K_DIRTY, L_PAGE), setup_log, run_log, check_log },
	{ "s2.dirty.page", "4k", NR_RANDOM, ARG(W_4K, L_PAGE), setup_protected_random, run_dirty, check_dirty },
	{ "s2.teardown.4k", "4k", 1, ARG(W_4K, L_PAGE), setup_mapped, run_teardown, check_teardown },
	{ "s2.teardown.2m", "4k", 1, ARG(W_4K, L_2M), setup_mapped, run_teardown, check_teardown },
	{ "s2.oom.mid-range", "4k", 1, ARG(W_4K, L_PAGE), setup_oom, run_map, check_oom },

	{ "s2.unmap.4k", "v8.0", 1, ARG(W_4K_V80, L_PAGE), setup_mapped, run_unmap, check_unmap },
	{ "s2.split.page", "v8.0", NR_BLOCKS, ARG(W_4K_V80, L_2M), setup_mapped, run_split, check_split },
	{ "s2.map.4k", "4k-48bit", 1, ARG(W_4K_48, L_PAGE), setup_empty, run_map, check_map_pages },
	{ "s2.walk.4k", "4k-48bit", NR_RANDOM, ARG(W_4K_48, L_PAGE), setup_mapped_random, run_walk, check_walk },
	{ "s2.map.4k", "4k-lpa2", 1, ARG(W_4K_LPA2, L_PAGE), setup_empty, run_map, check_map_pages },
	{ "s2.walk.4k", "4k-lpa2", NR_RANDOM, ARG(W_4K_LPA2, L_PAGE), setup_mapped_random, run_walk, check_walk },
	{ "s2.map.16k", "16k", 1, ARG(W_16K, L_PAGE), setup_empty, run_map, check_map_pages },
	{ "s2.walk.16k", "16k", NR_RANDOM, ARG(W_16K, L_PAGE), setup_mapped_random, run_walk, check_walk },
	{ "s2.unmap.16k", "16k", 1, ARG(W_16K, L_PAGE), setup_mapped, run_unmap, check_unmap },
	{ "s2.map.64k", "64k", 1, ARG(W_64K, L_PAGE), setup_empty, run_map, check_map_pages },
	{ "s2.walk.64k", "64k", NR_RANDOM, ARG(W_64K, L_PAGE), setup_mapped_random, run_walk, check_walk },
	{ "s2.unmap.64k", "64k", 1, ARG(W_64K, L_PAGE), setup_mapped, run_unmap, check_unmap },
};

const uint32_t nr_benches = HV_ARRAY_SIZE(benches);
