/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * el2.c - the EL2 control registers of one CPU, and the errata that apply to it.
 *
 * They are UNKNOWN at reset where they exist: each one that the ID registers show is written here. What a guest does not own is trapped
 * (debug, PMU, trace, SPE, AMU, MPAM, LOR, SVE, SME); features whose registers EL1 could reach untrapped are switched off.
 */
#include "cpu.h"
#include "regs.h"

#define CPTR_RES1 HV_U64(0x22ff) /* 13, 9, 7:0 */
#define CPTR_TZ   HV_BIT(8)
#define CPTR_TSM  HV_BIT(12)
#define CPTR_TTA  HV_BIT(20)
#define CPTR_TAM  HV_BIT(30)

#define MDCR_TPMCR HV_BIT(5)
#define MDCR_TPM   HV_BIT(6)
#define MDCR_TDA   HV_BIT(9)
#define MDCR_TDOSA HV_BIT(10)
#define MDCR_TDRA  HV_BIT(11)
#define MDCR_TPMS  HV_BIT(14)
#define MDCR_HPMD  HV_BIT(17)
#define MDCR_TTRF  HV_BIT(19)
#define MDCR_TDCC  HV_BIT(27)

#define CNTHCTL_EL1PCTEN HV_BIT(0)

static uint32_t field(uint64_t reg, uint32_t lsb)
{
	return (uint32_t)HV_FIELD(reg, lsb + 3, lsb);
}

/* FP and SIMD belong to the guest, whose vCPU has this CPU to itself. SVE and SME trap; their length controls are set all the same. */
static void init_fp(uint64_t pfr0, uint64_t pfr1)
{
	uint64_t cptr = CPTR_RES1 | CPTR_TTA | CPTR_TAM;
	bool sve = field(pfr0, 32) != 0, sme = field(pfr1, 24) != 0;

	bm_write(cptr_el2, cptr);
	bm_isb();
	if (sve)
		bm_write(ZCR_EL2, 0);
	if (sme) {
		bm_write(SMCR_EL2, 0);
		bm_write(SMPRIMAP_EL2, 0);
	}
	/* Both bits are RES1 where the feature is missing. */
	bm_write(cptr_el2, cptr | CPTR_TZ | CPTR_TSM);
}

static void init_debug(uint64_t dfr0, bool fgt)
{
	uint64_t mdcr = MDCR_TPMCR | MDCR_TPM | MDCR_TDA | MDCR_TDOSA | MDCR_TDRA | MDCR_TPMS | MDCR_HPMD | MDCR_TTRF;
	uint32_t pmu = field(dfr0, 8);

	if (pmu != 0 && pmu != 0xf)
		mdcr |= HV_FIELD(bm_read(pmcr_el0), 15, 11); /* HPMN: all counters below EL2, behind the trap */
	if (fgt)
		mdcr |= MDCR_TDCC;
	bm_write(mdcr_el2, mdcr);
	if (field(dfr0, 32)) /* SPE: PMSCR_EL2 is ours only when E2PB gives the buffer away, which it does not */
		bm_write(PMSCR_EL2, 0);
	if (field(dfr0, 40))
		bm_write(TRFCR_EL2, 0);
}

/* Fine-grained traps: 0 leaves what the older controls say, and traps what the nXXX bits name (features no guest is shown). */
static void init_fine_grained(uint64_t mmfr0, uint64_t mmfr1, uint64_t pfr0)
{
	if (field(mmfr1, 40))
		bm_write(HCRX_EL2, 0);
	if (field(mmfr0, 56)) {
		bm_write(HFGRTR_EL2, 0);
		bm_write(HFGWTR_EL2, 0);
		bm_write(HFGITR_EL2, 0);
		bm_write(HDFGRTR_EL2, 0);
		bm_write(HDFGWTR_EL2, 0);
		if (field(pfr0, 44))
			bm_write(HAFGRTR_EL2, 0);
	}
	if (field(mmfr0, 56) >= 2) {
		bm_write(HFGRTR2_EL2, 0);
		bm_write(HFGWTR2_EL2, 0);
		bm_write(HFGITR2_EL2, 0);
		bm_write(HDFGRTR2_EL2, 0);
		bm_write(HDFGWTR2_EL2, 0);
	}
}

static void init_mpam(uint64_t pfr0, uint64_t pfr1)
{
	if (!field(pfr0, 40) && !field(pfr1, 16))
		return;
	bm_write(MPAM2_EL2, HV_BIT(49) | HV_BIT(48));
	if (bm_read(MPAMIDR_EL1) & HV_BIT(17))
		bm_write(MPAMHCR_EL2, HV_BIT(31));
}

static void init_timers(void)
{
	bm_write(cnthctl_el2, CNTHCTL_EL1PCTEN);
	bm_write(cntvoff_el2, 0);
	bm_write(cnthp_ctl_el2, 0);
	bm_write(cntv_ctl_el0, 0);
	bm_write(cntp_ctl_el0, 0);
}

/* The EL1 side while no guest is loaded: walks cannot happen. */
static void init_el1(void)
{
	bm_write(sctlr_el1, SCTLR_EL1_RESET);
	bm_write(tcr_el1, TCR_EPD);
	bm_write(vttbr_el2, 0);
	bm_write(vtcr_el2, HV_BIT(31));
	bm_write(vpidr_el2, bm_read(midr_el1));
	bm_write(vmpidr_el2, bm_read(mpidr_el1));
}

void bm_el2_init(struct bm_cpu *cpu)
{
	uint64_t pfr0 = bm_read(id_aa64pfr0_el1), pfr1 = bm_read(id_aa64pfr1_el1);
	uint64_t mmfr0 = bm_read(id_aa64mmfr0_el1), mmfr1 = bm_read(id_aa64mmfr1_el1);

	cpu->has_ras = field(pfr0, 28) != 0;
	cpu->hcr = HCR_HOST;
	bm_write(hcr_el2, HCR_HOST);
	bm_write(hstr_el2, 0);
	bm_write(hacr_el2, 0);
	init_fp(pfr0, pfr1);
	init_debug(bm_read(id_aa64dfr0_el1), field(mmfr0, 56) != 0);
	init_fine_grained(mmfr0, mmfr1, pfr0);
	init_mpam(pfr0, pfr1);
	init_timers();
	init_el1();
	if (field(pfr0, 24))
		bm_ich_init(cpu);
	if (field(mmfr1, 16))
		bm_write(LORC_EL1, 0);
	if (cpu->has_ras) {
		bm_write(VSESR_EL2, 0);
		bm_write(VDISR_EL2, 0);
		bm_write(DISR_EL1, 0);
	}
	bm_isb();
	bm_errata_init(cpu);
}

uint64_t hv_bm_now(void)
{
	bm_isb();
	return bm_read(cntvct_el0);
}

#define READ_ROW(id, crm)                                                                                              \
	do {                                                                                                           \
		(id)[HV_IDREG(crm, 0)] = bm_read(S3_0_C0_C##crm##_0);                                                  \
		(id)[HV_IDREG(crm, 1)] = bm_read(S3_0_C0_C##crm##_1);                                                  \
		(id)[HV_IDREG(crm, 2)] = bm_read(S3_0_C0_C##crm##_2);                                                  \
		(id)[HV_IDREG(crm, 3)] = bm_read(S3_0_C0_C##crm##_3);                                                  \
		(id)[HV_IDREG(crm, 4)] = bm_read(S3_0_C0_C##crm##_4);                                                  \
		(id)[HV_IDREG(crm, 5)] = bm_read(S3_0_C0_C##crm##_5);                                                  \
		(id)[HV_IDREG(crm, 6)] = bm_read(S3_0_C0_C##crm##_6);                                                  \
		(id)[HV_IDREG(crm, 7)] = bm_read(S3_0_C0_C##crm##_7);                                                  \
	} while (0)

void hv_bm_idregs(struct hv_idregs *regs)
{
	uint32_t pmu;

	READ_ROW(regs->id, 1);
	READ_ROW(regs->id, 2);
	READ_ROW(regs->id, 3);
	READ_ROW(regs->id, 4);
	READ_ROW(regs->id, 5);
	READ_ROW(regs->id, 6);
	READ_ROW(regs->id, 7);
	regs->midr = bm_read(midr_el1);
	regs->revidr = bm_read(revidr_el1);
	regs->ctr = bm_read(ctr_el0);
	pmu = field(regs->id[HV_ID_AA64DFR0], 8);
	regs->pmcr = pmu != 0 && pmu != 0xf ? bm_read(pmcr_el0) : 0;
	regs->dczid = bm_read(dczid_el0);
}

uint64_t hv_bm_hw_random(void)
{
	return field(bm_read(id_aa64isar0_el1), 60) ? bm_read(RNDR) : 0;
}
