/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * test_vgic_mmio.c - the register frames: what exists, at which width, and that nothing else does anything.
 * GIC-04, GIC-06, GIC-07, GIC-08, GIC-09, GIC-11, GIC-12, GIC-13, GIC-14, GIC-17, GIC-18, GIC-19, GIC-21, GIC-22, GIC-23, GIC-41,
 * GIC-42, GIC-43, GIC-57, GIC-62, GIC-65.
 */
#include "vgic_world.h"

static const uint32_t spi_counts[] = { 0, 32, 64, 96, 512, 960, 988 };

static void identification(void **state)
{
	static const uint32_t id[][2] = { { 0xffd0, 0x44 }, { 0xffd4, 0 },    { 0xffe4, 0xb4 },
					  { 0xffe8, 0x3b }, { 0xffec, 0 },    { 0xfff0, 0x0d },
					  { 0xfff4, 0xf0 }, { 0xfff8, 0x05 }, { 0xfffc, 0xb1 } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_SIZE(spi_counts); i++) {
		uint32_t intids = 32 + spi_counts[i];
		struct world w;
		uint64_t typer;

		world_init(&w, 2, spi_counts[i], 5, 4);
		typer = gicd_read(&w, 0, 4, 4);
		assert_int_equal(typer & 0x1f, (intids + 31) / 32 - 1);
		assert_int_equal(typer & ~HV_U64(0x1f), HV_U64(0x01480000)); /* 10 INTID bits, A3V */
		assert_int_equal(gicd_read(&w, 0, 8, 4) & 0xfff, 0x43b);
		for (size_t n = 0; n < HV_ARRAY_SIZE(id); n++) {
			assert_int_equal(gicd_read(&w, 0, id[n][0], 4), id[n][1]);
			assert_int_equal(gicr_read(&w, 0, 1, id[n][0], 4), id[n][1]);
		}
		assert_int_equal(gicd_read(&w, 0, 0xffe0, 4), 0x92);
		assert_int_equal(gicr_read(&w, 0, 1, 0xffe0, 4), 0x93);
		assert_int_equal(gicr_read(&w, 0, 1, 4, 4), gicd_read(&w, 0, 8, 4));
		world_free(&w);
	}
}

static void range_selector_is_shown_when_needed(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 16, 0, 5, 4);
	assert_int_equal(gicd_read(&w, 0, 4, 4) >> 26 & 1, 0);
	world_free(&w);
	world_init(&w, 17, 0, 5, 4);
	assert_int_equal(gicd_read(&w, 0, 4, 4) >> 26 & 1, 1);
	world_free(&w);
}

static void one_redistributor_is_the_last(void **state)
{
	static const uint64_t mpidr[3] = { HV_U64(0xab00cd0102), 0x10, HV_U64(0x0100000000) };
	struct hv_vgic_config config = { .config_bytes = sizeof(config), .nr_vcpus = 3, .mpidr = mpidr };
	struct world w;

	(void)state;
	world_init_config(&w, &config, 4);
	for (uint32_t i = 0; i < 3; i++) {
		uint64_t typer = gicr_read(&w, 0, i, 8, 8);

		assert_int_equal(typer >> 4 & 1, i == 2);
		assert_int_equal(typer >> 8 & 0xffff, i);
		assert_int_equal(typer & ~(HV_MASK(63, 32) | HV_MASK(23, 8) | 0x10), 0);
		assert_int_equal(gicr_read(&w, 0, i, 8, 4), typer & 0xffffffff);
		assert_int_equal(gicr_read(&w, 0, i, 12, 4), typer >> 32);
	}
	assert_int_equal(gicr_read(&w, 0, 0, 12, 4), 0xabcd0102);
	assert_int_equal(gicr_read(&w, 0, 2, 12, 4), 0x01000000);
	assert_int_equal(gicr_read(&w, 0, 3, 8, 8), 0); /* behind the last one */
	world_free(&w);
}

static void waker_follows(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 0, 5, 4);
	assert_int_equal(gicr_read(&w, 0, 0, 0x14, 4), 6);
	gicr_write(&w, 0, 0, 0x14, 4, 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0x14, 4), 0);
	gicr_write(&w, 0, 0, 0x14, 4, 2);
	assert_int_equal(gicr_read(&w, 0, 0, 0x14, 4), 6);
	gicr_write(&w, 0, 0, 0x14, 1, 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0x14, 4), 6);
	world_free(&w);
}

/* What a register of one interrupt may hold. */
static uint64_t writable(uint32_t offset, uint32_t nr_spis)
{
	uint32_t end = 32 + nr_spis, word = offset & ~3u;
	uint32_t slot = word >= 0x6000 && word < 0x8000 ? (word - 0x6000) / 8
			: word >= 0xc00 && word < 0xd00 ? (word - 0xc00) * 4
			: word >= 0x400 && word < 0x800 ? word - 0x400
			: word >= 0x80 && word < 0x400  ? (word & 0x7f) * 8
							: 0;
	uint32_t per_word = word >= 0x6000 ? 1 : word >= 0xc00 ? 16 : word >= 0x400 ? 4 : 32, bits = 32 / per_word;
	uint64_t mask = 0;

	if (slot < 32 || slot >= end)
		return 0;
	if (per_word == 1)
		return offset & 4 ? 0xff : 0x80ffffff;
	for (uint32_t n = 0; n < per_word && slot + n < end; n++)
		mask |= (uint64_t)(bits == 32 ? 0 : bits == 8 ? 0xf8 : bits == 2 ? 2 : 1) << (n * bits);
	return mask;
}

/* Every word of the distributor: ones stick exactly where a bit is writable, zeros where it clears. */
static void every_gicd_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_SIZE(spi_counts); i++) {
		for (uint32_t offset = 0x10; offset < 0xffd0; offset += 4) {
			uint64_t mask = writable(offset, spi_counts[i]);
			bool set_clear = offset >= 0x100 && offset < 0x400;
			struct world w;

			if ((offset & 0x7f) > 8 && mask == 0 && (offset & 0xfff) % 0x1f0) /* thin out the empty space */
				continue;
			world_init(&w, 1, spi_counts[i], 5, 4);
			assert_int_equal(gicd_read(&w, 0, offset, 4), 0);
			gicd_write(&w, 0, offset, 4, 0xffffffff);
			if (set_clear && (offset & 0x80)) /* the clearing half */
				assert_int_equal(gicd_read(&w, 0, offset, 4), 0);
			else
				assert_int_equal(gicd_read(&w, 0, offset, 4), mask);
			gicd_write(&w, 0, offset, 4, 0);
			assert_int_equal(gicd_read(&w, 0, offset, 4), set_clear && !(offset & 0x80) ? mask : 0);
			if (set_clear && !(offset & 0x80)) {
				gicd_write(&w, 0, offset + 0x80, 4, mask & 0x5a5a5a5a);
				assert_int_equal(gicd_read(&w, 0, offset, 4), mask & ~HV_U64(0x5a5a5a5a));
				assert_int_equal(gicd_read(&w, 0, offset + 0x80, 4), mask & ~HV_U64(0x5a5a5a5a));
			}
			world_free(&w);
		}
	}
}

static const uint64_t values[] = { 0,
				   1,
				   HV_U64(0x80000000),
				   HV_U64(0xffffffff),
				   ~HV_U64(0),
				   HV_U64(0x5555555555555555),
				   HV_U64(0x0123456789abcdef),
				   HV_U64(0x8000000080000000) };

/* Every offset of every frame at every size with every value: no fault, no refusal, no data beyond the size. */
static void sweep(uint32_t nr_spis, uint32_t nr_vcpus)
{
	struct world w;
	uint64_t data;

	world_init(&w, nr_vcpus, nr_spis, 5, 4);
	for (uint32_t offset = 0; offset < 0x10000 + 64; offset++) {
		for (uint8_t size = 1; size <= 8; size = (uint8_t)(size * 2)) {
			for (size_t v = 0; v < HV_ARRAY_SIZE(values); v++) {
				gicd_write(&w, 0, offset, size, values[v]);
				w.deactivate.nr = 0;
				data = gicd_read(&w, 0, offset, size);
				assert_true(size == 8 || data >> (8 * size) == 0);
			}
		}
	}
	for (uint32_t offset = 0; offset < nr_vcpus * HV_VGIC_GICR_STRIDE + 64; offset++) {
		for (uint8_t size = 1; size <= 8; size = (uint8_t)(size * 2)) {
			for (size_t v = 0; v < HV_ARRAY_SIZE(values); v++) {
				data = values[v];
				assert_int_equal(gicr(&w, 0, offset, size, true, &data), HV_OK);
				w.deactivate.nr = 0;
				assert_int_equal(gicr(&w, 0, offset, size, false, &data), HV_OK);
				assert_true(size == 8 || data >> (8 * size) == 0);
			}
		}
	}
	world_free(&w);
}

static void every_offset_size_and_value(void **state)
{
	(void)state;
	sweep(0, 1);
	sweep(32, 2);
	sweep(64, 8);
	sweep(960, 1);
	sweep(988, 9);
}

static void offsets_beyond_any_frame(void **state)
{
	struct world w;
	uint64_t data;

	(void)state;
	world_init(&w, 2, 988, 5, 4);
	for (uint32_t offset = 0xffffffff; offset > 0xffff0000; offset -= 5) {
		data = ~HV_U64(0);
		assert_int_equal(gicd(&w, 0, offset, 4, true, &data), HV_OK);
		assert_int_equal(gicr(&w, 0, offset, 4, true, &data), HV_OK);
		assert_int_equal(gicd(&w, 0, offset, 1, false, &data), HV_OK);
		assert_int_equal(data, 0);
		assert_int_equal(gicr(&w, 0, offset, 4, false, &data), HV_OK);
		assert_int_equal(data, 0);
	}
	data = ~HV_U64(0);
	assert_int_equal(gicd(&w, 0, 0x10000 + 0x104, 4, true, &data), HV_OK);
	assert_int_equal(gicd_read(&w, 0, 0x104, 4), 0);
	assert_int_equal(gicd(&w, 0, 0x104, 3, true, &data), HV_OK);
	assert_int_equal(gicd(&w, 0, 0x104, 0, true, &data), HV_OK);
	assert_int_equal(gicd_read(&w, 0, 0x104, 4), 0);
	world_free(&w);
}

/* Widths that a register does not have: no effect. The last byte of each family behaves as the first. */
static void illegal_widths_do_nothing(void **state)
{
	static const uint32_t offsets[] = { 0x0, 0x84, 0x104, 0x204, 0x304, 0xc08 };
	struct world w;

	(void)state;
	world_init(&w, 1, 64, 5, 4);
	for (size_t i = 0; i < HV_ARRAY_SIZE(offsets); i++) {
		uint64_t before = gicd_read(&w, 0, offsets[i], 4);

		gicd_write(&w, 0, offsets[i], 1, 0xff);
		gicd_write(&w, 0, offsets[i], 2, 0xffff);
		gicd_write(&w, 0, offsets[i] & ~7u, 8, ~HV_U64(0));
		assert_int_equal(gicd_read(&w, 0, offsets[i], 4), before);
		assert_int_equal(gicd_read(&w, 0, offsets[i], 1), 0);
		assert_int_equal(gicd_read(&w, 0, offsets[i] & ~7u, 8), 0);
	}
	gicd_write(&w, 0, 0x420, 2, 0xffff);
	gicd_write(&w, 0, 0x420, 8, ~HV_U64(0));
	gicd_write(&w, 0, 0x421, 4, ~HV_U64(0));
	assert_int_equal(gicd_read(&w, 0, 0x420, 4), 0);
	gicd_write(&w, 0, 0x6100, 1, 0xff);
	gicd_write(&w, 0, 0x6100, 2, 0xffff);
	assert_int_equal(gicd_read(&w, 0, 0x6100, 8), 0);
	gicr_write(&w, 0, 0, 0x10100, 2, 0xffff);
	gicr_write(&w, 0, 0, 0x10100, 8, ~HV_U64(0));
	assert_int_equal(gicr_read(&w, 0, 0, 0x10100, 4), 0);
	assert_int_equal(gicr_read(&w, 0, 0, 8, 2), 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0, 8), 0);
	world_free(&w);
}

/* Interrupts of other vCPUs' frames, and the banks of extended PPIs, which this GIC does not have. */
static void frames_are_separate(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 3, 32, 5, 4);
	gicr_write(&w, 0, 2, 0x10100, 4, 0xf000000f);
	assert_int_equal(gicr_read(&w, 1, 2, 0x10100, 4), 0xf000000f);
	assert_int_equal(gicr_read(&w, 1, 1, 0x10100, 4), 0);
	assert_int_equal(gicr_read(&w, 1, 0, 0x10100, 4), 0);
	gicr_write(&w, 0, 2, 0x10104, 4, 0xffffffff);
	gicr_write(&w, 0, 2, 0x10420, 4, 0xffffffff);
	gicr_write(&w, 0, 2, 0x10c08, 4, 0xffffffff);
	assert_int_equal(gicr_read(&w, 0, 2, 0x10104, 4), 0);
	assert_int_equal(gicr_read(&w, 0, 2, 0x10420, 4), 0);
	assert_int_equal(gicr_read(&w, 0, 2, 0x10c08, 4), 0);
	gicr_write(&w, 0, 2, 0x0100, 4, 0xffffffff); /* RD frame */
	assert_int_equal(gicr_read(&w, 0, 2, 0x10100, 4), 0xf000000f);
	assert_int_equal(gicd_read(&w, 0, 0x100, 4), 0); /* INTID 0..31 are not the distributor's */
	gicd_write(&w, 0, 0x100, 4, 0xffffffff);
	gicd_write(&w, 0, 0x400, 4, 0xffffffff);
	gicd_write(&w, 0, 0x6000 + 8 * 31, 8, 1);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10100, 4), 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10400, 4), 0);
	assert_int_equal(gicd_read(&w, 0, 0x6000 + 8 * 31, 8), 0);
	world_free(&w);
}

static void rwp_waits_for_the_fold(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, 32, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x104, 4, 1);
	gicd_write(&w, 0, 0x204, 4, 1); /* INTID 32 pending, for vCPU 0 */
	world_enter(&w, 0);
	hv_vcpu_set_clear(&w.kick);
	gicd_write(&w, 1, 0, 4, 3); /* no change, nothing to do */
	assert_true(hv_vcpu_set_empty(&w.kick));
	gicd_write(&w, 1, 0, 4, 2);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	assert_int_equal(gicd_read(&w, 1, 0, 4), 0x80000052);
	assert_int_equal(gicr_read(&w, 1, 0, 0, 4), 8);
	gicd_write(&w, 1, 0, 4, 0); /* owed once */
	world_leave(&w, 0);
	assert_int_equal(gicd_read(&w, 1, 0, 4), 0x50);
	assert_int_equal(gicr_read(&w, 1, 0, 0, 4), 0);
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	hv_vcpu_set_clear(&w.kick);
	gicd_write(&w, 1, 0, 4, 2); /* its group is 0 */
	assert_true(hv_vcpu_set_empty(&w.kick));
	gicd_write(&w, 1, 0, 4, 3);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	hv_vcpu_set_clear(&w.kick);
	gicd_write(&w, 0, 0x84, 4, 1);
	gicd_write(&w, 0, 0, 4, 0);
	gicd_write(&w, 0, 0, 4, 2); /* by the vCPU itself: no kick */
	assert_true(hv_vcpu_set_empty(&w.kick));
	gicd_write(&w, 1, 0, 4, 0);
	gicd_write(&w, 1, 0, 4, 2);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	world_free(&w);
}

/* Private interrupts alone in list registers owe too. */
static void rwp_with_private_interrupts(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, 32, 5, 4);
	world_open(&w);
	gicr_write(&w, 0, 0, 0x10100, 4, 1u << 20);
	set_line(&w, 0, 20, true);
	world_enter(&w, 0);
	gicd_write(&w, 1, 0, 4, 0);
	assert_int_equal(gicd_read(&w, 1, 0, 4), 0x80000050);
	world_leave(&w, 0);
	assert_int_equal(gicd_read(&w, 1, 0, 4), 0x50);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identification),
		cmocka_unit_test(range_selector_is_shown_when_needed),
		cmocka_unit_test(one_redistributor_is_the_last),
		cmocka_unit_test(waker_follows),
		cmocka_unit_test(every_gicd_word),
		cmocka_unit_test(every_offset_size_and_value),
		cmocka_unit_test(offsets_beyond_any_frame),
		cmocka_unit_test(illegal_widths_do_nothing),
		cmocka_unit_test(frames_are_separate),
		cmocka_unit_test(rwp_waits_for_the_fold),
		cmocka_unit_test(rwp_with_private_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
