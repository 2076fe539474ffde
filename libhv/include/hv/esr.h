/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/esr.h - exception syndromes: classes, fault status codes, and the fields of ESR_ELx.
 *
 * Values and names are Arm's (ESR_ELx). Pure data and pure functions. Only hv_exit_decode() reads syndromes the
 * hardware made; the builders below make the ones a guest is given.
 */
#ifndef HV_ESR_H
#define HV_ESR_H

#include <hv/types.h>

/** Exception class: ESR_ELx[31:26] and nothing above it (ESR-20). Values not listed are reserved. */
enum hv_ec {
	HV_EC_UNKNOWN = 0x00,
	HV_EC_WFX = 0x01,
	HV_EC_CP15_32 = 0x03, /* AArch32 MCR, MRC, coproc 15 */
	HV_EC_CP15_64 = 0x04, /* AArch32 MCRR, MRRC, coproc 15 */
	HV_EC_CP14_32 = 0x05,
	HV_EC_CP14_LDC = 0x06, /* LDC, STC */
	HV_EC_FP = 0x07,       /* Advanced SIMD and floating point, also SVE and SME where they share the control */
	HV_EC_CP10_ID = 0x08,  /* AArch32 VMRS of an ID register */
	HV_EC_PAUTH = 0x09,    /* pointer authentication instruction or key register */
	HV_EC_LS64 = 0x0a,     /* LD64B, ST64B, ST64BV and other enables */
	HV_EC_CP14_64 = 0x0c,
	HV_EC_BTI = 0x0d,
	HV_EC_ILLEGAL = 0x0e, /* illegal execution state */
	HV_EC_SVC32 = 0x11,
	HV_EC_HVC32 = 0x12,
	HV_EC_SMC32 = 0x13,
	HV_EC_SYSREG128 = 0x14, /* MRRS, MSRR, SYSP */
	HV_EC_SVC64 = 0x15,
	HV_EC_HVC64 = 0x16,
	HV_EC_SMC64 = 0x17,
	HV_EC_SYSREG = 0x18, /* MSR, MRS, SYS, SYSL */
	HV_EC_SVE = 0x19,
	HV_EC_ERET = 0x1a,
	HV_EC_TSTART = 0x1b,
	HV_EC_PAC_FAIL = 0x1c,
	HV_EC_SME = 0x1d,
	HV_EC_GPC = 0x1e,
	HV_EC_IMPDEF = 0x1f,
	HV_EC_IABT_LOWER = 0x20,
	HV_EC_IABT_CUR = 0x21,
	HV_EC_PC_ALIGN = 0x22,
	HV_EC_DABT_LOWER = 0x24,
	HV_EC_DABT_CUR = 0x25,
	HV_EC_SP_ALIGN = 0x26,
	HV_EC_MOPS = 0x27,
	HV_EC_FPEXC32 = 0x28,
	HV_EC_FPEXC64 = 0x2c,
	HV_EC_GCS = 0x2d,
	HV_EC_SERROR = 0x2f,
	HV_EC_BREAKPT_LOWER = 0x30,
	HV_EC_BREAKPT_CUR = 0x31,
	HV_EC_STEP_LOWER = 0x32,
	HV_EC_STEP_CUR = 0x33,
	HV_EC_WATCHPT_LOWER = 0x34,
	HV_EC_WATCHPT_CUR = 0x35,
	HV_EC_BKPT32 = 0x38,
	HV_EC_VECTOR32 = 0x3a,
	HV_EC_BRK64 = 0x3c,
	HV_EC_PROFILING = 0x3d
};

/** What a fault status code (IFSC, DFSC: ISS[5:0]) says. The level, where there is one, is told apart. */
enum hv_fault {
	HV_FAULT_NONE, /* not an abort */
	HV_FAULT_ADDRESS_SIZE,
	HV_FAULT_TRANSLATION,
	HV_FAULT_ACCESS_FLAG,
	HV_FAULT_PERMISSION,
	HV_FAULT_EXTERNAL,      /* synchronous external abort, not on a walk */
	HV_FAULT_EXTERNAL_WALK, /* synchronous external abort on a table walk, with level */
	HV_FAULT_TAG_CHECK,
	HV_FAULT_PARITY, /* parity or ECC error, not on a walk */
	HV_FAULT_PARITY_WALK,
	HV_FAULT_ALIGNMENT,
	HV_FAULT_GRANULE_WALK, /* granule protection fault on a table walk */
	HV_FAULT_GRANULE,
	HV_FAULT_TLB_CONFLICT,
	HV_FAULT_HW_UPDATE, /* unsupported atomic hardware update of AF or dirty state */
	HV_FAULT_LOCKDOWN,
	HV_FAULT_EXCLUSIVE, /* unsupported exclusive or atomic access */
	HV_FAULT_RESERVED   /* no meaning is allocated */
};

/** hv_fault_of(): the level of a fault that has none. */
#define HV_FAULT_NO_LEVEL 127

struct hv_fault_info {
	enum hv_fault fault;
	int8_t level; /* -2..3, or HV_FAULT_NO_LEVEL */
};

#define HV_ESR_IL       HV_BIT(25)
#define HV_ESR_EC(esr)  ((uint32_t)HV_FIELD(esr, 31, 26))
#define HV_ESR_ISS(esr) ((uint32_t)HV_FIELD(esr, 24, 0))
/* Bits of the ISS of instruction and data aborts. */
#define HV_ISS_ISV   HV_BIT(24)
#define HV_ISS_SSE   HV_BIT(21)
#define HV_ISS_SF    HV_BIT(15)
#define HV_ISS_AR    HV_BIT(14)
#define HV_ISS_VNCR  HV_BIT(13)
#define HV_ISS_FNV   HV_BIT(10)
#define HV_ISS_EA    HV_BIT(9)
#define HV_ISS_CM    HV_BIT(8)
#define HV_ISS_S1PTW HV_BIT(7)
#define HV_ISS_WNR   HV_BIT(6)
/* Fault status codes used in syndromes the library makes. */
#define HV_FSC_EXTERNAL             0x10u
#define HV_FSC_EXTERNAL_WALK(level) (0x14u + (uint32_t)(level)) /* level 0..3; -1 gives 0x13 */
#define HV_FSC_ADDRESS_SIZE(level)  (0x00u + (uint32_t)(level)) /* level 0..3 */

/** hv_esr_make - a syndrome from class, instruction length bit and ISS. */
HV_INLINE uint64_t hv_esr_make(enum hv_ec ec, bool il, uint32_t iss)
{
	return HV_PREP(ec, 31, 26) | (il ? HV_ESR_IL : 0) | HV_PREP(iss, 24, 0);
}

HV_BEGIN_DECLS

/** hv_fault_of - meaning of a fault status code; only bits 5:0 of @fsc count. Total: unallocated codes are RESERVED. */
struct hv_fault_info hv_fault_of(uint32_t fsc);

/** hv_ec_name - short lower-case name of an exception class, 0..63 ("dabt_lower", "reserved"); never NULL. */
const char *hv_ec_name(uint32_t ec);

/** hv_fault_name - short name of a fault ("translation"); never NULL. */
const char *hv_fault_name(enum hv_fault fault);

HV_END_DECLS

#endif /* HV_ESR_H */
