/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host_gic.h - a model of the GICv3 virtual CPU interface: what the guest's ICC_* accesses (ICV_*) do to list registers.
 *
 * Written from the architecture and measured sequences, and knows nothing of the vGIC: struct hv_ich is only the form in which
 * registers come and go. One model per vCPU; no locks, a model belongs to one thread. Choices the architecture leaves open
 * follow what was measured: of equal priorities the lowest list register goes first; an EOI drops the running priority before
 * its INTID is looked at; EOI and DIR without a matching active priority or interrupt change nothing else.
 */
#ifndef HV_HOST_GIC_H
#define HV_HOST_GIC_H

#include <hv/vgic.h>

struct hv_host_gic {
	struct hv_ich reg;        /* the registers themselves; used: list registers not known to be empty */
	uint32_t pri_bits;        /* 5..8 */
	uint32_t pre_bits;        /* 5..7 */
	uint32_t phys_active[32]; /* physical interrupts that are active: HW=1 ends clear them */
};

HV_BEGIN_DECLS

/** Reset: no list register valid, BPR at its minimum. @nr_lrs 1..16, @pri_bits 5..8, @pre_bits 5..7. */
void hv_host_gic_init(struct hv_host_gic *gic, uint32_t nr_lrs, uint32_t pri_bits, uint32_t pre_bits);

/** hv_host_gic_load, hv_host_gic_put - what a backend does with VMCR and active priorities when a vCPU comes and goes. */
void hv_host_gic_load(struct hv_host_gic *gic, const struct hv_ich *ich);
void hv_host_gic_put(const struct hv_host_gic *gic, struct hv_ich *ich);

/** hv_host_gic_enter, hv_host_gic_exit - what a backend does around each run of the guest (hv/vgic.h). */
void hv_host_gic_enter(struct hv_host_gic *gic, const struct hv_ich *ich);
void hv_host_gic_exit(struct hv_host_gic *gic, struct hv_ich *ich);

/** Read ICC_IAR<group>: acknowledges, or 1023. */
uint32_t hv_host_gic_iar(struct hv_host_gic *gic, uint32_t group);
uint32_t hv_host_gic_hppir(const struct hv_host_gic *gic, uint32_t group);
void hv_host_gic_eoir(struct hv_host_gic *gic, uint32_t group, uint32_t intid);
/** Write ICC_DIR. False: it traps (ICH_HCR.TDIR) and nothing changed. */
bool hv_host_gic_dir(struct hv_host_gic *gic, uint32_t intid);

uint32_t hv_host_gic_rpr(const struct hv_host_gic *gic);
uint32_t hv_host_gic_pmr(const struct hv_host_gic *gic);
void hv_host_gic_set_pmr(struct hv_host_gic *gic, uint32_t value);
uint32_t hv_host_gic_bpr(const struct hv_host_gic *gic, uint32_t group);
void hv_host_gic_set_bpr(struct hv_host_gic *gic, uint32_t group, uint32_t value);
uint32_t hv_host_gic_igrpen(const struct hv_host_gic *gic, uint32_t group);
void hv_host_gic_set_igrpen(struct hv_host_gic *gic, uint32_t group, uint32_t value);
/** ICC_CTLR: EOImode (bit 1) and CBPR (bit 0); the identification bits are the caller's. */
uint32_t hv_host_gic_ctlr(const struct hv_host_gic *gic);
void hv_host_gic_set_ctlr(struct hv_host_gic *gic, uint32_t value);

/** Write ICH_VMCR: what the interface cannot hold is brought into range. */
void hv_host_gic_set_vmcr(struct hv_host_gic *gic, uint32_t value);
uint32_t hv_host_gic_misr(const struct hv_host_gic *gic);
uint32_t hv_host_gic_eisr(const struct hv_host_gic *gic);
uint32_t hv_host_gic_elrsr(const struct hv_host_gic *gic);

/** Are the interrupts asserted? Bit 0: virtual FIQ (group 0), bit 1: virtual IRQ (group 1), bit 2: maintenance. */
uint32_t hv_host_gic_signals(const struct hv_host_gic *gic);

HV_END_DECLS

#endif /* HV_HOST_GIC_H */
