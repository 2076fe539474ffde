/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * insn.c - A64 loads and stores, decoded. Contract: hv/insn.h; encodings: Arm Armv9.4-A, loads and stores.
 *
 * The table names the form of a word; the form's layout says where its fields are; a layout refuses the field values
 * that are not allocated.
 */
#include "insn_priv.h"

enum layout {
	PLAIN,
	LITERAL,
	PAIR,
	RCPC_WB,
	RCPC_PAIR,
	EXCL,
	ATOMIC,
	ATOMIC128,
	LS64,
	MULTI,
	SINGLE,
	LDRA,
	TAG,
	DC,
	NAMED,
	REGION
};

/* Words with (word & mask) == value; the first match counts. */
struct form {
	uint32_t mask, value;
	uint8_t insn_class; /* enum hv_insn_class */
	uint8_t layout;     /* enum layout */
};

static const struct form forms[] = {
	{ 0x3b000000, 0x39000000, HV_INSN_UIMM, PLAIN },
	{ 0x3b200c00, 0x38000000, HV_INSN_UNSCALED, PLAIN },
	{ 0x3b200c00, 0x38000400, HV_INSN_POST, PLAIN },
	{ 0x3f200c00, 0x38000800, HV_INSN_UNPRIV, PLAIN },
	{ 0x3b200c00, 0x38000c00, HV_INSN_PRE, PLAIN },
	{ 0x3b204c00, 0x38204800, HV_INSN_REGOFF, PLAIN },
	{ 0x3f200c00, 0x19000000, HV_INSN_RCPC, PLAIN },
	{ 0x3f200c00, 0x1d000800, HV_INSN_RCPC, PLAIN },
	{ 0x3b000000, 0x18000000, HV_INSN_LITERAL, LITERAL },
	{ 0x3a000000, 0x28000000, HV_INSN_PAIR, PAIR },
	{ 0xbffffc00, 0x99800800, HV_INSN_RCPC, RCPC_WB }, /* STLR, pre-index */
	{ 0xbffffc00, 0x99c00800, HV_INSN_RCPC, RCPC_WB }, /* LDAPR, post-index */
	{ 0xbfa0ec00, 0x99000800, HV_INSN_PAIR, RCPC_PAIR },
	{ 0x3fa00000, 0x08000000, HV_INSN_EXCL, EXCL },
	{ 0xbfa00000, 0x88200000, HV_INSN_EXCLP, EXCL },
	{ 0xbfa17c01, 0x08207c00, HV_INSN_CASP, EXCL }, /* Rs and Rt are even */
	{ 0x3fa00000, 0x08800000, HV_INSN_ORDERED, EXCL },
	{ 0x3fa07c00, 0x08a07c00, HV_INSN_CAS, EXCL },
	{ 0x3f208c00, 0x38200000, HV_INSN_LDOP, ATOMIC },
	{ 0x3f20fc00, 0x38208000, HV_INSN_SWP, ATOMIC },
	{ 0x3ffffc00, 0x38bfc000, HV_INSN_ORDERED, ATOMIC },   /* LDAPR */
	{ 0xbf20fc00, 0x38209000, HV_INSN_RCW, ATOMIC },       /* RCWCLR, RCWSCLR */
	{ 0xbf20ec00, 0x3820a000, HV_INSN_RCW, ATOMIC },       /* RCWSWP, RCWSET */
	{ 0xbf20fc00, 0x19200800, HV_INSN_RCW, ATOMIC },       /* RCWCAS */
	{ 0xbf21fc01, 0x19200c00, HV_INSN_RCW, ATOMIC },       /* RCWCASP */
	{ 0xbf20fc00, 0x19209000, HV_INSN_RCW, ATOMIC128 },    /* RCWCLRP */
	{ 0xbf20ec00, 0x1920a000, HV_INSN_RCW, ATOMIC128 },    /* RCWSWPP, RCWSETP */
	{ 0xff20dc00, 0x19201000, HV_INSN_LSE128, ATOMIC128 }, /* LDCLRP, LDSETP */
	{ 0xff20fc00, 0x19208000, HV_INSN_LSE128, ATOMIC128 }, /* SWPP */
	{ 0xfffffc00, 0xf83f9000, HV_INSN_LS64, LS64 },        /* ST64B */
	{ 0xfffffc00, 0xf83fd000, HV_INSN_LS64, LS64 },        /* LD64B */
	{ 0xffe0ec00, 0xf820a000, HV_INSN_LS64, LS64 },        /* ST64BV0, ST64BV */
	{ 0xbfbf0000, 0x0c000000, HV_INSN_STRUCT, MULTI },
	{ 0xbfa00000, 0x0c800000, HV_INSN_STRUCT, MULTI },
	{ 0xbf9f0000, 0x0d000000, HV_INSN_STRUCT, SINGLE },
	{ 0xbf800000, 0x0d800000, HV_INSN_STRUCT, SINGLE },
	{ 0xbfbffc00, 0x0d018400, HV_INSN_STRUCT, SINGLE }, /* LDAP1, STL1 */
	{ 0xff200400, 0xf8200400, HV_INSN_LDRA, LDRA },
	{ 0xff200000, 0xd9200000, HV_INSN_TAG, TAG },
	{ 0xfbe0cc00, 0x19c0c400, HV_INSN_NONE, REGION }, /* the one hole among the SET forms */
	{ 0xfb200c00, 0x19000400, HV_INSN_MOPS, NAMED },
	{ 0xffffec00, 0xd91f0c00, HV_INSN_GCS, NAMED },  /* GCSSTR, GCSSTTR */
	{ 0xffffffa0, 0xd50b7700, HV_INSN_GCS, REGION }, /* GCSPUSHM, GCSSS1 */
	{ 0xffffffa0, 0xd52b7720, HV_INSN_GCS, REGION }, /* GCSPOPM, GCSSS2 */
	{ 0xffffffa0, 0xd5087780, HV_INSN_GCS, REGION }, /* GCSPUSHX, GCSPOPX */
	{ 0xffffffe0, 0xd50877a0, HV_INSN_GCS, REGION }, /* GCSPOPCX */
	{ 0xffffffe0, 0xd50b7420, HV_INSN_DC_ZVA, DC },
	{ 0xffffff00, 0xd50b7400, HV_INSN_TAG, DC }, /* DC GVA, GZVA */
	{ 0xfff8f000, 0xd5087000, HV_INSN_CACHE, DC },
	{ 0x9e000000, 0x84000000, HV_INSN_SVE, REGION },
	{ 0xfe800000, 0xa0000000, HV_INSN_SVE, REGION }, /* several vectors at once */
	{ 0xfe000000, 0xe0000000, HV_INSN_SVE, REGION }, /* SME */
};

void hv_insn_set_direction_(struct hv_insn *out, bool load)
{
	out->load = load;
	out->store = !load;
}

void hv_insn_set_size_(struct hv_insn *out, uint32_t scale, uint32_t nr)
{
	out->bytes = (uint8_t)(1u << scale);
	out->width = out->simd || scale == 3 ? 64 : 32;
	out->nr = (uint16_t)nr;
}

void hv_insn_blank_(struct hv_insn *out)
{
	*out = (struct hv_insn){
		.insn_class = HV_INSN_NONE,
		.ext = HV_INSN_LSL,
		.rt = 31,
		.rt2 = 31,
		.rs = 31,
		.rn = HV_INSN_RN_ZERO,
		.rm = 31,
	};
}

/* Ordinary ordering: a load acquires or a store releases, if @ordered. */
static void set_order(struct hv_insn *out, bool ordered)
{
	out->acq = ordered && out->load;
	out->rel = ordered && out->store;
}

/* opc of the general-register forms: store, load, load signed to 64, load signed to 32 bits. */
static bool set_gpr(struct hv_insn *out, uint32_t size, uint32_t opc)
{
	hv_insn_set_direction_(out, opc != 0);
	hv_insn_set_size_(out, size, 1);
	out->sign = opc >= 2;
	if (opc == 2)
		out->width = 64;
	return opc < 3 || size < 2;
}

static bool set_simd(struct hv_insn *out, uint32_t scale, bool load)
{
	hv_insn_set_direction_(out, load);
	hv_insn_set_size_(out, scale, 1);
	return scale <= 4;
}

/* PRFM takes the place of a 64-bit LDRSW where there is no write-back and no ordering. */
static bool set_prfm(struct hv_insn *out)
{
	enum hv_insn_class was = out->insn_class;

	out->insn_class = HV_INSN_PRFM;
	return was == HV_INSN_UIMM || was == HV_INSN_UNSCALED || was == HV_INSN_REGOFF;
}

static void set_offset(struct hv_insn *out, uint32_t word, uint32_t scale)
{
	if (out->insn_class == HV_INSN_UIMM) {
		out->imm = (int32_t)(hv_insn_field_(word, 21, 10) << scale);
	} else if (out->insn_class == HV_INSN_REGOFF) {
		out->rm = (uint8_t)hv_insn_field_(word, 20, 16);
		out->ext = (enum hv_insn_ext)hv_insn_field_(word, 15, 13);
		out->shift = hv_insn_bit_(word, 12) ? (uint8_t)scale : 0;
	} else {
		out->imm = hv_insn_signed_field_(word, 20, 12);
	}
}

/* size 111 V .. opc ...: the forms with one register. */
static bool plain(uint32_t word, struct hv_insn *out)
{
	uint32_t size = hv_insn_field_(word, 31, 30), opc = hv_insn_field_(word, 23, 22);
	uint32_t scale = out->simd ? (opc & 2) << 1 | size : size;
	bool ok;

	set_offset(out, word, scale);
	if (out->insn_class == HV_INSN_POST)
		out->wb = HV_INSN_WB_POST;
	if (out->insn_class == HV_INSN_PRE)
		out->wb = HV_INSN_WB_PRE;
	if (out->simd)
		ok = set_simd(out, scale, opc & 1);
	else if (size == 3 && opc == 2)
		return set_prfm(out);
	else
		ok = set_gpr(out, size, opc);
	set_order(out, out->insn_class == HV_INSN_RCPC);
	return ok;
}

static bool literal(uint32_t word, struct hv_insn *out)
{
	uint32_t opc = hv_insn_field_(word, 31, 30);

	out->rn = HV_INSN_RN_PC;
	out->imm = hv_insn_signed_field_(word, 23, 5) * 4;
	if (out->simd)
		return set_simd(out, opc + 2, true);
	if (opc == 3) {
		out->insn_class = HV_INSN_PRFM;
		return true;
	}
	return set_gpr(out, opc == 1 ? 3 : 2, opc == 2 ? 2 : 1);
}

static void set_pair(struct hv_insn *out, uint32_t rt2)
{
	out->pair = true;
	out->rt2 = (uint8_t)rt2;
}

/* opc = 01: LDPSW, STGP; neither has a form without temporal hint. */
static bool pair_01(uint32_t word, struct hv_insn *out)
{
	if (out->load) {
		hv_insn_set_size_(out, 2, 2);
		out->sign = true;
	} else {
		hv_insn_set_size_(out, 3, 2);
		out->insn_class = HV_INSN_STGP;
	}
	out->width = 64;
	out->imm = hv_insn_signed_field_(word, 21, 15) * (out->load ? 4 : 16);
	return hv_insn_field_(word, 24, 23) != 0;
}

static bool pair(uint32_t word, struct hv_insn *out)
{
	uint32_t opc = hv_insn_field_(word, 31, 30), index = hv_insn_field_(word, 24, 23);

	set_pair(out, hv_insn_field_(word, 14, 10));
	hv_insn_set_direction_(out, hv_insn_bit_(word, 22));
	if (index == 1)
		out->wb = HV_INSN_WB_POST;
	if (index == 3)
		out->wb = HV_INSN_WB_PRE;
	if (opc == 1 && !out->simd)
		return pair_01(word, out);
	hv_insn_set_size_(out, out->simd ? opc + 2 : 2 + opc / 2, 2);
	out->imm = hv_insn_signed_field_(word, 21, 15) * out->bytes;
	return opc != 3;
}

/* FEAT_LRCPC3 write-back: a load steps up after, a store steps down before, by what is moved. */
static void set_rcpc_wb(struct hv_insn *out)
{
	int32_t total = out->nr * out->bytes;

	out->wb = out->load ? HV_INSN_WB_POST : HV_INSN_WB_PRE;
	out->imm = out->load ? total : -total;
}

static bool rcpc_wb(uint32_t word, struct hv_insn *out)
{
	(void)set_gpr(out, hv_insn_field_(word, 31, 30), hv_insn_bit_(word, 22));
	set_order(out, true);
	set_rcpc_wb(out);
	return true;
}

static bool rcpc_pair(uint32_t word, struct hv_insn *out)
{
	set_pair(out, hv_insn_field_(word, 20, 16));
	hv_insn_set_direction_(out, hv_insn_bit_(word, 22));
	hv_insn_set_size_(out, hv_insn_field_(word, 31, 30), 2);
	set_order(out, true);
	if (!hv_insn_bit_(word, 12))
		set_rcpc_wb(out);
	return true;
}

/* size 001000 o2 L o1 Rs o0 Rt2 Rn Rt. */
static bool excl(uint32_t word, struct hv_insn *out)
{
	uint32_t size = hv_insn_field_(word, 31, 30);
	bool l = hv_insn_bit_(word, 22), o0 = hv_insn_bit_(word, 15);

	hv_insn_set_size_(out, out->insn_class == HV_INSN_CASP ? size + 2 : size, 1);
	if (out->insn_class == HV_INSN_CAS || out->insn_class == HV_INSN_CASP) {
		out->load = out->store = true;
		out->acq = l;
		out->rel = o0;
		out->pair = out->insn_class == HV_INSN_CASP;
	} else {
		hv_insn_set_direction_(out, l);
		set_order(out, o0);
		out->excl = out->insn_class != HV_INSN_ORDERED;
	}
	if (out->insn_class == HV_INSN_EXCLP)
		set_pair(out, hv_insn_field_(word, 14, 10));
	if (out->store && out->insn_class != HV_INSN_ORDERED)
		out->rs = (uint8_t)hv_insn_field_(word, 20, 16);
	return true;
}

/* size 111000 A R 1 Rs o3 opc 00 Rn Rt. */
static bool atomic(uint32_t word, struct hv_insn *out)
{
	out->load = true;
	out->acq = hv_insn_bit_(word, 23);
	out->rel = hv_insn_bit_(word, 22);
	hv_insn_set_size_(out, out->insn_class == HV_INSN_RCW ? 3 : hv_insn_field_(word, 31, 30), 1);
	if (out->insn_class == HV_INSN_ORDERED)
		return true;
	out->store = true;
	out->rs = (uint8_t)hv_insn_field_(word, 20, 16);
	return true;
}

/* The 128-bit ones: Rt and Rt2 (where others have Rs) hold the two halves, and neither may be xzr. */
static bool atomic128(uint32_t word, struct hv_insn *out)
{
	(void)atomic(word, out);
	hv_insn_set_size_(out, 3, 2);
	set_pair(out, out->rs);
	out->rs = 31;
	return out->rt != 31 && out->rt2 != 31;
}

/* Eight registers from an even Rt up, the last of them at most X29. */
static bool ls64(uint32_t word, struct hv_insn *out)
{
	hv_insn_set_direction_(out, hv_insn_bit_(word, 14));
	out->bytes = 64;
	out->width = 64;
	out->rs = (uint8_t)hv_insn_field_(word, 20, 16);
	return out->rt % 2 == 0 && out->rt < 24;
}

static bool ldra(uint32_t word, struct hv_insn *out)
{
	(void)set_gpr(out, 3, 1);
	out->imm = (int32_t)((uint32_t)(hv_insn_bit_(word, 22) ? -512 : 0) + hv_insn_field_(word, 20, 12)) * 8;
	out->wb = hv_insn_bit_(word, 11) ? HV_INSN_WB_PRE : HV_INSN_WB_NONE;
	return true;
}

/* 11011001 opc 1 imm9 op2 Rn Rt. op2 = 00: LDG, and the forms of whole blocks, which have no offset. */
static bool tag(uint32_t word, struct hv_insn *out)
{
	uint32_t opc = hv_insn_field_(word, 23, 22), op2 = hv_insn_field_(word, 11, 10);

	hv_insn_set_direction_(out, op2 == 0 && hv_insn_bit_(word, 22));
	out->imm = hv_insn_signed_field_(word, 20, 12) * 16;
	if (op2 == 1)
		out->wb = HV_INSN_WB_POST;
	if (op2 == 3)
		out->wb = HV_INSN_WB_PRE;
	return op2 != 0 || opc == 1 || out->imm == 0;
}

/* What the structure forms share: post-index by a register, or (Rm = 31) by the bytes moved. */
static void set_struct(uint32_t word, struct hv_insn *out, uint32_t scale, uint32_t nr)
{
	hv_insn_set_direction_(out, hv_insn_bit_(word, 22));
	hv_insn_set_size_(out, scale, nr);
	out->vbytes = hv_insn_bit_(word, 30) ? 16 : 8;
	if (!hv_insn_bit_(word, 23))
		return;
	out->wb = HV_INSN_WB_POST;
	out->rm = (uint8_t)hv_insn_field_(word, 20, 16);
	if (out->rm == 31)
		out->imm = out->nr * out->bytes;
}

/* Opcode to registers and to registers of one structure, 4 bits each; 0: not allocated. */
static const uint8_t multi_forms[16] = {
	[0] = 0x44, [2] = 0x41, [4] = 0x33, [6] = 0x31, [7] = 0x11, [8] = 0x22, [10] = 0x21,
};

static bool multi(uint32_t word, struct hv_insn *out)
{
	uint32_t scale = hv_insn_field_(word, 11, 10), form = multi_forms[hv_insn_field_(word, 15, 12)];
	uint32_t vector_shift = hv_insn_bit_(word, 30) ? 4 : 3;

	out->selem = form & 0xf;
	out->lane = HV_INSN_LANE_ALL;
	set_struct(word, out, scale, form >> 4 << (vector_shift - scale));
	return form != 0 && (out->selem == 1 || scale < vector_shift);
}

/* Q:S:size names the lane; which bits of it count, and which must be 0, depends on the element. */
static bool single(uint32_t word, struct hv_insn *out)
{
	uint32_t scale = hv_insn_field_(word, 15, 14),
		 lane = hv_insn_field_(word, 12, 10) | (uint32_t)hv_insn_bit_(word, 30) << 3;
	bool ok;

	out->selem = (uint8_t)(hv_insn_bit_(word, 13) * 2 + hv_insn_bit_(word, 21) + 1);
	if (scale == 3) {
		scale = lane & 3;
		ok = hv_insn_bit_(word, 22) && !hv_insn_bit_(word, 12);
		out->lane = HV_INSN_LANE_DUP;
	} else {
		if (scale == 2 && (lane & 1)) {
			scale = 3;
			ok = !(lane & 6);
		} else {
			ok = !(lane & ((1u << scale) - 1));
		}
		out->lane = (uint8_t)(lane >> scale);
	}
	set_struct(word, out, scale, out->selem);
	set_order(out, out->wb == HV_INSN_WB_NONE && hv_insn_bit_(word, 16)); /* LDAP1, STL1 */
	return ok;
}

/* For each CRm the values of op2 that take an address; op1 is 3, only for CRm 6 (DC IVAC and its kin) 0. */
static const uint8_t dc_by_address[16] = {
	[4] = 0x1a, [5] = 0x02, [6] = 0x2a, [10] = 0x2a, [11] = 0x02, [12] = 0x2a, [13] = 0x2a, [14] = 0x2a,
};

/* SYS #op1, C7, Cm, #op2, Xt. */
static bool dc(uint32_t word, struct hv_insn *out)
{
	uint32_t crm = hv_insn_field_(word, 11, 8);

	out->rm = (uint8_t)hv_insn_field_(word, 4, 0);
	out->rn = HV_INSN_RN_ZERO;
	out->rt = 31;
	if (out->insn_class == HV_INSN_DC_ZVA) {
		out->store = true;
		out->bytes = 8;
	}
	return hv_insn_field_(word, 18, 16) == (crm == 6 ? 0u : 3u) &&
	       hv_insn_bit_(dc_by_address[crm], hv_insn_field_(word, 7, 5));
}

/* Fields that most layouts have in the same place. Bit 26 is V in the space of loads and stores proper. */
static bool decode_fields(uint32_t word, enum layout layout, struct hv_insn *out)
{
	if (layout < REGION) {
		out->rt = (uint8_t)hv_insn_field_(word, 4, 0);
		out->rn = (uint8_t)hv_insn_field_(word, 9, 5);
		out->simd = layout < DC && hv_insn_bit_(word, 26);
	}
	switch (layout) {
	case PLAIN:
		return plain(word, out);
	case LITERAL:
		return literal(word, out);
	case PAIR:
		return pair(word, out);
	case RCPC_WB:
		return rcpc_wb(word, out);
	case RCPC_PAIR:
		return rcpc_pair(word, out);
	case EXCL:
		return excl(word, out);
	case ATOMIC:
		return atomic(word, out);
	case ATOMIC128:
		return atomic128(word, out);
	case LS64:
		return ls64(word, out);
	case MULTI:
		return multi(word, out);
	case SINGLE:
		return single(word, out);
	case LDRA:
		return ldra(word, out);
	case TAG:
		return tag(word, out);
	case DC:
		return dc(word, out);
	case NAMED:
	case REGION:
	default:
		return true;
	}
}

static const struct form *find_form(uint32_t word)
{
	uint32_t i;

	for (i = 0; i < HV_ARRAY_SIZE(forms); i++)
		if ((word & forms[i].mask) == forms[i].value)
			return &forms[i];
	return NULL;
}

enum hv_err hv_insn_decode(uint32_t word, struct hv_insn *out)
{
	const struct form *form = find_form(word);

	hv_insn_blank_(out);
	if (form == NULL || form->insn_class == HV_INSN_NONE)
		return HV_EINVAL;
	out->insn_class = (enum hv_insn_class)form->insn_class;
	if (!decode_fields(word, (enum layout)form->layout, out)) {
		hv_insn_blank_(out);
		return HV_EINVAL;
	}
	if (out->insn_class < HV_INSN_LDRA)
		return HV_OK;
	out->nr = 0;
	return HV_ENOTSUP;
}
