/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* handle.c - the answer to an exit: one function per kind. Contract: hv_vcpu_handle(). */
#include "run_priv.h"

static void clear_next(struct hv_next *next)
{
	next->kind = HV_NEXT_RESUME;
	hv_vcpu_set_clear(&next->kick);
	next->deactivate.nr = 0;
	next->mmio.ipa = hv_ipa(0);
	next->mmio.data = 0;
	next->mmio.size_bytes = 0;
	next->mmio.is_write = false;
	next->mmio.bytes_more = 0;
	next->ipa = hv_ipa(0);
	next->access = 0;
	next->power = HV_POWER_OFF;
	next->power_type = 0;
	next->power_cookie = 0;
	next->function = 0;
	next->is_smc = false;
	next->flush = false;
	next->imm = 0;
}

static void take_deactivations(struct hv_vcpu *vcpu, struct hv_next *next)
{
	uint32_t i;

	for (i = 0; i < vcpu->deactivate.nr; i++)
		next->deactivate.pintid[i] = vcpu->deactivate.pintid[i];
	next->deactivate.nr = vcpu->deactivate.nr;
	vcpu->deactivate.nr = 0;
}

/* ---- aborts -------------------------------------------------------------------------------------------------------- */

/* What the access needs: a walk reads unless it failed on permission (ESR-13, ESR-14); cache operations read. */
static uint32_t access_of(const struct hv_exit *exit)
{
	if (exit->flags & HV_EXIT_FLAG_WALK_WRITE)
		return HV_S2_RW;
	if (exit->flags & HV_EXIT_FLAG_S1PTW)
		return HV_S2_R;
	if (exit->kind == HV_EXIT_IABT)
		return HV_S2_X;
	return exit->flags & HV_EXIT_FLAG_WRITE ? HV_S2_W : HV_S2_R;
}

static void ask_for_map(const struct hv_exit *exit, struct hv_next *next)
{
	next->kind = HV_NEXT_MAP;
	next->ipa = hv_ipa(exit->ipa);
	next->access = access_of(exit);
}

/* Accesses not aligned to their size reach no register. */
enum hv_err hv_gic_access_(struct hv_vcpu *vcpu, uint64_t ipa, struct hv_mmio *access, struct hv_next *next)
{
	struct hv_vm *vm = vcpu->vm;
	bool dist = hv_vm_region_(vm, ipa) == HV_REGION_GICD;
	struct hv_vgic_access gic;
	enum hv_err err;

	gic.offset = (uint32_t)(ipa - (dist ? vm->gicd.v : vm->gicr.v));
	gic.size_bytes = access->size_bytes;
	gic.is_write = access->is_write;
	gic.data = access->data;
	if (!hv_is_aligned(gic.offset, gic.size_bytes)) {
		access->data = 0;
		return HV_OK;
	}
	if (dist)
		err = hv_vgic_dist_access(&vm->vgic, vcpu->index, &gic, &next->kick, &next->deactivate);
	else
		err = hv_vgic_redist_access(&vm->vgic, vcpu->index, &gic, &next->kick, &next->deactivate);
	access->data = gic.data;
	return err;
}

/* The distributor and the redistributors. */
static void access_gic(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	struct hv_mmio access;

	hv_mmio_of_exit_(vcpu, exit, &access);
	if (hv_gic_access_(vcpu, exit->ipa, &access, next) == HV_EAGAIN)
		next->kind = HV_NEXT_SYNC;
	else
		hv_mmio_finish_(vcpu, exit, access.data);
}

static void ask_for_mmio(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	next->kind = HV_NEXT_MMIO;
	hv_mmio_of_exit_(vcpu, exit, &next->mmio);
	vcpu->mmio_exit = *exit;
	vcpu->emulation.active = false;
	vcpu->mmio_outstanding = true;
}

/* A data access outside RAM. Cache maintenance there has nothing to do (CM-03); without a syndrome see emulate.c (ESR-08). */
static void access_device(struct hv_vcpu *vcpu, const struct hv_exit *exit, enum hv_region region, struct hv_next *next)
{
	if (exit->flags & HV_EXIT_FLAG_CM)
		hv_advance_(vcpu, exit->pc_step);
	else if (!(exit->flags & HV_EXIT_FLAG_ISV))
		hv_emulate_(vcpu, exit, next);
	else if (region == HV_REGION_NONE)
		ask_for_mmio(vcpu, exit, next);
	else
		access_gic(vcpu, exit, next);
}

/* A fault of stage 2 at a known address: (fetch, walk or data) x region, no cell empty (ESR-24). */
static void handle_stage2(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	enum hv_region region = hv_vm_region_(vcpu->vm, exit->ipa);

	if (region == HV_REGION_RAM)
		ask_for_map(exit, next);
	else if (region == HV_REGION_BEYOND)
		hv_inject_abort_fsc_(vcpu, exit, HV_FSC_ADDRESS_SIZE(0));
	else if (exit->kind == HV_EXIT_IABT || (exit->flags & HV_EXIT_FLAG_S1PTW))
		hv_vcpu_inject_abort(vcpu, exit);
	else
		access_device(vcpu, exit, region, next);
}

/*
 * Aborts that are not stage-2 faults. A TLB conflict goes away by itself, so the guest tries again; what the memory
 * system or the kind of access caused is the guest's to see, with the status the hardware gave.
 */
static void handle_abort(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	if (exit->flags & HV_EXIT_FLAG_RETRY)
		return;
	if (exit->flags & HV_EXIT_FLAG_S2)
		handle_stage2(vcpu, exit, next);
	else if (exit->fault == HV_FAULT_RESERVED)
		hv_vcpu_inject_abort(vcpu, exit);
	else if (exit->fault != HV_FAULT_TLB_CONFLICT)
		hv_inject_abort_fsc_(vcpu, exit, (uint32_t)HV_FIELD(exit->esr, 5, 0));
}

/* ---- calls --------------------------------------------------------------------------------------------------------- */

static bool conduit_disabled(const struct hv_vm *vm, bool is_smc)
{
	return is_smc ? vm->smccc.no_smc : vm->smccc.no_hvc;
}

static void call_embedder(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	next->kind = HV_NEXT_CALL;
	next->function = (uint32_t)vcpu->regs.x[0];
	next->is_smc = exit->kind == HV_EXIT_SMC;
	next->imm = exit->imm;
	vcpu->regs.x[0] = (uint64_t)(int64_t)HV_SMCCC_NOT_SUPPORTED;
}

/* A fast call of the vendor-specific hypervisor service, in either width. */
static bool is_vendor_hyp(uint32_t fid)
{
	return (fid & ~(HV_SMCCC_64 | 0xffffu)) == HV_SMCCC_VENDOR_HYP;
}

static void service_call(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	struct hv_smccc call;
	uint32_t i;

	hv_smccc_capture(&call, vcpu->regs.x);
	if (HV_SMCCC_OWNER(call.fid) == HV_SMCCC_OWNER_STANDARD) {
		hv_psci_call_(vcpu, &call, next);
	} else if (!hv_smccc_arch(&vcpu->vm->smccc, &call) && is_vendor_hyp(call.fid)) {
		call_embedder(vcpu, exit, next);
		next->function = call.fid;
		return;
	}
	for (i = 0; i < call.nr_results; i++)
		vcpu->regs.x[i] = call.result[i];
}

static void handle_call(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	bool is_smc = exit->kind == HV_EXIT_SMC;

	if (conduit_disabled(vcpu->vm, is_smc)) {
		/* The undefined instruction is the HVC itself, four bytes back; an SMC has not moved the PC yet. */
		if (!is_smc)
			vcpu->regs.pc -= 4;
		hv_vcpu_inject_undef(vcpu, exit);
		return;
	}
	if (is_smc)
		hv_advance_(vcpu, exit->pc_step);
	if (exit->imm != 0)
		call_embedder(vcpu, exit, next);
	else
		service_call(vcpu, exit, next);
}

/* ---- the rest ------------------------------------------------------------------------------------------------------ */

#define WFX_WFI  0
#define WFX_WFIT 2

/* WFI and WFIT wait for an interrupt, WFIT also for a time. WFE and WFET are a chance to run something else. */
static void handle_wfx(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	hv_advance_(vcpu, exit->pc_step);
	next->kind = HV_NEXT_WAIT;
	vcpu->waiting = exit->imm == WFX_WFI || exit->imm == WFX_WFIT;
	if (exit->imm == WFX_WFIT && (exit->flags & HV_EXIT_FLAG_RV))
		vcpu->wait_until = hv_reg_get_(vcpu, exit->srt);
}

/* An exception of the guest's own that came to EL2: it takes it at EL1, with the same syndrome. */
static void give_back(struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	uint64_t esr = exit->esr & HV_MASK(31, 0);

	if (exit->flags & HV_EXIT_FLAG_FAR)
		hv_inject_fault_(vcpu, esr, exit->far);
	else
		hv_inject_sync_(vcpu, esr);
}

/* AArch32: does an instruction with condition @cond execute, given the flags in @pstate? */
static bool cond_holds(uint32_t cond, uint64_t pstate)
{
	bool n = pstate & HV_BIT(31), z = pstate & HV_BIT(30), c = pstate & HV_BIT(29), v = pstate & HV_BIT(28);
	bool holds;

	switch (cond >> 1) {
	case 0:
		holds = z;
		break;
	case 1:
		holds = c;
		break;
	case 2:
		holds = n;
		break;
	case 3:
		holds = v;
		break;
	case 4:
		holds = c && !z;
		break;
	case 5:
		holds = n == v;
		break;
	case 6:
		holds = n == v && !z;
		break;
	default:
		return true;
	}
	return holds != (cond & 1);
}

/* A trap may be taken for an AArch32 instruction that fails its condition; without CV the IT state has it. */
static bool cond_failed(const struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	uint64_t pstate = vcpu->regs.pstate;
	uint32_t it = (uint32_t)(HV_FIELD(pstate, 26, 25) | HV_FIELD(pstate, 15, 10) << 2);

	if (!(exit->flags & HV_EXIT_FLAG_AARCH32))
		return false;
	if (exit->flags & HV_EXIT_FLAG_CV)
		return !cond_holds(exit->cond, pstate);
	return it != 0 && !cond_holds(it >> 4, pstate);
}

/* Instructions that trapped: emulated, or skipped where their condition failed. */
static void handle_trap(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next)
{
	if (cond_failed(vcpu, exit)) {
		hv_advance_(vcpu, exit->pc_step);
		return;
	}
	switch ((int)exit->kind) {
	case HV_EXIT_WFX:
		handle_wfx(vcpu, exit, next);
		break;
	case HV_EXIT_HVC:
	case HV_EXIT_SMC:
		handle_call(vcpu, exit, next);
		break;
	case HV_EXIT_SYSREG:
	case HV_EXIT_CP:
		hv_sysreg_handle_(vcpu, exit, now, next);
		break;
	case HV_EXIT_FP:
		next->kind = HV_NEXT_FP;
		break;
	default:
		hv_vcpu_inject_undef(vcpu, exit);
		break;
	}
}

static void dispatch(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next)
{
	switch (exit->kind) {
	case HV_EXIT_IRQ:
	case HV_EXIT_FIQ:
	case HV_EXIT_SERROR:
		next->kind = HV_NEXT_HOST;
		break;
	case HV_EXIT_DABT:
	case HV_EXIT_IABT:
		handle_abort(vcpu, exit, next);
		break;
	case HV_EXIT_DEBUG:
		next->kind = HV_NEXT_DEBUG;
		break;
	case HV_EXIT_ILLEGAL:
		give_back(vcpu, exit);
		break;
	case HV_EXIT_HOST:
		next->kind = HV_NEXT_FAULT;
		break;
	case HV_EXIT_UNKNOWN:
	case HV_EXIT_WFX:
	case HV_EXIT_HVC:
	case HV_EXIT_SMC:
	case HV_EXIT_SYSREG:
	case HV_EXIT_CP:
	case HV_EXIT_FP:
	case HV_EXIT_SVE:
	case HV_EXIT_SME:
	case HV_EXIT_PAUTH:
		handle_trap(vcpu, exit, now, next);
		break;
	}
}

void hv_vcpu_handle(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next)
{
	clear_next(next);
	if (vcpu->deactivate.nr)
		take_deactivations(vcpu, next);
	if (vcpu->vtimer_line && vcpu->vm->vtimer_pintid)
		hv_vcpu_retire_vtimer_(vcpu, now, next);
	hv_vcpu_sample_timers_(vcpu, now, &next->kick);
	dispatch(vcpu, exit, now, next);
}
