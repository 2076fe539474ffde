/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The answer to each kind of exit: aborts by region, calls and conduits, waits, AArch32 conditions.
 * CM-03, ESR-06, ESR-07, ESR-08, ESR-13, ESR-14, ESR-16, ESR-18, ESR-24, ESR-27, ESR-28, ESR-29.
 */
#include "run_world.h"

#define DABT       HV_U64(0x92000007)
#define IABT       HV_U64(0x82000007)
#define ISV_X5_4   HV_U64(0x01850000) /* ISV, word, x5, 64-bit register no */
#define WNR        HV_U64(0x40)
#define S1PTW      HV_U64(0x80)
#define CM         HV_U64(0x100)
#define PERMISSION 0x0f
#define BEYOND     HV_U64(0x10000000000)

static void expect_map(struct run_world *w, uint64_t esr, uint64_t ipa, uint32_t access)
{
	uint64_t pc = w->vm.vcpu[0].regs.pc;

	world_abort(w, esr, ipa);
	assert_int_equal(w->next.kind, HV_NEXT_MAP);
	assert_int_equal(w->next.ipa.v, esr & S1PTW ? ipa & ~HV_U64(0xfff) : ipa);
	assert_int_equal(w->next.access, access);
	assert_int_equal(w->vm.vcpu[0].regs.pc, pc);
}

/* ESR-13, ESR-14, ESR-27: RAM up to its last byte; what the access needs. */
static void ram_is_to_be_mapped(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	expect_map(&w, DABT, RAM_BASE, HV_S2_R);
	expect_map(&w, DABT | WNR, RAM_BASE + RAM_SIZE - 1, HV_S2_W);
	expect_map(&w, DABT | ISV_X5_4, RAM_BASE + 0xabc, HV_S2_R);
	expect_map(&w, IABT, RAM_BASE + 4, HV_S2_X);
	expect_map(&w, DABT | S1PTW, RAM_BASE + 0x123, HV_S2_R);
	expect_map(&w, DABT | S1PTW | WNR, RAM_BASE + 0x123, HV_S2_R);
	expect_map(&w, IABT | S1PTW, RAM_BASE + 0x123, HV_S2_R);
	expect_map(&w, (IABT & ~HV_U64(0x3f)) | PERMISSION | S1PTW, RAM_BASE, HV_S2_RW);
	expect_map(&w, DABT | CM | WNR, RAM_BASE, HV_S2_R);
	world_end(&w);
}

static void holes_are_mmio(void **state)
{
	static const uint64_t holes[] = { RAM_BASE - 4,
					  RAM_BASE + RAM_SIZE,
					  GICD_BASE - 4,
					  GICD_BASE + 0x10000,
					  GICR_BASE - 4,
					  GICR_BASE + 0x20000,
					  0,
					  BEYOND - 4 };
	struct run_world w;
	uint32_t i;

	(void)state;
	world_run(&w, 1);
	for (i = 0; i < HV_ARRAY_SIZE(holes); i++) {
		world_abort(&w, DABT | ISV_X5_4, holes[i]);
		assert_int_equal(w.next.kind, HV_NEXT_MMIO);
		assert_int_equal(w.next.mmio.ipa.v, holes[i]);
		assert_false(w.next.mmio.is_write);
	}
	world_end(&w);
}

static void expect_injected(struct run_world *w, uint64_t esr, uint64_t ipa, uint64_t injected)
{
	w->vm.vcpu[0].regs.pc = 0x1000;
	w->vm.vcpu[0].regs.pstate = EL1H;
	world_abort(w, esr, ipa);
	assert_injected(w, injected, 0x1000);
	assert_int_equal(hv_el1_get(&w->vm.vcpu[0].el1, HV_EL1_FAR), ipa);
}

/* ESR-08, ESR-24: what is no memory and no known access is an abort for the guest, never an end of the VM. */
static void impossible_accesses_abort_the_guest(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	expect_injected(&w, DABT, HOLE + 4, 0x96000010);
	expect_injected(&w, DABT | WNR, HOLE, 0x96000050);
	expect_injected(&w, DABT, GICD_BASE, 0x96000010);
	expect_injected(&w, IABT, HOLE, 0x86000010);
	expect_injected(&w, IABT, GICR_BASE, 0x86000010);
	expect_injected(&w, DABT | S1PTW | WNR, HOLE, 0x96000014);
	expect_injected(&w, IABT | S1PTW, HOLE, 0x86000014);
	/* Beyond the guest's physical address size: the fault an MMU with that size reports. */
	expect_injected(&w, DABT, BEYOND, 0x96000000);
	expect_injected(&w, DABT | WNR | ISV_X5_4, BEYOND + 8, 0x96000040);
	expect_injected(&w, IABT, MINUS_1 >> 12, 0x86000000);
	world_end(&w);
}

/* CM-03: cache maintenance outside RAM is skipped. */
static void cache_maintenance_outside_ram_is_skipped(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	w.vm.vcpu[0].regs.pc = 0x1000;
	world_abort(&w, DABT | CM | WNR, HOLE);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1004);
	world_abort(&w, DABT | CM | WNR | ISV_X5_4, GICD_BASE);
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1008);
	world_end(&w);
}

/* Aborts that are not stage-2 faults, by fault status. */
static void other_aborts(void **state)
{
	static const struct {
		uint32_t fsc, injected;
	} cases[] = { { 0x10, 0x10 }, { 0x14, 0x14 }, { 0x18, 0x18 }, { 0x21, 0x21 }, { 0x35, 0x35 },
		      { 0x31, 0x31 }, { 0x28, 0x28 }, { 0x3f, 0x10 }, { 0x19, 0x10 } };
	struct run_world w;
	uint32_t i;

	(void)state;
	world_run(&w, 1);
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++)
		expect_injected(&w, HV_U64(0x92000000) | cases[i].fsc, HOLE, 0x96000000 | cases[i].injected);
	/* TLB conflict, and an address that could not be resolved: run again, nothing changed. */
	w.vm.vcpu[0].regs.pc = 0x1000;
	world_abort(&w, 0x92000030, HOLE);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	world_abort(&w, 0x9200000f, RAM_BASE);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1000);
	world_end(&w);
}

/* The whole matrix once more, now through the handler: it always answers, never with an exception it invented. */
static void abort_matrix_is_answered(void **state)
{
	static const uint64_t places[] = { RAM_BASE, HOLE, GICD_BASE, GICR_BASE, BEYOND };
	static const uint64_t bits[] = { ISV_X5_4, S1PTW, CM, WNR, HV_BIT(10), HV_ESR_IL };
	struct run_world w;
	uint32_t ec, fsc, b, p, i;

	(void)state;
	world_run(&w, 1);
	for (ec = 0x20; ec <= 0x24; ec += 4)
		for (fsc = 0; fsc < 64; fsc++)
			for (b = 0; b < 64; b++)
				for (p = 0; p < HV_ARRAY_SIZE(places); p++) {
					uint64_t esr = (uint64_t)ec << 26 | fsc;

					for (i = 0; i < 6; i++)
						esr |= b >> i & 1 ? bits[i] : 0;
					w.vm.vcpu[0].regs.pc = 0x1000;
					w.vm.vcpu[0].regs.pstate = EL1H;
					world_abort(&w, esr, places[p]);
					switch ((int)w.next.kind) {
					case HV_NEXT_MMIO:
						assert_int_equal(places[p], HOLE);
						break;
					case HV_NEXT_MAP:
						assert_int_equal(places[p], RAM_BASE);
						assert_in_range(w.next.access, 1, HV_S2_RWX);
						break;
					default:
						assert_int_equal(w.next.kind, HV_NEXT_RESUME);
						break;
					}
				}
	world_end(&w);
}

/* The interrupt controller's frames are answered inside; ESR-28: a size or alignment no register has is RAZ/WI. */
static void gic_frames_are_answered(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;

	(void)state;
	world_run(&w, 2);
	vcpu = &w.vm.vcpu[0];
	vcpu->regs.pc = 0x1000;
	vcpu->regs.x[5] = 2;
	world_abort(&w, DABT | ISV_X5_4 | WNR, GICD_BASE); /* GICD_CTLR.EnableGrp1 */
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	vcpu->regs.x[5] = MINUS_1;
	world_abort(&w, DABT | ISV_X5_4, GICD_BASE);
	assert_int_equal(vcpu->regs.x[5] & 3, 2);
	assert_int_equal(vcpu->regs.pc, 0x1008);
	/* GICR_TYPER of the second vCPU: Last is bit 4, its affinity is 1. */
	world_abort(&w, (DABT | ISV_X5_4 | HV_BIT(15) | HV_BIT(22)), GICR_BASE + 0x20008);
	assert_int_equal(vcpu->regs.x[5] >> 32, 1);
	assert_true(vcpu->regs.x[5] & 0x10);
	/* Misaligned. */
	vcpu->regs.x[5] = MINUS_1;
	world_abort(&w, DABT | ISV_X5_4, GICD_BASE + 2);
	assert_int_equal(vcpu->regs.x[5], 0);
	world_abort(&w, DABT | ISV_X5_4, GICR_BASE + 0x3ffff);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(vcpu->regs.x[5], 0);
	world_end(&w);
}

/* A register access that needs another vCPU's list registers comes back as SYNC, with the PC where it was. */
static void gic_access_may_need_others(void **state)
{
	struct run_world w;
	struct hv_vcpu *other;
	uint64_t deadline;
	struct hv_vcpu_set kick;

	(void)state;
	world_run(&w, 2);
	hv_vcpu_set_clear(&kick);
	other = &w.vm.vcpu[1];
	w.vm.vcpu[0].regs.x[5] = 3;
	world_abort(&w, DABT | ISV_X5_4 | WNR, GICD_BASE);
	w.vm.vcpu[0].regs.x[5] = 1u << 20;
	world_abort(&w, DABT | ISV_X5_4 | WNR, GICR_BASE + 0x30100); /* GICR_ISENABLER0 of vCPU 1 */
	assert_int_equal(world_hvc(&w, 0xc4000003, 1, ENTRY, 0), 0);
	hv_vcpu_load(other, 1, 4);
	assert_int_equal(hv_vcpu_prepare(other, NOW, &deadline), HV_ENTRY_GO);
	hv_vcpu_finish(other, &kick);
	other->ich.vmcr = 0xff000003; /* both groups enabled, no priority mask */
	assert_int_equal(hv_vgic_set_line(&w.vm.vgic, 1, 20, true, &kick), HV_OK);
	assert_int_equal(hv_vcpu_prepare(other, NOW, &deadline), HV_ENTRY_GO);
	assert_int_not_equal(other->ich.used, 0);
	w.vm.vcpu[0].regs.pc = 0x1000;
	world_abort(&w, DABT | ISV_X5_4, GICR_BASE + 0x30200); /* GICR_ISPENDR0 */
	assert_int_equal(w.next.kind, HV_NEXT_SYNC);
	assert_true(hv_vcpu_set_has(&w.next.kick, 1));
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1000);
	hv_vm_request(&w.vm, HV_REQ_FOLD, &w.next.kick);
	assert_true(hv_vcpu_set_has(&w.next.kick, 1));
	hv_vcpu_finish(other, &kick);
	world_abort(&w, DABT | ISV_X5_4, GICR_BASE + 0x30200);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(w.vm.vcpu[0].regs.x[5], 1u << 20);
	world_end(&w);
}

/* ESR-29: an immediate is no SMCCC call: the embedder may know it, and if not the answer is there already. */
static void immediates_go_to_the_embedder(void **state)
{
	struct run_world w;
	uint32_t imm;

	(void)state;
	world_run(&w, 1);
	for (imm = 1; imm < 0x10000; imm++) {
		w.vm.vcpu[0].regs.x[0] = 0x84000008;
		w.vm.vcpu[0].regs.pc = 0x1004;
		world_exit(&w, 0, hv_esr_make(HV_EC_HVC64, true, imm));
		assert_int_equal(w.next.kind, HV_NEXT_CALL);
		assert_int_equal(w.next.imm, imm);
		assert_int_equal(w.next.function, 0x84000008);
		assert_false(w.next.is_smc);
		assert_int_equal(w.vm.vcpu[0].regs.x[0], MINUS_1);
		assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1004);
	}
	world_exit(&w, 0, hv_esr_make(HV_EC_SMC64, true, 7));
	assert_true(w.next.is_smc);
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1008);
	world_end(&w);
}

static void vendor_calls_go_to_the_embedder(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 1);
	w.config.smccc.has_uid = true;
	w.config.smccc.uid[2] = 0x99;
	world_start(&w);
	(void)world_hvc(&w, 0xc601abcd, 1, 2, 3);
	assert_int_equal(w.next.kind, HV_NEXT_CALL);
	assert_int_equal(w.next.function, 0xc600abcd); /* the hint is gone */
	assert_int_equal(w.vm.vcpu[0].regs.x[0], MINUS_1);
	assert_int_equal(w.vm.vcpu[0].regs.x[3], 3);
	(void)world_hvc(&w, 0x86020000, 1, 2, 3);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(world_hvc(&w, 0x8600ff01, 1, 2, 3), 0);
	assert_int_equal(w.vm.vcpu[0].regs.x[2], 0x99);
	assert_int_equal(world_hvc(&w, 0x80000000, 0, 0, 0), 0x10001);
	world_end(&w);
}

/* A conduit that is off is an undefined instruction, at the instruction itself. */
static void conduits_can_be_off(void **state)
{
	struct run_world w;

	(void)state;
	world_prepare(&w, 1);
	w.config.smccc.no_hvc = true;
	world_start(&w);
	w.vm.vcpu[0].regs.pc = 0x1004;
	world_exit(&w, 0, 0x5a000000);
	assert_injected(&w, UNDEF_ESR, 0x1000);
	assert_int_equal(world_call(&w, 0, HV_EC_SMC64, 0x84000000, 0, 0, 0), 0x10001);
	world_end(&w);
	world_prepare(&w, 1);
	w.config.smccc.no_smc = true;
	world_start(&w);
	w.vm.vcpu[0].regs.pc = 0x1000;
	world_exit(&w, 0, 0x5e000000);
	assert_injected(&w, UNDEF_ESR, 0x1000);
	world_end(&w);
}

/* ESR-16: every class has an answer. */
static void every_class_is_answered(void **state)
{
	struct run_world w;
	uint32_t ec;

	(void)state;
	world_run(&w, 1);
	for (ec = 0; ec < 64; ec++) {
		struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC,
					   .esr = (uint64_t)ec << 26 | HV_ESR_IL,
					   .spsr = EL1H };
		struct hv_exit exit = hv_exit_decode(&raw, 0);

		w.vm.vcpu[0].regs.pc = 0x1000;
		w.vm.vcpu[0].regs.pstate = EL1H;
		memset(&w.next, 0xa5, sizeof(w.next));
		hv_vcpu_handle(&w.vm.vcpu[0], &exit, NOW, &w.next);
		w.vm.vcpu[0].waiting = false;
		if (exit.kind == HV_EXIT_HOST)
			assert_int_equal(w.next.kind, HV_NEXT_FAULT);
		else if (exit.kind == HV_EXIT_DEBUG)
			assert_int_equal(w.next.kind, HV_NEXT_DEBUG);
		else if (exit.kind == HV_EXIT_FP)
			assert_int_equal(w.next.kind, HV_NEXT_FP);
		else if (exit.kind == HV_EXIT_SERROR)
			assert_int_equal(w.next.kind, HV_NEXT_HOST);
		else if (exit.kind == HV_EXIT_ILLEGAL)
			assert_injected(&w, raw.esr, 0x1000);
		else if (exit.kind == HV_EXIT_UNKNOWN || exit.kind == HV_EXIT_SVE || exit.kind == HV_EXIT_SME ||
			 exit.kind == HV_EXIT_PAUTH || exit.kind == HV_EXIT_CP)
			assert_injected(&w, UNDEF_ESR, 0x1000);
	}
	world_end(&w);
}

static void alignment_faults_go_back_with_far(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	w.vm.vcpu[0].regs.pc = 0x1001;
	world_abort(&w, 0x8a000000, 0x1001);
	assert_injected(&w, 0x8a000000, 0x1001);
	assert_int_equal(hv_el1_get(&w.vm.vcpu[0].el1, HV_EL1_FAR), 0x1001);
	world_end(&w);
}

static void interrupts_are_the_hosts(void **state)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	world_exit_raw(&w, 0, &raw, NOW);
	assert_int_equal(w.next.kind, HV_NEXT_HOST);
	raw.vector = HV_VECTOR_FIQ;
	world_exit_raw(&w, 0, &raw, NOW);
	assert_int_equal(w.next.kind, HV_NEXT_HOST);
	world_end(&w);
}

static void waits(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	vcpu->regs.pc = 0x1000;
	world_exit(&w, 0, 0x07e00000);
	assert_int_equal(w.next.kind, HV_NEXT_WAIT);
	assert_true(vcpu->waiting);
	assert_int_equal(vcpu->regs.pc, 0x1004);
	world_exit(&w, 0, 0x07e00001); /* WFE */
	assert_int_equal(w.next.kind, HV_NEXT_WAIT);
	assert_false(vcpu->waiting);
	vcpu->regs.x[9] = 5555;
	world_exit(&w, 0, 0x07e00006 | 9u << 5); /* WFIT x9 */
	assert_true(vcpu->waiting);
	assert_int_equal(vcpu->wait_until, 5555);
	vcpu->wait_until = HV_TIMER_NEVER;
	world_exit(&w, 0, 0x07e00002 | 9u << 5); /* without RV the register is not told */
	assert_true(vcpu->waiting);
	assert_int_equal(vcpu->wait_until, HV_TIMER_NEVER);
	vcpu->waiting = false;
	world_exit(&w, 0, 0x07e00007 | 9u << 5); /* WFET */
	assert_false(vcpu->waiting);
	world_end(&w);
}

/* NZCV for which each condition holds, by the architecture's formulas. */
static bool holds(uint32_t cond, uint32_t nzcv)
{
	bool n = nzcv & 8, z = nzcv & 4, c = nzcv & 2, v = nzcv & 1;
	const bool base[8] = { z, c, n, v, c && !z, n == v, !z && n == v, true };

	return cond >= 14 || base[cond / 2] != (cond % 2 == 1);
}

/* A trapped AArch32 instruction whose condition fails is skipped: COND from the syndrome, or from the IT state. */
static void conditions(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint32_t cond, nzcv;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	for (cond = 0; cond < 16; cond++)
		for (nzcv = 0; nzcv < 16; nzcv++) {
			vcpu->regs.pstate = (uint64_t)nzcv << 28 | 0x10;
			vcpu->waiting = false;
			world_exit(&w, 0, 0x07000000 | cond << 20);
			assert_int_equal(vcpu->waiting, holds(cond, nzcv));
			/* T32 in an IT block, no CV: mask 8 is the block's last instruction. */
			vcpu->regs.pstate = (uint64_t)nzcv << 28 | 0x30 | (uint64_t)(cond << 4 | 8) >> 2 << 10;
			vcpu->waiting = false;
			world_exit(&w, 0, 0x04000000);
			assert_int_equal(vcpu->waiting, holds(cond, nzcv));
		}
	vcpu->regs.pstate = 0x30;
	vcpu->waiting = false;
	world_exit(&w, 0, 0x04000000);
	assert_true(vcpu->waiting);
	/* In AArch64 there are no conditions. */
	vcpu->regs.pstate = EL1H;
	vcpu->waiting = false;
	world_exit(&w, 0, 0x07000000);
	assert_true(vcpu->waiting);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ram_is_to_be_mapped),
		cmocka_unit_test(holes_are_mmio),
		cmocka_unit_test(impossible_accesses_abort_the_guest),
		cmocka_unit_test(cache_maintenance_outside_ram_is_skipped),
		cmocka_unit_test(other_aborts),
		cmocka_unit_test(abort_matrix_is_answered),
		cmocka_unit_test(gic_frames_are_answered),
		cmocka_unit_test(gic_access_may_need_others),
		cmocka_unit_test(immediates_go_to_the_embedder),
		cmocka_unit_test(vendor_calls_go_to_the_embedder),
		cmocka_unit_test(conduits_can_be_off),
		cmocka_unit_test(every_class_is_answered),
		cmocka_unit_test(alignment_faults_go_back_with_far),
		cmocka_unit_test(interrupts_are_the_hosts),
		cmocka_unit_test(waits),
		cmocka_unit_test(conditions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
