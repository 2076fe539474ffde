/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/backend.h - the contract between the core and the machine under it.
 *
 * The core touches no system register, no instruction and no device. What it needs of the machine is listed
 * here. A backend is a folder with one header, <hv_backend.h>, found through the include path, and one or
 * a few source files. The header must define what is marked MUST; whatever else it leaves undefined is filled
 * in below. To override a default, define the function in <hv_backend.h> and the macro of the same name:
 *
 *	#define hv_be_dsb_ish hv_be_dsb_ish
 *	HV_INLINE void hv_be_dsb_ish(hv_ctx_t ctx) { ... }
 *
 * Every function takes the context hv_ctx_t of the machine it acts on, so that two machines can live in one
 * process. docs/architecture.md, "A backend in a page", walks through a port.
 *
 * Inline (hot):
 *   MUST hv_ctx_t                          type; a pointer, or unsigned char where there is one machine
 *   MUST void *hv_be_va(ctx, pa)           where the core may read and write the page at pa
 *   hv_be_desc_load/store/cas              one 64-bit single-copy atomic access to a live descriptor
 *   hv_be_desc_init                        plain store to a descriptor of a table not yet linked
 *   hv_be_dsb_ishst, hv_be_dsb_ish, hv_be_isb
 *   hv_smp_mb                              full barrier between CPUs (kick protocol)
 *   hv_load_acquire_u32, hv_store_release_u32, hv_cas_u32, hv_fetch_or_u32, hv_fetch_and_u32
 *   hv_nospec(index, limit)                index, or 0 where speculation ran past the limit (GIC-60)
 *   hv_lock_t, hv_lock_init, hv_lock, hv_unlock
 *   hv_lock_set_order(lock, order)         locks of a thread are taken in ascending order; for a checker, empty by default
 *   hv_el1_get, hv_el1_set                 EL1 register of the loaded vCPU: live in the CPU, or in its image
 *   hv_trace(event, a, b, c)               integers only; empty by default
 *   HV_BUG_ON(cond)                        our own invariants; never reachable from guest data
 *
 * Link-time (rare and slow anyway), implemented in the backend's source files:
 *   hv_be_tlb_invalidate, hv_be_dcache_clean_inval_poc, hv_be_icache_inval_pou
 *
 * Errors: none of these may fail. Locks: none is taken by the backend on its own.
 */
#ifndef HV_BACKEND_H
#define HV_BACKEND_H

#include <hv/types.h>

/*
 * EL1 registers that belong to a vCPU while it is not loaded on a CPU (world-switch "lazy" set). The order is the
 * order of struct hv_el1 and of the assembly that loads and saves it. Names are Arm's.
 */
enum hv_el1_reg {
	HV_EL1_SCTLR,
	HV_EL1_CPACR,
	HV_EL1_TTBR0,
	HV_EL1_TTBR1,
	HV_EL1_TCR,
	HV_EL1_ESR,
	HV_EL1_FAR,
	HV_EL1_AFSR0,
	HV_EL1_AFSR1,
	HV_EL1_MAIR,
	HV_EL1_AMAIR,
	HV_EL1_VBAR,
	HV_EL1_CONTEXTIDR,
	HV_EL1_TPIDR,
	HV_EL1_TPIDR_EL0,
	HV_EL1_TPIDRRO_EL0,
	HV_EL1_CNTKCTL,
	HV_EL1_PAR,
	HV_EL1_SP_EL0,
	HV_EL1_SP_EL1,
	HV_EL1_ELR,
	HV_EL1_SPSR,
	HV_EL1_CSSELR,
	HV_EL1_MDSCR,
	HV_EL1_ACTLR,
	HV_EL1_NR
};

/** Memory image of the registers above; index with enum hv_el1_reg. */
struct hv_el1 {
	uint64_t reg[HV_EL1_NR];
};

/** One TLB invalidation instruction, already encoded: the operation and its Xt operand. */
enum hv_tlbi_op {
	HV_TLBI_IPAS2E1IS,  /* stage 2 by IPA, any level on the way */
	HV_TLBI_IPAS2LE1IS, /* stage 2 by IPA, last level only */
	HV_TLBI_RIPAS2E1IS, /* the same two by range (FEAT_TLBIRANGE) */
	HV_TLBI_RIPAS2LE1IS,
	HV_TLBI_VMALLE1IS,    /* stage 1 (and combined) entries of the VMID */
	HV_TLBI_VMALLS12E1IS, /* everything of the VMID */
	HV_TLBI_VMALLS12E1,   /* everything of the VMID, this CPU only */
	HV_TLBI_ALLE1IS       /* everything of every VMID */
};

struct hv_tlbi {
	enum hv_tlbi_op op;
	uint64_t xt; /* operand; 0 for the operations without one */
};

/** The translation regime an invalidation belongs to: what VTCR_EL2 and VTTBR_EL2 must hold while it is issued. */
struct hv_tlb_regime {
	uint64_t vtcr;
	uint64_t vttbr;
};

#include <hv_backend.h>

HV_BEGIN_DECLS

/**
 * hv_be_tlb_invalidate - complete earlier descriptor stores, then invalidate.
 * @ctx: the machine
 * @regime: VTCR and VTTBR that must be in the registers meanwhile; saved and restored bit-exactly when another
 *          is loaded, interrupts masked, HCR_EL2.TGE clear (TLB-05, TLB-07, TLB-08)
 * @ops: the operations in order; the core puts by-IPA operations first and one VMALLE1IS last
 * @nr: number of operations, at least 1
 *
 * The sequence is: DSB ISHST; each by-IPA operation; DSB ISH before the first VMALLE1IS that follows one;
 * remaining operations; DSB ISH (DSB NSH for local ones); ISB. Where an erratum asks for it, TLBI and DSB are
 * repeated (TLB-12). On return no CPU the operation reaches uses the old entries.
 */
void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr);

/**
 * hv_be_dcache_clean_inval_poc - clean and invalidate to the point of coherency the bytes [pa, pa + size).
 *
 * Whole cache lines, each exactly once; size 0 does nothing; a range that ends at the top of the address space is
 * legal (CM-01, CM-02). Ends with DSB.
 */
void hv_be_dcache_clean_inval_poc(hv_ctx_t ctx, hv_pa_t pa, uint64_t size);

/**
 * hv_be_icache_inval_pou - make instructions written to [pa, pa + size) visible to fetches on all CPUs:
 * D-cache clean to PoU (skipped with CTR_EL0.IDC), I-cache invalidation (skipped with DIC), DSB ISH, ISB (CM-07).
 */
void hv_be_icache_inval_pou(hv_ctx_t ctx, hv_pa_t pa, uint64_t size);

HV_END_DECLS

/* ---- defaults ------------------------------------------------------------------------------------------- */

#ifndef hv_be_desc_load
HV_INLINE uint64_t hv_be_desc_load(hv_ctx_t ctx, const uint64_t *desc)
{
	(void)ctx;
	return __atomic_load_n(desc, __ATOMIC_RELAXED);
}
#endif

#ifndef hv_be_desc_store
HV_INLINE void hv_be_desc_store(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	(void)ctx;
	__atomic_store_n(desc, value, __ATOMIC_RELAXED);
}
#endif

#ifndef hv_be_desc_store_release
/* Links a table: everything stored in it before is visible to a walker that sees the link. */
HV_INLINE void hv_be_desc_store_release(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	(void)ctx;
	__atomic_store_n(desc, value, __ATOMIC_RELEASE);
}
#endif

#ifndef hv_be_desc_cas
/* Where hardware updates AF or dirty state, a live descriptor changes under us. Returns the value found. */
HV_INLINE uint64_t hv_be_desc_cas(hv_ctx_t ctx, uint64_t *desc, uint64_t expected, uint64_t value)
{
	(void)ctx;
	(void)__atomic_compare_exchange_n(desc, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return expected;
}
#endif

#ifndef hv_be_desc_init
HV_INLINE void hv_be_desc_init(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	(void)ctx;
	*desc = value;
}
#endif

#ifdef __aarch64__
#ifndef hv_be_dsb_ishst
HV_INLINE void hv_be_dsb_ishst(hv_ctx_t ctx)
{
	(void)ctx;
	__asm__ volatile("dsb ishst" ::: "memory");
}
#endif
#ifndef hv_be_dsb_ish
HV_INLINE void hv_be_dsb_ish(hv_ctx_t ctx)
{
	(void)ctx;
	__asm__ volatile("dsb ish" ::: "memory");
}
#endif
#ifndef hv_be_isb
HV_INLINE void hv_be_isb(hv_ctx_t ctx)
{
	(void)ctx;
	__asm__ volatile("isb" ::: "memory");
}
#endif
#endif /* __aarch64__ */

#ifndef hv_smp_mb
HV_INLINE void hv_smp_mb(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
#endif

#ifndef hv_load_acquire_u32
HV_INLINE uint32_t hv_load_acquire_u32(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
#endif

#ifndef hv_store_release_u32
HV_INLINE void hv_store_release_u32(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}
#endif

#ifndef hv_cas_u32
/* Compare and swap, acquire and release; returns the value found, which equals @expected on success. */
HV_INLINE uint32_t hv_cas_u32(uint32_t *p, uint32_t expected, uint32_t v)
{
	(void)__atomic_compare_exchange_n(p, &expected, v, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	return expected;
}
#endif

#ifndef hv_fetch_or_u32
HV_INLINE uint32_t hv_fetch_or_u32(uint32_t *p, uint32_t bits)
{
	return __atomic_fetch_or(p, bits, __ATOMIC_ACQ_REL);
}
#endif

#ifndef hv_fetch_and_u32
HV_INLINE uint32_t hv_fetch_and_u32(uint32_t *p, uint32_t bits)
{
	return __atomic_fetch_and(p, bits, __ATOMIC_ACQ_REL);
}
#endif

#ifndef hv_nospec
/* All ones when index < limit, computed without a branch that could be predicted, then ANDed. */
HV_INLINE uint32_t hv_nospec(uint32_t index, uint32_t limit)
{
	uint64_t mask = HV_U64(0) - (((uint64_t)index - limit) >> 63);

	return index & (uint32_t)mask;
}
#endif

#ifndef hv_lock_set_order
HV_INLINE void hv_lock_set_order(hv_lock_t *lock, uint32_t order)
{
	(void)lock;
	(void)order;
}
#endif

#ifndef hv_el1_get
/* The image is the register: right wherever EL1 registers are not live while the core runs. */
HV_INLINE uint64_t hv_el1_get(const struct hv_el1 *el1, enum hv_el1_reg reg)
{
	return el1->reg[reg];
}

HV_INLINE void hv_el1_set(struct hv_el1 *el1, enum hv_el1_reg reg, uint64_t value)
{
	el1->reg[reg] = value;
}
#endif

#ifndef hv_trace
#define hv_trace(event, a, b, c) ((void)0)
#endif

#ifndef HV_BUG_ON
#define HV_BUG_ON(cond)                                                                                                \
	do {                                                                                                           \
		if (cond)                                                                                              \
			__builtin_trap();                                                                              \
	} while (0)
#endif

#endif /* HV_BACKEND_H */
