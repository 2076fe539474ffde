/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/vmid.h - VMIDs for more VMs than there are VMIDs.
 *
 * A VM has a VMID for one generation. When all are given out, a new generation begins: VMIDs that a CPU is running with
 * now stay with their VMs, everything cached is flushed once, and the others are handed out again. A VM that was not
 * running gets a new VMID when it is loaded next.
 *
 * Use: hv_vmid_load() when a vCPU is loaded on a CPU, before VTTBR_EL2 is written; hv_vmid_put() when it leaves the CPU.
 * While loaded its VMID cannot change, so nothing has to be checked again at each entry. VMID 0 is never handed out
 * (VMID-03).
 *
 * Hold the writer lock of the VM's hv_s2 from before hv_vmid_load() until hv_s2_set_vmid() is done: so two vCPUs of one VM
 * that are loaded at once see one VMID (VMID-01), and no update in progress invalidates the old one only.
 *
 * Locking: the allocator's own lock (inside the writer lock), held for a few loads and stores; on rollover for one TLBI.
 * Every function may be called from any CPU. Call with interrupts masked where the interrupt handler might load a vCPU.
 */
#ifndef HV_VMID_H
#define HV_VMID_H

#include <hv/backend.h>
#include <hv/err.h>

/** The VMID of one VM; all vCPUs of the VM share it. Zero it when the VM is created. */
struct hv_vmid {
	uint64_t generation; /* 0: none yet */
	uint16_t vmid;
};

/** What one CPU runs with, and what it was running with at the last rollover. Private. */
struct hv_vmid_cpu {
	uint64_t since; /* generation in which the VMID was loaded */
	uint64_t kept_since;
	uint16_t vmid; /* 0: nothing loaded */
	uint16_t kept;
};

/** One allocator for each set of CPUs that share a TLB invalidation domain. Fields are private. */
struct hv_vmids {
	hv_ctx_t ctx;
	hv_lock_t lock;
	uint64_t generation;
	uint32_t nr_vmids; /* 256 or 65536 */
	uint32_t nr_cpus;
	uint32_t next;  /* where to look for a free one */
	uint64_t *used; /* bitmap of this generation */
	struct hv_vmid_cpu *cpu;
};

HV_BEGIN_DECLS

/**
 * hv_vmids_layout - memory hv_vmids_init() needs.
 * @vmid_bits: 8 or 16, what VTCR_EL2.VS says (hv_s2_geo.vmid16; VMID-04)
 * @nr_cpus: 1..(2^vmid_bits - 2): each may run another VM
 * Return: HV_OK, HV_EINVAL.
 */
enum hv_err hv_vmids_layout(uint32_t vmid_bits, uint32_t nr_cpus, size_t *size, size_t *align) HV_MUST_CHECK;

/** hv_vmids_init - nothing handed out. @mem as hv_vmids_layout() said. Return: HV_OK, HV_EINVAL. */
enum hv_err hv_vmids_init(struct hv_vmids *vmids, hv_ctx_t ctx, uint32_t vmid_bits, uint32_t nr_cpus,
			  void *mem) HV_MUST_CHECK;

/**
 * hv_vmid_load - a vCPU of the VM @vmid is loaded on @cpu.
 * @regime: VTCR_EL2 and VTTBR_EL2 to have in the registers while everything is flushed on rollover; any valid ones
 *
 * Return: true when vmid->vmid has changed since the VM was loaded last: hv_s2_set_vmid() before VTTBR_EL2 is written.
 */
bool hv_vmid_load(struct hv_vmids *vmids, uint32_t cpu, struct hv_vmid *vmid, const struct hv_tlb_regime *regime);

/** hv_vmid_put - nothing is loaded on @cpu any more. */
void hv_vmid_put(struct hv_vmids *vmids, uint32_t cpu);

HV_END_DECLS

#endif /* HV_VMID_H */
