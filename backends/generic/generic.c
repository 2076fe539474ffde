/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* generic.c - the link-time half of the backend contract, handed on to the embedder's hv_port_* functions. */
#include <hv/backend.h>

void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	hv_port_tlb_invalidate(ctx, regime, ops, nr);
}

void hv_be_dcache_clean_inval_poc(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	hv_port_dcache_clean_inval_poc(ctx, pa.v, size);
}

void hv_be_icache_inval_pou(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	hv_port_icache_inval_pou(ctx, pa.v, size);
}
