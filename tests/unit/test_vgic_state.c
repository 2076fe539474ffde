/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* test_vgic_state.c - who is kicked, when, and never without need. GIC-32, GIC-52, GIC-58. */
#include "vgic_world.h"

static void no_kick_without_a_reason(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, 64, 5, 4);
	set_line(&w, 0, 40, true);            /* disabled */
	gicd_write(&w, 1, 0x104, 4, 1u << 8); /* its group is disabled at the distributor */
	assert_true(hv_vcpu_set_empty(&w.kick));
	gicd_write(&w, 1, 0, 4, 1);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 0);
	gicd_write(&w, 1, 0x104, 4, 1u << 8); /* already enabled */
	gicd_write(&w, 1, 0x204, 4, 1u << 8); /* already pending */
	set_line(&w, 0, 40, true);
	assert_true(hv_vcpu_set_empty(&w.kick));
	gicd_write(&w, 0, 0x104, 4, 2);
	gicd_write(&w, 0, 0x204, 4, 2); /* by the target itself */
	assert_true(hv_vcpu_set_empty(&w.kick));
	gicd_write(&w, 1, 0x104, 4, 4);
	gicd_write(&w, 1, 0x204, 4, 4);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 0);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), -1);
	world_free(&w);
}

static void an_active_interrupt_blocks_itself(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 32, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x304, 4, 1);
	gicd_write(&w, 0, 0x104, 4, 1);
	gicd_write(&w, 0, 0x204, 4, 1);
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].lr[0] >> 62, 2);
	world_leave(&w, 0);
	gicd_write(&w, 0, 0x184, 4, 1); /* disabled while active: still has to be ended */
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].lr[0] >> 62, 2);
	world_leave(&w, 0);
	gicd_write(&w, 0, 0x384, 4, 1);
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	gicd_write(&w, 0, 0x104, 4, 1);
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	world_free(&w);
}

/* Active without an owner: ISACTIVER of an interrupt routed to nobody. */
static void active_and_routed_to_nobody(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, 32, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x6100, 8, 0x99);
	gicd_write(&w, 0, 0x304, 4, 1);
	assert_int_equal(gicd_read(&w, 0, 0x304, 4), 1);
	gicd_write(&w, 0, 0x6100, 8, 1);
	assert_true(hv_vgic_needs_fill(&w.vgic, 1, &w.ich[1]));
	world_enter(&w, 1);
	assert_int_equal(w.ich[1].used, 1);
	world_leave(&w, 1);
	gicd_write(&w, 0, 0x384, 4, 1);
	assert_false(hv_vgic_needs_fill(&w.vgic, 1, &w.ich[1]));
	world_free(&w);
}

static void the_last_spi_of_988(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 988, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x17c, 4, 0xffffffff);
	assert_int_equal(gicd_read(&w, 0, 0x17c, 4), 0x0fffffff);
	set_line(&w, 0, 1019, true);
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 1019);
	world_leave(&w, 0);
	gicd_write(&w, 0, 0x27c, 4, 0xffffffff);
	gicd_write(&w, 0, 0x37c, 4, 0xffffffff);
	gicd_write(&w, 0, 0xfc, 4, 0xffffffff);
	assert_int_equal(gicd_read(&w, 0, 0x27c, 4), 0x0fffffff);
	assert_int_equal(gicd_read(&w, 0, 0x37c, 4), 0x0fffffff);
	assert_int_equal(gicd_read(&w, 0, 0xfc, 4), 0x0fffffff);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_kick_without_a_reason),
		cmocka_unit_test(an_active_interrupt_blocks_itself),
		cmocka_unit_test(active_and_routed_to_nobody),
		cmocka_unit_test(the_last_spi_of_988),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
