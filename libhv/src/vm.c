/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vm.c - a virtual machine: layout, life, and who is where. Contract: hv/vm.h. */
#include "run_priv.h"

#define MPIDR_AFFINITY HV_U64(0xff00ffffff)
#define MPIDR_RES1     HV_BIT(31)
#define FRAME_ALIGN    HV_KIB(64)
#define PART_ALIGN     64

/* ---- memory -------------------------------------------------------------------------------------------------------- */

/* The caller's memory: vCPUs, the interrupt controller, the table of affinities. */
struct parts {
	size_t vgic_at, by_mpidr_at, size, align;
};

static struct hv_vgic_config vgic_config(const struct hv_vm_config *config)
{
	struct hv_vgic_config vgic = { 0 };

	vgic.config_bytes = sizeof(vgic);
	vgic.nr_vcpus = config->nr_vcpus;
	vgic.nr_spis = config->nr_spis;
	vgic.mpidr = config->mpidr;
	return vgic;
}

static enum hv_err layout(const struct hv_vm_config *config, struct parts *parts)
{
	struct hv_vgic_config vgic = vgic_config(config);
	size_t vgic_size, vgic_align;
	enum hv_err err;

	if (config->config_bytes != sizeof(*config))
		return HV_EINVAL;
	err = hv_vgic_layout(&vgic, &vgic_size, &vgic_align);
	if (err)
		return err;
	parts->align = vgic_align > PART_ALIGN ? vgic_align : PART_ALIGN;
	parts->vgic_at = hv_align_up(config->nr_vcpus * sizeof(struct hv_vcpu), parts->align);
	parts->by_mpidr_at = hv_align_up(parts->vgic_at + vgic_size, PART_ALIGN);
	parts->size = parts->by_mpidr_at + config->nr_vcpus * sizeof(uint16_t);
	return HV_OK;
}

enum hv_err hv_vm_layout(const struct hv_vm_config *config, size_t *size, size_t *align)
{
	struct parts parts;
	enum hv_err err = layout(config, &parts);

	if (err)
		return err;
	*size = parts.size;
	*align = parts.align;
	return HV_OK;
}

/* ---- checks -------------------------------------------------------------------------------------------------------- */

struct range {
	uint64_t base, size;
};

static bool overlap(struct range a, struct range b)
{
	return a.base < b.base + b.size && b.base < a.base + a.size;
}

/* All ranges of the address space: RAM first, then the two frames. They are checked against each other alike. */
#define NR_RANGES (HV_VM_MAX_RAM + 2)

static uint32_t collect_ranges(const struct hv_vm_config *config, struct range *range)
{
	uint32_t i;

	for (i = 0; i < config->nr_ram; i++)
		range[i] = (struct range){ config->ram[i].base.v, config->ram[i].size };
	range[i++] = (struct range){ config->gicd.v, HV_VGIC_GICD_BYTES };
	range[i++] = (struct range){ config->gicr.v, (uint64_t)config->nr_vcpus * HV_VGIC_GICR_STRIDE };
	return i;
}

static bool aligned_all(const struct hv_vm_config *config, const struct range *range, uint64_t page)
{
	uint32_t i;

	for (i = 0; i < config->nr_ram; i++)
		if (range[i].size == 0 || !hv_is_aligned(range[i].base | range[i].size, page))
			return false;
	return hv_is_aligned(config->gicd.v | config->gicr.v, FRAME_ALIGN);
}

static bool overlap_any(const struct range *range, uint32_t nr)
{
	uint32_t i, j;

	for (i = 1; i < nr; i++)
		for (j = 0; j < i; j++)
			if (overlap(range[i], range[j]))
				return true;
	return false;
}

static enum hv_err check_ranges(const struct hv_vm_config *config, const struct hv_s2_geo *geo)
{
	struct range range[NR_RANGES];
	uint32_t nr = collect_ranges(config, range), i;

	if (!aligned_all(config, range, HV_BIT(geo->granule_shift)))
		return HV_EINVAL;
	for (i = 0; i < nr; i++)
		if (!hv_range_ok(range[i].base, range[i].size, HV_BIT(geo->ipa_bits)))
			return HV_ERANGE;
	return overlap_any(range, nr) ? HV_EINVAL : HV_OK;
}

static enum hv_err check(const struct hv_vm_config *config, const struct hv_s2_geo *geo)
{
	if (config->nr_ram < 1 || config->nr_ram > HV_VM_MAX_RAM)
		return HV_EINVAL;
	if (config->vtimer_pintid && (config->vtimer_pintid < 16 || config->vtimer_pintid > 31))
		return HV_EINVAL;
	return check_ranges(config, geo);
}

/* ---- affinities ---------------------------------------------------------------------------------------------------- */

/* Without a list from the caller 16 vCPUs to each Aff1, the layout hv/vgic.h documents. */
static uint64_t default_affinity(uint32_t index)
{
	return (uint64_t)(index / 16) << 8 | index % 16;
}

static uint64_t affinity_of(const struct hv_vm *vm, uint32_t index)
{
	return vm->vcpu[index].mpidr & MPIDR_AFFINITY;
}

static void sort_by_affinity(struct hv_vm *vm)
{
	uint32_t i, at;

	for (i = 0; i < vm->nr_vcpus; i++) {
		for (at = i; at > 0 && affinity_of(vm, vm->by_mpidr[at - 1]) > affinity_of(vm, i); at--)
			vm->by_mpidr[at] = vm->by_mpidr[at - 1];
		vm->by_mpidr[at] = (uint16_t)i;
	}
}

static int32_t search_affinity(const struct hv_vm *vm, uint64_t affinity)
{
	uint32_t low = 0, high = vm->nr_vcpus;

	while (low < high) {
		uint32_t mid = (low + high) / 2, index = vm->by_mpidr[mid];
		uint64_t found = affinity_of(vm, index);

		if (found == affinity)
			return (int32_t)index;
		if (found < affinity)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

int32_t hv_vm_vcpu_by_mpidr(const struct hv_vm *vm, uint64_t affinity)
{
	uint32_t guess = (uint32_t)(HV_FIELD(affinity, 15, 8) * 16 + HV_FIELD(affinity, 7, 0));

	if (affinity & ~MPIDR_AFFINITY)
		return -1;
	/* Most machines number their CPUs the default way. */
	guess = hv_nospec(guess < vm->nr_vcpus ? guess : 0, vm->nr_vcpus);
	if (affinity_of(vm, guess) == affinity)
		return (int32_t)guess;
	return search_affinity(vm, affinity);
}

/* ---- life ---------------------------------------------------------------------------------------------------------- */

static uint32_t traps_flags(const struct hv_vm_config *config, const struct hv_s2_geo *geo)
{
	uint32_t flags = 0;

	if (config->trap_wfi)
		flags |= HV_TRAPS_TRAP_WFI;
	if (config->e2h)
		flags |= HV_TRAPS_E2H;
	if (geo->fwb)
		flags |= HV_TRAPS_FWB;
	return flags;
}

static void init_vm(struct hv_vm *vm, const struct hv_vm_config *config, hv_ctx_t ctx, struct hv_s2 *s2)
{
	uint32_t i;

	vm->ctx = ctx;
	vm->s2 = s2;
	vm->nr_vcpus = config->nr_vcpus;
	vm->state = HV_VM_RUNNING;
	vm->gicd = config->gicd;
	vm->gicr = config->gicr;
	for (i = 0; i < config->nr_ram; i++)
		vm->ram[i] = config->ram[i];
	vm->nr_ram = config->nr_ram;
	vm->vtimer_pintid = config->vtimer_pintid;
	hv_idregs_view(&vm->idregs, &config->idregs, s2->geo.ipa_bits, config->view_features);
	hv_traps_init(&vm->traps, &vm->idregs, &config->idregs, traps_flags(config, &s2->geo));
	vm->smccc = config->smccc;
	vm->dczid = config->idregs.dczid;
}

static void clear_bytes(unsigned char *at, size_t bytes)
{
	while (bytes-- > 0)
		*at++ = 0;
}

static void init_vcpu(struct hv_vm *vm, uint32_t index, uint64_t affinity)
{
	struct hv_vcpu *vcpu = &vm->vcpu[index];

	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->cpu = HV_CPU_NONE;
	vcpu->mpidr = (affinity & MPIDR_AFFINITY) | MPIDR_RES1;
	vcpu->ich.nr_lrs = 1;
	hv_vcpu_reset_image_(vcpu);
}

/* A fresh interrupt controller has nothing pending, so this cannot fail. */
static void link_vtimers(struct hv_vm *vm)
{
	uint32_t i;

	for (i = 0; vm->vtimer_pintid && i < vm->nr_vcpus; i++) {
		enum hv_err err = hv_vgic_set_hw(&vm->vgic, i, HV_PPI_VTIMER, vm->vtimer_pintid);

		(void)err;
	}
}

enum hv_err hv_vm_init(struct hv_vm *vm, const struct hv_vm_config *config, hv_ctx_t ctx, struct hv_s2 *s2, void *mem,
		       size_t mem_bytes)
{
	struct hv_vgic_config vgic;
	struct parts parts;
	enum hv_err err = layout(config, &parts);
	uint32_t i;

	if (!err)
		err = check(config, &s2->geo);
	if (err)
		return err;
	if (mem_bytes < parts.size || !hv_is_aligned((uintptr_t)mem, parts.align))
		return HV_ENOMEM;
	err = hv_psci_init_(vm, config->psci_version, config->psci_optional);
	if (err)
		return err;
	clear_bytes(mem, parts.size);
	vm->vcpu = mem;
	vm->by_mpidr = (uint16_t *)(void *)((unsigned char *)mem + parts.by_mpidr_at);
	init_vm(vm, config, ctx, s2);
	vgic = vgic_config(config);
	err = hv_vgic_init(&vm->vgic, &vgic, (unsigned char *)mem + parts.vgic_at, parts.by_mpidr_at - parts.vgic_at);
	if (err)
		return err;
	for (i = 0; i < vm->nr_vcpus; i++)
		init_vcpu(vm, i, config->mpidr ? config->mpidr[i] : default_affinity(i));
	sort_by_affinity(vm);
	link_vtimers(vm);
	return HV_OK;
}

static bool in_frame(uint64_t ipa, hv_ipa_t base, uint64_t bytes)
{
	return ipa >= base.v && ipa - base.v < bytes;
}

enum hv_region hv_vm_region_(const struct hv_vm *vm, uint64_t ipa)
{
	if (hv_vm_is_ram_(vm, ipa, 1))
		return HV_REGION_RAM;
	if (in_frame(ipa, vm->gicd, HV_VGIC_GICD_BYTES))
		return HV_REGION_GICD;
	if (in_frame(ipa, vm->gicr, (uint64_t)vm->nr_vcpus * HV_VGIC_GICR_STRIDE))
		return HV_REGION_GICR;
	return ipa >> vm->s2->geo.ipa_bits ? HV_REGION_BEYOND : HV_REGION_NONE;
}

enum hv_err hv_vm_start(struct hv_vm *vm, hv_ipa_t entry, uint64_t x0, struct hv_vcpu_set *kick)
{
	struct hv_psci_cpu *psci = &vm->vcpu[0].psci;

	if (!hv_is_aligned(entry.v, 4) || !hv_vm_is_ram_(vm, entry.v, 4))
		return HV_EINVAL;
	if (hv_load_acquire_u32(&vm->state) != HV_VM_RUNNING || hv_psci_claim(psci) != HV_PSCI_SUCCESS)
		return HV_EBUSY;
	psci->entry = entry.v;
	psci->context = x0;
	psci->sctlr = HV_SCTLR_RESET;
	hv_psci_publish(psci);
	hv_vcpu_set_add(kick, 0);
	return HV_OK;
}

void hv_vm_stop(struct hv_vm *vm, struct hv_vcpu_set *kick)
{
	uint32_t i;

	hv_store_release_u32(&vm->state, HV_VM_STOPPING);
	for (i = 0; i < vm->nr_vcpus; i++)
		if (hv_vcpu_request(&vm->vcpu[i], HV_REQ_STOP))
			hv_vcpu_set_add(kick, i);
}

bool hv_vm_parked(const struct hv_vm *vm)
{
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus; i++)
		if (!hv_load_acquire_u32(&vm->vcpu[i].parked) && vm->vcpu[i].cpu != HV_CPU_NONE)
			return false;
	return true;
}

enum hv_err hv_vm_reset(struct hv_vm *vm, struct hv_vgic_deactivate *deactivate)
{
	enum hv_err err;
	uint32_t i;

	if (!hv_vm_parked(vm))
		return HV_EBUSY;
	err = hv_vgic_reset(&vm->vgic, deactivate);
	if (err)
		return err;
	for (i = 0; i < vm->nr_vcpus; i++)
		hv_vcpu_reset_image_(&vm->vcpu[i]);
	hv_store_release_u32(&vm->mem_protect, 0);
	hv_store_release_u32(&vm->state, HV_VM_RUNNING);
	return HV_OK;
}

void hv_vm_request(struct hv_vm *vm, uint32_t req, struct hv_vcpu_set *set)
{
	struct hv_vcpu_set all = *set;
	int32_t i;

	hv_vcpu_set_clear(set);
	for (i = hv_vcpu_set_pop(&all); i >= 0; i = hv_vcpu_set_pop(&all))
		if (hv_vcpu_request(&vm->vcpu[i], req))
			hv_vcpu_set_add(set, (uint32_t)i);
}

/* ---- cache maintenance --------------------------------------------------------------------------------------------- */

/* The address @offset bytes into the VM's RAM, counted over all ranges, and what is left of its range there. */
static bool ram_at(const struct hv_vm *vm, uint64_t offset, hv_ipa_t *ipa, uint64_t *left)
{
	uint32_t i;

	for (i = 0; i < vm->nr_ram; i++) {
		if (offset < vm->ram[i].size) {
			*ipa = hv_ipa(vm->ram[i].base.v + offset);
			*left = vm->ram[i].size - offset;
			return true;
		}
		offset -= vm->ram[i].size;
	}
	return false;
}

/* One leaf or hole from @ipa on, at most @left bytes. Return: bytes dealt with. */
static uint64_t flush_leaf(struct hv_vm *vm, hv_ipa_t ipa, uint64_t left)
{
	struct hv_s2_leaf leaf;
	uint64_t bytes = left;

	if (hv_s2_lookup(vm->s2, ipa, &leaf) != HV_OK)
		return left;
	if (leaf.base.v + leaf.size - ipa.v < left)
		bytes = leaf.base.v + leaf.size - ipa.v;
	if (leaf.mapped)
		hv_be_dcache_clean_inval_poc(vm->ctx, leaf.pa, bytes);
	return bytes;
}

enum hv_err hv_vm_flush(struct hv_vm *vm, uint64_t *cursor, uint32_t budget)
{
	hv_ipa_t ipa;
	uint64_t left;

	while (ram_at(vm, *cursor, &ipa, &left)) {
		if (budget-- == 0)
			return HV_EAGAIN;
		*cursor += flush_leaf(vm, ipa, left);
	}
	return HV_OK;
}
