/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/smccc.h - SMC calling convention (Arm DEN0028) towards guests.
 *
 * A call is HVC #0 or SMC #0 with the function identifier in w0. The whole 32 bits are matched (PSCI-11); bit 16 is the SVE
 * hint and is masked; bits 23:17 of a fast call must be zero (PSCI-12). Whatever nobody answers returns
 * NOT_SUPPORTED (-1, 64 bits) in x0 and leaves x1..x17 as they were (PSCI-13).
 *
 * The place for an embedder's own calls is the vendor-specific hypervisor range, HV_SMCCC_VENDOR_HYP: they come out of
 * hv_vcpu_handle() as HV_NEXT_CALL, as do HVC and SMC with an immediate other than 0, which SMCCC leaves undefined (ESR-29).
 */
#ifndef HV_SMCCC_H
#define HV_SMCCC_H

#include <hv/types.h>

#define HV_SMCCC_FAST           0x80000000u
#define HV_SMCCC_64             0x40000000u
#define HV_SMCCC_SVE_HINT       0x00010000u
#define HV_SMCCC_OWNER(fid)     (((fid) >> 24) & 0x3fu)
#define HV_SMCCC_OWNER_STANDARD 4u /* standard secure service: PSCI, TRNG */

#define HV_SMCCC_VERSION             0x80000000u
#define HV_SMCCC_ARCH_FEATURES       0x80000001u
#define HV_SMCCC_ARCH_SOC_ID         0x80000002u
#define HV_SMCCC_ARCH_WORKAROUND_1   0x80008000u
#define HV_SMCCC_ARCH_WORKAROUND_2   0x80007fffu
#define HV_SMCCC_ARCH_WORKAROUND_3   0x80003fffu
#define HV_SMCCC_VENDOR_HYP          0x86000000u /* 0x86000000..0x8600ffff, and 0xc6... for SMC64 */
#define HV_SMCCC_VENDOR_HYP_UID      0x8600ff01u
#define HV_SMCCC_VENDOR_HYP_REVISION 0x8600ff03u

#define HV_SMCCC_SUCCESS           0
#define HV_SMCCC_NOT_SUPPORTED     (-1)
#define HV_SMCCC_NOT_REQUIRED      (-2)
#define HV_SMCCC_INVALID_PARAMETER (-3)

/** What SMCCC_VERSION returns: 1.1. */
#define HV_SMCCC_VERSION_1_1 0x10001

/** Answer to ARCH_FEATURES for a CPU workaround; the backend knows the truth of its CPUs (PSCI-29). */
enum hv_smccc_workaround {
	HV_WORKAROUND_UNKNOWN,      /* NOT_SUPPORTED: no statement; the safe default */
	HV_WORKAROUND_REQUIRED,     /* 0: the guest should call; the backend mitigates on every HVC and SMC exit */
	HV_WORKAROUND_NOT_AFFECTED, /* 1: the call exists and need not be made */
	HV_WORKAROUND_NOT_REQUIRED  /* -2: only WORKAROUND_2, firmware mitigates or the CPU is safe */
};

/** What a VM's SMCCC services say. Zero is a correct, silent default. */
struct hv_smccc_config {
	uint32_t workaround_1; /* enum hv_smccc_workaround: Spectre v2 */
	uint32_t workaround_2; /* SSB */
	uint32_t workaround_3; /* Spectre BHB */
	bool no_hvc;           /* HVC is not a conduit: UNDEFINED */
	bool no_smc;           /* SMC is not a conduit: UNDEFINED */
	bool has_uid;          /* answer the vendor-specific hypervisor UID and revision calls */
	uint32_t uid[4];       /* w0..w3 of the UID call */
	uint32_t revision[2];  /* major, minor */
};

/** A service call and its answer. */
struct hv_smccc {
	uint32_t fid;        /* function identifier, w0 */
	uint32_t nr_results; /* result registers to write back, 1..4; the others keep the guest's value */
	uint64_t arg[4];     /* x1..x4, cut to 32 bits for an SMC32 call (PSCI-10) */
	uint64_t result[4];  /* x0..x3 */
};

/* Bits 23:17 of a fast call are reserved and must be zero; what has them set names no function. */
#define HV_SMCCC_MBZ 0x00fe0000u

/**
 * hv_smccc_capture - the call in @x (x0..x4 of the guest): masks the SVE hint, cuts SMC32 arguments, presets
 * NOT_SUPPORTED as the one result.
 */
HV_INLINE void hv_smccc_capture(struct hv_smccc *call, const uint64_t *x)
{
	uint64_t mask = x[0] & HV_SMCCC_64 ? ~HV_U64(0) : HV_MASK(31, 0);

	call->fid = (uint32_t)x[0];
	/* The hint is defined for fast calls; with reserved bits set it stays, and so the call matches nothing. */
	if ((call->fid & (HV_SMCCC_FAST | HV_SMCCC_MBZ)) == HV_SMCCC_FAST)
		call->fid &= ~HV_SMCCC_SVE_HINT;
	call->nr_results = 1;
	call->arg[0] = x[1] & mask;
	call->arg[1] = x[2] & mask;
	call->arg[2] = x[3] & mask;
	call->arg[3] = x[4] & mask;
	call->result[0] = (uint64_t)(int64_t)HV_SMCCC_NOT_SUPPORTED;
}

HV_BEGIN_DECLS

/**
 * hv_smccc_arch - answer the Arm architecture service (owner 0) and the standard calls of the vendor hypervisor owner.
 * Return: true when @call->fid is one of them and result is set; false leaves @call alone.
 */
bool hv_smccc_arch(const struct hv_smccc_config *config, struct hv_smccc *call);

HV_END_DECLS

#endif /* HV_SMCCC_H */
