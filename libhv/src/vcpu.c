/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vcpu.c - a vCPU around its entries: load and put, prepare and finish, requests, timers, reset. Contract: hv/vcpu.h. */
#include "run_priv.h"

void hv_vcpu_load(struct hv_vcpu *vcpu, uint32_t cpu, uint32_t nr_lrs)
{
	vcpu->cpu = cpu;
	/* Comes from outside and indexes lr[] (GIC-54). */
	if (nr_lrs < 1)
		nr_lrs = 1;
	vcpu->ich.nr_lrs = nr_lrs > HV_ICH_MAX_LRS ? HV_ICH_MAX_LRS : nr_lrs;
}

void hv_vcpu_put(struct hv_vcpu *vcpu)
{
	vcpu->cpu = HV_CPU_NONE;
}

/* ---- timers -------------------------------------------------------------------------------------------------------- */

static bool has_hw_link(const struct hv_vcpu *vcpu)
{
	return vcpu->vm->vtimer_pintid != 0;
}

/* PPIs 27 and 30 exist in every interrupt controller, so the call cannot fail. */
static void set_ppi(struct hv_vcpu *vcpu, uint32_t intid, bool level, struct hv_vcpu_set *kick)
{
	enum hv_err err = hv_vgic_set_line(&vcpu->vm->vgic, vcpu->index, intid, level, kick);

	(void)err;
}

static void update_line(struct hv_vcpu *vcpu, uint32_t intid, bool *known, bool level, struct hv_vcpu_set *kick)
{
	if (*known == level)
		return;
	*known = level;
	set_ppi(vcpu, intid, level, kick);
}

void hv_vcpu_sample_timers_(struct hv_vcpu *vcpu, uint64_t now, struct hv_vcpu_set *kick)
{
	update_line(vcpu, HV_PPI_PTIMER, &vcpu->ptimer_line, hv_timer_line(&vcpu->ptimer, now), kick);
	if (!has_hw_link(vcpu))
		update_line(vcpu, HV_PPI_VTIMER, &vcpu->vtimer_line, hv_timer_line(&vcpu->vtimer, now), kick);
}

void hv_vcpu_retire_vtimer_(struct hv_vcpu *vcpu, uint64_t now, struct hv_next *next)
{
	uint32_t state;

	state = hv_vgic_state(&vcpu->vm->vgic, vcpu->index, HV_PPI_VTIMER);
	if (!(state & (HV_VGIC_IS_PENDING | HV_VGIC_IS_ACTIVE))) {
		/* Deactivated by the guest, and with it the physical interrupt. */
		vcpu->vtimer_line = false;
	} else if (!(state & HV_VGIC_IS_ACTIVE) && !hv_timer_line(&vcpu->vtimer, now) &&
		   next->deactivate.nr < HV_VGIC_DEACTIVATE_MAX) {
		update_line(vcpu, HV_PPI_VTIMER, &vcpu->vtimer_line, false, &next->kick);
		next->deactivate.pintid[next->deactivate.nr++] = vcpu->vm->vtimer_pintid;
	}
}

void hv_vcpu_vtimer_irq(struct hv_vcpu *vcpu, struct hv_vcpu_set *kick)
{
	vcpu->vtimer_line = true;
	set_ppi(vcpu, HV_PPI_VTIMER, true, kick);
}

bool hv_vcpu_wants_vtimer(const struct hv_vcpu *vcpu)
{
	return !has_hw_link(vcpu) || vcpu->vtimer_line || vcpu->waiting;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A line that is up already will not rise again. */
static uint64_t next_rise(const struct hv_timer *timer, bool line, uint64_t now)
{
	return line ? HV_TIMER_NEVER : hv_timer_deadline(timer, now);
}

uint64_t hv_vcpu_deadline(const struct hv_vcpu *vcpu, uint64_t now)
{
	uint64_t deadline = next_rise(&vcpu->ptimer, vcpu->ptimer_line, now);

	if (!has_hw_link(vcpu))
		deadline = earlier(deadline, next_rise(&vcpu->vtimer, vcpu->vtimer_line, now));
	return deadline;
}

/* ---- reset --------------------------------------------------------------------------------------------------------- */

static uint64_t el1_reset_value(const struct hv_vcpu *vcpu, uint32_t reg)
{
	return reg == HV_EL1_SCTLR ? vcpu->psci.sctlr : 0;
}

/* What both kinds of reset share: everything but the EL1 registers and the interrupt controller (PSCI-21). */
static void reset_common(struct hv_vcpu *vcpu)
{
	uint32_t i;

	for (i = 0; i < HV_ARRAY_SIZE(vcpu->regs.x); i++)
		vcpu->regs.x[i] = 0;
	vcpu->regs.x[0] = vcpu->psci.context;
	vcpu->regs.pc = vcpu->psci.entry;
	vcpu->regs.pstate = HV_PSTATE_EL1H | HV_PSTATE_DAIF;
	hv_timer_reset(&vcpu->vtimer);
	hv_timer_reset(&vcpu->ptimer);
	vcpu->hcr = vcpu->vm->traps.hcr;
	vcpu->mdscr = 0;
	vcpu->oslk = true;
	vcpu->wait_until = HV_TIMER_NEVER;
	vcpu->deactivate.nr = 0;
	vcpu->waiting = false;
	vcpu->mmio_outstanding = false;
}

void hv_vcpu_power_on_(struct hv_vcpu *vcpu)
{
	struct hv_vcpu_set self;
	uint32_t i;

	reset_common(vcpu);
	for (i = 0; i < HV_EL1_NR; i++)
		hv_el1_set(&vcpu->el1, (enum hv_el1_reg)i, el1_reset_value(vcpu, i));
	hv_vgic_cpu_reset(&vcpu->vm->vgic, vcpu->index, &vcpu->ich);
	/* Both timers are quiet now. The vCPU is on its way in, so nobody needs a kick. */
	hv_vcpu_set_clear(&self);
	update_line(vcpu, HV_PPI_VTIMER, &vcpu->vtimer_line, false, &self);
	update_line(vcpu, HV_PPI_PTIMER, &vcpu->ptimer_line, false, &self);
	vcpu->fresh = true;
}

void hv_vcpu_reset_image_(struct hv_vcpu *vcpu)
{
	struct hv_vcpu_set nobody;
	uint32_t i;

	vcpu->psci.entry = 0;
	vcpu->psci.context = 0;
	vcpu->psci.sctlr = HV_SCTLR_RESET;
	reset_common(vcpu);
	for (i = 0; i < HV_EL1_NR; i++)
		vcpu->el1.reg[i] = el1_reset_value(vcpu, i);
	hv_vcpu_set_clear(&nobody);
	update_line(vcpu, HV_PPI_VTIMER, &vcpu->vtimer_line, false, &nobody);
	update_line(vcpu, HV_PPI_PTIMER, &vcpu->ptimer_line, false, &nobody);
	hv_vgic_cpu_reset(&vcpu->vm->vgic, vcpu->index, &vcpu->ich);
	vcpu->fresh = false;
	vcpu->parked = false;
	vcpu->mode = HV_VCPU_HOST;
	vcpu->requests = 0;
	vcpu->psci.state = HV_PSCI_OFF;
}

/* ---- prepare and finish -------------------------------------------------------------------------------------------- */

/* Store the mode, then look: the other side stores its event, then looks at the mode (hv_vcpu_request). */
static void enter_mode(struct hv_vcpu *vcpu, enum hv_vcpu_mode mode)
{
	hv_store_release_u32(&vcpu->mode, mode);
	hv_smp_mb();
}

static bool is_stopping(const struct hv_vm *vm)
{
	return hv_load_acquire_u32(&vm->state) == HV_VM_STOPPING;
}

static enum hv_entry park(struct hv_vcpu *vcpu)
{
	vcpu->mmio_outstanding = false;
	hv_store_release_u32(&vcpu->mode, HV_VCPU_HOST);
	hv_store_release_u32(&vcpu->parked, 1);
	return HV_ENTRY_STOPPED;
}

/* ON, or being switched on just now: only the vCPU itself makes that step (PSCI-06). */
static bool is_powered(struct hv_vcpu *vcpu)
{
	if (hv_load_acquire_u32(&vcpu->psci.state) == HV_PSCI_ON)
		return true;
	if (!hv_psci_take(&vcpu->psci))
		return false;
	hv_vcpu_power_on_(vcpu);
	return true;
}

/* With the HW link the physical interrupt raises the line; until it is taken the timer itself tells. */
static bool linked_timer_fired(const struct hv_vcpu *vcpu, uint64_t now)
{
	return has_hw_link(vcpu) && !vcpu->vtimer_line && hv_timer_line(&vcpu->vtimer, now);
}

static bool wait_is_over(struct hv_vcpu *vcpu, uint64_t now)
{
	return now >= vcpu->wait_until || (vcpu->hcr & HV_HCR_VSE) || linked_timer_fired(vcpu, now) ||
	       hv_vgic_has_pending(&vcpu->vm->vgic, vcpu->index, &vcpu->ich);
}

static uint64_t wait_deadline(const struct hv_vcpu *vcpu, uint64_t now)
{
	uint64_t deadline = earlier(vcpu->wait_until, next_rise(&vcpu->ptimer, vcpu->ptimer_line, now));

	return earlier(deadline, next_rise(&vcpu->vtimer, vcpu->vtimer_line, now));
}

/* Something that ends the sleep of a vCPU whose mode is BLOCKED already. */
static bool woken_meanwhile(struct hv_vcpu *vcpu)
{
	if (hv_load_acquire_u32(&vcpu->requests) || is_stopping(vcpu->vm))
		return true;
	if (!vcpu->waiting)
		return hv_load_acquire_u32(&vcpu->psci.state) == HV_PSCI_ON_PENDING;
	return hv_vgic_has_pending(&vcpu->vm->vgic, vcpu->index, &vcpu->ich);
}

static enum hv_entry block(struct hv_vcpu *vcpu, uint64_t now, uint64_t until, uint64_t *deadline)
{
	enter_mode(vcpu, HV_VCPU_BLOCKED);
	*deadline = woken_meanwhile(vcpu) ? now : until;
	return HV_ENTRY_BLOCK;
}

enum hv_entry hv_vcpu_prepare(struct hv_vcpu *vcpu, uint64_t now, uint64_t *deadline)
{
	struct hv_vgic *vgic = &vcpu->vm->vgic;
	struct hv_vcpu_set self;

	*deadline = HV_TIMER_NEVER;
	enter_mode(vcpu, HV_VCPU_IN_GUEST);
	if ((hv_fetch_and_u32(&vcpu->requests, 0) & HV_REQ_STOP) || vcpu->parked || is_stopping(vcpu->vm))
		return park(vcpu);
	if (!is_powered(vcpu))
		return block(vcpu, now, HV_TIMER_NEVER, deadline);
	hv_vcpu_set_clear(&self);
	hv_vcpu_sample_timers_(vcpu, now, &self);
	if (vcpu->waiting && !wait_is_over(vcpu, now))
		return block(vcpu, now, wait_deadline(vcpu, now), deadline);
	vcpu->waiting = false;
	vcpu->wait_until = HV_TIMER_NEVER;
	vcpu->mmio_outstanding = false;
	if (hv_vgic_needs_fill(vgic, vcpu->index, &vcpu->ich))
		hv_vgic_fill(vgic, vcpu->index, &vcpu->ich);
	return HV_ENTRY_GO;
}

void hv_vcpu_finish(struct hv_vcpu *vcpu, struct hv_vcpu_set *kick)
{
	hv_store_release_u32(&vcpu->mode, HV_VCPU_HOST);
	hv_vgic_fold(&vcpu->vm->vgic, vcpu->index, &vcpu->ich, kick, &vcpu->deactivate);
}

bool hv_vcpu_request(struct hv_vcpu *vcpu, uint32_t req)
{
	(void)hv_fetch_or_u32(&vcpu->requests, req);
	hv_smp_mb();
	return hv_load_acquire_u32(&vcpu->mode) != HV_VCPU_HOST;
}
