/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * test_vgic_regs.c - priorities, triggers and bits by byte, half and whole; what a write does to an interrupt.
 * GIC-15, GIC-16, GIC-23, GIC-34, GIC-37, GIC-57, GIC-58.
 */
#include "vgic_world.h"

static void priority_bytes_and_words(void **state)
{
	(void)state;
	for (uint32_t pri_bits = 5; pri_bits <= 8; pri_bits++) {
		uint32_t mask = 0xffu & ~(0xffu >> pri_bits), all = mask * 0x01010101u;
		struct world w;

		world_init(&w, 1, 64, pri_bits, 4);
		for (uint32_t offset = 0x420; offset < 0x460; offset += 4) {
			gicd_write(&w, 0, offset, 4, 0x12f7a581);
			assert_int_equal(gicd_read(&w, 0, offset, 4), 0x12f7a581 & all);
			for (uint32_t byte = 0; byte < 4; byte++) {
				assert_int_equal(gicd_read(&w, 0, offset + byte, 1), 0x12f7a581u >> (8 * byte) & mask);
				gicd_write(&w, 0, offset + byte, 1, 0xffffff00u | (0x3c + byte));
			}
			assert_int_equal(gicd_read(&w, 0, offset, 4), 0x3f3e3d3c & all);
		}
		gicr_write(&w, 0, 0, 0x10403, 1, 0xff);
		assert_int_equal(gicr_read(&w, 0, 0, 0x10400, 4), (uint64_t)mask << 24);
		world_free(&w);
	}
}

/* Written to any one byte, nothing else of the whole state changes. */
static void a_byte_is_one_interrupt(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 32, 8, 4);
	for (uint32_t n = 0; n < 32; n++) {
		gicd_write(&w, 0, 0x420 + n, 1, 0xab);
		for (uint32_t other = 0; other < 32; other++)
			assert_int_equal(gicd_read(&w, 0, 0x420 + other, 1), other == n ? 0xab : 0);
		gicd_write(&w, 0, 0x420 + n, 1, 0);
	}
	world_free(&w);
}

static void triggers(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 988, 5, 4);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10c00, 4), 0xaaaaaaaa);
	gicr_write(&w, 0, 0, 0x10c00, 4, 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10c00, 4), 0xaaaaaaaa);
	gicr_write(&w, 0, 0, 0x10c04, 4, 0xffffffff);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10c04, 4), 0xaaaaaaaa);
	for (uint32_t n = 0; n < 16; n++) {
		gicd_write(&w, 0, 0xc0c, 4, 2u << (2 * n));
		assert_int_equal(gicd_read(&w, 0, 0xc0c, 4), 2u << (2 * n));
		assert_int_equal(gicd_read(&w, 0, 0xc08, 4), 0);
	}
	gicd_write(&w, 0, 0xcfc, 4, 0xffffffff);
	assert_int_equal(gicd_read(&w, 0, 0xcfc, 4), 0x00aaaaaa); /* 1020 to 1023 are special */
	world_free(&w);
}

static void level_and_latch(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 32, 5, 4);
	set_line(&w, 0, 40, true);
	gicd_write(&w, 0, 0x284, 4, 1u << 8);
	assert_int_equal(gicd_read(&w, 0, 0x204, 4), 1u << 8); /* the line is still high */
	set_line(&w, 0, 40, false);
	assert_int_equal(gicd_read(&w, 0, 0x204, 4), 0);
	gicd_write(&w, 0, 0x204, 4, 1u << 8);
	set_line(&w, 0, 40, true);
	set_line(&w, 0, 40, false);
	assert_int_equal(gicd_read(&w, 0, 0x204, 4), 1u << 8); /* the latch survives the line */
	gicd_write(&w, 0, 0x104, 4, 1u << 8);
	assert_int_equal(gicd_read(&w, 0, 0x204, 4), 1u << 8); /* enabling latches nothing and clears nothing */
	gicd_write(&w, 0, 0x284, 4, 1u << 8);
	assert_int_equal(gicd_read(&w, 0, 0x204, 4), 0);
	world_free(&w);
}

/* One set of names for one write each: it must show up in its own register and nowhere else. */
static void each_write_has_its_own_effect(void **state)
{
	static const uint32_t reads[] = { 0x84, 0x104, 0x204, 0x304, 0x424, 0xc08, 0x6120 };
	static const uint32_t writes[] = { 0x84, 0x104, 0x204, 0x304, 0x424, 0xc08, 0x6120 };
	struct world w;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_SIZE(writes); i++) {
		world_init(&w, 1, 32, 5, 4);
		gicd_write(&w, 0, writes[i], 4, writes[i] == 0xc08 ? 0x200 : writes[i] == 0x424 ? 0xf8 : 0x10);
		for (size_t j = 0; j < HV_ARRAY_SIZE(reads); j++)
			assert_int_equal(gicd_read(&w, 0, reads[j], 4) != 0, i == j);
		world_free(&w);
	}
}

/* A listed interrupt: priority, group and enable change at once, and its vCPU is told. */
static void changes_to_a_listed_interrupt(void **state)
{
	static const struct {
		uint32_t offset, value;
		uint8_t size;
	} writes[] = { { 0x84, 1, 4 }, { 0x184, 1, 4 }, { 0x420, 0x80, 1 } };
	struct world w;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_SIZE(writes); i++) {
		world_init(&w, 2, 32, 5, 4);
		world_open(&w);
		gicd_write(&w, 0, 0x104, 4, 1);
		gicd_write(&w, 0, 0x204, 4, 1);
		world_enter(&w, 0);
		hv_vcpu_set_clear(&w.kick);
		gicd_write(&w, 1, writes[i].offset, writes[i].size, writes[i].value);
		assert_int_equal(hv_vcpu_set_pop(&w.kick), 0);
		assert_int_equal(hv_vcpu_set_pop(&w.kick), -1);
		world_leave(&w, 0);
		world_enter(&w, 0);
		assert_int_equal(w.ich[0].used, i == 1 ? 0 : 1);
		if (i != 1)
			assert_int_equal(w.ich[0].lr[0] >> 48, i == 0 ? 0x5000 : 0x4080);
		world_leave(&w, 0);
		world_free(&w);
	}
}

/* Pending and active bits of a listed interrupt are known to its vCPU alone. */
static void accesses_that_must_wait(void **state)
{
	static const uint32_t offsets[] = { 0x204, 0x284, 0x304, 0x384, 0xc08 };
	struct world w;
	uint64_t data;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_SIZE(offsets); i++) {
		world_init(&w, 2, 32, 5, 4);
		world_open(&w);
		gicd_write(&w, 0, 0x104, 4, 3);
		gicd_write(&w, 0, 0x204, 4, 1);
		world_enter(&w, 0);
		hv_vcpu_set_clear(&w.kick);
		data = 2;
		assert_int_equal(gicd(&w, 1, offsets[i], 4, true, &data), offsets[i] == 0xc08 ? HV_EAGAIN : HV_OK);
		assert_int_equal(hv_vcpu_set_empty(&w.kick), offsets[i] == 0x284 || offsets[i] == 0x384);
		hv_vcpu_set_clear(&w.kick);
		data = offsets[i] == 0xc08 ? 0xffffffff : 1;
		assert_int_equal(gicd(&w, 1, offsets[i], 4, true, &data), HV_EAGAIN);
		assert_true(hv_vcpu_set_has(&w.kick, 0));
		assert_int_equal(gicd(&w, 1, offsets[i], 4, false, &data), offsets[i] == 0xc08 ? HV_OK : HV_EAGAIN);
		world_leave(&w, 0);
		world_enter(&w, 0); /* held: the second attempt cannot meet it again */
		assert_int_equal(w.ich[0].used, 0);
		assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
		hv_vcpu_set_clear(&w.kick);
		data = 0;
		assert_int_equal(gicd(&w, 1, 0x204, 4, true, &data), HV_OK);
		assert_true(hv_vcpu_set_has(&w.kick, 0)); /* free again */
		world_leave(&w, 0);
		world_enter(&w, 0);
		assert_true(w.ich[0].used & 1);
		world_leave(&w, 0);
		world_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(priority_bytes_and_words),
		cmocka_unit_test(a_byte_is_one_interrupt),
		cmocka_unit_test(triggers),
		cmocka_unit_test(level_and_latch),
		cmocka_unit_test(each_write_has_its_own_effect),
		cmocka_unit_test(changes_to_a_listed_interrupt),
		cmocka_unit_test(accesses_that_must_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
