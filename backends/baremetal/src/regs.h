/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* regs.h - EL2 registers whose names an assembler for Armv8.0 does not know. Source: spec encodings, op0 3. */
#ifndef BM_REGS_H
#define BM_REGS_H

#define HCRX_EL2         S3_4_C1_C2_2
#define HFGRTR_EL2       S3_4_C1_C1_4
#define HFGWTR_EL2       S3_4_C1_C1_5
#define HFGITR_EL2       S3_4_C1_C1_6
#define HDFGRTR_EL2      S3_4_C3_C1_4
#define HDFGWTR_EL2      S3_4_C3_C1_5
#define HAFGRTR_EL2      S3_4_C3_C1_6
#define HFGRTR2_EL2      S3_4_C3_C1_2
#define HFGWTR2_EL2      S3_4_C3_C1_3
#define HFGITR2_EL2      S3_4_C3_C1_7
#define HDFGRTR2_EL2     S3_4_C3_C1_0
#define HDFGWTR2_EL2     S3_4_C3_C1_1
#define ZCR_EL2          S3_4_C1_C2_0
#define SMCR_EL2         S3_4_C1_C2_6
#define SMPRIMAP_EL2     S3_4_C1_C2_5
#define VSESR_EL2        S3_4_C5_C2_3
#define DISR_EL1         S3_0_C12_C1_1
#define VDISR_EL2        S3_4_C12_C1_1
#define MPAM2_EL2        S3_4_C10_C5_0
#define MPAMHCR_EL2      S3_4_C10_C4_0
#define MPAMIDR_EL1      S3_0_C10_C4_4
#define LORC_EL1         S3_0_C10_C4_3
#define ID_AA64MMFR2_EL1 S3_0_C0_C7_2
#define RNDR             S3_3_C2_C4_0
#define TRFCR_EL2        S3_4_C1_C2_1
#define PMSCR_EL2        S3_4_C9_C9_0

/* HCR_EL2 while no guest is loaded: RW, AMO, IMO, FMO. */
#define HCR_HOST (HV_BIT(31) | HV_BIT(5) | HV_BIT(4) | HV_BIT(3))

/* No stage-1 walk of EL1 can start: TCR_EL1.EPD0 and EPD1, and the MMU off. */
#define TCR_EPD         (HV_BIT(7) | HV_BIT(23))
#define SCTLR_EL1_RESET HV_U64(0x30c50838)

#endif /* BM_REGS_H */
