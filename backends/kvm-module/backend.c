/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* backend.c - the link-time half of the backend contract (hv/backend.h) in a kernel module. */
#include <linux/spinlock.h>
#include <asm/barrier.h>
#include <asm/cacheflush.h>
#include <asm/cputype.h>
#include <asm/memory.h>

#include <hv/backend.h>

void hv_kmod_init(struct hv_kmod *machine)
{
	machine->va_offset = PAGE_OFFSET - PHYS_OFFSET;
	machine->nr_tlbi = 0;
	machine->nr_cache = 0;
}

void hv_lock_init(hv_lock_t *lock)
{
	raw_spin_lock_init(&lock->raw);
}

void hv_lock(hv_lock_t *lock)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock->raw, flags);
	lock->flags = flags;
}

void hv_unlock(hv_lock_t *lock)
{
	raw_spin_unlock_irqrestore(&lock->raw, lock->flags);
}

/*
 * Nothing of this module runs at EL2 yet, so no CPU loads these tables and none can have cached them: completing the stores
 * is all there is to do. The operations are counted, so that the self-test sees them asked for.
 */
void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	(void)regime;
	(void)ops;
	ctx->nr_tlbi += nr;
	dsb(ish);
}

/* CTR_EL0.DminLine: log2 of words in the smallest data cache line. */
static uint64_t dcache_line_bytes(void)
{
	return HV_U64(4) << HV_FIELD(read_cpuid_cachetype(), 19, 16);
}

/* The kernel's own loop is not exported. The last line is found from the last byte: the end may be 2^64 (CM-02). */
void hv_be_dcache_clean_inval_poc(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	uint64_t line = dcache_line_bytes(), va, nr;

	ctx->nr_cache++;
	if (size == 0)
		return;
	va = hv_align_down((uint64_t)hv_be_va(ctx, pa), line);
	nr = (((uint64_t)hv_be_va(ctx, pa) + size - 1) - va) / line + 1;
	for (; nr > 0; nr--, va += line)
		asm volatile("dc civac, %0" : : "r"(va) : "memory");
	dsb(sy);
}

void hv_be_icache_inval_pou(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	unsigned long start = (unsigned long)hv_be_va(ctx, pa);

	ctx->nr_cache++;
	if (size != 0)
		caches_clean_inval_pou(start, start + size);
}
