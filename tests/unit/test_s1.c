/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The walk of the guest's stage 1: every granule and start level, blocks, both halves, permissions, faults with their
 * levels, big-endian tables, LPA2, hostile tables. ESR-22.
 */
#include "run_world.h"

#define TABLES      (RAM_BASE + HV_MIB(1))
#define VALID_TABLE HV_U64(3)
#define BLOCK       HV_U64(1)
#define PAGE        HV_U64(3)
#define AF          HV_BIT(10)
#define EL0         HV_BIT(6)
#define RO          HV_BIT(7)
#define PXN         HV_BIT(53)
#define UXN         HV_BIT(54)
#define DBM         HV_BIT(51)

#define TCR_IPS48 HV_PREP(5, 34, 32)
#define T0(n)     ((uint64_t)(n))
#define T1(n)     ((uint64_t)(n) << 16)

struct s1_world {
	struct run_world w;
	struct hv_vcpu *vcpu;
	struct hv_walk walk;
};

static void start(struct s1_world *s, uint64_t tcr)
{
	world_run(&s->w, 1);
	s->vcpu = &s->w.vm.vcpu[0];
	world_map(&s->w, TABLES, HV_MIB(1), HV_S2_RW);
	hv_el1_set(&s->vcpu->el1, HV_EL1_SCTLR, 1);
	hv_el1_set(&s->vcpu->el1, HV_EL1_TCR, tcr);
	hv_el1_set(&s->vcpu->el1, HV_EL1_TTBR0, TABLES);
	hv_el1_set(&s->vcpu->el1, HV_EL1_TTBR1, TABLES);
	s->vcpu->regs.pstate = EL1H;
}

static void put(struct s1_world *s, uint64_t offset, uint64_t desc)
{
	world_store(&s->w, TABLES + offset, desc, 8);
}

static enum hv_fault walk(struct s1_world *s, uint64_t va, uint32_t access)
{
	memset(&s->walk, 0xa5, sizeof(s->walk));
	assert_int_equal(hv_vcpu_walk(s->vcpu, va, access, &s->walk), HV_OK);
	return s->walk.fault;
}

static void assert_at(struct s1_world *s, uint64_t va, uint64_t ipa)
{
	assert_int_equal(walk(s, va, HV_WALK_READ), HV_FAULT_NONE);
	assert_int_equal(s->walk.ipa, ipa);
}

static void assert_fault(struct s1_world *s, uint64_t va, uint32_t access, enum hv_fault fault, int level)
{
	assert_int_equal(walk(s, va, access), fault);
	assert_int_equal(s->walk.level, level);
}

static void mmu_off_is_flat(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, 0);
	hv_el1_set(&s.vcpu->el1, HV_EL1_SCTLR, 0);
	assert_at(&s, 0x12345678, 0x12345678);
	assert_at(&s, HV_U64(0xffffffffff), HV_U64(0xffffffffff));
	assert_fault(&s, HV_U64(0x10000000000), HV_WALK_READ, HV_FAULT_ADDRESS_SIZE, 0);
	world_end(&s.w);
}

struct geometry {
	uint32_t tg0, granule, tsz;
	int start;
};

static const struct geometry geometries[] = {
	{ 0, 12, 16, 0 }, { 0, 12, 24, 0 }, { 0, 12, 25, 1 }, { 0, 12, 33, 1 }, { 0, 12, 34, 2 }, { 0, 12, 39, 2 },
	{ 0, 12, 42, 2 }, { 0, 12, 43, 3 }, { 0, 12, 48, 3 }, { 2, 14, 16, 0 }, { 2, 14, 17, 1 }, { 2, 14, 27, 1 },
	{ 2, 14, 28, 2 }, { 2, 14, 38, 2 }, { 2, 14, 39, 3 }, { 1, 16, 16, 1 }, { 1, 16, 21, 1 }, { 1, 16, 22, 2 },
	{ 1, 16, 34, 2 }, { 1, 16, 35, 3 }, { 1, 16, 47, 3 },
};

/* Tables 64 KiB apart, one per level; the last maps a page. Walks all of them, then cuts each in turn. */
static void every_start_level(void **state)
{
	uint32_t g;

	(void)state;
	for (g = 0; g < HV_ARRAY_SIZE(geometries); g++) {
		const struct geometry *geo = &geometries[g];
		uint64_t va = HV_U64(0x0000a5c3b1d7e9f3) & HV_MASK(63 - geo->tsz, 0);
		uint64_t slot[4], offset = (HV_BIT(geo->granule) - 1) & va;
		struct s1_world s;
		int level;

		start(&s, TCR_IPS48 | T0(geo->tsz) | (uint64_t)geo->tg0 << 14);
		for (level = geo->start; level <= 3; level++) {
			uint32_t shift = geo->granule + (uint32_t)(3 - level) * (geo->granule - 3);
			uint64_t index = va >> shift & (HV_BIT(geo->granule - 3) - 1);

			slot[level] = (uint64_t)(level - geo->start) * 0x10000 + index * 8;
			if (level < 3)
				put(&s, slot[level],
				    (TABLES + (uint64_t)(level + 1 - geo->start) * 0x10000) | VALID_TABLE);
			else
				put(&s, slot[level], HV_U64(0x123456780000) | AF | PAGE);
		}
		assert_at(&s, va, HV_U64(0x123456780000) | offset);
		for (level = geo->start; level <= 3; level++) {
			uint64_t desc;

			assert_int_equal(hv_vm_read(&s.w.vm, hv_ipa(TABLES + slot[level]), &desc, 8), HV_OK);
			put(&s, slot[level], desc & ~BLOCK);
			assert_fault(&s, va, HV_WALK_READ, HV_FAULT_TRANSLATION, level);
			/* A table in no memory at all. */
			if (level < 3) {
				put(&s, slot[level], HOLE | VALID_TABLE);
				assert_fault(&s, va, HV_WALK_READ, HV_FAULT_EXTERNAL_WALK, level + 1);
			}
			put(&s, slot[level], desc);
		}
		/* One bit too many. */
		assert_fault(&s, va | HV_BIT(64 - geo->tsz), HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
		world_end(&s.w);
	}
}

/* Blocks are leaves where the granule has them, and faults elsewhere; page bit 1 is needed at level 3. */
static void blocks(void **state)
{
	static const struct {
		uint32_t tg0, tsz;
		int level;
		bool leaf;
		uint64_t offset;
	} cases[] = { { 0, 25, 1, true, HV_GIB(1) - 1 },
		      { 0, 34, 2, true, HV_MIB(2) - 1 },
		      { 0, 16, 0, false, 0 },
		      { 0, 43, 3, false, 0 },
		      { 2, 28, 2, true, HV_MIB(32) - 1 },
		      { 2, 17, 1, false, 0 },
		      { 1, 22, 2, true, HV_MIB(512) - 1 },
		      { 1, 16, 1, false, 0 } };
	uint32_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(cases); i++) {
		struct s1_world s;

		start(&s, TCR_IPS48 | T0(cases[i].tsz) | (uint64_t)cases[i].tg0 << 14);
		put(&s, 0, HV_U64(0xffffc0000000) | AF | BLOCK);
		if (cases[i].leaf)
			assert_at(&s, 0x1234, HV_U64(0xffffc0000000) | 0x1234);
		else
			assert_fault(&s, 0x1234, HV_WALK_READ, HV_FAULT_TRANSLATION, cases[i].level);
		world_end(&s.w);
	}
}

/* Both halves have controls of their own; TG1 counts differently; TBI lets the top byte be anything. */
static void halves_and_tags(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, TCR_IPS48 | T0(34) | T1(34) | HV_PREP(2, 31, 30));
	hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR1, TABLES + 0x1000);
	put(&s, 0, RAM_BASE | AF | BLOCK);
	put(&s, 0x1ff8, HV_U64(0x80000000) | AF | BLOCK);
	assert_at(&s, 0x10, RAM_BASE + 0x10);
	assert_at(&s, ~HV_U64(0xf), HV_U64(0x80000000) + 0x1ffff0);
	assert_fault(&s, HV_BIT(56), HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
	assert_fault(&s, ~HV_U64(0xf) ^ HV_BIT(60), HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, hv_el1_get(&s.vcpu->el1, HV_EL1_TCR) | HV_BIT(37) | HV_BIT(38));
	assert_at(&s, HV_U64(0xab00000000000010), RAM_BASE + 0x10);
	assert_at(&s, ~HV_U64(0xf) ^ HV_BIT(60), HV_U64(0x80000000) + 0x1ffff0);
	assert_fault(&s, HV_BIT(54), HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
	/* EPD0, EPD1. */
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, hv_el1_get(&s.vcpu->el1, HV_EL1_TCR) | HV_BIT(7));
	assert_fault(&s, 0x10, HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
	assert_at(&s, ~HV_U64(0xf), HV_U64(0x80000000) + 0x1ffff0);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, hv_el1_get(&s.vcpu->el1, HV_EL1_TCR) | HV_BIT(23));
	assert_fault(&s, ~HV_U64(0xf), HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
	/* TG1: 1 is 16 KiB, 3 is 64 KiB; TxSZ out of range is the nearest legal one. */
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, TCR_IPS48 | T1(0) | HV_PREP(1, 31, 30));
	assert_fault(&s, ~HV_U64(0), HV_WALK_READ, HV_FAULT_TRANSLATION, 0);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, TCR_IPS48 | T1(63) | HV_PREP(3, 31, 30));
	assert_fault(&s, ~HV_U64(0), HV_WALK_READ, HV_FAULT_TRANSLATION, 3);
	world_end(&s.w);
}

static void expect_access(struct s1_world *s, uint64_t pstate, uint32_t access, bool allowed)
{
	s->vcpu->regs.pstate = pstate;
	if (allowed)
		assert_int_equal(walk(s, 0x1000, access), HV_FAULT_NONE);
	else
		assert_fault(s, 0x1000, access, HV_FAULT_PERMISSION, 2);
}

/* The four data permissions by EL, PAN and unprivileged accesses, against the architecture's table. */
static void data_permissions(void **state)
{
	struct s1_world s;
	uint32_t ap;

	(void)state;
	start(&s, TCR_IPS48 | T0(34));
	for (ap = 0; ap < 4; ap++) {
		bool el0 = ap & 1, writable = !(ap & 2);

		put(&s, 0, RAM_BASE | AF | BLOCK | (uint64_t)ap << 6);
		expect_access(&s, EL1H, HV_WALK_READ, true);
		expect_access(&s, EL1H, HV_WALK_WRITE, writable);
		expect_access(&s, 0, HV_WALK_READ, el0);
		expect_access(&s, 0, HV_WALK_WRITE, el0 && writable);
		expect_access(&s, 0x10, HV_WALK_READ, el0);
		/* PAN: EL1 keeps off what EL0 may read. */
		expect_access(&s, EL1H | HV_BIT(22), HV_WALK_READ, !el0);
		/* LDTR and STTR are EL0's, unless UAO says otherwise. */
		expect_access(&s, EL1H | HV_BIT(22), HV_WALK_READ | HV_WALK_UNPRIV, el0);
		expect_access(&s, EL1H, HV_WALK_WRITE | HV_WALK_UNPRIV, el0 && writable);
		expect_access(&s, EL1H | HV_BIT(23), HV_WALK_WRITE | HV_WALK_UNPRIV, writable);
	}
	/* Dirty state by hardware: read-only with DBM is writable when HD is on. */
	put(&s, 0, RAM_BASE | AF | BLOCK | RO | DBM);
	expect_access(&s, EL1H, HV_WALK_WRITE, false);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, TCR_IPS48 | T0(34) | HV_BIT(40));
	expect_access(&s, EL1H, HV_WALK_WRITE, true);
	world_end(&s.w);
}

static void fetch_permissions(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, TCR_IPS48 | T0(34));
	put(&s, 0, RAM_BASE | AF | BLOCK | RO);
	expect_access(&s, EL1H, HV_WALK_FETCH, true);
	expect_access(&s, 0, HV_WALK_FETCH, false);
	put(&s, 0, RAM_BASE | AF | BLOCK | RO | PXN | EL0);
	expect_access(&s, EL1H, HV_WALK_FETCH, false);
	expect_access(&s, 0, HV_WALK_FETCH, true);
	put(&s, 0, RAM_BASE | AF | BLOCK | UXN | EL0);
	expect_access(&s, 0, HV_WALK_FETCH, false);
	/* What EL0 can write EL1 never executes; WXN takes execution from all that is writable. */
	expect_access(&s, EL1H, HV_WALK_FETCH, false);
	put(&s, 0, RAM_BASE | AF | BLOCK);
	expect_access(&s, EL1H, HV_WALK_FETCH, true);
	hv_el1_set(&s.vcpu->el1, HV_EL1_SCTLR, 1 | HV_BIT(19));
	expect_access(&s, EL1H, HV_WALK_FETCH, false);
	put(&s, 0, RAM_BASE | AF | BLOCK | RO);
	expect_access(&s, EL1H, HV_WALK_FETCH, true);
	world_end(&s.w);
}

/* Attributes of a table hold for all below it, unless HPD. */
static void hierarchical_attributes(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, TCR_IPS48 | T0(25));
	put(&s, 0x1000, RAM_BASE | AF | BLOCK | EL0);
	put(&s, 0, (TABLES + 0x1000) | VALID_TABLE | HV_BIT(61));
	expect_access(&s, 0, HV_WALK_READ, false);
	put(&s, 0, (TABLES + 0x1000) | VALID_TABLE | HV_BIT(62));
	expect_access(&s, EL1H, HV_WALK_WRITE, false);
	expect_access(&s, 0, HV_WALK_READ, true);
	put(&s, 0, (TABLES + 0x1000) | VALID_TABLE | HV_BIT(60));
	expect_access(&s, 0, HV_WALK_FETCH, false);
	put(&s, 0x1000, RAM_BASE | AF | BLOCK);
	put(&s, 0, (TABLES + 0x1000) | VALID_TABLE | HV_BIT(59));
	expect_access(&s, EL1H, HV_WALK_FETCH, false);
	put(&s, 0, (TABLES + 0x1000) | VALID_TABLE | HV_BIT(59) | HV_BIT(62));
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, TCR_IPS48 | T0(25) | HV_BIT(41));
	expect_access(&s, EL1H, HV_WALK_FETCH, true);
	expect_access(&s, EL1H, HV_WALK_WRITE, true);
	world_end(&s.w);
}

/* The order is translation, address size, access flag, permission. */
static void faults_in_order(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, T0(34)); /* 32 bits of output */
	put(&s, 0, HV_BIT(40) | BLOCK | RO);
	assert_fault(&s, 0, HV_WALK_WRITE, HV_FAULT_ADDRESS_SIZE, 2);
	put(&s, 0, RAM_BASE | BLOCK | RO);
	assert_fault(&s, 0, HV_WALK_WRITE, HV_FAULT_ACCESS_FLAG, 2);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, T0(34) | HV_BIT(39)); /* HA: the CPU would have set it */
	assert_fault(&s, 0, HV_WALK_WRITE, HV_FAULT_PERMISSION, 2);
	put(&s, 0, HV_BIT(40) | VALID_TABLE);
	assert_fault(&s, 0, HV_WALK_READ, HV_FAULT_ADDRESS_SIZE, 2);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR0, HV_BIT(33));
	assert_fault(&s, 0, HV_WALK_READ, HV_FAULT_ADDRESS_SIZE, 0);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR0, HOLE);
	assert_fault(&s, 0, HV_WALK_READ, HV_FAULT_EXTERNAL_WALK, 2);
	world_end(&s.w);
}

/* RAM without a mapping is not the guest's fault: the caller is told what to map. */
static void unmapped_tables_are_asked_for(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, TCR_IPS48 | T0(25));
	put(&s, 8, RAM_BASE | VALID_TABLE);
	assert_int_equal(hv_vcpu_walk(s.vcpu, HV_GIB(1) + HV_MIB(6), HV_WALK_READ, &s.walk), HV_ENOENT);
	assert_int_equal(s.walk.ipa, RAM_BASE + 3 * 8);
	world_end(&s.w);
}

static void big_endian_tables(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, TCR_IPS48 | T0(34));
	put(&s, 0, __builtin_bswap64(RAM_BASE | AF | BLOCK));
	hv_el1_set(&s.vcpu->el1, HV_EL1_SCTLR, 1 | HV_BIT(25));
	assert_at(&s, 0x77, RAM_BASE + 0x77);
	world_end(&s.w);
}

/* A table that is its own next one ends at the last level, as a page. */
static void a_loop_ends(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, TCR_IPS48 | T0(16));
	put(&s, 0, TABLES | VALID_TABLE | AF);
	assert_at(&s, 0x123, TABLES + 0x123);
	world_end(&s.w);
}

/* FEAT_LPA2 and FEAT_LPA: more address bits in descriptors and in TTBR, level -1, larger blocks. */
static void fifty_two_bits(void **state)
{
	struct s1_world s;

	(void)state;
	start(&s, HV_PREP(6, 34, 32) | T0(12) | HV_BIT(59));
	/* Level -1 has 16 entries; the walk goes -1, 0. */
	put(&s, 0, (TABLES + 0x1000) | VALID_TABLE);
	put(&s, 0x1000, HV_BIT(49) | HV_PREP(3, 9, 8) | AF | BLOCK);
	assert_at(&s, 0x1234, HV_BIT(51) | HV_BIT(50) | HV_BIT(49) | 0x1234);
	put(&s, 0, 0);
	assert_fault(&s, 0x1234, HV_WALK_READ, HV_FAULT_TRANSLATION, -1);
	/* TTBR bits 5:2 are address bits 51:48. */
	hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR0, TABLES | 4);
	assert_fault(&s, 0x1234, HV_WALK_READ, HV_FAULT_EXTERNAL_WALK, -1);
	/* 16 KiB: a block at level 1. */
	hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR0, TABLES);
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, HV_PREP(6, 34, 32) | T0(17) | HV_BIT(59) | HV_PREP(2, 15, 14));
	put(&s, 0, HV_BIT(48) | AF | BLOCK);
	assert_at(&s, 0x1234, HV_BIT(48) | 0x1234);
	/* 64 KiB: bits 15:12 of the descriptor, and a block at level 1; DS has no meaning. */
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, HV_PREP(6, 34, 32) | T0(12) | HV_BIT(59) | HV_PREP(1, 15, 14));
	put(&s, 0, HV_PREP(9, 15, 12) | AF | BLOCK);
	assert_at(&s, 0x1234, HV_U64(9) << 48 | 0x1234);
	/* Without DS a 4 KiB regime has 48 bits, whatever IPS says. */
	hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, HV_PREP(7, 34, 32) | T0(34));
	put(&s, 0, HV_PREP(3, 9, 8) | RAM_BASE | AF | BLOCK);
	assert_at(&s, 0x1234, RAM_BASE + 0x1234);
	world_end(&s.w);
}

/* Any register contents and any table: an answer within the rules, no more than five reads. */
static void hostile_tables(void **state)
{
	struct s1_world s;
	uint64_t random = 42;
	uint32_t i, j;

	(void)state;
	start(&s, 0);
	for (i = 0; i < 20000; i++) {
		uint64_t word[6];
		enum hv_err err;

		for (j = 0; j < 6; j++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			word[j] = random;
		}
		hv_el1_set(&s.vcpu->el1, HV_EL1_TCR, word[0]);
		hv_el1_set(&s.vcpu->el1, HV_EL1_SCTLR, word[1] | 1);
		hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR0, TABLES | (word[2] & 0xfffff));
		hv_el1_set(&s.vcpu->el1, HV_EL1_TTBR1, word[2]);
		put(&s, word[3] & 0xffff8, (word[4] & HV_U64(0xfff00000000fffff)) | TABLES);
		err = hv_vcpu_walk(s.vcpu, word[5] >> (i & 63), word[3] & 15, &s.walk);
		assert_true(err == HV_OK || err == HV_ENOENT);
		if (err == HV_OK && s.walk.fault == HV_FAULT_NONE)
			assert_true(s.walk.ipa < HV_BIT(52));
		else if (err == HV_OK)
			assert_in_range(s.walk.level + 1, 0, 4);
	}
	world_end(&s.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mmu_off_is_flat),
		cmocka_unit_test(every_start_level),
		cmocka_unit_test(blocks),
		cmocka_unit_test(halves_and_tags),
		cmocka_unit_test(data_permissions),
		cmocka_unit_test(fetch_permissions),
		cmocka_unit_test(hierarchical_attributes),
		cmocka_unit_test(faults_in_order),
		cmocka_unit_test(unmapped_tables_are_asked_for),
		cmocka_unit_test(big_endian_tables),
		cmocka_unit_test(a_loop_ends),
		cmocka_unit_test(fifty_two_bits),
		cmocka_unit_test(hostile_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
