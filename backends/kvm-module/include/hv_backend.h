/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_backend.h (Linux module) - the core inside a kernel.
 *
 * Memory is reached through the kernel's linear map; locks are raw spinlocks with interrupts off, because list registers
 * are filled with interrupts masked. The core runs at EL1: the EL1 registers of a guest are an image in memory.
 *
 * Few kernel headers are included, and none that brings the scheduler, memory management or registers: their thousands of names
 * (current, node_state, PSTATE_PAN, ...) would limit what the core may call its own static functions and variables.
 */
#ifndef HV_BACKEND_KVM_MODULE_H
#define HV_BACKEND_KVM_MODULE_H

#include <linux/bug.h>
#include <linux/spinlock_types_raw.h>

#include <hv/types.h>

/** The machine: this kernel's. Counts what was asked of it. */
struct hv_kmod {
	uint64_t va_offset;     /* of the linear map: virtual minus physical address of any RAM */
	unsigned long nr_tlbi;  /* invalidation operations issued */
	unsigned long nr_cache; /* cache maintenance calls */
};

typedef struct hv_kmod *hv_ctx_t;

HV_INLINE void *hv_be_va(hv_ctx_t ctx, hv_pa_t pa)
{
	return (void *)(pa.v + ctx->va_offset);
}

/* The flags belong to whoever holds the lock: written after it is taken, read before it is given back. */
typedef struct {
	raw_spinlock_t raw;
	unsigned long flags;
} hv_lock_t;

/** hv_kmod_init - @machine is this kernel's, nothing counted yet. */
void hv_kmod_init(struct hv_kmod *machine);

void hv_lock_init(hv_lock_t *lock);
void hv_lock(hv_lock_t *lock);
void hv_unlock(hv_lock_t *lock);

#define HV_BUG_ON(cond) BUG_ON(cond)

#endif /* HV_BACKEND_KVM_MODULE_H */
