/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The page pool: LIFO order, links that a stale table entry cannot follow, contents of two pools kept apart. */
#include <hv/pool.h>
#include <hv_host.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PAGE 4096u

static void empty_pool_gives_nothing(void **state)
{
	struct hv_host *host = hv_host_create();
	struct hv_pool pool;
	hv_pa_t page = hv_pa(1);

	(void)state;
	hv_pool_init(&pool, host);
	assert_int_equal(hv_pool_take(&pool, &page), HV_ENOMEM);
	assert_int_equal(page.v, 1);
	assert_int_equal(pool.nr_free, 0);
	hv_host_destroy(host);
}

static void last_in_is_first_out(void **state)
{
	struct hv_host *host = hv_host_create();
	hv_pa_t a = hv_host_alloc(host, PAGE, PAGE), b = hv_host_alloc(host, PAGE, PAGE), page;
	struct hv_pool pool;

	(void)state;
	hv_pool_init(&pool, host);
	hv_pool_put(&pool, a);
	hv_pool_put(&pool, b);
	assert_int_equal(pool.nr_free, 2);
	assert_int_equal(hv_pool_take(&pool, &page), HV_OK);
	assert_int_equal(page.v, b.v);
	assert_int_equal(hv_pool_take(&pool, &page), HV_OK);
	assert_int_equal(page.v, a.v);
	assert_int_equal(hv_pool_take(&pool, &page), HV_ENOMEM);
	hv_host_destroy(host);
}

static void range_comes_back_lowest_first(void **state)
{
	struct hv_host *host = hv_host_create();
	hv_pa_t base = hv_host_alloc(host, 4 * PAGE, PAGE), page;
	struct hv_pool pool;
	uint64_t i;

	(void)state;
	hv_pool_init(&pool, host);
	hv_pool_put_range(&pool, base, PAGE, 4);
	assert_int_equal(pool.nr_free, 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(hv_pool_take(&pool, &page), HV_OK);
		assert_int_equal(page.v, base.v + i * PAGE);
	}
	hv_pool_put_range(&pool, base, PAGE, 0);
	assert_int_equal(pool.nr_free, 0);
	hv_host_destroy(host);
}

/* S2-40 and the gather: a freed table stays walkable for a while, so its link must read as an invalid descriptor. */
static void link_reads_as_invalid_descriptor(void **state)
{
	struct hv_host *host = hv_host_create();
	hv_pa_t a = hv_host_alloc(host, PAGE, PAGE), b = hv_host_alloc(host, PAGE, PAGE);
	struct hv_pool pool;

	(void)state;
	hv_host_write64(host, a, ~HV_U64(0));
	hv_host_write64(host, b, ~HV_U64(0));
	hv_pool_init(&pool, host);
	hv_pool_put(&pool, a);
	hv_pool_put(&pool, b);
	assert_int_equal(hv_host_read64(host, a) & 1, 0);
	assert_int_equal(hv_host_read64(host, b) & 1, 0);
	hv_host_destroy(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_pool_gives_nothing),
		cmocka_unit_test(last_in_is_first_out),
		cmocka_unit_test(range_comes_back_lowest_first),
		cmocka_unit_test(link_reads_as_invalid_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
