/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The decoder: every form once with all its fields, every hole next to a form, system operations, and all words by stride.
 * The words were assembled by LLVM 19 from the text beside them; the fields follow from that text, and each word with one or
 * two bits flipped was compared with its disassembly.
 * Covers ESR-01 (register 31), ESR-08 (write-back and pairs, which come without syndrome).
 */
#include <hv/insn.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/*
 * A decoded instruction as text: class, direction, flags, bytes x elements, width, registers that are not 31, offset,
 * write-back, structure.
 */
static const char *describe(const struct hv_insn *insn)
{
	static const char exts[8][5] = { "?", "?", "uxtw", "lsl", "?", "?", "sxtw", "sxtx" };
	static char text[128];
	int n = 0;

#define SAY(...) (n += snprintf(text + n, sizeof(text) - (size_t)n, __VA_ARGS__))
	SAY("%s%s%s", hv_insn_class_name(insn->insn_class), insn->load ? " ld" : "", insn->store ? " st" : "");
	SAY("%s%s%s%s", insn->simd ? " simd" : "", insn->sign ? " sign" : "", insn->pair ? " pair" : "",
	    insn->excl ? " excl" : "");
	SAY("%s%s %ux%u w%u rt%u", insn->acq ? " acq" : "", insn->rel ? " rel" : "", insn->bytes, insn->nr, insn->width,
	    insn->rt);
	if (insn->rt2 != 31)
		SAY(" rt2=%u", insn->rt2);
	if (insn->rs != 31)
		SAY(" rs%u", insn->rs);
	SAY(insn->rn == HV_INSN_RN_PC ? " pc" : insn->rn == HV_INSN_RN_ZERO ? " nobase" : " rn%u", insn->rn);
	if (insn->rm != 31 || insn->ext != HV_INSN_LSL || insn->shift != 0)
		SAY(" rm%u %s%u", insn->rm, exts[insn->ext], insn->shift);
	if (insn->imm != 0)
		SAY(" %+d", insn->imm);
	if (insn->wb != HV_INSN_WB_NONE)
		SAY(insn->wb == HV_INSN_WB_PRE ? " pre" : " post");
	if (insn->selem != 0)
		SAY(" selem%u lane%u v%u", insn->selem, insn->lane, insn->vbytes);
#undef SAY
	return text;
}

struct form {
	uint32_t word;
	uint32_t free; /* bits that may change, one at a time, and class and answer stay */
	enum hv_err err;
	const char *text, *fields;
};

// clang-format off
static const struct form forms[] = {
	{ 0xb9000865, 0xc4ffffff, HV_OK, "str w5, [x3, #8]", "uimm st 4x1 w32 rt5 rn3 +8" },
	{ 0xf97ffffe, 0xc47fffff, HV_OK, "ldr x30, [sp, #32760]", "uimm ld 8x1 w64 rt30 rn31 +32760" },
	{ 0x39bffc41, 0xc4ffffff, HV_OK, "ldrsb x1, [x2, #4095]", "uimm ld sign 1x1 w64 rt1 rn2 +4095" },
	{ 0x79fffc41, 0x40ffffff, HV_OK, "ldrsh w1, [x2, #8190]", "uimm ld sign 2x1 w32 rt1 rn2 +8190" },
	{ 0xb9800041, 0x80bfffff, HV_OK, "ldrsw x1, [x2]", "uimm ld sign 4x1 w64 rt1 rn2" },
	{ 0x3940045f, 0xc4ffffff, HV_OK, "ldrb wzr, [x2, #1]", "uimm ld 1x1 w32 rt31 rn2 +1" },
	{ 0x3d3ffc41, 0xc4ffffff, HV_OK, "str b1, [x2, #4095]", "uimm st simd 1x1 w64 rt1 rn2 +4095" },
	{ 0x3dfffc5f, 0x04ffffff, HV_OK, "ldr q31, [x2, #65520]", "uimm ld simd 16x1 w64 rt31 rn2 +65520" },
	{ 0xf9800425, 0x003fffff, HV_OK, "prfm #5, [x1, #8]", "prfm 0x0 w0 rt5 rn1 +8" },
	{ 0x78100109, 0xc4dff3ff, HV_OK, "sturh w9, [x8, #-256]", "unscaled st 2x1 w32 rt9 rn8 -256" },
	{ 0xfc4ff0e6, 0xc45ff3ff, HV_OK, "ldur d6, [x7, #255]", "unscaled ld simd 8x1 w64 rt6 rn7 +255" },
	{ 0xf89ff000, 0x211ff3ff, HV_OK, "prfum #0, [x0, #-1]", "prfm 0x0 w0 rt0 rn0 -1" },
	{ 0xf8500441, 0xc45ff3ff, HV_OK, "ldr x1, [x2], #-256", "post ld 8x1 w64 rt1 rn2 -256 post" },
	{ 0x3c810441, 0x04dff3ff, HV_OK, "str q1, [x2], #16", "post st simd 16x1 w64 rt1 rn2 +16 post" },
	{ 0x380fffe1, 0xc4dff3ff, HV_OK, "strb w1, [sp, #255]!", "pre st 1x1 w32 rt1 rn31 +255 pre" },
	{ 0x7c5fec41, 0xc45ff3ff, HV_OK, "ldr h1, [x2, #-2]!", "pre ld simd 2x1 w64 rt1 rn2 -2 pre" },
	{ 0xf81ff8a4, 0xc05ff3ff, HV_OK, "sttr x4, [x5, #-1]", "unpriv st 8x1 w64 rt4 rn5 -1" },
	{ 0xb88008a4, 0x809ff3ff, HV_OK, "ldtrsw x4, [x5]", "unpriv ld sign 4x1 w64 rt4 rn5" },
	{ 0xf8635841, 0xc45fb3ff, HV_OK, "ldr x1, [x2, w3, uxtw #3]", "regoff ld 8x1 w64 rt1 rn2 rm3 uxtw3" },
	{ 0x78636841, 0xc4dfb3ff, HV_OK, "ldrh w1, [x2, x3]", "regoff ld 2x1 w32 rt1 rn2 rm3 lsl0" },
	{ 0x3ca3d841, 0x04dfb3ff, HV_OK, "str q1, [x2, w3, sxtw #4]", "regoff st simd 16x1 w64 rt1 rn2 rm3 sxtw4" },
	{ 0x3863f841, 0xc4dfb3ff, HV_OK, "ldrb w1, [x2, x3, sxtx #0]", "regoff ld 1x1 w32 rt1 rn2 rm3 sxtx0" },
	{ 0xf8a37840, 0x211fb3ff, HV_OK, "prfm #0, [x2, x3, lsl #3]", "prfm 0x0 w0 rt0 rn2 rm3 lsl3" },
	{ 0x18800001, 0xc4ffffff, HV_OK, "ldr w1, #-1048576", "literal ld 4x1 w32 rt1 pc -1048576" },
	{ 0x587fffe1, 0x44ffffff, HV_OK, "ldr x1, #1048572", "literal ld 8x1 w64 rt1 pc +1048572" },
	{ 0x98000021, 0x84ffffff, HV_OK, "ldrsw x1, #4", "literal ld sign 4x1 w64 rt1 pc +4" },
	{ 0xd8000042, 0x00ffffff, HV_OK, "prfm #2, #8", "prfm 0x0 w0 rt2 pc +8" },
	{ 0x1c000041, 0xc4ffffff, HV_OK, "ldr s1, #8", "literal ld simd 4x1 w64 rt1 pc +8" },
	{ 0x5c000041, 0x44ffffff, HV_OK, "ldr d1, #8", "literal ld simd 8x1 w64 rt1 pc +8" },
	{ 0x9c000041, 0x84ffffff, HV_OK, "ldr q1, #8", "literal ld simd 16x1 w64 rt1 pc +8" },
	{ 0x29600861, 0xc5ffffff, HV_OK, "ldp w1, w2, [x3, #-256]", "pair ld pair 4x2 w32 rt1 rt2=2 rn3 -256" },
	{ 0xa9a00be1, 0x85ffffff, HV_OK, "stp x1, x2, [sp, #-512]!", "pair st pair 8x2 w64 rt1 rt2=2 rn31 -512 pre" },
	{ 0xa8df8be1, 0x85ffffff, HV_OK, "ldp x1, x2, [sp], #504", "pair ld pair 8x2 w64 rt1 rt2=2 rn31 +504 post" },
	{ 0xa8408861, 0x85ffffff, HV_OK, "ldnp x1, x2, [x3, #8]", "pair ld pair 8x2 w64 rt1 rt2=2 rn3 +8" },
	{ 0x697f8861, 0x44bfffff, HV_OK, "ldpsw x1, x2, [x3, #-4]", "pair ld sign pair 4x2 w64 rt1 rt2=2 rn3 -4" },
	{ 0x68c08861, 0x453fffff, HV_OK, "ldpsw x1, x2, [x3], #4", "pair ld sign pair 4x2 w64 rt1 rt2=2 rn3 +4 post" },
	{ 0x2d008861, 0xc5ffffff, HV_OK, "stp s1, s2, [x3, #4]", "pair st simd pair 4x2 w64 rt1 rt2=2 rn3 +4" },
	{ 0x6c400861, 0x41ffffff, HV_OK, "ldnp d1, d2, [x3]", "pair ld simd pair 8x2 w64 rt1 rt2=2 rn3" },
	{ 0xaddf8861, 0x85ffffff, HV_OK, "ldp q1, q2, [x3, #1008]!", "pair ld simd pair 16x2 w64 rt1 rt2=2 rn3 +1008 pre" },
	{ 0x69200861, 0x00bfffff, HV_ENOTSUP, "stgp x1, x2, [x3, #-1024]", "stgp st pair 8x0 w64 rt1 rt2=2 rn3 -1024" },
	{ 0x68808861, 0x013fffff, HV_ENOTSUP, "stgp x1, x2, [x3], #16", "stgp st pair 8x0 w64 rt1 rt2=2 rn3 +16 post" },
	{ 0x69808861, 0x01bfffff, HV_ENOTSUP, "stgp x1, x2, [x3, #16]!", "stgp st pair 8x0 w64 rt1 rt2=2 rn3 +16 pre" },
	{ 0x88dffc41, 0xc05fffff, HV_OK, "ldar w1, [x2]", "ordered ld acq 4x1 w32 rt1 rn2" },
	{ 0x08df7c41, 0xc05fffff, HV_OK, "ldlarb w1, [x2]", "ordered ld 1x1 w32 rt1 rn2" },
	{ 0xc89fffe1, 0xc05fffff, HV_OK, "stlr x1, [sp]", "ordered st rel 8x1 w64 rt1 rn31" },
	{ 0x489f7c41, 0xc05fffff, HV_OK, "stllrh w1, [x2]", "ordered st 2x1 w32 rt1 rn2" },
	{ 0x78bfc041, 0xc00003ff, HV_OK, "ldaprh w1, [x2]", "ordered ld acq 2x1 w32 rt1 rn2" },
	{ 0x19500041, 0xc0dff3ff, HV_OK, "ldapurb w1, [x2, #-256]", "rcpc ld acq 1x1 w32 rt1 rn2 -256" },
	{ 0x99804041, 0x809ff3ff, HV_OK, "ldapursw x1, [x2, #4]", "rcpc ld sign acq 4x1 w64 rt1 rn2 +4" },
	{ 0xd9000041, 0xc05ff3ff, HV_OK, "stlur x1, [x2]", "rcpc st rel 8x1 w64 rt1 rn2" },
	{ 0x99c00841, 0x404003ff, HV_OK, "ldapr w1, [x2], #4", "rcpc ld acq 4x1 w32 rt1 rn2 +4 post" },
	{ 0xd9800841, 0x404003ff, HV_OK, "stlr x1, [x2, #-8]!", "rcpc st rel 8x1 w64 rt1 rn2 -8 pre" },
	{ 0x1dc03841, 0x00dff3ff, HV_OK, "ldapur q1, [x2, #3]", "rcpc ld simd acq 16x1 w64 rt1 rn2 +3" },
	{ 0x1d000841, 0xc0dff3ff, HV_OK, "stlur b1, [x2]", "rcpc st simd rel 1x1 w64 rt1 rn2" },
	{ 0x99420861, 0x405f13ff, HV_OK, "ldiapp w1, w2, [x3], #8", "pair ld pair acq 4x2 w32 rt1 rt2=2 rn3 +8 post" },
	{ 0xd9421861, 0x405f13ff, HV_OK, "ldiapp x1, x2, [x3]", "pair ld pair acq 8x2 w64 rt1 rt2=2 rn3" },
	{ 0xd9020861, 0x405f13ff, HV_OK, "stilp x1, x2, [x3, #-16]!", "pair st pair rel 8x2 w64 rt1 rt2=2 rn3 -16 pre" },
	{ 0x99021861, 0x405f13ff, HV_OK, "stilp w1, w2, [x3]", "pair st pair rel 4x2 w32 rt1 rt2=2 rn3" },
	{ 0x885f7c41, 0xc05fffff, HV_ENOTSUP, "ldxr w1, [x2]", "excl ld excl 4x0 w32 rt1 rn2" },
	{ 0x085ffc41, 0xc05fffff, HV_ENOTSUP, "ldaxrb w1, [x2]", "excl ld excl acq 1x0 w32 rt1 rn2" },
	{ 0xc803fc41, 0xc05fffff, HV_ENOTSUP, "stlxr w3, x1, [x2]", "excl st excl rel 8x0 w64 rt1 rs3 rn2" },
	{ 0x48037c41, 0xc05fffff, HV_ENOTSUP, "stxrh w3, w1, [x2]", "excl st excl 2x0 w32 rt1 rs3 rn2" },
	{ 0x887f1041, 0x405fffff, HV_ENOTSUP, "ldxp w1, w4, [x2]", "exclp ld pair excl 4x0 w32 rt1 rt2=4 rn2" },
	{ 0xc8239041, 0x405fffff, HV_ENOTSUP, "stlxp w3, x1, x4, [x2]", "exclp st pair excl rel 8x0 w64 rt1 rt2=4 rs3 rn2" },
	{ 0x88a17c62, 0xc05f83ff, HV_ENOTSUP, "cas w1, w2, [x3]", "cas ld st 4x0 w32 rt2 rs1 rn3" },
	{ 0x08e1fc62, 0xc05f83ff, HV_ENOTSUP, "casalb w1, w2, [x3]", "cas ld st acq rel 1x0 w32 rt2 rs1 rn3" },
	{ 0x08227cc4, 0x405e83fe, HV_ENOTSUP, "casp w2, w3, w4, w5, [x6]", "casp ld st pair 4x0 w32 rt4 rs2 rn6" },
	{ 0x48627cc4, 0x405e83fe, HV_ENOTSUP, "caspa x2, x3, x4, x5, [x6]", "casp ld st pair acq 8x0 w64 rt4 rs2 rn6" },
	{ 0xb8210062, 0xc0df73ff, HV_ENOTSUP, "ldadd w1, w2, [x3]", "ldop ld st 4x0 w32 rt2 rs1 rn3" },
	{ 0x78e16062, 0xc0df73ff, HV_ENOTSUP, "ldumaxalh w1, w2, [x3]", "ldop ld st acq rel 2x0 w32 rt2 rs1 rn3" },
	{ 0xf8618062, 0xc0df03ff, HV_ENOTSUP, "swpl x1, x2, [x3]", "swp ld st rel 8x0 w64 rt2 rs1 rn3" },
	{ 0x19a21061, 0x00df23ff, HV_ENOTSUP, "ldclrpa x1, x2, [x3]", "lse128 ld st pair acq 8x0 w64 rt1 rt2=2 rn3" },
	{ 0x19623061, 0x00df23ff, HV_ENOTSUP, "ldsetpl x1, x2, [x3]", "lse128 ld st pair rel 8x0 w64 rt1 rt2=2 rn3" },
	{ 0x19228061, 0x00df03ff, HV_ENOTSUP, "swpp x1, x2, [x3]", "lse128 ld st pair 8x0 w64 rt1 rt2=2 rn3" },
	{ 0x19210862, 0x40df03ff, HV_ENOTSUP, "rcwcas x1, x2, [x3]", "rcw ld st 8x0 w64 rt2 rs1 rn3" },
	{ 0x59a20cc4, 0x40de07fe, HV_ENOTSUP, "rcwscaspa x2, x3, x4, x5, [x6]", "rcw ld st acq 8x0 w64 rt4 rs2 rn6" },
	{ 0x38219062, 0x40df23ff, HV_ENOTSUP, "rcwclr x1, x2, [x3]", "rcw ld st 8x0 w64 rt2 rs1 rn3" },
	{ 0x78e1a062, 0x40df13ff, HV_ENOTSUP, "rcwsswpal x1, x2, [x3]", "rcw ld st acq rel 8x0 w64 rt2 rs1 rn3" },
	{ 0x19229061, 0x40df23ff, HV_ENOTSUP, "rcwclrp x1, x2, [x3]", "rcw ld st pair 8x0 w64 rt1 rt2=2 rn3" },
	{ 0x5922b061, 0x40df33ff, HV_ENOTSUP, "rcwssetp x1, x2, [x3]", "rcw ld st pair 8x0 w64 rt1 rt2=2 rn3" },
	{ 0xf83fd036, 0x000043f6, HV_ENOTSUP, "ld64b x22, [x1]", "ls64 ld 64x0 w64 rt22 rn1" },
	{ 0xf83f9022, 0x000063fe, HV_ENOTSUP, "st64b x2, [x1]", "ls64 st 64x0 w64 rt2 rn1" },
	{ 0xf823b022, 0x001f13fe, HV_ENOTSUP, "st64bv x3, x2, [x1]", "ls64 st 64x0 w64 rt2 rs3 rn1" },
	{ 0xf823a022, 0x001f13fe, HV_ENOTSUP, "st64bv0 x3, x2, [x1]", "ls64 st 64x0 w64 rt2 rs3 rn1" },
	{ 0xf8600441, 0x00dffbff, HV_ENOTSUP, "ldraa x1, [x2, #-4096]", "ldra ld 8x0 w64 rt1 rn2 -4096" },
	{ 0xf8bffc41, 0x00dffbff, HV_ENOTSUP, "ldrab x1, [x2, #4088]!", "ldra ld 8x0 w64 rt1 rn2 +4088 pre" },
	{ 0xd930045f, 0x00dffbff, HV_ENOTSUP, "stg sp, [x2], #-4096", "tag st 0x0 w0 rt31 rn2 -4096 post" },
	{ 0xd96ff841, 0x00dfffff, HV_ENOTSUP, "stzg x1, [x2, #4080]", "tag st 0x0 w0 rt1 rn2 +4080" },
	{ 0xd9a01c41, 0x00dfffff, HV_ENOTSUP, "st2g x1, [x2, #16]!", "tag st 0x0 w0 rt1 rn2 +16 pre" },
	{ 0xd97ff041, 0x001fffff, HV_ENOTSUP, "ldg x1, [x2, #-16]", "tag ld 0x0 w0 rt1 rn2 -16" },
	{ 0xd9a00041, 0x00c00fff, HV_ENOTSUP, "stgm x1, [x2]", "tag st 0x0 w0 rt1 rn2" },
	{ 0xd9200041, 0x00c00fff, HV_ENOTSUP, "stzgm x1, [x2]", "tag st 0x0 w0 rt1 rn2" },
	{ 0xd9e00041, 0x00c00fff, HV_ENOTSUP, "ldgm x1, [x2]", "tag ld 0x0 w0 rt1 rn2" },
	{ 0x0c407041, 0x41c01fff, HV_OK, "ld1 {v1.8b}, [x2]", "struct ld simd 1x8 w64 rt1 rn2 selem1 lane254 v8" },
	{ 0x4cdf2c41, 0x415fefff, HV_OK, "ld1 {v1.2d-v4.2d}, [x2], #64", "struct ld simd 8x8 w64 rt1 rn2 +64 post selem1 lane254 v16" },
	{ 0x4c8303ff, 0x415fefff, HV_OK, "st4 {v31.16b, v0.16b, v1.16b, v2.16b}, [sp], x3", "struct st simd 1x64 w64 rt31 rn31 rm3 lsl0 post selem4 lane254 v16" },
	{ 0x0c404441, 0x40c067ff, HV_OK, "ld3 {v1.4h-v3.4h}, [x2]", "struct ld simd 2x12 w64 rt1 rn2 selem3 lane254 v8" },
	{ 0x0c9f8841, 0x405fabff, HV_OK, "st2 {v1.2s,v2.2s}, [x2], #16", "struct st simd 4x4 w64 rt1 rn2 +16 post selem2 lane254 v8" },
	{ 0x0c406c41, 0x40c05fff, HV_OK, "ld1 {v1.1d-v3.1d}, [x2]", "struct ld simd 8x3 w64 rt1 rn2 selem1 lane254 v8" },
	{ 0x4c00a441, 0x41c0afff, HV_OK, "st1 {v1.8h,v2.8h}, [x2]", "struct st simd 2x16 w64 rt1 rn2 selem1 lane254 v16" },
	{ 0x4d401c41, 0x40e03fff, HV_OK, "ld1 {v1.b}[15], [x2]", "struct ld simd 1x1 w64 rt1 rn2 selem1 lane15 v16" },
	{ 0x4da45841, 0x407f7bff, HV_OK, "st2 {v1.h,v2.h}[7], [x2], x4", "struct st simd 2x2 w64 rt1 rn2 rm4 lsl0 post selem2 lane7 v16" },
	{ 0x4ddfb041, 0x407fb3ff, HV_OK, "ld3 {v1.s-v3.s}[3], [x2], #12", "struct ld simd 4x3 w64 rt1 rn2 +12 post selem3 lane3 v16" },
	{ 0x4d20a441, 0x40e0a7ff, HV_OK, "st4 {v1.d-v4.d}[1], [x2]", "struct st simd 8x4 w64 rt1 rn2 selem4 lane1 v16" },
	{ 0x0ddfc041, 0x403fefff, HV_OK, "ld1r {v1.8b}, [x2], #1", "struct ld simd 1x1 w64 rt1 rn2 +1 post selem1 lane255 v8" },
	{ 0x4d60ec41, 0x40a02fff, HV_OK, "ld4r {v1.2d-v4.2d}, [x2]", "struct ld simd 8x4 w64 rt1 rn2 selem4 lane255 v16" },
	{ 0x4d418441, 0x40c103ff, HV_OK, "ldap1 {v1.d}[1], [x2]", "struct ld simd acq 8x1 w64 rt1 rn2 selem1 lane1 v16" },
	{ 0x0d018441, 0x40c103ff, HV_OK, "stl1 {v1.d}[0], [x2]", "struct st simd rel 8x1 w64 rt1 rn2 selem1 lane0 v8" },
	{ 0x19020461, 0x04dff3ff, HV_ENOTSUP, "cpyfp [x1]!, [x2]!, x3!", "mops 0x0 w0 rt1 rn3" },
	{ 0x1d820461, 0x04dff3ff, HV_ENOTSUP, "cpye [x1]!, [x2]!, x3!", "mops 0x0 w0 rt1 rn3" },
	{ 0x19c30441, 0x04dff3ff, HV_ENOTSUP, "setp [x1]!, x2!, x3", "mops 0x0 w0 rt1 rn2" },
	{ 0x1dc34441, 0x04df73ff, HV_ENOTSUP, "setgm [x1]!, x2!, x3", "mops 0x0 w0 rt1 rn2" },
	{ 0xd91f0c41, 0x000013ff, HV_ENOTSUP, "gcsstr x1, [x2]", "gcs 0x0 w0 rt1 rn2" },
	{ 0xd91f1c41, 0x000013ff, HV_ENOTSUP, "gcssttr x1, [x2]", "gcs 0x0 w0 rt1 rn2" },
	{ 0xd50b7701, 0x0000005f, HV_ENOTSUP, "gcspushm x1", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd52b7721, 0x0000005f, HV_ENOTSUP, "gcspopm x1", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd50b7741, 0x0000005f, HV_ENOTSUP, "gcsss1 x1", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd52b7761, 0x0000005f, HV_ENOTSUP, "gcsss2 x1", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd508779f, 0x0000007f, HV_ENOTSUP, "gcspushx", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd50877bf, 0x0000003f, HV_ENOTSUP, "gcspopcx", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd50877df, 0x0000005f, HV_ENOTSUP, "gcspopx", "gcs 0x0 w0 rt31 nobase" },
	{ 0xd50b7421, 0x0000001f, HV_OK, "dc zva, x1", "dc_zva st 8x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7461, 0x0000001f, HV_ENOTSUP, "dc gva, x1", "tag 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7481, 0x0000001f, HV_ENOTSUP, "dc gzva, x1", "tag 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd5087621, 0x000000df, HV_OK, "dc ivac, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd5087661, 0x0000005f, HV_OK, "dc igvac, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50876a1, 0x0000009f, HV_OK, "dc igdvac, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7a21, 0x000005df, HV_OK, "dc cvac, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7a61, 0x0000045f, HV_OK, "dc cgvac, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7aa1, 0x0000049f, HV_OK, "dc cgdvac, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7b21, 0x0000011f, HV_OK, "dc cvau, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7c21, 0x000003df, HV_OK, "dc cvap, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7d21, 0x000009df, HV_OK, "dc cvadp, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xd50b7e3f, 0x000006df, HV_OK, "dc civac, xzr", "cache 0x0 w0 rt31 nobase" },
	{ 0xd50b7521, 0x0000081f, HV_OK, "ic ivau, x1", "cache 0x0 w0 rt31 nobase rm1 lsl0" },
	{ 0xa400a021, 0x65ffffff, HV_ENOTSUP, "ld1b {z1.b}, p0/z, [x1]", "sve 0x0 w0 rt31 nobase" },
	{ 0xe5804021, 0x65ffffff, HV_ENOTSUP, "str z1, [x1]", "sve 0x0 w0 rt31 nobase" },
	{ 0xe01f0020, 0x45ffffff, HV_ENOTSUP, "ld1b {za0h.b[w12, 0]}, p0/z, [x1]", "sve 0x0 w0 rt31 nobase" },
	{ 0xa0400020, 0x457fffff, HV_ENOTSUP, "ld1b {z0.b, z1.b}, pn8/z, [x1]", "sve 0x0 w0 rt31 nobase" },
};

/* Not allocated: what decides is in the comment. */
static const uint32_t holes[] = {
	0x00000000, /* UDF */
	0x91000421, /* ADD: no load or store */
	0xd65f03c0, /* RET */
	0x78c00841 | 0x80000000, /* LDTR of size 3, opc 3 */
	0xb9c00041, /* size 2, opc 3 */
	0xf9c00041, /* size 3, opc 3 */
	0xf8800441, /* PRFM has no post-index */
	0xf8800841, /* nor an unprivileged form */
	0xf8800c41, /* nor pre-index */
	0xd9800041, /* nor an ordered one */
	0xbd800041, /* SIMD&FP: size with opc<1> beyond 128 bits */
	0x7c800041, /* the same, unscaled */
	0x3c000841, /* SIMD&FP has no unprivileged form */
	0x38632841, /* register offset with UXTH: option<1> is 0 */
	0xdc000041, /* literal SIMD&FP, opc 3 */
	0x68400861, /* LDPSW without temporal hint does not exist */
	0x68000861, /* nor does STGP */
	0xe9000861, /* pair, opc 3 */
	0xed000861, /* SIMD&FP pair, opc 3 */
	0x08217c62, /* CASP: Rs odd */
	0x08227c63, /* CASP: Rt odd */
	0x08226cc4, /* CASP: Rt2 not 31 */
	0x88a10c62, /* CAS: Rt2 not 31 */
	0x38a1c041, /* LDAPR: Rs not 31 */
	0x38219462, /* bits 11:10 of an atomic */
	0xb8219062, /* RCW of size 2 */
	0xb821d062, /* LD64B of size 2 */
	0xf83fd023, /* LD64B to an odd register */
	0xf83fd038, /* LD64B to x24..x31 */
	0xf821d022, /* LD64B: Rs not 31 */
	0x19221c41, /* RCWCASP: Rt odd */
	0x1922107f, /* LDCLRP to xzr */
	0x193f1061, /* LDCLRP with xzr */
	0x0c401041, /* LD multiple: opcode 1 */
	0x0c400c41, /* LD4 of 1D */
	0x0c418041, /* no post-index: Rm not 0 */
	0x8c407041, /* bit 31 */
	0x4d405441, /* LD1 single H: size<0> */
	0x4d408841, /* LD1 single S: size<1> */
	0x4d409441, /* LD1 single D: S */
	0x4d408c41, /* LD1 single D: size<1> */
	0x4d00c041, /* "ST1R" */
	0x4d40d041, /* LD1R: S */
	0xb8600441, /* LDRA of size 2 */
	0xfc600441, /* LDRA, V */
	0xd9201041, /* STZGM with offset */
	0xd9a01041, /* STGM with offset */
	0xd9e01041, /* LDGM with offset */
	0x59020461, /* memory copy, size field not 0 */
	0x19c3c441, /* SET, op2 12 */
	0x1dc3c441, /* SETG, op2 12 */
	0xd9000c41, /* GCSSTR without its ones */
	0xd50b7401, /* SYS #3, C7, C4, #0 */
	0xd5087421, /* op1 of DC ZVA */
	0xd5087641, /* DC ISW: by set and way */
	0xd50b7621, /* op1 of DC IVAC */
	0xd5087521, /* op1 of IC IVAU */
	0xd5087501, /* IC IALLU: no address */
	0xd5087801, /* AT S1E1R reports in PAR */
	0xd50e7a21, /* op1 6 */
	0x80800000, /* SME outer product */
	0xa0800000, /* SME integer outer product */
};
// clang-format on

static void every_form_gives_its_fields(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(forms); i++) {
		struct hv_insn insn;
		enum hv_err err = hv_insn_decode(forms[i].word, &insn);

		if (err != forms[i].err || strcmp(describe(&insn), forms[i].fields) != 0)
			fail_msg("%08x %s: error %d, %s; expected %s", forms[i].word, forms[i].text, err,
				 describe(&insn), forms[i].fields);
	}
}

/* A mask of the decoder that is too wide or too narrow by one bit shows here. */
static void every_form_ends_where_it_should(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(forms); i++) {
		struct hv_insn insn, other;
		uint32_t free = 0;

		(void)!hv_insn_decode(forms[i].word, &insn);
		for (n = 0; n < 32; n++)
			if (hv_insn_decode(forms[i].word ^ 1u << n, &other) == forms[i].err &&
			    other.insn_class == insn.insn_class)
				free |= 1u << n;
		if (free != forms[i].free)
			fail_msg("%08x %s: free bits %08x, expected %08x", forms[i].word, forms[i].text, free,
				 forms[i].free);
	}
}

/* What a refused word leaves behind: nothing to access, no register named. */
static void assert_blank(const struct hv_insn *insn)
{
	assert_string_equal(describe(insn), "none 0x0 w0 rt31 nobase");
}

static void holes_are_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(holes); i++) {
		struct hv_insn insn;

		memset(&insn, 0xa5, sizeof(insn));
		if (hv_insn_decode(holes[i], &insn) != HV_EINVAL)
			fail_msg("%08x: decoded as %s", holes[i], describe(&insn));
		assert_blank(&insn);
	}
}

/* Should-be-one fields that are not: decoded as if they were, but for LDAPR. */
static void should_be_one_fields_do_not_count(void **state)
{
	struct hv_insn insn;

	(void)state;
	assert_int_equal(hv_insn_decode(0x88c08041, &insn), HV_OK); /* LDAR, Rs and Rt2 are 0 */
	assert_string_equal(describe(&insn), "ordered ld acq 4x1 w32 rt1 rn2");
	assert_int_equal(hv_insn_decode(0x88400041, &insn), HV_ENOTSUP); /* LDXR */
	assert_string_equal(describe(&insn), "excl ld excl 4x0 w32 rt1 rn2");
}

/* All 32 values of op1 and op2 for each CRm of SYS C7: exactly the operations by address that Armv9.4 has at EL1 and EL0. */
static void cache_operations_are_those_by_address(void **state)
{
	static const uint16_t by_address[] = { /* op1, CRm, op2 as octal and hexadecimal digits: 0x3a1 is 3, C10, 1 */
					       0x061, 0x063, 0x065, 0x351, 0x3a1, 0x3a3, 0x3a5, 0x3b1, 0x3c1,
					       0x3c3, 0x3c5, 0x3d1, 0x3d3, 0x3d5, 0x3e1, 0x3e3, 0x3e5
	};
	uint32_t op1, crm, op2;
	size_t nr = 0;

	(void)state;
	for (op1 = 0; op1 < 8; op1++)
		for (crm = 0; crm < 16; crm++)
			for (op2 = 0; op2 < 8; op2++) {
				struct hv_insn insn;

				if (hv_insn_decode(0xd5087000 | op1 << 16 | crm << 8 | op2 << 5 | 9, &insn) != HV_OK ||
				    insn.insn_class != HV_INSN_CACHE)
					continue;
				assert_true(nr < HV_ARRAY_SIZE(by_address));
				assert_int_equal(by_address[nr++], op1 << 8 | crm << 4 | op2);
				assert_int_equal(insn.rm, 9);
			}
	assert_int_equal(nr, HV_ARRAY_SIZE(by_address));
}

/* What holds for every word whatever it is. */
static void check_invariants(uint32_t word)
{
	struct hv_insn insn;
	enum hv_err err = hv_insn_decode(word, &insn);
	bool ok = insn.rt <= 31 && insn.rt2 <= 31 && insn.rs <= 31 && insn.rn <= HV_INSN_RN_ZERO && insn.rm <= 31;

	switch ((int)err) {
	case HV_OK:
		ok &= insn.insn_class < HV_INSN_LDRA && !(insn.load && insn.store) && hv_insn_bytes(&insn) <= 64;
		ok &= insn.nr == 0 || insn.load || insn.store;
		break;
	case HV_ENOTSUP:
		ok &= insn.insn_class >= HV_INSN_LDRA && insn.insn_class < HV_INSN_NONE && insn.nr == 0;
		break;
	case HV_EINVAL:
		ok &= insn.insn_class == HV_INSN_NONE && insn.nr == 0;
		break;
	default:
		ok = false;
	}
	ok &= insn.shift <= 4 && (insn.ext == HV_INSN_LSL || insn.ext & 2) && insn.ext <= HV_INSN_SXTX;
	ok &= insn.simd || insn.bytes != 16;
	ok &= (insn.bytes & (insn.bytes - 1)) == 0;
	ok &= !hv_insn_isv(&insn) || (!insn.pair && !insn.excl && insn.load + insn.store == 1);
	if (!ok)
		fail_msg("%08x: error %d, %s", word, err, describe(&insn));
}

/* Words 0, 2039, 4078, ...: two million of them; the stride is prime, so that all bits vary. */
static void every_word_has_an_answer(void **state)
{
	uint64_t word;

	(void)state;
	for (word = 0; word <= UINT32_MAX; word += 2039)
		check_invariants((uint32_t)word);
}

static void isv_is_for_single_general_registers(void **state)
{
	static const struct {
		uint32_t word;
		bool isv;
	} rows[] = {
		{ 0xb9000865, true },  { 0x78100109, true },  { 0xf81ff8a4, true },  { 0xf8635841, true },
		{ 0x18800001, true },  { 0x88dffc41, true },  { 0x19500041, true },  { 0xf8600441, true },
		{ 0xf8500441, false }, { 0x380fffe1, false }, { 0x99c00841, false }, { 0xf8bffc41, false },
		{ 0x29600861, false }, { 0x3d3ffc41, false }, { 0x1c000041, false }, { 0x885f7c41, false },
		{ 0xb8210062, false }, { 0xf83fd036, false }, { 0xd50b7421, false }, { 0xd9a00041, false },
	};
	struct hv_insn insn;
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(rows); i++) {
		(void)!hv_insn_decode(rows[i].word, &insn);
		if (hv_insn_isv(&insn) != rows[i].isv)
			fail_msg("%08x: ISV %d", rows[i].word, !rows[i].isv);
	}
}

static void class_names_are_distinct(void **state)
{
	int a, b;

	(void)state;
	for (a = HV_INSN_UNSCALED; a <= HV_INSN_NONE; a++)
		for (b = HV_INSN_UNSCALED; b < a; b++)
			assert_string_not_equal(hv_insn_class_name((enum hv_insn_class)a),
						hv_insn_class_name((enum hv_insn_class)b));
	assert_string_equal(hv_insn_class_name(HV_INSN_UNSCALED), "unscaled");
	assert_string_equal(hv_insn_class_name(HV_INSN_SVE), "sve");
	assert_string_equal(hv_insn_class_name(HV_INSN_NONE), "none");
	assert_string_equal(hv_insn_class_name((enum hv_insn_class)1000), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_gives_its_fields),
		cmocka_unit_test(every_form_ends_where_it_should),
		cmocka_unit_test(holes_are_refused),
		cmocka_unit_test(should_be_one_fields_do_not_count),
		cmocka_unit_test(cache_operations_are_those_by_address),
		cmocka_unit_test(every_word_has_an_answer),
		cmocka_unit_test(isv_is_for_single_general_registers),
		cmocka_unit_test(class_names_are_distinct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
