/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* test_vgic_queue.c - order of delivery: by priority, among equals first come first served, whatever leaves in between. */
#include "vgic_world.h"

#define NR 96

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* What the queue must give: arrival order sorted by priority, stable. */
struct waiting {
	uint32_t intid[NR];
	uint32_t nr;
};

static void queue_world(struct world *w, uint32_t pri_bits, uint32_t nr_lrs)
{
	world_init(w, 1, NR, pri_bits, nr_lrs);
	world_open(w);
	for (uint32_t n = 0; n < NR / 32; n++)
		gicd_write(w, 0, 0x104 + 4 * n, 4, 0xffffffff);
}

static uint32_t priority_of(struct world *w, uint32_t intid)
{
	return (uint32_t)gicd_read(w, 0, 0x400 + intid, 1);
}

static void arrive(struct world *w, struct waiting *waiting, uint32_t intid)
{
	uint32_t at = waiting->nr++;

	for (; at > 0 && priority_of(w, waiting->intid[at - 1]) > priority_of(w, intid); at--)
		waiting->intid[at] = waiting->intid[at - 1];
	waiting->intid[at] = intid;
	set_line(w, 0, intid, true);
}

static void withdraw(struct world *w, struct waiting *waiting, uint32_t at)
{
	set_line(w, 0, waiting->intid[at], false);
	for (waiting->nr--; at < waiting->nr; at++)
		waiting->intid[at] = waiting->intid[at + 1];
}

static void check_order(struct world *w, const struct waiting *waiting)
{
	uint32_t nr_lrs = w->ich[0].nr_lrs, expected = waiting->nr < nr_lrs ? waiting->nr : nr_lrs;

	world_enter(w, 0);
	assert_int_equal(w->ich[0].used, (1u << expected) - 1);
	for (uint32_t i = 0; i < expected; i++)
		assert_int_equal((uint32_t)w->ich[0].lr[i], waiting->intid[i]);
	world_leave(w, 0);
}

static void stable_by_priority(void **state)
{
	uint32_t seed = 2463534242u;

	(void)state;
	for (uint32_t pri_bits = 5; pri_bits <= 8; pri_bits++) {
		for (uint32_t nr_lrs = 1; nr_lrs <= 16; nr_lrs++) {
			struct waiting waiting = { .nr = 0 };
			struct world w;
			uint32_t line[NR] = { 0 };

			queue_world(&w, pri_bits, nr_lrs);
			for (uint32_t n = 0; n < NR; n++) /* few enough levels that many are equal */
				gicd_write(&w, 0, 0x420 + n, 1, next_random(&seed) % 11 * 23);
			for (uint32_t op = 0; op < 400; op++) {
				uint32_t intid = 32 + next_random(&seed) % NR, at = 0;

				if (!line[intid - 32]) {
					arrive(&w, &waiting, intid);
				} else {
					while (waiting.intid[at] != intid)
						at++;
					withdraw(&w, &waiting, at);
				}
				line[intid - 32] ^= 1;
				check_order(&w, &waiting);
			}
			world_free(&w);
		}
	}
}

/* A change of priority, group or enable puts an interrupt where it now belongs. */
static void changes_requeue(void **state)
{
	struct world w;

	(void)state;
	queue_world(&w, 5, 1);
	gicd_write(&w, 0, 0x420, 4, 0x30303030);
	for (uint32_t intid = 32; intid < 36; intid++)
		set_line(&w, 0, intid, true);
	gicd_write(&w, 0, 0x422, 1, 0x10);
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 34);
	world_leave(&w, 0);
	gicd_write(&w, 0, 0x422, 1, 0x50);
	gicd_write(&w, 0, 0x184, 4, 1);
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 33);
	world_leave(&w, 0);
	gicd_write(&w, 0, 0x84, 4, 8); /* INTID 35 to group 1: ties between groups go to group 0 */
	gicd_write(&w, 0, 0x184, 4, 2);
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 35); /* 34 waits at 0x50 */
	world_leave(&w, 0);
	gicd_write(&w, 0, 0x104, 4, 3);
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].lr[0] >> 60 & 1, 0);
	world_leave(&w, 0);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stable_by_priority),
		cmocka_unit_test(changes_requeue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
