/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vmid.c - VMIDs by generation. The contract is in hv/vmid.h. */
#include <hv/vmid.h>

static bool config_ok(uint32_t vmid_bits, uint32_t nr_cpus)
{
	return (vmid_bits == 8 || vmid_bits == 16) && nr_cpus >= 1 && nr_cpus <= (1u << vmid_bits) - 2;
}

static size_t bitmap_bytes(uint32_t vmid_bits)
{
	return ((size_t)1 << vmid_bits) / 8;
}

enum hv_err hv_vmids_layout(uint32_t vmid_bits, uint32_t nr_cpus, size_t *size, size_t *align)
{
	if (!config_ok(vmid_bits, nr_cpus))
		return HV_EINVAL;
	*size = bitmap_bytes(vmid_bits) + nr_cpus * sizeof(struct hv_vmid_cpu);
	*align = sizeof(uint64_t);
	return HV_OK;
}

static bool is_used(const struct hv_vmids *vmids, uint32_t vmid)
{
	return (vmids->used[vmid / 64] >> (vmid % 64) & 1) != 0;
}

static void set_used(struct hv_vmids *vmids, uint32_t vmid)
{
	vmids->used[vmid / 64] |= HV_BIT(vmid % 64);
}

/* All free but 0. */
static void clear_used(struct hv_vmids *vmids)
{
	uint32_t i;

	for (i = 0; i < vmids->nr_vmids / 64; i++)
		vmids->used[i] = 0;
	set_used(vmids, 0);
	vmids->next = 1;
}

enum hv_err hv_vmids_init(struct hv_vmids *vmids, hv_ctx_t ctx, uint32_t vmid_bits, uint32_t nr_cpus, void *mem)
{
	uint32_t cpu;

	if (!config_ok(vmid_bits, nr_cpus))
		return HV_EINVAL;
	vmids->ctx = ctx;
	hv_lock_init(&vmids->lock);
	vmids->generation = 1;
	vmids->nr_vmids = 1u << vmid_bits;
	vmids->nr_cpus = nr_cpus;
	vmids->used = (uint64_t *)mem;
	vmids->cpu = (struct hv_vmid_cpu *)(void *)(vmids->used + vmids->nr_vmids / 64);
	clear_used(vmids);
	for (cpu = 0; cpu < nr_cpus; cpu++)
		vmids->cpu[cpu].vmid = vmids->cpu[cpu].kept = 0;
	return HV_OK;
}

/* A new generation: what CPUs run with stays, everything cached goes before anything is handed out (VMID-01). */
static void rollover(struct hv_vmids *vmids, const struct hv_tlb_regime *regime)
{
	struct hv_tlbi op;
	uint32_t i;

	vmids->generation++;
	clear_used(vmids);
	for (i = 0; i < vmids->nr_cpus; i++) {
		struct hv_vmid_cpu *cpu = &vmids->cpu[i];

		cpu->kept = cpu->vmid;
		cpu->kept_since = cpu->since;
		set_used(vmids, cpu->kept);
	}
	op.op = HV_TLBI_ALLE1IS;
	op.xt = 0;
	hv_be_tlb_invalidate(vmids->ctx, regime, &op, 1);
}

/* The next free VMID from vmids->next on, or 0. */
static uint32_t find_free(struct hv_vmids *vmids)
{
	uint32_t vmid;

	for (vmid = vmids->next; vmid < vmids->nr_vmids; vmid++)
		if (!is_used(vmids, vmid))
			break;
	vmids->next = vmid;
	return vmid < vmids->nr_vmids ? vmid : 0;
}

/*
 * Did a CPU run this VM at the last rollover? Then it keeps its VMID. From the generation in which the CPU loaded it, the
 * VMID was nobody else's, however many rollovers ago that is.
 */
static bool was_kept(const struct hv_vmids *vmids, const struct hv_vmid *vmid)
{
	uint32_t i;

	if (vmid->generation == 0)
		return false;
	for (i = 0; i < vmids->nr_cpus; i++)
		if (vmids->cpu[i].kept == vmid->vmid && vmid->generation >= vmids->cpu[i].kept_since)
			return true;
	return false;
}

/* After a rollover one is free: CPUs keep fewer than there are. A VM that a CPU is running was kept, and is not here. */
static void assign(struct hv_vmids *vmids, struct hv_vmid *vmid, const struct hv_tlb_regime *regime)
{
	uint32_t found = find_free(vmids);

	if (found == 0) {
		rollover(vmids, regime);
		found = find_free(vmids);
	}
	set_used(vmids, found);
	vmid->vmid = (uint16_t)found;
}

bool hv_vmid_load(struct hv_vmids *vmids, uint32_t cpu, struct hv_vmid *vmid, const struct hv_tlb_regime *regime)
{
	uint16_t before = vmid->vmid;

	hv_lock(&vmids->lock);
	if (vmid->generation != vmids->generation && !was_kept(vmids, vmid))
		assign(vmids, vmid, regime);
	vmid->generation = vmids->generation;
	vmids->cpu[cpu].vmid = vmid->vmid;
	vmids->cpu[cpu].since = vmids->generation;
	hv_unlock(&vmids->lock);
	return vmid->vmid != before;
}

void hv_vmid_put(struct hv_vmids *vmids, uint32_t cpu)
{
	hv_lock(&vmids->lock);
	vmids->cpu[cpu].vmid = 0;
	hv_unlock(&vmids->lock);
}
