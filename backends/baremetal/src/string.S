/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * string.S - memcpy, memmove, memset for the compiler and for libfdt.
 *
 * Kernels and initrds are copied with these, so the middle goes 32 bytes at a time. The destination is aligned first; a source that is
 * not aligned with it is read unaligned, which is legal in Normal memory with the MMU on. With the MMU off only aligned structures are copied.
 */
#include "asm.inc"

	.text

/* memmove: overlapping upwards goes from the end; else it is memcpy. */
func memmove
	sub	x3, x0, x1
	cmp	x3, x2
	b.hs	memcpy
	add	x4, x0, x2
	add	x1, x1, x2
1:	cbz	x2, 2f
	ldrb	w3, [x1, #-1]!
	strb	w3, [x4, #-1]!
	sub	x2, x2, #1
	b	1b
2:	ret
endfunc memmove

func memcpy
	mov	x3, x0
1:	tst	x3, #15
	b.eq	2f
	cbz	x2, 6f
	ldrb	w4, [x1], #1
	strb	w4, [x3], #1
	sub	x2, x2, #1
	b	1b
2:	subs	x2, x2, #32
	b.lo	4f
3:	ldp	x4, x5, [x1], #16
	ldp	x6, x7, [x1], #16
	stp	x4, x5, [x3], #16
	stp	x6, x7, [x3], #16
	subs	x2, x2, #32
	b.hs	3b
4:	add	x2, x2, #32
5:	cbz	x2, 6f
	ldrb	w4, [x1], #1
	strb	w4, [x3], #1
	sub	x2, x2, #1
	b	5b
6:	ret
endfunc memcpy

func memset
	mov	x3, x0
	and	x1, x1, #0xff
	orr	x1, x1, x1, lsl #8
	orr	x1, x1, x1, lsl #16
	orr	x1, x1, x1, lsl #32
1:	tst	x3, #15
	b.eq	2f
	cbz	x2, 6f
	strb	w1, [x3], #1
	sub	x2, x2, #1
	b	1b
2:	subs	x2, x2, #32
	b.lo	4f
3:	stp	x1, x1, [x3], #16
	stp	x1, x1, [x3], #16
	subs	x2, x2, #32
	b.hs	3b
4:	add	x2, x2, #32
5:	cbz	x2, 6f
	strb	w1, [x3], #1
	sub	x2, x2, #1
	b	5b
6:	ret
endfunc memset
