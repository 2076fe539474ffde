/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * cache.c - cache maintenance by address, TLB invalidation: the link-time part of the backend contract.
 */
#include "cpu.h"
#include "regs.h"

static uint64_t dcache_line(void)
{
	return HV_U64(4) << HV_FIELD(bm_read(ctr_el0), 19, 16);
}

static uint64_t icache_line(void)
{
	return HV_U64(4) << HV_FIELD(bm_read(ctr_el0), 3, 0);
}

/*
 * Do @op for each line that has a byte in [start, start + size), once. What remains is counted in lines, so a range up to the
 * very top of the address space ends (CM-01, CM-02). Four at a time: a guest's kernel has half a million lines.
 */
#define for_each_line(op, start, size, line)                                                                           \
	do {                                                                                                           \
		uint64_t va_ = hv_align_down((start), (line));                                                         \
		uint64_t left_ = (size) ? ((start)-va_ + (size)-1) / (line) + 1 : 0;                                   \
		for (; left_ >= 4; left_ -= 4) {                                                                       \
			__asm__ volatile(op ", %0\n\tadd %0, %0, %1\n\t" op ", %0\n\tadd %0, %0, %1\n\t" op            \
					    ", %0\n\tadd %0, %0, %1\n\t" op ", %0\n\tadd %0, %0, %1"                   \
					 : "+r"(va_)                                                                   \
					 : "r"(line)                                                                   \
					 : "memory");                                                                  \
		}                                                                                                      \
		for (; left_ > 0; left_--, va_ += (line))                                                              \
			__asm__ volatile(op ", %0" : : "r"(va_) : "memory");                                           \
	} while (0)

void hv_be_dcache_clean_inval_poc(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	uint64_t line = dcache_line();

	(void)ctx;
	for_each_line("dc civac", pa.v, size, line);
	bm_dsb(sy);
}

void bm_dcache_clean_poc(const void *start, uint64_t size)
{
	uint64_t line = dcache_line();

	for_each_line("dc cvac", (uint64_t)(uintptr_t)start, size, line);
	bm_dsb(sy);
}

/* Field widths of CCSIDR_EL1 for one level: the wide form comes with FEAT_CCIDX. */
static void clean_inval_level(uint32_t level, bool ccidx)
{
	uint64_t ccsidr, ways, sets, way, set;
	uint32_t line_shift, way_shift;

	bm_write(csselr_el1, level << 1);
	bm_isb();
	ccsidr = bm_read(ccsidr_el1);
	line_shift = (uint32_t)HV_FIELD(ccsidr, 2, 0) + 4;
	ways = ccidx ? HV_FIELD(ccsidr, 23, 3) : HV_FIELD(ccsidr, 12, 3);
	sets = ccidx ? HV_FIELD(ccsidr, 55, 32) : HV_FIELD(ccsidr, 27, 13);
	way_shift = ways ? (uint32_t)__builtin_clz((uint32_t)ways) : 0;
	for (way = 0; way <= ways; way++)
		for (set = 0; set <= sets; set++)
			__asm__ volatile("dc cisw, %0"
					 :
					 : "r"(way << way_shift | set << line_shift | level << 1)
					 : "memory");
}

/*
 * By set and way, which is right only here: one CPU runs, its caches are off, no other has started. What an earlier stage left dirty must not
 * be evicted over a guest that starts with its caches off (CM-05); guests' RAM is never written by us but through
 * hv_be_dcache_clean_inval_poc().
 */
void bm_dcache_flush_at_boot(void)
{
	uint64_t clidr = bm_read(clidr_el1);
	bool ccidx = HV_FIELD(bm_read(ID_AA64MMFR2_EL1), 23, 20) != 0;
	uint32_t level;

	bm_dsb(sy);
	for (level = 0; level < HV_FIELD(clidr, 26, 24); level++)
		if (HV_FIELD(clidr >> (3 * level), 2, 0) >= 2)
			clean_inval_level(level, ccidx);
	bm_dsb(sy);
	bm_isb();
}

#define CTR_IDC HV_BIT(28)
#define CTR_DIC HV_BIT(29)

void hv_be_icache_inval_pou(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	uint64_t ctr = bm_read(ctr_el0), line = dcache_line();

	(void)ctx;
	if (!(ctr & CTR_IDC))
		for_each_line("dc cvau", pa.v, size, line);
	bm_dsb(ish);
	/* By address only a PIPT cache is covered for the guest's addresses too: all of it, on all CPUs. */
	if (!(ctr & CTR_DIC)) {
		if (HV_FIELD(ctr, 15, 14) == 3) {
			line = icache_line();
			for_each_line("ic ivau", pa.v, size, line);
		} else {
			__asm__ volatile("ic ialluis" : : : "memory");
		}
		bm_dsb(ish);
	}
	bm_isb();
}

void hv_bm_icache_inval_all(void)
{
	bm_dsb(ish);
	__asm__ volatile("ic ialluis" : : : "memory");
	bm_dsb(ish);
	bm_isb();
}

/* TLBI RIPAS2*IS: FEAT_TLBIRANGE, unknown to an assembler for ARMv8.0. */
static void tlbi_one(const struct hv_tlbi *op)
{
	switch (op->op) {
	case HV_TLBI_IPAS2E1IS:
		__asm__ volatile("tlbi ipas2e1is, %0" : : "r"(op->xt) : "memory");
		break;
	case HV_TLBI_IPAS2LE1IS:
		__asm__ volatile("tlbi ipas2le1is, %0" : : "r"(op->xt) : "memory");
		break;
	case HV_TLBI_RIPAS2E1IS:
		__asm__ volatile("sys #4, c8, c0, #2, %0" : : "r"(op->xt) : "memory");
		break;
	case HV_TLBI_RIPAS2LE1IS:
		__asm__ volatile("sys #4, c8, c0, #6, %0" : : "r"(op->xt) : "memory");
		break;
	case HV_TLBI_VMALLE1IS:
		__asm__ volatile("tlbi vmalle1is" : : : "memory");
		break;
	case HV_TLBI_VMALLS12E1IS:
		__asm__ volatile("tlbi vmalls12e1is" : : : "memory");
		break;
	case HV_TLBI_VMALLS12E1:
		__asm__ volatile("tlbi vmalls12e1" : : : "memory");
		break;
	case HV_TLBI_ALLE1IS:
		__asm__ volatile("tlbi alle1is" : : : "memory");
		break;
	}
}

static bool by_ipa(enum hv_tlbi_op op)
{
	return op <= HV_TLBI_RIPAS2LE1IS;
}

/* Stage-2 entries must be gone before entries that combine both stages are: a walk in between could make a new one. */
static void tlbi_all(const struct hv_tlbi *ops, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (i > 0 && by_ipa(ops[i - 1].op) && !by_ipa(ops[i].op))
			bm_dsb(ish);
		tlbi_one(&ops[i]);
	}
	if (nr == 1 && ops[0].op == HV_TLBI_VMALLS12E1)
		bm_dsb(nsh);
	else
		bm_dsb(ish);
}

/*
 * TLBI works on the VMID in VTTBR_EL2. With another VM's there, a speculative stage-1 walk with the loaded guest's tables would fill that
 * VM's TLB on CPUs with the speculative-AT errata: walks are closed first (TLB-13).
 */
void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	uint64_t vtcr = bm_read(vtcr_el2), vttbr = bm_read(vttbr_el2), tcr = 0;
	bool foreign = vttbr != regime->vttbr || vtcr != regime->vtcr;
	uint32_t errata = hv_bm_errata();

	(void)ctx;
	bm_dsb(ishst);
	if (foreign) {
		if (errata & HV_BM_ERRATUM_SPECULATIVE_AT) {
			tcr = bm_read(tcr_el1);
			bm_write(tcr_el1, tcr | TCR_EPD);
			bm_isb();
		}
		bm_write(vtcr_el2, regime->vtcr);
		bm_write(vttbr_el2, regime->vttbr);
		bm_isb();
	}
	tlbi_all(ops, nr);
	if (errata & HV_BM_ERRATUM_REPEAT_TLBI)
		tlbi_all(ops, nr);
	if (foreign) {
		bm_write(vttbr_el2, vttbr);
		bm_write(vtcr_el2, vtcr);
		bm_isb();
		if (errata & HV_BM_ERRATUM_SPECULATIVE_AT)
			bm_write(tcr_el1, tcr);
	}
	bm_isb();
}
