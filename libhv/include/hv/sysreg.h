/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/sysreg.h - system registers as keys, the ID registers a guest sees, and the trap controls that go with them.
 *
 * One rule ties the three together (CTX-13): a feature the library and the backend do not switch is hidden from the ID
 * registers *and* trapped. hv_idregs_view() makes the view, hv_traps_init() the controls; both are computed once per VM
 * from the host's ID registers, as plain data, and the backend only loads them.
 */
#ifndef HV_SYSREG_H
#define HV_SYSREG_H

#include <hv/types.h>

/**
 * HV_SYSREG - a register, or a SYS operation, as a 16-bit key: op0 15:14, op1 13:11, CRn 10:7, CRm 6:3, op2 2:0.
 * The same packing as bits 20:5 of the MRS and MSR instructions, with op0 in full.
 */
#define HV_SYSREG(op0, op1, crn, crm, op2)                                                                             \
	(((uint32_t)(op0) << 14) | ((uint32_t)(op1) << 11) | ((uint32_t)(crn) << 7) | ((uint32_t)(crm) << 3) |         \
	 (uint32_t)(op2))

#define HV_SYSREG_OP0(key) (((key) >> 14) & 3u)
#define HV_SYSREG_OP1(key) (((key) >> 11) & 7u)
#define HV_SYSREG_CRN(key) (((key) >> 7) & 15u)
#define HV_SYSREG_CRM(key) (((key) >> 3) & 15u)
#define HV_SYSREG_OP2(key) ((key)&7u)

/** hv_sysreg_of_iss - key of the ISS of an MSR, MRS or SYS trap (EC 0x18): Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, CRm 4:1. */
HV_INLINE uint32_t hv_sysreg_of_iss(uint64_t iss)
{
	return (uint32_t)(HV_FIELD(iss, 21, 20) << 14 | HV_FIELD(iss, 16, 10) << 7 /* Op1 and CRn stay neighbours */ |
			  HV_FIELD(iss, 4, 1) << 3 | HV_FIELD(iss, 19, 17));
}

/*
 * ID registers. The space op0 3, op1 0, CRn 0, CRm 1..7, op2 0..7 is what HCR_EL2.TID3 traps; encodings in it that name
 * no register read as zero.
 */
#define HV_IDREG(crm, op2) (((crm)-1u) * 8u + (op2))
#define HV_IDREG_NR        56u
#define HV_ID_PFR0         HV_IDREG(1, 0)
#define HV_ID_PFR1         HV_IDREG(1, 1)
#define HV_ID_DFR0         HV_IDREG(1, 2)
#define HV_ID_MMFR0        HV_IDREG(1, 4)
#define HV_ID_MMFR1        HV_IDREG(1, 5)
#define HV_ID_MMFR2        HV_IDREG(1, 6)
#define HV_ID_MMFR3        HV_IDREG(1, 7)
#define HV_ID_ISAR0        HV_IDREG(2, 0)
#define HV_ID_MMFR4        HV_IDREG(2, 6)
#define HV_ID_ISAR6        HV_IDREG(2, 7)
#define HV_MVFR0           HV_IDREG(3, 0)
#define HV_MVFR1           HV_IDREG(3, 1)
#define HV_MVFR2           HV_IDREG(3, 2)
#define HV_ID_PFR2         HV_IDREG(3, 4)
#define HV_ID_DFR1         HV_IDREG(3, 5)
#define HV_ID_MMFR5        HV_IDREG(3, 6)
#define HV_ID_AA64PFR0     HV_IDREG(4, 0)
#define HV_ID_AA64PFR1     HV_IDREG(4, 1)
#define HV_ID_AA64ZFR0     HV_IDREG(4, 4)
#define HV_ID_AA64SMFR0    HV_IDREG(4, 5)
#define HV_ID_AA64DFR0     HV_IDREG(5, 0)
#define HV_ID_AA64DFR1     HV_IDREG(5, 1)
#define HV_ID_AA64ISAR0    HV_IDREG(6, 0)
#define HV_ID_AA64ISAR1    HV_IDREG(6, 1)
#define HV_ID_AA64ISAR2    HV_IDREG(6, 2)
#define HV_ID_AA64MMFR0    HV_IDREG(7, 0)
#define HV_ID_AA64MMFR1    HV_IDREG(7, 1)
#define HV_ID_AA64MMFR2    HV_IDREG(7, 2)
#define HV_ID_AA64MMFR3    HV_IDREG(7, 3)
#define HV_ID_AA64MMFR4    HV_IDREG(7, 4)

/**
 * The ID registers of one CPU, or what a guest sees. A backend fills every id[] entry it can read: on Armv8.0 the whole
 * space op0 3, op1 0, CRn 0, CRm 1..7 may be read at EL2, unallocated encodings are zero.
 */
struct hv_idregs {
	uint64_t id[HV_IDREG_NR]; /* index HV_IDREG(CRm, op2) or a name above */
	uint64_t midr;            /* MIDR_EL1; loaded into VPIDR_EL2 for the guest */
	uint64_t revidr;          /* REVIDR_EL1 */
	uint64_t ctr;             /* CTR_EL0; the guest reads the hardware's (HCR_EL2.TID2 is 0) */
	uint64_t pmcr;            /* PMCR_EL0 where there is a PMU, else 0; only N (15:11) is used, for MDCR_EL2.HPMN */
	uint64_t dczid;           /* DCZID_EL0; 0 when not told: DC ZVA on a device is then an abort */
};

/* What the backend does beyond the plain world switch; each makes a feature visible that is hidden otherwise. */
#define HV_VIEW_PAUTH 0x1u /* the backend switches the ten APxKey registers at load and put */

/*
 * Trap controls to load before entering a vCPU. Registers a CPU does not have are told by @have; those it has
 * are UNKNOWN after reset, so every one named here must be written (world-switch rule).
 */
#define HV_TRAPS_HCRX    0x1u  /* FEAT_HCX: HCRX_EL2 */
#define HV_TRAPS_FGT     0x2u  /* FEAT_FGT: HFGRTR, HFGWTR, HFGITR, HDFGRTR, HDFGWTR */
#define HV_TRAPS_FGT_AMU 0x4u  /* FEAT_FGT and FEAT_AMUv1: HAFGRTR */
#define HV_TRAPS_FGT2    0x8u  /* FEAT_FGT2: HFGRTR2, HFGWTR2, HFGITR2, HDFGRTR2, HDFGWTR2: load 0 */
#define HV_TRAPS_MPAM    0x10u /* FEAT_MPAM: MPAM2_EL2 (and MPAMHCR_EL2 where MPAMIDR.HAS_HCR) */
#define HV_TRAPS_SVE     0x20u /* ZCR_EL2 exists */
#define HV_TRAPS_SME     0x40u /* SMCR_EL2 exists */

struct hv_traps {
	uint64_t hcr;     /* HCR_EL2 of a vCPU of this VM; struct hv_vcpu has its own copy, which is the one to load */
	uint64_t cptr;    /* CPTR_EL2, FP/SIMD trapped (HV_CPTR_TFP): cleared in the copy once FP state is loaded */
	uint64_t mdcr;    /* MDCR_EL2 */
	uint64_t cnthctl; /* CNTHCTL_EL2 */
	uint64_t hstr;    /* HSTR_EL2 */
	uint64_t hcrx;    /* HCRX_EL2 */
	uint64_t hfgrtr, hfgwtr, hfgitr, hdfgrtr, hdfgwtr, hafgrtr;
	uint64_t mpam2; /* MPAM2_EL2 */
	uint64_t vpidr; /* VPIDR_EL2 */
	uint32_t have;  /* HV_TRAPS_* */
};

/* CPTR_EL2 with E2H = 0: trap FP and SIMD. With E2H = 1 FPEN (21:20) must become 0b11 instead. */
#define HV_CPTR_TFP      HV_BIT(10)
#define HV_CPTR_E2H_FPEN HV_MASK(21, 20)

/* hv_traps_init() flags */
#define HV_TRAPS_E2H      0x1u /* CPTR_EL2 and CNTHCTL_EL2 in the layout of HCR_EL2.E2H = 1; HCR_EL2.E2H is set */
#define HV_TRAPS_TRAP_WFI 0x2u /* HCR_EL2.TWI and TWE */
#define HV_TRAPS_FWB      0x4u /* HCR_EL2.FWB (hv_s2_geo.fwb) */

/* Bits of HCR_EL2 that the run loop changes per vCPU. */
#define HV_HCR_VSE HV_BIT(8)
#define HV_HCR_TWI HV_BIT(13)
#define HV_HCR_TWE HV_BIT(14)
#define HV_HCR_TVM HV_BIT(26)

HV_BEGIN_DECLS

/**
 * hv_idregs_intersect - narrow @all to what @cpu has too: the lesser value of every field, with Arm's signed fields
 * and the fields where zero means more (CTR_EL0.L1Ip and line sizes, MMFR0 granules) treated as such.
 * Start with a copy of the boot CPU's registers. midr, revidr and pmcr keep the first CPU's value, but PMCR.N the least.
 */
void hv_idregs_intersect(struct hv_idregs *all, const struct hv_idregs *cpu);

/**
 * hv_idregs_view - what the guest sees of @host: an allow-list of fields, everything else reads as zero (CTX-13).
 * @ipa_bits: size of the guest's physical address space; ID_AA64MMFR0.PARange is never above it
 * @features: HV_VIEW_*
 *
 * Hidden: EL2, EL3, SVE, SME, MTE, PMU, SPE, TRBE, trace, AMU, MPAM, RAS, LOR, nested virtualization, FGT, TME, MOPS, LS64, NMI,
 * SCXTNUM, RME, D128, permission indirection and overlay. Debug is shown as the architectural minimum.
 */
void hv_idregs_view(struct hv_idregs *view, const struct hv_idregs *host, uint32_t ipa_bits, uint32_t features);

/**
 * hv_traps_init - trap controls for guests that see @view on CPUs that have @host.
 * @flags: HV_TRAPS_E2H, HV_TRAPS_TRAP_WFI, HV_TRAPS_FWB
 * CNTPCT and CNTP_* are trapped: both timers of a guest count from the VM's own zero (CNTVOFF).
 */
void hv_traps_init(struct hv_traps *traps, const struct hv_idregs *view, const struct hv_idregs *host, uint32_t flags);

HV_END_DECLS

#endif /* HV_SYSREG_H */
