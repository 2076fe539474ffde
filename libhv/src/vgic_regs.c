/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vgic_regs.c - the registers that the distributor and the redistributor's SGI frame have in common, on one bank. */
#include "vgic_priv.h"

/* Offset / 0x80 of the bit registers, in both frames. */
enum bits_kind { IGROUPR = 1, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER };

/* Two registers each show the same state. */
HV_INLINE uint32_t read_bits(const struct vgic_bank_ *bank, uint32_t kind)
{
	switch (kind >> 1) {
	case IGROUPR >> 1:
		return bank->group;
	case ISENABLER >> 1:
		return bank->enable;
	case ISPENDR >> 1:
		return vgic_pending_(bank);
	default:
		return bank->active;
	}
}

/* Would writing @value change a bit? The odd registers clear, but for IGROUPR; what is written of pending is the latch. */
HV_INLINE bool changes_bits(const struct vgic_bank_ *bank, uint32_t kind, uint32_t value)
{
	uint32_t state = kind >> 1 == ISPENDR >> 1 ? bank->latch : read_bits(bank, kind);

	if (kind == IGROUPR)
		return value != state;
	return (value & (kind & 1 ? state : ~state)) != 0;
}

static bool quick_bits(const struct vgic_bank_ *bank, uint32_t kind, struct hv_vgic_access *access)
{
	/* Pending and active bits of a listed interrupt are known to its vCPU alone. */
	if (kind >= ISPENDR && (bank->listed | bank->held))
		return false;
	if (access->is_write)
		return !changes_bits(bank, kind, (uint32_t)access->data);
	access->data = read_bits(bank, kind);
	return true;
}

static void set_groups(const struct vgic_scope_ *scope, uint32_t value)
{
	uint32_t changed = (scope->bank->group ^ value) & scope->valid;

	vgic_take_out_(scope, changed);
	scope->bank->group ^= changed;
	vgic_put_back_(scope, changed);
	vgic_kick_listed_(scope, changed, false);
}

static void set_enabled(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= ~scope->bank->enable;
	scope->bank->enable |= bits;
	vgic_put_back_(scope, bits & ~scope->bank->active);
}

static void clear_enabled(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= scope->bank->enable;
	vgic_take_out_(scope, bits & ~scope->bank->active);
	scope->bank->enable &= ~bits;
	vgic_kick_listed_(scope, bits, true);
}

static void set_pending(const struct vgic_scope_ *scope, uint32_t bits)
{
	uint32_t was_queued = vgic_queued_(scope->bank);

	bits &= ~scope->bank->latch;
	scope->bank->latch |= bits;
	vgic_put_back_(scope, bits & ~was_queued);
}

static void set_active(const struct vgic_scope_ *scope, uint32_t bits)
{
	bits &= ~scope->bank->active;
	vgic_take_out_(scope, bits);
	scope->bank->active |= bits;
	vgic_put_back_(scope, bits);
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
		vgic_clear_latch_(scope, value);
		break;
	case ISACTIVER:
		set_active(scope, value & scope->valid);
		break;
	case ICACTIVER:
	default:
		vgic_deactivate_(scope, value);
		break;
	}
}

enum hv_err vgic_bits_access_(const struct vgic_scope_ *scope, uint32_t kind, struct hv_vgic_access *access)
{
	/* Pending and active bits of a listed interrupt are known to its vCPU alone. */
	if (kind >= ISPENDR) {
		enum hv_err err = vgic_sync_(scope, access->is_write ? (uint32_t)access->data : ~0u);

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
	vgic_take_out_(scope, bit);
	scope->bank->priority[n] = priority;
	vgic_put_back_(scope, bit);
	vgic_kick_listed_(scope, bit, false);
}

/* @n: the first of access->size_bytes interrupts. Only implemented priority bits are kept (GIC-37). */
void vgic_priority_write_(const struct vgic_scope_ *scope, uint32_t n, const struct hv_vgic_access *access)
{
	uint32_t mask = 0xffu & ~(0xffu >> scope->vgic->pri_bits);

	for (uint32_t i = 0; i < access->size_bytes; i++)
		set_priority(scope, n + i, (uint8_t)(access->data >> (8 * i) & mask));
}

/* Priorities of four interrupts as one register. */
HV_INLINE uint32_t four_priorities(const uint8_t *priority)
{
	const uint8_t *p = __builtin_assume_aligned(priority, 4);

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool quick_priority(const struct vgic_bank_ *bank, uint32_t n, struct hv_vgic_access *access)
{
	uint32_t value = access->size_bytes == 4 ? four_priorities(&bank->priority[n & ~3u]) : bank->priority[n];

	if (access->is_write)
		return access->data == value;
	access->data = value;
	return true;
}

/* 16 bits to every second of 32, and back. */
static uint32_t spread(uint32_t bits)
{
	bits = (bits | bits << 8) & 0x00ff00ffu;
	bits = (bits | bits << 4) & 0x0f0f0f0fu;
	bits = (bits | bits << 2) & 0x33333333u;
	return (bits | bits << 1) & 0x55555555u;
}

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
	vgic_take_out_(scope, changed);
	scope->bank->edge ^= changed;
	vgic_put_back_(scope, changed);
}

/* @half: 0 for the lower 16 interrupts of the bank. Bit 1 of each pair says edge. SGIs are always edge. */
enum hv_err vgic_icfgr_write_(const struct vgic_scope_ *scope, uint32_t half, const struct hv_vgic_access *access)
{
	uint32_t changed;
	enum hv_err err;

	if (scope->base == 0 && half == 0)
		return HV_OK;
	changed = scope->bank->edge ^ gather((uint32_t)access->data >> 1) << (16 * half);
	changed &= scope->valid & 0xffffu << (16 * half);
	err = vgic_sync_(scope, changed);
	if (err == HV_OK)
		set_edges(scope, changed);
	return err;
}

static bool quick_icfgr(const struct vgic_bank_ *bank, uint32_t half, struct hv_vgic_access *access)
{
	uint32_t value = spread(bank->edge >> (16 * half) & 0xffffu) << 1;

	if (access->is_write)
		return ((access->data ^ value) & 0xaaaaaaaau) == 0;
	access->data = value;
	return true;
}

bool vgic_quick_access_(const struct vgic_bank_ *bank, uint32_t offset, struct hv_vgic_access *access)
{
	uint32_t size = access->size_bytes;

	if (offset < VGIC_BITS_END_)
		return size != 4 || quick_bits(bank, offset >> 7, access);
	if (offset < VGIC_IPRIORITYR_END_)
		return (size != 4 && size != 1) || quick_priority(bank, offset & 31, access);
	if (offset >= VGIC_ICFGR_ && offset < VGIC_ICFGR_END_)
		return size != 4 || quick_icfgr(bank, offset >> 2 & 1, access);
	return true;
}
