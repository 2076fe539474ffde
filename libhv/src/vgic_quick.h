/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_quick.h - register accesses that change nothing: reads, and writes of what is there. They are the many, so they are inlined
 * where they come in, and nothing is prepared for them.
 */
#ifndef VGIC_QUICK_H
#define VGIC_QUICK_H

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

HV_INLINE bool quick_bits(const struct vgic_bank_ *bank, uint32_t kind, struct hv_vgic_access *access)
{
	/* Pending and active bits of a listed interrupt are known to its vCPU alone. */
	if (kind >= ISPENDR && (bank->listed | bank->held))
		return false;
	if (access->is_write)
		return !changes_bits(bank, kind, (uint32_t)access->data);
	access->data = read_bits(bank, kind);
	return true;
}

/* Priorities of four interrupts as one register. */
HV_INLINE uint32_t four_priorities(const uint8_t *priority)
{
	const uint8_t *p = __builtin_assume_aligned(priority, 4);

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

HV_INLINE bool quick_priority(const struct vgic_bank_ *bank, uint32_t n, struct hv_vgic_access *access)
{
	uint32_t value = access->size_bytes == 4 ? four_priorities(&bank->priority[n & ~3u]) : bank->priority[n];

	if (access->is_write)
		return access->data == value;
	access->data = value;
	return true;
}

/* 16 bits to every second of 32. */
HV_INLINE uint32_t spread(uint32_t bits)
{
	bits = (bits | bits << 8) & 0x00ff00ffu;
	bits = (bits | bits << 4) & 0x0f0f0f0fu;
	bits = (bits | bits << 2) & 0x33333333u;
	return (bits | bits << 1) & 0x55555555u;
}

HV_INLINE bool quick_icfgr(const struct vgic_bank_ *bank, uint32_t half, struct hv_vgic_access *access)
{
	uint32_t value = spread(bank->edge >> (16 * half) & 0xffffu) << 1;

	if (access->is_write)
		return ((access->data ^ value) & 0xaaaaaaaau) == 0;
	access->data = value;
	return true;
}

HV_INLINE bool quick_locked(const struct vgic_bank_ *bank, uint32_t offset, struct hv_vgic_access *access)
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

/**
 * Reads, writes that change nothing, and sizes that are RAZ/WI, under @lock. False: more is to be done, by one of the functions of
 * vgic_regs.c.
 */
HV_INLINE bool vgic_quick_access_(hv_lock_t *lock, const struct vgic_bank_ *bank, uint32_t offset,
				  struct hv_vgic_access *access)
{
	bool done;

	hv_lock(lock);
	done = quick_locked(bank, offset, access);
	hv_unlock(lock);
	return done;
}

#endif /* VGIC_QUICK_H */
