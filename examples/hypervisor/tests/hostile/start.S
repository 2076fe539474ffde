/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * start.S - entry, vectors and the few instructions of the hostile guest that C cannot write. A raw binary, entered at RAM + 0x80000.
 *
 * An exception is counted in this CPU's struct cpu (TPIDR_EL1): {count, esr, far, elr, recover}. A synchronous one goes on behind the
 * instruction, or at recover when that is set.
 */
	.section .text.start, "ax"
	.global _start, secondary_start
_start:
	adrp	x1, bss_start
	add	x1, x1, :lo12:bss_start
	adrp	x2, bss_end
	add	x2, x2, :lo12:bss_end
1:	stp	xzr, xzr, [x1], #16
	cmp	x1, x2
	b.lo	1b
	mov	x0, #0
secondary_start:
	mov	x19, x0
	msr	spsel, #1
	mov	x1, #(3 << 20)
	msr	cpacr_el1, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	adrp	x1, stacks
	add	x1, x1, :lo12:stacks
	add	x2, x19, #1
	add	x1, x1, x2, lsl #14
	mov	sp, x1
	adrp	x1, cpus
	add	x1, x1, :lo12:cpus
	add	x1, x1, x19, lsl #6
	msr	tpidr_el1, x1
	isb
	mov	x0, x19
	bl	guest_main
1:	wfi
	b	1b

	.balign 2048
vectors:
	.rept 16
	.balign 128
	b	exception
	.endr

/* Registers in use by the code that faulted must survive: the stack may be bad, TPIDRRO_EL0 and TPIDR_EL0 are free. */
exception:
	msr	tpidr_el0, x0
	msr	tpidrro_el0, x1
	mrs	x0, tpidr_el1
	ldr	x1, [x0]
	add	x1, x1, #1
	str	x1, [x0]
	mrs	x1, esr_el1
	str	x1, [x0, #8]
	mrs	x1, far_el1
	str	x1, [x0, #16]
	mrs	x1, elr_el1
	str	x1, [x0, #24]
	add	x1, x1, #4
	msr	elr_el1, x1
	ldr	x1, [x0, #32]
	cbz	x1, 1f
	str	xzr, [x0, #32]
	msr	elr_el1, x1
	/* Whatever mode that was: back to EL1h with all masked, MMU off. */
	mov	x1, #0x3c5
	msr	spsr_el1, x1
	mrs	x1, sctlr_el1
	bic	x1, x1, #1
	msr	sctlr_el1, x1
	isb
1:	mrs	x0, tpidr_el0
	mrs	x1, tpidrro_el0
	eret

/* void call_with_recovery(uint64_t target, uint64_t arg): branch to target; any exception comes back to the caller. */
	.global call_with_recovery
call_with_recovery:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mrs	x2, tpidr_el1
	mov	x3, sp
	str	x3, [x2, #40]
	adr	x3, 1f
	str	x3, [x2, #32]
	mov	x3, x0
	mov	x0, x1
	blr	x3
1:	mrs	x2, tpidr_el1
	str	xzr, [x2, #32]
	ldr	x3, [x2, #40]
	mov	sp, x3
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

/* uint64_t run_word(volatile uint32_t *code, uint64_t x0): code is the instruction with its result in x0, and a RET. */
	.global run_word
run_word:
	mov	x2, x0
	mov	x0, x1
	br	x2

/* void bad_eret(uint64_t spsr): an exception return that must not be taken as it is. */
	.global bad_eret
bad_eret:
	msr	spsr_el1, x0
	adr	x1, 1f
	msr	elr_el1, x1
	isb
	eret
1:	nop
	ret

/* Loads and stores without a syndrome, one function each: void f(uint64_t address). */
	.macro access name, insn:vararg
	.global \name
\name:
	\insn
	ret
	.endm
	.arch armv8.1-a
	access ldp_x, ldp x1, x2, [x0]
	access stp_x, stp xzr, xzr, [x0]
	access ldr_post, ldr x1, [x0], #8
	access str_pre, str xzr, [x0, #8]!
	access ldr_q, ldr q0, [x0]
	access str_q, str q0, [x0]
	access ldp_q, ldp q0, q1, [x0]
	access ld4, ld4 {v0.16b-v3.16b}, [x0]
	access ldxr_w, ldxr w1, [x0]
	access stxr_w, stxr w1, wzr, [x0]
	access ldxp_x, ldxp x1, x2, [x0]
	access ldar_w, ldar w1, [x0]
	access stlr_w, stlr wzr, [x0]
	access swp_w, swp wzr, w1, [x0]
	access cas_w, cas w1, w2, [x0]
	access dc_zva, dc zva, x0
	access dc_civac, dc civac, x0
	access dc_ivac, dc ivac, x0
	access ic_ivau, ic ivau, x0
	access ldrsb_x, ldrsb x1, [x0]
	access ldrsw_x, ldrsw x1, [x0]
	access ldr_xzr, ldr xzr, [x0]
	access prfm_, prfm pldl1keep, [x0]
	access ldtr_x, ldtr x1, [x0]
	access ldr_w, ldr w1, [x0]
	access str_w, str wzr, [x0]
	access ldr_x, ldr x1, [x0]
	access str_x, str xzr, [x0]
	access dc_isw, dc isw, x0
	access dc_csw, dc csw, x0
	access dc_cisw, dc cisw, x0
	access at_s1e1r, at s1e1r, x0
	access branch, br x0
