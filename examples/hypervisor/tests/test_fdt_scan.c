/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The backend's scan before anything works: finds UART and conduit, and is total over damaged trees. */
#include "tree.h"

#include <stdlib.h>

#include "fdt_scan.h"

static struct bm_fdt_scan scan;

static int fresh(void **state)
{
	(void)state;
	make_tree();
	return 0;
}

static void finds_what_it_is_for(void **state)
{
	(void)state;
	bm_fdt_scan(tree, &scan);
	assert_int_equal(scan.totalsize, TREE_BYTES);
	assert_int_equal(scan.uart, 0x09000000);
	assert_int_equal(scan.conduit, BM_CONDUIT_SMC);
	set_string("/psci", "method", "hvc");
	set_string("/pl011@9000000", "status", "disabled");
	bm_fdt_scan(tree, &scan);
	assert_int_equal(scan.uart, 0);
	assert_int_equal(scan.conduit, BM_CONDUIT_HVC);
	set_string("/psci", "method", "");
	set_string("/pl011@9000000", "status", "okay");
	bm_fdt_scan(tree, &scan);
	assert_int_equal(scan.uart, 0x09000000);
	assert_int_equal(scan.conduit, BM_CONDUIT_NONE);
}

/* Address cells are those of the parent, wherever the UART hangs. */
static void cells_are_the_parents(void **state)
{
	(void)state;
	ok(fdt_del_node(tree, node_at("/pl011@9000000")));
	add_node("/", "soc");
	SET_CELLS("/soc", "#address-cells", 1);
	SET_CELLS("/soc", "#size-cells", 1);
	add_node("/soc", "serial@1c090000");
	set_string("/soc/serial@1c090000", "compatible", "arm,pl011");
	SET_CELLS("/soc/serial@1c090000", "reg", 0x1c090000, 0x1000);
	bm_fdt_scan(tree, &scan);
	assert_int_equal(scan.uart, 0x1c090000);
}

static void what_is_no_tree_is_none(void **state)
{
	(void)state;
	bm_fdt_scan(NULL, &scan);
	assert_int_equal(scan.totalsize, 0);
	tree[3] ^= 1;
	bm_fdt_scan(tree, &scan);
	assert_int_equal(scan.totalsize, 0);
	assert_int_equal(scan.uart, 0);
}

/* Any byte of the tree set to any of a few values: no access outside (ASan), always an end. */
static void damage_is_survived(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x02, 0x03, 0x7f, 0xff };
	uint8_t *copy;
	uint32_t at, v, bytes;

	(void)state;
	ok(fdt_pack(tree));
	bytes = fdt_totalsize(tree);
	copy = aligned_alloc(8, (bytes + 7) & ~7u);
	for (at = 8; at < bytes; at++)
		for (v = 0; v < sizeof(values); v++) {
			memcpy(copy, tree, bytes);
			copy[at] = values[v];
			bm_fdt_scan(copy, &scan);
		}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finds_what_it_is_for, fresh),
		cmocka_unit_test_setup(cells_are_the_parents, fresh),
		cmocka_unit_test_setup(what_is_no_tree_is_none, fresh),
		cmocka_unit_test_setup(damage_is_survived, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
