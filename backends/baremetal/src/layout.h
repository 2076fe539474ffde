/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * layout.h - the few numbers that assembly and C agree on; cpu.h checks them against the structures.
 */
#ifndef BM_LAYOUT_H
#define BM_LAYOUT_H

#define BM_PAGE        4096
#define BM_STACK_BYTES 16384

/* struct bm_cpu */
#define BM_CPU_SP            0
#define BM_CPU_PANIC_SP      8
#define BM_CPU_TTBR          16
#define BM_CPU_TCR           24
#define BM_CPU_MAIR          32
#define BM_CPU_SCTLR         40
#define BM_CPU_ENTRY         48
#define BM_CPU_MITIGATE      56
#define BM_CPU_SERROR_WINDOW 64
#define BM_CPU_SERROR_ESR    72
#define BM_CPU_PANIC_REGS    80 /* x0..x30, sp */

/* struct hv_regs */
#define BM_REGS_PC 248

/* Which vector was taken at EL2 itself; panic.c has the words. */
#define BM_TRAP_SYNC   0
#define BM_TRAP_IRQ    1
#define BM_TRAP_FIQ    2
#define BM_TRAP_SERROR 3

#define BM_SCTLR_EL2_OFF 0x30c50830 /* RES1 bits only: MMU and caches off, little-endian, no alignment check */

#endif /* BM_LAYOUT_H */
