/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * cpu.h - private to the backend: the per-CPU area, register access, and what the files offer each other.
 */
#ifndef BM_CPU_H
#define BM_CPU_H

#include <hv_baremetal.h>

#include "layout.h"

#define BM_STR_(x) #x
#define BM_STR(x)  BM_STR_(x)

/** System register by name (or S3_4_C12_C9_5 form for those the assembler does not know). */
#define bm_read(reg)                                                                                                   \
	({                                                                                                             \
		uint64_t bm_value_;                                                                                    \
		__asm__ volatile("mrs %0, " BM_STR(reg) : "=r"(bm_value_));                                            \
		bm_value_;                                                                                             \
	})
#define bm_write(reg, value) __asm__ volatile("msr " BM_STR(reg) ", %0" : : "r"((uint64_t)(value)) : "memory")

#define bm_isb()     __asm__ volatile("isb" : : : "memory")
#define bm_dsb(kind) __asm__ volatile("dsb " #kind : : : "memory")
#define bm_wfi()     __asm__ volatile("wfi" : : : "memory")

/* One per CPU; TPIDR_EL2 points at it. The first part is known to assembly (layout.h), and to a CPU whose MMU is still off. */
struct bm_cpu {
	uint64_t sp;
	uint64_t panic_sp;
	uint64_t ttbr, tcr, mair, sctlr;
	void (*entry)(uint32_t index);
	uint32_t mitigate; /* SMCCC function to call on every exit, 0 none */
	uint32_t unused;
	uint32_t serror_window; /* an SError now belongs to the guest that just left */
	uint32_t unused2;
	uint64_t serror_esr;
	uint64_t panic_regs[32]; /* x0..x30, sp */

	uint64_t mpidr; /* affinity bits */
	uint32_t index;
	uint32_t online; /* set by the CPU itself, atomic */
	uint32_t errata;
	bool has_ras;
	bool has_gic;
	uint64_t gicr;    /* RD_base of its redistributor */
	uint32_t nr_lrs;  /* 0: no GIC system registers, and no virtual interrupts */
	uint32_t nr_aprs; /* ICH_AP0R<n>, AP1R<n> implemented: 1, 2 or 4 */

	struct hv_vcpu *vcpu; /* loaded here */
	uint64_t hcr;         /* HCR_EL2 now */
	uint64_t hp_deadline; /* CNTHP now, HV_TIMER_NEVER: off */
	uint32_t ich_hcr;     /* ICH_HCR_EL2 now */
	uint32_t lrs_loaded;  /* list registers that hold something, now */
	bool ich_reload;      /* VMCR and active priorities must be loaded from the image */
	bool inside;          /* between hv_bm_enter() and hv_bm_leave() */
} __attribute__((aligned(128)));

_Static_assert(__builtin_offsetof(struct bm_cpu, sp) == BM_CPU_SP, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, panic_sp) == BM_CPU_PANIC_SP, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, ttbr) == BM_CPU_TTBR, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, tcr) == BM_CPU_TCR, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, mair) == BM_CPU_MAIR, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, sctlr) == BM_CPU_SCTLR, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, entry) == BM_CPU_ENTRY, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, mitigate) == BM_CPU_MITIGATE, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, serror_window) == BM_CPU_SERROR_WINDOW, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, serror_esr) == BM_CPU_SERROR_ESR, "layout.h");
_Static_assert(__builtin_offsetof(struct bm_cpu, panic_regs) == BM_CPU_PANIC_REGS, "layout.h");
_Static_assert(__builtin_offsetof(struct hv_regs, pc) == BM_REGS_PC, "layout.h");
_Static_assert(__builtin_offsetof(struct hv_vcpu, regs) == 0,
	       "the world switch gets a vCPU's registers from its address");

/* A stack, the page that catches what overflows it, and a small stack for panics with a page of its own below. */
struct bm_stack {
	uint8_t guard[BM_PAGE];
	uint8_t bytes[BM_STACK_BYTES];
	uint8_t panic_guard[BM_PAGE];
	uint8_t panic_bytes[BM_PAGE];
};

extern struct bm_cpu bm_cpus[HV_BM_MAX_CPUS];
extern struct bm_stack bm_stacks[HV_BM_MAX_CPUS];
extern bool bm_has_psci;

/* Linker script: where things are, relative to wherever we run. */
extern char bm_image[], bm_text_end[], bm_rodata_end[], bm_image_end[];

/* vectors.S, boot.S */
unsigned int bm_guest_enter(struct hv_regs *regs);
uint64_t bm_serror_window(struct bm_cpu *cpu);
uint64_t bm_smccc(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3);
void bm_secondary_start(void);
void bm_park(void) __attribute__((noreturn));

/* What boot.S and vectors.S call. */
void bm_boot_mmu_off(const void *dtb, uint32_t el);
void bm_boot_mmu_on(const void *dtb) __attribute__((noreturn));
void bm_secondary_mmu_on(struct bm_cpu *cpu) __attribute__((noreturn));
void bm_panic_trap(uint32_t trap, const uint64_t *regs, uint64_t esr, uint64_t elr, uint64_t far)
	__attribute__((noreturn));

/* mmu.c */
void bm_mmu_build(struct bm_cpu *cpu);

/* el2.c: every control register the ID registers show, on this CPU; errata.c: what is special about it. */
void bm_el2_init(struct bm_cpu *cpu);
void bm_errata_init(struct bm_cpu *cpu);

/* gic.c */
void bm_ich_init(struct bm_cpu *cpu);
enum hv_err bm_gic_init_cpu(struct bm_cpu *cpu) HV_MUST_CHECK;
void bm_gic_send_sgi(uint64_t mpidr, uint32_t sgi);
void bm_gic_send_sgi_others(uint32_t sgi);

/* cache.c */
void bm_dcache_flush_at_boot(void);
void bm_dcache_clean_poc(const void *start, uint64_t size);

/* console.c: output that needs no lock and no working system. */
void bm_console_early(uint64_t uart);
void bm_console_break_lock(void);

#define BM_SGI_KICK        0u
#define BM_SGI_STOP        1u
#define BM_PPI_MAINTENANCE 25u
#define BM_PPI_HP_TIMER    26u

static inline struct bm_cpu *bm_this_cpu(void)
{
	return (struct bm_cpu *)(uintptr_t)bm_read(tpidr_el2);
}

static inline uint32_t bm_mmio_read32(uint64_t addr)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, %1" : "=r"(value) : "Q"(*(const volatile uint32_t *)(uintptr_t)addr) : "memory");
	return value;
}

static inline void bm_mmio_write32(uint64_t addr, uint32_t value)
{
	__asm__ volatile("str %w1, %0" : "=Q"(*(volatile uint32_t *)(uintptr_t)addr) : "r"(value) : "memory");
}

#endif /* BM_CPU_H */
