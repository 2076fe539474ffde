/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* insn32.c - A32 and T32 loads and stores of User mode. Contract: hv/insn32.h; encodings: Arm Armv8-A, A32 and T32. */
#include <hv/insn32.h>

#include "insn_priv.h"

#define PC 15u
#define SP 13u
#define LR 14u

/* Rn, where R15 is the PC of the instruction. */
static void set_base(struct hv_insn32 *out, uint32_t n)
{
	out->insn.rn = n == PC ? HV_INSN_RN_PC : (uint8_t)n;
}

/* A transfer of one register; loads of less than a word may sign-extend. */
static void set_one(struct hv_insn32 *out, uint32_t rt, uint32_t scale, bool load, bool sign)
{
	out->insn.rt = (uint8_t)rt;
	hv_insn_set_direction_(&out->insn, load);
	hv_insn_set_size_(&out->insn, scale, 1);
	out->insn.sign = sign;
}

static void set_two(struct hv_insn32 *out, uint32_t rt, uint32_t rt2, bool load)
{
	set_one(out, rt, 2, load, false);
	out->insn.nr = 2;
	out->insn.pair = true;
	out->insn.rt2 = (uint8_t)rt2;
}

static void set_imm(struct hv_insn32 *out, bool add, uint32_t imm)
{
	out->insn.imm = add ? (int32_t)imm : -(int32_t)imm;
}

/* P and W: post-index, offset, pre-index; P = 0, W = 1 is for the unprivileged forms. */
static void set_index(struct hv_insn32 *out, bool p, bool w, enum hv_insn_class offset_class)
{
	if (p && !w) {
		out->insn.insn_class = offset_class;
	} else if (p) {
		out->insn.insn_class = HV_INSN_PRE;
		out->insn.wb = HV_INSN_WB_PRE;
	} else {
		out->insn.insn_class = w ? HV_INSN_UNPRIV : HV_INSN_POST;
		out->insn.wb = HV_INSN_WB_POST;
	}
}

/* LDM and STM: increment or decrement, before or after; the lowest address is what counts. */
static void set_multi(struct hv_insn32 *out, uint32_t rn, uint32_t list, bool load, bool up, bool before)
{
	int32_t span = 0;
	uint32_t i;

	for (i = 0; i < 16; i++)
		span += hv_insn_bit_(list, i) ? 4 : 0;
	set_one(out, 31, 2, load, false);
	set_base(out, rn);
	out->insn.insn_class = HV_INSN_MULTI;
	out->insn.nr = (uint16_t)(span / 4);
	out->insn.imm = (up ? 0 : -span) + (before == up ? 4 : 0);
	out->step = (int16_t)(up ? span : -span);
	out->list = (uint16_t)list;
}

/* An exclusive, an ordered access, or both at once; scale 3 is for the doubleword exclusives. */
static bool set_sync(struct hv_insn32 *out, uint32_t rt, uint32_t scale, bool load, bool exclusive, bool ordered)
{
	set_one(out, rt, scale, load, false);
	out->insn.insn_class = HV_INSN_ORDERED;
	out->insn.acq = ordered && load;
	out->insn.rel = ordered && !load;
	if (exclusive)
		out->insn.insn_class = scale == 3 ? HV_INSN_EXCLP : HV_INSN_EXCL;
	out->insn.excl = exclusive;
	return ordered ? exclusive || scale < 3 : exclusive;
}

/* VLDR, VSTR, VLDM, VSTM: coprocessors 10 and 11, and 9 for half-precision VLDR; P, U, W tell them from moves. */
static bool is_vfp(uint32_t word)
{
	uint32_t puw = hv_insn_field_(word, 24, 23) << 1 | hv_insn_bit_(word, 21), cp = hv_insn_field_(word, 11, 8);

	return hv_insn_field_(word, 27, 25) == 6 &&
	       ((cp == 9 && (puw & 5) == 4) || (cp >> 1 == 5 && (0x7cu >> puw & 1)));
}

/* Nothing moves. */
static bool set_preload(struct hv_insn32 *out)
{
	out->insn.insn_class = HV_INSN_PRFM;
	out->insn.load = false;
	out->insn.store = false;
	out->insn.sign = false;
	out->insn.bytes = 0;
	out->insn.nr = 0;
	return true;
}

static bool set_vfp(struct hv_insn32 *out)
{
	out->insn.insn_class = HV_INSN_VFP;
	return true;
}

/* cond 01I P U B W L Rn Rt: immediate of 12 bits, or a shifted register. */
static bool a32_word_or_byte(uint32_t word, struct hv_insn32 *out)
{
	bool add = hv_insn_bit_(word, 23), by_register = hv_insn_bit_(word, 25);

	set_one(out, hv_insn_field_(word, 15, 12), hv_insn_bit_(word, 22) ? 0 : 2, hv_insn_bit_(word, 20), false);
	set_base(out, hv_insn_field_(word, 19, 16));
	set_index(out, hv_insn_bit_(word, 24), hv_insn_bit_(word, 21), by_register ? HV_INSN_REGOFF : HV_INSN_UIMM);
	if (!by_register) {
		set_imm(out, add, hv_insn_field_(word, 11, 0));
		return true;
	}
	out->subtract = !add;
	out->insn.rm = (uint8_t)hv_insn_field_(word, 3, 0);
	out->shift_type = (enum hv_insn32_shift)hv_insn_field_(word, 6, 5);
	out->shift = (uint8_t)hv_insn_field_(word, 11, 7);
	if (out->shift == 0 && (out->shift_type == HV_INSN32_LSR || out->shift_type == HV_INSN32_ASR))
		out->shift = 32;
	return !hv_insn_bit_(word, 4);
}

/* cond 000 P U I W L Rn Rt imm4H 1 op2 1 imm4L: halfwords, signed bytes, doublewords. op2 = 00 is not ours. */
static bool a32_extra(uint32_t word, struct hv_insn32 *out)
{
	bool add = hv_insn_bit_(word, 23), immediate = hv_insn_bit_(word, 22), l = hv_insn_bit_(word, 20);
	bool p = hv_insn_bit_(word, 24), w = hv_insn_bit_(word, 21);
	uint32_t op2 = hv_insn_field_(word, 6, 5), rt = hv_insn_field_(word, 15, 12);

	set_base(out, hv_insn_field_(word, 19, 16));
	set_index(out, p, w, immediate ? HV_INSN_UIMM : HV_INSN_REGOFF);
	if (immediate)
		set_imm(out, add, hv_insn_field_(word, 11, 8) << 4 | hv_insn_field_(word, 3, 0));
	else
		out->insn.rm = (uint8_t)hv_insn_field_(word, 3, 0);
	out->subtract = !immediate && !add;
	if (l || op2 == 1) {
		set_one(out, rt, op2 == 2 ? 0 : 1, l, op2 != 1);
		return true;
	}
	set_two(out, rt, rt + 1, op2 == 2);
	return rt % 2 == 0 && (p || !w);
}

/* cond 0001 1 size L Rn Rt .. ex ord 1001 Rt: size 0 is a word, 1 two, 2 a byte, 3 a halfword. */
static bool a32_sync(uint32_t word, struct hv_insn32 *out)
{
	static const uint8_t scales[4] = { 2, 3, 0, 1 };
	bool load = hv_insn_bit_(word, 20), exclusive = hv_insn_bit_(word, 9);
	uint32_t rt = load ? hv_insn_field_(word, 15, 12) : hv_insn_field_(word, 3, 0);

	set_base(out, hv_insn_field_(word, 19, 16));
	return set_sync(out, rt, scales[hv_insn_field_(word, 22, 21)], load, exclusive, !hv_insn_bit_(word, 8));
}

/* cond 100 P U S W L Rn list. S = 1 is for other modes. */
static bool a32_multi(uint32_t word, struct hv_insn32 *out)
{
	set_multi(out, hv_insn_field_(word, 19, 16), hv_insn_field_(word, 15, 0), hv_insn_bit_(word, 20),
		  hv_insn_bit_(word, 23), hv_insn_bit_(word, 24));
	if (hv_insn_bit_(word, 21))
		out->insn.wb = HV_INSN_WB_PRE;
	return !hv_insn_bit_(word, 22);
}

static bool is_a32_preload(uint32_t word)
{
	return (word & 0x0d300000) == 0x05100000 || (word & 0x0d700000) == 0x04500000;
}

/* Without a condition: PLD, PLDW, PLI, and the Advanced SIMD element and structure forms. */
static bool a32_unconditional(uint32_t word, struct hv_insn32 *out)
{
	if ((word & 0x0f100000) == 0x04000000)
		return set_vfp(out);
	if (!is_a32_preload(word) || !a32_word_or_byte(word | 1u << 24, out))
		return false;
	return set_preload(out);
}

static bool a32(uint32_t word, struct hv_insn32 *out)
{
	uint32_t op = hv_insn_field_(word, 27, 25);

	if (hv_insn_field_(word, 31, 28) == 15)
		return a32_unconditional(word, out);
	if (op == 2 || op == 3)
		return a32_word_or_byte(word, out);
	if (op == 4)
		return a32_multi(word, out);
	if (is_vfp(word))
		return set_vfp(out);
	if ((word & 0x0f800cf0) == 0x01800c90)
		return a32_sync(word, out);
	return op == 0 && (word & 0x90) == 0x90 && (word & 0x60) && a32_extra(word, out);
}

/* Form of the eight register-offset instructions: log2 of the size, bit 2 load, bit 3 sign. */
static const uint8_t t16_register_forms[8] = { 0x2, 0x1, 0x0, 0xc, 0x6, 0x5, 0x4, 0xd };

static bool t16_register(uint32_t half, struct hv_insn32 *out)
{
	uint32_t form = t16_register_forms[hv_insn_field_(half, 11, 9)];

	set_one(out, hv_insn_field_(half, 2, 0), form & 3, form & 4, form & 8);
	set_base(out, hv_insn_field_(half, 5, 3));
	set_index(out, true, false, HV_INSN_REGOFF);
	out->insn.rm = (uint8_t)hv_insn_field_(half, 8, 6);
	return true;
}

/* Log2 of the size for bits 15:12: literal, word, byte, halfword, and word above SP. */
static const uint8_t t16_imm_scales[16] = { [4] = 2, [6] = 2, [7] = 0, [8] = 1, [9] = 2 };

/* The literal and the SP form have Rt in 10:8 and an immediate of 8 bits, the others Rt in 2:0, Rn in 5:3 and 5 bits. */
static bool t16_imm(uint32_t half, struct hv_insn32 *out)
{
	uint32_t op = hv_insn_field_(half, 15, 12), scale = t16_imm_scales[op];
	uint32_t rt = hv_insn_field_(half, 2, 0), rn = hv_insn_field_(half, 5, 3), imm = hv_insn_field_(half, 10, 6);

	if (op == 4 || op == 9) {
		rt = hv_insn_field_(half, 10, 8);
		rn = op == 4 ? PC : SP;
		imm = hv_insn_field_(half, 7, 0);
	}
	set_one(out, rt, scale, hv_insn_bit_(half, 11), false);
	set_base(out, rn);
	set_index(out, true, false, HV_INSN_UIMM);
	set_imm(out, true, imm << scale);
	return op != 4 || hv_insn_bit_(half, 11);
}

/* 1011 L10R list: PUSH with LR, POP with PC. */
static bool t16_stack(uint32_t half, struct hv_insn32 *out)
{
	bool pop = hv_insn_bit_(half, 11);
	uint32_t extra = hv_insn_bit_(half, 8) ? 1u << (pop ? PC : LR) : 0;

	set_multi(out, SP, hv_insn_field_(half, 7, 0) | extra, pop, pop, !pop);
	out->insn.wb = HV_INSN_WB_PRE;
	return (half & 0xf600) == 0xb400;
}

/* 1100 L Rn list: a load of the base itself does not write back. */
static bool t16_multi(uint32_t half, struct hv_insn32 *out)
{
	uint32_t rn = hv_insn_field_(half, 10, 8), list = hv_insn_field_(half, 7, 0);
	bool load = hv_insn_bit_(half, 11);

	set_multi(out, rn, list, load, true, false);
	if (!load || !hv_insn_bit_(list, rn))
		out->insn.wb = HV_INSN_WB_PRE;
	return true;
}

static bool t16(uint32_t half, struct hv_insn32 *out)
{
	out->bytes = 2;
	switch (hv_insn_field_(half, 15, 12)) {
	case 4:
	case 6:
	case 7:
	case 8:
	case 9:
		return t16_imm(half, out);
	case 5:
		return t16_register(half, out);
	case 11:
		return t16_stack(half, out);
	case 12:
		return t16_multi(half, out);
	default:
		return false;
	}
}

/* 1110100 op 0 W L Rn list: op 01 increments after, 10 decrements before. */
static bool t32_multi(uint32_t word, struct hv_insn32 *out)
{
	uint32_t op = hv_insn_field_(word, 24, 23);

	set_multi(out, hv_insn_field_(word, 19, 16), hv_insn_field_(word, 15, 0), hv_insn_bit_(word, 20), op == 1,
		  op == 2);
	if (hv_insn_bit_(word, 21))
		out->insn.wb = HV_INSN_WB_PRE;
	return (op == 1 || op == 2) && !hv_insn_bit_(word, SP);
}

/* 1110100 P U 1 W L Rn Rt Rt2 imm8. */
static bool t32_double(uint32_t word, struct hv_insn32 *out)
{
	bool p = hv_insn_bit_(word, 24), w = hv_insn_bit_(word, 21);

	set_two(out, hv_insn_field_(word, 15, 12), hv_insn_field_(word, 11, 8), hv_insn_bit_(word, 20));
	set_base(out, hv_insn_field_(word, 19, 16));
	set_index(out, p, w && p, HV_INSN_UIMM);
	set_imm(out, hv_insn_bit_(word, 23), hv_insn_field_(word, 7, 0) * 4);
	return out->insn.load || out->insn.rn != HV_INSN_RN_PC;
}

/* 1110100 0 1 1 0 L Rn Rt Rt2 op3 Rd: table branches, exclusives by size, load-acquire and store-release. */
static bool t32_sync(uint32_t word, struct hv_insn32 *out)
{
	uint32_t op3 = hv_insn_field_(word, 7, 4), rt = hv_insn_field_(word, 15, 12);
	bool load = hv_insn_bit_(word, 20);

	set_base(out, hv_insn_field_(word, 19, 16));
	if (!hv_insn_bit_(word, 23)) /* LDREX, STREX: a word, with offset */
		return set_sync(out, rt, 2, load, true, false);
	if (op3 >= 4)
		return set_sync(out, rt, op3 & 3, load, (op3 & 12) != 8, op3 >= 8) && op3 != 6;
	set_one(out, PC, op3 & 1, load, false);
	out->insn.insn_class = HV_INSN_TBB;
	out->insn.rm = (uint8_t)hv_insn_field_(word, 3, 0);
	return op3 < 2 && load;
}

/* 1111100 S .. size L Rn Rt: the addressing modes. With Rn = PC bit 23 is the sign of a 12-bit offset. */
static bool t32_address(uint32_t word, struct hv_insn32 *out)
{
	bool p = hv_insn_bit_(word, 10), u = hv_insn_bit_(word, 9), w = hv_insn_bit_(word, 8);
	uint32_t rn = hv_insn_field_(word, 19, 16);

	set_base(out, rn);
	out->insn.insn_class = HV_INSN_UIMM;
	if (rn == PC || hv_insn_bit_(word, 23)) {
		set_imm(out, hv_insn_bit_(word, 23), hv_insn_field_(word, 11, 0));
		return true;
	}
	if (!hv_insn_bit_(word, 11)) {
		out->insn.insn_class = HV_INSN_REGOFF;
		out->insn.rm = (uint8_t)hv_insn_field_(word, 3, 0);
		out->shift = (uint8_t)hv_insn_field_(word, 5, 4);
		return hv_insn_field_(word, 10, 6) == 0;
	}
	set_imm(out, u, hv_insn_field_(word, 7, 0));
	if (p && u && !w)
		out->insn.insn_class = HV_INSN_UNPRIV;
	else
		set_index(out, p, w && p, HV_INSN_UIMM);
	return p || w;
}

static bool t32_single(uint32_t word, struct hv_insn32 *out)
{
	uint32_t size = hv_insn_field_(word, 22, 21), rt = hv_insn_field_(word, 15, 12);
	bool sign = hv_insn_bit_(word, 24), load = hv_insn_bit_(word, 20);

	if (sign && !load)
		return set_vfp(out);
	set_one(out, rt, size, load, sign);
	if (size + sign > 2 || !t32_address(word, out))
		return false;
	if (load && rt == PC && size < 2 && out->insn.wb == HV_INSN_WB_NONE && out->insn.insn_class != HV_INSN_UNPRIV)
		return set_preload(out);
	return load || out->insn.rn != HV_INSN_RN_PC;
}

/* @word: the first halfword in the upper half. */
static bool t32(uint32_t word, struct hv_insn32 *out)
{
	uint32_t op = hv_insn_field_(word, 31, 25);

	if (op == 0x74 && !hv_insn_bit_(word, 22))
		return t32_multi(word, out);
	if (op == 0x74 && (hv_insn_bit_(word, 24) || hv_insn_bit_(word, 21)))
		return t32_double(word, out);
	if (op == 0x74)
		return t32_sync(word, out);
	if (op == 0x7c)
		return t32_single(word, out);
	if (op == 0x76 && is_vfp(word))
		return set_vfp(out);
	return false;
}

/* Where R15 may stand, and which lists there are. */
static enum hv_err judge_multi(const struct hv_insn32 *out)
{
	const struct hv_insn *insn = &out->insn;

	if (insn->rn == HV_INSN_RN_PC || out->list == 0)
		return HV_EINVAL;
	if (insn->load && insn->wb != HV_INSN_WB_NONE && hv_insn_bit_(out->list, insn->rn))
		return HV_EINVAL;
	return hv_insn_bit_(out->list, PC) ? HV_ENOTSUP : HV_OK;
}

/* LDR and STR of a word, in whatever addressing mode. */
static bool may_transfer_pc(const struct hv_insn *insn)
{
	return insn->bytes == 4 && !insn->pair && insn->insn_class < HV_INSN_PAIR && insn->insn_class != HV_INSN_UNPRIV;
}

static enum hv_err judge(const struct hv_insn32 *out)
{
	const struct hv_insn *insn = &out->insn;
	bool pc_base = insn->rn == HV_INSN_RN_PC;

	if (insn->insn_class >= HV_INSN_LDRA)
		return HV_ENOTSUP;
	if (insn->insn_class == HV_INSN_MULTI)
		return judge_multi(out);
	if (insn->rm == PC || insn->rt2 == PC)
		return HV_EINVAL;
	if (pc_base && (insn->wb != HV_INSN_WB_NONE || insn->insn_class == HV_INSN_ORDERED))
		return HV_EINVAL;
	if (out->shift == 0 && out->shift_type == HV_INSN32_ROR) /* RRX needs the carry flag */
		return HV_ENOTSUP;
	if (insn->rt != PC || insn->insn_class == HV_INSN_PRFM)
		return HV_OK;
	return may_transfer_pc(insn) ? HV_ENOTSUP : HV_EINVAL;
}

static void clear(struct hv_insn32 *out, bool thumb)
{
	*out = (struct hv_insn32){ .thumb = thumb, .bytes = 4 };
	hv_insn_blank_(&out->insn);
}

static bool decode_thumb(uint32_t word, struct hv_insn32 *out)
{
	uint32_t first = word & 0xffff;

	return first >= 0xe800 ? t32(first << 16 | word >> 16, out) : t16(first, out);
}

enum hv_err hv_insn32_decode(uint32_t word, bool thumb, struct hv_insn32 *out)
{
	enum hv_err err = HV_EINVAL;

	clear(out, thumb);
	if (thumb ? decode_thumb(word, out) : a32(word, out))
		err = judge(out);
	if (err == HV_EINVAL)
		clear(out, thumb);
	if (err != HV_OK)
		out->insn.nr = 0;
	if (out->insn.insn_class == HV_INSN_UIMM && out->insn.rn == HV_INSN_RN_PC)
		out->insn.insn_class = HV_INSN_LITERAL;
	return err;
}

/* A general register of 32 bits; 31 is none. */
static uint32_t reg(const uint64_t *x, uint32_t n)
{
	return n < PC ? (uint32_t)x[n] : 0;
}

static uint32_t shifted(const struct hv_insn32 *insn, uint32_t value)
{
	switch (insn->shift_type) {
	case HV_INSN32_LSR:
		return (uint32_t)((uint64_t)value >> insn->shift);
	case HV_INSN32_ASR:
		return (uint32_t)((int64_t)(int32_t)value >> insn->shift);
	case HV_INSN32_ROR:
		return (uint32_t)(((uint64_t)value << 32 | value) >> insn->shift);
	case HV_INSN32_LSL:
	default:
		return value << insn->shift;
	}
}

/* The immediate, or rm shifted and added or subtracted. */
static uint32_t offset_of(const struct hv_insn32 *insn, const uint64_t *x)
{
	uint32_t value = shifted(insn, reg(x, insn->insn.rm));

	return (uint32_t)insn->insn.imm + (insn->subtract ? -value : value);
}

/* The PC reads as two instructions ahead, and as a base without its low bits. */
static uint32_t base_of(const struct hv_insn32 *insn, const uint64_t *x, uint64_t pc)
{
	if (insn->insn.rn == HV_INSN_RN_PC)
		return ((uint32_t)pc + (insn->thumb ? 4 : 8)) & ~3u;
	return reg(x, insn->insn.rn);
}

uint64_t hv_insn32_address(const struct hv_insn32 *insn, const uint64_t *x, uint64_t pc)
{
	uint32_t base = base_of(insn, x, pc);

	return insn->insn.wb == HV_INSN_WB_POST ? base : (uint32_t)(base + offset_of(insn, x));
}

uint64_t hv_insn32_base_after(const struct hv_insn32 *insn, const uint64_t *x)
{
	uint32_t step = insn->insn.insn_class == HV_INSN_MULTI ? (uint32_t)insn->step : offset_of(insn, x);

	return (uint32_t)(reg(x, insn->insn.rn) + step);
}

void hv_insn32_gather(const struct hv_insn32 *insn, const uint64_t *x, bool big_endian, struct hv_insn_image *image)
{
	uint32_t n, i = 0;

	hv_insn_gather(&insn->insn, x, big_endian, image);
	if (!insn->insn.store)
		return;
	for (n = 0; i < insn->insn.nr && n < PC; n++)
		if (hv_insn_bit_(insn->list, n))
			hv_insn_put_element_(&insn->insn, i++, &x[n], big_endian, image);
}

void hv_insn32_scatter(const struct hv_insn32 *insn, const struct hv_insn_image *image, bool big_endian, uint64_t *x)
{
	uint32_t n, i = 0;

	hv_insn_scatter(&insn->insn, image, big_endian, x);
	if (!insn->insn.load)
		return;
	for (n = 0; i < insn->insn.nr && n < PC; n++)
		if (hv_insn_bit_(insn->list, n)) {
			x[n] = 0;
			hv_insn_get_element_(&insn->insn, i++, &x[n], big_endian, image);
		}
}
