/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_backend.h (baremetal) - the core at EL2 of an AArch64 machine, HCR_EL2.E2H = 0.
 *
 * EL2 maps RAM at its physical address, so a pa is its own va. The EL1 registers of the loaded vCPU are live in the CPU.
 * Interrupts are masked whenever EL2 code runs: a lock needs no interrupt state.
 */
#ifndef HV_BACKEND_BAREMETAL_H
#define HV_BACKEND_BAREMETAL_H

#include <hv/types.h>

/* There is one machine: nothing to point at. */
typedef unsigned char hv_ctx_t;

HV_INLINE void *hv_be_va(hv_ctx_t ctx, hv_pa_t pa)
{
	(void)ctx;
	return (void *)(uintptr_t)pa.v;
}

/*
 * Whoever sees it free first takes it. Not a queue: where CPUs are themselves scheduled (an emulator, a hypervisor below us) the
 * next in a queue is often not running, and a contended lock then moves at the pace of that scheduler. Critical sections are a
 * few hundred instructions at most.
 */
typedef struct {
	uint32_t held;
} hv_lock_t;

HV_INLINE void hv_lock_init(hv_lock_t *lock)
{
	lock->held = 0;
}

HV_INLINE void hv_lock(hv_lock_t *lock)
{
	uint32_t held;

	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) {
		/* The exclusive load arms the monitor: the owner's store is the event that ends WFE. */
		__asm__ volatile("ldxr %w0, %1\n\tcbz %w0, 1f\n\twfe\n1:" : "=&r"(held) : "Q"(lock->held) : "memory");
	}
}

HV_INLINE void hv_unlock(hv_lock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

/* HV_EL1_x and the register it is. ACTLR is apart: HCR_EL2.TACR keeps guests off the physical one. */
#define HV_BM_EL1_REGS(F)                                                                                              \
	F(SCTLR, sctlr_el1)                                                                                            \
	F(CPACR, cpacr_el1)                                                                                            \
	F(TTBR0, ttbr0_el1)                                                                                            \
	F(TTBR1, ttbr1_el1)                                                                                            \
	F(TCR, tcr_el1)                                                                                                \
	F(ESR, esr_el1)                                                                                                \
	F(FAR, far_el1)                                                                                                \
	F(AFSR0, afsr0_el1)                                                                                            \
	F(AFSR1, afsr1_el1)                                                                                            \
	F(MAIR, mair_el1)                                                                                              \
	F(AMAIR, amair_el1)                                                                                            \
	F(VBAR, vbar_el1)                                                                                              \
	F(CONTEXTIDR, contextidr_el1)                                                                                  \
	F(TPIDR, tpidr_el1)                                                                                            \
	F(TPIDR_EL0, tpidr_el0)                                                                                        \
	F(TPIDRRO_EL0, tpidrro_el0)                                                                                    \
	F(CNTKCTL, cntkctl_el1)                                                                                        \
	F(PAR, par_el1)                                                                                                \
	F(SP_EL0, sp_el0)                                                                                              \
	F(SP_EL1, sp_el1)                                                                                              \
	F(ELR, elr_el1)                                                                                                \
	F(SPSR, spsr_el1)                                                                                              \
	F(CSSELR, csselr_el1)                                                                                          \
	F(MDSCR, mdscr_el1)

/* These two need the enumeration of hv/backend.h, which includes this file after it. */
#define hv_el1_get hv_el1_get
HV_INLINE uint64_t hv_el1_get(const struct hv_el1 *el1, enum hv_el1_reg reg)
{
	uint64_t value = 0;

	switch (reg) {
#define HV_BM_GET(name, sysreg)                                                                                        \
	case HV_EL1_##name:                                                                                            \
		__asm__ volatile("mrs %0, " #sysreg : "=r"(value));                                                    \
		break;
		HV_BM_EL1_REGS(HV_BM_GET)
#undef HV_BM_GET
	case HV_EL1_ACTLR:
		value = el1->reg[HV_EL1_ACTLR];
		break;
	case HV_EL1_NR:
		break;
	}
	return value;
}

#define hv_el1_set hv_el1_set
HV_INLINE void hv_el1_set(struct hv_el1 *el1, enum hv_el1_reg reg, uint64_t value)
{
	switch (reg) {
#define HV_BM_SET(name, sysreg)                                                                                        \
	case HV_EL1_##name:                                                                                            \
		__asm__ volatile("msr " #sysreg ", %0" : : "r"(value));                                                \
		break;
		HV_BM_EL1_REGS(HV_BM_SET)
#undef HV_BM_SET
	case HV_EL1_ACTLR:
		el1->reg[HV_EL1_ACTLR] = value;
		break;
	case HV_EL1_NR:
		break;
	}
}

#ifdef __cplusplus
extern "C" {
#endif
/* Ends in a panic with the caller's address; our own invariants only. */
void hv_bm_bug(void) __attribute__((noreturn, cold));
#ifdef __cplusplus
}
#endif
#define HV_BUG_ON(cond)                                                                                                \
	do {                                                                                                           \
		if (cond)                                                                                              \
			hv_bm_bug();                                                                                   \
	} while (0)

#endif /* HV_BACKEND_BAREMETAL_H */
