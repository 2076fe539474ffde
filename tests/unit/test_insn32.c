/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The A32 and T32 decoder: every form with all its fields, what is refused, addresses, register lists, and words by stride. The
 * words were assembled by LLVM 19 from the text beside them. Covers ESR-02 and ESR-03 (sign and width), ESR-08 (write-back).
 */
#include <hv/insn32.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* A decoded instruction as text: what hv_insn32_decode() filled in and is not "none". */
static const char *describe(const struct hv_insn32 *out)
{
	static const char shifts[4][4] = { "lsl", "lsr", "asr", "ror" };
	const struct hv_insn *insn = &out->insn;
	static char text[128];
	int n = 0;

#define SAY(...) (n += snprintf(text + n, sizeof(text) - (size_t)n, __VA_ARGS__))
	SAY("%s%s%s", hv_insn_class_name(insn->insn_class), insn->load ? " ld" : "", insn->store ? " st" : "");
	SAY("%s%s%s", insn->sign ? " sign" : "", insn->pair ? " pair" : "", insn->excl ? " excl" : "");
	SAY("%s%s %ux%u rt%u", insn->acq ? " acq" : "", insn->rel ? " rel" : "", insn->bytes, insn->nr, insn->rt);
	if (insn->rt2 != 31)
		SAY(" rt2=%u", insn->rt2);
	SAY(insn->rn == HV_INSN_RN_PC ? " pc" : insn->rn == HV_INSN_RN_ZERO ? " nobase" : " rn%u", insn->rn);
	if (insn->rm != 31 || out->shift != 0 || out->subtract)
		SAY(" %crm%u %s%u", out->subtract ? '-' : '+', insn->rm, shifts[out->shift_type], out->shift);
	if (insn->imm != 0)
		SAY(" %+d", insn->imm);
	if (insn->wb != HV_INSN_WB_NONE)
		SAY(insn->wb == HV_INSN_WB_PRE ? " pre" : " post");
	if (out->list != 0)
		SAY(" list%04x %+d", out->list, out->step);
	SAY(" b%u", out->bytes);
#undef SAY
	return text;
}

struct form {
	uint32_t word;
	enum hv_err err;
	const char *text, *fields;
};

// clang-format off
static const struct form a32_forms[] = {
	{ 0xe5815000, HV_OK, "str r5, [r1]", "uimm st 4x1 rt5 rn1 b4" },
	{ 0xe5113fff, HV_OK, "ldr r3, [r1, #-4095]", "uimm ld 4x1 rt3 rn1 -4095 b4" },
	{ 0xe5fd3001, HV_OK, "ldrb r3, [r13, #1]!", "pre ld 1x1 rt3 rn13 +1 pre b4" },
	{ 0xe4410004, HV_OK, "strb r0, [r1], #-4", "post st 1x1 rt0 rn1 -4 post b4" },
	{ 0xe7913002, HV_OK, "ldr r3, [r1, r2]", "regoff ld 4x1 rt3 rn1 +rm2 lsl0 b4" },
	{ 0xe7113022, HV_OK, "ldr r3, [r1, -r2, lsr #32]", "regoff ld 4x1 rt3 rn1 -rm2 lsr32 b4" },
	{ 0xe7a130c2, HV_OK, "str r3, [r1, r2, asr #1]!", "pre st 4x1 rt3 rn1 +rm2 asr1 pre b4" },
	{ 0xe6513fe2, HV_OK, "ldrb r3, [r1], -r2, ror #31", "post ld 1x1 rt3 rn1 -rm2 ror31 post b4" },
	{ 0xe59f3008, HV_OK, "ldr r3, [pc, #8]", "literal ld 4x1 rt3 pc +8 b4" },
	{ 0xe50f3008, HV_OK, "str r3, [pc, #-8]", "literal st 4x1 rt3 pc -8 b4" },
	{ 0xe4b13004, HV_OK, "ldrt r3, [r1], #4", "unpriv ld 4x1 rt3 rn1 +4 post b4" },
	{ 0xe6613182, HV_OK, "strbt r3, [r1], -r2, lsl #3", "unpriv st 1x1 rt3 rn1 -rm2 lsl3 post b4" },
	{ 0xe1d13fbf, HV_OK, "ldrh r3, [r1, #255]", "uimm ld 2x1 rt3 rn1 +255 b4" },
	{ 0xe16140b2, HV_OK, "strh r4, [r1, #-2]!", "pre st 2x1 rt4 rn1 -2 pre b4" },
	{ 0xe091c0d2, HV_OK, "ldrsb r12, [r1], r2", "post ld sign 1x1 rt12 rn1 +rm2 lsl0 post b4" },
	{ 0xe111e0f2, HV_OK, "ldrsh lr, [r1, -r2]", "regoff ld sign 2x1 rt14 rn1 -rm2 lsl0 b4" },
	{ 0xe0f130b2, HV_OK, "ldrht r3, [r1], #2", "unpriv ld 2x1 rt3 rn1 +2 post b4" },
	{ 0xe03130d2, HV_OK, "ldrsbt r3, [r1], -r2", "unpriv ld sign 1x1 rt3 rn1 -rm2 lsl0 post b4" },
	{ 0xe1c120d0, HV_OK, "ldrd r2, r3, [r1]", "uimm ld pair 4x2 rt2 rt2=3 rn1 b4" },
	{ 0xe16140f8, HV_OK, "strd r4, r5, [r1, #-8]!", "pre st pair 4x2 rt4 rt2=5 rn1 -8 pre b4" },
	{ 0xe08140d2, HV_OK, "ldrd r4, r5, [r1], r2", "post ld pair 4x2 rt4 rt2=5 rn1 +rm2 lsl0 post b4" },
	{ 0xe10140f2, HV_OK, "strd r4, r5, [r1, -r2]", "regoff st pair 4x2 rt4 rt2=5 rn1 -rm2 lsl0 b4" },
	{ 0xe891000c, HV_OK, "ldm r1, {r2, r3}", "multi ld 4x2 rt31 rn1 list000c +8 b4" },
	{ 0xe9b14004, HV_OK, "ldmib r1!, {r2, lr}", "multi ld 4x2 rt31 rn1 +4 pre list4004 +8 b4" },
	{ 0xe8110007, HV_OK, "ldmda r1, {r0, r1, r2}", "multi ld 4x3 rt31 rn1 -8 list0007 -12 b4" },
	{ 0xe92d4001, HV_OK, "stmdb sp!, {r0, r14}", "multi st 4x2 rt31 rn13 -8 pre list4001 -8 b4" },
	{ 0xe8a10002, HV_OK, "stm r1!, {r1}", "multi st 4x1 rt31 rn1 pre list0002 +4 b4" },
	{ 0xe1913c9f, HV_OK, "lda r3, [r1]", "ordered ld acq 4x1 rt3 rn1 b4" },
	{ 0xe1d13c9f, HV_OK, "ldab r3, [r1]", "ordered ld acq 1x1 rt3 rn1 b4" },
	{ 0xe1e1fc93, HV_OK, "stlh r3, [r1]", "ordered st rel 2x1 rt3 rn1 b4" },
	{ 0xe18dfc93, HV_OK, "stl r3, [sp]", "ordered st rel 4x1 rt3 rn13 b4" },
	{ 0x05913000, HV_OK, "ldreq r3, [r1]", "uimm ld 4x1 rt3 rn1 b4" },
	{ 0xf551f004, HV_OK, "pld [r1, #-4]", "prfm 0x0 rt15 rn1 -4 b4" },
	{ 0xf791f102, HV_OK, "pldw [r1, r2, lsl #2]", "prfm 0x0 rt15 rn1 +rm2 lsl2 b4" },
	{ 0xf4d1f004, HV_OK, "pli [r1, #4]", "prfm 0x0 rt15 rn1 +4 b4" },
	{ 0xe1913f9f, HV_ENOTSUP, "ldrex r3, [r1]", "excl ld excl 4x0 rt3 rn1 b4" },
	{ 0xe1c12f93, HV_ENOTSUP, "strexb r2, r3, [r1]", "excl st excl 1x0 rt3 rn1 b4" },
	{ 0xe1f13f9f, HV_ENOTSUP, "ldrexh r3, [r1]", "excl ld excl 2x0 rt3 rn1 b4" },
	{ 0xe1a12f94, HV_ENOTSUP, "strexd r2, r4, r5, [r1]", "exclp st excl 8x0 rt4 rn1 b4" },
	{ 0xe1913e9f, HV_ENOTSUP, "ldaex r3, [r1]", "excl ld excl acq 4x0 rt3 rn1 b4" },
	{ 0xe1a12e94, HV_ENOTSUP, "stlexd r2, r4, r5, [r1]", "exclp st excl rel 8x0 rt4 rn1 b4" },
	{ 0xe591f004, HV_ENOTSUP, "ldr pc, [r1, #4]", "uimm ld 4x0 rt15 rn1 +4 b4" },
	{ 0xe521f004, HV_ENOTSUP, "str pc, [r1, #-4]!", "pre st 4x0 rt15 rn1 -4 pre b4" },
	{ 0xe691f002, HV_ENOTSUP, "ldr pc, [r1], r2", "post ld 4x0 rt15 rn1 +rm2 lsl0 post b4" },
	{ 0xe59ff004, HV_ENOTSUP, "ldr pc, [pc, #4]", "literal ld 4x0 rt15 pc +4 b4" },
	{ 0xe7910062, HV_ENOTSUP, "ldr r0, [r1, r2, rrx]", "regoff ld 4x0 rt0 rn1 +rm2 ror0 b4" },
	{ 0xe8918001, HV_ENOTSUP, "ldm r1, {r0, pc}", "multi ld 4x0 rt31 rn1 list8001 +8 b4" },
	{ 0xe8818000, HV_ENOTSUP, "stm r1, {pc}", "multi st 4x0 rt31 rn1 list8000 +4 b4" },
	{ 0xed910a00, HV_ENOTSUP, "vldr s0, [r1]", "vfp 0x0 rt31 nobase b4" },
	{ 0xed011b01, HV_ENOTSUP, "vstr d1, [r1, #-4]", "vfp 0x0 rt31 nobase b4" },
	{ 0xecb10b08, HV_ENOTSUP, "vldmia r1!, {d0-d3}", "vfp 0x0 rt31 nobase b4" },
	{ 0xed210a01, HV_ENOTSUP, "vstmdb r1!, {s0}", "vfp 0x0 rt31 nobase b4" },
	{ 0xec910a01, HV_ENOTSUP, "vldmia r1, {s0}", "vfp 0x0 rt31 nobase b4" },
	{ 0xed910900, HV_ENOTSUP, "vldr.16 s0, [r1]", "vfp 0x0 rt31 nobase b4" },
	{ 0xf421070f, HV_ENOTSUP, "vld1.8 {d0}, [r1]", "vfp 0x0 rt31 nobase b4" },
	{ 0xf401000f, HV_ENOTSUP, "vst4.8 {d0, d1, d2, d3}, [r1]", "vfp 0x0 rt31 nobase b4" },
};

static const struct form t32_forms[] = {
	{ 0x00004bff, HV_OK, "ldr r3, [pc, #1020]", "literal ld 4x1 rt3 pc +1020 b2" },
	{ 0x000050d1, HV_OK, "str r1, [r2, r3]", "regoff st 4x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x000052d1, HV_OK, "strh r1, [r2, r3]", "regoff st 2x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x000054d1, HV_OK, "strb r1, [r2, r3]", "regoff st 1x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x000056d1, HV_OK, "ldrsb r1, [r2, r3]", "regoff ld sign 1x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x000058d1, HV_OK, "ldr r1, [r2, r3]", "regoff ld 4x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x00005ad1, HV_OK, "ldrh r1, [r2, r3]", "regoff ld 2x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x00005cd1, HV_OK, "ldrb r1, [r2, r3]", "regoff ld 1x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x00005ed1, HV_OK, "ldrsh r1, [r2, r3]", "regoff ld sign 2x1 rt1 rn2 +rm3 lsl0 b2" },
	{ 0x000067d1, HV_OK, "str r1, [r2, #124]", "uimm st 4x1 rt1 rn2 +124 b2" },
	{ 0x00006851, HV_OK, "ldr r1, [r2, #4]", "uimm ld 4x1 rt1 rn2 +4 b2" },
	{ 0x000077d1, HV_OK, "strb r1, [r2, #31]", "uimm st 1x1 rt1 rn2 +31 b2" },
	{ 0x00007811, HV_OK, "ldrb r1, [r2]", "uimm ld 1x1 rt1 rn2 b2" },
	{ 0x000087d1, HV_OK, "strh r1, [r2, #62]", "uimm st 2x1 rt1 rn2 +62 b2" },
	{ 0x00008851, HV_OK, "ldrh r1, [r2, #2]", "uimm ld 2x1 rt1 rn2 +2 b2" },
	{ 0x000091ff, HV_OK, "str r1, [sp, #1020]", "uimm st 4x1 rt1 rn13 +1020 b2" },
	{ 0x00009901, HV_OK, "ldr r1, [sp, #4]", "uimm ld 4x1 rt1 rn13 +4 b2" },
	{ 0x0000c105, HV_OK, "stm r1!, {r0, r2}", "multi st 4x2 rt31 rn1 pre list0005 +8 b2" },
	{ 0x0000c905, HV_OK, "ldm r1!, {r0, r2}", "multi ld 4x2 rt31 rn1 pre list0005 +8 b2" },
	{ 0x0000c903, HV_OK, "ldm r1, {r0, r1}", "multi ld 4x2 rt31 rn1 list0003 +8 b2" },
	{ 0x0000b501, HV_OK, "push {r0, lr}", "multi st 4x2 rt31 rn13 -8 pre list4001 -8 b2" },
	{ 0x0000b480, HV_OK, "push {r7}", "multi st 4x1 rt31 rn13 -4 pre list0080 -4 b2" },
	{ 0x0000bc81, HV_OK, "pop {r0, r7}", "multi ld 4x2 rt31 rn13 pre list0081 +8 b2" },
	{ 0x0000bd00, HV_ENOTSUP, "pop {pc}", "multi ld 4x0 rt31 rn13 pre list8000 +4 b2" },
	{ 0x4001e8b8, HV_OK, "ldm.w r8!, {r0, lr}", "multi ld 4x2 rt31 rn8 pre list4001 +8 b4" },
	{ 0x0003e911, HV_OK, "ldmdb r1, {r0, r1}", "multi ld 4x2 rt31 rn1 -8 list0003 -8 b4" },
	{ 0x4001e881, HV_OK, "stm.w r1, {r0, lr}", "multi st 4x2 rt31 rn1 list4001 +8 b4" },
	{ 0x0005e921, HV_OK, "stmdb r1!, {r0, r2}", "multi st 4x2 rt31 rn1 -8 pre list0005 -8 b4" },
	{ 0x8001e891, HV_ENOTSUP, "ldm.w r1, {r0, pc}", "multi ld 4x0 rt31 rn1 list8001 +8 b4" },
	{ 0x18ffe952, HV_OK, "ldrd r1, r8, [r2, #-1020]", "uimm ld pair 4x2 rt1 rt2=8 rn2 -1020 b4" },
	{ 0x1301e8e2, HV_OK, "strd r1, r3, [r2], #4", "post st pair 4x2 rt1 rt2=3 rn2 +4 post b4" },
	{ 0x1302e9f2, HV_OK, "ldrd r1, r3, [r2, #8]!", "pre ld pair 4x2 rt1 rt2=3 rn2 +8 pre b4" },
	{ 0x1302e9df, HV_OK, "ldrd r1, r3, [pc, #8]", "literal ld pair 4x2 rt1 rt2=3 pc +8 b4" },
	{ 0x3000f8d1, HV_OK, "ldr.w r3, [r1]", "uimm ld 4x1 rt3 rn1 b4" },
	{ 0x3ffff8d1, HV_OK, "ldr.w r3, [r1, #4095]", "uimm ld 4x1 rt3 rn1 +4095 b4" },
	{ 0x3ffff881, HV_OK, "strb.w r3, [r1, #4095]", "uimm st 1x1 rt3 rn1 +4095 b4" },
	{ 0x9000f9b1, HV_OK, "ldrsh.w r9, [r1]", "uimm ld sign 2x1 rt9 rn1 b4" },
	{ 0x9cfff911, HV_OK, "ldrsb.w r9, [r1, #-255]", "uimm ld sign 1x1 rt9 rn1 -255 b4" },
	{ 0x9c01f821, HV_OK, "strh r9, [r1, #-1]", "uimm st 2x1 rt9 rn1 -1 b4" },
	{ 0x99fff851, HV_OK, "ldr r9, [r1], #-255", "post ld 4x1 rt9 rn1 -255 post b4" },
	{ 0x9ffff841, HV_OK, "str r9, [r1, #255]!", "pre st 4x1 rt9 rn1 +255 pre b4" },
	{ 0x9b01f931, HV_OK, "ldrsh r9, [r1], #1", "post ld sign 2x1 rt9 rn1 +1 post b4" },
	{ 0x903af851, HV_OK, "ldr.w r9, [r1, r10, lsl #3]", "regoff ld 4x1 rt9 rn1 +rm10 lsl3 b4" },
	{ 0x900df801, HV_OK, "strb.w r9, [r1, sp]", "regoff st 1x1 rt9 rn1 +rm13 lsl0 b4" },
	{ 0x9e04f851, HV_OK, "ldrt r9, [r1, #4]", "unpriv ld 4x1 rt9 rn1 +4 b4" },
	{ 0x9efff801, HV_OK, "strbt r9, [r1, #255]", "unpriv st 1x1 rt9 rn1 +255 b4" },
	{ 0x9e00f931, HV_OK, "ldrsht r9, [r1]", "unpriv ld sign 2x1 rt9 rn1 b4" },
	{ 0x9ffff85f, HV_OK, "ldr.w r9, [pc, #-4095]", "literal ld 4x1 rt9 pc -4095 b4" },
	{ 0x9ffff99f, HV_OK, "ldrsb.w r9, [pc, #4095]", "literal ld sign 1x1 rt9 pc +4095 b4" },
	{ 0x9fafe8d1, HV_OK, "lda r9, [r1]", "ordered ld acq 4x1 rt9 rn1 b4" },
	{ 0x9f8fe8d1, HV_OK, "ldab r9, [r1]", "ordered ld acq 1x1 rt9 rn1 b4" },
	{ 0x9f9fe8c1, HV_OK, "stlh r9, [r1]", "ordered st rel 2x1 rt9 rn1 b4" },
	{ 0xfffff891, HV_OK, "pld [r1, #4095]", "prfm 0x0 rt15 rn1 +4095 b4" },
	{ 0xfcfff831, HV_OK, "pldw [r1, #-255]", "prfm 0x0 rt15 rn1 -255 b4" },
	{ 0xf032f911, HV_OK, "pli [r1, r2, lsl #3]", "prfm 0x0 rt15 rn1 +rm2 lsl3 b4" },
	{ 0xf004f81f, HV_OK, "pld [pc, #-4]", "prfm 0x0 rt15 pc -4 b4" },
	{ 0x9fffe851, HV_ENOTSUP, "ldrex r9, [r1, #1020]", "excl ld excl 4x0 rt9 rn1 b4" },
	{ 0x9200e841, HV_ENOTSUP, "strex r2, r9, [r1]", "excl st excl 4x0 rt9 rn1 b4" },
	{ 0x9f4fe8d1, HV_ENOTSUP, "ldrexb r9, [r1]", "excl ld excl 1x0 rt9 rn1 b4" },
	{ 0x9f52e8c1, HV_ENOTSUP, "strexh r2, r9, [r1]", "excl st excl 2x0 rt9 rn1 b4" },
	{ 0x297fe8d1, HV_ENOTSUP, "ldrexd r2, r9, [r1]", "exclp ld excl 8x0 rt2 rn1 b4" },
	{ 0x9fe2e8c1, HV_ENOTSUP, "stlex r2, r9, [r1]", "excl st excl rel 4x0 rt9 rn1 b4" },
	{ 0x29ffe8d1, HV_ENOTSUP, "ldaexd r2, r9, [r1]", "exclp ld excl acq 8x0 rt2 rn1 b4" },
	{ 0xf002e8d1, HV_ENOTSUP, "tbb [r1, r2]", "tbb ld 1x0 rt15 rn1 +rm2 lsl0 b4" },
	{ 0xf012e8df, HV_ENOTSUP, "tbh [pc, r2, lsl #1]", "tbb ld 2x0 rt15 pc +rm2 lsl0 b4" },
	{ 0xf004f8d1, HV_ENOTSUP, "ldr.w pc, [r1, #4]", "uimm ld 4x0 rt15 rn1 +4 b4" },
	{ 0xfb04f851, HV_ENOTSUP, "ldr pc, [r1], #4", "post ld 4x0 rt15 rn1 +4 post b4" },
	{ 0x0b00ed91, HV_ENOTSUP, "vldr d0, [r1]", "vfp 0x0 rt31 nobase b4" },
	{ 0x0a01ec81, HV_ENOTSUP, "vstmia r1, {s0}", "vfp 0x0 rt31 nobase b4" },
	{ 0x070ff921, HV_ENOTSUP, "vld1.8 {d0}, [r1]", "vfp 0x0 rt31 nobase b4" },
};

/* No load or store, not allocated, or UNPREDICTABLE: what decides is in the comment. */
static const uint32_t a32_holes[] = {
	0xe0810002, /* add */
	0xea000000, /* b */
	0xe0010392, /* mul: op2 is 00 */
	0xe3a000f0, /* mov: bit 25 in the space of the extra loads */
	0xe1012092, /* swpb, gone in Armv8 */
	0xe7913012, /* media: bit 4 of a register offset */
	0xe1c130d0, /* ldrd r3: odd */
	0xe06120d4, /* ldrd with P = 0, W = 1 */
	0xe1c1e0d0, /* ldrd r14, with r15 */
	0xe4913000 | 0xf0000, /* ldr r3, [pc], #0 */
	0xe791300f, /* offset in r15 */
	0xe5d1f000, /* ldrb pc */
	0xe4b1f004, /* ldrt pc */
	0xe8d10004, /* ldm ^ */
	0xe8910000, /* empty list */
	0xe89f0004, /* ldm pc */
	0xe8b10006, /* ldm r1!, with r1 */
	0xe1913d9f, /* lda with ord 1, ex 0 */
	0xe1b13c9f, /* lda of a doubleword */
	0xe19f3c9f, /* lda [pc] */
	0xe1d1fc9f, /* ldab pc */
	0xec410b10, /* vmov d0, r0, r1: P, U and W are 0 */
	0xed910b00 ^ 0x800, /* coprocessor 3 */
	0xecb10900, /* half-precision with write-back */
	0xf5d1f000 ^ 0x00100000, /* store of the PLD space */
	0xf7d1f012, /* PLD register with bit 4 */
	0xf57ff04f, /* dsb */
};

static const uint32_t t32_holes[] = {
	0x00004770, /* bx lr: bit 11 of the literal space */
	0x00001842, /* adds */
	0x0000b002, /* add sp */
	0x0000bf00, /* nop */
	0x0000e000, /* b */
	0x0000c800, /* empty list */
	0x8000f3af, /* nop.w */
	0x0003e991, /* rfeia, op 11 */
	0x0003e811, /* rfedb, op 00 */
	0x2001e891, /* r13 in the list */
	0x1302e9cf, /* strd to the PC */
	0x1302e9ff, /* ldrd with write-back of the PC */
	0x1f02e9d2, /* ldrd with r15 */
	0xf302e9d2, /* ldrd of r15 */
	0x9f6fe8d1, /* op3 6 */
	0x9fbfe8d1, /* lda of a doubleword */
	0xf002e8c1, /* a table branch that stores */
	0xf022e8d1, /* op3 2 */
	0x9000f8f1, /* size 3 */
	0x9000f9d1, /* ldrsw */
	0x9040f851, /* bit 6 of a register offset */
	0x9804f851, /* P and W are 0 */
	0x9000f8cf, /* str to the PC */
	0xf000f881, /* strb of r15 */
	0xfb01f811, /* ldrb r15 with write-back */
	0xfe01f811, /* ldrbt r15 */
	0x900ff851, /* offset in r15 */
	0x0310ec41, /* coprocessor space, not 9 to 11 */
	0x0b00fd91, /* ldc2 */
};
// clang-format on

static void check_forms(const struct form *forms, size_t nr, bool thumb)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		struct hv_insn32 out;
		enum hv_err err = hv_insn32_decode(forms[i].word, thumb, &out);

		if (err != forms[i].err || strcmp(describe(&out), forms[i].fields) != 0)
			fail_msg("%08x %s: error %d, %s; expected %s", forms[i].word, forms[i].text, err,
				 describe(&out), forms[i].fields);
		assert_int_equal(out.thumb, thumb);
	}
}

static void every_form_gives_its_fields(void **state)
{
	(void)state;
	check_forms(a32_forms, HV_ARRAY_SIZE(a32_forms), false);
	check_forms(t32_forms, HV_ARRAY_SIZE(t32_forms), true);
}

static void check_holes(const uint32_t *holes, size_t nr, bool thumb)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		struct hv_insn32 out;

		memset(&out, 0xa5, sizeof(out));
		if (hv_insn32_decode(holes[i], thumb, &out) != HV_EINVAL)
			fail_msg("%08x: decoded as %s", holes[i], describe(&out));
		assert_string_equal(describe(&out), "none 0x0 rt31 nobase b4");
	}
}

static void holes_are_refused(void **state)
{
	(void)state;
	check_holes(a32_holes, HV_ARRAY_SIZE(a32_holes), false);
	check_holes(t32_holes, HV_ARRAY_SIZE(t32_holes), true);
}

static struct hv_insn32 decode(uint32_t word, bool thumb)
{
	struct hv_insn32 out;

	assert_int_equal(hv_insn32_decode(word, thumb, &out), HV_OK);
	return out;
}

static void addresses_are_of_32_bits(void **state)
{
	static const struct {
		uint32_t word;
		bool thumb;
		uint32_t address, base_after; /* base_after 1: no write-back */
	} rows[] = {
		{ 0xe5113fff, false, 0x10000 - 4095, 1 },        /* ldr r3, [r1, #-4095] */
		{ 0xe4410004, false, 0x10000, 0xfffc },          /* strb r0, [r1], #-4 */
		{ 0xe7913002, false, 0x10000 + 0x80000001u, 1 }, /* ldr r3, [r1, r2] */
		{ 0xe7113022, false, 0x10000, 1 },               /* ldr r3, [r1, -r2, lsr #32] */
		{ 0xe7113042, false, 0x10001, 1 },               /* ldr r3, [r1, -r2, asr #32] */
		{ 0xe7a130c2, false, 0xc0010000u, 0xc0010000u }, /* str r3, [r1, r2, asr #1]! */
		{ 0xe7a130a2, false, 0x40010000u, 0x40010000u }, /* str r3, [r1, r2, lsr #1]! */
		{ 0xe6513fe2, false, 0x10000, 0x10000 - 3 },     /* ldrb r3, [r1], -r2, ror #31 */
		{ 0xe7913082, false, 0x10002, 1 },               /* ldr r3, [r1, r2, lsl #1]: the top bit is lost */
		{ 0xe59f3008, false, 0x8010, 1 },                /* ldr r3, [pc, #8] */
		{ 0x00004bff, true, 0x8004 + 1020, 1 },          /* ldr r3, [pc, #1020] */
		{ 0x9ffff85f, true, 0x8004 - 4095, 1 },          /* ldr r9, [pc, #-4095] */
		{ 0xe891000c, false, 0x10000, 1 },               /* ldm r1, {r2, r3} */
		{ 0xe9b14004, false, 0x10004, 0x10008 },         /* ldmib r1!, {r2, lr} */
		{ 0xe8110007, false, 0xfff8, 1 },                /* ldmda r1, {r0, r1, r2} */
		{ 0xe8310009, false, 0xfffc, 0xfff8 },           /* ldmda r1!, {r0, r3} */
		{ 0x0000b501, true, 0xfffffff4u, 0xfffffff4u },  /* push {r0, lr} */
		{ 0x0000bc81, true, 0xfffffffcu, 4 },            /* pop {r0, r7} */
	};
	uint64_t x[15] = { [1] = 0xabcd000000010000u, [2] = 0xffffffff80000001u, [13] = 0xfffffffcu };
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(rows); i++) {
		struct hv_insn32 out = decode(rows[i].word, rows[i].thumb);

		if (hv_insn32_address(&out, x, 0x8002 & ~(out.thumb ? 0u : 3u)) != rows[i].address)
			fail_msg("%08x: address %llx", rows[i].word,
				 (unsigned long long)hv_insn32_address(&out, x, 0x8002));
		assert_int_equal(out.insn.wb == HV_INSN_WB_NONE, rows[i].base_after == 1);
		if (rows[i].base_after != 1)
			assert_int_equal(hv_insn32_base_after(&out, x), rows[i].base_after);
	}
}

/* The lowest register is at the lowest address, in either byte order; what is not in the list stays. */
static void register_lists_are_in_order(void **state)
{
	struct hv_insn32 stm = decode(0xe8814081, false), ldm = decode(0xe8914081, false); /* {r0, r7, lr} */
	uint64_t x[15], loaded[15];
	struct hv_insn_image image;
	uint32_t i;

	(void)state;
	for (i = 0; i < 15; i++) {
		x[i] = 0x5555555500112200u + i;
		loaded[i] = i;
	}
	hv_insn32_gather(&stm, x, false, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0x0011220700112200u);
	assert_int_equal(hv_insn_image_get(&image, 8, 8), 0x000000000011220eu);
	hv_insn32_gather(&stm, x, true, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0x0722110000221100u);
	hv_insn32_scatter(&ldm, &image, true, loaded);
	for (i = 0; i < 15; i++)
		assert_int_equal(loaded[i], i == 0 || i == 7 || i == 14 ? 0x00112200u + i : i);
	hv_insn32_scatter(&stm, &image, true, loaded);
	assert_int_equal(loaded[7], 0x00112207u);
	hv_insn32_gather(&ldm, x, true, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0);
	assert_int_equal(hv_insn_nr_accesses(&ldm.insn, 0xffc), 3);
	assert_int_equal(hv_insn_nr_accesses(&ldm.insn, 0xffe), 4);
}

/* A list with the PC is named, and moves nothing even if it is asked to. */
static void refused_lists_move_nothing(void **state)
{
	uint64_t x[15] = { 1, 2, 3 }, before[15];
	struct hv_insn_image image = { { 0x80 } };
	struct hv_insn32 out;

	(void)state;
	memcpy(before, x, sizeof(x));
	assert_int_equal(hv_insn32_decode(0xe8918001, false, &out), HV_ENOTSUP); /* ldm r1, {r0, pc} */
	hv_insn32_scatter(&out, &image, false, x);
	assert_memory_equal(x, before, sizeof(x));
	assert_int_equal(hv_insn32_decode(0xe8818001, false, &out), HV_ENOTSUP); /* stm r1, {r0, pc} */
	hv_insn32_gather(&out, x, false, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0);
}

/* Single and double transfers go the way of A64: sign-extended to 32 bits, the upper half clear. */
static void single_transfers_extend_to_32_bits(void **state)
{
	struct hv_insn_image image = { { 0x80, 0x91, 0xa2, 0xb3, 0xc4, 0xd5, 0xe6, 0xf7 } };
	uint64_t x[15] = { 0 };
	struct hv_insn32 out;

	(void)state;
	out = decode(0xe111e0f2, false); /* ldrsh lr */
	hv_insn32_scatter(&out, &image, false, x);
	assert_int_equal(x[14], 0xffff9180u);
	hv_insn32_scatter(&out, &image, true, x);
	assert_int_equal(x[14], 0xffff8091u);
	out = decode(0x00007811, true); /* ldrb r1 */
	hv_insn32_scatter(&out, &image, false, x);
	assert_int_equal(x[1], 0x80);
	out = decode(0xe1c120d0, false); /* ldrd r2, r3 */
	hv_insn32_scatter(&out, &image, false, x);
	assert_int_equal(x[2], 0xb3a29180u);
	assert_int_equal(x[3], 0xf7e6d5c4u);
	out = decode(0xe16140f8, false); /* strd r4, r5 */
	x[4] = 0xffffffff11223344u;
	x[5] = 0x55667788;
	hv_insn32_gather(&out, x, true, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0x8877665544332211u);
}

static void check_invariants(uint32_t word, bool thumb)
{
	struct hv_insn32 out;
	enum hv_err err = hv_insn32_decode(word, thumb, &out);
	const struct hv_insn *insn = &out.insn;
	bool ok = err == HV_OK || err == HV_ENOTSUP || err == HV_EINVAL;

	ok &= (err == HV_EINVAL) == (insn->insn_class == HV_INSN_NONE);
	ok &= hv_insn_bytes(insn) <= 60 && (err == HV_OK || insn->nr == 0);
	ok &= out.bytes == 4 || (thumb && out.bytes == 2 && (word & 0xffff) < 0xe800);
	ok &= out.shift <= 32 && !insn->simd;
	if (err == HV_OK && insn->nr != 0 && insn->insn_class != HV_INSN_MULTI)
		ok &= insn->rt < 15 && insn->rt2 != 15 && insn->rm != 15;
	if (err == HV_OK && insn->insn_class != HV_INSN_PRFM)
		ok &= insn->load != insn->store && (insn->rn < 15 || insn->rn == HV_INSN_RN_PC);
	if (!ok)
		fail_msg("%08x: error %d, %s", word, err, describe(&out));
}

/* All 65,536 first halfwords, and words by a prime stride in both instruction sets. */
static void every_word_has_an_answer(void **state)
{
	uint64_t word;

	(void)state;
	for (word = 0; word <= 0xffff; word++)
		check_invariants((uint32_t)word, true);
	for (word = 0; word <= UINT32_MAX; word += 4093) {
		check_invariants((uint32_t)word, false);
		check_invariants((uint32_t)word, true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_gives_its_fields), cmocka_unit_test(holes_are_refused),
		cmocka_unit_test(addresses_are_of_32_bits),    cmocka_unit_test(register_lists_are_in_order),
		cmocka_unit_test(refused_lists_move_nothing),  cmocka_unit_test(single_transfers_extend_to_32_bits),
		cmocka_unit_test(every_word_has_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
