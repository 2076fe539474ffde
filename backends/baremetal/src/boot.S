/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * boot.S - from the first instruction to C with the EL2 MMU on, for the boot CPU and for those started by PSCI.
 *
 * With the MMU off every access goes to memory past the caches. Lines that some earlier stage left in the caches must go before we
 * write (or their eviction overwrites us) and before the MMU goes on (or we read them instead of what we wrote).
 */
#include "asm.inc"
#include "layout.h"

	.section .head.text, "ax"

/* x0: device tree. Any EL, any SPSel; interrupts in any state. */
func _start
	msr	daifset, #15
	msr	spsel, #1
	mov	x19, x0
	mrs	x20, currentel
	cmp	x20, #(2 << 2)
	b.ne	1f
	ldr	w0, =BM_SCTLR_EL2_OFF
	msr	sctlr_el2, x0
	isb
1:	bl	bm_inval_data
	bl	bm_clear_bss
	bl	bm_relocate
	addr	x21, bm_cpus
	bl	bm_boot_stack
	mov	sp, x0
	mov	x29, xzr
	mov	x0, x19
	lsr	x1, x20, #2
	bl	bm_boot_mmu_off
	/* Here only at EL2; the tables are in memory, the registers for them in bm_cpus[0]. */
	bl	bm_inval_data
	mov	x0, x21
	bl	bm_mmu_on
	ldr	x0, [x21, #BM_CPU_SP]
	mov	sp, x0
	msr	tpidr_el2, x21
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x19
	b	bm_boot_mmu_on
endfunc _start

/* x0: struct bm_cpu of this CPU, cleaned to memory by the one that started us. */
func bm_secondary_start
	msr	daifset, #15
	msr	spsel, #1
	mov	x21, x0
	mrs	x20, currentel
	cmp	x20, #(2 << 2)
	b.ne	bm_park
	ldr	w0, =BM_SCTLR_EL2_OFF
	msr	sctlr_el2, x0
	isb
	mov	x0, x21
	bl	bm_mmu_on
	ldr	x0, [x21, #BM_CPU_SP]
	mov	sp, x0
	msr	tpidr_el2, x21
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x21
	b	bm_secondary_mmu_on
endfunc bm_secondary_start

func bm_park
	msr	daifset, #15
1:	wfi
	b	1b
endfunc bm_park

/*
 * x0: struct bm_cpu with TTBR, TCR, MAIR, SCTLR. What the TLBs and the instruction cache held belongs to an earlier stage
 * (TLB-15); no VMID of ours is in use yet.
 */
func bm_mmu_on
	ldr	x1, [x0, #BM_CPU_TTBR]
	ldr	x2, [x0, #BM_CPU_TCR]
	ldr	x3, [x0, #BM_CPU_MAIR]
	ldr	x4, [x0, #BM_CPU_SCTLR]
	msr	ttbr0_el2, x1
	msr	tcr_el2, x2
	msr	mair_el2, x3
	isb
	tlbi	alle2
	tlbi	alle1
	ic	iallu
	dsb	nsh
	isb
	addr	x5, bm_vectors
	msr	vbar_el2, x5
	msr	sctlr_el2, x4
	isb
	ret
endfunc bm_mmu_on

/* Drop cache lines over all that we write: everything but the text (relocations go into constants too), which is ours alone. */
func bm_inval_data
	addr	x0, bm_text_end
	addr	x1, bm_image_end
	mrs	x2, ctr_el0
	ubfx	x2, x2, #16, #4
	mov	x3, #4
	lsl	x2, x3, x2
1:	dc	ivac, x0
	add	x0, x0, x2
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ret
endfunc bm_inval_data

func bm_clear_bss
	addr	x0, bm_bss
	addr	x1, bm_bss_end
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	ret
endfunc bm_clear_bss

/* The image was linked at 0: add where it is to every address it holds. Only R_AARCH64_RELATIVE (1027) is expected. */
func bm_relocate
	addr	x0, bm_rela
	addr	x1, bm_rela_end
	addr	x2, bm_image
1:	cmp	x0, x1
	b.hs	3f
	ldp	x3, x4, [x0], #16
	ldr	x5, [x0], #8
	cmp	x4, #1027
	b.ne	2f
	add	x5, x5, x2
	str	x5, [x2, x3]
2:	b	1b
3:	ret
endfunc bm_relocate

/* x0 out: top of the boot CPU's stack, which is the first one. */
func bm_boot_stack
	addr	x0, bm_stacks
	add	x0, x0, #(BM_PAGE + BM_STACK_BYTES)
	ret
endfunc bm_boot_stack
