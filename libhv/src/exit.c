/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * exit.c - from a captured exception to one record. Contract: hv/exit.h.
 *
 * One function per syndrome layout. A field is copied only where the architecture defines it for that class; the record
 * starts as zeroes, so nothing else can leak through (ESR-23).
 *
 * The classes a busy guest causes are inlined into hv_exit_decode(), which then builds its record in the caller's memory, in a few dozen
 * instructions; whatever is rare has a function of its own.
 */
#include <hv/exit.h>
#include <hv/sysreg.h>

#include "esr_priv.h"

#define SPSR_EL0    HV_MASK(3, 0) /* zero: EL0t, AArch32 User */
#define SPSR_NRW    HV_BIT(4)
#define PAR_F       HV_BIT(0)
#define PAR_PA      HV_MASK(51, 12)
#define HPFAR_FIPA  HV_MASK(47, 4)
#define ISS_CV      HV_BIT(24)
#define ISS_RV      HV_BIT(2)
#define ISS_CCKNOWN HV_BIT(19)

/* @bits, one bit of a syndrome, as @flag, one bit of a record. */
HV_INLINE uint32_t flag_if(uint64_t bits, uint32_t flag)
{
	return bits ? flag : 0;
}

/* The trapped instruction is emulated or skipped: how long it is. */
HV_INLINE uint8_t insn_bytes(uint64_t esr)
{
	return (uint8_t)(2 + 2 * HV_FIELD(esr, 25, 25));
}

/* What every exit has. */
HV_INLINE void start(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	*exit = (struct hv_exit){ 0 };
	exit->level = HV_FAULT_NO_LEVEL;
	exit->flags = flag_if(!(raw->spsr & SPSR_EL0), HV_EXIT_FLAG_EL0) |
		      flag_if(raw->spsr & SPSR_NRW, HV_EXIT_FLAG_AARCH32);
}

HV_INLINE void start_sync(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	start(exit, raw);
	exit->esr = raw->esr;
	exit->ec = (uint8_t)HV_ESR_EC(raw->esr);
	exit->flags |= flag_if(raw->esr & HV_ESR_IL, HV_EXIT_FLAG_IL);
}

/* ---- instructions that trap ----------------------------------------------------------------------------------------- */

HV_INLINE void decode_cond(struct hv_exit *exit)
{
	exit->flags |= flag_if(exit->esr & ISS_CV, HV_EXIT_FLAG_CV);
	exit->cond = (uint8_t)HV_FIELD(exit->esr, 23, 20);
}

HV_INLINE void decode_wfx(struct hv_exit *exit)
{
	exit->kind = HV_EXIT_WFX;
	exit->pc_step = insn_bytes(exit->esr);
	exit->imm = (uint32_t)HV_FIELD(exit->esr, 1, 0);
	exit->srt = (uint8_t)HV_FIELD(exit->esr, 9, 5);
	exit->flags |= flag_if(exit->esr & ISS_RV, HV_EXIT_FLAG_RV);
	decode_cond(exit);
}

/* HVC returns behind itself. (ESR-06) */
HV_INLINE void decode_hvc(struct hv_exit *exit)
{
	exit->kind = HV_EXIT_HVC;
	exit->imm = (uint32_t)HV_FIELD(exit->esr, 15, 0);
}

/* A trapped SMC returns at itself (ESR-07). */
HV_INLINE void decode_smc(struct hv_exit *exit)
{
	exit->kind = HV_EXIT_SMC;
	exit->imm = (uint32_t)HV_FIELD(exit->esr, 15, 0);
	exit->pc_step = insn_bytes(exit->esr);
}

HV_INLINE void decode_sysreg(struct hv_exit *exit)
{
	exit->kind = HV_EXIT_SYSREG;
	exit->pc_step = insn_bytes(exit->esr);
	exit->sysreg = hv_sysreg_of_iss(exit->esr);
	exit->srt = (uint8_t)HV_FIELD(exit->esr, 9, 5);
	exit->flags |= flag_if(exit->esr & 1, HV_EXIT_FLAG_READ);
}

/* The coprocessor of a class: CP10 is seen as VMRS only, and CP14 is what is left. */
HV_INLINE uint32_t coproc_of(uint8_t ec)
{
	if (ec == HV_EC_CP10_ID)
		return 10;
	return ec == HV_EC_CP15_32 || ec == HV_EC_CP15_64 ? 15 : 14;
}

/* MCR, MRC; and MCRR, MRRC, which name a second register and no CRn and opc2. */
HV_INLINE void decode_cp(struct hv_exit *exit)
{
	uint64_t esr = exit->esr;
	uint32_t cp = coproc_of(exit->ec);

	exit->pc_step = insn_bytes(esr);
	exit->srt = (uint8_t)HV_FIELD(esr, 9, 5);
	exit->flags |= flag_if(esr & 1, HV_EXIT_FLAG_READ);
	decode_cond(exit);
	if (exit->ec == HV_EC_CP15_64 || exit->ec == HV_EC_CP14_64) {
		exit->rt2 = (uint8_t)HV_FIELD(esr, 14, 10);
		exit->sysreg = HV_CPREG_64 | HV_CPREG(cp, HV_FIELD(esr, 19, 16), 0, HV_FIELD(esr, 4, 1), 0);
		return;
	}
	exit->sysreg =
		HV_CPREG(cp, HV_FIELD(esr, 16, 14), HV_FIELD(esr, 13, 10), HV_FIELD(esr, 4, 1), HV_FIELD(esr, 19, 17));
}

/* An address that is not that of a stage-2 fault. */
HV_INLINE void decode_far(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	exit->far = raw->far;
	exit->flags |= HV_EXIT_FLAG_FAR;
}

/* ---- aborts --------------------------------------------------------------------------------------------------------- */

HV_INLINE bool is_stage2_fault(enum hv_fault fault)
{
	return fault == HV_FAULT_TRANSLATION || fault == HV_FAULT_ACCESS_FLAG || fault == HV_FAULT_PERMISSION ||
	       fault == HV_FAULT_ADDRESS_SIZE;
}

/* HPFAR is defined for every stage-2 fault of a walk, and otherwise for all but permission faults (ESR-12, ESR-15). */
HV_INLINE bool hpfar_counts(const struct hv_exit *exit, uint32_t errata)
{
	if (exit->flags & HV_EXIT_FLAG_S1PTW)
		return true;
	return exit->fault != HV_FAULT_PERMISSION && !(errata & HV_ERRATUM_834220);
}

/*
 * Where the fault is. FAR has the page offset of the access (ESR-11), but not of a table walk. Where neither HPFAR nor a
 * successful AT names the page, the guest runs again: its own stage 1 changed under us, or the fault comes back.
 */
HV_INLINE void decode_ipa(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	bool on_walk = exit->flags & HV_EXIT_FLAG_S1PTW;
	uint64_t page, offset = on_walk ? 0 : raw->far & 0xfff;

	if (hpfar_counts(exit, errata) && (raw->valid & HV_RAW_HPFAR)) {
		page = (raw->hpfar & HPFAR_FIPA) << 8;
	} else if (!on_walk && (raw->valid & HV_RAW_PAR) && !(raw->par & PAR_F)) {
		page = raw->par & PAR_PA;
	} else {
		exit->flags |= HV_EXIT_FLAG_RETRY;
		return;
	}
	exit->ipa = page | offset;
	exit->flags |= HV_EXIT_FLAG_IPA;
}

/* What instruction and data aborts have in common. S1PTW means something for stage-2 faults only, FnV for external aborts. */
HV_INLINE void decode_fault(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	struct hv_fault_info info = hv_fault_of_((uint32_t)raw->esr);

	exit->fault = info.fault;
	exit->level = info.level;
	exit->far = raw->far;
	exit->flags |= HV_EXIT_FLAG_FAR | flag_if(raw->esr & HV_ISS_EA, HV_EXIT_FLAG_EA);
	if (!is_stage2_fault(info.fault)) {
		if (info.fault == HV_FAULT_EXTERNAL && (raw->esr & HV_ISS_FNV)) {
			exit->far = 0;
			exit->flags ^= HV_EXIT_FLAG_FAR | HV_EXIT_FLAG_FNV;
		}
		return;
	}
	exit->flags |= HV_EXIT_FLAG_S2 | flag_if(raw->esr & HV_ISS_S1PTW, HV_EXIT_FLAG_S1PTW);
	/* The walker reads descriptors; it writes only to set AF or dirty state, which shows as a permission fault. */
	if ((raw->esr & HV_ISS_S1PTW) && info.fault == HV_FAULT_PERMISSION)
		exit->flags |= HV_EXIT_FLAG_WALK_WRITE;
	decode_ipa(exit, raw, errata);
}

/*
 * The access of a data abort. A walk and a cache operation are no writes, whatever WnR says (ESR-14), and no transfers; ISV means
 * something only for a stage-2 fault of the access itself (ESR-08, ESR-09).
 */
HV_INLINE void decode_transfer(struct hv_exit *exit)
{
	uint64_t esr = exit->esr;

	exit->flags |= flag_if(esr & HV_ISS_CM, HV_EXIT_FLAG_CM);
	if (exit->flags & (HV_EXIT_FLAG_S1PTW | HV_EXIT_FLAG_CM))
		return;
	exit->flags |= flag_if(esr & HV_ISS_WNR, HV_EXIT_FLAG_WRITE);
	if (!(esr & HV_ISS_ISV) || !(exit->flags & HV_EXIT_FLAG_S2))
		return;
	exit->flags |= HV_EXIT_FLAG_ISV | flag_if(esr & HV_ISS_SSE, HV_EXIT_FLAG_SIGN) |
		       flag_if(esr & HV_ISS_SF, HV_EXIT_FLAG_SF) | flag_if(esr & HV_ISS_AR, HV_EXIT_FLAG_ACQREL);
	exit->srt = (uint8_t)HV_FIELD(esr, 20, 16);
	exit->access_bytes = (uint8_t)(1u << HV_FIELD(esr, 23, 22));
}

HV_INLINE void decode_abort(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	decode_fault(exit, raw, errata);
	if (exit->ec == HV_EC_IABT_LOWER) {
		exit->kind = HV_EXIT_IABT;
		return;
	}
	exit->kind = HV_EXIT_DABT;
	exit->pc_step = insn_bytes(raw->esr);
	decode_transfer(exit);
}

/* ---- what is rare --------------------------------------------------------------------------------------------------- */

/*
 * Who is to answer each class; what is not named is UNDEFINED for the guest (ESR-16). Exceptions of the guest's own, which reach EL2
 * only by HCR_EL2.TGE, are given back to it (HV_EXIT_ILLEGAL).
 */
static const uint8_t kind_of_class[64] = {
	[HV_EC_CP15_32] = HV_EXIT_CP,
	[HV_EC_CP15_64] = HV_EXIT_CP,
	[HV_EC_CP14_32] = HV_EXIT_CP,
	[HV_EC_FP] = HV_EXIT_FP,
	[HV_EC_CP10_ID] = HV_EXIT_CP,
	[HV_EC_PAUTH] = HV_EXIT_PAUTH,
	[HV_EC_CP14_64] = HV_EXIT_CP,
	[HV_EC_BTI] = HV_EXIT_ILLEGAL,
	[HV_EC_ILLEGAL] = HV_EXIT_ILLEGAL,
	[HV_EC_SVC32] = HV_EXIT_ILLEGAL,
	[HV_EC_HVC32] = HV_EXIT_HVC,
	[HV_EC_SMC32] = HV_EXIT_SMC,
	[HV_EC_SVC64] = HV_EXIT_ILLEGAL,
	[HV_EC_SVE] = HV_EXIT_SVE,
	[HV_EC_PAC_FAIL] = HV_EXIT_ILLEGAL,
	[HV_EC_SME] = HV_EXIT_SME,
	[HV_EC_GPC] = HV_EXIT_HOST,
	[HV_EC_IABT_CUR] = HV_EXIT_HOST,
	[HV_EC_PC_ALIGN] = HV_EXIT_ILLEGAL,
	[HV_EC_DABT_CUR] = HV_EXIT_HOST,
	[HV_EC_SP_ALIGN] = HV_EXIT_ILLEGAL,
	[HV_EC_MOPS] = HV_EXIT_ILLEGAL,
	[HV_EC_FPEXC32] = HV_EXIT_ILLEGAL,
	[HV_EC_FPEXC64] = HV_EXIT_ILLEGAL,
	[HV_EC_GCS] = HV_EXIT_ILLEGAL,
	[HV_EC_SERROR] = HV_EXIT_SERROR,
	[HV_EC_BREAKPT_LOWER] = HV_EXIT_DEBUG,
	[HV_EC_BREAKPT_CUR] = HV_EXIT_HOST,
	[HV_EC_STEP_LOWER] = HV_EXIT_DEBUG,
	[HV_EC_STEP_CUR] = HV_EXIT_HOST,
	[HV_EC_WATCHPT_LOWER] = HV_EXIT_DEBUG,
	[HV_EC_WATCHPT_CUR] = HV_EXIT_HOST,
	[HV_EC_BKPT32] = HV_EXIT_DEBUG,
	[HV_EC_VECTOR32] = HV_EXIT_DEBUG,
	[HV_EC_BRK64] = HV_EXIT_DEBUG,
	[HV_EC_PROFILING] = HV_EXIT_DEBUG,
};

/* What the syndrome of such a class holds beside the class. */
HV_INLINE void decode_details(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	switch (exit->ec) {
	case HV_EC_CP15_32:
	case HV_EC_CP14_32:
	case HV_EC_CP10_ID:
	case HV_EC_CP15_64:
	case HV_EC_CP14_64:
		decode_cp(exit);
		break;
	case HV_EC_FP:
	case HV_EC_CP14_LDC:
		exit->pc_step = insn_bytes(exit->esr);
		decode_cond(exit);
		break;
	case HV_EC_HVC32:
		decode_hvc(exit);
		break;
	case HV_EC_SMC32:
		/* No immediate in the syndrome; COND counts only where CCKNOWNPASS says it might have failed. */
		exit->pc_step = insn_bytes(exit->esr);
		if (exit->esr & ISS_CCKNOWN)
			decode_cond(exit);
		break;
	case HV_EC_BRK64:
	case HV_EC_BKPT32:
		/* The debug exceptions that are instructions could be stepped over. */
		decode_smc(exit);
		exit->kind = HV_EXIT_DEBUG;
		break;
	case HV_EC_WATCHPT_LOWER:
		exit->flags |= flag_if(raw->esr & HV_ISS_WNR, HV_EXIT_FLAG_WRITE);
		decode_far(exit, raw);
		break;
	case HV_EC_PC_ALIGN:
		decode_far(exit, raw);
		break;
	default:
		break;
	}
}

/* Interrupts, which have no syndrome, and the classes a guest seldom causes. */
static __attribute__((__noinline__)) struct hv_exit decode_rare(const struct hv_exit_raw *raw)
{
	struct hv_exit exit;
	uint32_t kind;

	start(&exit, raw);
	if (raw->vector == HV_VECTOR_IRQ || raw->vector == HV_VECTOR_FIQ) {
		exit.kind = raw->vector == HV_VECTOR_FIQ ? HV_EXIT_FIQ : HV_EXIT_IRQ;
		return exit;
	}
	start_sync(&exit, raw);
	if (raw->vector == HV_VECTOR_SERROR) {
		exit.kind = HV_EXIT_SERROR;
		return exit;
	}
	kind = kind_of_class[exit.ec & 0x3f];
	exit.kind = kind ? (enum hv_exit_kind)kind : HV_EXIT_UNKNOWN;
	decode_details(&exit, raw);
	return exit;
}

struct hv_exit hv_exit_decode(const struct hv_exit_raw *raw, uint32_t errata)
{
	struct hv_exit exit;

	start_sync(&exit, raw);
	if (raw->vector == HV_VECTOR_SYNC && exit.ec == HV_EC_HVC64) {
		decode_hvc(&exit);
		return exit;
	}
	if (raw->vector == HV_VECTOR_SYNC && exit.ec == HV_EC_SYSREG) {
		decode_sysreg(&exit);
		return exit;
	}
	if (raw->vector == HV_VECTOR_SYNC && (exit.ec == HV_EC_DABT_LOWER || exit.ec == HV_EC_IABT_LOWER)) {
		decode_abort(&exit, raw, errata);
		return exit;
	}
	if (raw->vector == HV_VECTOR_SYNC && exit.ec == HV_EC_SMC64) {
		decode_smc(&exit);
		return exit;
	}
	if (raw->vector == HV_VECTOR_SYNC && exit.ec == HV_EC_WFX) {
		decode_wfx(&exit);
		return exit;
	}
	return decode_rare(raw);
}
