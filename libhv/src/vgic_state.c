/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vgic_state.c - the state changes of a bank of interrupts, and what follows from them: queues, kicks, holds. */
#include "vgic_priv.h"

bool hv_vgic_scope_private_(struct hv_vgic *vgic, uint32_t vcpu, struct vgic_scope_ *scope)
{
	if (vcpu >= vgic->nr_vcpus)
		return false;
	scope->vgic = vgic;
	scope->private_cpu = vgic_cpu_(vgic, hv_nospec(vcpu, vgic->nr_vcpus));
	scope->bank = &scope->private_cpu->bank;
	scope->base = 0;
	scope->valid = ~0u;
	return true;
}

bool hv_vgic_scope_spi_(struct hv_vgic *vgic, uint32_t slot, struct vgic_scope_ *scope)
{
	uint32_t end = HV_VGIC_NR_PRIVATE + vgic->nr_spis;
	uint32_t base, nr;

	if (slot < HV_VGIC_NR_PRIVATE || slot >= end)
		return false;
	base = hv_nospec(slot, end) & ~31u;
	nr = end - base;
	scope->vgic = vgic;
	scope->private_cpu = NULL;
	scope->bank = &vgic_spi_bank_(vgic, base)->bank;
	scope->base = base;
	scope->valid = nr >= 32 ? ~0u : (1u << nr) - 1;
	return true;
}

hv_lock_t *hv_vgic_scope_lock_(const struct vgic_scope_ *scope)
{
	return scope->private_cpu ? &scope->private_cpu->lock : &scope->vgic->lock;
}

/* The vCPU's lock nests inside the distributor's; for a private bank it is the scope's own lock. */
static void lock_owner(const struct vgic_scope_ *scope, struct hv_vgic_cpu *owner)
{
	if (!scope->private_cpu)
		hv_lock(&owner->lock);
}

static void unlock_owner(const struct vgic_scope_ *scope, struct hv_vgic_cpu *owner)
{
	if (!scope->private_cpu)
		hv_unlock(&owner->lock);
}

static void kick_cpu(const struct vgic_scope_ *scope, const struct hv_vgic_cpu *cpu)
{
	if (scope->kick && cpu->index != scope->caller)
		hv_vcpu_set_add(scope->kick, cpu->index);
}

void hv_vgic_take_out_(const struct vgic_scope_ *scope, uint32_t bits)
{
	uint32_t n;

	VGIC_FOR_EACH_(n, bits & vgic_queued_(scope->bank))
	{
		struct hv_vgic_cpu *owner = vgic_owner_(scope->vgic, scope->private_cpu, scope->base + n);

		if (!owner)
			continue;
		lock_owner(scope, owner);
		hv_vgic_queue_remove_(scope->vgic, owner, scope->base + n);
		unlock_owner(scope, owner);
	}
}

/* A pending interrupt of a group that GICD_CTLR disables is no reason to stop a vCPU. */
HV_INLINE bool worth_a_kick(const struct vgic_scope_ *scope, enum vgic_queue_ queue)
{
	return queue == VGIC_ACTIVE_ || (hv_load_acquire_u32(&scope->vgic->ctlr) & (1u << queue));
}

/* Interrupt @n of the bank belongs into a queue and is in none. */
static void put_one_back(const struct vgic_scope_ *scope, uint32_t n)
{
	struct hv_vgic_cpu *owner = vgic_owner_(scope->vgic, scope->private_cpu, scope->base + n);
	enum vgic_queue_ queue;

	if (!owner)
		return;
	lock_owner(scope, owner);
	queue = hv_vgic_queue_insert_(scope->vgic, owner, scope->base + n, false);
	unlock_owner(scope, owner);
	if (worth_a_kick(scope, queue))
		kick_cpu(scope, owner);
}

void hv_vgic_put_back_(const struct vgic_scope_ *scope, uint32_t bits)
{
	uint32_t n;

	VGIC_FOR_EACH_(n, bits & vgic_queued_(scope->bank))
	put_one_back(scope, n);
}

void hv_vgic_owe_(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, struct hv_vcpu_set *kick)
{
	hv_lock(&cpu->lock);
	if (cpu->nr_listed) {
		vgic->nr_owing += !(cpu->owes & VGIC_OWES_GICD_);
		cpu->owes |= VGIC_OWES_GICD_;
		hv_vcpu_set_add(kick, cpu->index);
	}
	hv_unlock(&cpu->lock);
}

void hv_vgic_kick_listed_(const struct vgic_scope_ *scope, uint32_t bits, bool owe)
{
	uint32_t n;

	VGIC_FOR_EACH_(n, bits & scope->bank->listed)
	{
		struct hv_vgic_cpu *owner = vgic_owner_(scope->vgic, scope->private_cpu, scope->base + n);

		kick_cpu(scope, owner);
		if (owe && scope->private_cpu)
			owner->owes |= VGIC_OWES_GICR_;
		else if (owe)
			hv_vgic_owe_(scope->vgic, owner, scope->kick);
	}
}

static void set_held(const struct vgic_scope_ *scope, uint32_t held)
{
	uint32_t bank_bit = 1u << (scope->base >> 5), others;

	scope->bank->held = held;
	if (scope->private_cpu) {
		others = hv_load_acquire_u32(&scope->private_cpu->waiting) & ~VGIC_HOLDS_;
		hv_store_release_u32(&scope->private_cpu->waiting, held ? others | VGIC_HOLDS_ : others);
		return;
	}
	others = scope->vgic->held & ~bank_bit;
	hv_store_release_u32(&scope->vgic->held, held ? others | bank_bit : others);
}

void hv_vgic_release_(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= scope->bank->held;
	if (bits == 0)
		return;
	set_held(scope, scope->bank->held & ~bits);
	hv_vgic_put_back_(scope, bits);
}

/* All of @bits are held, not only the listed ones: list registers that become free must not take the others. */
enum hv_err hv_vgic_sync_(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= scope->valid;
	if (bits & scope->bank->listed) {
		hv_vgic_kick_listed_(scope, bits, false);
		hv_vgic_take_out_(scope, bits);
		set_held(scope, scope->bank->held | bits);
		return HV_EAGAIN;
	}
	hv_vgic_release_(scope, ~0u);
	return HV_OK;
}

void hv_vgic_raise_(const struct vgic_scope_ *scope, uint32_t bit)
{
	struct vgic_bank_ *bank = scope->bank;
	uint32_t was_queued = vgic_queued_(bank);

	if (bank->latch & bit)
		return;
	bank->latch |= bit;
	if (bank->listed & bit)
		hv_vgic_kick_listed_(scope, bit, false);
	else if (vgic_queued_(bank) & ~was_queued & bit)
		put_one_back(scope, (uint32_t)__builtin_ctz(bit));
}

/* The end of a tied interrupt that no list register with HW=1 will report to the physical controller. */
static void end_physical(const struct vgic_scope_ *scope, uint32_t bits)
{
	uint32_t n;

	VGIC_FOR_EACH_(n, bits)
	hv_vgic_deactivate_add_(scope->deactivate, vgic_pintid_(scope->vgic, scope->private_cpu, scope->base + n));
}

void hv_vgic_deactivate_add_(struct hv_vgic_deactivate *list, uint32_t pintid)
{
	if (pintid != HV_VGIC_SPURIOUS && list->nr < HV_VGIC_DEACTIVATE_MAX)
		list->pintid[list->nr++] = pintid;
}

void hv_vgic_clear_latch_(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= scope->bank->latch;
	hv_vgic_take_out_(scope, bits);
	scope->bank->latch &= ~bits;
	end_physical(scope, bits & ~scope->bank->active);
	hv_vgic_put_back_(scope, bits);
}

void hv_vgic_deactivate_(const struct vgic_scope_ *scope, uint32_t bits)
{
	uint32_t n;

	bits &= scope->bank->active & ~scope->bank->listed;
	hv_vgic_take_out_(scope, bits);
	scope->bank->active &= ~bits;
	end_physical(scope, bits & ~scope->bank->latch);
	VGIC_FOR_EACH_(n, scope->private_cpu ? 0 : bits)
	if (vgic_spi_bank_(scope->vgic, scope->base)->target[n] & VGIC_MOVED_)
		hv_vgic_retarget_(scope->vgic, vgic_spi_bank_(scope->vgic, scope->base), n);
	hv_vgic_put_back_(scope, bits);
}
