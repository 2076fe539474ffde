/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s1.c - the guest's stage 1 in software: EL1&0, VMSAv8-64, granules of 4, 16 and 64 KiB, FEAT_LPA2. Contract:
 * hv_vcpu_walk(). Order of the faults of one descriptor: translation, address size, access flag, permission.
 */
#include "run_priv.h"

#define SCTLR_M           HV_BIT(0)
#define SCTLR_WXN         HV_BIT(19)
#define TCR_EPD0          HV_BIT(7)
#define TCR_EPD1          HV_BIT(23)
#define TCR_TBI0          HV_BIT(37)
#define TCR_TBI1          HV_BIT(38)
#define TCR_HA            HV_BIT(39)
#define TCR_HD            HV_BIT(40)
#define TCR_HPD0          HV_BIT(41)
#define TCR_HPD1          HV_BIT(42)
#define TCR_DS            HV_BIT(59)
#define DESC_VALID        HV_BIT(0)
#define DESC_TABLE        HV_BIT(1) /* at level 3: page */
#define DESC_AP_EL0       HV_BIT(6)
#define DESC_AP_RO        HV_BIT(7)
#define DESC_AF           HV_BIT(10)
#define DESC_DBM          HV_BIT(51)
#define DESC_PXN          HV_BIT(53)
#define DESC_UXN          HV_BIT(54)
#define TABLE_AP_EL0_NONE HV_BIT(61)
#define TABLE_AP_RO       HV_BIT(62)
#define PSTATE_PAN        HV_BIT(22)
#define PSTATE_UAO        HV_BIT(23)
#define FINAL_LEVEL       3

/* One half of the address space: what TTBRx_EL1 and its part of TCR_EL1 say. */
struct regime {
	uint64_t ttbr;
	uint32_t granule; /* bits of the page offset */
	uint32_t va_bits; /* 64 - TxSZ */
	uint32_t pa_bits; /* TCR.IPS */
	bool walks_off;   /* TCR.EPDx */
	bool tbi;         /* the top byte is ignored */
	bool hpd;         /* table attributes are ignored */
	bool ds;          /* 52-bit descriptors of 4 and 16 KiB granules */
};

/* The walk on its way down. */
struct state {
	const struct hv_vcpu *vcpu;
	struct regime regime;
	uint64_t va;
	uint64_t table;       /* the one to look into next */
	uint64_t table_attrs; /* hierarchical attributes met so far */
	bool big_endian;
	bool more; /* @table is to be looked into */
};

static uint32_t granule_of(uint64_t tg, bool upper)
{
	static const uint8_t tg0[4] = { 12, 16, 14, 12 }, tg1[4] = { 12, 14, 12, 16 };

	return upper ? tg1[tg] : tg0[tg];
}

static uint32_t pa_bits_of(uint64_t ips)
{
	static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };

	return bits[ips];
}

/* TxSZ out of range counts as the nearest that is legal, one of the choices the architecture gives. */
static uint32_t va_bits_of(uint64_t txsz, uint32_t granule, bool ds)
{
	uint32_t least = granule == 16 || ds ? 12 : 16, most = granule == 16 ? 47 : 48;

	if (txsz < least)
		txsz = least;
	if (txsz > most)
		txsz = most;
	return 64 - (uint32_t)txsz;
}

static struct regime regime_of(const struct hv_vcpu *vcpu, uint64_t va)
{
	uint64_t tcr = hv_el1_get(&vcpu->el1, HV_EL1_TCR);
	bool upper = va & HV_BIT(55);
	struct regime r;

	r.ttbr = hv_el1_get(&vcpu->el1, upper ? HV_EL1_TTBR1 : HV_EL1_TTBR0);
	r.granule = granule_of(upper ? HV_FIELD(tcr, 31, 30) : HV_FIELD(tcr, 15, 14), upper);
	r.ds = (tcr & TCR_DS) && r.granule != 16;
	r.va_bits = va_bits_of(upper ? HV_FIELD(tcr, 21, 16) : HV_FIELD(tcr, 5, 0), r.granule, r.ds);
	r.pa_bits = pa_bits_of(HV_FIELD(tcr, 34, 32));
	/* 52 bits need descriptors that can hold them. */
	if (r.pa_bits > 48 && !r.ds && r.granule != 16)
		r.pa_bits = 48;
	r.walks_off = tcr & (upper ? TCR_EPD1 : TCR_EPD0);
	r.tbi = tcr & (upper ? TCR_TBI1 : TCR_TBI0);
	r.hpd = tcr & (upper ? TCR_HPD1 : TCR_HPD0);
	return r;
}

/* Bits above the regime's size must all equal bit 55; the top byte only without TBI. */
static bool va_fits(const struct regime *r, uint64_t va)
{
	uint64_t above = HV_MASK(r->tbi ? 55 : 63, r->va_bits);
	uint64_t expected = va & HV_BIT(55) ? above : 0;

	return (va & above) == expected;
}

static uint32_t level_shift(const struct regime *r, int32_t level)
{
	return r->granule + (uint32_t)(FINAL_LEVEL - level) * (r->granule - 3);
}

static int32_t start_level(const struct regime *r)
{
	uint32_t stride = r->granule - 3, bits = r->va_bits - r->granule;

	return FINAL_LEVEL + 1 - (int32_t)((bits + stride - 1) / stride);
}

/* Address in a descriptor or, with the low bits of the top fields elsewhere, in TTBR. */
static uint64_t desc_address(const struct regime *r, uint64_t desc)
{
	uint64_t address = desc & HV_MASK(47, r->granule);

	if (r->ds)
		return (desc & HV_MASK(49, r->granule)) | HV_FIELD(desc, 9, 8) << 50;
	if (r->granule == 16 && r->pa_bits > 48)
		return address | HV_FIELD(desc, 15, 12) << 48;
	return address;
}

/* The first table: as many entries as the start level resolves, aligned to its size, at least 64 bytes. */
static uint64_t ttbr_address(const struct regime *r, int32_t level)
{
	uint32_t bits = r->va_bits - level_shift(r, level) + 3;
	bool wide = r->pa_bits > 48;
	uint32_t align = wide && bits < 6 ? 6 : bits;
	uint64_t address = r->ttbr & HV_MASK(47, 1) & ~(HV_BIT(align) - 1);

	return wide ? address | HV_FIELD(r->ttbr, 5, 2) << 48 : address;
}

static bool is_block_level(const struct regime *r, int32_t level)
{
	if (r->granule == 12)
		return level == 1 || level == 2 || (level == 0 && r->ds);
	return level == 2 || (level == 1 && (r->granule == 16 ? r->pa_bits > 48 : r->ds));
}

/* 0: invalid, 1: table, 2: leaf. */
enum desc_kind { DESC_IS_INVALID, DESC_IS_TABLE, DESC_IS_LEAF };

static enum desc_kind kind_of(const struct regime *r, uint64_t desc, int32_t level)
{
	if (!(desc & DESC_VALID))
		return DESC_IS_INVALID;
	if (level == FINAL_LEVEL)
		return desc & DESC_TABLE ? DESC_IS_LEAF : DESC_IS_INVALID;
	if (desc & DESC_TABLE)
		return DESC_IS_TABLE;
	return is_block_level(r, level) ? DESC_IS_LEAF : DESC_IS_INVALID;
}

static void fail(struct hv_walk *walk, enum hv_fault fault, int32_t level)
{
	walk->fault = fault;
	walk->level = (int8_t)level;
}

/* A table that is no memory is what an external abort on the walk is for; one that is not mapped is to be mapped. */
static enum hv_err read_desc(const struct state *s, uint64_t ipa, uint64_t *desc)
{
	enum hv_err err = hv_vm_read(s->vcpu->vm, hv_ipa(ipa), desc, sizeof(*desc));

	if (!err && s->big_endian)
		*desc = __builtin_bswap64(*desc);
	return err;
}

/* Attributes of tables restrict what is below: APTable, UXNTable and PXNTable onto the leaf's own bits. */
static uint64_t effective(const struct state *s, uint64_t desc)
{
	uint64_t attrs = s->regime.hpd ? 0 : s->table_attrs;

	if (attrs & TABLE_AP_EL0_NONE)
		desc &= ~DESC_AP_EL0;
	if (attrs & TABLE_AP_RO)
		desc = (desc | DESC_AP_RO) & ~DESC_DBM;
	/* UXNTable 60 and PXNTable 59 lie six bits above UXN and PXN. */
	return desc | ((attrs >> 6) & (DESC_UXN | DESC_PXN));
}

static bool is_el0(const struct hv_vcpu *vcpu, uint32_t access)
{
	uint64_t pstate = vcpu->regs.pstate;

	if (!(pstate & HV_MASK(3, 2)))
		return true;
	return (access & HV_WALK_UNPRIV) && !(pstate & PSTATE_UAO);
}

static bool may_fetch(const struct hv_vcpu *vcpu, uint64_t desc, bool el0, bool writable)
{
	bool el0_writable = (desc & DESC_AP_EL0) && writable;

	if (writable && (hv_el1_get(&vcpu->el1, HV_EL1_SCTLR) & SCTLR_WXN))
		return false;
	if (el0)
		return (desc & DESC_AP_EL0) && !(desc & DESC_UXN);
	return !(desc & DESC_PXN) && !el0_writable;
}

static bool permitted(const struct state *s, uint64_t desc, uint32_t access)
{
	const struct hv_vcpu *vcpu = s->vcpu;
	bool el0 = is_el0(vcpu, access);
	bool dirty = (desc & DESC_DBM) && (hv_el1_get(&vcpu->el1, HV_EL1_TCR) & TCR_HD);
	bool writable = !(desc & DESC_AP_RO) || dirty;

	if (access & HV_WALK_FETCH)
		return may_fetch(vcpu, desc, el0, writable);
	if (el0 && !(desc & DESC_AP_EL0))
		return false;
	if (!el0 && (desc & DESC_AP_EL0) && (vcpu->regs.pstate & PSTATE_PAN) && !(access & HV_WALK_UNPRIV))
		return false;
	return !(access & HV_WALK_WRITE) || writable;
}

static void end_at_leaf(const struct state *s, uint64_t desc, int32_t level, uint32_t access, struct hv_walk *walk)
{
	uint64_t offset = HV_BIT(level_shift(&s->regime, level)) - 1;
	uint64_t address = desc_address(&s->regime, desc) & ~offset;

	if (address >> s->regime.pa_bits)
		fail(walk, HV_FAULT_ADDRESS_SIZE, level);
	else if (!(desc & DESC_AF) && !(hv_el1_get(&s->vcpu->el1, HV_EL1_TCR) & TCR_HA))
		fail(walk, HV_FAULT_ACCESS_FLAG, level);
	else if (!permitted(s, effective(s, desc), access))
		fail(walk, HV_FAULT_PERMISSION, level);
	else
		walk->ipa = address | (s->va & offset);
}

/* One level down: to the next table, or to the end of the walk. */
static enum hv_err step(struct state *s, int32_t level, uint32_t access, struct hv_walk *walk)
{
	uint32_t shift = level_shift(&s->regime, level);
	uint32_t top =
		s->regime.va_bits < shift + s->regime.granule - 3 ? s->regime.va_bits : shift + s->regime.granule - 3;
	uint64_t slot = s->table + HV_FIELD(s->va, top - 1, shift) * 8, desc;
	enum hv_err err = read_desc(s, slot, &desc);

	s->more = false;
	if (err == HV_ENOENT) {
		walk->ipa = slot;
		return err;
	}
	if (err) {
		fail(walk, HV_FAULT_EXTERNAL_WALK, level);
		return HV_OK;
	}
	switch (kind_of(&s->regime, desc, level)) {
	case DESC_IS_INVALID:
		fail(walk, HV_FAULT_TRANSLATION, level);
		break;
	case DESC_IS_LEAF:
		end_at_leaf(s, desc, level, access, walk);
		break;
	case DESC_IS_TABLE:
		s->table = desc_address(&s->regime, desc);
		s->table_attrs |= desc;
		s->more = !(s->table >> s->regime.pa_bits);
		if (!s->more)
			fail(walk, HV_FAULT_ADDRESS_SIZE, level);
		break;
	}
	return HV_OK;
}

static enum hv_err walk_tables(struct state *s, uint32_t access, struct hv_walk *walk)
{
	int32_t level = start_level(&s->regime);
	enum hv_err err = HV_OK;

	s->table = ttbr_address(&s->regime, level);
	s->more = !(s->table >> s->regime.pa_bits);
	if (!s->more)
		fail(walk, HV_FAULT_ADDRESS_SIZE, 0);
	/* A descriptor of the last level is never a table, so this ends. */
	for (; s->more && !err; level++)
		err = step(s, level, access, walk);
	return err;
}

/* MMU off: the address is the physical one, if there is such a one. */
static void walk_flat(const struct hv_vcpu *vcpu, uint64_t va, struct hv_walk *walk)
{
	uint32_t range = (uint32_t)HV_FIELD(vcpu->vm->idregs.id[HV_ID_AA64MMFR0], 2, 0);

	if (va >> pa_bits_of(range))
		fail(walk, HV_FAULT_ADDRESS_SIZE, 0);
	else
		walk->ipa = va;
}

enum hv_err hv_vcpu_walk(const struct hv_vcpu *vcpu, uint64_t va, uint32_t access, struct hv_walk *walk)
{
	uint64_t sctlr = hv_el1_get(&vcpu->el1, HV_EL1_SCTLR);
	struct state s;

	walk->ipa = 0;
	walk->fault = HV_FAULT_NONE;
	walk->level = 0;
	if (!(sctlr & SCTLR_M)) {
		walk_flat(vcpu, va, walk);
		return HV_OK;
	}
	s.vcpu = vcpu;
	s.regime = regime_of(vcpu, va);
	s.va = va;
	s.table_attrs = 0;
	s.big_endian = sctlr & HV_SCTLR_EE;
	if (!va_fits(&s.regime, va) || s.regime.walks_off) {
		fail(walk, HV_FAULT_TRANSLATION, 0);
		return HV_OK;
	}
	return walk_tables(&s, access, walk);
}
