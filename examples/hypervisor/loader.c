/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * loader.c - what a guest finds in its RAM when it starts. The files are left alone, so each life starts from the same bytes.
 */
#include "guest_dt.h"
#include "hypervisor.h"

#include <libfdt.h>

#define MAX_GUEST_CPUS 64u

/* Boot CPU of the VM only, one VM at a time: see vm_load(). */
static uint64_t dtb_buffer[GUEST_DTB_BYTES / 8];
static hv_lock_t dtb_lock;

/* @offset in the guest's RAM as a host address, and how far it is contiguous there. */
static uint8_t *guest_ptr(const struct vm *vm, uint64_t offset, uint64_t *run)
{
	uint32_t i;

	for (i = 0; i < vm->nr_extents; i++) {
		const struct extent *e = &vm->extent[i];

		if (offset >= e->offset && offset - e->offset < e->bytes) {
			*run = e->bytes - (offset - e->offset);
			return hv_be_va(0, hv_pa(e->pa + (offset - e->offset)));
		}
	}
	hv_bm_panic("the loader left the guest's RAM");
}

/* The guest starts with its caches off and must find the bytes in memory. */
static void copy_in(const struct vm *vm, uint64_t offset, const void *from, uint64_t bytes)
{
	const uint8_t *p = from;
	uint64_t run;

	while (bytes > 0) {
		uint8_t *to = guest_ptr(vm, offset, &run);

		if (run > bytes)
			run = bytes;
		hv_bm_copy(to, p, run);
		hv_be_dcache_clean_inval_poc(0, hv_pa((uintptr_t)to), run);
		offset += run;
		p += run;
		bytes -= run;
	}
}

static void load_dtb(const struct vm *vm)
{
	uint64_t mpidr[MAX_GUEST_CPUS];
	struct guest_dt dt = {
		.mpidr = mpidr,
		.nr_cpus = vm->conf->cpus,
		.cpu_compatible = world.machine.cpu_compatible,
		.ram_base = GUEST_RAM,
		.ram_bytes = vm->conf->memory,
		.bootargs = vm->conf->bootargs,
		.initrd_start = GUEST_RAM + vm->layout.initrd,
		.initrd_end = GUEST_RAM + vm->layout.initrd + vm->conf->initrd.size,
		.kaslr_seed = world_random(),
	};
	uint32_t i;

	for (i = 0; i < dt.nr_cpus; i++)
		mpidr[i] = vm->hv.vcpu[i].mpidr & (HV_MASK(39, 32) | HV_MASK(23, 0));
	for (i = 0; i < GUEST_DT_SEED_BYTES; i += 8) {
		uint64_t r = world_random();

		memcpy(dt.seed + i, &r, 8);
	}
	hv_lock(&dtb_lock);
	if (guest_dt_build(&dt, dtb_buffer, (int)GUEST_DTB_BYTES))
		fatal(vm->conf->label, "bootargs", "too long for the guest's device tree");
	copy_in(vm, vm->layout.dtb, dtb_buffer, fdt_totalsize(dtb_buffer));
	hv_unlock(&dtb_lock);
}

void vm_load(struct vm *vm)
{
	struct hv_vcpu_set kick;

	copy_in(vm, vm->layout.kernel, hv_be_va(0, hv_pa(vm->conf->kernel.base)), vm->image.file_bytes);
	if (vm->conf->initrd.size)
		copy_in(vm, vm->layout.initrd, hv_be_va(0, hv_pa(vm->conf->initrd.base)), vm->conf->initrd.size);
	load_dtb(vm);
	/* Clean to the point of coherency is clean to the point of unification: only the instruction caches are left. */
	hv_bm_icache_inval_all();
	hv_vcpu_set_clear(&kick);
	uart_reset(vm, &kick);
	if (hv_vm_start(&vm->hv, hv_ipa(GUEST_RAM + vm->layout.entry), GUEST_RAM + vm->layout.dtb, &kick))
		fatal(vm->conf->label, "kernel", "its entry point is not in the guest's RAM");
	hv_bm_kick_set(&vm->hv, HV_REQ_EVENT, &kick);
}
