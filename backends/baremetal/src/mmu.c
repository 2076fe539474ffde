/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * mmu.c - EL2's own translation tables: identity, W^X, guard pages, 4 KiB granule, four levels.
 *
 * Entries only ever go from invalid to valid, so no TLB invalidation is needed after the MMU went on. Built by the boot CPU alone. The
 * first part runs with the MMU off.
 */
#include "cpu.h"

#define NR_TABLES 64u
#define ENTRIES   512u

#define DESC_VALID       HV_U64(1)
#define DESC_TABLE       HV_U64(3)
#define DESC_PAGE        HV_U64(3)
#define DESC_BLOCK       HV_U64(1)
#define DESC_ATTR(index) ((uint64_t)(index) << 2)
#define DESC_AP_RES1     HV_BIT(6)
#define DESC_AP_RO       HV_BIT(7)
#define DESC_SH_INNER    HV_PREP(3, 9, 8)
#define DESC_AF          HV_BIT(10)
#define DESC_XN          HV_BIT(54)
#define DESC_ADDR        HV_MASK(47, 12)

/* MAIR_EL2: attribute 0 Normal write-back, attribute 1 Device-nGnRE. */
#define MAIR   HV_U64(0x04ff)
#define NORMAL (DESC_ATTR(0) | DESC_AP_RES1 | DESC_SH_INNER | DESC_AF)
#define DEVICE (DESC_ATTR(1) | DESC_AP_RES1 | DESC_AF | DESC_XN)

#define TCR_RES1           (HV_BIT(31) | HV_BIT(23))
#define TCR_WB_INNER_OUTER (HV_PREP(1, 9, 8) | HV_PREP(1, 11, 10))
#define TCR_SH_INNER       HV_PREP(3, 13, 12)

/* M, C, I, WXN, SA on top of the RES1 bits. */
#define SCTLR_ON ((uint64_t)BM_SCTLR_EL2_OFF | HV_BIT(0) | HV_BIT(2) | HV_BIT(12) | HV_BIT(19) | HV_BIT(3))

#define MAX_PA_BITS 48u

static uint64_t tables[NR_TABLES][ENTRIES] __attribute__((aligned(BM_PAGE)));
static uint32_t nr_used;
static uint32_t pa_bits;

/* ID_AA64MMFR0_EL1.PARange; what we do not know counts as the most that four levels can reach. */
static uint32_t read_pa_bits(void)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
	uint32_t range = (uint32_t)HV_FIELD(bm_read(id_aa64mmfr0_el1), 3, 0);

	return range < HV_ARRAY_SIZE(bits) ? bits[range] : MAX_PA_BITS;
}

/* The table an entry links to, made if there was none; NULL when no page is left or a block is in the way. */
static uint64_t *next_table(uint64_t *entry)
{
	uint64_t *table;

	if ((*entry & DESC_TABLE) == DESC_TABLE)
		return (uint64_t *)(uintptr_t)(*entry & DESC_ADDR);
	if ((*entry & DESC_VALID) || nr_used == NR_TABLES)
		return NULL;
	table = tables[nr_used++];
	bm_dsb(ishst);
	*entry = (uint64_t)(uintptr_t)table | DESC_TABLE;
	return table;
}

static bool covered(uint64_t entry, uint32_t level)
{
	return (entry & DESC_VALID) && (level == 3 || !(entry & 2));
}

/*
 * One step of a mapping: put the largest leaf at @va that fits below @end, or step over what is mapped already.
 * Returns the bytes dealt with, 0 when tables ran out.
 */
static uint64_t map_step(uint64_t va, uint64_t end, uint64_t attr)
{
	uint64_t *table = tables[0];
	uint32_t level;

	for (level = 0; level <= 3; level++) {
		uint32_t shift = 39 - 9 * level;
		uint64_t size = HV_BIT(shift), left = size - (va & (size - 1));
		uint64_t *entry = &table[(va >> shift) & (ENTRIES - 1)];

		if (covered(*entry, level))
			return left < end - va ? left : end - va;
		if (level == 3 || (level > 0 && !(*entry & DESC_VALID) && left == size && size <= end - va)) {
			*entry = va | attr | (level == 3 ? DESC_PAGE : DESC_BLOCK);
			return size;
		}
		table = next_table(entry);
		if (!table)
			return 0;
	}
	return 0;
}

static enum hv_err map(uint64_t base, uint64_t end, uint64_t attr)
{
	uint64_t va = hv_align_down(base, BM_PAGE), step;

	end = hv_align_up(end, BM_PAGE);
	for (; va < end; va += step) {
		step = map_step(va, end, attr);
		if (!step)
			return HV_ENOMEM;
	}
	bm_dsb(ishst);
	bm_isb();
	return HV_OK;
}

static uint64_t attr_of(enum hv_bm_map kind)
{
	switch (kind) {
	case HV_BM_MAP_RAM:
		return NORMAL | DESC_XN;
	case HV_BM_MAP_RAM_RO:
		return NORMAL | DESC_XN | DESC_AP_RO;
	case HV_BM_MAP_DEVICE:
		break;
	}
	return DEVICE;
}

enum hv_err hv_bm_map(uint64_t base, uint64_t size, enum hv_bm_map kind)
{
	if (!hv_range_ok(base, size, HV_BIT(pa_bits)))
		return HV_ERANGE;
	return map(base, base + size, attr_of(kind));
}

/*
 * Everything of the stacks but the guard pages. Guards need an entry that is never filled: hv_bm_map() of the RAM around must
 * not close the hole, so they are mapped with no access at all, which the architecture expresses by the access flag.
 */
static void map_stacks(void)
{
	uint32_t i;

	for (i = 0; i < HV_BM_MAX_CPUS; i++) {
		struct bm_stack *s = &bm_stacks[i];
		uint64_t attr = NORMAL | DESC_XN;
		enum hv_err err;

		err = map((uintptr_t)s->guard, (uintptr_t)s->guard + BM_PAGE, attr & ~DESC_AF);
		if (!err)
			err = map((uintptr_t)s->bytes, (uintptr_t)s->bytes + BM_STACK_BYTES, attr);
		if (!err)
			err = map((uintptr_t)s->panic_guard, (uintptr_t)s->panic_guard + BM_PAGE, attr & ~DESC_AF);
		if (!err)
			err = map((uintptr_t)s->panic_bytes, (uintptr_t)s->panic_bytes + BM_PAGE, attr);
		if (err)
			bm_park();
	}
}

/* The image by its parts, and the registers that will switch it on. The table pool is larger than the largest image needs. */
void bm_mmu_build(struct bm_cpu *cpu)
{
	uint64_t ps;

	nr_used = 1;
	pa_bits = read_pa_bits();
	ps = HV_FIELD(bm_read(id_aa64mmfr0_el1), 3, 0);
	if (map((uintptr_t)bm_image, (uintptr_t)bm_text_end, NORMAL | DESC_AP_RO) ||
	    map((uintptr_t)bm_text_end, (uintptr_t)bm_rodata_end, NORMAL | DESC_AP_RO | DESC_XN) ||
	    map((uintptr_t)bm_rodata_end, (uintptr_t)bm_stacks, NORMAL | DESC_XN))
		bm_park();
	map_stacks();
	cpu->ttbr = (uintptr_t)tables[0];
	cpu->tcr = TCR_RES1 | TCR_WB_INNER_OUTER | TCR_SH_INNER | HV_PREP(ps > 5 ? 5 : ps, 18, 16) | (64 - MAX_PA_BITS);
	cpu->mair = MAIR;
	cpu->sctlr = SCTLR_ON;
}
