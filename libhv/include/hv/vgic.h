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
 * Every function takes what it needs itself; none may be called with one of these locks held. Interrupts are masked
 * by the lock of a backend that needs it.
 *
 * What a backend does with struct hv_ich
 *   It keeps, per physical CPU, the mask of list registers that hold something ("stale") and the ICH_HCR it loaded.
 *   Entry, after hv_vgic_fill(): write ICH_LR<n> for n in ich->used, write 0 to those in stale & ~used (GIC-28),
 *     stale = used, write ICH_HCR when it differs from what is loaded. On load of a vCPU onto the CPU also ICH_VMCR,
 *     ICH_AP0R<n>, ICH_AP1R<n> (those that ICH_VTR.PREbits gives), from the image.
 *   Exit: if used != 0 or hcr != HV_ICH_HCR_EN: isb, read ICH_LR<n> for n in used, ICH_HCR (for EOIcount) and ICH_VMCR
 *     into the image, write ICH_HCR.En = 0 so that the maintenance interrupt falls silent. Otherwise there is nothing
 *     to read and hv_vgic_fold() does nothing. EISR and ELRSR are never needed.
 *   WFI exit, and put of the vCPU: read ICH_VMCR, ICH_AP0R<n> and ICH_AP1R<n> too (hv_vgic_has_pending() needs them).
 *   Maintenance interrupt (PPI 25 by the base system architecture; from the device tree): nothing to handle, the exit
 *     itself does the work. It fires for level re-sampling, for pending interrupts that found no list register, for
 *     deactivation of an interrupt without one, and for a group the guest enables.
 *   ICH_HCR.TDIR may be set by fill: then a guest write to ICC_DIR_EL1 traps and goes to hv_vgic_dir() after the fold.
 *     ICC_SGI1R, SGI0R, ASGI1R always trap (HCR_EL2.IMO, FMO) and go to hv_vgic_send_sgi().
 *   With pri_bits above what ICH_VTR.PRIbits shows, priorities that differ in the missing bits only tie.
 */
#ifndef HV_VGIC_H
#define HV_VGIC_H

#include <hv/backend.h>
#include <hv/config.h>
#include <hv/err.h>
#include <hv/vcpu_set.h>

#define HV_VGIC_NR_SGIS    16u
#define HV_VGIC_NR_PRIVATE 32u  /* SGIs and PPIs */
#define HV_VGIC_MAX_SPIS   988u /* INTID 32..1019 */
#define HV_VGIC_SPURIOUS   1023u

#define HV_VGIC_GICD_BYTES  0x10000u
#define HV_VGIC_GICR_STRIDE 0x20000u /* RD_base and SGI_base frames of one vCPU */

/** ICH_HCR_EL2 bits that hv_vgic_fill() sets. */
#define HV_ICH_HCR_EN       0x1u
#define HV_ICH_HCR_LRENPIE  0x4u
#define HV_ICH_HCR_NPIE     0x8u
#define HV_ICH_HCR_VGRP0EIE 0x10u
#define HV_ICH_HCR_VGRP0DIE 0x20u
#define HV_ICH_HCR_VGRP1EIE 0x40u
#define HV_ICH_HCR_VGRP1DIE 0x80u
#define HV_ICH_HCR_TDIR     0x4000u

/** Image of the GIC virtualization control registers of one CPU: what fill writes and fold reads. */
#define HV_ICH_MAX_LRS 16u
struct hv_ich {
	uint64_t lr[HV_ICH_MAX_LRS]; /* ICH_LR<n>_EL2 */
	uint32_t hcr;                /* ICH_HCR_EL2 to load; EOIcount as read back */
	uint32_t vmcr;               /* ICH_VMCR_EL2 */
	uint32_t ap0r[4], ap1r[4];   /* ICH_AP0R<n>_EL2, ICH_AP1R<n>_EL2 */
	uint32_t nr_lrs;             /* list registers of the CPU the vCPU is loaded on, 1..16 (ICH_VTR.ListRegs + 1) */
	uint32_t pre_bits;           /* its ICH_VTR.PREbits + 1, 5..7; 0: 5 */
	uint32_t used;               /* fill: bit n set when lr[n] must be loaded; the backend reads back these */
};

struct hv_vgic_config {
	uint32_t config_bytes; /* sizeof(struct hv_vgic_config) */
	uint32_t nr_vcpus;     /* 1..HV_CONFIG_MAX_VCPUS */
	uint32_t nr_spis;      /* 0..988, a multiple of 32 (988 counts) */
	uint32_t pri_bits;     /* implemented priority bits, 5..8; 0: 5 */
	const uint64_t *mpidr; /* nr_vcpus affinities, Aff3 in 39:32, Aff2..0 in 23:0, the rest ignored; copied.
				  NULL: Aff0 0..15, then Aff1 */
	bool hw_spis;          /* SPIs can be tied to physical interrupts: 2 bytes more per SPI. PPIs always can */
};

struct hv_vgic_cpu;      /* private: libhv/src/vgic_priv.h */
struct hv_vgic_spi_bank; /* private */

/** The interrupt controller of one VM. Fields are private; the pointers lead into the caller's memory. */
struct hv_vgic {
	hv_lock_t lock;               /* SPI words and routing, ctlr, held, nr_owing */
	struct hv_vgic_cpu *cpu;      /* nr_vcpus records, cpu_bytes apart */
	struct hv_vgic_spi_bank *spi; /* 32 SPIs each */
	uint32_t *affinity;           /* of the vCPUs, ascending */
	uint16_t *by_affinity;        /* vCPU index for each element of affinity */
	uint16_t *spi_pintid;         /* physical INTID of each SPI; NULL without hw_spis */
	uint32_t cpu_bytes;
	uint32_t nr_vcpus;
	uint32_t nr_spis;
	uint32_t pri_bits;
	uint32_t ctlr;     /* GICD_CTLR enables */
	uint32_t held;     /* SPI banks in which an access waits for list registers to be folded */
	uint32_t nr_owing; /* vCPUs that must fold before GICD_CTLR.RWP reads 0 */
	uint32_t typer;    /* GICD_TYPER */
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
 * @deactivate: physical interrupts that were pending or active in the guest are added
 * Return: HV_OK; HV_EAGAIN: @deactivate is full: deactivate them, empty it and call again.
 */
enum hv_err hv_vgic_reset(struct hv_vgic *vgic, struct hv_vgic_deactivate *deactivate) HV_MUST_CHECK;

/**
 * hv_vgic_cpu_reset - the CPU interface of one vCPU as after reset (before its first entry, and PSCI CPU_ON): no list
 * register in use, no active priority, ICH_VMCR with groups disabled, EOImode 0 (GIC-66). The redistributor's
 * state (enables, pending, active) is the guest's business and stays. @ich->nr_lrs is kept.
 */
void hv_vgic_cpu_reset(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich);

/**
 * hv_vgic_set_line - level of an interrupt input.
 * @vcpu: for PPIs (16..31) whose; ignored for SPIs
 * @kick: vCPUs to kick are added
 * An edge interrupt latches pending on the rising edge.
 * For an interrupt tied to a physical one (hv_vgic_set_hw), true says "the physical interrupt fired and is active on
 * the guest's behalf": call it each time it fires. The level falls by itself when the guest deactivates. Calling
 * with false takes back a not yet acknowledged interrupt; the caller then deactivates the physical one.
 * Return: HV_OK, HV_EINVAL (no such interrupt, an SGI; GIC-36).
 */
enum hv_err hv_vgic_set_line(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, bool level,
			     struct hv_vcpu_set *kick) HV_MUST_CHECK;

/**
 * hv_vgic_set_hw - tie a virtual interrupt to a physical one: it goes into list registers with HW=1, so the guest's
 * deactivation deactivates the physical interrupt.
 * @pintid: physical INTID 16..1019, or HV_VGIC_SPURIOUS to cut the tie
 * Return: HV_OK; HV_EINVAL; HV_EBUSY (pending, active or in a list register now); HV_ENOTSUP (an SPI without
 * hv_vgic_config.hw_spis).
 */
enum hv_err hv_vgic_set_hw(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, uint32_t pintid) HV_MUST_CHECK;

/** hv_vgic_state() bits. */
#define HV_VGIC_IS_PENDING 0x1u
#define HV_VGIC_IS_ACTIVE  0x2u
#define HV_VGIC_IS_LINE    0x4u
#define HV_VGIC_IS_ENABLED 0x8u
#define HV_VGIC_IS_LISTED                                                                                              \
	0x10u /* in a list register: pending and active are older than what the guest has done since */

/**
 * hv_vgic_state - HV_VGIC_IS_* of one interrupt, for the embedder's own decisions and for tools. 0 when there is none.
 * @vcpu: for SGIs and PPIs whose
 */
uint32_t hv_vgic_state(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid);

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
	uint32_t offset;    /* from the frame's base; GICR: vCPU index * HV_VGIC_GICR_STRIDE + offset */
	uint8_t size_bytes; /* 1, 2, 4, 8 */
	bool is_write;
	uint64_t data; /* in for writes, out for reads; 0 for reserved registers (RAZ/WI) */
};

/**
 * hv_vgic_dist_access, hv_vgic_redist_access - perform it.
 * @vcpu: the vCPU that makes the access, not in the guest now
 * @kick: vCPUs to kick are added; after HV_EAGAIN: vCPUs to stop so that they fold, then make the access again
 * @deactivate: physical interrupts the write deactivated are added, at most 32
 * Return: HV_OK (also for reserved registers and illegal sizes, which are RAZ/WI), HV_EAGAIN.
 *
 * HV_EAGAIN comes only for accesses to pending and active bits, and ICFGR writes, of an interrupt that sits in a list
 * register of another vCPU. Until the access is made again those interrupts stay out of list registers, so the second
 * attempt succeeds; an access that is never repeated holds them back for some dozen entries only.
 * Disabling, moving, and changes of priority or group of such an interrupt take effect at once for the registers,
 * and in the list register when its vCPU, which is in @kick, folds; GICD_CTLR.RWP and GICR_CTLR.RWP tell.
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
 * hv_vgic_fold - take the list registers back after an exit. @ich holds what the backend read back. Does nothing when
 * no list register was in use. Clears used and sets hcr to HV_ICH_HCR_EN.
 * @kick: others to kick (an interrupt that was retargeted meanwhile)
 * @deactivate: physical interrupts to deactivate now: the guest ended tied interrupts that hardware could not end
 */
void hv_vgic_fold(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich, struct hv_vcpu_set *kick,
		  struct hv_vgic_deactivate *deactivate);

/**
 * hv_vgic_dir - a guest write of @value to ICC_DIR_EL1 that trapped (ICH_HCR.TDIR), after hv_vgic_fold().
 * An INTID that is not active and EOImode 0 (in @ich->vmcr) are ignored (GIC-33).
 * Return: HV_OK; HV_EAGAIN: another vCPU has the SPI in a list register: stop @kick, then run the instruction again.
 */
enum hv_err hv_vgic_dir(struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich, uint64_t value,
			struct hv_vcpu_set *kick, struct hv_vgic_deactivate *deactivate) HV_MUST_CHECK;

/**
 * hv_vgic_has_pending - would this vCPU take an interrupt now, by enables, priority mask and running priority?
 * The WFI question (GIC-64): @ich->vmcr must be the vCPU's current value, ap0r and ap1r its current ones or 0. Called
 * after fold. Level lines are as last set. May say yes too early, never no too long.
 */
bool hv_vgic_has_pending(struct hv_vgic *vgic, uint32_t vcpu, const struct hv_ich *ich);

HV_END_DECLS

#endif /* HV_VGIC_H */
