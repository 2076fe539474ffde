/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vgic_regs.c - the registers that the distributor and the redistributor's SGI frame have in common, on one bank. */
#include "vgic_quick.h"

static void set_groups(const struct vgic_scope_ *scope, uint32_t value)
{
	uint32_t changed = (scope->bank->group ^ value) & scope->valid;

	hv_vgic_take_out_(scope, changed);
	scope->bank->group ^= changed;
	hv_vgic_put_back_(scope, changed);
	hv_vgic_kick_listed_(scope, changed, false);
}

static void set_enabled(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= ~scope->bank->enable;
	scope->bank->enable |= bits;
	hv_vgic_put_back_(scope, bits & ~scope->bank->active);
}

static void clear_enabled(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= scope->bank->enable;
	hv_vgic_take_out_(scope, bits & ~scope->bank->active);
	scope->bank->enable &= ~bits;
	hv_vgic_kick_listed_(scope, bits, true);
}

static void set_pending(const struct vgic_scope_ *scope, uint32_t bits)
{
	uint32_t was_queued = vgic_queued_(scope->bank);

	bits &= ~scope->bank->latch;
	scope->bank->latch |= bits;
	hv_vgic_put_back_(scope, bits & ~was_queued);
}

static void set_active(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= ~scope->bank->active;
	hv_vgic_take_out_(scope, bits);
	scope->bank->active |= bits;
	hv_vgic_put_back_(scope, bits);
}

static void write_bits(const struct vgic_scope_ *scope, enum bits_kind kind, uint32_t value)
{
	switch (kind) {
	case IGROUPR:
		set_groups(scope, value);
		break;
	case ISENABLER:
		set_enabled(scope, value & scope->valid);
		break;
	case ICENABLER:
		clear_enabled(scope, value);
		break;
	case ISPENDR:
		set_pending(scope, value & scope->valid);
		break;
	case ICPENDR:
		hv_vgic_clear_latch_(scope, value);
		break;
	case ISACTIVER:
		set_active(scope, value & scope->valid);
		break;
	case ICACTIVER:
	default:
		hv_vgic_deactivate_(scope, value);
		break;
	}
}

enum hv_err hv_vgic_bits_access_(const struct vgic_scope_ *scope, uint32_t kind, struct hv_vgic_access *access)
{
	/* Pending and active bits of a listed interrupt are known to its vCPU alone. */
	if (kind >= ISPENDR) {
		enum hv_err err = hv_vgic_sync_(scope, access->is_write ? (uint32_t)access->data : ~0u);

		if (err)
			return err;
	}
	if (access->is_write)
		write_bits(scope, (enum bits_kind)kind, (uint32_t)access->data);
	else
		access->data = read_bits(scope->bank, (enum bits_kind)kind);
	return HV_OK;
}

static void set_priority(const struct vgic_scope_ *scope, uint32_t n, uint8_t priority)
{
	uint32_t bit = 1u << n;

	if (!(scope->valid & bit) || scope->bank->priority[n] == priority)
		return;
	hv_vgic_take_out_(scope, bit);
	scope->bank->priority[n] = priority;
	hv_vgic_put_back_(scope, bit);
	hv_vgic_kick_listed_(scope, bit, false);
}

/* @n: the first of access->size_bytes interrupts. Only implemented priority bits are kept (GIC-37). */
void hv_vgic_priority_write_(const struct vgic_scope_ *scope, uint32_t n, const struct hv_vgic_access *access)
{
	uint32_t mask = 0xffu & ~(0xffu >> scope->vgic->pri_bits);

	for (uint32_t i = 0; i < access->size_bytes; i++)
		set_priority(scope, n + i, (uint8_t)(access->data >> (8 * i) & mask));
}

/* Every second of 32 bits to the lower 16. */
static uint32_t gather(uint32_t bits)
{
	bits &= 0x55555555u;
	bits = (bits | bits >> 1) & 0x33333333u;
	bits = (bits | bits >> 2) & 0x0f0f0f0fu;
	bits = (bits | bits >> 4) & 0x00ff00ffu;
	return (bits | bits >> 8) & 0x0000ffffu;
}

static void set_edges(const struct vgic_scope_ *scope, uint32_t changed)
{
	hv_vgic_take_out_(scope, changed);
	scope->bank->edge ^= changed;
	hv_vgic_put_back_(scope, changed);
}

/* @half: 0 for the lower 16 interrupts of the bank. Bit 1 of each pair says edge. SGIs are always edge. */
enum hv_err hv_vgic_icfgr_write_(const struct vgic_scope_ *scope, uint32_t half, const struct hv_vgic_access *access)
{
	uint32_t changed;
	enum hv_err err;

	if (scope->base == 0 && half == 0)
		return HV_OK;
	changed = scope->bank->edge ^ gather((uint32_t)access->data >> 1) << (16 * half);
	changed &= scope->valid & 0xffffu << (16 * half);
	err = hv_vgic_sync_(scope, changed);
	if (err == HV_OK)
		set_edges(scope, changed);
	return err;
}
