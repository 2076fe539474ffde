/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Device accesses without a syndrome, from the instruction: pairs, write-back, sign, SIMD, structures, DC ZVA, page crossings,
 * the interrupt controller, and every way in which the exit and the instruction may not belong together. ESR-08, ESR-05, ESR-39.
 */
#include "run_world.h"

#define CODE   (RAM_BASE + 0x1000)
#define DABT   HV_U64(0x92000007)
#define WNR    HV_U64(0x40)
#define DEVICE (HOLE + 0x1000)

#define LDP_X3_X4      0xa9401023u /* ldp x3, x4, [x1] */
#define STP_X3_X4_PRE  0xa9be1023u /* stp x3, x4, [x1, #-32]! */
#define LDPSW_X3_X4    0x69401023u /* ldpsw x3, x4, [x1] */
#define LDR_X3_POST    0xf8408423u /* ldr x3, [x1], #8 */
#define STR_W5_POST    0xb8004425u /* str w5, [x1], #4 */
#define LDR_X3_SP_POST 0xf84087e3u /* ldr x3, [sp], #8 */
#define LDR_Q0         0x3dc00020u /* ldr q0, [x1] */
#define STR_D2         0xfd000022u /* str d2, [x1] */
#define LDXR_X3        0xc85f7c23u
#define LDADD_W2_W3    0xb8220023u
#define STG_X1         0xd9200821u
#define LDR_X3         0xf9400023u
#define STTR_X3_POST   0xf8000823u /* sttr x3, [x1] */
#define DC_ZVA_X1      0xd50b7421u
#define NOP            0xd503201fu

struct emu_world {
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t v[64];
};

static void start(struct emu_world *e, uint32_t word)
{
	uint32_t i;

	world_prepare(&e->w, 2);
	e->w.config.idregs.dczid = 4; /* 64 bytes */
	world_start(&e->w);
	e->vcpu = &e->w.vm.vcpu[0];
	world_map(&e->w, RAM_BASE, 0x4000, HV_S2_RW);
	world_store(&e->w, CODE, word, 4);
	for (i = 0; i < 31; i++)
		e->vcpu->regs.x[i] = HV_U64(0x1111111111111111) * (i % 15 + 1);
	for (i = 0; i < 64; i++)
		e->v[i] = HV_U64(0x0101010101010101) * i;
	e->vcpu->regs.x[1] = DEVICE;
	e->vcpu->regs.pc = CODE;
	e->vcpu->regs.pstate = EL1H;
}

static void again(struct emu_world *e, uint32_t word)
{
	world_end(&e->w);
	start(e, word);
}

/* The stage-2 abort at @address; the answer is in next. */
static void fault(struct emu_world *e, uint64_t esr, uint64_t address)
{
	world_abort(&e->w, esr, address);
}

static void expect_mmio(struct emu_world *e, uint64_t ipa, uint32_t bytes, bool write, uint64_t data)
{
	assert_int_equal(e->w.next.kind, HV_NEXT_MMIO);
	assert_int_equal(e->w.next.mmio.ipa.v, ipa);
	assert_int_equal(e->w.next.mmio.size_bytes, bytes);
	assert_int_equal(e->w.next.mmio.is_write, write);
	assert_int_equal(e->w.next.mmio.data, data);
}

static void complete(struct emu_world *e, uint64_t data, enum hv_err expected)
{
	if (!e->w.next.mmio.is_write)
		e->w.next.mmio.data = data;
	assert_int_equal(hv_mmio_complete(e->vcpu, &e->w.next.mmio), expected);
}

static void pairs_take_two_accesses(void **state)
{
	struct emu_world e;
	struct hv_regs before;

	(void)state;
	start(&e, LDP_X3_X4);
	before = e.vcpu->regs;
	fault(&e, DABT, DEVICE);
	expect_mmio(&e, DEVICE, 8, false, 0);
	assert_int_equal(e.w.next.mmio.bytes_more, 8);
	complete(&e, 0xaaaa, HV_EAGAIN);
	/* No register has changed, and the next access is there. */
	assert_memory_equal(&before, &e.vcpu->regs, sizeof(before));
	expect_mmio(&e, DEVICE + 8, 8, false, 0);
	assert_int_equal(e.w.next.mmio.bytes_more, 0);
	complete(&e, 0xbbbb, HV_OK);
	assert_int_equal(e.vcpu->regs.x[3], 0xaaaa);
	assert_int_equal(e.vcpu->regs.x[4], 0xbbbb);
	assert_int_equal(e.vcpu->regs.pc, CODE + 4);
	/* ESR-05: once is enough. */
	complete(&e, 1, HV_EINVAL);
	assert_int_equal(e.vcpu->regs.pc, CODE + 4);
	again(&e, LDPSW_X3_X4);
	fault(&e, DABT, DEVICE);
	expect_mmio(&e, DEVICE, 4, false, 0);
	complete(&e, 0x80000000, HV_EAGAIN);
	complete(&e, 0x7fffffff, HV_OK);
	assert_int_equal(e.vcpu->regs.x[3], HV_U64(0xffffffff80000000));
	assert_int_equal(e.vcpu->regs.x[4], 0x7fffffff);
	world_end(&e.w);
}

static void write_back_happens_last(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, STP_X3_X4_PRE);
	fault(&e, DABT | WNR, DEVICE - 32);
	expect_mmio(&e, DEVICE - 32, 8, true, HV_U64(0x4444444444444444));
	assert_int_equal(e.vcpu->regs.x[1], DEVICE);
	complete(&e, 0, HV_EAGAIN);
	expect_mmio(&e, DEVICE - 24, 8, true, HV_U64(0x5555555555555555));
	complete(&e, 0, HV_OK);
	assert_int_equal(e.vcpu->regs.x[1], DEVICE - 32);
	again(&e, STR_W5_POST);
	fault(&e, DABT | WNR, DEVICE);
	expect_mmio(&e, DEVICE, 4, true, 0x66666666);
	complete(&e, 0, HV_OK);
	assert_int_equal(e.vcpu->regs.x[1], DEVICE + 4);
	again(&e, LDR_X3_SP_POST);
	hv_el1_set(&e.vcpu->el1, HV_EL1_SP_EL1, DEVICE);
	hv_el1_set(&e.vcpu->el1, HV_EL1_SP_EL0, 5);
	fault(&e, DABT, DEVICE);
	complete(&e, 9, HV_OK);
	assert_int_equal(e.vcpu->regs.x[3], 9);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_SP_EL1), DEVICE + 8);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_SP_EL0), 5);
	/* EL1t uses SP_EL0, and so does EL0. */
	again(&e, LDR_X3_SP_POST);
	e.vcpu->regs.pstate = 0x3c4;
	hv_el1_set(&e.vcpu->el1, HV_EL1_SP_EL0, DEVICE);
	fault(&e, DABT, DEVICE);
	complete(&e, 9, HV_OK);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_SP_EL0), DEVICE + 8);
	world_end(&e.w);
}

static void big_endian_data(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDR_X3_POST);
	hv_el1_set(&e.vcpu->el1, HV_EL1_SCTLR, HV_BIT(25));
	fault(&e, DABT, DEVICE);
	complete(&e, HV_U64(0x0102030405060708), HV_OK);
	assert_int_equal(e.vcpu->regs.x[3], HV_U64(0x0807060504030201));
	world_end(&e.w);
}

/* SIMD registers are the embedder's: with them the access is made, without them it is an abort. */
static void simd_needs_its_registers(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDR_Q0);
	fault(&e, DABT, DEVICE);
	assert_injected(&e.w, 0x96000010, CODE);
	again(&e, LDR_Q0);
	e.vcpu->v = e.v;
	fault(&e, DABT, DEVICE);
	complete(&e, 0x1111, HV_EAGAIN);
	complete(&e, 0x2222, HV_OK);
	assert_int_equal(e.v[0], 0x1111);
	assert_int_equal(e.v[1], 0x2222);
	again(&e, STR_D2);
	e.vcpu->v = e.v;
	fault(&e, DABT | WNR, DEVICE);
	expect_mmio(&e, DEVICE, 8, true, HV_U64(0x0404040404040404));
	complete(&e, 0, HV_OK);
	assert_int_equal(e.vcpu->regs.pc, CODE + 4);
	world_end(&e.w);
}

static void dc_zva_writes_zeroes(void **state)
{
	struct emu_world e;
	uint32_t i;

	(void)state;
	start(&e, DC_ZVA_X1);
	e.vcpu->regs.x[1] = DEVICE + 0x55;
	fault(&e, DABT | WNR, DEVICE + 0x40);
	for (i = 0; i < 8; i++) {
		expect_mmio(&e, DEVICE + 0x40 + 8 * i, 8, true, 0);
		complete(&e, 0, i < 7 ? HV_EAGAIN : HV_OK);
	}
	/* Without DCZID_EL0 its size is not known. */
	again(&e, DC_ZVA_X1);
	e.w.vm.dczid = 0;
	fault(&e, DABT | WNR, DEVICE);
	assert_injected(&e.w, 0x96000050, CODE);
	world_end(&e.w);
}

static void atomics_and_tags_are_refused(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDXR_X3);
	fault(&e, DABT, DEVICE);
	assert_injected(&e.w, 0x96000035, CODE);
	again(&e, LDADD_W2_W3);
	fault(&e, DABT | WNR, DEVICE);
	assert_injected(&e.w, 0x96000075, CODE);
	again(&e, STG_X1);
	fault(&e, DABT | WNR, DEVICE);
	assert_injected(&e.w, 0x96000050, CODE);
	again(&e, NOP);
	fault(&e, DABT, DEVICE);
	assert_injected(&e.w, 0x96000010, CODE);
	/* AArch32 instructions are not decoded. */
	again(&e, LDP_X3_X4);
	e.vcpu->regs.pstate = 0x10;
	fault(&e, DABT, DEVICE);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x92000010);
	world_end(&e.w);
}

/* The exit and the instruction do not belong together: run again, nothing changed. */
static void mismatches_run_again(void **state)
{
	static const struct {
		uint32_t word;
		uint64_t esr, far;
	} cases[] = { { LDP_X3_X4, DABT, DEVICE + 16 },
		      { LDP_X3_X4, DABT, DEVICE - 1 },
		      { LDP_X3_X4, DABT | WNR, DEVICE } };
	struct emu_world e;
	uint32_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		start(&e, cases[i].word);
		fault(&e, cases[i].esr, cases[i].far);
		assert_int_equal(e.w.next.kind, HV_NEXT_RESUME);
		assert_int_equal(e.vcpu->regs.pc, CODE);
		assert_int_equal(hv_mmio_complete(e.vcpu, &e.w.next.mmio), HV_EINVAL);
		world_end(&e.w);
	}
	/* FAR fits, but stage 1 puts it elsewhere than HPFAR says. */
	start(&e, LDP_X3_X4);
	{
		struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .valid = HV_RAW_HPFAR, .esr = DABT, .spsr = EL1H };

		raw.far = DEVICE;
		raw.hpfar = (DEVICE + 0x1000) >> 8;
		world_exit_raw(&e.w, 0, &raw, NOW);
	}
	assert_int_equal(e.w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(e.vcpu->regs.pc, CODE);
	world_end(&e.w);
}

static void what_is_missing_is_asked_for(void **state)
{
	struct emu_world e;

	(void)state;
	/* The instruction. */
	start(&e, LDP_X3_X4);
	e.vcpu->regs.pc = RAM_BASE + HV_MIB(1);
	fault(&e, DABT, DEVICE);
	assert_int_equal(e.w.next.kind, HV_NEXT_FETCH);
	assert_int_equal(e.w.next.ipa.v, RAM_BASE + HV_MIB(1));
	/* In no memory: an abort. */
	again(&e, LDP_X3_X4);
	e.vcpu->regs.pc = HOLE;
	fault(&e, DABT, DEVICE);
	assert_injected(&e.w, 0x96000010, HOLE);
	/* Not translated any more: run again. */
	again(&e, LDP_X3_X4);
	e.vcpu->regs.pc = HV_BIT(45);
	fault(&e, DABT, DEVICE);
	assert_int_equal(e.w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(e.vcpu->regs.pc, HV_BIT(45));
	world_end(&e.w);
}

/* RAM that ends in a device page: both halves are done, the RAM part inside. */
static void crossing_from_ram_into_a_device(void **state)
{
	struct emu_world e;
	uint64_t end = RAM_BASE + RAM_SIZE, word = 0;

	(void)state;
	start(&e, STP_X3_X4_PRE);
	world_map(&e.w, end - 4096, 4096, HV_S2_RW);
	e.vcpu->regs.x[1] = end - 8 + 32;
	fault(&e, DABT | WNR, end);
	expect_mmio(&e, end, 8, true, HV_U64(0x5555555555555555));
	complete(&e, 0, HV_OK);
	assert_int_equal(hv_vm_read(&e.w.vm, hv_ipa(end - 8), &word, 8), HV_OK);
	assert_int_equal(word, HV_U64(0x4444444444444444));
	/* The RAM part is not mapped: it is asked for before the device is touched. */
	again(&e, STP_X3_X4_PRE);
	e.vcpu->regs.x[1] = end - 8 + 32;
	fault(&e, DABT | WNR, end);
	assert_int_equal(e.w.next.kind, HV_NEXT_MAP);
	assert_int_equal(e.w.next.ipa.v, end - 4096);
	assert_int_equal(e.w.next.access, HV_S2_W);
	/* Gone between planning and doing: the instruction repeats. */
	again(&e, LDP_X3_X4);
	world_map(&e.w, end - 4096, 4096, HV_S2_W);
	e.vcpu->regs.x[1] = end - 8;
	fault(&e, DABT, end);
	assert_int_equal(e.w.next.kind, HV_NEXT_MAP);
	world_end(&e.w);
}

/* A register that crosses from one device page into the next; and off the end of the guest's address space. */
static void crossing_pages(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDR_X3_POST);
	e.vcpu->regs.x[1] = DEVICE - 3;
	fault(&e, DABT, DEVICE - 3);
	expect_mmio(&e, DEVICE - 3, 2, false, 0);
	complete(&e, 0x2211, HV_EAGAIN);
	expect_mmio(&e, DEVICE - 1, 1, false, 0);
	complete(&e, 0x33, HV_EAGAIN);
	expect_mmio(&e, DEVICE, 4, false, 0);
	complete(&e, 0x77665544, HV_EAGAIN);
	expect_mmio(&e, DEVICE + 4, 1, false, 0);
	complete(&e, 0x88, HV_OK);
	assert_int_equal(e.vcpu->regs.x[3], HV_U64(0x8877665544332211));
	again(&e, LDR_X3_POST);
	e.vcpu->regs.x[1] = HV_BIT(40) - 4;
	fault(&e, DABT, HV_BIT(40) - 4);
	/* Stage 1 is off, and its address size ends here: the fault is at the second page. */
	assert_injected(&e.w, 0x96000000, CODE);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_FAR), HV_BIT(40));
	world_end(&e.w);
}

#define TABLE (RAM_BASE + 0x2000)

/* Stage 1 on: 2 MiB blocks from a table at TABLE; entry n maps VA n * 2 MiB. */
static void stage1_on(struct emu_world *e)
{
	hv_el1_set(&e->vcpu->el1, HV_EL1_SCTLR, 1);
	hv_el1_set(&e->vcpu->el1, HV_EL1_TCR, HV_PREP(5, 34, 32) | 34 | HV_BIT(37));
	hv_el1_set(&e->vcpu->el1, HV_EL1_TTBR0, TABLE);
	world_store(&e->w, TABLE, RAM_BASE | 0x401, 8);
	world_store(&e->w, TABLE + 8, (HOLE & ~(HV_MIB(2) - 1)) | 0x401, 8);
	world_store(&e->w, TABLE + 16, 0, 8);
	e->vcpu->regs.pc = CODE - RAM_BASE;
}

static void fault_at(struct emu_world *e, uint64_t esr, uint64_t far, uint64_t ipa)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .valid = HV_RAW_HPFAR, .esr = esr };

	raw.far = far;
	raw.hpfar = ipa >> 12 << 4;
	raw.spsr = e->vcpu->regs.pstate;
	world_exit_raw(&e->w, 0, &raw, NOW);
}

#define VA_DEVICE (HV_MIB(2) + (HOLE & (HV_MIB(2) - 1)))

static void through_stage_1(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDP_X3_X4);
	stage1_on(&e);
	e.vcpu->regs.x[1] = VA_DEVICE | HV_U64(0x5a) << 56; /* a tag that TBI ignores */
	fault_at(&e, DABT, VA_DEVICE, HOLE);
	expect_mmio(&e, HOLE, 8, false, 0);
	complete(&e, 1, HV_EAGAIN);
	complete(&e, 2, HV_OK);
	assert_int_equal(e.vcpu->regs.x[4], 2);
	/* The second page has a stage-1 fault of its own: the guest's, with its own address and level. */
	again(&e, LDP_X3_X4);
	stage1_on(&e);
	e.vcpu->regs.x[1] = HV_MIB(4) - 8;
	fault_at(&e, DABT, HV_MIB(4) - 8, (HOLE & ~(HV_MIB(2) - 1)) + HV_MIB(2) - 8);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x96000006);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_FAR), HV_MIB(4));
	/* The embedder refuses a later access: FAR is that one's. */
	again(&e, LDP_X3_X4);
	stage1_on(&e);
	e.vcpu->regs.x[1] = VA_DEVICE;
	fault_at(&e, DABT, VA_DEVICE, HOLE);
	complete(&e, 1, HV_EAGAIN);
	{
		struct hv_exit exit = e.vcpu->mmio_exit;

		hv_vcpu_inject_abort(e.vcpu, &exit);
	}
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_FAR), VA_DEVICE + 8);
	assert_int_equal(e.vcpu->regs.x[3], HV_U64(0x4444444444444444));
	complete(&e, 1, HV_EINVAL);
	/* Tables that are not mapped yet, for the instruction and for the data. */
	again(&e, LDP_X3_X4);
	stage1_on(&e);
	hv_el1_set(&e.vcpu->el1, HV_EL1_TTBR0, RAM_BASE + HV_MIB(2));
	fault_at(&e, DABT, VA_DEVICE, HOLE);
	assert_int_equal(e.w.next.kind, HV_NEXT_FETCH);
	again(&e, LDP_X3_X4);
	stage1_on(&e);
	world_store(&e.w, TABLE + 8, (RAM_BASE + HV_MIB(2)) | 3, 8);
	hv_el1_set(&e.vcpu->el1, HV_EL1_TCR, HV_PREP(5, 34, 32) | 25);
	world_store(&e.w, TABLE, RAM_BASE | 0x401, 8);
	e.vcpu->regs.x[1] = HV_GIB(1);
	fault_at(&e, DABT, HV_GIB(1), HOLE);
	assert_int_equal(e.w.next.kind, HV_NEXT_MAP);
	assert_int_equal(e.w.next.ipa.v, RAM_BASE + HV_MIB(2));
	world_end(&e.w);
}

/* Every fault that the second page's tables can hold, with its status code. */
static void second_page_faults(void **state)
{
	static const struct {
		uint64_t desc;
		uint32_t fsc;
	} cases[] = { { 0, 0x06 },
		      { RAM_BASE | 0x001, 0x0a },
		      { HV_BIT(40) | 0x401, 0x02 },
		      { RAM_BASE | 0x481, 0x0e },
		      { HOLE | 3, 0x17 } };
	struct emu_world e;
	uint32_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		start(&e, STP_X3_X4_PRE);
		stage1_on(&e);
		hv_el1_set(&e.vcpu->el1, HV_EL1_TCR, HV_PREP(1, 34, 32) | 34);
		world_store(&e.w, TABLE + 16, cases[i].desc, 8);
		e.vcpu->regs.x[1] = HV_MIB(4) - 8 + 32;
		fault_at(&e, DABT | WNR, HV_MIB(4) - 8, (HOLE & ~(HV_MIB(2) - 1)) + HV_MIB(2) - 8);
		assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x96000040 | cases[i].fsc);
		assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_FAR), HV_MIB(4));
		world_end(&e.w);
	}
	/* Level -1: translation, and a table beyond the address size. */
	for (i = 0; i < 2; i++) {
		start(&e, STP_X3_X4_PRE);
		stage1_on(&e);
		hv_el1_set(&e.vcpu->el1, HV_EL1_TCR, HV_PREP(1, 34, 32) | 12 | HV_BIT(59));
		world_store(&e.w, TABLE, (TABLE + 0x1000) | 3, 8);
		world_store(&e.w, TABLE + 8, i ? HV_BIT(45) | 3 : 0, 8);
		world_store(&e.w, TABLE + 0x1000, 0x401, 8);
		world_store(&e.w, TABLE + 0x1ff8, 0x401, 8);
		e.vcpu->regs.pc = CODE;
		e.vcpu->regs.x[1] = HV_BIT(48) - 8 + 32;
		fault_at(&e, DABT | WNR, HV_BIT(48) - 8, 0x7ffffff000);
		assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x96000040 | (i ? 0x29 : 0x2b));
		world_end(&e.w);
	}
}

/* STTR is done with EL0's rights. */
static void unprivileged_accesses(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, STTR_X3_POST);
	stage1_on(&e);
	e.vcpu->regs.x[1] = VA_DEVICE;
	fault_at(&e, DABT | WNR, VA_DEVICE, HOLE);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x9600004e); /* permission, level 2 */
	again(&e, STTR_X3_POST);
	stage1_on(&e);
	world_store(&e.w, TABLE + 8, (HOLE & ~(HV_MIB(2) - 1)) | 0x441, 8);
	e.vcpu->regs.x[1] = VA_DEVICE;
	fault_at(&e, DABT | WNR, VA_DEVICE, HOLE);
	expect_mmio(&e, HOLE, 8, true, HV_U64(0x4444444444444444));
	world_end(&e.w);
}

static void interrupt_controller_by_pairs(void **state)
{
	struct emu_world e;
	struct hv_vcpu_set kick;
	uint64_t deadline;

	(void)state;
	/* ldp of two words: GICD_CTLR and GICD_TYPER. */
	start(&e, 0x29401023u);
	e.vcpu->regs.x[1] = GICD_BASE;
	fault(&e, DABT, GICD_BASE);
	assert_int_equal(e.w.next.kind, HV_NEXT_RESUME);
	assert_int_equal(e.vcpu->regs.pc, CODE + 4);
	assert_int_equal(e.vcpu->regs.x[3] & 0x50, 0x50); /* DS, ARE */
	assert_int_equal(e.vcpu->regs.x[4] & 31, 2);      /* 96 interrupts */
	/* One that another vCPU must fold for first. */
	again(&e, 0x29401023u);
	hv_vcpu_set_clear(&kick);
	assert_int_equal(world_hvc(&e.w, 0xc4000003, 1, ENTRY, 0), 0);
	hv_vcpu_load(&e.w.vm.vcpu[1], 1, 4);
	assert_int_equal(hv_vcpu_prepare(&e.w.vm.vcpu[1], NOW, &deadline), HV_ENTRY_GO);
	hv_vcpu_finish(&e.w.vm.vcpu[1], &kick);
	e.w.vm.vcpu[1].ich.vmcr = 0xff000003;
	e.vcpu->regs.x[5] = 3;
	world_abort(&e.w, 0x93850047, GICD_BASE);
	e.vcpu->regs.x[5] = 1u << 20;
	world_abort(&e.w, 0x93850047, GICR_BASE + 0x30100);
	assert_int_equal(hv_vgic_set_line(&e.w.vm.vgic, 1, 20, true, &kick), HV_OK);
	assert_int_equal(hv_vcpu_prepare(&e.w.vm.vcpu[1], NOW, &deadline), HV_ENTRY_GO);
	e.vcpu->regs.pc = CODE;
	e.vcpu->regs.x[1] = GICR_BASE + 0x30200;
	fault(&e, DABT, GICR_BASE + 0x30200);
	assert_int_equal(e.w.next.kind, HV_NEXT_SYNC);
	assert_true(hv_vcpu_set_has(&e.w.next.kick, 1));
	assert_int_equal(e.vcpu->regs.pc, CODE);
	world_end(&e.w);
}

/* From a device into the interrupt controller's frame: no machine has that, so it is an abort at the frame. */
static void device_then_interrupt_controller(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDP_X3_X4);
	e.vcpu->regs.x[1] = GICD_BASE - 8;
	fault(&e, DABT, GICD_BASE - 8);
	expect_mmio(&e, GICD_BASE - 8, 8, false, 0);
	complete(&e, 1, HV_OK);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x96000010);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_FAR), GICD_BASE);
	assert_int_equal(e.vcpu->regs.x[3], HV_U64(0x4444444444444444));
	world_end(&e.w);
}

/* ESR-39: wrong pieces are refused, and the access stays outstanding. */
static void wrong_pieces_are_refused(void **state)
{
	struct emu_world e;
	struct hv_mmio wrong;

	(void)state;
	start(&e, LDP_X3_X4);
	fault(&e, DABT, DEVICE);
	wrong = e.w.next.mmio;
	wrong.ipa = hv_ipa(DEVICE + 8);
	assert_int_equal(hv_mmio_complete(e.vcpu, &wrong), HV_EINVAL);
	wrong = e.w.next.mmio;
	wrong.size_bytes = 4;
	assert_int_equal(hv_mmio_complete(e.vcpu, &wrong), HV_EINVAL);
	wrong = e.w.next.mmio;
	wrong.is_write = true;
	assert_int_equal(hv_mmio_complete(e.vcpu, &wrong), HV_EINVAL);
	complete(&e, 1, HV_EAGAIN);
	complete(&e, 2, HV_OK);
	world_end(&e.w);
}

/* An external abort on a walk reports the level at which the walk met what is no memory (ESR-22). */
static void walk_aborts_have_their_level(void **state)
{
	struct emu_world e;

	(void)state;
	start(&e, LDP_X3_X4);
	stage1_on(&e);
	hv_el1_set(&e.vcpu->el1, HV_EL1_TCR, HV_PREP(5, 34, 32) | 25);
	world_store(&e.w, TABLE, HOLE | 3, 8);
	fault_at(&e, DABT | 0x80, 0x1000, HOLE);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x96000016);
	hv_el1_set(&e.vcpu->el1, HV_EL1_TTBR0, HOLE);
	e.vcpu->regs.pstate = EL1H;
	fault_at(&e, HV_U64(0x82000087), 0x1000, HOLE);
	assert_int_equal(hv_el1_get(&e.vcpu->el1, HV_EL1_ESR), 0x86000015);
	world_end(&e.w);
}

/* Any word at the PC: always an answer, and never more than the words's bytes in accesses. */
static void any_word_has_an_answer(void **state)
{
	struct emu_world e;
	uint64_t random = 7;
	uint32_t i, n;

	(void)state;
	start(&e, NOP);
	e.vcpu->v = e.v;
	for (i = 0; i < 200000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		world_store(&e.w, CODE, (random & 0xf7ffffff) | 0x08000000, 4);
		e.vcpu->regs.pc = CODE;
		e.vcpu->regs.pstate = EL1H;
		for (n = 0; n < 31; n++)
			e.vcpu->regs.x[n] = DEVICE;
		fault(&e, random >> 63 ? DABT | WNR : DABT, DEVICE);
		for (n = 0; e.w.next.kind == HV_NEXT_MMIO; n++) {
			assert_in_range(n, 0, 64);
			if (hv_mmio_complete(e.vcpu, &e.w.next.mmio) != HV_EAGAIN)
				break;
		}
	}
	world_end(&e.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_take_two_accesses),
		cmocka_unit_test(write_back_happens_last),
		cmocka_unit_test(big_endian_data),
		cmocka_unit_test(simd_needs_its_registers),
		cmocka_unit_test(dc_zva_writes_zeroes),
		cmocka_unit_test(atomics_and_tags_are_refused),
		cmocka_unit_test(mismatches_run_again),
		cmocka_unit_test(what_is_missing_is_asked_for),
		cmocka_unit_test(crossing_from_ram_into_a_device),
		cmocka_unit_test(crossing_pages),
		cmocka_unit_test(through_stage_1),
		cmocka_unit_test(second_page_faults),
		cmocka_unit_test(unprivileged_accesses),
		cmocka_unit_test(interrupt_controller_by_pairs),
		cmocka_unit_test(device_then_interrupt_controller),
		cmocka_unit_test(wrong_pieces_are_refused),
		cmocka_unit_test(walk_aborts_have_their_level),
		cmocka_unit_test(any_word_has_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
