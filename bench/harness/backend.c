/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * backend.c - the functions of the bench backend. Barriers are real; TLB and cache operations are only counted: the program
 * may run at EL1, where stage-2 invalidations are UNDEFINED, and their cost is the hardware's.
 */
#include <hv/backend.h>

static uint64_t *counter_of(enum hv_tlbi_op op)
{
	switch (op) {
	case HV_TLBI_IPAS2E1IS:
	case HV_TLBI_IPAS2LE1IS:
		return &bench_hooks.tlbi_ipa;
	case HV_TLBI_RIPAS2E1IS:
	case HV_TLBI_RIPAS2LE1IS:
		return &bench_hooks.tlbi_range;
	case HV_TLBI_VMALLE1IS:
		return &bench_hooks.tlbi_s1;
	case HV_TLBI_VMALLS12E1IS:
	case HV_TLBI_VMALLS12E1:
	case HV_TLBI_ALLE1IS:
		break;
	}
	return &bench_hooks.tlbi_vmid;
}

void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	unsigned int i;

	(void)regime;
	hv_be_dsb_ishst(ctx);
	for (i = 0; i < nr; i++) {
		if (ops[i].op == HV_TLBI_VMALLE1IS && i > 0)
			hv_be_dsb_ish(ctx);
		++*counter_of(ops[i].op);
	}
	hv_be_dsb_ish(ctx);
	hv_be_isb(ctx);
}

void hv_be_dcache_clean_inval_poc(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	(void)pa;
	(void)size;
	bench_hooks.dc++;
	hv_be_dsb_ish(ctx);
}

void hv_be_icache_inval_pou(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	(void)pa;
	(void)size;
	bench_hooks.ic++;
	hv_be_dsb_ish(ctx);
	hv_be_isb(ctx);
}
