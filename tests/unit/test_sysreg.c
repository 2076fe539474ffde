/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Trapped registers: every encoding both ways, the ID group, timers, debug, SGIs, set/way and TVM, AArch32 names.
 * ESR-25, ESR-36, ESR-37, CTX-13, TMR-11.
 */
#include "run_world.h"

static void msr(struct run_world *w, uint32_t key, uint64_t value)
{
	w->vm.vcpu[0].regs.x[5] = value;
	world_exit(w, 0, sysreg_esr(key, 5, false));
}

static uint64_t mrs(struct run_world *w, uint32_t key)
{
	w->vm.vcpu[0].regs.x[5] = HV_U64(0xa5a5a5a5a5a5a5a5);
	world_exit(w, 0, sysreg_esr(key, 5, true));
	return w->vm.vcpu[0].regs.x[5];
}

static bool was_undef(const struct run_world *w)
{
	return w->vm.vcpu[0].regs.pc >= VBAR;
}

static void reset_pc(struct run_world *w)
{
	w->vm.vcpu[0].regs.pc = 0x1000;
	w->vm.vcpu[0].regs.pstate = EL1H;
}

/* Encodings that are answered without an exception: bit 0 read, bit 1 write. Everything else is UNDEFINED. */
static uint32_t expected_rights(uint32_t key)
{
	uint32_t crm = HV_SYSREG_CRM(key), op2 = HV_SYSREG_OP2(key);

	if (key >= HV_SYSREG(3, 0, 0, 1, 0) && key <= HV_SYSREG(3, 0, 0, 7, 7))
		return 1;
	if ((key & ~HV_SYSREG(0, 0, 0, 15, 3)) == HV_SYSREG(2, 0, 0, 0, 4))
		return crm <= 1 ? 3 : 0;
	switch (key) {
	case HV_SYSREG(3, 0, 0, 0, 6):
	case HV_SYSREG(3, 3, 0, 0, 1):
	case HV_SYSREG(3, 3, 14, 0, 1):
	case HV_SYSREG(3, 3, 14, 0, 2):
	case HV_SYSREG(3, 3, 14, 0, 5):
	case HV_SYSREG(3, 3, 14, 0, 6):
	case HV_SYSREG(2, 0, 1, 0, 0):
	case HV_SYSREG(2, 0, 1, 1, 4):
	case HV_SYSREG(2, 0, 7, 14, 6):
	case HV_SYSREG(2, 3, 0, 1, 0):
		return 1;
	case HV_SYSREG(1, 0, 7, 6, 2):
	case HV_SYSREG(1, 0, 7, 10, 2):
	case HV_SYSREG(1, 0, 7, 14, 2):
	case HV_SYSREG(2, 0, 1, 0, 4):
	case HV_SYSREG(3, 0, 12, 11, 1):
	case HV_SYSREG(3, 0, 12, 11, 5):
	case HV_SYSREG(3, 0, 12, 11, 6):
	case HV_SYSREG(3, 0, 12, 11, 7):
		return 2;
	case HV_SYSREG(2, 0, 0, 0, 2):
	case HV_SYSREG(2, 0, 0, 2, 0):
	case HV_SYSREG(2, 0, 0, 2, 2):
	case HV_SYSREG(2, 0, 0, 3, 2):
	case HV_SYSREG(2, 0, 0, 6, 2):
	case HV_SYSREG(2, 0, 1, 3, 4):
	case HV_SYSREG(2, 0, 1, 4, 4):
	case HV_SYSREG(2, 0, 7, 8, 6):
	case HV_SYSREG(2, 0, 7, 9, 6):
	case HV_SYSREG(2, 3, 0, 4, 0):
	case HV_SYSREG(2, 3, 0, 5, 0):
	case HV_SYSREG(3, 0, 1, 0, 0):
	case HV_SYSREG(3, 0, 1, 0, 1):
	case HV_SYSREG(3, 0, 5, 1, 0):
	case HV_SYSREG(3, 0, 5, 1, 1):
	case HV_SYSREG(3, 0, 5, 2, 0):
	case HV_SYSREG(3, 0, 6, 0, 0):
	case HV_SYSREG(3, 0, 10, 2, 0):
	case HV_SYSREG(3, 0, 10, 3, 0):
	case HV_SYSREG(3, 0, 12, 12, 5):
	case HV_SYSREG(3, 0, 13, 0, 1):
		return 3;
	default:
		break;
	}
	if ((key & ~7u) == HV_SYSREG(3, 0, 2, 0, 0) || (key & ~7u) == HV_SYSREG(3, 3, 14, 2, 0))
		return op2 <= 2 ? 3 : 0;
	return 0;
}

/* CTX-13: all 65,536 keys, both directions; an unknown one is UNDEFINED and changes no register. */
static void every_encoding_both_ways(void **state)
{
	struct run_world w;
	uint32_t key;

	(void)state;
	world_run(&w, 1);
	for (key = 0; key < 0x10000; key++) {
		uint32_t rights = expected_rights(key);

		reset_pc(&w);
		hv_el1_set(&w.vm.vcpu[0].el1, HV_EL1_VBAR, VBAR);
		(void)mrs(&w, key);
		assert_int_equal(was_undef(&w), !(rights & 1));
		if (was_undef(&w)) {
			assert_int_equal(w.vm.vcpu[0].regs.x[5], HV_U64(0xa5a5a5a5a5a5a5a5));
			assert_injected(&w, UNDEF_ESR, 0x1000);
		} else {
			assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1004);
		}
		reset_pc(&w);
		msr(&w, key, 0);
		assert_int_equal(was_undef(&w), !(rights & 2));
	}
	world_end(&w);
}

static void id_registers_are_the_view(void **state)
{
	struct run_world w;
	uint32_t crm, op2;

	(void)state;
	world_run(&w, 1);
	w.vm.idregs.id[HV_IDREG(5, 3)] = 0; /* reserved encodings are zero in every view */
	for (crm = 1; crm < 8; crm++)
		for (op2 = 0; op2 < 8; op2++)
			assert_int_equal(mrs(&w, HV_SYSREG(3, 0, 0, crm, op2)), w.vm.idregs.id[HV_IDREG(crm, op2)]);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 0, 0, 4, 0)), 0x1000012);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 0, 0, 0, 6)), 0x33);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 3, 0, 0, 1)), 0x8444c004);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 0, 12, 12, 5)), 7);
	world_end(&w);
}

/* ESR-01, ESR-25: xzr reads as zero and swallows what is read. */
static void xzr_is_not_a_register(void **state)
{
	struct run_world w;
	struct hv_regs before;

	(void)state;
	world_run(&w, 1);
	before = w.vm.vcpu[0].regs;
	world_exit(&w, 0, sysreg_esr(HV_SYSREG(3, 0, 0, 4, 0), 31, true));
	before.pc += 4;
	assert_memory_equal(&before, &w.vm.vcpu[0].regs, sizeof(before));
	w.vm.vcpu[0].ptimer.cval = 5;
	world_exit(&w, 0, sysreg_esr(HV_SYSREG(3, 3, 14, 2, 2), 31, false));
	assert_int_equal(w.vm.vcpu[0].ptimer.cval, 0);
	world_end(&w);
}

#define CNTP_TVAL HV_SYSREG(3, 3, 14, 2, 0)
#define CNTP_CTL  HV_SYSREG(3, 3, 14, 2, 1)
#define CNTP_CVAL HV_SYSREG(3, 3, 14, 2, 2)

static uint32_t ppi30(struct run_world *w)
{
	return hv_vgic_state(&w->vm.vgic, 0, 30);
}

/* The emulated physical timer: registers, and the line of PPI 30 at once. */
static void physical_timer(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 3, 14, 0, 1)), NOW);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 3, 14, 0, 5)), NOW);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 3, 14, 0, 2)), NOW);
	msr(&w, CNTP_CVAL, HV_U64(0xffffffffffffffff));
	assert_int_equal(mrs(&w, CNTP_CVAL), HV_U64(0xffffffffffffffff));
	msr(&w, CNTP_TVAL, 50);
	assert_int_equal(mrs(&w, CNTP_CVAL), NOW + 50);
	assert_int_equal(mrs(&w, CNTP_TVAL), 50);
	msr(&w, CNTP_CTL, 5);
	assert_int_equal(mrs(&w, CNTP_CTL), 1);
	assert_false(ppi30(&w) & HV_VGIC_IS_LINE);
	msr(&w, CNTP_TVAL, 0xffffffff);
	assert_true(ppi30(&w) & HV_VGIC_IS_LINE);
	assert_int_equal(mrs(&w, CNTP_CTL), 5);
	msr(&w, CNTP_CTL, 3);
	assert_false(ppi30(&w) & HV_VGIC_IS_LINE);
	assert_int_equal(mrs(&w, CNTP_CTL), 7);
	world_end(&w);
}

/* ESR-36: at EL0 a register is there only where CNTKCTL_EL1 says so; EL1 gets the trap otherwise. */
static void el0_needs_cntkctl(void **state)
{
	static const struct {
		uint32_t key;
		uint64_t enable;
	} cases[] = { { HV_SYSREG(3, 3, 14, 0, 1), HV_BIT(0) },
		      { HV_SYSREG(3, 3, 14, 0, 5), HV_BIT(0) },
		      { HV_SYSREG(3, 3, 14, 0, 2), HV_BIT(1) },
		      { CNTP_CTL, HV_BIT(9) },
		      { CNTP_CVAL, HV_BIT(9) },
		      { CNTP_TVAL, HV_BIT(9) } };
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint32_t i;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		vcpu->regs.pc = 0x1000;
		vcpu->regs.pstate = 0;
		hv_el1_set(&vcpu->el1, HV_EL1_CNTKCTL, ~cases[i].enable);
		(void)mrs(&w, cases[i].key);
		assert_int_equal(vcpu->regs.pc, VBAR + 0x400);
		assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ESR), sysreg_esr(cases[i].key, 5, true));
		vcpu->regs.pc = 0x1000;
		vcpu->regs.pstate = 0;
		hv_el1_set(&vcpu->el1, HV_EL1_CNTKCTL, cases[i].enable);
		(void)mrs(&w, cases[i].key);
		assert_int_equal(vcpu->regs.pc, 0x1004);
	}
	vcpu->regs.pstate = 0;
	hv_el1_set(&vcpu->el1, HV_EL1_CNTKCTL, 0);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 3, 0, 0, 1)), 0x8444c004);
	world_end(&w);
}

/* Debug: the OS lock is kept, MDSCR is remembered whole but acts in part, breakpoints are there without effect. */
static void debug_registers(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	assert_int_equal(mrs(&w, HV_SYSREG(2, 0, 1, 1, 4)), 0xa);
	msr(&w, HV_SYSREG(2, 0, 1, 0, 4), 0);
	assert_int_equal(mrs(&w, HV_SYSREG(2, 0, 1, 1, 4)), 0x8);
	msr(&w, HV_SYSREG(2, 0, 1, 0, 4), 0xffffffff);
	assert_int_equal(mrs(&w, HV_SYSREG(2, 0, 1, 1, 4)), 0xa);
	msr(&w, HV_SYSREG(2, 0, 0, 2, 2), HV_U64(0x10000b001));
	assert_int_equal(mrs(&w, HV_SYSREG(2, 0, 0, 2, 2)), 0xb001);
	assert_int_equal(hv_el1_get(&w.vm.vcpu[0].el1, HV_EL1_MDSCR), 0x3001);
	msr(&w, HV_SYSREG(2, 0, 0, 1, 5), 0x1e5);
	assert_int_equal(mrs(&w, HV_SYSREG(2, 0, 0, 1, 5)), 0);
	world_end(&w);
}

/* ESR-37: each TVM register is written by itself alone and reads back. */
static void tvm_registers_are_the_right_ones(void **state)
{
	static const struct {
		uint32_t key;
		enum hv_el1_reg reg;
	} regs[] = {
		{ HV_SYSREG(3, 0, 1, 0, 0), HV_EL1_SCTLR },       { HV_SYSREG(3, 0, 2, 0, 0), HV_EL1_TTBR0 },
		{ HV_SYSREG(3, 0, 2, 0, 1), HV_EL1_TTBR1 },       { HV_SYSREG(3, 0, 2, 0, 2), HV_EL1_TCR },
		{ HV_SYSREG(3, 0, 5, 1, 0), HV_EL1_AFSR0 },       { HV_SYSREG(3, 0, 5, 1, 1), HV_EL1_AFSR1 },
		{ HV_SYSREG(3, 0, 5, 2, 0), HV_EL1_ESR },         { HV_SYSREG(3, 0, 6, 0, 0), HV_EL1_FAR },
		{ HV_SYSREG(3, 0, 10, 2, 0), HV_EL1_MAIR },       { HV_SYSREG(3, 0, 10, 3, 0), HV_EL1_AMAIR },
		{ HV_SYSREG(3, 0, 13, 0, 1), HV_EL1_CONTEXTIDR },
	};
	struct run_world w;
	uint32_t i, j;

	(void)state;
	world_run(&w, 1);
	for (i = 0; i < HV_ARRAY_SIZE(regs); i++) {
		struct hv_el1 before = w.vm.vcpu[0].el1;

		msr(&w, regs[i].key, HV_U64(0xfedcba9876543200) + i);
		assert_int_equal(mrs(&w, regs[i].key), HV_U64(0xfedcba9876543200) + i);
		for (j = 0; j < HV_EL1_NR; j++)
			if (j != regs[i].reg)
				assert_int_equal(w.vm.vcpu[0].el1.reg[j], before.reg[j]);
	}
	world_end(&w);
}

static void actlr_reads_and_ignores(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	hv_el1_set(&w.vm.vcpu[0].el1, HV_EL1_ACTLR, 0x42);
	msr(&w, HV_SYSREG(3, 0, 1, 0, 1), 7);
	assert_int_equal(mrs(&w, HV_SYSREG(3, 0, 1, 0, 1)), 0x42);
	world_end(&w);
}

#define DC_CISW HV_SYSREG(1, 0, 7, 14, 2)
#define SCTLR   HV_SYSREG(3, 0, 1, 0, 0)

/* The first set/way operation cleans; then TVM watches until the caches are on, when it cleans once more. */
static void set_way_watches_the_caches(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	msr(&w, DC_CISW, 0);
	assert_true(w.next.flush);
	assert_true(vcpu->hcr & HV_HCR_TVM);
	msr(&w, DC_CISW, 2);
	assert_false(w.next.flush);
	msr(&w, SCTLR, 0x30d00800);
	assert_false(w.next.flush);
	assert_true(vcpu->hcr & HV_HCR_TVM);
	msr(&w, SCTLR, 5);
	assert_true(w.next.flush);
	assert_int_equal(vcpu->hcr, w.vm.traps.hcr);
	/* Switched off again while watched: clean, and keep watching. */
	msr(&w, DC_CISW, 0);
	msr(&w, SCTLR, 1);
	assert_true(w.next.flush);
	assert_true(vcpu->hcr & HV_HCR_TVM);
	world_end(&w);
}

static void set_way_is_free_with_fwb(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	w.s2.geo.fwb = true;
	msr(&w, DC_CISW, 0);
	assert_false(w.next.flush);
	assert_false(w.vm.vcpu[0].hcr & HV_HCR_TVM);
	world_end(&w);
}

static void sgis_reach_their_target(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 2);
	/* SGI 5 of vCPU 1 becomes group 1: GICR_IGROUPR0. */
	w.vm.vcpu[0].regs.x[5] = 1u << 5;
	world_abort(&w, 0x93850047, GICR_BASE + 0x20000 + 0x10080);
	msr(&w, HV_SYSREG(3, 0, 12, 11, 5), 5u << 24 | 2);
	assert_true(hv_vgic_state(&w.vm.vgic, 1, 5) & HV_VGIC_IS_PENDING);
	assert_false(hv_vgic_state(&w.vm.vgic, 0, 5) & HV_VGIC_IS_PENDING);
	/* SGI0R generates group 0 interrupts, which is what an unconfigured SGI is. */
	msr(&w, HV_SYSREG(3, 0, 12, 11, 7), 6u << 24 | 2);
	assert_true(hv_vgic_state(&w.vm.vgic, 1, 6) & HV_VGIC_IS_PENDING);
	/* ASGI1R is for the other Security state's group 1, of which there is none. */
	msr(&w, HV_SYSREG(3, 0, 12, 11, 6), 7u << 24 | 2);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	world_end(&w);
}

/* DIR of an interrupt that another vCPU has in a list register: the instruction runs again after that one has folded. */
static void dir_may_need_others(void **state)
{
	struct run_world w;
	struct hv_vcpu *other;
	struct hv_vcpu_set kick;
	uint64_t deadline;

	(void)state;
	world_run(&w, 2);
	hv_vcpu_set_clear(&kick);
	other = &w.vm.vcpu[1];
	assert_int_equal(world_hvc(&w, 0xc4000003, 1, ENTRY, 0), 0);
	hv_vcpu_load(other, 1, 4);
	assert_int_equal(hv_vcpu_prepare(other, NOW, &deadline), HV_ENTRY_GO);
	hv_vcpu_finish(other, &kick);
	other->ich.vmcr = 0xff000003;
	w.vm.vcpu[0].regs.x[5] = 3;
	world_abort(&w, 0x93850047, GICD_BASE);
	w.vm.vcpu[0].regs.x[5] = 1u << 8;
	world_abort(&w, 0x93850047, GICD_BASE + 0x104); /* GICD_ISENABLER1: SPI 40 */
	w.vm.vcpu[0].regs.x[5] = 1;
	world_abort(&w, 0x93c58047, GICD_BASE + 0x6000 + 8 * 40); /* GICD_IROUTER40: vCPU 1 */
	assert_int_equal(hv_vgic_set_line(&w.vm.vgic, 0, 40, true, &kick), HV_OK);
	assert_int_equal(hv_vcpu_prepare(other, NOW, &deadline), HV_ENTRY_GO);
	assert_int_not_equal(other->ich.used, 0);
	w.vm.vcpu[0].ich.vmcr = 0xff000203; /* EOImode 1 */
	reset_pc(&w);
	msr(&w, HV_SYSREG(3, 0, 12, 11, 1), 40);
	assert_int_equal(w.next.kind, HV_NEXT_SYNC);
	assert_true(hv_vcpu_set_has(&w.next.kick, 1));
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1000);
	hv_vcpu_finish(other, &kick);
	msr(&w, HV_SYSREG(3, 0, 12, 11, 1), 40);
	assert_int_equal(w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(w.vm.vcpu[0].regs.pc, 0x1004);
	world_end(&w);
}

#define MRRC_CNTPCT                                                                                                    \
	(HV_U64(0x04) << 26 | HV_ESR_IL | 1u << 24 | 14u << 20 | 0u << 16 | 3u << 10 | 2u << 5 | 14u << 1 | 1)

/* AArch32 at EL0: the timer by its coprocessor names, 32 bits a register; the rest is UNDEFINED. */
static void aarch32_names(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t mrrc = MRRC_CNTPCT;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	hv_el1_set(&vcpu->el1, HV_EL1_CNTKCTL, 0x303);
	vcpu->regs.pstate = 0x10;
	vcpu->ptimer.cval = HV_U64(0x1122334455667788);
	world_exit(&w, 0, (mrrc & ~HV_U64(0xf0000)) | 2u << 16);
	assert_int_equal(vcpu->regs.x[2], 0x55667788);
	assert_int_equal(vcpu->regs.x[3], 0x11223344);
	world_exit(&w, 0, mrrc);
	assert_int_equal(vcpu->regs.x[2], NOW);
	assert_int_equal(vcpu->regs.x[3], 0);
	world_exit(&w, 0, mrrc | 1u << 16);
	assert_int_equal(vcpu->regs.x[2], NOW);
	/* MCRR CNTP_CVAL. */
	vcpu->regs.x[2] = HV_U64(0xffffffff00000001);
	vcpu->regs.x[3] = 2;
	world_exit(&w, 0, ((mrrc & ~HV_U64(0xf0000)) | 2u << 16) & ~HV_U64(1));
	assert_int_equal(vcpu->ptimer.cval, HV_U64(0x200000001));
	/* MRC p15, 0, r2, c14, c2, 1 and 0. */
	world_exit(&w, 0,
		   HV_U64(0x03) << 26 | HV_ESR_IL | 1u << 24 | 14u << 20 | 1u << 17 | 14u << 10 | 2u << 5 | 2u << 1 |
			   1);
	assert_int_equal(vcpu->regs.x[2], 0);
	world_exit(&w, 0, HV_U64(0x03) << 26 | HV_ESR_IL | 1u << 24 | 14u << 20 | 14u << 10 | 2u << 5 | 2u << 1 | 1);
	assert_int_equal(vcpu->regs.x[2], (uint32_t)(HV_U64(0x200000001) - NOW));
	/* Denied by CNTKCTL: the guest's kernel sees its own trap. */
	hv_el1_set(&vcpu->el1, HV_EL1_CNTKCTL, 0);
	world_exit(&w, 0, mrrc);
	assert_int_equal(vcpu->regs.pc, VBAR + 0x600);
	assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ESR), mrrc);
	/* Anything else. */
	vcpu->regs.pstate = 0x10;
	world_exit(&w, 0, HV_U64(0x03) << 26 | HV_ESR_IL | 1u << 24 | 14u << 20 | 1);
	assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ESR), UNDEF_ESR);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encoding_both_ways),
		cmocka_unit_test(id_registers_are_the_view),
		cmocka_unit_test(xzr_is_not_a_register),
		cmocka_unit_test(physical_timer),
		cmocka_unit_test(el0_needs_cntkctl),
		cmocka_unit_test(debug_registers),
		cmocka_unit_test(tvm_registers_are_the_right_ones),
		cmocka_unit_test(actlr_reads_and_ignores),
		cmocka_unit_test(set_way_watches_the_caches),
		cmocka_unit_test(set_way_is_free_with_fwb),
		cmocka_unit_test(sgis_reach_their_target),
		cmocka_unit_test(dir_may_need_others),
		cmocka_unit_test(aarch32_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
