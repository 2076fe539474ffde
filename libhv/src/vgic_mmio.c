/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_mmio.c - decoding of guest accesses to the distributor and redistributor frames.
 *
 * One security state (GICD_CTLR.DS), affinity routing always on (ARE), no LPIs, no extended ranges, no message-based SPIs.
 * Registers are 32 bits wide and accessed as such; priorities also by byte; GICD_IROUTER and GICR_TYPER are 64 bits wide and
 * accessed whole or by halves. Every other access and every other offset is RAZ/WI (GIC-12, GIC-13).
 */
#include "vgic_priv.h"

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

/* A range selector is needed when an Aff0 does not fit the 16 bits of a target list. */
static bool needs_rss(const struct hv_vgic *vgic)
{
	for (uint32_t i = 0; i < vgic->nr_vcpus; i++)
		if (vgic->affinity[i] & 0xf0u)
			return true;
	return false;
}

static uint32_t gicd_typer(const struct hv_vgic *vgic)
{
	uint32_t lines = (HV_VGIC_NR_PRIVATE + vgic->nr_spis + 31) / 32 - 1;

	/* IDbits 10, A3V, RSS. */
	return lines | 9u << 19 | 1u << 24 | (needs_rss(vgic) ? 1u << 26 : 0);
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
			vgic_owe_(vgic, cpu, kick);
	}
}

static void gicd_control(struct hv_vgic *vgic, uint32_t vcpu, struct hv_vgic_access *access, struct hv_vcpu_set *kick)
{
	if (access->is_write) {
		if (access->offset == GICD_CTLR)
			gicd_ctlr_write(vgic, vcpu, (uint32_t)access->data, kick);
		return;
	}
	if (access->offset == GICD_CTLR)
		access->data = CTLR_ARE_DS | vgic->ctlr | (vgic->nr_owing ? CTLR_RWP : 0);
	else if (access->offset == GICD_TYPER)
		access->data = gicd_typer(vgic);
	else if (access->offset == GICD_IIDR)
		access->data = IIDR;
}

/* The whole register or one half of it. */
static void irouter(const struct vgic_scope_ *scope, uint32_t slot, struct hv_vgic_access *access)
{
	uint32_t shift = 8 * (access->offset & 7);
	uint64_t mask = access->size_bytes == 8 ? ~HV_U64(0) : HV_MASK(31, 0) << shift;
	uint64_t value = vgic_irouter_read_(scope->vgic, slot);

	uint64_t written = (value & ~mask) | (access->data << shift & mask);

	if (!access->is_write)
		access->data = (value & mask) >> shift;
	else if (written != value)
		vgic_irouter_write_(scope, slot, written);
}

/* What vgic_quick_access_() leaves: registers of one bank, in the layout of both frames, that need more than a look. */
static enum hv_err bank_access(const struct vgic_scope_ *scope, uint32_t offset, struct hv_vgic_access *access)
{
	if (offset < VGIC_BITS_END_)
		return vgic_bits_access_(scope, offset >> 7, access);
	if (offset >= VGIC_ICFGR_)
		return vgic_icfgr_write_(scope, offset >> 2 & 1, access);
	vgic_priority_write_(scope, offset & 31, access);
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

/* @slot exists. */
static enum hv_err gicd_spi_access(struct hv_vgic *vgic, uint32_t vcpu, uint32_t slot, struct hv_vgic_access *access,
				   struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate)
{
	struct vgic_scope_ scope = { .caller = vcpu, .kick = kick, .deactivate = deactivate };

	(void)vgic_scope_spi_(vgic, slot, &scope);
	if (access->offset < IROUTER)
		return bank_access(&scope, access->offset, access);
	if (access->size_bytes >= 4)
		irouter(&scope, slot, access);
	return HV_OK;
}

static bool aligned(const struct hv_vgic_access *access)
{
	uint32_t size = access->size_bytes;

	return size <= 8 && (1u << size & 0x116u) && (access->offset & (size - 1)) == 0;
}

enum hv_err hv_vgic_dist_access(struct hv_vgic *vgic, uint32_t vcpu, struct hv_vgic_access *access,
				struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate)
{
	uint32_t slot = gicd_slot(access->offset), end = HV_VGIC_NR_PRIVATE + vgic->nr_spis;
	enum hv_err err = HV_OK;

	if (!access->is_write)
		access->data = 0;
	if (!aligned(access) || access->offset >= HV_VGIC_GICD_BYTES)
		return HV_OK;
	hv_lock(&vgic->lock);
	if (slot >= HV_VGIC_NR_PRIVATE && slot < end) {
		slot = hv_nospec(slot, end);
		if (access->offset >= IROUTER ||
		    !vgic_quick_access_(&vgic_spi_bank_(vgic, slot)->bank, access->offset, access))
			err = gicd_spi_access(vgic, vcpu, slot, access, kick, deactivate);
	} else if (access->size_bytes == 4 && access->offset < VGIC_BITS_FIRST_) {
		gicd_control(vgic, vcpu, access, kick);
	} else if (access->size_bytes == 4 && access->offset >= ID_FIRST && !access->is_write) {
		access->data = id_register(access->offset, 0x92);
	}
	hv_unlock(&vgic->lock);
	return err;
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
		vgic_leave_sleeper_(vgic, cpu, kick);
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
	if (!aligned(access) || !vgic_scope_private_(vgic, access->offset / HV_VGIC_GICR_STRIDE, &scope))
		return HV_OK;
	if (offset < SGI_FRAME) {
		gicr_rd_access(vgic, scope.private_cpu, offset, access, kick);
		return HV_OK;
	}
	offset -= SGI_FRAME;
	if (!in_first_bank(offset))
		return HV_OK;
	hv_lock(&scope.private_cpu->lock);
	if (!vgic_quick_access_(scope.bank, offset, access))
		err = bank_access(&scope, offset, access);
	hv_unlock(&scope.private_cpu->lock);
	return err;
}
