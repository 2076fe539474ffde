/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * guest.S - the guest: says hello by a hypercall, reads an address where nothing is, reports the abort it gets by a second call, then
 * powers itself off. Runs where it is put, at EL1 with the MMU off.
 */
#define CALL_HELLO      0x86000001
#define CALL_ABORT      0x86000002
#define PSCI_SYSTEM_OFF 0x84000008
#define NOTHING_THERE   0x10000000

	.section .rodata.guest, "a"
	.balign 4096
	.global guest_start, guest_end
guest_start:
	adr	x0, guest_vectors
	msr	vbar_el1, x0
	isb
	ldr	w0, =CALL_HELLO
	mov	x1, #42
	hvc	#0
	mov	x20, #NOTHING_THERE
	ldr	x1, [x20]
	b	.

	.ltorg
	.balign 2048
guest_vectors:
	.skip 0x200
	/* Synchronous exception from EL1 with its own stack pointer. */
	ldr	w0, =CALL_ABORT
	mrs	x1, esr_el1
	mrs	x2, far_el1
	hvc	#0
	ldr	w0, =PSCI_SYSTEM_OFF
	hvc	#0
	b	.
	.ltorg
	.balign 4096
guest_end:
