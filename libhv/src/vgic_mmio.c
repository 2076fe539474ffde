/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_mmio.c - decoding of guest accesses to the distributor and redistributor frames.
 *
 * One security state (GICD_CTLR.DS), affinity routing always on (ARE), no LPIs, no extended ranges, no message-based SPIs.
 * Registers are 32 bits wide and accessed as such; priorities also by byte; GICD_IROUTER and GICR_TYPER are 64 bits wide and
 * accessed whole or by halves. Every other access and every other offset is RAZ/WI (GIC-12, GIC-13).
 */
#include "vgic_quick.h"

#define GICD_CTLR   0x0000u
#define GICD_TYPER  0x0004u
#define GICD_IIDR   0x0008u
#define IROUTER     0x6000u /* GICD_IROUTER<n> at 0x6000 + 8 n, n >= 32 (GIC-22) */
#define IROUTER_END 0x8000u
#define ID_FIRST    0xffd0u

#define GICR_CTLR  0x0000u
#define GICR_IIDR  0x0004u
#define GICR_TYPER 0x0008u
#define GICR_WAKER 0x0014u
#define SGI_FRAME  0x10000u

#define CTLR_ENABLES 0x3u
#define CTLR_ARE_DS  0x50u
#define CTLR_RWP     0x80000000u
#define GICR_RWP     0x8u
#define WAKER_SLEEP  0x2u
#define WAKER_ASLEEP 0x4u
#define IIDR         0x4800043bu /* product 'H', implementer Arm */

/* Peripheral and component ID: Arm's, architecture revision 3 (GICv3). @part: 0x92 distributor, 0x93 redistributor. */
static uint32_t id_register(uint32_t offset, uint32_t part)
{
	switch (offset) {
	case 0xffd0:
		return 0x44; /* PIDR4 */
	case 0xffe0:
		return part;
	case 0xffe4:
		return 0xb4;
	case 0xffe8:
		return 0x3b;
	case 0xfff0:
		return 0x0d; /* CIDR0.. */
	case 0xfff4:
		return 0xf0;
	case 0xfff8:
		return 0x05;
	case 0xfffc:
		return 0xb1;
	default:
		return 0;
	}
}

/* Enabling concerns the vCPUs with something to deliver; disabling those with list registers in use. */
static void gicd_ctlr_write(struct hv_vgic *vgic, uint32_t vcpu, uint32_t value, struct hv_vcpu_set *kick)
{
	uint32_t old = vgic->ctlr, enables = value & CTLR_ENABLES;
	uint32_t on = enables & ~old, off = old & ~enables;

	hv_store_release_u32(&vgic->ctlr, enables);
	for (uint32_t i = 0; (on | off) && i < vgic->nr_vcpus; i++) {
		struct hv_vgic_cpu *cpu = vgic_cpu_(vgic, i);
		uint32_t waiting = hv_load_acquire_u32(&cpu->waiting);
		bool gains = ((on & 1) && vgic_waits_(waiting, VGIC_PENDING0_)) ||
			     ((on & 2) && vgic_waits_(waiting, VGIC_PENDING1_));

		if (gains && i != vcpu)
			hv_vcpu_set_add(kick, i);
		if (off)
			hv_vgic_owe_(vgic, cpu, kick);
	}
}

static uint32_t gicd_ctlr_read(struct hv_vgic *vgic)
{
	uint32_t value;

	hv_lock(&vgic->lock);
	value = CTLR_ARE_DS | vgic->ctlr | (vgic->nr_owing ? CTLR_RWP : 0);
	hv_unlock(&vgic->lock);
	return value;
}

/* The words before the bit registers. */
static uint32_t gicd_control_read(struct hv_vgic *vgic, uint32_t offset)
{
	switch (offset) {
	case GICD_CTLR:
		return gicd_ctlr_read(vgic);
	case GICD_TYPER:
		return vgic->typer;
	case GICD_IIDR:
		return IIDR;
	default:
		return 0;
	}
}

/* The whole register or one half of it. */
static void irouter(const struct vgic_scope_ *scope, uint32_t slot, struct hv_vgic_access *access)
{
	uint32_t shift = 8 * (access->offset & 7);
	uint64_t mask = access->size_bytes == 8 ? ~HV_U64(0) : HV_MASK(31, 0) << shift;
	uint64_t value = hv_vgic_irouter_read_(scope->vgic, slot);

	uint64_t written = (value & ~mask) | (access->data << shift & mask);

	if (!access->is_write)
		access->data = (value & mask) >> shift;
	else if (written != value)
		hv_vgic_irouter_write_(scope, slot, written);
}

/* What vgic_quick_access_() leaves: registers of one bank, in the layout of both frames, that need more than a look. */
static enum hv_err bank_access(const struct vgic_scope_ *scope, uint32_t offset, struct hv_vgic_access *access)
{
	if (offset < VGIC_BITS_END_)
		return hv_vgic_bits_access_(scope, offset >> 7, access);
	if (offset >= VGIC_ICFGR_)
		return hv_vgic_icfgr_write_(scope, offset >> 2 & 1, access);
	hv_vgic_priority_write_(scope, offset & 31, access);
	return HV_OK;
}

/* First interrupt that the register at @offset of the distributor speaks of; 0 for registers without interrupts. */
static uint32_t gicd_slot(uint32_t offset)
{
	if (offset >= VGIC_BITS_FIRST_ && offset < VGIC_BITS_END_)
		return (offset & 0x7f) * 8;
	if (offset >= VGIC_IPRIORITYR_ && offset < VGIC_IPRIORITYR_END_)
		return offset - VGIC_IPRIORITYR_;
	if (offset >= VGIC_ICFGR_ && offset < VGIC_ICFGR_END_)
		return (offset - VGIC_ICFGR_) * 4;
	if (offset >= IROUTER && offset < IROUTER_END)
		return (offset - IROUTER) / 8;
	return 0;
}

static bool aligned(const struct hv_vgic_access *access)
{
	uint32_t size = access->size_bytes;

	return size <= 8 && (1u << size & 0x116u) && (access->offset & (size - 1)) == 0;
}

/* With the distributor's lock. */
static enum hv_err gicd_access(uint32_t slot, struct hv_vgic_access *access, struct vgic_scope_ *scope)
{
	if (hv_vgic_scope_spi_(scope->vgic, slot, scope)) {
		if (access->offset < IROUTER)
			return bank_access(scope, access->offset, access);
		if (access->size_bytes >= 4)
			irouter(scope, slot, access);
	} else if (access->size_bytes == 4 && access->offset == GICD_CTLR && access->is_write) {
		gicd_ctlr_write(scope->vgic, scope->caller, (uint32_t)access->data, scope->kick);
	} else if (access->size_bytes == 4 && access->offset >= ID_FIRST && !access->is_write) {
		access->data = id_register(access->offset, 0x92);
	}
	return HV_OK;
}

static __attribute__((__noinline__)) enum hv_err gicd_slow(struct hv_vgic *vgic, uint32_t vcpu,
							   struct hv_vgic_access *access, struct hv_vcpu_set *kick,
							   struct hv_vgic_deactivate *deactivate)
{
	struct vgic_scope_ scope;
	enum hv_err err;

	scope.vgic = vgic;
	scope.caller = vcpu;
	scope.kick = kick;
	scope.deactivate = deactivate;
	hv_lock(&vgic->lock);
	err = gicd_access(gicd_slot(access->offset), access, &scope);
	hv_unlock(&vgic->lock);
	return err;
}

enum hv_err hv_vgic_dist_access(struct hv_vgic *vgic, uint32_t vcpu, struct hv_vgic_access *access,
				struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate)
{
	uint32_t offset = access->offset, spi = gicd_slot(offset) - HV_VGIC_NR_PRIVATE;
	bool is_word = access->size_bytes == 4 && hv_is_aligned(offset, 4);

	if (!access->is_write)
		access->data = 0;
	if (!is_word && !aligned(access))
		return HV_OK;
	if (spi < vgic->nr_spis && offset < IROUTER &&
	    vgic_quick_access_(&vgic->lock, &vgic->spi[hv_nospec(spi, vgic->nr_spis) >> 5].bank, offset, access))
		return HV_OK;
	if (is_word && offset < VGIC_BITS_FIRST_ && !access->is_write) {
		access->data = gicd_control_read(vgic, offset);
		return HV_OK;
	}
	return offset < HV_VGIC_GICD_BYTES ? gicd_slow(vgic, vcpu, access, kick, deactivate) : HV_OK;
}

static uint64_t gicr_typer(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu)
{
	bool last = cpu->index == vgic->nr_vcpus - 1;

	return (uint64_t)cpu->affinity << 32 | (uint64_t)cpu->index << 8 | (last ? 1u << 4 : 0);
}

static uint32_t gicr_read(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, uint32_t offset)
{
	switch (offset) {
	case GICR_CTLR:
		return cpu->owes ? GICR_RWP : 0;
	case GICR_IIDR:
		return IIDR;
	case GICR_TYPER:
		return (uint32_t)gicr_typer(vgic, cpu);
	case GICR_TYPER + 4:
		return cpu->affinity;
	case GICR_WAKER:
		return cpu->asleep ? WAKER_SLEEP | WAKER_ASLEEP : 0;
	default:
		return offset >= ID_FIRST ? id_register(offset, 0x93) : 0;
	}
}

static void gicr_waker_write(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint64_t value, struct hv_vcpu_set *kick)
{
	uint32_t sleep = value & WAKER_SLEEP ? 1 : 0;

	hv_lock(&vgic->lock);
	hv_store_release_u32(&cpu->asleep, sleep);
	if (sleep)
		hv_vgic_leave_sleeper_(vgic, cpu, kick);
	hv_unlock(&vgic->lock);
}

static void gicr_rd_access(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t offset,
			   struct hv_vgic_access *access, struct hv_vcpu_set *kick)
{
	if (access->is_write) {
		if (offset == GICR_WAKER && access->size_bytes == 4)
			gicr_waker_write(vgic, cpu, access->data, kick);
		return;
	}
	hv_lock(&cpu->lock);
	if (access->size_bytes == 4)
		access->data = gicr_read(vgic, cpu, offset);
	else if (access->size_bytes == 8 && offset == GICR_TYPER)
		access->data = gicr_typer(vgic, cpu);
	hv_unlock(&cpu->lock);
}

/* Does @offset of the SGI frame lie in the first bank of its register family? The rest is for extended PPIs. */
static bool in_first_bank(uint32_t offset)
{
	if (offset < VGIC_BITS_END_)
		return offset >= VGIC_BITS_FIRST_ && (offset & 0x7f) == 0;
	if (offset < VGIC_IPRIORITYR_END_)
		return offset < VGIC_IPRIORITYR_ + HV_VGIC_NR_PRIVATE;
	return offset >= VGIC_ICFGR_ && offset < VGIC_ICFGR_ + 8;
}

enum hv_err hv_vgic_redist_access(struct hv_vgic *vgic, uint32_t vcpu, struct hv_vgic_access *access,
				  struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate)
{
	struct vgic_scope_ scope = { .caller = vcpu, .kick = kick, .deactivate = deactivate };
	uint32_t offset = access->offset % HV_VGIC_GICR_STRIDE;
	enum hv_err err = HV_OK;

	if (!access->is_write)
		access->data = 0;
	if (!aligned(access) || !hv_vgic_scope_private_(vgic, access->offset / HV_VGIC_GICR_STRIDE, &scope))
		return HV_OK;
	if (offset < SGI_FRAME) {
		gicr_rd_access(vgic, scope.private_cpu, offset, access, kick);
		return HV_OK;
	}
	offset -= SGI_FRAME;
	if (!in_first_bank(offset))
		return HV_OK;
	if (vgic_quick_access_(&scope.private_cpu->lock, scope.bank, offset, access))
		return HV_OK;
	hv_lock(&scope.private_cpu->lock);
	err = bank_access(&scope, offset, access);
	hv_unlock(&scope.private_cpu->lock);
	return err;
}
