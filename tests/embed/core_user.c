/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* A stranger's program on the prebuilt libhv.a: supplies hv_port_* and maps a page. Also compiled as C++17. */
#include <hv/hv.h>

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1 << 20, PAGE_BYTES = 4096 };
static unsigned char *arena;

void *hv_port_va(void *ctx, uint64_t pa)
{
	(void)ctx;
	return arena + pa;
}

void hv_port_dsb_ishst(void *ctx)
{
	(void)ctx;
}

void hv_port_dsb_ish(void *ctx)
{
	(void)ctx;
}

void hv_port_isb(void *ctx)
{
	(void)ctx;
}

void hv_port_tlb_invalidate(void *ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	(void)ctx, (void)regime, (void)ops, (void)nr;
}

void hv_port_dcache_clean_inval_poc(void *ctx, uint64_t pa, uint64_t size)
{
	(void)ctx, (void)pa, (void)size;
}

void hv_port_icache_inval_pou(void *ctx, uint64_t pa, uint64_t size)
{
	(void)ctx, (void)pa, (void)size;
}

uint64_t hv_port_el1_get(const struct hv_el1 *el1, unsigned int reg)
{
	return el1->reg[reg];
}

void hv_port_el1_set(struct hv_el1 *el1, unsigned int reg, uint64_t value)
{
	el1->reg[reg] = value;
}

void hv_port_lock_init(uint64_t lock[2])
{
	lock[0] = 0;
}

void hv_port_lock(uint64_t lock[2])
{
	lock[0]++;
}

void hv_port_unlock(uint64_t lock[2])
{
	lock[0]--;
}

int main(void)
{
	struct hv_s2_config config = {};
	struct hv_s2_feat feat = {};
	struct hv_s2_gather gather;
	struct hv_s2_leaf leaf;
	struct hv_s2_geo geo;
	struct hv_pool pool;
	struct hv_s2 s2;

	arena = (unsigned char *)aligned_alloc(ARENA_BYTES, ARENA_BYTES);
	config.config_bytes = sizeof(config);
	config.granule = HV_S2_4K;
	config.ipa_bits = 40;
	feat.id_aa64mmfr0 = 0x1124; /* Cortex-A57: PARange 44 bits */
	if (hv_s2_geometry(&geo, &config, &feat, NULL) != HV_OK)
		return 1;
	if (hv_s2_init(&s2, &geo, NULL, hv_pa(ARENA_BYTES / 2), 1) != HV_OK)
		return 2;
	hv_pool_init(&pool, NULL);
	hv_pool_put_range(&pool, hv_pa(PAGE_BYTES), PAGE_BYTES, 8);
	hv_s2_gather_init(&gather, &s2, &pool);
	if (hv_s2_map(&s2, hv_ipa(0x40000000), hv_pa(0x80000000), PAGE_BYTES, HV_S2_RWX, &gather) != HV_OK)
		return 3;
	hv_s2_settle(&s2, &gather);
	if (hv_s2_lookup(&s2, hv_ipa(0x40000123), &leaf) != HV_OK || !leaf.mapped || leaf.pa.v != 0x80000123)
		return 4;
	printf("mapped ipa 0x40000000, vtcr 0x%llx\n", (unsigned long long)hv_s2_vtcr(&s2));
	free(arena);
	return 0;
}
