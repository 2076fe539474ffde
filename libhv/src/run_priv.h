/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * run_priv.h - what the files of the run loop (vcpu, handle, sysreg, inject, mmio, psci_call, vm) share. Every function
 * runs on the thread of the vCPU it is given, after hv_vcpu_finish() and before the next entry.
 */
#ifndef HV_RUN_PRIV_H
#define HV_RUN_PRIV_H

#include <hv/esr.h>
#include <hv/vcpu.h>
#include <hv/vm.h>

#define HV_PPI_PTIMER 30u
#define HV_PPI_VTIMER 27u

#define HV_PSTATE_EL1H HV_U64(0x5)
#define HV_PSTATE_DAIF HV_MASK(9, 6)
#define HV_PSTATE_NRW  HV_BIT(4)
#define HV_SCTLR_EE    HV_BIT(25)
#define HV_SCTLR_E0E   HV_BIT(24)
#define HV_SCTLR_RESET HV_U64(0x30d00800) /* the bits that are RES1 in Armv8.0; MMU, caches and checks off */
#define HV_OSLSR_OSLM  0x8u               /* OSLSR_EL1: the OS lock is implemented */
#define HV_OSLSR_OSLK  0x2u

/** Value of general register @reg, 31 is zero (ESR-01). */
HV_INLINE uint64_t hv_reg_get_(const struct hv_vcpu *vcpu, uint32_t reg)
{
	return reg < 31 ? vcpu->regs.x[reg] : 0;
}

HV_INLINE void hv_reg_set_(struct hv_vcpu *vcpu, uint32_t reg, uint64_t value)
{
	if (reg < 31)
		vcpu->regs.x[reg] = value;
}

/* inject.c */

/** Step over the trapped instruction: PC, BTYPE, SS, and the IT state of T32. */
void hv_advance_(struct hv_vcpu *vcpu, uint32_t bytes);

/** Take a synchronous exception to EL1 with syndrome @esr, preferred return address the guest's PC. */
void hv_inject_sync_(struct hv_vcpu *vcpu, uint64_t esr);

/** The same with FAR_EL1. */
void hv_inject_fault_(struct hv_vcpu *vcpu, uint64_t esr, uint64_t far);

/** An instruction or data abort for the access of @exit with fault status @fsc. */
void hv_inject_abort_fsc_(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint32_t fsc);

/** Fault status code of a stage-1 fault at @level, -1..3. */
uint32_t hv_fsc_of_(enum hv_fault fault, int32_t level);

/* mmio.c */

/** Is data of the guest big-endian in its present state? */
bool hv_guest_is_big_endian_(const struct hv_vcpu *vcpu);

/** The access of @exit (HV_EXIT_FLAG_ISV) as the device sees it. */
void hv_mmio_of_exit_(const struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_mmio *mmio);

/** Its end: a read's data goes to the register, the PC moves on. */
void hv_mmio_finish_(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t data);

/** Perform @access on the interrupt controller's frame that @ipa lies in; ipa is in GICD or GICR. */
enum hv_err hv_gic_access_(struct hv_vcpu *vcpu, uint64_t ipa, struct hv_mmio *access, struct hv_next *next);

/* emulate.c */

/** A data abort outside RAM whose syndrome does not tell the access: perform it from the instruction. */
void hv_emulate_(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next);

/** hv_mmio_complete() of one of its accesses. */
enum hv_err hv_emulate_complete_(struct hv_vcpu *vcpu, struct hv_mmio *mmio);

/** Address of the access outstanding, for FAR. */
uint64_t hv_emulate_far_(const struct hv_vcpu *vcpu);

/* sysreg.c */

/** HV_EXIT_SYSREG and HV_EXIT_CP. */
void hv_sysreg_handle_(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next);

/* psci_call.c */

/** Which PSCI functions @vm has. Return: HV_OK, HV_EINVAL (no such version or option). */
enum hv_err hv_psci_init_(struct hv_vm *vm, uint32_t version, uint32_t optional) HV_MUST_CHECK;

/** A call that hv_smccc_arch() did not answer: PSCI, or NOT_SUPPORTED. */
void hv_psci_call_(struct hv_vcpu *vcpu, struct hv_smccc *call, struct hv_next *next);

/* vcpu.c */

/** Bring the timer lines of the interrupt controller up to date with the timers at @now. */
void hv_vcpu_sample_timers_(struct hv_vcpu *vcpu, uint64_t now, struct hv_vcpu_set *kick);

/**
 * With the HW link and the line raised: has the guest ended the timer interrupt, or made the timer quiet before it saw it? Then
 * the physical one is to be deactivated.
 */
void hv_vcpu_retire_vtimer_(struct hv_vcpu *vcpu, uint64_t now, struct hv_next *next);

/** Reset state of a vCPU that PSCI switches on, through the live registers: entry, x0 and SCTLR from vcpu->psci. */
void hv_vcpu_power_on_(struct hv_vcpu *vcpu);

/** The same for one that nobody runs: only its images are written, and it is OFF. */
void hv_vcpu_reset_image_(struct hv_vcpu *vcpu);

/* vm.c */

enum hv_region { HV_REGION_RAM, HV_REGION_GICD, HV_REGION_GICR, HV_REGION_NONE, HV_REGION_BEYOND };

/** What is at @ipa. */
enum hv_region hv_vm_region_(const struct hv_vm *vm, uint64_t ipa);

/** Does [ipa, ipa + bytes) lie in one RAM range of the VM? Empty ranges do not. */
HV_INLINE bool hv_vm_is_ram_(const struct hv_vm *vm, uint64_t ipa, uint64_t bytes)
{
	uint32_t i;

	for (i = 0; i < vm->nr_ram; i++)
		if (ipa >= vm->ram[i].base.v && hv_range_ok(ipa - vm->ram[i].base.v, bytes, vm->ram[i].size))
			return true;
	return false;
}

#endif /* HV_RUN_PRIV_H */
