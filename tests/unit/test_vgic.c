/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* test_vgic.c - life, inputs and layout of the vGIC: GIC-10, GIC-36, GIC-41, GIC-45, GIC-55, GIC-56, GIC-59. */
#include "vgic_world.h"

static void layout_refuses_what_is_out_of_range(void **state)
{
	uint64_t mpidr[4] = { 0, 1, 0x100, 0x80000100 };
	struct hv_vgic_config config = { .config_bytes = sizeof(config), .nr_vcpus = 3, .nr_spis = 64, .mpidr = mpidr };
	struct hv_vgic_config bad;
	size_t size, align;

	(void)state;
	assert_int_equal(hv_vgic_layout(&config, &size, &align), HV_OK);
#define REFUSED(field, value)                                                                                          \
	do {                                                                                                           \
		bad = config;                                                                                          \
		bad.field = (value);                                                                                   \
		assert_int_equal(hv_vgic_layout(&bad, &size, &align), HV_EINVAL);                                      \
	} while (0)
	REFUSED(config_bytes, 8);
	REFUSED(nr_vcpus, 0);
	REFUSED(nr_vcpus, HV_CONFIG_MAX_VCPUS + 1);
	REFUSED(nr_vcpus, 4); /* bit 31 is no affinity: vCPUs 2 and 3 would be one */
	REFUSED(nr_spis, 33);
	REFUSED(nr_spis, 987);
	REFUSED(nr_spis, 992);
	REFUSED(nr_spis, ~0u);
	REFUSED(pri_bits, 4);
	REFUSED(pri_bits, 9);
#undef REFUSED
}

/* 12 bytes an interrupt, 512 bytes a vCPU (performance goals). */
static void layout_keeps_its_budget(void **state)
{
	static uint64_t mpidr[HV_CONFIG_MAX_VCPUS];
	struct hv_vgic_config config = { .config_bytes = sizeof(config), .nr_vcpus = 1, .nr_spis = 0, .mpidr = mpidr };
	size_t none, all, many, align;

	(void)state;
	for (uint32_t i = 0; i < HV_CONFIG_MAX_VCPUS; i++)
		mpidr[i] = i;
	assert_int_equal(hv_vgic_layout(&config, &none, &align), HV_OK);
	config.nr_spis = 960;
	assert_int_equal(hv_vgic_layout(&config, &all, &align), HV_OK);
	assert_true(all - none <= 960 * 12);
	config.nr_spis = 0;
	config.nr_vcpus = HV_CONFIG_MAX_VCPUS;
	assert_int_equal(hv_vgic_layout(&config, &many, &align), HV_OK);
	assert_true(many <= HV_CONFIG_MAX_VCPUS * 512u);
}

static void init_wants_enough_aligned_memory(void **state)
{
	uint64_t mpidr[1] = { 0 };
	struct hv_vgic_config config = { .config_bytes = sizeof(config), .nr_vcpus = 1, .nr_spis = 32, .mpidr = mpidr };
	struct hv_vgic vgic;
	size_t size, align;
	unsigned char *mem;

	(void)state;
	assert_int_equal(hv_vgic_layout(&config, &size, &align), HV_OK);
	mem = malloc(size + align);
	assert_non_null(mem);
	assert_int_equal(hv_vgic_init(&vgic, &config, mem, size - 1), HV_ENOMEM);
	assert_int_equal(hv_vgic_init(&vgic, &config, NULL, size), HV_ENOMEM);
	assert_int_equal(hv_vgic_init(&vgic, &config, mem + 1, size + align - 1), HV_ENOMEM);
	config.nr_vcpus = 0;
	assert_int_equal(hv_vgic_init(&vgic, &config, mem, size), HV_EINVAL);
	config.nr_vcpus = 1;
	assert_int_equal(hv_vgic_init(&vgic, &config, mem, size), HV_OK);
	assert_int_equal(hv_vgic_init(&vgic, &config, mem, size), HV_OK);
	free(mem);
}

static void lines_of_interrupts_that_do_not_exist(void **state)
{
	struct world w;
	struct hv_vcpu_set kick;

	(void)state;
	world_init(&w, 2, 32, 5, 4);
	hv_vcpu_set_clear(&kick);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 0, 15, true, &kick), HV_EINVAL);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 2, 16, true, &kick), HV_EINVAL);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 0, 64, true, &kick), HV_EINVAL);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 0, 1020, true, &kick), HV_EINVAL);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 0, ~0u, true, &kick), HV_EINVAL);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 7, 63, true, &kick), HV_OK);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 63), HV_VGIC_IS_PENDING | HV_VGIC_IS_LINE);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 64), 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 2, 16), 0);
	assert_true(hv_vcpu_set_empty(&kick));
	world_free(&w);
}

static void a_level_interrupt_through_its_life(void **state)
{
	struct world w;
	struct hv_vcpu_set kick;

	(void)state;
	world_init(&w, 2, 32, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x6000 + 8 * 40, 8, 1); /* to vCPU 1 */
	gicd_write(&w, 0, 0x84, 4, 1u << 8);
	gicd_write(&w, 0, 0x104, 4, 1u << 8);
	hv_vcpu_set_clear(&kick);
	assert_int_equal(hv_vgic_set_line(&w.vgic, 0, 40, true, &kick), HV_OK);
	assert_true(hv_vcpu_set_has(&kick, 1));
	assert_false(hv_vcpu_set_has(&kick, 0));
	assert_false(hv_vgic_needs_fill(&w.vgic, 0, &w.ich[0]));
	assert_true(hv_vgic_needs_fill(&w.vgic, 1, &w.ich[1]));
	assert_true(hv_vgic_has_pending(&w.vgic, 1, &w.ich[1]));
	world_enter(&w, 1);
	assert_int_equal(w.ich[1].used, 1);
	assert_int_equal(w.ich[1].lr[0], HV_U64(0x5000020000000028));
	w.ich[1].lr[0] = HV_U64(0x9000020000000028); /* acknowledged */
	world_leave(&w, 1);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 40),
			 HV_VGIC_IS_PENDING | HV_VGIC_IS_ACTIVE | HV_VGIC_IS_LINE | HV_VGIC_IS_ENABLED);
	world_enter(&w, 1);
	assert_int_equal(w.ich[1].lr[0], HV_U64(0x9000020000000028));
	w.ich[1].lr[0] = HV_U64(0x1000020000000028); /* ended, line still high: again */
	world_leave(&w, 1);
	assert_true(hv_vgic_has_pending(&w.vgic, 1, &w.ich[1]));
	assert_int_equal(hv_vgic_set_line(&w.vgic, 0, 40, false, &kick), HV_OK);
	assert_false(hv_vgic_has_pending(&w.vgic, 1, &w.ich[1]));
	assert_false(hv_vgic_needs_fill(&w.vgic, 1, &w.ich[1]));
	world_free(&w);
}

static void a_tied_timer(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 0, 5, 4);
	world_open(&w);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, 27), HV_OK);
	gicr_write(&w, 0, 0, 0x10100, 4, 1u << 27);
	set_line(&w, 0, 27, true);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, HV_VGIC_SPURIOUS), HV_EBUSY);
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].lr[0], HV_U64(0x6000001b0000001b));
	w.ich[0].lr[0] = HV_U64(0x2000001b0000001b); /* taken and ended: hardware deactivated */
	world_leave(&w, 0);
	assert_int_equal(w.deactivate.nr, 0);
	assert_false(hv_vgic_needs_fill(&w.vgic, 0, &w.ich[0]));
	set_line(&w, 0, 27, true);
	assert_int_equal(hv_vgic_reset(&w.vgic, &w.deactivate), HV_OK);
	assert_int_equal(w.deactivate.nr, 1);
	assert_int_equal(w.deactivate.pintid[0], 27);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 27), 0);
	world_free(&w);
}

static void ties_are_checked(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 32, 5, 4);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 15, 27), HV_EINVAL);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 1, 16, 27), HV_EINVAL);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 64, 27), HV_EINVAL);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, 15), HV_EINVAL);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, 1020), HV_EINVAL);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 40, 45), HV_ENOTSUP);
	world_free(&w);
}

static void sgi_reaches_exactly_the_listed_vcpus(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 3, 0, 5, 4);
	world_open(&w);
	for (uint32_t i = 0; i < 3; i++) {
		gicr_write(&w, 0, i, 0x10080, 4, ~0u);
		gicr_write(&w, 0, i, 0x10100, 4, ~0u);
	}
	hv_vcpu_set_clear(&w.kick);
	hv_vgic_send_sgi(&w.vgic, 0, HV_VGIC_SGI1R, HV_U64(5) << 24 | 0xfffe, &w.kick);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 5) & HV_VGIC_IS_PENDING, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 1, 5) & HV_VGIC_IS_PENDING, HV_VGIC_IS_PENDING);
	assert_int_equal(hv_vgic_state(&w.vgic, 2, 5) & HV_VGIC_IS_PENDING, HV_VGIC_IS_PENDING);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 1);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 2);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), -1);
	hv_vgic_send_sgi(&w.vgic, 1, HV_VGIC_SGI1R, HV_BIT(40) | HV_U64(6) << 24, &w.kick);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 6) & HV_VGIC_IS_PENDING, HV_VGIC_IS_PENDING);
	assert_int_equal(hv_vgic_state(&w.vgic, 1, 6) & HV_VGIC_IS_PENDING, 0);
	hv_vgic_send_sgi(&w.vgic, 1, HV_VGIC_SGI0R, HV_U64(7) << 24 | 1, &w.kick); /* wrong group */
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 7) & HV_VGIC_IS_PENDING, 0);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout_refuses_what_is_out_of_range),
		cmocka_unit_test(layout_keeps_its_budget),
		cmocka_unit_test(init_wants_enough_aligned_memory),
		cmocka_unit_test(lines_of_interrupts_that_do_not_exist),
		cmocka_unit_test(a_level_interrupt_through_its_life),
		cmocka_unit_test(a_tied_timer),
		cmocka_unit_test(ties_are_checked),
		cmocka_unit_test(sgi_reaches_exactly_the_listed_vcpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
