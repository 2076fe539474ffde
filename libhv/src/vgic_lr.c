/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_lr.c - list registers: fill before the guest runs, fold after.
 *
 * The most urgent pending interrupt always gets a list register, then the active ones, most urgent first, then further pending
 * ones. Whoever stays outside is waited for: NP for pending ones, EOIcount with LRENP and the trap of ICC_DIR for active ones,
 * the group enables for those the CPU interface does not take yet.
 */
#include "vgic_priv.h"

#define LR_STATE_SHIFT  62
#define LR_PENDING      1u
#define LR_ACTIVE       2u
#define LR_HW           HV_BIT(61)
#define LR_EOI          HV_BIT(41)
#define LR_GROUP_SHIFT  60
#define LR_PRI_SHIFT    48
#define LR_PINTID_SHIFT 32
#define HCR_EOI_SHIFT   27
#define VMCR_VENG       0x3u
#define VMCR_CBPR       0x10u
#define VMCR_EOIM       0x200u
#define HOLD_FILLS      64u /* entries for which an access that is never repeated may hold an interrupt back */

bool hv_vgic_needs_fill(const struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich)
{
	const struct hv_vgic_cpu *cpu = vgic_cpu_(vgic, vcpu);

	return ich->used || hv_load_acquire_u32(&cpu->waiting) || hv_load_acquire_u32(&vgic->held);
}

/* Groups (bit 0, bit 1) with something pending. */
static uint32_t groups_ready(const struct hv_vgic_cpu *cpu)
{
	return (vgic_waits_(hv_load_acquire_u32(&cpu->waiting), VGIC_PENDING0_) ? 1u : 0u) |
	       (vgic_waits_(hv_load_acquire_u32(&cpu->waiting), VGIC_PENDING1_) ? 2u : 0u);
}

/* The group whose best interrupt comes first; at least one of @groups is set. */
static enum vgic_queue_ best_group(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, uint32_t groups)
{
	if (groups != 3)
		return groups == 1 ? VGIC_PENDING0_ : VGIC_PENDING1_;
	return hv_vgic_queue_best_(vgic, cpu, VGIC_PENDING0_) <= hv_vgic_queue_best_(vgic, cpu, VGIC_PENDING1_)
		       ? VGIC_PENDING0_
		       : VGIC_PENDING1_;
}

/*
 * The value of a list register for an interrupt, whose latch moves into it where fold could not tell it from a newer one.
 * Never pending and active at once: hardware would deliver it again at its end by itself, although something more urgent may
 * wait outside, or its line, enable or route may have changed. An active one that is pending again, and each level interrupt,
 * asks for an exit at its end instead (bit 41).
 */
static uint64_t list(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot)
{
	struct vgic_bank_ *bank = vgic_bank_(vgic, cpu, slot);
	uint32_t bit = 1u << (slot & 31);
	uint32_t pintid = vgic_pintid_(vgic, cpu, slot);
	bool tied = pintid != HV_VGIC_SPURIOUS, edge = (bank->edge & bit) || tied, active = bank->active & bit;
	uint64_t lr = slot | (uint64_t)bank->priority[slot & 31] << LR_PRI_SHIFT;

	if (bank->group & bit)
		lr |= HV_BIT(LR_GROUP_SHIFT);
	if (!edge || (active && (bank->latch & bit)))
		lr |= LR_EOI;
	else if (tied)
		lr |= LR_HW | (uint64_t)pintid << LR_PINTID_SHIFT;
	if (edge && !active)
		bank->latch &= ~bit;
	bank->listed |= bit;
	return lr | (uint64_t)(active ? LR_ACTIVE : LR_PENDING) << LR_STATE_SHIFT;
}

static void list_best(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, enum vgic_queue_ queue, uint64_t *lr)
{
	uint32_t slot = hv_vgic_queue_pop_(vgic, cpu, queue);

	*lr = list(vgic, cpu, slot);
	cpu->spis_listed |= slot >= HV_VGIC_NR_PRIVATE;
}

/* What must make the guest exit, because something waits outside of the list registers. */
static uint32_t watch(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, uint32_t ctlr, uint32_t vmcr)
{
	uint32_t ready = groups_ready(cpu) & ctlr;
	uint32_t hcr = HV_ICH_HCR_EN;

	if (vgic_waits_(hv_load_acquire_u32(&cpu->waiting), VGIC_ACTIVE_))
		hcr |= HV_ICH_HCR_LRENPIE | HV_ICH_HCR_TDIR;
	if ((vmcr & VMCR_EOIM) && vgic->nr_spis && vgic->nr_vcpus > 1)
		hcr |= HV_ICH_HCR_TDIR; /* an SPI may be ended by another vCPU than the one that took it */
	if (ready & vmcr)
		hcr |= HV_ICH_HCR_NPIE | (vmcr & 1 ? HV_ICH_HCR_VGRP0DIE : 0) | (vmcr & 2 ? HV_ICH_HCR_VGRP1DIE : 0);
	if (ready & ~vmcr & 1)
		hcr |= HV_ICH_HCR_VGRP0EIE;
	if (ready & ~vmcr & 2)
		hcr |= HV_ICH_HCR_VGRP1EIE;
	return hcr;
}

static void fill_locked(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, struct hv_ich *ich)
{
	uint32_t nr_lrs = ich->nr_lrs < 1 ? 1 : ich->nr_lrs > HV_ICH_MAX_LRS ? HV_ICH_MAX_LRS : ich->nr_lrs;
	uint32_t ctlr = hv_load_acquire_u32(&vgic->ctlr);
	uint32_t open = ctlr & ich->vmcr & VMCR_VENG;
	uint32_t for_active = groups_ready(cpu) & open ? nr_lrs - 1 : nr_lrs;
	uint32_t groups, n = 0;

	cpu->spis_listed = false;
	while (n < for_active && vgic_waits_(hv_load_acquire_u32(&cpu->waiting), VGIC_ACTIVE_))
		list_best(vgic, cpu, VGIC_ACTIVE_, &ich->lr[n++]);
	while (n < nr_lrs && (groups = groups_ready(cpu) & open) != 0)
		list_best(vgic, cpu, best_group(vgic, cpu, groups), &ich->lr[n++]);
	ich->used = (1u << n) - 1;
	ich->hcr = watch(vgic, cpu, ctlr, ich->vmcr & (VMCR_VENG | VMCR_EOIM));
	cpu->nr_listed = n;
}

/* The distributor's lock is needed only if an SPI waits here. Returns whether it was taken. */
static bool lock_for_fill(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu)
{
	bool spis = hv_load_acquire_u32(&cpu->nr_spis) != 0;

	if (!spis) {
		hv_lock(&cpu->lock);
		if (hv_load_acquire_u32(&cpu->nr_spis) == 0)
			return false;
		hv_unlock(&cpu->lock);
	}
	hv_lock(&vgic->lock);
	hv_lock(&cpu->lock);
	return true;
}

/* The interrupts of @cpu among the held ones of a bank. */
static uint32_t held_of(const struct vgic_scope_ *scope, const struct hv_vgic_cpu *cpu)
{
	uint32_t n, mine = 0;

	VGIC_FOR_EACH_(n, scope->bank->held)
	if (vgic_owner_(scope->vgic, scope->private_cpu, scope->base + n) == cpu)
		mine |= 1u << n;
	return mine;
}

/* An access that asked this vCPU to fold was never repeated: stop waiting for it. */
static void end_stale_holds(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu)
{
	struct vgic_scope_ scope = { .caller = cpu->index };
	uint32_t bank;

	if (++cpu->hold_fills < HOLD_FILLS)
		return;
	cpu->hold_fills = 0;
	hv_lock(&vgic->lock);
	VGIC_FOR_EACH_(bank, vgic->held)
	if (hv_vgic_scope_spi_(vgic, bank * 32, &scope))
		hv_vgic_release_(&scope, held_of(&scope, cpu));
	hv_unlock(&vgic->lock);
	(void)hv_vgic_scope_private_(vgic, cpu->index, &scope);
	hv_lock(&cpu->lock);
	hv_vgic_release_(&scope, ~0u);
	hv_unlock(&cpu->lock);
}

void hv_vgic_fill(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich)
{
	struct hv_vgic_cpu *cpu = vgic_cpu_(vgic, vcpu);
	bool spis;

	if (hv_load_acquire_u32(&vgic->held) || (hv_load_acquire_u32(&cpu->waiting) & VGIC_HOLDS_))
		end_stale_holds(vgic, cpu);
	else
		cpu->hold_fills = 0;
	spis = lock_for_fill(vgic, cpu);
	fill_locked(vgic, cpu, ich);
	hv_unlock(&cpu->lock);
	if (spis)
		hv_unlock(&vgic->lock);
}

static bool slot_exists(const struct hv_vgic *vgic, uint64_t slot)
{
	return slot < HV_VGIC_NR_PRIVATE + vgic->nr_spis;
}

/*
 * Take one list register back. Returns true when the interrupt must move to another vCPU, which needs that vCPU's lock.
 * A value that names no interrupt listed here is ignored (GIC-54).
 */
static bool fold_one(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint64_t lr, struct hv_vgic_deactivate *deactivate)
{
	uint32_t slot = (uint32_t)lr, bit = 1u << (slot & 31), pintid;
	uint64_t state = lr >> LR_STATE_SHIFT;
	struct vgic_bank_ *bank;
	bool keeps_latch;

	if (!slot_exists(vgic, slot) || (slot >= HV_VGIC_NR_PRIVATE && !cpu->spis_listed))
		return false;
	slot = hv_nospec(slot, HV_VGIC_NR_PRIVATE + vgic->nr_spis);
	bank = vgic_bank_(vgic, cpu, slot);
	if (!(bank->listed & bit) || vgic_owner_(vgic, cpu, slot) != cpu)
		return false;
	pintid = vgic_pintid_(vgic, cpu, slot);
	keeps_latch = !(bank->edge & bit) && pintid == HV_VGIC_SPURIOUS;
	if (state & LR_PENDING)
		bank->latch |= keeps_latch ? 0 : bit;
	else if (keeps_latch && !(bank->active & bit))
		bank->latch &= ~bit; /* acknowledged */
	bank->active = state & LR_ACTIVE ? bank->active | bit : bank->active & ~bit;
	bank->listed &= ~bit;
	if (state == 0 && !(lr & LR_HW) && !(bank->latch & bit))
		hv_vgic_deactivate_add_(deactivate, pintid);
	if (slot >= HV_VGIC_NR_PRIVATE && !(bank->active & bit) &&
	    (vgic_spi_bank_(vgic, slot)->target[slot & 31] & VGIC_MOVED_))
		return true;
	if (vgic_queued_(bank) & bit)
		(void)hv_vgic_queue_insert_(vgic, cpu, slot, true);
	return false;
}

/* Interrupts routed elsewhere while they were listed. @lrs: which list registers. */
static void move_away(struct hv_vgic *vgic, const struct hv_ich *ich, uint32_t lrs, struct vgic_scope_ *scope)
{
	uint32_t n;

	VGIC_FOR_EACH_(n, lrs)
	{
		uint32_t slot = (uint32_t)ich->lr[n];

		(void)hv_vgic_scope_spi_(vgic, slot, scope);
		hv_vgic_retarget_(vgic, vgic_spi_bank_(vgic, slot), slot & 31);
		hv_vgic_put_back_(scope, 1u << (slot & 31));
	}
}

/* First active interrupt that waits outside of the list registers, or VGIC_NONE_. */
static uint32_t first_active(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu)
{
	uint32_t slot = VGIC_NONE_;

	hv_lock(&cpu->lock);
	if (vgic_waits_(hv_load_acquire_u32(&cpu->waiting), VGIC_ACTIVE_))
		slot = hv_vgic_queue_first_(vgic, cpu, VGIC_ACTIVE_, hv_vgic_queue_best_(vgic, cpu, VGIC_ACTIVE_));
	hv_unlock(&cpu->lock);
	return slot;
}

/*
 * EOIcount: the guest ended that many interrupts that were active outside of the list registers. With EOImode 0 it ends the
 * most urgent active one first. With EOImode 1 an end is a write to ICC_DIR, which traps; the count says nothing.
 */
static void fold_eoi_count(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, const struct hv_ich *ich,
			   struct vgic_scope_ *scope)
{
	uint32_t count = ich->vmcr & VMCR_EOIM ? 0 : ich->hcr >> HCR_EOI_SHIFT;

	while (count-- > 0) {
		uint32_t slot = first_active(vgic, cpu);

		if (!slot_exists(vgic, slot))
			return;
		if (hv_vgic_scope_spi_(vgic, slot, scope)) {
			hv_vgic_deactivate_(scope, 1u << (slot & 31));
			continue;
		}
		(void)hv_vgic_scope_private_(vgic, cpu->index, scope);
		hv_lock(&cpu->lock);
		hv_vgic_deactivate_(scope, 1u << slot);
		hv_unlock(&cpu->lock);
	}
}

/* The vCPU's lock is held. Returns the list registers whose interrupts must move to another vCPU. */
static uint32_t fold_lrs(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, const struct hv_ich *ich,
			 struct hv_vgic_deactivate *deactivate)
{
	uint32_t left = ich->used & ((1u << HV_ICH_MAX_LRS) - 1), moved = 0;

	/* The last one first: each goes to the front of its queue, so that their order stays. */
	while (left) {
		uint32_t n = 31 - (uint32_t)__builtin_clz(left);

		left &= ~(1u << n);
		if (fold_one(vgic, cpu, ich->lr[n], deactivate))
			moved |= 1u << n;
	}
	cpu->nr_listed = 0;
	cpu->spis_listed = false;
	return moved;
}

/* What needs the distributor besides its banks: ends outside of list registers, moves, and the count of those who owe. */
static void fold_rest(const struct hv_ich *ich, uint32_t moved, bool owed, struct vgic_scope_ *scope)
{
	if (moved)
		move_away(scope->vgic, ich, moved, scope);
	scope->vgic->nr_owing -= owed;
}

/* The locks of fold: the distributor's if an SPI is concerned or the count of owing vCPUs changes. */
static __attribute__((__noinline__)) void fold_used(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, struct hv_ich *ich,
						    struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate)
{
	struct vgic_scope_ scope;
	bool eoi_count = ich->hcr >> HCR_EOI_SHIFT, spis = cpu->spis_listed || eoi_count, owed;
	uint32_t moved;

	scope.vgic = vgic;
	scope.caller = cpu->index;
	scope.kick = kick;
	scope.deactivate = deactivate;
	if (spis)
		hv_lock(&vgic->lock);
	if (eoi_count)
		fold_eoi_count(vgic, cpu, ich, &scope);
	hv_lock(&cpu->lock);
	moved = fold_lrs(vgic, cpu, ich, deactivate);
	owed = cpu->owes & VGIC_OWES_GICD_;
	cpu->owes = 0;
	hv_unlock(&cpu->lock);
	if (owed && !spis) {
		hv_lock(&vgic->lock);
		spis = true;
	}
	if (moved || owed)
		fold_rest(ich, moved, owed, &scope);
	if (spis)
		hv_unlock(&vgic->lock);
	ich->used = 0;
	ich->hcr = HV_ICH_HCR_EN;
}

void hv_vgic_fold(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich, struct hv_vcpu_set *kick,
		  struct hv_vgic_deactivate *deactivate)
{
	struct hv_vgic_cpu *cpu = vgic_cpu_(vgic, vcpu);

	if (ich->used | cpu->nr_listed | (ich->hcr >> HCR_EOI_SHIFT))
		fold_used(vgic, cpu, ich, kick, deactivate);
	else
		ich->hcr = HV_ICH_HCR_EN;
}

enum hv_err hv_vgic_dir(struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich, uint64_t value,
			struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate)
{
	struct vgic_scope_ scope = { .caller = vcpu, .kick = kick, .deactivate = deactivate };
	uint32_t slot = (uint32_t)HV_FIELD(value, 23, 0), bit = 1u << (slot & 31);
	enum hv_err err;

	if (!(ich->vmcr & VMCR_EOIM))
		return HV_OK;
	if (slot < HV_VGIC_NR_PRIVATE ? !hv_vgic_scope_private_(vgic, vcpu, &scope)
				      : !hv_vgic_scope_spi_(vgic, slot, &scope))
		return HV_OK;
	hv_lock(hv_vgic_scope_lock_(&scope));
	err = hv_vgic_sync_(&scope, bit);
	if (err == HV_OK)
		hv_vgic_deactivate_(&scope, bit);
	hv_unlock(hv_vgic_scope_lock_(&scope));
	return err;
}

/* Priority of the most urgent active group priority, 0x100 when idle. ICH_AP<g>R<n> holds a bit per preemption level. */
static uint32_t running_priority(const struct hv_ich *ich)
{
	uint32_t pre_bits = ich->pre_bits >= 5 && ich->pre_bits <= 7 ? ich->pre_bits : 5;

	for (uint32_t i = 0; i < 4; i++)
		if (ich->ap0r[i] | ich->ap1r[i])
			return (i * 32 + (uint32_t)__builtin_ctz(ich->ap0r[i] | ich->ap1r[i])) << (8 - pre_bits);
	return 0x100;
}

/* The bits of a priority that count for preemption: 7 down to BPR0 + 1, or to BPR1 for group 1. */
static uint32_t group_priority_mask(uint32_t vmcr, enum vgic_queue_ group)
{
	uint32_t bpr0 = (uint32_t)HV_FIELD(vmcr, 23, 21), bpr1 = (uint32_t)HV_FIELD(vmcr, 20, 18);

	return ~0u << (group == VGIC_PENDING1_ && !(vmcr & VMCR_CBPR) ? bpr1 : bpr0 + 1);
}

/* The most urgent interrupt of the groups open at both ends decides; one behind it is not looked at, as in hardware. */
static bool would_take(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, const struct hv_ich *ich)
{
	uint32_t groups = groups_ready(cpu) & hv_load_acquire_u32(&vgic->ctlr) & ich->vmcr & VMCR_VENG;
	uint32_t priority, mask;
	enum vgic_queue_ group;

	if (groups == 0)
		return false;
	group = best_group(vgic, cpu, groups);
	priority = hv_vgic_queue_best_(vgic, cpu, group) << (8 - vgic->pri_bits);
	mask = group_priority_mask(ich->vmcr, group);
	return priority < HV_FIELD(ich->vmcr, 31, 24) && (priority & mask) < (running_priority(ich) & mask);
}

bool hv_vgic_has_pending(struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich)
{
	struct hv_vgic_cpu *cpu = vgic_cpu_(vgic, vcpu);
	bool pending;

	if (hv_load_acquire_u32(&vgic->held) || (hv_load_acquire_u32(&cpu->waiting) & VGIC_HOLDS_))
		return true;
	hv_lock(&cpu->lock);
	pending = would_take(vgic, cpu, ich);
	hv_unlock(&cpu->lock);
	return pending;
}
