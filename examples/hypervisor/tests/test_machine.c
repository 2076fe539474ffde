/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Reading the host's device tree: what is there is found, what is missing is named, a damaged tree is refused. */
#include "tree.h"

#include "machine.h"

static struct machine m;

static void refused(const char *words)
{
	const char *why = machine_read(&m, tree, TREE_BYTES);

	assert_non_null(why);
	assert_non_null(strstr(why, words));
}

static int fresh(void **state)
{
	(void)state;
	make_tree();
	return 0;
}

static void qemu_virt_is_read(void **state)
{
	(void)state;
	SET_CELLS("/chosen", "rng-seed", 1, 2, 3, 4);
	assert_null(machine_read(&m, tree, TREE_BYTES));
	assert_int_equal(m.nr_ram, 1);
	assert_int_equal(m.ram[0].base, 0x40000000);
	assert_int_equal(m.ram[0].size, 0x40000000);
	assert_int_equal(m.nr_cpus, 3);
	assert_int_equal(m.mpidr[0], 0);
	assert_int_equal(m.mpidr[1], 1);
	assert_int_equal(m.mpidr[2], 0x100);
	assert_string_equal(m.cpu_compatible, "arm,cortex-a57");
	assert_int_equal(m.gicd.base, 0x08000000);
	assert_int_equal(m.nr_gicr, 1);
	assert_int_equal(m.gicr[0].base, 0x080a0000);
	assert_int_equal(m.gicr[0].size, 0xf60000);
	assert_int_equal(m.uart.base, 0x09000000);
	assert_int_equal(m.uart_intid, 33);
	assert_int_equal(m.seed_bytes, 16);
	assert_int_equal(m.nr_reserved, 0);
}

/* Other cell counts, several regions, a disabled CPU, bit 31 of MPIDR: nothing is taken from QEMU's habits. */
static void other_machines_are_read(void **state)
{
	(void)state;
	SET_CELLS("/", "#address-cells", 1);
	SET_CELLS("/", "#size-cells", 1);
	SET_CELLS("/memory@40000000", "reg", 0x80000000, 0x1000000, 0xc0000000, 0x2000000);
	SET_CELLS("/intc@8000000", "reg", 0x2f000000, 0x10000, 0x2f100000, 0x40000, 0x30100000, 0x80000);
	SET_CELLS("/intc@8000000", "#redistributor-regions", 2);
	SET_CELLS("/intc@8000000", "redistributor-stride", 0, 0x40000);
	SET_CELLS("/pl011@9000000", "reg", 0x1c090000, 0x1000);
	SET_CELLS("/pl011@9000000", "interrupts", 0, 37, 4);
	SET_CELLS("/cpus", "#address-cells", 2);
	SET_CELLS("/cpus/cpu@0", "reg", 0x12, 0x80000300);
	SET_CELLS("/cpus/cpu@1", "reg", 0, 1);
	SET_CELLS("/cpus/cpu@100", "reg", 0, 0x100);
	set_string("/cpus/cpu@1", "status", "disabled");
	assert_null(machine_read(&m, tree, TREE_BYTES));
	assert_int_equal(m.nr_ram, 2);
	assert_int_equal(m.ram[1].base, 0xc0000000);
	assert_int_equal(m.nr_gicr, 2);
	assert_int_equal(m.gicr[1].base, 0x30100000);
	assert_int_equal(m.gicr_stride, 0x40000);
	assert_int_equal(m.uart.base, 0x1c090000);
	assert_int_equal(m.uart_intid, 69);
	assert_int_equal(m.nr_cpus, 2);
	assert_true(m.mpidr[0] == HV_U64(0x1200000300));
}

static void reservations_are_read(void **state)
{
	(void)state;
	ok(fdt_add_mem_rsv(tree, 0x41000000, 0x1000));
	add_node("/", "reserved-memory");
	SET_CELLS("/reserved-memory", "#address-cells", 2);
	SET_CELLS("/reserved-memory", "#size-cells", 2);
	add_node("/reserved-memory", "fw@42000000");
	SET_CELLS("/reserved-memory/fw@42000000", "reg", 0, 0x42000000, 0, 0x200000);
	assert_null(machine_read(&m, tree, TREE_BYTES));
	assert_int_equal(m.nr_reserved, 2);
	assert_int_equal(m.reserved[0].base, 0x41000000);
	assert_int_equal(m.reserved[1].size, 0x200000);
}

/* stdout-path with options chooses among UARTs; one that names something else does not matter. */
static void stdout_path_chooses(void **state)
{
	(void)state;
	add_node("/", "serial@a000000");
	set_string("/serial@a000000", "compatible", "arm,pl011");
	SET_CELLS("/serial@a000000", "reg", 0, 0x0a000000, 0, 0x1000);
	SET_CELLS("/serial@a000000", "interrupts", 0, 9, 4);
	set_string("/chosen", "stdout-path", "/serial@a000000:115200n8");
	assert_null(machine_read(&m, tree, TREE_BYTES));
	assert_int_equal(m.uart.base, 0x0a000000);
	set_string("/chosen", "stdout-path", "/psci");
	assert_null(machine_read(&m, tree, TREE_BYTES));
	assert_true(m.uart.base == 0x09000000 || m.uart.base == 0x0a000000);
	set_string("/chosen", "stdout-path", "/nothing");
	assert_null(machine_read(&m, tree, TREE_BYTES));
	set_string("/pl011@9000000", "status", "disabled");
	del("/chosen", "stdout-path");
	assert_null(machine_read(&m, tree, TREE_BYTES));
	assert_int_equal(m.uart.base, 0x0a000000);
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	ok(fdt_del_node(tree, node_at("/intc@8000000")));
	refused("GICv3");
	make_tree();
	set_string("/intc@8000000", "compatible", "arm,cortex-a15-gic");
	refused("GICv3");
	make_tree();
	SET_CELLS("/intc@8000000", "#redistributor-regions", 2);
	refused("redistributor");
	make_tree();
	SET_CELLS("/intc@8000000", "#redistributor-regions", 9);
	refused("redistributor");
	make_tree();
	del("/memory@40000000", "device_type");
	refused("memory");
	make_tree();
	ok(fdt_del_node(tree, node_at("/cpus")));
	refused("cpus");
	make_tree();
	del("/cpus/cpu@1", "reg");
	refused("CPU");
	make_tree();
	ok(fdt_del_node(tree, node_at("/pl011@9000000")));
	refused("PL011");
	make_tree();
	SET_CELLS("/pl011@9000000", "interrupts", 1, 1, 4);
	refused("PL011");
	make_tree();
	ok(fdt_del_node(tree, node_at("/psci")));
	refused("PSCI");
	make_tree();
	set_string("/psci", "method", "hvc");
	refused("smc");
}

static void damaged_trees_are_refused(void **state)
{
	(void)state;
	assert_non_null(machine_read(&m, NULL, 0));
	assert_non_null(machine_read(&m, tree, 100));
	tree[0] ^= 1;
	refused("damaged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(qemu_virt_is_read, fresh),
		cmocka_unit_test_setup(other_machines_are_read, fresh),
		cmocka_unit_test_setup(reservations_are_read, fresh),
		cmocka_unit_test_setup(stdout_path_chooses, fresh),
		cmocka_unit_test_setup(what_is_missing_is_named, fresh),
		cmocka_unit_test_setup(damaged_trees_are_refused, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
