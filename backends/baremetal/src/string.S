/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * string.S - memcpy, memmove, memset for the compiler and for libfdt.
 *
 * Two users decide the shape: structures of some ten words, copied on every exit, and kernels of some ten megabytes, copied before a guest
 * runs. Both end with 16 bytes that may overlap those before. Unaligned accesses are legal in Normal memory with the MMU on; with
 * the MMU off only structures of aligned 8-byte words are copied.
 */
#include "asm.inc"

	.text

func memcpy
	add	x4, x1, x2
	add	x5, x0, x2
	mov	x3, x0
	subs	x2, x2, #16
	b.lo	3f
	cmp	x2, #(128 - 16)
	b.hs	5f
1:	ldp	x6, x7, [x1], #16
	stp	x6, x7, [x3], #16
	subs	x2, x2, #16
	b.hs	1b
	cmn	x2, #16
	b.eq	2f
	ldp	x6, x7, [x4, #-16]
	stp	x6, x7, [x5, #-16]
2:	ret
	/* Below 16 bytes: 8 and 8 that may overlap, or one by one. */
3:	add	x2, x2, #16
	tbz	x2, #3, 4f
	ldr	x6, [x1]
	ldr	x7, [x4, #-8]
	str	x6, [x3]
	str	x7, [x5, #-8]
	ret
4:	cbz	x2, 2b
	ldrb	w6, [x1], #1
	strb	w6, [x3], #1
	sub	x2, x2, #1
	b	4b
	/* 128 at a time while they last, then by 16 again. */
5:	ldp	x6, x7, [x1]
	ldp	x8, x9, [x1, #16]
	ldp	x10, x11, [x1, #32]
	ldp	x12, x13, [x1, #48]
	stp	x6, x7, [x3]
	stp	x8, x9, [x3, #16]
	stp	x10, x11, [x3, #32]
	stp	x12, x13, [x3, #48]
	ldp	x6, x7, [x1, #64]
	ldp	x8, x9, [x1, #80]
	ldp	x10, x11, [x1, #96]
	ldp	x12, x13, [x1, #112]
	stp	x6, x7, [x3, #64]
	stp	x8, x9, [x3, #80]
	stp	x10, x11, [x3, #96]
	stp	x12, x13, [x3, #112]
	add	x1, x1, #128
	add	x3, x3, #128
	sub	x2, x2, #128
	cmp	x2, #112
	b.ge	5b
	cmn	x2, #16
	b.eq	2b
	tbz	x2, #63, 1b
	ldp	x6, x7, [x4, #-16]
	stp	x6, x7, [x5, #-16]
	ret
endfunc memcpy

/* Byte by byte where the ranges overlap: rare and small. */
func memmove
	sub	x3, x0, x1
	cmp	x3, x2
	b.lo	2f
	sub	x3, x1, x0
	cmp	x3, x2
	b.hs	memcpy
	mov	x3, x0
1:	cbz	x2, 3f
	ldrb	w6, [x1], #1
	strb	w6, [x3], #1
	sub	x2, x2, #1
	b	1b
2:	cbz	x2, 3f
	sub	x2, x2, #1
	ldrb	w6, [x1, x2]
	strb	w6, [x0, x2]
	b	2b
3:	ret
endfunc memmove

func memset
	and	x1, x1, #0xff
	orr	x1, x1, x1, lsl #8
	orr	x1, x1, x1, lsl #16
	orr	x1, x1, x1, lsl #32
	add	x5, x0, x2
	mov	x3, x0
	subs	x2, x2, #16
	b.lo	3f
1:	stp	x1, x1, [x3], #16
	subs	x2, x2, #16
	b.hs	1b
	cmn	x2, #16
	b.eq	2f
	stp	x1, x1, [x5, #-16]
2:	ret
3:	cmp	x3, x5
	b.hs	2b
	strb	w1, [x3], #1
	b	3b
endfunc memset
