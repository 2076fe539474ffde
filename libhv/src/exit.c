/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * exit.c - from a captured exception to one record. Contract: hv/exit.h.
 *
 * One function per syndrome layout. A field is copied only where the architecture defines it for that class; the record
 * starts as zeroes, so nothing else can leak through (ESR-23).
 */
#include <hv/exit.h>
#include <hv/sysreg.h>

#define SPSR_M      HV_MASK(3, 0)
#define SPSR_EL     HV_MASK(3, 2)
#define SPSR_NRW    HV_BIT(4)
#define PAR_F       HV_BIT(0)
#define PAR_PA      HV_MASK(51, 12)
#define HPFAR_FIPA  HV_MASK(47, 4)
#define ISS_CV      HV_BIT(24)
#define ISS_RV      HV_BIT(2)
#define ISS_CCKNOWN HV_BIT(19)

static uint32_t flag_if(uint64_t bits, uint32_t flag)
{
	return bits ? flag : 0;
}

/* The trapped instruction is emulated or skipped: how long it is. */
static uint8_t insn_bytes(uint64_t esr)
{
	return esr & HV_ESR_IL ? 4 : 2;
}

static void decode_cond(struct hv_exit *exit)
{
	exit->flags |= flag_if(exit->esr & ISS_CV, HV_EXIT_FLAG_CV);
	exit->cond = (uint8_t)HV_FIELD(exit->esr, 23, 20);
}

static void decode_wfx(struct hv_exit *exit)
{
	exit->kind = HV_EXIT_WFX;
	exit->pc_step = insn_bytes(exit->esr);
	exit->imm = (uint32_t)HV_FIELD(exit->esr, 1, 0);
	exit->srt = (uint8_t)HV_FIELD(exit->esr, 9, 5);
	exit->flags |= flag_if(exit->esr & ISS_RV, HV_EXIT_FLAG_RV);
	decode_cond(exit);
}

static void decode_call(struct hv_exit *exit, enum hv_exit_kind kind)
{
	exit->kind = kind;
	exit->imm = (uint32_t)HV_FIELD(exit->esr, 15, 0);
	/* HVC returns behind itself, a trapped SMC at itself (ESR-06, ESR-07). */
	exit->pc_step = kind == HV_EXIT_SMC ? insn_bytes(exit->esr) : 0;
}

/* SMC from AArch32 has no immediate in its syndrome; COND counts only where CCKNOWNPASS says it might have failed. */
static void decode_smc32(struct hv_exit *exit)
{
	decode_call(exit, HV_EXIT_SMC);
	exit->imm = 0;
	if (exit->esr & ISS_CCKNOWN)
		decode_cond(exit);
}

static void decode_sysreg(struct hv_exit *exit)
{
	exit->kind = HV_EXIT_SYSREG;
	exit->pc_step = insn_bytes(exit->esr);
	exit->sysreg = hv_sysreg_of_iss(exit->esr);
	exit->srt = (uint8_t)HV_FIELD(exit->esr, 9, 5);
	exit->flags |= flag_if(exit->esr & 1, HV_EXIT_FLAG_READ);
}

/* MCR, MRC of coprocessor @cp. */
static void decode_cp32(struct hv_exit *exit, uint32_t cp)
{
	uint64_t esr = exit->esr;

	exit->kind = HV_EXIT_CP;
	exit->pc_step = insn_bytes(esr);
	exit->sysreg =
		HV_CPREG(cp, HV_FIELD(esr, 16, 14), HV_FIELD(esr, 13, 10), HV_FIELD(esr, 4, 1), HV_FIELD(esr, 19, 17));
	exit->srt = (uint8_t)HV_FIELD(esr, 9, 5);
	exit->flags |= flag_if(esr & 1, HV_EXIT_FLAG_READ);
	decode_cond(exit);
}

/* MCRR, MRRC of coprocessor @cp. */
static void decode_cp64(struct hv_exit *exit, uint32_t cp)
{
	uint64_t esr = exit->esr;

	exit->kind = HV_EXIT_CP;
	exit->pc_step = insn_bytes(esr);
	exit->sysreg = HV_CPREG_64 | HV_CPREG(cp, HV_FIELD(esr, 19, 16), 0, HV_FIELD(esr, 4, 1), 0);
	exit->srt = (uint8_t)HV_FIELD(esr, 9, 5);
	exit->rt2 = (uint8_t)HV_FIELD(esr, 14, 10);
	exit->flags |= flag_if(esr & 1, HV_EXIT_FLAG_READ);
	decode_cond(exit);
}

static bool is_stage2_fault(enum hv_fault fault)
{
	return fault == HV_FAULT_TRANSLATION || fault == HV_FAULT_ACCESS_FLAG || fault == HV_FAULT_PERMISSION ||
	       fault == HV_FAULT_ADDRESS_SIZE;
}

/* HPFAR is defined for every stage-2 fault of a walk, and otherwise for all but permission faults (ESR-12, ESR-15). */
static bool hpfar_counts(const struct hv_exit *exit, uint32_t errata)
{
	if (exit->flags & HV_EXIT_FLAG_S1PTW)
		return true;
	return exit->fault != HV_FAULT_PERMISSION && !(errata & HV_ERRATUM_834220);
}

static void set_ipa(struct hv_exit *exit, uint64_t page, uint64_t offset)
{
	exit->ipa = page | (offset & 0xfff);
	exit->flags |= HV_EXIT_FLAG_IPA;
}

/*
 * Where the fault is. FAR has the page offset of the access (ESR-11), but not of a table walk. Where neither HPFAR nor a
 * successful AT names the page, the guest runs again: its own stage 1 changed under us, or the fault comes back.
 */
static void decode_ipa(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	if (hpfar_counts(exit, errata) && (raw->valid & HV_RAW_HPFAR))
		set_ipa(exit, (raw->hpfar & HPFAR_FIPA) << 8, exit->flags & HV_EXIT_FLAG_S1PTW ? 0 : raw->far);
	else if (!(exit->flags & HV_EXIT_FLAG_S1PTW) && (raw->valid & HV_RAW_PAR) && !(raw->par & PAR_F))
		set_ipa(exit, raw->par & PAR_PA, raw->far);
	else
		exit->flags |= HV_EXIT_FLAG_RETRY;
}

/* What instruction and data aborts have in common. */
static void decode_abort(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	struct hv_fault_info info = hv_fault_of((uint32_t)HV_FIELD(raw->esr, 5, 0));
	bool fnv = info.fault == HV_FAULT_EXTERNAL && (raw->esr & HV_ISS_FNV);

	exit->fault = info.fault;
	exit->level = info.level;
	exit->flags |= flag_if(raw->esr & HV_ISS_EA, HV_EXIT_FLAG_EA) | (fnv ? HV_EXIT_FLAG_FNV : HV_EXIT_FLAG_FAR);
	exit->far = fnv ? 0 : raw->far;
	if (!is_stage2_fault(info.fault))
		return;
	exit->flags |= HV_EXIT_FLAG_S2 | flag_if(raw->esr & HV_ISS_S1PTW, HV_EXIT_FLAG_S1PTW);
	/* The walker reads descriptors; it writes only to set AF or dirty state, which shows as a permission fault. */
	if ((raw->esr & HV_ISS_S1PTW) && info.fault == HV_FAULT_PERMISSION)
		exit->flags |= HV_EXIT_FLAG_WALK_WRITE;
	decode_ipa(exit, raw, errata);
}

static void decode_iabt(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	exit->kind = HV_EXIT_IABT;
	decode_abort(exit, raw, errata);
}

/* ISV means something only for a stage-2 fault of the access itself (ESR-08, ESR-09). */
static void decode_transfer(struct hv_exit *exit)
{
	uint64_t esr = exit->esr;

	if (!(esr & HV_ISS_ISV) || !(exit->flags & HV_EXIT_FLAG_S2) ||
	    (exit->flags & (HV_EXIT_FLAG_S1PTW | HV_EXIT_FLAG_CM)))
		return;
	exit->flags |= HV_EXIT_FLAG_ISV | flag_if(esr & HV_ISS_SSE, HV_EXIT_FLAG_SIGN) |
		       flag_if(esr & HV_ISS_SF, HV_EXIT_FLAG_SF) | flag_if(esr & HV_ISS_AR, HV_EXIT_FLAG_ACQREL);
	exit->srt = (uint8_t)HV_FIELD(esr, 20, 16);
	exit->access_bytes = (uint8_t)(1u << HV_FIELD(esr, 23, 22));
}

static void decode_dabt(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	exit->kind = HV_EXIT_DABT;
	exit->pc_step = insn_bytes(raw->esr);
	decode_abort(exit, raw, errata);
	exit->flags |= flag_if(raw->esr & HV_ISS_CM, HV_EXIT_FLAG_CM);
	/* A walk and a cache operation are no writes, whatever WnR says (ESR-14). */
	if ((raw->esr & HV_ISS_WNR) && !(exit->flags & (HV_EXIT_FLAG_S1PTW | HV_EXIT_FLAG_CM)))
		exit->flags |= HV_EXIT_FLAG_WRITE;
	decode_transfer(exit);
}

/* Debug exceptions: only BRK and BKPT are instructions that could be stepped over. */
static void decode_debug(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	exit->kind = HV_EXIT_DEBUG;
	if (exit->ec == HV_EC_BRK64 || exit->ec == HV_EC_BKPT32) {
		exit->imm = (uint32_t)HV_FIELD(raw->esr, 15, 0);
		exit->pc_step = insn_bytes(raw->esr);
	}
	if (exit->ec == HV_EC_WATCHPT_LOWER) {
		exit->far = raw->far;
		exit->flags |= HV_EXIT_FLAG_FAR | flag_if(raw->esr & HV_ISS_WNR, HV_EXIT_FLAG_WRITE);
	}
}

/* Exceptions of the guest itself that reach EL2 only by HCR_EL2.TGE: to be given back to it. */
static void decode_own(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	exit->kind = HV_EXIT_ILLEGAL;
	if (exit->ec == HV_EC_PC_ALIGN) {
		exit->far = raw->far;
		exit->flags |= HV_EXIT_FLAG_FAR;
	}
}

/* Classes that carry no more than a condition. */
static void decode_trap(struct hv_exit *exit, enum hv_exit_kind kind)
{
	exit->kind = kind;
	if (exit->ec == HV_EC_FP || exit->ec == HV_EC_CP14_LDC) {
		exit->pc_step = insn_bytes(exit->esr);
		decode_cond(exit);
	}
}

static void decode_aarch32(struct hv_exit *exit)
{
	switch (exit->ec) {
	case HV_EC_CP15_32:
		decode_cp32(exit, 15);
		break;
	case HV_EC_CP14_32:
		decode_cp32(exit, 14);
		break;
	case HV_EC_CP10_ID:
		decode_cp32(exit, 10);
		break;
	case HV_EC_CP15_64:
		decode_cp64(exit, 15);
		break;
	default:
		decode_cp64(exit, 14);
		break;
	}
}

enum ec_class { CLASS_UNDEF, CLASS_OWN, CLASS_DEBUG, CLASS_EL2 };

/* Who is to answer a class that is neither an instruction trap nor a stage-2 fault. */
static enum ec_class class_of(uint8_t ec)
{
	static const uint64_t own = HV_BIT(HV_EC_BTI) | HV_BIT(HV_EC_ILLEGAL) | HV_BIT(HV_EC_SVC32) |
				    HV_BIT(HV_EC_SVC64) | HV_BIT(HV_EC_PAC_FAIL) | HV_BIT(HV_EC_PC_ALIGN) |
				    HV_BIT(HV_EC_SP_ALIGN) | HV_BIT(HV_EC_MOPS) | HV_BIT(HV_EC_FPEXC32) |
				    HV_BIT(HV_EC_FPEXC64) | HV_BIT(HV_EC_GCS);
	static const uint64_t debug = HV_BIT(HV_EC_BREAKPT_LOWER) | HV_BIT(HV_EC_STEP_LOWER) |
				      HV_BIT(HV_EC_WATCHPT_LOWER) | HV_BIT(HV_EC_BKPT32) | HV_BIT(HV_EC_VECTOR32) |
				      HV_BIT(HV_EC_BRK64) | HV_BIT(HV_EC_PROFILING);
	static const uint64_t el2 = HV_BIT(HV_EC_GPC) | HV_BIT(HV_EC_IABT_CUR) | HV_BIT(HV_EC_DABT_CUR) |
				    HV_BIT(HV_EC_BREAKPT_CUR) | HV_BIT(HV_EC_STEP_CUR) | HV_BIT(HV_EC_WATCHPT_CUR);
	uint64_t bit = HV_BIT(ec);

	if (own & bit)
		return CLASS_OWN;
	if (debug & bit)
		return CLASS_DEBUG;
	return el2 & bit ? CLASS_EL2 : CLASS_UNDEF;
}

static void decode_routed(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	switch (class_of(exit->ec)) {
	case CLASS_OWN:
		decode_own(exit, raw);
		break;
	case CLASS_DEBUG:
		decode_debug(exit, raw);
		break;
	case CLASS_EL2:
		exit->kind = HV_EXIT_HOST;
		break;
	case CLASS_UNDEF:
		decode_trap(exit, HV_EXIT_UNKNOWN);
		break;
	}
}

/* The classes a guest seldom causes. */
static void decode_rare(struct hv_exit *exit, const struct hv_exit_raw *raw)
{
	switch (exit->ec) {
	case HV_EC_CP15_32:
	case HV_EC_CP15_64:
	case HV_EC_CP14_32:
	case HV_EC_CP14_64:
	case HV_EC_CP10_ID:
		decode_aarch32(exit);
		break;
	case HV_EC_SVE:
		exit->kind = HV_EXIT_SVE;
		break;
	case HV_EC_SME:
		exit->kind = HV_EXIT_SME;
		break;
	case HV_EC_PAUTH:
		exit->kind = HV_EXIT_PAUTH;
		break;
	case HV_EC_SERROR:
		exit->kind = HV_EXIT_SERROR;
		break;
	default:
		decode_routed(exit, raw);
		break;
	}
}

/* All 64 classes: what is not named here is UNDEFINED for the guest (ESR-16). */
static void decode_sync(struct hv_exit *exit, const struct hv_exit_raw *raw, uint32_t errata)
{
	switch (exit->ec) {
	case HV_EC_DABT_LOWER:
		decode_dabt(exit, raw, errata);
		break;
	case HV_EC_IABT_LOWER:
		decode_iabt(exit, raw, errata);
		break;
	case HV_EC_SYSREG:
		decode_sysreg(exit);
		break;
	case HV_EC_HVC64:
	case HV_EC_HVC32:
		decode_call(exit, HV_EXIT_HVC);
		break;
	case HV_EC_SMC64:
		decode_call(exit, HV_EXIT_SMC);
		break;
	case HV_EC_SMC32:
		decode_smc32(exit);
		break;
	case HV_EC_WFX:
		decode_wfx(exit);
		break;
	case HV_EC_FP:
		decode_trap(exit, HV_EXIT_FP);
		break;
	default:
		decode_rare(exit, raw);
		break;
	}
}

/* The state the guest was in: SPSR_EL2.M. */
static uint32_t state_flags(uint64_t spsr)
{
	if (spsr & SPSR_NRW)
		return HV_EXIT_FLAG_AARCH32 | flag_if(!(spsr & SPSR_M), HV_EXIT_FLAG_EL0);
	return flag_if(!(spsr & SPSR_EL), HV_EXIT_FLAG_EL0);
}

struct hv_exit hv_exit_decode(const struct hv_exit_raw *raw, uint32_t errata)
{
	struct hv_exit exit = { 0 };

	exit.level = HV_FAULT_NO_LEVEL;
	exit.flags = state_flags(raw->spsr);
	switch (raw->vector) {
	case HV_VECTOR_IRQ:
		exit.kind = HV_EXIT_IRQ;
		return exit;
	case HV_VECTOR_FIQ:
		exit.kind = HV_EXIT_FIQ;
		return exit;
	case HV_VECTOR_SYNC:
	case HV_VECTOR_SERROR:
		break;
	}
	exit.esr = raw->esr;
	exit.ec = (uint8_t)HV_ESR_EC(raw->esr);
	exit.flags |= flag_if(raw->esr & HV_ESR_IL, HV_EXIT_FLAG_IL);
	if (raw->vector == HV_VECTOR_SERROR)
		exit.kind = HV_EXIT_SERROR;
	else
		decode_sync(&exit, raw, errata);
	return exit;
}

#define KIND_SLOT 8
static const char kind_names[(HV_EXIT_HOST + 1) * KIND_SLOT + 1] =
	"irq\0\0\0\0\0fiq\0\0\0\0\0serror\0\0unknown\0wfx\0\0\0\0\0hvc\0\0\0\0\0"
	"smc\0\0\0\0\0sysreg\0\0cp\0\0\0\0\0\0dabt\0\0\0\0iabt\0\0\0\0fp\0\0\0\0\0\0"
	"sve\0\0\0\0\0sme\0\0\0\0\0pauth\0\0\0debug\0\0\0illegal\0host\0\0\0\0";

const char *hv_exit_kind_name(enum hv_exit_kind kind)
{
	uint32_t index = (uint32_t)kind > HV_EXIT_HOST ? HV_EXIT_UNKNOWN : (uint32_t)kind;

	return kind_names + (size_t)index * KIND_SLOT;
}
