/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * inject.c - exceptions the guest takes at EL1, as the architecture's AArch64.TakeException does it (ESR-30).
 *
 * EL1 is AArch64 always (HCR_EL2.RW, ESR-31); only EL0 may be AArch32.
 */
#include "run_priv.h"

#define PSTATE_NZCV   HV_MASK(31, 28)
#define PSTATE_TCO    HV_BIT(25)
#define PSTATE_DIT    HV_BIT(24)
#define PSTATE_PAN    HV_BIT(22)
#define PSTATE_SS     HV_BIT(21)
#define PSTATE_ALLINT HV_BIT(13)
#define PSTATE_SSBS   HV_BIT(12)
#define PSTATE_BTYPE  HV_MASK(11, 10)
#define PSTATE_EL     HV_MASK(3, 2)
#define PSTATE_SP     HV_BIT(0)
#define PSTATE_T32    HV_BIT(5)
#define SPSR_IT_LOW   HV_MASK(26, 25) /* IT[1:0] */
#define SPSR_IT_HIGH  HV_MASK(15, 10) /* IT[7:2] */

#define SCTLR_SPAN      HV_BIT(23)
#define SCTLR_DSSBS     HV_BIT(44)
#define SCTLR_SPINTMASK HV_BIT(62)

#define VECTOR_SYNC_SP0     HV_U64(0x000)
#define VECTOR_SYNC_SPX     HV_U64(0x200)
#define VECTOR_SYNC_LOWER64 HV_U64(0x400)
#define VECTOR_SYNC_LOWER32 HV_U64(0x600)

static uint64_t it_state(uint64_t pstate)
{
	return HV_FIELD(pstate, 26, 25) | HV_FIELD(pstate, 15, 10) << 2;
}

/* One instruction of an IT block is done: the mask in IT[4:0] moves up, and the last one ends the block. */
static uint64_t it_advance(uint64_t it)
{
	return it & 7 ? (it & 0xe0) | ((it << 1) & 0x1f) : 0;
}

void hv_advance_(struct hv_vcpu *vcpu, uint32_t bytes)
{
	uint64_t pstate = vcpu->regs.pstate & ~PSTATE_SS;
	uint64_t it;

	vcpu->regs.pc += bytes;
	if (!(pstate & HV_PSTATE_NRW)) {
		pstate &= ~PSTATE_BTYPE;
	} else {
		vcpu->regs.pc &= HV_MASK(31, 0);
		it = it_advance(pstate & PSTATE_T32 ? it_state(pstate) : 0);
		pstate &= ~(SPSR_IT_LOW | SPSR_IT_HIGH);
		pstate |= HV_PREP(it, 26, 25) | HV_PREP(it >> 2, 15, 10);
	}
	vcpu->regs.pstate = pstate;
}

static uint64_t vector_offset(uint64_t pstate)
{
	if (pstate & HV_PSTATE_NRW)
		return VECTOR_SYNC_LOWER32;
	if (!(pstate & PSTATE_EL))
		return VECTOR_SYNC_LOWER64;
	return pstate & PSTATE_SP ? VECTOR_SYNC_SPX : VECTOR_SYNC_SP0;
}

static uint32_t id_field(const struct hv_vcpu *vcpu, uint32_t reg, uint32_t lsb)
{
	return (uint32_t)(vcpu->vm->idregs.id[reg] >> lsb) & 0xf;
}

/* Bits that exception entry takes from SCTLR_EL1 or sets, each only where the guest has the feature. */
static uint64_t entry_pstate_features(const struct hv_vcpu *vcpu, uint64_t sctlr)
{
	uint64_t pstate = 0;

	if (id_field(vcpu, HV_ID_AA64MMFR1, 20) && !(sctlr & SCTLR_SPAN)) /* PAN */
		pstate |= PSTATE_PAN;
	if (id_field(vcpu, HV_ID_AA64PFR1, 4) && (sctlr & SCTLR_DSSBS)) /* SSBS */
		pstate |= PSTATE_SSBS;
	if (id_field(vcpu, HV_ID_AA64PFR1, 8) >= 2) /* MTE */
		pstate |= PSTATE_TCO;
	if (id_field(vcpu, HV_ID_AA64PFR1, 36) && !(sctlr & SCTLR_SPINTMASK)) /* NMI */
		pstate |= PSTATE_ALLINT;
	return pstate;
}

/* NZCV, DIT and PAN stay; DAIF is set; UAO, BTYPE, IL, SS, nRW and everything not named are clear. */
static uint64_t entry_pstate(const struct hv_vcpu *vcpu, uint64_t old)
{
	return (old & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN)) | HV_PSTATE_DAIF | HV_PSTATE_EL1H |
	       entry_pstate_features(vcpu, hv_el1_get(&vcpu->el1, HV_EL1_SCTLR));
}

void hv_inject_sync_(struct hv_vcpu *vcpu, uint64_t esr)
{
	uint64_t old = vcpu->regs.pstate;

	hv_el1_set(&vcpu->el1, HV_EL1_SPSR, old);
	hv_el1_set(&vcpu->el1, HV_EL1_ELR, vcpu->regs.pc);
	hv_el1_set(&vcpu->el1, HV_EL1_ESR, esr);
	vcpu->regs.pstate = entry_pstate(vcpu, old);
	vcpu->regs.pc = hv_el1_get(&vcpu->el1, HV_EL1_VBAR) + vector_offset(old);
}

void hv_inject_fault_(struct hv_vcpu *vcpu, uint64_t esr, uint64_t far)
{
	hv_el1_set(&vcpu->el1, HV_EL1_FAR, far);
	hv_inject_sync_(vcpu, esr);
}

static enum hv_ec abort_class(const struct hv_vcpu *vcpu, bool fetch)
{
	bool lower = vector_offset(vcpu->regs.pstate) >= VECTOR_SYNC_LOWER64;

	if (fetch)
		return lower ? HV_EC_IABT_LOWER : HV_EC_IABT_CUR;
	return lower ? HV_EC_DABT_LOWER : HV_EC_DABT_CUR;
}

/* An injected abort has no ISV, so IL is set (ESR-21). WnR tells the direction; a cache operation counts as a write. */
void hv_inject_abort_fsc_(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint32_t fsc)
{
	bool fetch = exit->kind == HV_EXIT_IABT;
	uint64_t iss = fsc;

	if (exit->flags & HV_EXIT_FLAG_WRITE)
		iss |= HV_ISS_WNR;
	if (exit->flags & HV_EXIT_FLAG_CM)
		iss |= HV_ISS_CM | HV_ISS_WNR;
	if (exit->flags & HV_EXIT_FLAG_FAR)
		hv_el1_set(&vcpu->el1, HV_EL1_FAR, exit->far);
	else if (fsc == HV_FSC_EXTERNAL)
		iss |= HV_ISS_FNV;
	hv_inject_sync_(vcpu, hv_esr_make(abort_class(vcpu, fetch), true, (uint32_t)iss));
}

/* Groups of four by level 0..3; those of level -1 stand apart. */
uint32_t hv_fsc_of_(enum hv_fault fault, int32_t level)
{
	switch ((int)fault) {
	case HV_FAULT_ADDRESS_SIZE:
		return level < 0 ? 0x29 : 0x00 + (uint32_t)level;
	case HV_FAULT_TRANSLATION:
		return level < 0 ? 0x2b : 0x04 + (uint32_t)level;
	case HV_FAULT_ACCESS_FLAG:
		return 0x08 + (uint32_t)level;
	case HV_FAULT_PERMISSION:
		return 0x0c + (uint32_t)level;
	default:
		return HV_FSC_EXTERNAL_WALK(level);
	}
}

/* The level at which a walk meets what is no memory; where the tables say otherwise by now, the first one there is. */
static uint32_t walk_fsc(const struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	struct hv_walk walk;
	uint32_t access = exit->kind == HV_EXIT_IABT ? HV_WALK_FETCH : HV_WALK_READ;

	if (hv_vcpu_walk(vcpu, exit->far, access, &walk) == HV_OK && walk.fault == HV_FAULT_EXTERNAL_WALK)
		return HV_FSC_EXTERNAL_WALK(walk.level);
	return HV_FSC_EXTERNAL_WALK(0);
}

void hv_vcpu_inject_abort(struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	struct hv_exit at = *exit;

	if (vcpu->mmio_outstanding && vcpu->emulation.active)
		at.far = hv_emulate_far_(vcpu);
	vcpu->mmio_outstanding = false;
	hv_inject_abort_fsc_(vcpu, &at, exit->flags & HV_EXIT_FLAG_S1PTW ? walk_fsc(vcpu, exit) : HV_FSC_EXTERNAL);
}

/* Class 0 has IL set whatever the instruction's length. */
void hv_vcpu_inject_undef(struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	(void)exit;
	vcpu->mmio_outstanding = false;
	hv_inject_sync_(vcpu, hv_esr_make(HV_EC_UNKNOWN, true, 0));
}

void hv_vcpu_inject_serror(struct hv_vcpu *vcpu)
{
	vcpu->hcr |= HV_HCR_VSE;
}
