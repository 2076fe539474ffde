/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Layout and checks of a configuration, start, stop, reset, requests, cache maintenance. PSCI-15, PSCI-20, GIC-46. */
#include "run_world.h"

static enum hv_err try_init(struct run_world *w)
{
	size_t size, align;
	enum hv_err err = hv_vm_layout(&w->config, &size, &align);

	if (err)
		return err;
	w->mem = realloc(w->mem, size + align);
	return hv_vm_init(&w->vm, &w->config, w->host, &w->s2, (void *)hv_align_up((uintptr_t)w->mem, align), size);
}

#define REFUSE(change, expected)                                                                                       \
	do {                                                                                                           \
		struct hv_vm_config saved = w.config;                                                                  \
		change;                                                                                                \
		assert_int_equal(try_init(&w), expected);                                                              \
		w.config = saved;                                                                                      \
	} while (0)

static void wrong_configurations_are_refused(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 2);
	world_s2(&w);
	assert_int_equal(try_init(&w), HV_OK);
	REFUSE(w.config.config_bytes--, HV_EINVAL);
	REFUSE(w.config.nr_vcpus = 0, HV_EINVAL);
	REFUSE(w.config.nr_vcpus = HV_CONFIG_MAX_VCPUS + 1, HV_EINVAL);
	REFUSE(w.config.nr_spis = 1000, HV_EINVAL);
	REFUSE(w.config.nr_ram = 0, HV_EINVAL);
	REFUSE(w.config.nr_ram = HV_VM_MAX_RAM + 1, HV_EINVAL);
	REFUSE(w.config.ram[0].size = 0, HV_EINVAL);
	REFUSE(w.config.ram[0].size = 4097, HV_EINVAL);
	REFUSE(w.config.ram[0].base.v += 8, HV_EINVAL);
	REFUSE(w.config.gicd.v += 0x1000, HV_EINVAL);
	REFUSE(w.config.gicr.v += 0x1000, HV_EINVAL);
	REFUSE(w.config.vtimer_pintid = 15, HV_EINVAL);
	REFUSE(w.config.vtimer_pintid = 32, HV_EINVAL);
	/* Beyond the 40 bits of this address space, or wrapping. */
	REFUSE(w.config.ram[0].base.v = HV_U64(1) << 40, HV_ERANGE);
	REFUSE(w.config.ram[0].size = HV_U64(1) << 40, HV_ERANGE);
	REFUSE(w.config.ram[0].size = ~HV_U64(0xfff), HV_ERANGE);
	REFUSE(w.config.gicd.v = HV_U64(1) << 40, HV_ERANGE);
	REFUSE(w.config.gicr.v = (HV_U64(1) << 40) - 0x20000, HV_ERANGE);
	/* One over the other. */
	REFUSE(w.config.gicr.v = w.config.gicd.v, HV_EINVAL);
	REFUSE(w.config.gicd.v = RAM_BASE, HV_EINVAL);
	REFUSE(w.config.gicr.v = RAM_BASE - 0x10000, HV_EINVAL);
	REFUSE((w.config.nr_ram = 2, w.config.ram[1] = w.config.ram[0]), HV_EINVAL);
	/* Touching is fine, and so are all four ranges. */
	REFUSE((w.config.nr_ram = 2, w.config.ram[1].base.v = RAM_BASE + RAM_SIZE, w.config.ram[1].size = 4096), HV_OK);
	REFUSE(w.config.vtimer_pintid = 27, HV_OK);
	free(w.mem);
	hv_host_destroy(w.host);
}

static void memory_must_be_enough_and_aligned(void **state)
{
	struct run_world w;
	size_t size, align;
	unsigned char *mem;

	(void)state;
	world_prepare(&w, 2);
	world_s2(&w);
	assert_int_equal(hv_vm_layout(&w.config, &size, &align), HV_OK);
	mem = aligned_alloc(align, hv_align_up(size + align, align));
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, mem, size - 1), HV_ENOMEM);
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, mem + 8, size), HV_ENOMEM);
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, mem, size), HV_OK);
	w.config.nr_vcpus = 0;
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, mem, size), HV_EINVAL);
	free(mem);
	hv_host_destroy(w.host);
}

static void flags_reach_the_controls(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 1);
	w.config.trap_wfi = false;
	w.config.e2h = true;
	world_create(&w);
	assert_int_equal(w.vm.traps.hcr & (HV_HCR_TWI | HV_HCR_TWE | HV_BIT(34)), HV_BIT(34));
	world_end(&w);
	world_prepare(&w, 1);
	world_create(&w);
	assert_int_equal(w.vm.traps.hcr & (HV_HCR_TWI | HV_HCR_TWE | HV_BIT(34) | HV_BIT(46)), HV_HCR_TWI | HV_HCR_TWE);
	assert_int_equal(w.vm.vcpu[0].hcr, w.vm.traps.hcr);
	assert_int_equal(w.vm.idregs.id[HV_ID_AA64MMFR0] & 0xf, 2);
	w.s2.geo.fwb = true;
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, w.mem, w.mem_bytes), HV_OK);
	assert_int_equal(w.vm.traps.hcr & HV_BIT(46), HV_BIT(46));
	world_end(&w);
}

static void start_once_in_ram(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 2);
	world_create(&w);
	assert_int_equal(hv_vm_start(&w.vm, hv_ipa(ENTRY + 1), 0, &w.kick), HV_EINVAL);
	assert_int_equal(hv_vm_start(&w.vm, hv_ipa(HOLE), 0, &w.kick), HV_EINVAL);
	assert_true(hv_vcpu_set_empty(&w.kick));
	assert_int_equal(hv_vm_start(&w.vm, hv_ipa(ENTRY), 7, &w.kick), HV_OK);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	assert_int_equal(hv_vm_start(&w.vm, hv_ipa(ENTRY), 7, &w.kick), HV_EBUSY);
	world_end(&w);
}

/* PSCI-15: after any history a reset VM equals a fresh one, byte by byte, and can start again. */
static void reset_equals_fresh(void **state)
{
	struct run_world fresh, w;
	struct hv_vgic_deactivate deactivate = { 0 };
	uint64_t deadline;
	uint32_t i;

	(void)state;
	world_prepare(&fresh, 2);
	world_create(&fresh);
	world_run(&w, 2);
	hv_vcpu_load(&w.vm.vcpu[1], 1, 4);
	assert_int_equal(world_hvc(&w, 0xc4000003, 1, ENTRY, 3), 0);
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[1], NOW, &deadline), HV_ENTRY_GO);
	w.vm.vcpu[0].ptimer = (struct hv_timer){ .ctl = 1 };
	w.vm.vcpu[0].vtimer = (struct hv_timer){ .ctl = 1 };
	w.vm.vcpu[0].mdscr = 1;
	memset(&w.vm.vcpu[1].el1, 0x5a, sizeof(w.vm.vcpu[1].el1));
	world_abort(&w, 0x93850007, HOLE);
	assert_int_equal(hv_vm_reset(&w.vm, &deactivate), HV_EBUSY);
	hv_vm_stop(&w.vm, &w.kick);
	assert_true(hv_vcpu_set_has(&w.kick, 1));
	assert_false(hv_vcpu_set_has(&w.kick, 0)); /* not in the guest */
	assert_int_equal(hv_vm_start(&w.vm, hv_ipa(ENTRY), 7, &w.kick), HV_EBUSY);
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[0], NOW, &deadline), HV_ENTRY_STOPPED);
	assert_false(hv_vm_parked(&w.vm));
	hv_vcpu_finish(&w.vm.vcpu[1], &w.kick);
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[1], NOW, &deadline), HV_ENTRY_STOPPED);
	assert_true(hv_vm_parked(&w.vm));
	assert_int_equal(hv_vm_reset(&w.vm, &deactivate), HV_OK);
	for (i = 0; i < 2; i++) {
		struct hv_vcpu a = fresh.vm.vcpu[i], b = w.vm.vcpu[i];

		assert_memory_equal(&a.regs, &b.regs, sizeof(a.regs));
		assert_memory_equal(&a.el1, &b.el1, sizeof(a.el1));
		assert_memory_equal(&a.psci, &b.psci, sizeof(a.psci));
		assert_int_equal(a.vtimer.ctl | a.ptimer.ctl | b.vtimer.ctl | b.ptimer.ctl, 0);
		assert_int_equal(a.hcr, b.hcr);
		assert_int_equal(a.requests, b.requests);
		assert_int_equal(a.mode, b.mode);
		assert_int_equal(a.parked, b.parked);
		assert_int_equal(b.mdscr, 0);
		assert_int_equal(b.waiting | b.mmio_outstanding | b.vtimer_line | b.ptimer_line | b.fresh, 0);
		assert_int_equal(hv_vgic_state(&w.vm.vgic, i, 30) & HV_VGIC_IS_LINE, 0);
	}
	hv_vcpu_set_clear(&w.kick);
	assert_int_equal(hv_vm_start(&w.vm, hv_ipa(ENTRY), 8, &w.kick), HV_OK);
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[0], NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(w.vm.vcpu[0].regs.x[0], 8);
	world_end(&fresh);
	world_end(&w);
}

/* vCPUs that are on no CPU need no parking. */
/* More linked timers in flight than one list holds: the reset is asked for again. */
static void reset_in_two_steps(void **state)
{
	struct run_world w;
	struct hv_vgic_deactivate deactivate = { 0 };
	uint32_t i;

	(void)state;
	world_prepare(&w, 40);
	w.config.vtimer_pintid = 27;
	w.config.gicr = hv_ipa(HV_GIB(2));
	world_create(&w);
	for (i = 0; i < 40; i++)
		hv_vcpu_vtimer_irq(&w.vm.vcpu[i], &w.kick);
	assert_int_equal(hv_vm_reset(&w.vm, &deactivate), HV_EAGAIN);
	assert_int_equal(deactivate.nr, HV_VGIC_DEACTIVATE_MAX);
	deactivate.nr = 0;
	assert_int_equal(hv_vm_reset(&w.vm, &deactivate), HV_OK);
	assert_int_equal(deactivate.nr, 8);
	world_end(&w);
}

static void unloaded_vcpus_count_as_parked(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 3);
	world_create(&w);
	assert_true(hv_vm_parked(&w.vm));
	hv_vcpu_load(&w.vm.vcpu[2], 0, 4);
	assert_false(hv_vm_parked(&w.vm));
	hv_vcpu_put(&w.vm.vcpu[2]);
	assert_true(hv_vm_parked(&w.vm));
	world_end(&w);
}

static void requests_leave_whom_to_interrupt(void **state)
{
	struct run_world w;
	struct hv_vcpu_set set;

	(void)state;
	world_prepare(&w, 70);
	w.config.gicr = hv_ipa(HV_GIB(2));
	world_create(&w);
	w.vm.vcpu[3].mode = HV_VCPU_IN_GUEST;
	w.vm.vcpu[69].mode = HV_VCPU_BLOCKED;
	hv_vcpu_set_clear(&set);
	hv_vcpu_set_add(&set, 0);
	hv_vcpu_set_add(&set, 3);
	hv_vcpu_set_add(&set, 69);
	hv_vm_request(&w.vm, HV_REQ_FOLD, &set);
	assert_int_equal(hv_vcpu_set_pop(&set), 3);
	assert_int_equal(hv_vcpu_set_pop(&set), 69);
	assert_int_equal(hv_vcpu_set_pop(&set), -1);
	assert_int_equal(w.vm.vcpu[0].requests, HV_REQ_FOLD);
	assert_int_equal(w.vm.vcpu[69].requests, HV_REQ_FOLD);
	assert_int_equal(w.vm.vcpu[1].requests, 0);
	world_end(&w);
}

/* Only what is mapped is cleaned, within RAM, in steps no larger than asked for. */
static void flush_in_steps(void **state)
{
	struct run_world w;
	struct hv_pool pool;
	struct hv_s2_gather gather;
	const struct hv_host_event *log;
	uint64_t cursor = 0, cleaned = 0;
	size_t nr, i, calls = 0;

	(void)state;
	world_prepare(&w, 1);
	w.config.nr_ram = 2;
	w.config.ram[0].size = HV_MIB(4);
	w.config.ram[1].base = hv_ipa(RAM_BASE + HV_MIB(8));
	w.config.ram[1].size = HV_MIB(2);
	world_create(&w);
	hv_host_fill_pool(w.host, &pool, 4096, 16);
	hv_s2_gather_init(&gather, &w.s2, &pool);
	/* A block and a bit, which reaches past the end of the first range, and pages in the second. */
	assert_int_equal(
		hv_s2_map(&w.s2, hv_ipa(RAM_BASE + HV_MIB(2)), hv_pa(HV_MIB(512)), HV_MIB(4), HV_S2_RWX, &gather),
		HV_OK);
	assert_int_equal(
		hv_s2_map(&w.s2, hv_ipa(RAM_BASE + HV_MIB(8)), hv_pa(HV_MIB(600) + 4096), 8192, HV_S2_RWX, &gather),
		HV_OK);
	hv_s2_settle(&w.s2, &gather);
	hv_host_log_start(w.host);
	while (hv_vm_flush(&w.vm, &cursor, 1) == HV_EAGAIN)
		assert_in_range(++calls, 1, 2000);
	hv_host_log_stop(w.host);
	log = hv_host_log(w.host, &nr);
	for (i = 0; i < nr; i++)
		if (log[i].op == HV_HOST_DCACHE)
			cleaned += log[i].value;
	assert_int_equal(cleaned, HV_MIB(2) + 8192);
	assert_int_equal(cursor, HV_MIB(6));
	assert_int_equal(hv_vm_flush(&w.vm, &cursor, 1), HV_OK);
	cursor = 0;
	assert_int_equal(hv_vm_flush(&w.vm, &cursor, 0xffffffff), HV_OK);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_configurations_are_refused),
		cmocka_unit_test(memory_must_be_enough_and_aligned),
		cmocka_unit_test(flags_reach_the_controls),
		cmocka_unit_test(start_once_in_ram),
		cmocka_unit_test(reset_equals_fresh),
		cmocka_unit_test(reset_in_two_steps),
		cmocka_unit_test(unloaded_vcpus_count_as_parked),
		cmocka_unit_test(requests_leave_whom_to_interrupt),
		cmocka_unit_test(flush_in_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
