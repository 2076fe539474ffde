/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_priv.h - the state of the vGIC and its invariants, shared by vgic_*.c.
 *
 * Interrupts are numbered by slot: 0..31 are the vCPU's own SGIs and PPIs, 32.. the SPIs; for both the slot is the
 * INTID. 32 slots form a bank of bit words, so that a register access is a word operation.
 *
 * An interrupt is in exactly one place, which its bits decide (vgic_queued_()):
 *   listed         in a list register of its owner, between fill and fold
 *   queued active  active: waits for a list register so that the guest can end it
 *   queued pending pending and enabled: waits for delivery, by group and priority
 *   nowhere        none of these; or held, while a register access waits for it
 * Whoever changes a bit takes the interrupt out of its queue first and puts it back after (hv_vgic_take_out_, hv_vgic_put_back_).
 *
 * Pending = latch, or line level of a level interrupt. In a list register:
 *   edge, and tied to a physical interrupt: the latch moved into the list register; a latch in memory is a new event
 *   level: the latch stays in memory until fold sees the acknowledge
 *
 * The owner of a private interrupt is its vCPU; the owner of an SPI is target[], which follows the routing register except
 * while the interrupt is active or listed: then VGIC_MOVED_ says that the move is still to be made.
 */
#ifndef VGIC_PRIV_H
#define VGIC_PRIV_H

#include <hv/vgic.h>

#define VGIC_NONE_       0xffffu /* no slot */
#define VGIC_LOCK_ORDER_ 0x1000u /* of the distributor's lock; vCPU i: 1 + i more */

enum vgic_queue_ { VGIC_PENDING0_, VGIC_PENDING1_, VGIC_ACTIVE_, VGIC_NR_QUEUES_ };

struct vgic_bank_ {
	uint32_t latch;
	uint32_t level;
	uint32_t enable;
	uint32_t active;
	uint32_t group;
	uint32_t edge;
	uint32_t listed;
	uint32_t held;
	uint8_t priority[32];
	uint16_t next[32], prev[32]; /* circular list of the bucket, while queued */
};

#define VGIC_OWNER_   0x0fffu /* vCPU index, or all ones: routed to a vCPU that does not exist */
#define VGIC_NOBODY_  VGIC_OWNER_
#define VGIC_MOVED_   0x4000u
#define VGIC_ANY_CPU_ 0x8000u /* GICD_IROUTER.IRM */

struct hv_vgic_spi_bank {
	struct vgic_bank_ bank;
	uint32_t affinity[32]; /* GICD_IROUTER: Aff3..Aff0 packed */
	uint16_t target[32];
};

#define VGIC_HOLDS_ 0x1000000u /* hv_vgic_cpu.waiting: bank.held is not 0 */

#define VGIC_OWES_GICD_ 0x1u /* counted in hv_vgic.nr_owing */
#define VGIC_OWES_GICR_ 0x2u

/* Followed by the buckets of the queues: vgic_queue.c. */
struct hv_vgic_cpu {
	hv_lock_t lock; /* everything here, and membership of SPIs in the queues */
	uint32_t index;
	uint32_t affinity;
	uint32_t waiting;    /* byte per queue: bit per word of buckets in use; VGIC_HOLDS_; read without the lock */
	uint32_t nr_spis;    /* in the queues; read without the lock */
	uint32_t nr_listed;  /* list registers in use since fill */
	uint32_t asleep;     /* GICR_WAKER.ProcessorSleep; read without the lock */
	uint32_t hold_fills; /* entries since an interrupt of this vCPU was held */
	bool spis_listed;
	uint8_t owes; /* must fold before RWP reads 0: VGIC_OWES_* */
	struct vgic_bank_ bank;
	uint16_t pintid[16]; /* of PPIs */
};

/* The bank an operation works on. private_cpu is NULL for SPIs. */
struct vgic_scope_ {
	struct hv_vgic *vgic;
	struct hv_vgic_cpu *private_cpu;
	struct vgic_bank_ *bank;
	uint32_t base;   /* first slot */
	uint32_t valid;  /* interrupts that exist */
	uint32_t caller; /* vCPU that need not be kicked, or VGIC_NOBODY_ */
	struct hv_vcpu_set *kick;
	struct hv_vgic_deactivate *deactivate;
};

HV_INLINE uint32_t vgic_buckets_(const struct hv_vgic *vgic)
{
	return 1u << vgic->pri_bits;
}

HV_INLINE uint32_t vgic_queue_bytes_(uint32_t pri_bits)
{
	return (4u << (pri_bits - 5)) + (2u << pri_bits);
}

HV_INLINE struct hv_vgic_cpu *vgic_cpu_(const struct hv_vgic *vgic, uint32_t index)
{
	return (struct hv_vgic_cpu *)(void *)((unsigned char *)vgic->cpu + (size_t)index * vgic->cpu_bytes);
}

HV_INLINE struct hv_vgic_spi_bank *vgic_spi_bank_(const struct hv_vgic *vgic, uint32_t slot)
{
	return &vgic->spi[(slot >> 5) - 1];
}

HV_INLINE struct vgic_bank_ *vgic_bank_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot)
{
	return slot < HV_VGIC_NR_PRIVATE ? &cpu->bank : &vgic_spi_bank_(vgic, slot)->bank;
}

HV_INLINE uint32_t vgic_pending_(const struct vgic_bank_ *bank)
{
	return bank->latch | (bank->level & ~bank->edge);
}

/** Is something in @queue, going by @waiting of a vCPU? */
HV_INLINE uint32_t vgic_waits_(uint32_t waiting, enum vgic_queue_ queue)
{
	return waiting >> (8 * (uint32_t)queue) & 0xffu;
}

/** The interrupts of @bank that belong into a queue. */
HV_INLINE uint32_t vgic_queued_(const struct vgic_bank_ *bank)
{
	return (bank->active | (bank->enable & vgic_pending_(bank))) & ~(bank->listed | bank->held);
}

HV_INLINE enum vgic_queue_ vgic_which_queue_(const struct vgic_bank_ *bank, uint32_t bit)
{
	if (bank->active & bit)
		return VGIC_ACTIVE_;
	return bank->group & bit ? VGIC_PENDING1_ : VGIC_PENDING0_;
}

/** The physical INTID @slot is tied to, or HV_VGIC_SPURIOUS. */
HV_INLINE uint32_t vgic_pintid_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, uint32_t slot)
{
	if (slot < HV_VGIC_NR_SGIS)
		return HV_VGIC_SPURIOUS;
	if (slot < HV_VGIC_NR_PRIVATE)
		return cpu->pintid[slot - HV_VGIC_NR_SGIS];
	return vgic->spi_pintid ? vgic->spi_pintid[slot - HV_VGIC_NR_PRIVATE] : HV_VGIC_SPURIOUS;
}

/** The vCPU whose queues and list registers hold @slot, or NULL. @cpu: for private interrupts. */
HV_INLINE struct hv_vgic_cpu *vgic_owner_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot)
{
	uint32_t owner;

	if (slot < HV_VGIC_NR_PRIVATE)
		return cpu;
	owner = vgic_spi_bank_(vgic, slot)->target[slot & 31] & VGIC_OWNER_;
	return owner == VGIC_NOBODY_ ? NULL : vgic_cpu_(vgic, owner);
}

/* vgic_queue.c: buckets by priority. The vCPU's lock is held, for SPIs also the distributor's. */
void hv_vgic_queue_init_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu);
/** Return: the queue it went to. */
enum vgic_queue_ hv_vgic_queue_insert_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot, bool front);
void hv_vgic_queue_remove_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot);
/** Remove the most urgent one, which waited longest; only when there is one. */
uint32_t hv_vgic_queue_pop_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, enum vgic_queue_ queue);
/** Most urgent bucket in use; only when something is in the queue. */
uint32_t hv_vgic_queue_best_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue);
/** First slot of @bucket. */
uint32_t hv_vgic_queue_first_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue,
			      uint32_t bucket);

/* vgic_state.c: state changes that move interrupts between queues. The lock of the scope's bank is held. */
/** Set where @scope works (the caller sets the rest). False: no such vCPU, no such SPI. */
bool hv_vgic_scope_private_(struct hv_vgic *vgic, uint32_t vcpu, struct vgic_scope_ *scope);
bool hv_vgic_scope_spi_(struct hv_vgic *vgic, uint32_t slot, struct vgic_scope_ *scope);
hv_lock_t *hv_vgic_scope_lock_(const struct vgic_scope_ *scope);
void hv_vgic_take_out_(const struct vgic_scope_ *scope, uint32_t bits);
void hv_vgic_put_back_(const struct vgic_scope_ *scope, uint32_t bits);
/** Kick the owners of those of @bits that sit in list registers. @owe: RWP waits for them. */
void hv_vgic_kick_listed_(const struct vgic_scope_ *scope, uint32_t bits, bool owe);
/** HV_EAGAIN when one of @bits sits in a list register; otherwise ends a hold of this bank. */
enum hv_err hv_vgic_sync_(const struct vgic_scope_ *scope, uint32_t bits);
/** End the hold of @bits of this bank. */
void hv_vgic_release_(const struct vgic_scope_ *scope, uint32_t bits);
/** Latch an event of @bit. */
void hv_vgic_raise_(const struct vgic_scope_ *scope, uint32_t bit);
void hv_vgic_clear_latch_(const struct vgic_scope_ *scope, uint32_t bits);
void hv_vgic_deactivate_(const struct vgic_scope_ *scope, uint32_t bits);
void hv_vgic_deactivate_add_(struct hv_vgic_deactivate *list, uint32_t pintid);
/** Mark @cpu as owing a fold, and kick it, when it has list registers in use. The distributor lock is held. */
void hv_vgic_owe_(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, struct hv_vcpu_set *kick);

/* vgic_route.c: affinities. */
uint32_t hv_vgic_affinity_(uint64_t mpidr);
/** Index of the first affinity >= @affinity in the sorted array. */
uint32_t hv_vgic_affinity_lower_(const struct hv_vgic *vgic, uint32_t affinity);
/** Follow the routing register: sets target[], clears VGIC_MOVED_. */
void hv_vgic_retarget_(const struct hv_vgic *vgic, struct hv_vgic_spi_bank *spi, uint32_t n);
uint64_t hv_vgic_irouter_read_(const struct hv_vgic *vgic, uint32_t slot);
void hv_vgic_irouter_write_(const struct vgic_scope_ *scope, uint32_t slot, uint64_t value);
/** Interrupts that go to any vCPU leave one that sleeps. The distributor lock is held. */
void hv_vgic_leave_sleeper_(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, struct hv_vcpu_set *kick);

/* vgic_regs.c: the registers that GICD and the GICR SGI frame have in common, on one bank. Offsets are those of either frame. */
#define VGIC_BITS_FIRST_     0x0080u /* IGROUPR .. ICACTIVER, 0x80 each */
#define VGIC_BITS_END_       0x0400u
#define VGIC_IPRIORITYR_     0x0400u
#define VGIC_IPRIORITYR_END_ 0x0800u
#define VGIC_ICFGR_          0x0c00u
#define VGIC_ICFGR_END_      0x0d00u
/* What vgic_quick_access_() (vgic_quick.h) leaves. */
enum hv_err hv_vgic_bits_access_(const struct vgic_scope_ *scope, uint32_t kind, struct hv_vgic_access *access);
void hv_vgic_priority_write_(const struct vgic_scope_ *scope, uint32_t n, const struct hv_vgic_access *access);
enum hv_err hv_vgic_icfgr_write_(const struct vgic_scope_ *scope, uint32_t half, const struct hv_vgic_access *access);

/** Call @body with n = each bit number in @bits. */
#define VGIC_FOR_EACH_(n, bits)                                                                                        \
	for (uint32_t left_ = (bits); left_ && ((n) = (uint32_t)__builtin_ctz(left_), true); left_ &= left_ - 1)

#endif /* VGIC_PRIV_H */
