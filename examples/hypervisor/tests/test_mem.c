/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Free host RAM: random removals and allocations against a bitmap of pages; nothing is given twice, nothing outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "mem.h"

#define PAGES 256u
#define BASE  HV_U64(0x40000000)
#define PAGE  HV_KIB(4)

static bool is_free[PAGES];
static uint32_t rng;

static uint32_t draw(uint32_t below)
{
	rng = rng * 1664525u + 1013904223u;
	return (rng >> 8) % below;
}

static uint64_t count_free(void)
{
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < PAGES; i++)
		n += is_free[i];
	return n;
}

static bool run_is_free(uint32_t first, uint32_t nr)
{
	uint32_t i;

	for (i = first; i < first + nr; i++)
		if (!is_free[i])
			return false;
	return true;
}

static bool fits_somewhere(uint32_t nr, uint32_t align)
{
	uint32_t first;

	for (first = 0; first + nr <= PAGES; first += align)
		if (run_is_free(first, nr))
			return true;
	return false;
}

static void allocate(struct mem *mem)
{
	uint32_t nr = 1 + draw(12), align = 1u << draw(4);
	uint64_t base;

	if (!mem_alloc(mem, nr * PAGE, align * PAGE, &base)) {
		assert_false(fits_somewhere(nr, align));
		return;
	}
	assert_true(hv_is_aligned(base, align * PAGE));
	assert_true(base >= BASE && base + nr * PAGE <= BASE + PAGES * PAGE);
	assert_true(run_is_free((uint32_t)((base - BASE) / PAGE), nr));
	memset(&is_free[(base - BASE) / PAGE], 0, nr);
}

/* Also ranges that stick out at either end, or lie in taken memory. */
static void punch(struct mem *mem)
{
	uint32_t first = draw(PAGES + 40), nr = draw(6), i;
	struct region hole = { BASE - 20 * PAGE + first * PAGE, nr * PAGE };

	assert_true(mem_remove(mem, hole));
	for (i = first; i < first + nr; i++)
		if (i >= 20 && i - 20 < PAGES)
			is_free[i - 20] = false;
}

static void matches_a_bitmap(void **state)
{
	uint32_t seed, step;

	(void)state;
	for (seed = 1; seed <= 2000; seed++) {
		struct mem mem = { .nr = 0 };

		rng = seed;
		memset(is_free, 1, sizeof(is_free));
		assert_true(mem_add(&mem, (struct region){ BASE, PAGES * PAGE }));
		for (step = 0; step < 20; step++) {
			if (draw(2))
				allocate(&mem);
			else
				punch(&mem);
			assert_int_equal(mem_total(&mem, PAGE), count_free() * PAGE);
			assert_true(mem_largest(&mem, PAGE).size <= count_free() * PAGE);
		}
	}
}

static void partial_pages_are_not_given(void **state)
{
	struct mem mem = { .nr = 0 };

	(void)state;
	assert_true(mem_add(&mem, (struct region){ 0x1001, 0x2ffe }));
	assert_int_equal(mem_total(&mem, PAGE), PAGE);
	assert_int_equal(mem_largest(&mem, PAGE).base, 0x2000);
	assert_int_equal(mem_largest(&mem, HV_MIB(2)).size, 0);
}

static void a_full_list_is_told(void **state)
{
	struct mem mem = { .nr = 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < MEM_MAX_RANGES; i++)
		assert_true(mem_add(&mem, (struct region){ i * HV_MIB(1), PAGE * 4 }));
	assert_false(mem_add(&mem, (struct region){ HV_GIB(1), PAGE }));
	assert_true(mem_add(&mem, (struct region){ HV_GIB(1), 0 }));
	assert_false(mem_remove(&mem, (struct region){ PAGE, PAGE })); /* would make two of one */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_a_bitmap),
		cmocka_unit_test(partial_pages_are_not_given),
		cmocka_unit_test(a_full_list_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
