/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/exit.h - what the guest just did, as one immutable record.
 *
 * The backend captures the exit once into struct hv_exit_raw (ESR-17); hv_exit_decode() turns it into struct hv_exit;
 * nobody looks at ESR bits after that. A field is meaningful only when the record says it is valid: nothing that
 * the architecture leaves UNKNOWN is ever used (ESR-12). Pure functions, no state, no locks, total over all inputs.
 */
#ifndef HV_EXIT_H
#define HV_EXIT_H

#include <hv/esr.h>
#include <hv/types.h>

/** Which vector was taken to EL2. */
enum hv_vector { HV_VECTOR_SYNC, HV_VECTOR_IRQ, HV_VECTOR_FIQ, HV_VECTOR_SERROR };

/* hv_exit_raw.valid */
#define HV_RAW_HPFAR 0x1u /* hpfar was read from HPFAR_EL2; hv_exit_decode() decides whether it may be used */
#define HV_RAW_PAR   0x2u /* par is the result of AT S1E1R/W or S1E0R/W on far, run by the exit path (PAR_EL1 restored) */

/** The state of the CPU right after the exception to EL2, captured once. */
struct hv_exit_raw {
	enum hv_vector vector;
	uint32_t valid; /* HV_RAW_* */
	uint64_t esr;   /* ESR_EL2, 64 bits (ISS2) */
	uint64_t far;   /* FAR_EL2 */
	uint64_t hpfar; /* HPFAR_EL2 */
	uint64_t par;   /* PAR_EL1 after AT */
	uint64_t elr;   /* ELR_EL2 */
	uint64_t spsr;  /* SPSR_EL2 */
};

/* Errata that change how an exit is read. */
#define HV_ERRATUM_834220 0x1u /* Cortex-A57: HPFAR unreliable unless S1PTW (ESR-15) */

enum hv_exit_kind {
	HV_EXIT_IRQ, /* physical interrupt for the host */
	HV_EXIT_FIQ,
	HV_EXIT_SERROR,
	HV_EXIT_UNKNOWN, /* EC 0 or a class that has no business here: UNDEF for the guest */
	HV_EXIT_WFX,
	HV_EXIT_HVC,
	HV_EXIT_SMC,
	HV_EXIT_SYSREG, /* MSR, MRS, SYS */
	HV_EXIT_CP,     /* AArch32 coprocessor access */
	HV_EXIT_DABT,   /* stage-2 data abort from a lower EL */
	HV_EXIT_IABT,   /* stage-2 instruction abort from a lower EL */
	HV_EXIT_FP,     /* FP/SIMD access trapped */
	HV_EXIT_SVE,
	HV_EXIT_SME,
	HV_EXIT_PAUTH,
	HV_EXIT_DEBUG,   /* BRK, breakpoint, watchpoint, step */
	HV_EXIT_ILLEGAL, /* illegal execution state, PC or SP alignment, BTI and others routed to EL2 */
	HV_EXIT_HOST     /* exception from EL2 itself: never produced for a guest */
};

/* hv_exit.flags. Those that come out of a syndrome or SPSR_EL2 sit where they sit there, so that decoding is a mask. */
#define HV_EXIT_FLAG_READ       0x1u   /* HV_EXIT_SYSREG, HV_EXIT_CP: direction is read (MRS) */
#define HV_EXIT_FLAG_EL0        0x2u   /* the guest was at EL0 */
#define HV_EXIT_FLAG_IPA        0x4u   /* ipa is valid */
#define HV_EXIT_FLAG_FAR        0x8u   /* far is valid */
#define HV_EXIT_FLAG_AARCH32    0x10u  /* the guest was in AArch32 state (SPSR.M[4]) */
#define HV_EXIT_FLAG_RETRY      0x20u  /* the fault address could not be resolved: run the guest again */
#define HV_EXIT_FLAG_WRITE      0x40u  /* data access was a write (never for CM or a stage-1 walk) */
#define HV_EXIT_FLAG_S1PTW      0x80u  /* fault on a stage-1 table walk */
#define HV_EXIT_FLAG_CM         0x100u /* cache maintenance instruction */
#define HV_EXIT_FLAG_EA         0x200u /* external abort type bit */
#define HV_EXIT_FLAG_FNV        0x400u /* abort whose FAR is not valid, as the syndrome says */
#define HV_EXIT_FLAG_S2         0x800u /* a stage-2 fault the hypervisor resolves (translation, AF, permission, size) */
#define HV_EXIT_FLAG_WALK_WRITE 0x1000u    /* S1PTW permission fault: the walker needs write access (ESR-13, ESR-14) */
#define HV_EXIT_FLAG_ACQREL     0x4000u    /* acquire or release semantics */
#define HV_EXIT_FLAG_SF         0x8000u    /* 64-bit register */
#define HV_EXIT_FLAG_CV         0x10000u   /* cond is valid */
#define HV_EXIT_FLAG_RV         0x20000u   /* HV_EXIT_WFX: srt names the register of WFIT, WFET */
#define HV_EXIT_FLAG_SIGN       0x200000u  /* load sign-extends */
#define HV_EXIT_FLAG_ISV        0x1000000u /* srt, access_bytes, sign_extend, sf are valid */
#define HV_EXIT_FLAG_IL         0x2000000u /* 32-bit instruction */

/**
 * HV_CPREG - an AArch32 coprocessor register as a key: coproc 14 or 15, opc1, CRn, CRm, opc2 for MCR and MRC. For MCRR and MRRC
 * CRn and opc2 are 0 and HV_CPREG_64 is set.
 */
#define HV_CPREG(cp, opc1, crn, crm, opc2)                                                                             \
	(((uint32_t)(cp) << 16) | ((uint32_t)(opc1) << 11) | ((uint32_t)(crn) << 7) | ((uint32_t)(crm) << 3) |         \
	 (uint32_t)(opc2))
#define HV_CPREG_64 0x1000000u

/** The decoded exit. */
struct hv_exit {
	enum hv_exit_kind kind;
	uint8_t ec;           /* exception class, ESR[31:26] */
	uint8_t rt2;          /* HV_EXIT_CP, 64-bit transfers: Rt2 */
	uint8_t cond;         /* AArch32 condition of the trapped instruction, 0..15 */
	uint8_t access_bytes; /* 1, 2, 4, 8 */
	int8_t level;         /* aborts: -1..3 */
	uint8_t pc_step;      /* bytes to add to PC once the instruction is emulated: 0, 2 or 4 */
	uint8_t srt;          /* transfer register, 31 is xzr (ESR-01); HV_EXIT_SYSREG, HV_EXIT_CP: Rt */
	enum hv_fault fault;  /* aborts: translation, access flag, permission, ... */
	uint32_t flags;       /* HV_EXIT_FLAG_* */
	uint32_t imm;         /* HVC, SMC, SVC, BRK: immediate. WFX: TI field (0 WFI, 1 WFE, 2 WFIT, 3 WFET) */
	uint32_t sysreg;      /* HV_EXIT_SYSREG: HV_SYSREG(op0, op1, crn, crm, op2); HV_EXIT_CP: HV_CPREG */
	uint64_t ipa;         /* full address, page offset from FAR (ESR-11) */
	uint64_t far;
	uint64_t esr; /* for injection and messages; not to be decoded again */
};

HV_BEGIN_DECLS

/**
 * hv_exit_decode - turn a captured exit into a record.
 * @errata: HV_ERRATUM_* of the CPU it happened on
 */
struct hv_exit hv_exit_decode(const struct hv_exit_raw *raw, uint32_t errata);

/** hv_exit_kind_name - short name for messages and traces ("dabt"), never NULL. */
const char *hv_exit_kind_name(enum hv_exit_kind kind);

HV_END_DECLS

#endif /* HV_EXIT_H */
