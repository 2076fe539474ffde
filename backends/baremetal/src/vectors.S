/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vectors.S - exceptions to EL2, and the way into a guest and out of it.
 *
 * The world switch moves x0-x30, ELR and SPSR, nothing else: the guest's EL1, FP and timer registers stay in the CPU for as
 * long as the vCPU is loaded, and the host has no use for them.
 */
#include "asm.inc"
#include "layout.h"

.macro vector handler, arg
	.balign 128
	b	.Lv\@
	.subsection 1
.Lv\@:
	\handler \arg
	.previous
.endm

/* From a guest: two registers to work with, the number of the vector in x1. */
.macro from_guest which
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\which
	b	bm_guest_exit
.endm

/*
 * From EL2 itself: a bug, and the stack may be the reason (guard page). The EL2 timer's compare value is the one register that
 * nobody misses any more; it frees x0, and the per-CPU area has room for the rest.
 */
.macro from_el2 which
	msr	cnthp_cval_el2, x0
	mrs	x0, tpidr_el2
	cbz	x0, bm_park
	stp	x1, x2, [x0, #(BM_CPU_PANIC_REGS + 8)]
	mov	x1, #\which
	b	bm_el2_trap
.endm

/* Inside the window the SError is the guest's and is kept for it; outside it is ours. x0-x2 are all that is used. */
.macro from_el2_serror which
	stp	x0, x1, [sp, #-16]!
	mrs	x0, tpidr_el2
	ldr	w1, [x0, #BM_CPU_SERROR_WINDOW]
	cbz	w1, .Lserror_of_el2
	mrs	x1, esr_el2
	str	x1, [x0, #BM_CPU_SERROR_ESR]
	ldp	x0, x1, [sp], #16
	exception_return
.Lserror_of_el2:
	ldp	x0, x1, [sp], #16
	from_el2 \which
.endm

	.section .text.vectors, "ax"
	.balign 2048
	.global bm_vectors
bm_vectors:
	vector from_el2, BM_TRAP_SYNC
	vector from_el2, BM_TRAP_IRQ
	vector from_el2, BM_TRAP_FIQ
	vector from_el2, BM_TRAP_SERROR
	vector from_el2, BM_TRAP_SYNC
	vector from_el2, BM_TRAP_IRQ
	vector from_el2, BM_TRAP_FIQ
	vector from_el2_serror, BM_TRAP_SERROR
	vector from_guest, 0
	vector from_guest, 1
	vector from_guest, 2
	vector from_guest, 3
	vector from_guest, 0
	vector from_guest, 1
	vector from_guest, 2
	vector from_guest, 3

/* x0: struct bm_cpu, x1: BM_TRAP_x, x1 and x2 of the fault saved, x0 in CNTHP_CVAL_EL2. */
func bm_el2_trap
	mrs	x2, cnthp_cval_el2
	str	x2, [x0, #BM_CPU_PANIC_REGS]
	add	x2, x0, #BM_CPU_PANIC_REGS
	stp	x3, x4, [x2, #24]
	stp	x5, x6, [x2, #40]
	stp	x7, x8, [x2, #56]
	stp	x9, x10, [x2, #72]
	stp	x11, x12, [x2, #88]
	stp	x13, x14, [x2, #104]
	stp	x15, x16, [x2, #120]
	stp	x17, x18, [x2, #136]
	stp	x19, x20, [x2, #152]
	stp	x21, x22, [x2, #168]
	stp	x23, x24, [x2, #184]
	stp	x25, x26, [x2, #200]
	stp	x27, x28, [x2, #216]
	stp	x29, x30, [x2, #232]
	mov	x3, sp
	str	x3, [x2, #248]
	ldr	x3, [x0, #BM_CPU_PANIC_SP]
	mov	sp, x3
	mov	x0, x1
	mov	x1, x2
	mrs	x2, esr_el2
	mrs	x3, elr_el2
	mrs	x4, far_el2
	b	bm_panic_trap
endfunc bm_el2_trap

/*
 * unsigned int bm_guest_enter(struct hv_regs *regs): run the guest until its next exception to EL2.
 * Returns 0 sync, 1 IRQ, 2 FIQ, 3 SError (enum hv_vector). No indirect branch once guest registers are loaded (CTX-02).
 */
func bm_guest_enter
	stp	x29, x30, [sp, #-112]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x0, [sp, #96]
	ldp	x1, x2, [x0, #BM_REGS_PC]
	msr	elr_el2, x1
	msr	spsr_el2, x2
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	ldr	x30, [x0, #240]
	ldp	x0, x1, [x0]
	exception_return
endfunc bm_guest_enter

/* x1: vector; the guest's x0 and x1 on the stack, above them the frame of bm_guest_enter. */
func bm_guest_exit
	ldr	x0, [sp, #(16 + 96)]
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x2, x3, [x0, #BM_REGS_PC]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	/* Branch history of the guest must not steer EL2: the firmware's workaround, before the first indirect branch (the return). */
	mrs	x2, tpidr_el2
	ldr	w2, [x2, #BM_CPU_MITIGATE]
	cbnz	w2, 1f
	mov	x0, x1
	ret
1:	stp	x1, x30, [sp, #-16]!
	mov	w0, w2
	smc	#0
	ldp	x0, x30, [sp], #16
	ret
endfunc bm_guest_exit

/* uint64_t bm_serror_window(struct bm_cpu *): let a pending SError come in, between two instructions; ESR_EL2 of it, or 0. */
func bm_serror_window
	str	xzr, [x0, #BM_CPU_SERROR_ESR]
	mov	w1, #1
	str	w1, [x0, #BM_CPU_SERROR_WINDOW]
	msr	daifclr, #4
	isb
	msr	daifset, #4
	isb
	str	wzr, [x0, #BM_CPU_SERROR_WINDOW]
	ldr	x0, [x0, #BM_CPU_SERROR_ESR]
	ret
endfunc bm_serror_window

/* uint64_t bm_smccc(x0..x3): SMCCC 1.1 call to the firmware. */
func bm_smccc
	stp	x29, x30, [sp, #-16]!
	mov	x29, sp
	smc	#0
	ldp	x29, x30, [sp], #16
	ret
endfunc bm_smccc

/*
 * The places where EL2 code touches FP: for the guest that is loaded (its registers to memory and back), and for one that has not
 * started and finds them zeroed. void hv_bm_copy(void *to, const void *from, uint64_t bytes): 256 bytes at a time, the rest by memcpy.
 */
	.arch_extension fp
	.arch_extension simd
	.altmacro
.macro fp_pair insn, n, m
	\insn	q\n, q\m, [x0, #(16 * \n)]
.endm

func hv_bm_copy
1:	subs	x2, x2, #256
	b.lo	2f
	ldp	q0, q1, [x1]
	ldp	q2, q3, [x1, #32]
	ldp	q4, q5, [x1, #64]
	ldp	q6, q7, [x1, #96]
	ldp	q16, q17, [x1, #128]
	ldp	q18, q19, [x1, #160]
	ldp	q20, q21, [x1, #192]
	ldp	q22, q23, [x1, #224]
	stp	q0, q1, [x0]
	stp	q2, q3, [x0, #32]
	stp	q4, q5, [x0, #64]
	stp	q6, q7, [x0, #96]
	stp	q16, q17, [x0, #128]
	stp	q18, q19, [x0, #160]
	stp	q20, q21, [x0, #192]
	stp	q22, q23, [x0, #224]
	add	x0, x0, #256
	add	x1, x1, #256
	b	1b
2:	add	x2, x2, #256
	b	memcpy
endfunc hv_bm_copy

/* void hv_bm_fp_save(uint64_t v[64]), void hv_bm_fp_load(const uint64_t v[64]): v0..v31. */
func hv_bm_fp_save
	.irp n, 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30
	fp_pair	stp, \n, %(\n + 1)
	.endr
	ret
endfunc hv_bm_fp_save

func hv_bm_fp_load
	.irp n, 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30
	fp_pair	ldp, \n, %(\n + 1)
	.endr
	ret
endfunc hv_bm_fp_load

func hv_bm_fp_reset
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	movi	v\n\().2d, #0
	.endr
	msr	fpcr, xzr
	msr	fpsr, xzr
	ret
endfunc hv_bm_fp_reset
