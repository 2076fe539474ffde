/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * PSCI as a guest calls it. PSCI-07..PSCI-13, PSCI-15, PSCI-17, PSCI-19..PSCI-22, PSCI-24, PSCI-30; hvc: ESR-29.
 * Affinities are sparse and never equal to indices.
 */
#include "run_world.h"

#define SMC64         0x40000000u
#define NOT_SUPPORTED MINUS_1
#define INVALID       ((uint64_t)-2)
#define ALREADY_ON    ((uint64_t)-4)
#define ON_PENDING    ((uint64_t)-5)
#define BAD_ADDRESS   ((uint64_t)-9)
#define UPPER         HV_U64(0xdeadbeef00000000)
#define CPU_ON        0xc4000003u
#define AFFINITY_INFO 0xc4000004u

static const uint64_t sparse[] = { HV_U64(0x0000010203), HV_U64(0x0000010200), HV_U64(0x0500000007),
				   HV_U64(0x0000020000) };

static void run_sparse(struct run_world *w)
{
	world_prepare(w, 4);
	w->config.mpidr = sparse;
	world_start(w);
}

/* Every function identifier around the standard range: which exist, by width (PSCI-11). */
static bool exists(uint32_t fid)
{
	switch (fid & ~SMC64) {
	case 0x84000001:
	case 0x84000003:
	case 0x84000004:
		return true;
	case 0x84000000:
	case 0x84000002:
	case 0x84000006:
	case 0x84000008:
	case 0x84000009:
	case 0x8400000a:
		return !(fid & SMC64);
	default:
		return false;
	}
}

/* PSCI-22: FEATURES says yes exactly where dispatch does not say NOT_SUPPORTED. */
static void features_agree_with_dispatch(void **state)
{
	uint32_t fn, wide;

	(void)state;
	for (wide = 0; wide < 2; wide++)
		for (fn = 0; fn < 0x100; fn++) {
			uint32_t fid = 0x84000000 | wide << 30 | fn;
			struct run_world w;
			uint64_t answer;

			run_sparse(&w);
			answer = world_hvc(&w, 0x8400000a, fid, 0, 0);
			assert_int_equal(answer, exists(fid) ? 0 : NOT_SUPPORTED);
			/* An argument that only PSCI_FEATURES likes. */
			answer = world_hvc(&w, fid, UPPER | 0x84000000, 3, 0);
			assert_int_equal(answer == NOT_SUPPORTED, !exists(fid));
			world_end(&w);
		}
}

static void version_and_small_calls(void **state)
{
	struct run_world w;

	(void)state;
	run_sparse(&w);
	assert_int_equal(world_hvc(&w, 0x84000000, 0, 0, 0), 0x10001);
	assert_int_equal(world_hvc(&w, UPPER | 0x84000000, 0, 0, 0), 0x10001);
	assert_int_equal(world_hvc(&w, 0x84010000, 0, 0, 0), 0x10001);
	assert_int_equal(world_hvc(&w, 0x84000006, 0, 0, 0), 2);
	assert_int_equal(world_hvc(&w, 0x8400000a, 0x80000000, 0, 0), 0);
	assert_int_equal(world_hvc(&w, 0x8400000a, 0x80000001, 0, 0), NOT_SUPPORTED);
	/* SMC: the same, and the PC moves over it. */
	w.vm.vcpu[0].regs.pc = 0x1000;
	assert_int_equal(world_call(&w, 0, HV_EC_SMC64, 0x84000000, 0, 0, 0), 0x10001);
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1004);
	world_end(&w);
}

/* PSCI-12, PSCI-13: reserved bits and yielding calls match nothing; x1..x17 stay. */
static void unknown_calls_change_only_x0(void **state)
{
	static const uint32_t fids[] = { 0x84020000, 0x84800000, 0x84fe0000, 0x04000000, 0x44000003,
					 0x84000005, 0x840000ff, 0xc4000000, 0xc4000002, 0xc4000008,
					 0xc4000009, 0xc4000006, 0x82000000, 0x83000001, 0x85000000,
					 0xbf00ff01, 0x80000002, 0xffffffff, 0x84030001 };
	struct run_world w;
	uint32_t i, r;

	(void)state;
	run_sparse(&w);
	for (i = 0; i < HV_ARRAY_SIZE(fids); i++) {
		for (r = 0; r < 31; r++)
			w.vm.vcpu[0].regs.x[r] = UPPER + r;
		assert_int_equal(world_hvc(&w, fids[i], UPPER + 1, UPPER + 2, UPPER + 3), NOT_SUPPORTED);
		assert_int_equal(w.next.kind, HV_NEXT_RESUME);
		for (r = 1; r < 31; r++)
			assert_int_equal(w.vm.vcpu[0].regs.x[r], UPPER + r);
	}
	world_end(&w);
}

/* PSCI-07, PSCI-08, PSCI-09: errors and their order: target, entry, state. */
static void cpu_on_errors(void **state)
{
	struct run_world w;
	uint32_t bit;

	(void)state;
	run_sparse(&w);
	assert_int_equal(world_hvc(&w, CPU_ON, 0x9999, 1, 0), INVALID);
	assert_int_equal(world_hvc(&w, CPU_ON, 0x010201, ENTRY, 0), INVALID);
	assert_int_equal(world_hvc(&w, CPU_ON, 1, ENTRY, 0), INVALID); /* an index is no affinity */
	for (bit = 0; bit < 64; bit++)
		if (!(HV_U64(0xff00ffffff) & HV_BIT(bit)))
			assert_int_equal(world_hvc(&w, CPU_ON, sparse[1] | HV_BIT(bit), ENTRY, 0), INVALID);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[0], 1, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[1], ENTRY + 2, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[1], RAM_BASE + RAM_SIZE, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[1], RAM_BASE - 4, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[1], GICD_BASE, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[1], MINUS_1 - 3, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[0], ENTRY, 0), ALREADY_ON);
	assert_true(hv_vcpu_set_empty(&w.next.kick));
	assert_int_equal(w.vm.vcpu[1].psci.state, HV_PSCI_OFF);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[1], RAM_BASE + RAM_SIZE - 4, 0), 0);
	world_end(&w);
}

/* PSCI-17, PSCI-21: what the target starts with, compared with a golden set, though it never ran before. */
static void cpu_on_reaches_the_target(void **state)
{
	struct run_world w;
	struct hv_vcpu *target;
	struct hv_regs golden = { .x = { 0x77 }, .pc = ENTRY + 0x100, .pstate = 0x3c5 };
	uint64_t deadline;
	uint32_t i;

	(void)state;
	run_sparse(&w);
	target = &w.vm.vcpu[2];
	hv_el1_set(&w.vm.vcpu[0].el1, HV_EL1_SCTLR, MINUS_1);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[2], ENTRY + 0x100, 0x77), 0);
	assert_true(hv_vcpu_set_has(&w.next.kick, 2));
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[2], ENTRY, 0x78), ON_PENDING);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[2], 0, 0), 2);
	memset(&target->regs, 0xee, sizeof(target->regs));
	memset(&target->el1, 0xee, sizeof(target->el1));
	target->vtimer.ctl = 1;
	hv_vcpu_load(target, 1, 4);
	assert_int_equal(hv_vcpu_prepare(target, NOW, &deadline), HV_ENTRY_GO);
	assert_true(target->fresh);
	assert_memory_equal(&target->regs, &golden, sizeof(golden));
	for (i = 0; i < HV_EL1_NR; i++)
		assert_int_equal(target->el1.reg[i], i == HV_EL1_SCTLR ? 0x32d00800 : 0);
	assert_int_equal(target->vtimer.ctl, 0);
	assert_int_equal(target->hcr, w.vm.traps.hcr);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[2], 0, 0), 0);
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[2], ENTRY, 0), ALREADY_ON);
	world_end(&w);
}

/* PSCI-10: SMC32 sees 32 bits of target, entry and context. */
static void smc32_arguments_are_cut(void **state)
{
	struct run_world w;

	(void)state;
	run_sparse(&w);
	assert_int_equal(world_hvc(&w, 0x84000003, UPPER | sparse[1], UPPER | ENTRY, UPPER | 5), 0);
	assert_int_equal(w.vm.vcpu[1].psci.entry, ENTRY);
	assert_int_equal(w.vm.vcpu[1].psci.context, 5);
	/* A vCPU with Aff3 has no 32-bit name. */
	assert_int_equal(world_hvc(&w, 0x84000003, sparse[2], ENTRY, 0), INVALID);
	assert_int_equal(world_hvc(&w, 0x84000004, UPPER | sparse[0], UPPER, 0), 0);
	world_end(&w);
}

/* PSCI-19: all levels; a node is what its members are. */
static void affinity_levels(void **state)
{
	struct run_world w;
	uint32_t level;

	(void)state;
	run_sparse(&w);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[0], 0, 0), 0);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[1], 0, 0), 1);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x010300, 0, 0), INVALID);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x0102ff, 1, 0), 0); /* lower fields do not count */
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x020000, 1, 0), 1);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x010300, 1, 0), INVALID);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x01ffff, 2, 0), 0);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x02ffff, 2, 0), 1);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0, 3, 0), 0);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, HV_U64(0x0500000000), 3, 0), 1);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, HV_U64(0x0600000000), 3, 0), INVALID);
	for (level = 4; level < 40; level++)
		assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[0], level, 0), INVALID);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[0], HV_U64(0x100000000), 0), INVALID);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[0] | HV_BIT(31), 0, 0), INVALID);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, sparse[0] | HV_BIT(40), 3, 0), INVALID);
	/* ON_PENDING shows in a node with nobody ON. */
	assert_int_equal(world_hvc(&w, CPU_ON, sparse[3], ENTRY, 0), 0);
	assert_int_equal(world_hvc(&w, AFFINITY_INFO, 0x020000, 1, 0), 2);
	world_end(&w);
}

static void cpu_off_and_on_again(void **state)
{
	struct run_world w;
	uint64_t deadline;

	(void)state;
	run_sparse(&w);
	(void)world_hvc(&w, 0x84000002, 0, 0, 0);
	assert_int_equal(w.next.kind, HV_NEXT_WAIT);
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[0], NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	/* Another vCPU switches it on again. */
	w.vm.vcpu[1].psci.state = HV_PSCI_ON;
	assert_int_equal(world_call(&w, 1, HV_EC_HVC64, CPU_ON, sparse[0], ENTRY, 9), 0);
	assert_true(hv_vcpu_set_has(&w.next.kick, 0));
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[0], NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(w.vm.vcpu[0].regs.x[0], 9);
	world_end(&w);
}

/* PSCI-24 and the original power_state format. */
static void cpu_suspend(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;
	uint32_t bit;

	(void)state;
	run_sparse(&w);
	vcpu = &w.vm.vcpu[0];
	for (bit = 0; bit < 64; bit++)
		if ((bit >= 17 && bit <= 23) || bit >= 26)
			assert_int_equal(world_hvc(&w, 0xc4000001, HV_BIT(bit), ENTRY, 0), INVALID);
	assert_int_equal(world_hvc(&w, 0xc4000001, HV_BIT(16), 1, 0), BAD_ADDRESS);
	/* Standby ignores the entry point. With no group enabled nothing could wake it, so it does not sleep. */
	assert_int_equal(world_hvc(&w, 0xc4000001, 0x300ffff, 1, 0), 0);
	assert_int_equal(w.next.kind, HV_NEXT_WAIT);
	assert_int_equal(hv_vcpu_prepare(vcpu, NOW, &deadline), HV_ENTRY_GO);
	vcpu->ich.vmcr = 2;
	assert_int_equal(world_hvc(&w, 0x84000001, UPPER | HV_BIT(16), ENTRY, 0), 0);
	assert_int_equal(hv_vcpu_prepare(vcpu, NOW, &deadline), HV_ENTRY_BLOCK);
	world_end(&w);
}

static void system_off_and_reset(void **state)
{
	struct run_world w;
	uint64_t deadline;

	(void)state;
	run_sparse(&w);
	w.vm.vcpu[1].mode = HV_VCPU_IN_GUEST;
	(void)world_hvc(&w, 0x84000008, 0, 0, 0);
	assert_int_equal(w.next.kind, HV_NEXT_POWER);
	assert_int_equal(w.next.power, HV_POWER_OFF);
	assert_true(hv_vcpu_set_has(&w.next.kick, 1));
	assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[0], NOW, &deadline), HV_ENTRY_STOPPED);
	world_end(&w);
	run_sparse(&w);
	(void)world_hvc(&w, 0x84000009, 0, 0, 0);
	assert_int_equal(w.next.kind, HV_NEXT_POWER);
	assert_int_equal(w.next.power, HV_POWER_RESET);
	world_end(&w);
}

/* PSCI-20: the lookup with 1, 8, 9, 255, 256 and 512 vCPUs, default and reversed sparse affinities. */
static void lookup_for_any_number(void **state)
{
	static const uint32_t sizes[] = { 1, 8, 9, 255, 256, 512 };
	static uint64_t mpidr[512];
	uint32_t s, i, reversed;

	(void)state;
	for (s = 0; s < HV_ARRAY_SIZE(sizes); s++)
		for (reversed = 0; reversed < 2; reversed++) {
			struct run_world w;

			for (i = 0; i < sizes[s]; i++)
				mpidr[i] = (uint64_t)(sizes[s] - i) << 33 | HV_BIT(31) | (i & 0xff);
			world_prepare(&w, sizes[s]);
			w.config.mpidr = reversed ? mpidr : NULL;
			w.config.gicr = hv_ipa(HV_GIB(2));
			if (reversed && sizes[s] > 127)
				for (i = 0; i < sizes[s]; i++)
					mpidr[i] = (uint64_t)(sizes[s] - i) << 7 & 0xffffff;
			world_create(&w);
			for (i = 0; i < sizes[s]; i++) {
				uint64_t expect = reversed ? mpidr[i] & HV_U64(0xff00ffffff) : (i / 16) << 8 | i % 16;

				assert_int_equal(w.vm.vcpu[i].mpidr, expect | HV_BIT(31));
				assert_int_equal(hv_vm_vcpu_by_mpidr(&w.vm, expect), i);
				assert_int_equal(hv_vm_vcpu_by_mpidr(&w.vm, expect | HV_BIT(31)), -1);
				assert_int_equal(hv_vm_vcpu_by_mpidr(&w.vm, expect ^ HV_U64(0x9900000000)), -1);
			}
			world_end(&w);
		}
}

/* Each version and option: exactly its functions, in their widths. */
static void versions_and_options(void **state)
{
	static const struct {
		uint32_t version, optional;
		uint64_t smc32, smc64; /* bit n: function number n */
	} cases[] = {
		{ HV_PSCI_VERSION_0_2, 0, 0x35f, 0x1a },
		{ HV_PSCI_VERSION_0_2, HV_PSCI_WITH_ALL, 0x35f, 0x1a },
		{ HV_PSCI_VERSION_1_0, 0, 0x75f, 0x1a },
		{ HV_PSCI_VERSION_1_0, HV_PSCI_WITH_ALL, 0xb75f, 0x301a },
		{ HV_PSCI_VERSION_1_1, HV_PSCI_WITH_ALL, 0x1cb75f, 0x14301a },
		{ HV_PSCI_VERSION_1_3, HV_PSCI_WITH_ALL, 0x3cb75f, 0x34301a },
		{ HV_PSCI_VERSION_1_3, HV_PSCI_WITH_SYSTEM_OFF2, 0x20075f, 0x20001a },
	};
	uint32_t i, fn;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		bool has_features = cases[i].version != HV_PSCI_VERSION_0_2;
		struct run_world w;

		world_prepare(&w, 2);
		w.config.psci_version = cases[i].version;
		w.config.psci_optional = cases[i].optional;
		world_start(&w);
		assert_int_equal(world_hvc(&w, 0x84000000, 0, 0, 0), cases[i].version);
		for (fn = 0; fn < 64; fn++) {
			uint64_t smc32 = cases[i].smc32 & HV_BIT(fn) ? 0 : NOT_SUPPORTED;
			uint64_t smc64 = cases[i].smc64 & HV_BIT(fn) ? 0 : NOT_SUPPORTED;

			assert_int_equal(world_hvc(&w, 0x8400000a, 0x84000000 + fn, 0, 0),
					 has_features ? smc32 : NOT_SUPPORTED);
			assert_int_equal(world_hvc(&w, 0x8400000a, 0xc4000000 + fn, 0, 0),
					 has_features ? smc64 : NOT_SUPPORTED);
		}
		/* What is not there does nothing either. */
		if (!(cases[i].smc32 & HV_BIT(0x12)))
			assert_int_equal(world_hvc(&w, 0x84000012, 0, 0, 0), NOT_SUPPORTED);
		world_end(&w);
	}
}

static void wrong_versions_are_refused(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 1);
	world_create(&w);
	w.config.psci_version = 0x10002;
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, w.mem, w.mem_bytes), HV_EINVAL);
	w.config.psci_version = 0;
	w.config.psci_optional = HV_PSCI_WITH_ALL + 1;
	assert_int_equal(hv_vm_init(&w.vm, &w.config, w.host, &w.s2, w.mem, w.mem_bytes), HV_EINVAL);
	world_end(&w);
}

static void run_all(struct run_world *w)
{
	world_prepare(w, 4);
	w->config.mpidr = sparse;
	w->config.psci_version = HV_PSCI_VERSION_1_3;
	w->config.psci_optional = HV_PSCI_WITH_ALL;
	world_start(w);
}

#define BAD_PARAMETER INVALID

/* PSCI-23, and the other optional functions with arguments that mean nothing. */
static void optional_functions(void **state)
{
	struct run_world w;

	(void)state;
	run_all(&w);
	assert_int_equal(world_hvc(&w, 0x8400000f, 0, 0, 0), 0);
	assert_int_equal(world_hvc(&w, 0x8400000f, 1, 0, 0), BAD_PARAMETER);
	assert_int_equal(world_hvc(&w, 0x8400000f, 0xffffffff, 0, 0), BAD_PARAMETER);
	assert_int_equal(world_hvc(&w, 0xc400000c, 1, 0, 0), BAD_ADDRESS);
	assert_int_equal(world_hvc(&w, 0x8400000c, ENTRY, 0, 0), 0);
	assert_int_equal(w.next.kind, HV_NEXT_WAIT);
	assert_int_equal(world_hvc(&w, 0xc400000d, sparse[0], 0, 0), 0);
	assert_int_equal(world_hvc(&w, 0xc400000d, sparse[1], 0, 0), 1);
	w.vm.vcpu[1].psci.state = HV_PSCI_ON_PENDING;
	assert_int_equal(world_hvc(&w, 0xc400000d, sparse[1], 0, 0), 0);
	assert_int_equal(world_hvc(&w, 0xc400000d, 0x9999, 0, 0), INVALID);
	/* MEM_PROTECT answers what was before; reset forgets it. */
	assert_int_equal(world_hvc(&w, 0x84000013, 0, 0, 0), 0);
	assert_int_equal(world_hvc(&w, 0x84000013, 1, 0, 0), 0);
	assert_int_equal(w.vm.mem_protect, 1);
	assert_int_equal(world_hvc(&w, 0x84000013, 1, 0, 0), 1);
	assert_int_equal(world_hvc(&w, 0x84000013, 0, 0, 0), 1);
	assert_int_equal(w.vm.mem_protect, 0);
	assert_int_equal(world_hvc(&w, 0xc4000014, RAM_BASE, RAM_SIZE, 0), 0);
	assert_int_equal(world_hvc(&w, 0x84000014, RAM_BASE, RAM_SIZE + 1, 0), (uint64_t)-3);
	assert_int_equal(world_hvc(&w, 0xc4000014, RAM_BASE, 0, 0), (uint64_t)-3);
	assert_int_equal(world_hvc(&w, 0xc4000014, MINUS_1, MINUS_1, 0), (uint64_t)-3);
	assert_int_equal(world_hvc(&w, 0x84000012, 1, 0, 0), BAD_PARAMETER);
	assert_int_equal(world_hvc(&w, 0xc4000015, 2, 0, 0), BAD_PARAMETER);
	assert_int_equal(world_hvc(&w, 0xc4000015, 1, 1, 0), BAD_PARAMETER);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	world_end(&w);
}

static void optional_power_functions(void **state)
{
	static const struct {
		uint64_t fid, x1, x2;
		enum hv_power power;
		uint32_t type;
	} cases[] = { { 0x84000012, 0, 7, HV_POWER_RESET, 0 },
		      { 0xc4000012, 0x80000001, 7, HV_POWER_RESET, 0x80000001 },
		      { 0x84000015, 0, 0, HV_POWER_OFF, 1 },
		      { 0xc4000015, 1, 0, HV_POWER_OFF, 1 } };
	uint64_t deadline;
	uint32_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		struct run_world w;

		run_all(&w);
		(void)world_hvc(&w, cases[i].fid, cases[i].x1, cases[i].x2, 0);
		assert_int_equal(w.next.kind, HV_NEXT_POWER);
		assert_int_equal(w.next.power, cases[i].power);
		assert_int_equal(w.next.power_type, cases[i].type);
		assert_int_equal(w.next.power_cookie, cases[i].power == HV_POWER_RESET ? 7 : 0);
		assert_int_equal(hv_vcpu_prepare(&w.vm.vcpu[0], NOW, &deadline), HV_ENTRY_STOPPED);
		world_end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_agree_with_dispatch),
		cmocka_unit_test(version_and_small_calls),
		cmocka_unit_test(unknown_calls_change_only_x0),
		cmocka_unit_test(cpu_on_errors),
		cmocka_unit_test(cpu_on_reaches_the_target),
		cmocka_unit_test(smc32_arguments_are_cut),
		cmocka_unit_test(affinity_levels),
		cmocka_unit_test(cpu_off_and_on_again),
		cmocka_unit_test(cpu_suspend),
		cmocka_unit_test(system_off_and_reset),
		cmocka_unit_test(lookup_for_any_number),
		cmocka_unit_test(versions_and_options),
		cmocka_unit_test(wrong_versions_are_refused),
		cmocka_unit_test(optional_functions),
		cmocka_unit_test(optional_power_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
