/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_port.h - what an embedder of the prebuilt libhv.a supplies: a dozen functions, bound at link time.
 *
 * Every function gets the context pointer that was given to hv_s2_init() or hv_vm_init(), so that one program may run
 * several machines. The requirements on each are those of the function of the same name in hv/backend.h.
 */
#ifndef HV_PORT_H
#define HV_PORT_H

#include <hv/types.h>

struct hv_el1;
struct hv_tlbi;
struct hv_tlb_regime;

HV_BEGIN_DECLS

/** Where the page at @pa can be read and written: the direct map of a kernel, @pa itself with an identity map. */
void *hv_port_va(void *ctx, uint64_t pa);

/** DSB ISHST, DSB ISH, ISB; a full fence where no Arm CPU walks the tables. */
void hv_port_dsb_ishst(void *ctx);
void hv_port_dsb_ish(void *ctx);
void hv_port_isb(void *ctx);

/** TLB and cache maintenance: see hv_be_tlb_invalidate() and its neighbours. */
void hv_port_tlb_invalidate(void *ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr);
void hv_port_dcache_clean_inval_poc(void *ctx, uint64_t pa, uint64_t size);
void hv_port_icache_inval_pou(void *ctx, uint64_t pa, uint64_t size);

/** EL1 register @reg (enum hv_el1_reg) of the loaded vCPU: the live register at EL2, el1->reg[reg] where images are used. */
uint64_t hv_port_el1_get(const struct hv_el1 *el1, unsigned int reg);
void hv_port_el1_set(struct hv_el1 *el1, unsigned int reg, uint64_t value);

/**
 * A lock in 16 bytes of the library's memory, zero at first use after hv_port_lock_init. Taken with host interrupts
 * masked where an interrupt handler calls into libhv; never taken recursively.
 */
void hv_port_lock_init(uint64_t lock[2]);
void hv_port_lock(uint64_t lock[2]);
void hv_port_unlock(uint64_t lock[2]);

HV_END_DECLS

#endif /* HV_PORT_H */
