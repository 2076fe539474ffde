/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * traps.c - EL2 controls for a guest. Contract: hv/sysreg.h; source: HCR_EL2, CPTR_EL2, MDCR_EL2, HCRX_EL2, HFGxTR_EL2.
 *
 * Each feature that idreg.c hides and the architecture lets EL2 trap is trapped here (CTX-13); where a control bit is
 * RES0 without the feature, it is set only when the host has it.
 */
#include <hv/sysreg.h>

#define HCR_VM     HV_BIT(0)
#define HCR_SWIO   HV_BIT(1)
#define HCR_PTW    HV_BIT(2)
#define HCR_FMO    HV_BIT(3)
#define HCR_IMO    HV_BIT(4)
#define HCR_AMO    HV_BIT(5)
#define HCR_FB     HV_BIT(9)
#define HCR_BSU_IS HV_BIT(10)
#define HCR_TID3   HV_BIT(18)
#define HCR_TSC    HV_BIT(19)
#define HCR_TIDCP  HV_BIT(20)
#define HCR_TACR   HV_BIT(21)
#define HCR_TSW    HV_BIT(22)
#define HCR_RW     HV_BIT(31)
#define HCR_E2H    HV_BIT(34)
#define HCR_TLOR   HV_BIT(35)
#define HCR_TERR   HV_BIT(36)
#define HCR_APK    HV_BIT(40)
#define HCR_API    HV_BIT(41)
#define HCR_FWB    HV_BIT(46)
#define HCR_TID5   HV_BIT(58)

/* E2H = 0: bits 13, 12, 9, 8, 7..0 are RES1, of which 12 (TSM) and 8 (TZ) trap SME and SVE where those exist. */
#define CPTR_NVHE_RES1 HV_U64(0x33ff)
#define CPTR_NVHE_TTA  HV_BIT(20)
#define CPTR_VHE_TTA   HV_BIT(28)
#define CPTR_TAM       HV_BIT(30)

#define MDCR_TPMCR HV_BIT(5)
#define MDCR_TPM   HV_BIT(6)
#define MDCR_TDA   HV_BIT(9)
#define MDCR_TDOSA HV_BIT(10)
#define MDCR_TDRA  HV_BIT(11)
#define MDCR_TPMS  HV_BIT(14)
#define MDCR_TTRF  HV_BIT(19)

#define HSTR_T15 HV_BIT(15)

#define MPAM2_TRAPMPAM0EL1 HV_BIT(49)
#define MPAM2_TRAPMPAM1EL1 HV_BIT(48)

/* A 4-bit ID field of the host. */
static uint32_t field(const struct hv_idregs *regs, uint32_t reg, uint32_t lsb)
{
	return (uint32_t)(regs->id[reg] >> lsb) & 0xf;
}

/* Pointer authentication of either algorithm: APA, API, GPA, GPI, or the third set in ISAR2. */
static bool has_pauth(const struct hv_idregs *regs)
{
	return (regs->id[HV_ID_AA64ISAR1] & (HV_MASK(11, 4) | HV_MASK(31, 24))) ||
	       (regs->id[HV_ID_AA64ISAR2] & HV_MASK(15, 8));
}

static uint64_t hcr_optional(const struct hv_idregs *view, const struct hv_idregs *host)
{
	uint64_t hcr = 0;

	if (field(host, HV_ID_AA64MMFR1, 16)) /* LO */
		hcr |= HCR_TLOR;
	if (field(host, HV_ID_AA64PFR0, 28)) /* RAS */
		hcr |= HCR_TERR;
	if (field(host, HV_ID_AA64PFR1, 8) >= 2) /* MTE */
		hcr |= HCR_TID5;
	if (has_pauth(view))
		hcr |= HCR_APK | HCR_API;
	return hcr;
}

/*
 * VM: stage 2. SWIO: set/way invalidation cleans too. PTW: no table walk in device memory. FMO, IMO, AMO: interrupts are
 * EL2's. FB, BSU: maintenance and barriers reach all CPUs, so a vCPU may move. The T bits trap.
 */
static uint64_t hcr_value(const struct hv_idregs *view, const struct hv_idregs *host, uint32_t flags)
{
	uint64_t hcr = HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_IS | HCR_TID3 |
		       HCR_TSC | HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_RW | hcr_optional(view, host);

	if (flags & HV_TRAPS_TRAP_WFI)
		hcr |= HV_HCR_TWI | HV_HCR_TWE;
	if (flags & HV_TRAPS_FWB)
		hcr |= HCR_FWB;
	if (flags & HV_TRAPS_E2H)
		hcr |= HCR_E2H;
	return hcr;
}

/* Everything trapped: FP, SVE, SME, trace, AMU. With E2H the enables are fields that are 0, so only two bits are left. */
static uint64_t cptr_value(uint32_t flags)
{
	if (flags & HV_TRAPS_E2H)
		return CPTR_VHE_TTA | CPTR_TAM;
	return CPTR_NVHE_RES1 | HV_CPTR_TFP | CPTR_NVHE_TTA | CPTR_TAM;
}

/* Debug, PMU, SPE and trace filter trapped; buffers belong to EL2 (E2PB, E2TB 0); HPMN must be a number of counters that exist. */
static uint64_t mdcr_value(const struct hv_idregs *host)
{
	return HV_FIELD(host->pmcr, 15, 11) | MDCR_TPMCR | MDCR_TPM | MDCR_TDA | MDCR_TDOSA | MDCR_TDRA | MDCR_TPMS |
	       MDCR_TTRF;
}

static uint32_t fgt_have(const struct hv_idregs *host)
{
	uint32_t fgt = field(host, HV_ID_AA64MMFR0, 56);
	uint32_t have = 0;

	if (fgt)
		have |= HV_TRAPS_FGT;
	if (fgt && field(host, HV_ID_AA64PFR0, 44)) /* AMU */
		have |= HV_TRAPS_FGT_AMU;
	if (fgt > 1)
		have |= HV_TRAPS_FGT2;
	return have;
}

static uint32_t have_value(const struct hv_idregs *host)
{
	uint32_t have = fgt_have(host);

	if (field(host, HV_ID_AA64MMFR1, 40)) /* HCX */
		have |= HV_TRAPS_HCRX;
	if (field(host, HV_ID_AA64PFR0, 40) || field(host, HV_ID_AA64PFR1, 16)) /* MPAM, MPAM_frac */
		have |= HV_TRAPS_MPAM;
	if (field(host, HV_ID_AA64PFR0, 32)) /* SVE */
		have |= HV_TRAPS_SVE;
	if (field(host, HV_ID_AA64PFR1, 24)) /* SME */
		have |= HV_TRAPS_SME;
	return have;
}

void hv_traps_init(struct hv_traps *traps, const struct hv_idregs *view, const struct hv_idregs *host, uint32_t flags)
{
	traps->hcr = hcr_value(view, host, flags);
	traps->cptr = cptr_value(flags);
	traps->mdcr = mdcr_value(host);
	/* EL1PCTEN and EL1PCEN (EL1PTEN) 0: CNTPCT and CNTP_* trap, in both layouts (TMR-09). No event stream. */
	traps->cnthctl = 0;
	traps->hstr = HSTR_T15;
	/* Enables of hidden features, 0 traps or makes UNDEFINED. In the fine-grained controls only the nX bits trap at 0. */
	traps->hcrx = 0;
	traps->hfgrtr = 0;
	traps->hfgwtr = 0;
	traps->hfgitr = 0;
	traps->hdfgrtr = 0;
	traps->hdfgwtr = 0;
	traps->hafgrtr = 0;
	traps->mpam2 = MPAM2_TRAPMPAM0EL1 | MPAM2_TRAPMPAM1EL1;
	traps->vpidr = view->midr;
	traps->have = have_value(host);
}
