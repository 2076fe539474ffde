/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/vm.h - a virtual machine: its address space, its vCPUs and its interrupt controller, tied together.
 *
 * All memory comes from the caller: hv_vm_layout() tells how much, hv_vm_init() lays it out. The VM holds a pointer to the
 * caller's hv_s2 and never changes tables itself: faults come back as HV_NEXT_MAP.
 */
#ifndef HV_VM_H
#define HV_VM_H

#include <hv/s2.h>
#include <hv/smccc.h>
#include <hv/sysreg.h>
#include <hv/vcpu.h>

/** A range of guest physical addresses that is memory: faults there are HV_NEXT_MAP, anything else is a device or a hole. */
struct hv_vm_ram {
	hv_ipa_t base;
	uint64_t size;
};

#define HV_VM_MAX_RAM 4u

struct hv_vm_config {
	uint32_t config_bytes; /* sizeof(struct hv_vm_config) */
	uint32_t nr_vcpus;     /* 1..HV_CONFIG_MAX_VCPUS */
	uint32_t nr_spis;      /* 0..988 */
	const uint64_t *mpidr; /* nr_vcpus affinities; NULL: Aff0 0..15, then Aff1, as QEMU's virt */
	hv_ipa_t gicd;         /* base of the distributor frame, 64 KiB aligned */
	hv_ipa_t gicr;         /* base of the redistributor region, 64 KiB aligned, nr_vcpus * 128 KiB long */
	struct hv_vm_ram ram[HV_VM_MAX_RAM];
	uint32_t nr_ram;
	uint32_t vtimer_pintid;  /* physical PPI of the virtual timer to link (27), or 0: no HW link */
	bool trap_wfi;           /* HCR_EL2.TWI, TWE; false when each vCPU has a CPU of its own */
	struct hv_idregs idregs; /* ID registers of the host, the intersection of its CPUs (hv/sysreg.h) */
	uint32_t view_features;  /* HV_VIEW_*: what the backend switches beyond the plain world switch; 0 is safe */
	bool e2h;                /* the host runs with HCR_EL2.E2H = 1 */
	uint32_t psci_version;   /* HV_PSCI_VERSION_*; 0: 1.1 */
	uint32_t psci_optional;  /* HV_PSCI_WITH_* */
	struct hv_smccc_config smccc; /* workarounds, conduits, vendor UID; zero is a correct default */
};

/** vm->state */
enum hv_vm_state { HV_VM_RUNNING, HV_VM_STOPPING };

struct hv_vm {
	hv_ctx_t ctx;
	struct hv_s2 *s2;
	struct hv_vcpu *vcpu; /* nr_vcpus */
	uint32_t nr_vcpus;
	uint32_t state; /* enum hv_vm_state, atomic */
	struct hv_vgic vgic;
	hv_ipa_t gicd, gicr;
	struct hv_vm_ram ram[HV_VM_MAX_RAM];
	uint32_t nr_ram;
	uint32_t vtimer_pintid;
	struct hv_idregs idregs; /* what the guest sees */
	struct hv_traps traps;   /* trap controls to load; HCR_EL2 is the copy in each vCPU */
	struct hv_smccc_config smccc;
	uint32_t psci_version;
	uint32_t psci_smc32, psci_smc64; /* functions there are, bit n for number n, by width */
	uint32_t mem_protect;            /* MEM_PROTECT is on: RAM must be cleared at the next reset; atomic */
	uint64_t dczid;                  /* DCZID_EL0 of the host's CPUs, 0 when not told */
	uint16_t *by_mpidr;              /* vCPU indices sorted by affinity */
};

HV_BEGIN_DECLS

/** hv_vm_layout - memory hv_vm_init() needs. Return: HV_OK, HV_EINVAL. */
enum hv_err hv_vm_layout(const struct hv_vm_config *config, size_t *size, size_t *align) HV_MUST_CHECK;

/**
 * hv_vm_init - create a VM; all vCPUs are OFF.
 * @mem: as hv_vm_layout() said, owned by the VM, cleared here
 * Return: HV_OK, HV_EINVAL (a field is out of range, frames overlap each other or RAM), HV_ENOMEM (mem too small),
 * HV_ERANGE (an address beyond the IPA size).
 */
#define hv_vm_init HV_CONFIG_NAME(hv_vm_init)
enum hv_err hv_vm_init(struct hv_vm *vm, const struct hv_vm_config *config, hv_ctx_t ctx, struct hv_s2 *s2, void *mem,
		       size_t mem_bytes) HV_MUST_CHECK;

/**
 * hv_vm_start - switch vCPU 0 on at @entry with x0 = @x0, the others stay OFF.
 * Return: HV_OK, HV_EBUSY (it is on already), HV_EINVAL (@entry outside RAM or misaligned).
 */
enum hv_err hv_vm_start(struct hv_vm *vm, hv_ipa_t entry, uint64_t x0, struct hv_vcpu_set *kick) HV_MUST_CHECK;

/** hv_vm_stop - ask every vCPU to park; kick the members of @kick. Idempotent. */
void hv_vm_stop(struct hv_vm *vm, struct hv_vcpu_set *kick);

/** hv_vm_parked - have all vCPUs parked (or never ran)? */
bool hv_vm_parked(const struct hv_vm *vm);

/**
 * hv_vm_reset - state of a fresh VM (PSCI-15): power states, registers, interrupt controller, timers.
 * Return: HV_OK; HV_EBUSY while a vCPU has not parked yet; HV_EAGAIN when @deactivate is full: deactivate, empty it, call again.
 */
enum hv_err hv_vm_reset(struct hv_vm *vm, struct hv_vgic_deactivate *deactivate) HV_MUST_CHECK;

/**
 * hv_vm_read, hv_vm_write - copy between the guest's RAM and a buffer, as a device does DMA.
 * @ipa, @bytes: any alignment and length; a copy of 1, 2, 4 or 8 aligned bytes is one access
 *
 * Readers of the tables, like hv_s2_lookup(): what keeps the pages in place meanwhile is the caller's.
 * Return: HV_OK; HV_ERANGE (not all of it is RAM; nothing was copied); HV_ENOENT (not mapped now, or not with the right to
 * read or write: what lies before has been copied).
 */
enum hv_err hv_vm_read(const struct hv_vm *vm, hv_ipa_t ipa, void *buf, size_t bytes) HV_MUST_CHECK;
enum hv_err hv_vm_write(struct hv_vm *vm, hv_ipa_t ipa, const void *buf, size_t bytes) HV_MUST_CHECK;

/**
 * hv_vm_flush - clean and invalidate to the point of coherency what is mapped in the VM's RAM (next.flush: a set/way
 * operation, or its caches being switched on).
 * @cursor: 0 at first, then as left; @budget: leaves and holes to visit in this call, at least 1
 * Reads the tables as hv_s2_lookup() does. Return: HV_OK when done, HV_EAGAIN when the budget is used up.
 */
enum hv_err hv_vm_flush(struct hv_vm *vm, uint64_t *cursor, uint32_t budget) HV_MUST_CHECK;

/**
 * hv_vm_request - raise @req (HV_REQ_*) on every member of @set; those that need no interrupt are removed from it, so that
 * afterwards: for (i = hv_vcpu_set_pop(&set); i >= 0; i = hv_vcpu_set_pop(&set)) kick(vm->vcpu[i].cpu);
 */
void hv_vm_request(struct hv_vm *vm, uint32_t req, struct hv_vcpu_set *set);

/** hv_vm_vcpu_by_mpidr - index of the vCPU with these affinity bits, or -1. Bits outside Aff3..0 must be 0. */
int32_t hv_vm_vcpu_by_mpidr(const struct hv_vm *vm, uint64_t affinity);

HV_END_DECLS

#endif /* HV_VM_H */
