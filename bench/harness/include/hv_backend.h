/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_backend.h (bench) - a backend that is as thin as firmware at EL2, or, with HV_BENCH_HOOKS, counts what the core asks for.
 *
 * Instructions are counted in a program built without HV_BENCH_HOOKS, so that no counter is on the counted path;
 * descriptor accesses and barriers are counted in a second program built with it from the same sources. What is a
 * function anyway (TLB and cache maintenance) counts in both.
 */
#ifndef HV_BACKEND_BENCH_H
#define HV_BACKEND_BENCH_H

#include <hv/types.h>

/* One machine, physical addresses are virtual ones. */
typedef unsigned char hv_ctx_t;

HV_INLINE void *hv_be_va(hv_ctx_t ctx, hv_pa_t pa)
{
	(void)ctx;
	return (void *)(uintptr_t)pa.v;
}

/* What the core did, as far as hardware would have noticed. */
struct bench_hooks {
	uint64_t ptewr, pterd;                    /* descriptors */
	uint64_t tlbi_ipa, tlbi_range, tlbi_vmid; /* TLBI IPAS2*, RIPAS2*, VMALLS12* */
	uint64_t tlbi_s1;                         /* TLBI VMALLE1* */
	uint64_t dsb, isb;
	uint64_t dc, ic;         /* calls for cache maintenance */
	uint64_t tables;         /* table pages taken from the pool and not given back */
	uint64_t ich_rd, ich_wr; /* ICH_*_EL2 accesses that hv/vgic.h asks of a backend */
	uint64_t ipi;            /* vCPUs to kick */
};

#ifdef __cplusplus
extern "C" {
#endif
extern struct bench_hooks bench_hooks;
#ifdef __cplusplus
}
#endif

#ifdef HV_BENCH_HOOKS
#define BENCH_COUNT(what) ((void)bench_hooks.what++)
#else
#define BENCH_COUNT(what) ((void)0)
#endif

#ifdef __aarch64__
#define BENCH_INSN(insn) __asm__ volatile(insn ::: "memory")
#else
#define BENCH_INSN(insn) __atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

#define hv_be_dsb_ishst hv_be_dsb_ishst
HV_INLINE void hv_be_dsb_ishst(hv_ctx_t ctx)
{
	(void)ctx;
	BENCH_COUNT(dsb);
	BENCH_INSN("dsb ishst");
}

#define hv_be_dsb_ish hv_be_dsb_ish
HV_INLINE void hv_be_dsb_ish(hv_ctx_t ctx)
{
	(void)ctx;
	BENCH_COUNT(dsb);
	BENCH_INSN("dsb ish");
}

#define hv_be_isb hv_be_isb
HV_INLINE void hv_be_isb(hv_ctx_t ctx)
{
	(void)ctx;
	BENCH_COUNT(isb);
	BENCH_INSN("isb");
}

#ifdef HV_BENCH_HOOKS
#define hv_be_desc_load hv_be_desc_load
HV_INLINE uint64_t hv_be_desc_load(hv_ctx_t ctx, const uint64_t *desc)
{
	(void)ctx;
	BENCH_COUNT(pterd);
	return __atomic_load_n(desc, __ATOMIC_RELAXED);
}

#define hv_be_desc_store hv_be_desc_store
HV_INLINE void hv_be_desc_store(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	(void)ctx;
	BENCH_COUNT(ptewr);
	__atomic_store_n(desc, value, __ATOMIC_RELAXED);
}

#define hv_be_desc_store_release hv_be_desc_store_release
HV_INLINE void hv_be_desc_store_release(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	(void)ctx;
	BENCH_COUNT(ptewr);
	__atomic_store_n(desc, value, __ATOMIC_RELEASE);
}

#define hv_be_desc_cas hv_be_desc_cas
HV_INLINE uint64_t hv_be_desc_cas(hv_ctx_t ctx, uint64_t *desc, uint64_t expected, uint64_t value)
{
	(void)ctx;
	BENCH_COUNT(ptewr);
	(void)__atomic_compare_exchange_n(desc, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return expected;
}

#define hv_be_desc_init hv_be_desc_init
HV_INLINE void hv_be_desc_init(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	(void)ctx;
	BENCH_COUNT(ptewr);
	*desc = value;
}
#endif /* HV_BENCH_HOOKS */

/* The lock of firmware (backends/baremetal): an uncontended one costs here what it costs there. */
typedef struct {
	uint32_t held;
} hv_lock_t;

HV_INLINE void hv_lock_init(hv_lock_t *lock)
{
	lock->held = 0;
}

HV_INLINE void hv_lock(hv_lock_t *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		;
}

HV_INLINE void hv_unlock(hv_lock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif /* HV_BACKEND_BENCH_H */
