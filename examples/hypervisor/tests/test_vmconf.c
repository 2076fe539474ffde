/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The nodes of docs/guest-binding.md: every property missing, malformed, at its limit; several VMs. Covers S2-48 and S2-49 (wrapping and overlapping ranges). */
#include "tree.h"

#include "vmconf.h"

static struct machine m;
static struct vmconf_set set;
static const struct region taken[] = { { 0x40200000, 0x300000 }, { 0x48000000, 0x2000 } };

static void add_vm(const char *name, uint32_t cpus)
{
	char path[32] = "/chosen/";

	add_node("/chosen", name);
	strcat(path, name);
	set_string(path, "compatible", "libhv,vm");
	SET_CELLS(path, "cpus", cpus);
	SET_CELLS(path, "memory", 0, 0x10000000);
	SET_CELLS(path, "kernel", 0, 0x70000000, 0, 0x100000);
}

static int fresh(void **state)
{
	(void)state;
	make_tree();
	add_vm("vm@0", 2);
	assert_null(machine_read(&m, tree, TREE_BYTES));
	return 0;
}

static bool read_conf(void)
{
	return vmconf_read(&set, tree, &m, taken, 2);
}

static void refused(const char *label, const char *property, const char *words)
{
	assert_false(read_conf());
	if (label)
		assert_string_equal(set.error.label, label);
	else
		assert_null(set.error.label);
	if (property)
		assert_string_equal(set.error.property, property);
	assert_non_null(strstr(set.error.why, words));
}

static void a_whole_node_is_read(void **state)
{
	(void)state;
	SET_CELLS("/chosen/vm@0", "initrd", 0, 0x71000000, 0, 0x1234);
	set_string("/chosen/vm@0", "bootargs", "console=ttyAMA0 quiet");
	assert_true(read_conf());
	assert_int_equal(set.nr, 1);
	assert_string_equal(set.vm[0].label, "vm@0");
	assert_int_equal(set.vm[0].cpus, 2);
	assert_int_equal(set.vm[0].memory, 0x10000000);
	assert_int_equal(set.vm[0].kernel.base, 0x70000000);
	assert_int_equal(set.vm[0].kernel.size, 0x100000);
	assert_int_equal(set.vm[0].initrd.base, 0x71000000);
	assert_int_equal(set.vm[0].initrd.size, 0x1234);
	assert_string_equal(set.vm[0].bootargs, "console=ttyAMA0 quiet");
}

static void optional_properties_may_be_missing(void **state)
{
	(void)state;
	assert_true(read_conf());
	assert_int_equal(set.vm[0].initrd.size, 0);
	assert_string_equal(set.vm[0].bootargs, "");
	set_string("/chosen/vm@0", "label", "web");
	SET_CELLS("/chosen/vm@0", "unknown-property", 1);
	assert_true(read_conf());
	assert_string_equal(set.vm[0].label, "web");
}

static void each_mistake_is_named(void **state)
{
	(void)state;
	del("/chosen/vm@0", "cpus");
	refused("vm@0", "cpus", "missing");
	SET_CELLS("/chosen/vm@0", "cpus", 1, 1);
	refused("vm@0", "cpus", "one cell");
	SET_CELLS("/chosen/vm@0", "cpus", 0);
	refused("vm@0", "cpus", "at least one");
	SET_CELLS("/chosen/vm@0", "cpus", 4);
	refused("vm@0", "cpus", "more vCPUs");
	SET_CELLS("/chosen/vm@0", "cpus", 0xffffffff);
	refused("vm@0", "cpus", "more vCPUs");
	SET_CELLS("/chosen/vm@0", "cpus", 3);
	assert_true(read_conf());
	SET_CELLS("/chosen/vm@0", "memory", 0, 0x10001000);
	refused("vm@0", "memory", "2 MiB");
	SET_CELLS("/chosen/vm@0", "memory", 0, 0);
	refused("vm@0", "memory", "2 MiB");
	SET_CELLS("/chosen/vm@0", "memory", 0x10000000);
	refused("vm@0", "memory", "two cells");
	del("/chosen/vm@0", "memory");
	refused("vm@0", "memory", "missing");
	SET_CELLS("/chosen/vm@0", "memory", 0, 0x200000);
	assert_true(read_conf());
	del("/chosen/vm@0", "kernel");
	refused("vm@0", "kernel", "missing");
	SET_CELLS("/chosen/vm@0", "kernel", 0x70000000, 0x1000);
	refused("vm@0", "kernel", "four cells");
	SET_CELLS("/chosen/vm@0", "kernel", 0, 0x70000000, 0, 0);
	refused("vm@0", "kernel", "empty");
	SET_CELLS("/chosen/vm@0", "kernel", 0, 0x70000000, 0, 0x1000);
	ok(fdt_setprop(tree, node_at("/chosen/vm@0"), "bootargs", "abc", 3));
	refused("vm@0", "bootargs", "string");
}

static void files_lie_in_free_ram(void **state)
{
	static const struct {
		uint32_t v[4];
		const char *why;
	} row[] = {
		{ { 0, 0x3fffffff, 0, 1 }, "not in RAM" },
		{ { 0, 0x80000000, 0, 1 }, "not in RAM" },
		{ { 0, 0x7fffffff, 0, 1 }, NULL },
		{ { 0, 0x7fffffff, 0, 2 }, "not in RAM" },
		{ { 0xffffffff, 0xfffff000, 0, 0x2000 }, "not in RAM" },
		{ { 0, 0x70000000, 0xffffffff, 0xffffffff }, "not in RAM" },
		{ { 0, 0x401fffff, 0, 1 }, NULL },
		{ { 0, 0x401fffff, 0, 2 }, "overlaps" },
		{ { 0, 0x404fffff, 0, 1 }, "overlaps" },
		{ { 0, 0x40500000, 0, 1 }, NULL },
		{ { 0, 0x40300000, 0, 1 }, "overlaps" },
		{ { 0, 0x40000000, 0, 0x1000000 }, "overlaps" },
		{ { 0, 0x47fff000, 0, 0x1001 }, "overlaps" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		set_cells("/chosen/vm@0", "initrd", row[i].v, 4);
		if (row[i].why)
			refused("vm@0", "initrd", row[i].why);
		else
			assert_true(read_conf());
	}
	m.reserved[0] = (struct region){ 0x70080000, 0x1000 };
	m.nr_reserved = 1;
	refused("vm@0", "kernel", "reserved");
}

static void several_vms_share_the_cpus(void **state)
{
	(void)state;
	add_vm("vm@1", 1); /* libfdt puts it in front of vm@0 */
	assert_true(read_conf());
	assert_int_equal(set.nr, 2);
	assert_string_equal(set.vm[0].name, "vm@0");
	assert_string_equal(set.vm[1].name, "vm@1");
	SET_CELLS("/chosen/vm@1", "cpus", 2);
	assert_false(read_conf());
	assert_string_equal(set.error.property, "cpus");
	SET_CELLS("/chosen/vm@1", "cpus", 1);
	set_string("/chosen/vm@1", "label", "vm@0");
	assert_false(read_conf());
	assert_string_equal(set.error.property, "label");
}

static void other_nodes_are_ignored_and_none_is_an_error(void **state)
{
	char name[8] = "x@0";
	int i;

	(void)state;
	add_node("/chosen", "module@1");
	set_string("/chosen/module@1", "compatible", "multiboot,module");
	assert_true(read_conf());
	assert_int_equal(set.nr, 1);
	ok(fdt_del_node(tree, node_at("/chosen/vm@0")));
	refused(NULL, NULL, "no VM");
	ok(fdt_del_node(tree, node_at("/chosen")));
	refused(NULL, NULL, "no VM");
	add_node("/", "chosen");
	m.nr_cpus = 64;
	for (i = 0; i < 8; i++) {
		name[2] = (char)('0' + i);
		add_vm(name, 1);
	}
	assert_true(read_conf());
	add_vm("x@8", 1);
	refused(NULL, NULL, "more than 8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_whole_node_is_read, fresh),
		cmocka_unit_test_setup(optional_properties_may_be_missing, fresh),
		cmocka_unit_test_setup(each_mistake_is_named, fresh),
		cmocka_unit_test_setup(files_lie_in_free_ram, fresh),
		cmocka_unit_test_setup(several_vms_share_the_cpus, fresh),
		cmocka_unit_test_setup(other_nodes_are_ignored_and_none_is_an_error, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
