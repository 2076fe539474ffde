/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * selftest.c - does the core do in this kernel what its unit tests saw it do on the host?
 *
 * The tables are real pages reached through the linear map, the features are those of the CPUs this kernel runs on, the
 * locks are the kernel's. Nothing is entered and no register is written: the tests only use the values and images the
 * core works on.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <asm/cpufeature.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>

#include <hv/hv.h>

#include "selftest.h"

#define NR_POOL_PAGES  16u
#define GUEST_RAM      HV_GIB(1)
#define GUEST_BYTES    HV_MIB(512)
#define GICD_BASE      0x08000000u
#define GICR_BASE      0x080a0000u
#define SPI_UNDER_TEST 33u

struct selftest {
	struct selftest_result result;
	struct hv_kmod machine;
};

static void expect_that(struct selftest *test, bool holds, const char *what, int line)
{
	if (holds) {
		test->result.passed++;
		return;
	}
	test->result.failed++;
	pr_err("libhv: self-test: line %d: not so: %s\n", line, what);
}

#define expect(test, condition) expect_that(test, condition, #condition, __LINE__)

/* ---- stage 2 -------------------------------------------------------------------------------------------------- */

/* An IPA space with memory of its own. */
struct space {
	struct hv_s2 s2;
	struct hv_s2_geo geo;
	struct hv_s2_gather gather;
	struct hv_pool pool;
	struct page *root;
	struct page *page[NR_POOL_PAGES];
};

static struct hv_s2_feat cpu_features(void)
{
	struct hv_s2_feat feat = {
		.id_aa64mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1),
		.id_aa64mmfr1 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR1_EL1),
		.id_aa64mmfr2 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR2_EL1),
		.id_aa64isar0 = read_sanitised_ftr_reg(SYS_ID_AA64ISAR0_EL1),
		.ctr_el0 = read_sanitised_ftr_reg(SYS_CTR_EL0),
	};

	return feat;
}

static void space_free(struct space *space)
{
	unsigned int i;

	if (space->root)
		__free_pages(space->root, get_order(space->geo.root_bytes));
	for (i = 0; i < NR_POOL_PAGES; i++)
		if (space->page[i])
			__free_page(space->page[i]);
	kfree(space);
}

static bool space_fill_pool(struct space *space)
{
	unsigned int i;

	for (i = 0; i < NR_POOL_PAGES; i++) {
		space->page[i] = alloc_page(GFP_KERNEL);
		if (!space->page[i])
			return false;
		hv_pool_put(&space->pool, hv_pa(page_to_phys(space->page[i])));
	}
	return true;
}

/* 40-bit IPAs make the root two concatenated tables: a buddy allocation is aligned to its size, as it must be. */
static struct space *space_create(struct selftest *test)
{
	struct space *space = kzalloc(sizeof(*space), GFP_KERNEL);
	struct hv_s2_config config = { .config_bytes = sizeof(config), .granule = HV_S2_4K, .ipa_bits = 40 };
	struct hv_s2_feat feat = cpu_features();

	if (!space)
		return NULL;
	hv_pool_init(&space->pool, &test->machine);
	if (hv_s2_geometry(&space->geo, &config, &feat, NULL) != HV_OK || !space_fill_pool(space))
		goto fail;
	space->root = alloc_pages(GFP_KERNEL, get_order(space->geo.root_bytes));
	if (!space->root)
		goto fail;
	if (hv_s2_init(&space->s2, &space->geo, &test->machine, hv_pa(page_to_phys(space->root)), 1) != HV_OK)
		goto fail;
	hv_s2_gather_init(&space->gather, &space->s2, &space->pool);
	return space;
fail:
	space_free(space);
	return NULL;
}

static bool maps_to(const struct space *space, uint64_t ipa, uint64_t pa, int level)
{
	struct hv_s2_leaf leaf;

	return hv_s2_lookup(&space->s2, hv_ipa(ipa), &leaf) == HV_OK && leaf.mapped && leaf.pa.v == pa &&
	       leaf.level == level;
}

static bool is_hole(const struct space *space, uint64_t ipa)
{
	struct hv_s2_leaf leaf;

	return hv_s2_lookup(&space->s2, hv_ipa(ipa), &leaf) == HV_OK && !leaf.mapped;
}

/* The walk of the hardware, from the root page down, in this file's own words. Returns the level-3 descriptor or 0. */
static uint64_t walk_4k(const struct space *space, uint64_t ipa)
{
	const uint64_t *table = page_address(space->root);
	uint64_t desc = table[ipa >> 30];
	unsigned int shift;

	for (shift = 21; shift >= 12; shift -= 9) {
		if ((desc & 3) != 3)
			return 0;
		table = phys_to_virt(desc & GENMASK_ULL(47, 12));
		desc = table[(ipa >> shift) & 511];
	}
	return desc;
}

static void test_map_page(struct selftest *test, struct space *space)
{
	uint64_t pa = page_to_phys(space->root); /* any real page will do; nobody ever goes through the mapping */
	uint64_t desc;

	expect(test, hv_s2_map(&space->s2, hv_ipa(GUEST_RAM), hv_pa(pa), PAGE_SIZE, HV_S2_RW, &space->gather) == HV_OK);
	hv_s2_settle(&space->s2, &space->gather);
	expect(test, maps_to(space, GUEST_RAM + 0x123, pa + 0x123, 3));
	expect(test, is_hole(space, GUEST_RAM + PAGE_SIZE));
	expect(test, space->pool.nr_free == NR_POOL_PAGES - 2);
	desc = walk_4k(space, GUEST_RAM);
	expect(test, (desc & GENMASK_ULL(47, 12)) == pa);
	expect(test, (desc & 3) == 3);         /* a page */
	expect(test, (desc & (1 << 10)) != 0); /* access flag */
	expect(test, (desc & 0xc0) == 0xc0);   /* S2AP: read and write */
	expect(test, (desc >> 53 & 3) != 0);   /* XN */
}

static void test_map_block(struct selftest *test, struct space *space)
{
	const uint64_t ipa = HV_GIB(4), pa = HV_GIB(8);

	expect(test, hv_s2_map(&space->s2, hv_ipa(ipa), hv_pa(pa), HV_GIB(1) + HV_MIB(2), HV_S2_RWX, &space->gather) ==
			     HV_OK);
	hv_s2_settle(&space->s2, &space->gather);
	expect(test, maps_to(space, ipa + 5, pa + 5, 1));
	expect(test, maps_to(space, ipa + HV_GIB(1) + 5, pa + HV_GIB(1) + 5, 2));
	expect(test, hv_s2_map(&space->s2, hv_ipa(ipa), hv_pa(0), PAGE_SIZE, HV_S2_R, &space->gather) == HV_EEXIST);
	expect(test,
	       hv_s2_map(&space->s2, hv_ipa(HV_BIT(40)), hv_pa(0), PAGE_SIZE, HV_S2_R, &space->gather) == HV_ERANGE);
}

/* A page cut out of a block: the rest stays, and the invalidation is asked for. */
static void test_split(struct selftest *test, struct space *space)
{
	const uint64_t ipa = HV_GIB(4), pa = HV_GIB(8);
	unsigned long before = test->machine.nr_tlbi;

	expect(test, hv_s2_unmap(&space->s2, hv_ipa(ipa + HV_MIB(3)), PAGE_SIZE, &space->gather) == HV_OK);
	hv_s2_settle(&space->s2, &space->gather);
	expect(test, is_hole(space, ipa + HV_MIB(3)));
	expect(test, maps_to(space, ipa + HV_MIB(3) - 1, pa + HV_MIB(3) - 1, 3));
	expect(test, maps_to(space, ipa + HV_MIB(4), pa + HV_MIB(4), 2));
	expect(test, test->machine.nr_tlbi > before);
}

static void test_unmap(struct selftest *test, struct space *space)
{
	expect(test, hv_s2_unmap(&space->s2, hv_ipa(0), HV_BIT(40), &space->gather) == HV_OK);
	hv_s2_settle(&space->s2, &space->gather);
	expect(test, is_hole(space, GUEST_RAM));
	expect(test, is_hole(space, HV_GIB(4)));
	expect(test, walk_4k(space, GUEST_RAM) == 0);
	expect(test, space->pool.nr_free == NR_POOL_PAGES);
}

static void test_stage2(struct selftest *test)
{
	struct space *space = space_create(test);

	expect(test, space != NULL);
	if (!space)
		return;
	expect(test, space->geo.start_level == 1 && space->geo.concat == 2);
	test_map_page(test, space);
	test_map_block(test, space);
	test_split(test, space);
	test_unmap(test, space);
	hv_s2_destroy(&space->s2, &space->pool);
	space_free(space);
}

/* ---- exits ---------------------------------------------------------------------------------------------------- */

/* A 32-bit load to w5 that met a stage-2 translation fault at level 3. */
static const struct hv_exit_raw load_from_uart = {
	.vector = HV_VECTOR_SYNC,
	.valid = HV_RAW_HPFAR,
	.esr = 0x24ULL << 26 | 1u << 25 | 1u << 24 | 2u << 22 | 5u << 16 | 0x07,
	.far = 0xffff000000000018ULL,
	.hpfar = 0x09000ULL << 4,
	.spsr = 0x3c5,
};

static void test_exit(struct selftest *test)
{
	struct hv_exit exit = hv_exit_decode(&load_from_uart, 0);

	expect(test, exit.kind == HV_EXIT_DABT);
	expect(test, (exit.flags & HV_EXIT_FLAG_IPA) && exit.ipa == 0x09000018);
	expect(test, (exit.flags & HV_EXIT_FLAG_ISV) && exit.srt == 5 && exit.access_bytes == 4);
	expect(test, !(exit.flags & HV_EXIT_FLAG_WRITE));
	expect(test, exit.level == 3);
}

/* ---- timer ---------------------------------------------------------------------------------------------------- */

static void test_timer(struct selftest *test)
{
	struct hv_timer timer;

	hv_timer_reset(&timer);
	expect(test, hv_timer_deadline(&timer, 100) == HV_TIMER_NEVER);
	hv_timer_set_tval(&timer, 100, 50);
	hv_timer_set_ctl(&timer, HV_TIMER_CTL_ENABLE);
	expect(test, hv_timer_deadline(&timer, 100) == 150);
	expect(test, !hv_timer_line(&timer, 149) && hv_timer_line(&timer, 150));
	expect(test, hv_timer_ctl(&timer, 150) == (HV_TIMER_CTL_ENABLE | HV_TIMER_CTL_ISTATUS));
}

/* ---- a VM: vCPUs, PSCI, vGIC ---------------------------------------------------------------------------------- */

struct world {
	struct space *space;
	struct hv_vm vm;
	struct hv_next next;
	struct hv_vcpu_set kick;
	void *memory;
};

static void world_free(struct world *world)
{
	kvfree(world->memory);
	if (world->space)
		space_free(world->space);
	kfree(world);
}

static struct hv_idregs cpu_idregs(void)
{
	struct hv_idregs regs = { .midr = read_cpuid_id(), .ctr = read_sanitised_ftr_reg(SYS_CTR_EL0) };

	regs.id[HV_ID_AA64PFR0] = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);
	regs.id[HV_ID_AA64DFR0] = read_sanitised_ftr_reg(SYS_ID_AA64DFR0_EL1);
	regs.id[HV_ID_AA64ISAR0] = read_sanitised_ftr_reg(SYS_ID_AA64ISAR0_EL1);
	regs.id[HV_ID_AA64MMFR0] = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);
	regs.id[HV_ID_AA64MMFR1] = read_sanitised_ftr_reg(SYS_ID_AA64MMFR1_EL1);
	regs.id[HV_ID_AA64MMFR2] = read_sanitised_ftr_reg(SYS_ID_AA64MMFR2_EL1);
	return regs;
}

static bool world_init(struct selftest *test, struct world *world, struct hv_vm_config *config)
{
	size_t size, align;

	config->config_bytes = sizeof(*config);
	config->nr_vcpus = 2;
	config->nr_spis = 32;
	config->gicd = hv_ipa(GICD_BASE);
	config->gicr = hv_ipa(GICR_BASE);
	config->ram[0].base = hv_ipa(GUEST_RAM);
	config->ram[0].size = GUEST_BYTES;
	config->nr_ram = 1;
	config->trap_wfi = true;
	config->idregs = cpu_idregs();
	if (hv_vm_layout(config, &size, &align) != HV_OK || align > PAGE_SIZE)
		return false;
	world->memory = kvmalloc(PAGE_ALIGN(size), GFP_KERNEL);
	if (!world->memory)
		return false;
	return hv_vm_init(&world->vm, config, &test->machine, &world->space->s2, world->memory, size) == HV_OK;
}

static struct world *world_create(struct selftest *test)
{
	struct world *world = kzalloc(sizeof(*world), GFP_KERNEL);
	struct hv_vm_config *config = kzalloc(sizeof(*config), GFP_KERNEL);
	bool ok = false;

	if (world && config) {
		world->space = space_create(test);
		ok = world->space && world_init(test, world, config);
	}
	kfree(config);
	if (ok)
		return world;
	if (world)
		world_free(world);
	return NULL;
}

/* The guest executed HVC #0 with x0..x3: what it finds in x0 afterwards. */
static uint64_t hvc(struct world *world, uint32_t vcpu, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	const struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = 0x16ULL << 26 | 1u << 25, .spsr = 0x3c5 };
	struct hv_exit exit = hv_exit_decode(&raw, 0);
	struct hv_vcpu *caller = &world->vm.vcpu[vcpu];

	caller->regs.x[0] = fid;
	caller->regs.x[1] = x1;
	caller->regs.x[2] = x2;
	caller->regs.x[3] = x3;
	hv_vcpu_handle(caller, &exit, 0, &world->next);
	return caller->regs.x[0];
}

static void test_psci(struct selftest *test, struct world *world)
{
	const uint64_t cpu_on = HV_PSCI_CPU_ON | HV_PSCI_SMC64, affinity_info = HV_PSCI_AFFINITY_INFO | HV_PSCI_SMC64;
	uint64_t deadline;

	expect(test, hv_vm_start(&world->vm, hv_ipa(GUEST_RAM), 0xd7b, &world->kick) == HV_OK);
	hv_vcpu_load(&world->vm.vcpu[0], 0, 4);
	expect(test, hv_vcpu_prepare(&world->vm.vcpu[0], 0, &deadline) == HV_ENTRY_GO);
	expect(test, world->vm.vcpu[0].regs.pc == GUEST_RAM && world->vm.vcpu[0].regs.x[0] == 0xd7b);
	hv_vcpu_finish(&world->vm.vcpu[0], &world->kick);
	expect(test, (uint32_t)hvc(world, 0, HV_PSCI_VERSION, 0, 0, 0) == HV_PSCI_VERSION_1_1);
	expect(test, (int64_t)hvc(world, 0, 0x8400ffff, 0, 0, 0) == HV_PSCI_NOT_SUPPORTED);
	expect(test, hvc(world, 0, affinity_info, 1, 0, 0) == 1);
	expect(test, (int64_t)hvc(world, 0, cpu_on, 7, GUEST_RAM, 0) == HV_PSCI_INVALID_PARAMETERS);
	expect(test, hvc(world, 0, cpu_on, 1, GUEST_RAM + 0x1000, 42) == HV_PSCI_SUCCESS);
	expect(test, hv_vcpu_set_has(&world->next.kick, 1));
	expect(test, (int64_t)hvc(world, 0, cpu_on, 1, GUEST_RAM, 0) == HV_PSCI_RET_ON_PENDING);
	hv_vcpu_load(&world->vm.vcpu[1], 1, 4);
	expect(test, hv_vcpu_prepare(&world->vm.vcpu[1], 0, &deadline) == HV_ENTRY_GO);
	expect(test, world->vm.vcpu[1].regs.pc == GUEST_RAM + 0x1000 && world->vm.vcpu[1].regs.x[0] == 42);
	hv_vcpu_finish(&world->vm.vcpu[1], &world->kick);
	expect(test, hvc(world, 0, affinity_info, 1, 0, 0) == 0);
	expect(test, (int64_t)hvc(world, 0, cpu_on, 1, GUEST_RAM, 0) == HV_PSCI_ALREADY_ON);
}

/* A write to the distributor, as the guest's store would end up there. */
static void gicd_write(struct selftest *test, struct world *world, uint32_t offset, uint8_t bytes, uint64_t value)
{
	struct hv_vgic_access access = { .offset = offset, .size_bytes = bytes, .is_write = true, .data = value };
	struct hv_vgic_deactivate deactivate = { .nr = 0 };

	expect(test, hv_vgic_dist_access(&world->vm.vgic, 0, &access, &world->kick, &deactivate) == HV_OK);
}

/* One SPI from the line to the guest and back: pending, in a list register, acknowledged, ended, and quiet again. */
static void test_vgic(struct selftest *test, struct world *world)
{
	struct hv_vgic *vgic = &world->vm.vgic;
	struct hv_ich *ich = &world->vm.vcpu[1].ich;
	struct hv_vgic_deactivate deactivate = { .nr = 0 };
	unsigned int lr;

	gicd_write(test, world, 0x0000, 4, 2);                      /* CTLR.EnableGrp1 */
	gicd_write(test, world, 0x0080 + 4, 4, 2);                  /* IGROUPR1: group 1 */
	gicd_write(test, world, 0x0100 + 4, 4, 2);                  /* ISENABLER1 */
	gicd_write(test, world, 0x6000 + 8 * SPI_UNDER_TEST, 8, 1); /* IROUTER: to vCPU 1 */
	ich->vmcr |= 0xffu << 24 | 2;                               /* PMR 0xff, VENG1 */

	hv_vcpu_set_clear(&world->kick);
	expect(test, hv_vgic_set_line(vgic, 0, SPI_UNDER_TEST, true, &world->kick) == HV_OK);
	expect(test, hv_vcpu_set_has(&world->kick, 1) && !hv_vcpu_set_has(&world->kick, 0));
	expect(test, hv_vgic_has_pending(vgic, 1, ich));
	hv_vgic_fill(vgic, 1, ich);
	expect(test, hweight32(ich->used) == 1);
	if (!ich->used)
		return;
	lr = __ffs(ich->used);
	expect(test, (uint32_t)ich->lr[lr] == SPI_UNDER_TEST);
	expect(test, (ich->lr[lr] >> 60) == 5); /* pending, group 1, not tied to hardware */

	/* The guest acknowledges, the device falls silent, the guest ends the interrupt. */
	expect(test, hv_vgic_set_line(vgic, 0, SPI_UNDER_TEST, false, &world->kick) == HV_OK);
	ich->lr[lr] &= ~(HV_U64(3) << 62);
	hv_vgic_fold(vgic, 1, ich, &world->kick, &deactivate);
	expect(test, !hv_vgic_has_pending(vgic, 1, ich));
	expect(test, hv_vgic_state(vgic, 1, SPI_UNDER_TEST) == HV_VGIC_IS_ENABLED);
	hv_vgic_fill(vgic, 1, ich);
	expect(test, ich->used == 0 && deactivate.nr == 0);
}

static void test_vm(struct selftest *test)
{
	struct world *world = world_create(test);

	expect(test, world != NULL);
	if (!world)
		return;
	test_psci(test, world);
	test_vgic(test, world);
	world_free(world);
}

struct selftest_result selftest_run(bool fail)
{
	struct selftest test = { .result = { 0, 0 } };

	hv_kmod_init(&test.machine);
	test_stage2(&test);
	test_exit(&test);
	test_timer(&test);
	test_vm(&test);
	if (fail)
		expect(&test, !fail);
	return test.result;
}
