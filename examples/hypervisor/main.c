/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* main.c - from boot to the first guest instruction. */
#include "hypervisor.h"

struct world world;

/* How many secondary CPUs have told their ID registers; and the word they wait for then. */
static uint32_t nr_in, go;

void fatal(const char *label, const char *property, const char *why)
{
	hv_bm_printf("libhv: error: %s%s%s%s%s\n", label ? label : "", label ? ": " : "", property ? property : "",
		     property ? ": " : "", why);
	hv_bm_reset();
}

/* A mixing generator (splitmix64): seeds for guests need to differ, and to be as good as the entropy that went in. */
uint64_t world_random(void)
{
	uint64_t z = __atomic_add_fetch(&world.seed, HV_U64(0x9e3779b97f4a7c15), __ATOMIC_RELAXED) ^ hv_bm_now();

	z ^= hv_bm_hw_random();
	z = (z ^ (z >> 30)) * HV_U64(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * HV_U64(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void seed(const struct machine *m)
{
	uint32_t i;

	for (i = 0; i < m->seed_bytes; i++)
		world.seed = (world.seed ^ m->seed[i]) * HV_U64(0x100000001b3);
}

/* Reserved regions stay unmapped: they may be someone else's, whom even a speculative read would upset. */
static void map_ram(const struct machine *m)
{
	struct mem mapped = { .nr = 0 };
	bool ok = true;
	uint32_t i;

	for (i = 0; i < m->nr_ram; i++)
		ok = ok && mem_add(&mapped, m->ram[i]);
	for (i = 0; i < m->nr_reserved; i++)
		ok = ok && mem_remove(&mapped, m->reserved[i]);
	for (i = 0; i < mapped.nr; i++)
		if (mapped.free[i].size)
			ok = ok && hv_bm_map(mapped.free[i].base, mapped.free[i].size, HV_BM_MAP_RAM) == HV_OK;
	if (!ok)
		fatal("host device tree", NULL, "RAM cannot be mapped");
}

static void init_machine(const struct hv_bm_boot *boot)
{
	struct machine *m = &world.machine;
	struct hv_bm_gic gic = { 0 };
	const char *why;
	uint32_t i;

	if (boot->uart && hv_bm_console_init(boot->uart))
		hv_bm_reset();
	if (boot->psci_smc)
		hv_bm_psci_init();
	why = machine_read(m, boot->dtb, boot->dtb_bytes);
	if (why)
		fatal("host device tree", NULL, why);
	if (m->uart.base != boot->uart && hv_bm_console_init(m->uart.base))
		fatal("host device tree", NULL, "the UART cannot be mapped");
	map_ram(m);
	gic.gicd = m->gicd.base;
	gic.gicd_bytes = m->gicd.size;
	gic.nr_gicr = m->nr_gicr;
	gic.gicr_stride = m->gicr_stride;
	for (i = 0; i < m->nr_gicr; i++) {
		gic.gicr[i].base = m->gicr[i].base;
		gic.gicr[i].bytes = m->gicr[i].size;
	}
	if (hv_bm_gic_init(&gic))
		fatal("host device tree", NULL, "the GICv3 does not answer as one");
	seed(m);
}

static void free_ram(const struct region *taken, uint32_t nr_taken)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < world.machine.nr_ram; i++)
		ok = ok && mem_add(&world.mem, world.machine.ram[i]);
	for (i = 0; i < nr_taken; i++)
		ok = ok && mem_remove(&world.mem, taken[i]);
	for (i = 0; i < world.machine.nr_reserved; i++)
		ok = ok && mem_remove(&world.mem, world.machine.reserved[i]);
	for (i = 0; i < world.conf.nr; i++)
		ok = ok && mem_remove(&world.mem, world.conf.vm[i].kernel) &&
		     mem_remove(&world.mem, world.conf.vm[i].initrd);
	/* Page 0 would be told from "none" nowhere. */
	ok = ok && mem_remove(&world.mem, (struct region){ 0, HV_KIB(4) });
	if (!ok)
		fatal("host device tree", NULL, "RAM is in too many pieces");
}

static void configure(const struct hv_bm_boot *boot)
{
	struct region taken[] = {
		{ boot->image.v, boot->image_bytes },
		{ (uintptr_t)boot->dtb, boot->dtb_bytes },
	};

	if (!vmconf_read(&world.conf, boot->dtb, &world.machine, taken, HV_ARRAY_SIZE(taken)))
		fatal(world.conf.error.label, world.conf.error.property, world.conf.error.why);
	free_ram(taken, HV_ARRAY_SIZE(taken));
}

/* CPU numbers follow the order of the VMs' vCPUs: find whose this CPU is. */
static void __attribute__((noreturn)) run_mine(uint32_t cpu)
{
	uint32_t i;

	for (i = 0; i < world.conf.nr; i++)
		if (cpu - world.vm[i].first_cpu < world.conf.vm[i].cpus)
			vm_run(&world.vm[i], cpu - world.vm[i].first_cpu);
	hv_bm_panic("a CPU without a vCPU was started");
}

/* One CPU at a time comes up, so the intersection needs no lock. */
static void secondary(uint32_t index)
{
	struct hv_idregs mine;

	hv_bm_idregs(&mine);
	hv_idregs_intersect(&world.idregs, &mine);
	hv_bm_cpu_report();
	__atomic_add_fetch(&nr_in, 1, __ATOMIC_RELEASE);
	while (!hv_load_acquire_u32(&go)) {
		hv_bm_wait(HV_TIMER_NEVER);
		(void)hv_bm_irq_take();
	}
	run_mine(index);
}

static void start_cpu(uint32_t index, uint64_t mpidr)
{
	if (hv_bm_cpu_on(index, mpidr, secondary))
		fatal("host", "cpus", "a CPU of the device tree does not start");
	while (hv_load_acquire_u32(&nr_in) != index)
		;
}

/* As many as there are vCPUs, in the order of the tree, after the one we are on. */
static void start_cpus(void)
{
	const struct machine *m = &world.machine;
	uint32_t needed = 0, index = 1, i;

	hv_bm_idregs(&world.idregs);
	hv_bm_cpu_report();
	for (i = 0; i < world.conf.nr; i++)
		needed += world.conf.vm[i].cpus;
	for (i = 0; i < m->nr_cpus && index < needed; i++)
		if (m->mpidr[i] != hv_bm_mpidr())
			start_cpu(index++, m->mpidr[i]);
	if (index < needed)
		fatal("host", "cpus", "the CPU we run on is not in the device tree");
}

static void create_vms(void)
{
	uint32_t first_cpu = 0, i;

	world.feat.id_aa64mmfr0 = world.idregs.id[HV_ID_AA64MMFR0];
	world.feat.id_aa64mmfr1 = world.idregs.id[HV_ID_AA64MMFR1];
	world.feat.id_aa64mmfr2 = world.idregs.id[HV_ID_AA64MMFR2];
	world.feat.id_aa64isar0 = world.idregs.id[HV_ID_AA64ISAR0];
	world.feat.ctr_el0 = world.idregs.ctr;
	for (i = 0; i < world.conf.nr; i++) {
		vm_create(&world.vm[i], &world.conf.vm[i], first_cpu);
		first_cpu += world.conf.vm[i].cpus;
	}
	world.nr_running = world.conf.nr;
	for (i = 0; i < world.conf.nr; i++) {
		hv_bm_printf("libhv: %s: %u vCPUs, %lu MiB in %u pieces, %s at 0x%lx\n", world.conf.vm[i].label,
			     world.conf.vm[i].cpus, world.conf.vm[i].memory >> 20, world.vm[i].nr_extents,
			     world.vm[i].image.is_image ? "Image" : "raw binary",
			     GUEST_RAM + world.vm[i].layout.kernel);
		vm_load(&world.vm[i]);
	}
}

static void start_input(void)
{
	struct hv_vcpu_set kick;

	if (hv_bm_irq_enable(world.machine.uart_intid))
		fatal("host device tree", NULL, "the UART's interrupt does not exist");
	hv_bm_console_input();
	hv_vcpu_set_clear(&kick);
	uart_host_input(&world.vm[0], &kick);
}

void hv_bm_main(const struct hv_bm_boot *boot)
{
	uint32_t i;

	init_machine(boot);
	hv_bm_printf("libhv: hypervisor at 0x%lx, %u CPUs\n", boot->image.v, world.machine.nr_cpus);
	configure(boot);
	start_cpus();
	create_vms();
	start_input();
	hv_store_release_u32(&go, 1);
	for (i = 1; i <= nr_in; i++)
		hv_bm_kick(i);
	run_mine(0);
}
