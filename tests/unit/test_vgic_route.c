/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * test_vgic_route.c - where SPIs and SGIs go, with sparse affinities. GIC-01, GIC-02, GIC-03, GIC-20, GIC-21, GIC-40, GIC-45,
 * GIC-47, PSCI-30.
 */
#include "vgic_world.h"

#define NR 17

/* No affinity equals its index, all fields are used, order is not index order. */
static uint64_t sparse(uint32_t i)
{
	static const uint64_t high[] = { HV_U64(0xff00000000), 0x00ff00, 0x100000, HV_U64(0x0100020300) };

	return high[i % 4] + (i * 37 + 5) % 256;
}

static void sparse_world(struct world *w, uint32_t nr_spis)
{
	struct hv_vgic_config config = {
		.config_bytes = sizeof(config), .nr_vcpus = NR, .nr_spis = nr_spis, .mpidr = w->mpidr
	};

	for (uint32_t i = 0; i < NR; i++)
		w->mpidr[i] = sparse(i) | HV_BIT(31) | HV_BIT(24); /* bits that are no affinity */
	world_init_config(w, &config, 4);
	world_open(w);
}

static void every_spi_to_every_vcpu(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 988);
	for (uint32_t n = 0; n < 31; n++)
		gicd_write(&w, 0, 0x104 + 4 * n, 4, 0xffffffff);
	for (uint32_t intid = 32; intid < 1020; intid++) {
		for (uint32_t i = 0; i < NR; i++) {
			uint64_t route = sparse(i);

			gicd_write(&w, 0, 0x6000 + 8 * intid, 8, route);
			assert_int_equal(gicd_read(&w, 0, 0x6000 + 8 * intid, 8), route);
			hv_vcpu_set_clear(&w.kick);
			set_line(&w, 0, intid, true);
			assert_int_equal(hv_vcpu_set_pop(&w.kick), i);
			assert_int_equal(hv_vcpu_set_pop(&w.kick), -1);
			world_enter(&w, i);
			assert_int_equal((uint32_t)w.ich[i].lr[0], intid);
			world_leave(&w, i);
			set_line(&w, 0, intid, false);
		}
	}
	world_free(&w);
}

static void halves_in_either_order(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 32);
	for (uint32_t i = 0; i < NR; i++) {
		for (uint32_t first = 0; first < 2; first++) {
			gicd_write(&w, 0, 0x6100, 8, HV_U64(0x7700000077));
			gicd_write(&w, 0, 0x6100 + 4 * first, 4, sparse(i) >> (32 * first) & 0xffffffff);
			gicd_write(&w, 0, 0x6100 + 4 * !first, 4, sparse(i) >> (32 * !first) & 0xffffffff);
			assert_int_equal(gicd_read(&w, 0, 0x6100, 8), sparse(i));
			assert_int_equal(gicd_read(&w, 0, 0x6104, 4), sparse(i) >> 32);
			gicd_write(&w, 0, 0x104, 4, 1);
			set_line(&w, 0, 32, true);
			assert_true(hv_vgic_needs_fill(&w.vgic, i, &w.ich[i]));
			set_line(&w, 0, 32, false);
		}
	}
	gicd_write(&w, 0, 0x6100, 8, ~HV_U64(0));
	assert_int_equal(gicd_read(&w, 0, 0x6100, 8), HV_U64(0xff80ffffff));
	world_free(&w);
}

static void a_pending_interrupt_follows_its_route(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 32);
	gicd_write(&w, 0, 0x104, 4, 1);
	set_line(&w, 0, 32, true); /* affinity 0: nobody */
	for (uint32_t i = 0; i < NR; i++)
		assert_false(hv_vgic_needs_fill(&w.vgic, i, &w.ich[i]));
	gicd_write(&w, 0, 0x6100, 8, sparse(3));
	assert_true(hv_vgic_has_pending(&w.vgic, 3, &w.ich[3]));
	hv_vcpu_set_clear(&w.kick);
	gicd_write(&w, 0, 0x6100, 8, sparse(9));
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 9);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), -1);
	assert_false(hv_vgic_has_pending(&w.vgic, 3, &w.ich[3]));
	assert_true(hv_vgic_has_pending(&w.vgic, 9, &w.ich[9]));
	hv_vcpu_set_clear(&w.kick);
	gicd_write(&w, 0, 0x6100, 8, sparse(9)); /* the same again: nothing happens */
	assert_true(hv_vcpu_set_empty(&w.kick));
	world_free(&w);
}

/* Routed elsewhere while a vCPU has it: it stays until that vCPU ends it, then moves. */
static void a_taken_interrupt_moves_at_its_end(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 32);
	gicd_write(&w, 0, 0x6100, 8, sparse(3));
	gicd_write(&w, 0, 0x104, 4, 1);
	set_line(&w, 0, 32, true);
	world_enter(&w, 3);
	hv_vcpu_set_clear(&w.kick);
	gicd_write(&w, 0, 0x6100, 8, sparse(5));
	assert_int_equal(gicd_read(&w, 0, 0, 4) >> 31, 1); /* RWP */
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 3);
	w.ich[3].lr[0] ^= HV_U64(3) << 62; /* taken before the kick arrives */
	world_leave(&w, 3);
	assert_int_equal(gicd_read(&w, 0, 0, 4) >> 31, 0);
	assert_false(hv_vgic_needs_fill(&w.vgic, 5, &w.ich[5]));
	gicd_write(&w, 0, 0x6100, 8, sparse(6)); /* active, in nobody's list register */
	world_enter(&w, 3);
	assert_int_equal(w.ich[3].lr[0] >> 62, 2);
	w.ich[3].lr[0] &= ~(HV_U64(3) << 62);
	hv_vcpu_set_clear(&w.kick);
	world_leave(&w, 3);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 6);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), -1);
	assert_true(hv_vgic_has_pending(&w.vgic, 6, &w.ich[6]));
	world_free(&w);
}

/* Not taken yet: it moves as soon as its vCPU has folded. */
static void a_listed_interrupt_moves_at_the_fold(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 32);
	gicd_write(&w, 0, 0x6100, 8, sparse(3));
	gicd_write(&w, 0, 0x104, 4, 1);
	set_line(&w, 0, 32, true);
	world_enter(&w, 3);
	gicd_write(&w, 0, 0x6100, 8, sparse(2));
	hv_vcpu_set_clear(&w.kick);
	world_leave(&w, 3);
	assert_int_equal(hv_vcpu_set_pop(&w.kick), 2);
	assert_true(hv_vgic_has_pending(&w.vgic, 2, &w.ich[2]));
	world_free(&w);
}

static void any_vcpu_means_one_that_is_awake(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 64);
	gicd_write(&w, 0, 0x104, 4, 3);
	gicr_write(&w, 0, 4, 0x14, 4, 0);
	gicr_write(&w, 0, 7, 0x14, 4, 0);
	gicd_write(&w, 0, 0x6100, 8, HV_BIT(31));
	gicd_write(&w, 0, 0x6108, 8, HV_BIT(31) | sparse(4)); /* the affinity does not count, but stays */
	assert_int_equal(gicd_read(&w, 0, 0x6108, 8), HV_BIT(31) | sparse(4));
	set_line(&w, 0, 32, true);
	assert_true(hv_vgic_has_pending(&w.vgic, 4, &w.ich[4]));
	hv_vcpu_set_clear(&w.kick);
	gicr_write(&w, 4, 4, 0x14, 4, 2); /* goes to sleep */
	assert_true(hv_vcpu_set_has(&w.kick, 7));
	assert_false(hv_vgic_has_pending(&w.vgic, 4, &w.ich[4]));
	assert_true(hv_vgic_has_pending(&w.vgic, 7, &w.ich[7]));
	set_line(&w, 0, 33, true);
	world_enter(&w, 7);
	assert_int_equal(w.ich[7].used, 3);
	gicr_write(&w, 7, 7, 0x14, 4, 2); /* nobody is awake; and these are listed: they stay */
	world_leave(&w, 7);
	assert_true(hv_vgic_has_pending(&w.vgic, 7, &w.ich[7]));
	gicr_write(&w, 7, 7, 0x14, 4, 2);
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	world_free(&w);
}

static void groups_of_all(struct world *w, uint32_t value)
{
	for (uint32_t i = 0; i < NR; i++)
		gicr_write(w, 0, i, 0x10080, 4, value);
}

static bool sgi_pending(struct world *w, uint32_t vcpu, uint32_t intid)
{
	return hv_vgic_state(&w->vgic, vcpu, intid) & HV_VGIC_IS_PENDING;
}

static void clear_sgis(struct world *w)
{
	for (uint32_t i = 0; i < NR; i++)
		gicr_write(w, 0, i, 0x10280, 4, 0xffff);
}

/* Each of Aff3, Aff2, Aff1, range and target bit selects; the reference is the sentence itself. */
static void sgi_targets(void **state)
{
	struct world w;

	(void)state;
	sparse_world(&w, 0);
	groups_of_all(&w, 0xffffffff);
	for (uint32_t i = 0; i < NR; i++) {
		for (uint32_t rs = 0; rs < 16; rs++) {
			for (uint32_t list = 1; list <= 0xffff; list = list * 2 + (list & 1)) {
				uint64_t a = sparse(i);
				uint64_t value = HV_PREP(a >> 32, 55, 48) | HV_PREP(rs, 47, 44) |
						 HV_PREP(a >> 16, 39, 32) | HV_PREP(9, 27, 24) |
						 HV_PREP(a >> 8, 23, 16) | list;

				hv_vcpu_set_clear(&w.kick);
				hv_vgic_send_sgi(&w.vgic, 0, HV_VGIC_SGI1R, value, &w.kick);
				for (uint32_t j = 0; j < NR; j++) {
					uint64_t b = sparse(j);
					bool hit = b >> 8 == a >> 8 && (b >> 4 & 15) == rs && (list >> (b & 15) & 1);

					assert_int_equal(sgi_pending(&w, j, 9), hit);
				}
				clear_sgis(&w);
			}
		}
	}
	world_free(&w);
}

static void sgi_groups_and_modes(void **state)
{
	static const struct {
		enum hv_vgic_sgi reg;
		bool group1;
	} regs[] = { { HV_VGIC_SGI0R, false }, { HV_VGIC_SGI1R, true }, { HV_VGIC_ASGI1R, false } };
	struct world w;

	(void)state;
	sparse_world(&w, 0);
	for (uint32_t r = 0; r < 3; r++) {
		for (uint32_t group1 = 0; group1 < 2; group1++) {
			groups_of_all(&w, group1 ? 0xffffffff : 0);
			/* IRM: all but the sender, whatever the list says */
			hv_vgic_send_sgi(&w.vgic, 3, regs[r].reg, HV_BIT(40) | HV_U64(15) << 24 | 0x1234, &w.kick);
			for (uint32_t i = 0; i < NR; i++)
				assert_int_equal(sgi_pending(&w, i, 15), i != 3 && regs[r].group1 == group1);
			clear_sgis(&w);
		}
	}
	world_free(&w);
}

static void sgis_to_512_vcpus(void **state)
{
	static uint64_t mpidr[512];
	struct hv_vgic_config config = { .config_bytes = sizeof(config), .nr_vcpus = 512, .mpidr = mpidr };
	struct hv_vgic vgic;
	struct hv_vcpu_set kick;
	size_t size, align;
	void *mem;

	(void)state;
	for (uint32_t i = 0; i < 512; i++)
		mpidr[i] = (511 - i) / 16 << 8 | (511 - i) % 16;
	assert_int_equal(hv_vgic_layout(&config, &size, &align), HV_OK);
	mem = malloc(size);
	assert_non_null(mem);
	assert_int_equal(hv_vgic_init(&vgic, &config, mem, size), HV_OK);
	hv_vcpu_set_clear(&kick);
	hv_vgic_send_sgi(&vgic, 511, HV_VGIC_SGI0R, HV_BIT(40), &kick);
	for (uint32_t i = 0; i < 512; i++)
		assert_int_equal(hv_vgic_state(&vgic, i, 0), i == 511 ? 0 : HV_VGIC_IS_PENDING);
	hv_vgic_send_sgi(&vgic, 0, HV_VGIC_SGI0R, 31u << 16 | 2u << 24 | 0x8001, &kick);
	for (uint32_t i = 0; i < 512; i++)
		assert_int_equal(hv_vgic_state(&vgic, i, 2), i == 0 || i == 15 ? HV_VGIC_IS_PENDING : 0);
	free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spi_to_every_vcpu),
		cmocka_unit_test(halves_in_either_order),
		cmocka_unit_test(a_pending_interrupt_follows_its_route),
		cmocka_unit_test(a_taken_interrupt_moves_at_its_end),
		cmocka_unit_test(a_listed_interrupt_moves_at_the_fold),
		cmocka_unit_test(any_vcpu_means_one_that_is_awake),
		cmocka_unit_test(sgi_targets),
		cmocka_unit_test(sgi_groups_and_modes),
		cmocka_unit_test(sgis_to_512_vcpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
