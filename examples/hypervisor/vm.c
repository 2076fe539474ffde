/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vm.c - make a VM: its RAM, its stage 2, its vCPUs. Everything that can be wrong is told before anything runs. */
#include "hypervisor.h"

#define PAGE       HV_KIB(4)
#define BLOCK      HV_MIB(2)
#define BIG_BLOCK  HV_GIB(1)
#define SIMD_BYTES 512u /* v0..v31 */
#define IPA_BITS   40u  /* room for 1 TiB above the devices, where the CPUs have it */

static uint64_t alloc_pages(struct vm *vm, uint64_t bytes, uint64_t align)
{
	uint64_t base;

	if (!mem_alloc(&world.mem, hv_align_up(bytes, PAGE), align < PAGE ? PAGE : align, &base))
		fatal(vm->conf->label, "memory", "no host RAM left for the VM's own structures");
	return base;
}

static void __attribute__((noreturn)) no_memory(const struct vm *vm)
{
	hv_bm_printf("libhv: %s: %lu MiB asked for, %lu MiB of host RAM left\n", vm->conf->label,
		     vm->conf->memory >> 20, mem_total(&world.mem, BLOCK) >> 20);
	fatal(vm->conf->label, "memory", "more than the machine has left");
}

/* The next piece: a 1 GiB block where guest and host address allow one, else all that the largest free range gives. */
static struct region next_piece(uint64_t offset, uint64_t left)
{
	struct region r = { 0, BIG_BLOCK };

	if (hv_is_aligned(GUEST_RAM + offset, BIG_BLOCK) && left >= BIG_BLOCK &&
	    mem_alloc(&world.mem, BIG_BLOCK, BIG_BLOCK, &r.base))
		return r;
	r = mem_largest(&world.mem, BLOCK);
	if (r.size > left)
		r.size = left;
	return mem_remove(&world.mem, r) ? r : (struct region){ 0, 0 };
}

static void give_ram(struct vm *vm)
{
	uint64_t offset = 0, left = vm->conf->memory;

	while (left > 0) {
		struct region r = next_piece(offset, left);

		if (r.size == 0 || vm->nr_extents == VM_MAX_EXTENTS)
			no_memory(vm);
		vm->extent[vm->nr_extents++] = (struct extent){ offset, r.base, r.size };
		offset += r.size;
		left -= r.size;
	}
}

static void map_extent(struct vm *vm, const struct extent *e)
{
	hv_ipa_t ipa = hv_ipa(GUEST_RAM + e->offset);
	struct hv_s2_gather gather;
	struct hv_pool pool;
	uint64_t nr;

	hv_pool_init(&pool, 0);
	if (hv_s2_tables_needed(&vm->s2, ipa, hv_pa(e->pa), e->bytes, HV_S2_RWX, &nr))
		fatal(vm->conf->label, "memory", "beyond the guest's address space");
	if (nr > 0)
		hv_pool_put_range(&pool, hv_pa(alloc_pages(vm, nr * PAGE, PAGE)), PAGE, nr);
	hv_s2_gather_init(&gather, &vm->s2, &pool);
	if (hv_s2_map(&vm->s2, ipa, hv_pa(e->pa), e->bytes, HV_S2_RWX, &gather))
		hv_bm_panic("the guest's RAM could not be mapped");
	hv_s2_settle(&vm->s2, &gather);
}

/* The smallest IPA size that has room for the RAM, but no less than IPA_BITS if the CPUs can. */
static void init_stage2(struct vm *vm, uint16_t vmid)
{
	struct hv_s2_config config = {
		.config_bytes = sizeof(config),
		.granule = HV_S2_4K,
		.ipa_bits = IPA_BITS,
	};
	enum hv_s2_why why;
	struct hv_s2_geo geo;
	uint32_t i;

	while (GUEST_RAM + vm->conf->memory > HV_BIT(config.ipa_bits) && config.ipa_bits < 48)
		config.ipa_bits++;
	if (hv_s2_geometry(&geo, &config, &world.feat, &why)) {
		config.ipa_bits = 0;
		if (hv_s2_geometry(&geo, &config, &world.feat, &why))
			fatal(vm->conf->label, "stage 2", hv_s2_why_text(why));
	}
	if (GUEST_RAM + vm->conf->memory > HV_BIT(geo.ipa_bits))
		fatal(vm->conf->label, "memory", "beyond the address space the CPUs can give a guest");
	if (hv_s2_init(&vm->s2, &geo, 0, hv_pa(alloc_pages(vm, geo.root_bytes, geo.root_align)), vmid))
		hv_bm_panic("the stage-2 root was refused");
	for (i = 0; i < vm->nr_extents; i++)
		map_extent(vm, &vm->extent[i]);
}

static void init_vcpus(struct vm *vm)
{
	struct hv_vm_config config = {
		.config_bytes = sizeof(config),
		.nr_vcpus = vm->conf->cpus,
		.nr_spis = 32,
		.gicd = hv_ipa(GUEST_GICD),
		.gicr = hv_ipa(GUEST_GICR),
		.ram = { { hv_ipa(GUEST_RAM), vm->conf->memory } },
		.nr_ram = 1,
		.vtimer_pintid = HV_BM_IRQ_VTIMER,
		.idregs = world.idregs,
	};
	size_t bytes, align;
	uint64_t mem;
	uint32_t i;

	if (hv_vm_layout(&config, &bytes, &align))
		fatal(vm->conf->label, "cpus", "this number of vCPUs is not supported");
	mem = alloc_pages(vm, bytes, align);
	if (hv_vm_init(&vm->hv, &config, 0, &vm->s2, hv_be_va(0, hv_pa(mem)), bytes))
		fatal(vm->conf->label, "cpus", "the VM was refused");
	mem = alloc_pages(vm, (uint64_t)config.nr_vcpus * SIMD_BYTES, PAGE);
	for (i = 0; i < config.nr_vcpus; i++)
		vm->hv.vcpu[i].v = hv_be_va(0, hv_pa(mem + i * SIMD_BYTES));
}

/* Judged against what the guest will see: its view of the ID registers narrows nothing that a page size depends on. */
static void check_files(struct vm *vm)
{
	enum hv_image_why why =
		hv_image_parse(&vm->image, hv_be_va(0, hv_pa(vm->conf->kernel.base)), vm->conf->kernel.size,
			       vm->conf->memory, world.idregs.id[HV_ID_AA64MMFR0]);

	if (why != HV_IMAGE_OK)
		fatal(vm->conf->label, "kernel", hv_image_why_text(why));
	if (!layout_plan(&vm->layout, &vm->image, vm->conf->initrd.size, vm->conf->memory))
		fatal(vm->conf->label, "memory", "too small for kernel, initrd and device tree");
}

void vm_create(struct vm *vm, const struct vmconf *conf, uint32_t first_cpu)
{
	vm->conf = conf;
	vm->first_cpu = first_cpu;
	hv_lock_init(&vm->uart.lock);
	check_files(vm);
	give_ram(vm);
	init_stage2(vm, (uint16_t)(vm - world.vm + 1));
	init_vcpus(vm);
}
