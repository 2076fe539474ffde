/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/vgic.h - GICv3 for guests: distributor, redistributors, and the list registers that carry interrupts into a vCPU.
 *
 * One struct hv_vgic per VM, with one struct hv_vgic_cpu per vCPU in memory the caller gives. Changing an interrupt
 * (line, pending, SGI, register write) returns the set of vCPUs to kick; the target runs hv_vgic_fill() before it enters
 * the guest and hv_vgic_fold() after it left, on its own struct hv_ich. Nobody else ever reads that image: a register
 * access that needs it returns HV_EAGAIN with the vCPUs to stop; they fold, and the access is made again.
 *
 * Lock order (checked by the host backend's locks): distributor lock, then vCPU interrupt locks in index order.
 * Every function takes what it needs itself; none may be called with one of these locks held.
 */
#ifndef HV_VGIC_H
#define HV_VGIC_H

#include <hv/backend.h>
#include <hv/config.h>
#include <hv/err.h>
#include <hv/vcpu_set.h>

#define HV_VGIC_NR_SGIS 16u
#define HV_VGIC_NR_PRIVATE 32u   /* SGIs and PPIs */
#define HV_VGIC_MAX_SPIS 988u    /* INTID 32..1019 */
#define HV_VGIC_SPURIOUS 1023u

#define HV_VGIC_GICD_BYTES 0x10000u
#define HV_VGIC_GICR_STRIDE 0x20000u /* RD_base and SGI_base frames of one vCPU */

/** Image of the GIC virtualization control registers of one CPU: what fill writes and fold reads. */
#define HV_ICH_MAX_LRS 16u
struct hv_ich {
	uint64_t lr[HV_ICH_MAX_LRS]; /* ICH_LR<n>_EL2 */
	uint32_t hcr;                /* ICH_HCR_EL2 to load; EOIcount as read back */
	uint32_t vmcr;               /* ICH_VMCR_EL2 */
	uint32_t ap0r[4], ap1r[4];   /* ICH_AP0R<n>_EL2, ICH_AP1R<n>_EL2 */
	uint32_t nr_lrs;             /* list registers of the CPU the vCPU is loaded on, 1..16 (ICH_VTR.ListRegs + 1) */
	uint32_t used;               /* fill: bit n set when lr[n] must be loaded; the backend reads back exactly these */
};

struct hv_vgic_config {
	uint32_t config_bytes;   /* sizeof(struct hv_vgic_config) */
	uint32_t nr_vcpus;       /* 1..HV_CONFIG_MAX_VCPUS */
	uint32_t nr_spis;        /* 0..988, a multiple of 32 (988 counts) */
	uint32_t pri_bits;       /* implemented priority bits, 5..8; 0: 5 */
	const uint64_t *mpidr;   /* nr_vcpus affinities, Aff3 in 39:32, Aff2..0 in 23:0; copied */
};

struct hv_vgic;      /* complete below */
struct hv_vgic_cpu;  /* private: libhv/src/vgic_priv.h */

/** The interrupt controller of one VM. Fields are private. */
struct hv_vgic {
	hv_lock_t lock;             /* SPI words and routing */
	struct hv_vgic_cpu *cpu;    /* nr_vcpus, in the caller's memory */
	void *irq;                  /* per-interrupt records of the SPIs */
	uint32_t *spi_words;        /* bitmaps of the SPIs */
	uint32_t nr_vcpus;
	uint32_t nr_spis;
	uint32_t ctlr;              /* GICD_CTLR enables */
	uint32_t pri_mask;
};

/** Physical interrupts the backend must deactivate, returned by operations on HW-linked interrupts. */
#define HV_VGIC_DEACTIVATE_MAX 32u
struct hv_vgic_deactivate {
	uint32_t nr;
	uint32_t pintid[HV_VGIC_DEACTIVATE_MAX];
};

HV_BEGIN_DECLS

/**
 * hv_vgic_layout - memory that hv_vgic_init() needs for @config.
 * Return: HV_OK, HV_EINVAL (a field out of range, two vCPUs with one MPIDR).
 */
enum hv_err hv_vgic_layout(const struct hv_vgic_config *config, size_t *size, size_t *align) HV_MUST_CHECK;

/**
 * hv_vgic_init - a reset interrupt controller.
 * @mem: memory as hv_vgic_layout() said; owned by @vgic for its whole life, contents need not be cleared
 * Return: HV_OK, HV_EINVAL, HV_ENOMEM (@mem_bytes too small or misaligned).
 */
#define hv_vgic_init HV_CONFIG_NAME(hv_vgic_init)
enum hv_err hv_vgic_init(struct hv_vgic *vgic, const struct hv_vgic_config *config, void *mem,
			 size_t mem_bytes) HV_MUST_CHECK;

/**
 * hv_vgic_reset - back to the reset state; links to hardware interrupts and line levels stay.
 * No vCPU may be between fill and fold.
 * @deactivate: physical interrupts that were active in the guest
 */
void hv_vgic_reset(struct hv_vgic *vgic, struct hv_vgic_deactivate *deactivate);

/** hv_vgic_cpu_reset - the part of one vCPU (PSCI CPU_ON): its CPU interface and list registers; pending state stays. */
void hv_vgic_cpu_reset(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich);

/**
 * hv_vgic_set_line - level of an interrupt input.
 * @vcpu: for PPIs (16..31) whose; ignored for SPIs
 * @kick: vCPUs to kick are added
 * An edge interrupt latches pending on the rising edge. Return: HV_OK, HV_EINVAL (no such interrupt; GIC-36).
 */
enum hv_err hv_vgic_set_line(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, bool level,
			     struct hv_vcpu_set *kick) HV_MUST_CHECK;

/**
 * hv_vgic_set_hw - tie a virtual interrupt to a physical one: it goes into list registers with HW=1, so the guest's
 * deactivation deactivates the physical interrupt.
 * @pintid: physical INTID, or HV_VGIC_SPURIOUS to cut the tie. Only while the interrupt is inactive and not pending.
 * Return: HV_OK, HV_EINVAL, HV_EBUSY.
 */
enum hv_err hv_vgic_set_hw(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, uint32_t pintid) HV_MUST_CHECK;

/** Which of the three SGI generation registers was written. */
enum hv_vgic_sgi { HV_VGIC_SGI0R, HV_VGIC_SGI1R, HV_VGIC_ASGI1R };

/**
 * hv_vgic_send_sgi - a guest write to ICC_SGI0R, ICC_SGI1R or ICC_ASGI1R.
 * @vcpu: the sender; @value: the 64-bit register value. Targets that do not exist are ignored (GIC-03).
 */
void hv_vgic_send_sgi(struct hv_vgic *vgic, uint32_t vcpu, enum hv_vgic_sgi reg, uint64_t value,
		      struct hv_vcpu_set *kick);

/** A guest access to the register frames. */
struct hv_vgic_access {
	uint32_t offset;      /* from the frame's base; GICR: vCPU index * HV_VGIC_GICR_STRIDE + offset */
	uint8_t size_bytes;   /* 1, 2, 4, 8 */
	bool is_write;
	uint64_t data;        /* in for writes, out for reads; 0 for reserved registers (RAZ/WI) */
};

/**
 * hv_vgic_dist_access, hv_vgic_redist_access - perform it.
 * @vcpu: the vCPU that makes the access, not in the guest now
 * @kick: vCPUs to kick are added; after HV_EAGAIN: vCPUs to stop so that they fold, then make the access again
 * @deactivate: physical interrupts the write deactivated
 * Return: HV_OK (also for reserved registers and illegal sizes, which are RAZ/WI), HV_EAGAIN.
 */
enum hv_err hv_vgic_dist_access(struct hv_vgic *vgic, uint32_t vcpu, struct hv_vgic_access *access,
				struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate) HV_MUST_CHECK;
enum hv_err hv_vgic_redist_access(struct hv_vgic *vgic, uint32_t vcpu, struct hv_vgic_access *access,
				  struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate) HV_MUST_CHECK;

/** hv_vgic_needs_fill - has anything changed since the last fill, or is a list register in use? O(1), no lock. */
bool hv_vgic_needs_fill(const struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich);

/**
 * hv_vgic_fill - put the best pending interrupts into list registers. Interrupts masked, before entry, on the CPU
 * that enters. @ich->nr_lrs is that CPU's. Sets lr[], used and hcr.
 */
void hv_vgic_fill(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich);

/**
 * hv_vgic_fold - take the list registers back after an exit. @ich holds what the backend read back.
 * @kick: others to kick (an interrupt that was retargeted meanwhile)
 */
void hv_vgic_fold(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich, struct hv_vcpu_set *kick);

/**
 * hv_vgic_has_pending - would this vCPU take an interrupt now, by enables, priority mask and running priority?
 * The WFI question (GIC-64): @ich->vmcr must be the vCPU's current value. Level lines are as last set.
 */
bool hv_vgic_has_pending(struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich);

HV_END_DECLS

#endif /* HV_VGIC_H */
