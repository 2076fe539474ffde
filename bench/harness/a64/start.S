/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * start.S - entered by QEMU at EL1 or EL2 with the MMU off, and it stays off: no translation, no cache, nothing that could make
 * two runs differ. Data accesses are then aligned ones only, which -mstrict-align promises.
 */
	.section .text.start, "ax"
	.global _start
_start:
	adr	x0, vectors
	adrp	x1, bench_stack_top
	add	x1, x1, :lo12:bench_stack_top
	mov	sp, x1
	mrs	x2, CurrentEL
	cmp	x2, #8
	b.eq	1f
	msr	vbar_el1, x0
	b	2f
1:	msr	vbar_el2, x0
2:	isb
	b	bench_a64_main

/* One message for all sixteen. */
	.balign 2048
vectors:
	.rept	16
	.balign 128
	mrs	x2, CurrentEL
	cmp	x2, #8
	b.eq	1f
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	b	bench_a64_exception
1:	mrs	x0, esr_el2
	mrs	x1, elr_el2
	b	bench_a64_exception
	.endr

	.section .note.GNU-stack, "", %progbits
