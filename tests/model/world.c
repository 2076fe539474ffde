/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* world.c - see world.h. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void world_fail(const struct world *w, const char *what, uint64_t a, uint64_t b)
{
	if (w->bail != NULL)
		longjmp(*w->bail, 1);
	fprintf(stderr, "%s, op %llu (%s): %s: 0x%llx 0x%llx\n", w->config->name, (unsigned long long)w->op,
		w->doing == NULL ? "" : w->doing, what, (unsigned long long)a, (unsigned long long)b);
	exit(1);
}

static void world_judge(const struct world *w, uint64_t reports)
{
	if (reports == 0 || w->deaf)
		return;
	if (w->bail == NULL)
		hv_host_tlb_print(hv_host_tlb_first(w->host));
	world_fail(w, "the TLB oracle objects", reports, 0);
}

static uint64_t pa_range(uint32_t bits)
{
	static const uint8_t size[7] = { 32, 36, 40, 42, 44, 48, 52 };
	uint64_t i = 0;

	while (size[i] < bits)
		i++;
	return i;
}

struct hv_s2_feat world_feat(uint32_t cpu, uint32_t pa_bits)
{
	struct hv_s2_feat feat = { 0 };
	uint64_t tgran = (cpu & CPU_LPA2) != 0 ? 3 : 2;

	feat.id_aa64mmfr0 = pa_range(pa_bits) | HV_PREP(tgran, 43, 40) | HV_PREP(2, 39, 36) | HV_PREP(tgran, 35, 32);
	if ((cpu & CPU_LPA2) != 0)
		feat.id_aa64mmfr0 |= HV_PREP(1, 31, 28) | HV_PREP(2, 23, 20);
	else
		feat.id_aa64mmfr0 |= HV_PREP(1, 23, 20);
	feat.id_aa64mmfr1 = HV_PREP((cpu & CPU_HAFDBS) != 0 ? 2 : 0, 3, 0) |
			    HV_PREP((cpu & CPU_VMID16) != 0 ? 2 : 0, 7, 4) | HV_PREP((cpu & CPU_XNX) != 0, 31, 28);
	feat.id_aa64mmfr2 = HV_PREP((cpu & CPU_BBM2) != 0   ? 2
				    : (cpu & CPU_BBM1) != 0 ? 1
							    : 0,
				    55, 52) |
			    HV_PREP((cpu & CPU_TTL) != 0, 51, 48) | HV_PREP((cpu & CPU_FWB) != 0, 43, 40) |
			    HV_PREP((cpu & CPU_TTST) != 0, 31, 28);
	feat.id_aa64isar0 = HV_PREP((cpu & CPU_TLBIRANGE) != 0 ? 2 : 1, 59, 56);
	return feat;
}

uint64_t world_random(struct world *w, uint64_t below)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (w->random >> 11) % below;
}

uint64_t world_page_bytes(const struct world *w)
{
	return HV_U64(1) << w->geo.granule_shift;
}

static hv_pa_t another_page(struct world *w)
{
	hv_pa_t page;

	if (hv_pool_take(&w->side, &page) != HV_OK)
		page = hv_host_alloc(w->host, world_page_bytes(w), world_page_bytes(w));
	memset(hv_be_va(w->host, page), 0xa5, world_page_bytes(w)); /* a page comes with anything in it */
	return page;
}

void world_give(struct world *w, uint64_t nr)
{
	w->nr_given += nr;
	while (nr-- > 0)
		hv_pool_put(&w->pool, another_page(w));
}

void world_starve(struct world *w, uint64_t keep)
{
	hv_pa_t page;

	while (w->pool.nr_free > keep && hv_pool_take(&w->pool, &page) == HV_OK) {
		hv_pool_put(&w->side, page);
		w->nr_given--;
	}
}

/* Windows of the flat map at the bottom, in the middle and at the top of the address space. */
static void open_windows(struct world *w)
{
	uint64_t all = HV_U64(1) << (w->geo.ipa_bits - w->geo.granule_shift), bytes = world_page_bytes(w);
	uint32_t i;

	w->pages = w->config->pages;
	w->nr_windows = WORLD_WINDOWS;
	if ((uint64_t)w->pages * WORLD_WINDOWS > all) {
		w->nr_windows = 1;
		w->pages = all < w->pages * 2 ? (uint32_t)all : w->pages;
	}
	w->window[0] = 0;
	w->window[1] = (all / 2 - w->pages / 2) * bytes;
	w->window[2] = (all - w->pages) * bytes;
	for (i = 0; i < w->nr_windows; i++)
		w->page[i] = calloc(w->pages, sizeof(struct page));
}

static void attach_oracle(struct world *w, uint32_t cpu)
{
	struct hv_host_tlb_config config = { .nr_cpus = 4 };

	w->cpu = (struct hv_host_cpu){ .pa_bits = (uint8_t)w->config->pa_bits,
				       .lpa = w->config->pa_bits == 52,
				       .lpa2 = (cpu & CPU_LPA2) != 0,
				       .ttst = (cpu & CPU_TTST) != 0,
				       .xnx = (cpu & CPU_XNX) != 0,
				       .fwb = (cpu & CPU_FWB) != 0,
				       .hafdbs = (cpu & CPU_HAFDBS) != 0 };
	config.cpu = w->cpu;
	config.ttl = (cpu & CPU_TTL) != 0;
	config.tlbi_range = (cpu & CPU_TLBIRANGE) != 0;
	config.bbm = (cpu & CPU_BBM2) != 0 ? 2 : (cpu & CPU_BBM1) != 0 ? 1 : 0;
	hv_host_tlb_attach(w->host, &config);
	hv_host_tlb_watch(w->host, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2));
}

void world_open(struct world *w, const struct world_config *config, uint64_t seed, uint64_t pool_pages)
{
	const struct hv_s2_config c = { .config_bytes = sizeof(c),
					.granule = config->granule,
					.ipa_bits = config->ipa_bits };
	const struct hv_s2_feat feat = world_feat(config->cpu, config->pa_bits);
	enum hv_s2_why why;
	hv_pa_t root;

	memset(w, 0, sizeof(*w));
	w->config = config;
	w->random = seed * HV_U64(0x9e3779b97f4a7c15) | 1;
	w->host = hv_host_create();
	if (hv_s2_geometry(&w->geo, &c, &feat, &why) != HV_OK)
		world_fail(w, hv_s2_why_text(why), config->ipa_bits, config->cpu);
	root = hv_host_alloc(w->host, w->geo.root_bytes, w->geo.root_align);
	memset(hv_be_va(w->host, root), 0xa5, w->geo.root_bytes);
	if (hv_s2_init(&w->s2, &w->geo, w->host, root, (uint16_t)(1 + seed % 255)) != HV_OK)
		world_fail(w, "init", root.v, w->geo.root_align);
	hv_pool_init(&w->pool, w->host);
	hv_pool_init(&w->side, w->host);
	hv_s2_gather_init(&w->gather, &w->s2, &w->pool);
	open_windows(w);
	attach_oracle(w, config->cpu);
	world_give(w, pool_pages);
}

void world_drop(struct world *w)
{
	uint32_t i;

	for (i = 0; i < w->nr_windows; i++)
		free(w->page[i]);
	hv_host_destroy(w->host);
}

void world_close(struct world *w)
{
	w->doing = "destroy";
	world_settle(w);
	hv_host_tlb_unwatch(w->host, hv_s2_vttbr(&w->s2));
	hv_s2_destroy(&w->s2, &w->pool);
	world_judge(w, hv_host_tlb_check(w->host));
	world_judge(w, hv_host_tlb_check_pool(w->host, &w->pool));
	if (w->pool.nr_free != w->nr_given)
		world_fail(w, "pages lost", w->pool.nr_free, w->nr_given);
	world_drop(w);
}

void world_settle(struct world *w)
{
	hv_s2_settle(&w->s2, &w->gather);
	w->settled = true;
	world_judge(w, hv_host_tlb_check(w->host));
}

/* ---- the walker's view ---------------------------------------------------------------------------------- */

static uint8_t wanted_attr(uint32_t prot)
{
	switch (prot & HV_S2_MEM_MASK) {
	case HV_S2_MEM_NORMAL_WB:
		return 0xff;
	case HV_S2_MEM_NORMAL_NC:
		return 0x44;
	case HV_S2_MEM_DEVICE_nGnRnE:
		return 0x00;
	case HV_S2_MEM_DEVICE_nGnRE:
		return 0x04;
	case HV_S2_MEM_DEVICE_nGRE:
		return 0x08;
	default:
		return 0x0c;
	}
}

static uint8_t wanted_sh(const struct world *w, uint32_t prot)
{
	if ((prot & HV_S2_MEM_MASK) != HV_S2_MEM_NORMAL_WB)
		return 2;
	if (w->geo.lpa2)
		return 3;
	return (prot & HV_S2_SH_MASK) == HV_S2_SH_INNER ? 3 : (prot & HV_S2_SH_MASK) == HV_S2_SH_OUTER ? 2 : 0;
}

static enum hv_host_fault wanted_fault(const struct world *w, const struct page *page, uint32_t access)
{
	if (page->old && !w->geo.hw_af)
		return HV_HOST_FAULT_ACCESS;
	return (page->prot & access) != 0 ? HV_HOST_NO_FAULT : HV_HOST_FAULT_PERMISSION;
}

static void check_mapped(struct world *w, const struct page *page, uint64_t ipa)
{
	static const uint32_t access[4] = { HV_HOST_READ, HV_HOST_WRITE, HV_HOST_FETCH, HV_HOST_FETCH | HV_HOST_EL0 };
	static const uint32_t bit[4] = { HV_S2_R, HV_S2_W, HV_S2_X_EL1, HV_S2_X_EL0 };
	uint32_t turn = w->turn++ % 4;
	struct hv_host_walk walk;

	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), ipa, access[turn], &walk);
	if (!walk.leaf || walk.oa != page->pa)
		world_fail(w, "walks elsewhere", ipa, walk.oa);
	if (walk.fault != wanted_fault(w, page, bit[turn]))
		world_fail(w, "access is judged wrongly", ipa, walk.desc);
	if (walk.attr != wanted_attr(page->prot) || walk.sh != wanted_sh(w, page->prot))
		world_fail(w, "memory type", ipa, walk.desc);
	if (HV_FIELD(walk.desc, 58, 55) != (page->prot & HV_S2_SW_MASK) >> HV_S2_SW_SHIFT)
		world_fail(w, "software bits", ipa, walk.desc);
	if (page->clean && (walk.desc & (HV_BIT(51) | HV_BIT(7))) != HV_BIT(51))
		world_fail(w, "clean page", ipa, walk.desc);
	if ((walk.desc & HV_BIT(10)) != (page->old ? 0 : HV_BIT(10)))
		world_fail(w, "access flag", ipa, walk.desc);
}

static void check_lookup(struct world *w, const struct page *page, uint64_t ipa)
{
	struct hv_s2_leaf leaf;

	if (hv_s2_lookup(&w->s2, hv_ipa(ipa), &leaf) != HV_OK || leaf.mapped != page->mapped ||
	    ipa - leaf.base.v >= leaf.size)
		world_fail(w, "lookup", ipa, leaf.desc);
	if (leaf.mapped && (leaf.pa.v != page->pa || leaf.af == page->old ||
			    (leaf.prot & ~HV_S2_SH_MASK) != (page->prot & ~HV_S2_SH_MASK)))
		world_fail(w, "lookup of a leaf", ipa, leaf.prot);
}

void world_check_at(struct world *w, uint64_t ipa, const struct page *want)
{
	struct hv_host_walk walk;

	check_lookup(w, want, ipa);
	if (want->mapped) {
		check_mapped(w, want, ipa);
		return;
	}
	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), ipa, HV_HOST_READ, &walk);
	if (walk.fault != HV_HOST_FAULT_TRANSLATION || walk.desc != 0)
		world_fail(w, "hole is not empty", ipa, walk.desc); /* S2-04 */
}

void world_check_page(struct world *w, uint32_t window, uint32_t page)
{
	world_check_at(w, w->window[window] + page * world_page_bytes(w), &w->page[window][page]);
}

void world_check_range(struct world *w, uint32_t window, uint32_t first, uint32_t nr)
{
	uint32_t i;

	if (first > 0)
		world_check_page(w, window, first - 1);
	if (first + nr < w->pages)
		world_check_page(w, window, first + nr);
	world_check_page(w, window, first);
	world_check_page(w, window, first + nr - 1);
	for (i = 0; i < 4 && nr > 2; i++)
		world_check_page(w, window, first + (uint32_t)world_random(w, nr));
}

void world_check_all(struct world *w)
{
	uint32_t i, j;
	uint64_t tables = world_count_tables(w);

	for (i = 0; i < w->nr_windows; i++)
		for (j = 0; j < w->pages; j++)
			world_check_page(w, i, j);
	if (tables + w->pool.nr_free + w->gather.freed.nr_free != w->nr_given)
		world_fail(w, "pages lost", tables, w->pool.nr_free);
	world_judge(w, hv_host_tlb_check_pool(w->host, &w->pool));
}

/* ---- the number of tables ------------------------------------------------------------------------------- */

uint64_t world_next_table(const struct world *w, uint64_t desc)
{
	uint64_t address = desc & HV_MASK(47, 0) & ~(world_page_bytes(w) - 1);

	if (w->geo.lpa2)
		return address | (desc & HV_MASK(49, 48)) | HV_FIELD(desc, 9, 8) << 50;
	return w->geo.pa52 ? address | HV_FIELD(desc, 15, 12) << 48 : address;
}

static uint64_t count_below(struct world *w, uint64_t table, uint64_t entries, int level)
{
	const uint64_t *entry = hv_be_va(w->host, hv_pa(table));
	uint64_t i, nr = 0;

	for (i = 0; i < entries && level < 3; i++)
		if ((entry[i] & 3) == 3)
			nr += 1 + count_below(w, world_next_table(w, entry[i]), world_page_bytes(w) / 8, level + 1);
	return nr;
}

uint64_t world_count_tables(struct world *w)
{
	return count_below(w, w->s2.root.v, w->geo.root_bytes / 8, w->geo.start_level);
}
