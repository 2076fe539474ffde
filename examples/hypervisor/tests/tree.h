/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * tree.h - a host device tree as QEMU's virt machine has it, to be bent by the tests. Also a CMocka prologue.
 */
#ifndef TREE_H
#define TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libfdt.h>

#define TREE_BYTES 16384

static uint8_t tree[TREE_BYTES] __attribute__((aligned(8)));

static inline void ok(int err)
{
	assert_true(err >= 0);
}

static inline int node_at(const char *path)
{
	int node = fdt_path_offset(tree, path);

	assert_true(node >= 0);
	return node;
}

static inline void add_node(const char *parent, const char *name)
{
	ok(fdt_add_subnode(tree, node_at(parent), name));
}

static inline void set_string(const char *path, const char *name, const char *value)
{
	ok(fdt_setprop(tree, node_at(path), name, value, (int)strlen(value) + 1));
}

static inline void set_cells(const char *path, const char *name, const uint32_t *value, int nr)
{
	fdt32_t v[16];
	int i;

	assert_true(nr <= 16);
	for (i = 0; i < nr; i++)
		v[i] = cpu_to_fdt32(value[i]);
	assert_int_equal(fdt_setprop(tree, node_at(path), name, v, nr * (int)sizeof(v[0])), 0);
}

#define SET_CELLS(path, name, ...)                                                                                     \
	do {                                                                                                           \
		const uint32_t cells_[] = { __VA_ARGS__ };                                                             \
		set_cells(path, name, cells_, (int)(sizeof(cells_) / sizeof(cells_[0])));                              \
	} while (0)

static inline void del(const char *path, const char *name)
{
	ok(fdt_delprop(tree, node_at(path), name));
}

static inline void add_cpu(const char *name, uint32_t reg)
{
	char path[32] = "/cpus/";
	int node = fdt_add_subnode(tree, node_at("/cpus"), name);

	ok(node);
	strcat(path, name);
	set_string(path, "device_type", "cpu");
	set_string(path, "compatible", "arm,cortex-a57");
	SET_CELLS(path, "reg", reg);
}

/* GICv3 at 0x8000000, PL011 at 0x9000000 SPI 1, 1 GiB at 0x40000000, CPUs 0, 1 and 0x100, PSCI by SMC. */
static inline void make_tree(void)
{
	ok(fdt_create_empty_tree(tree, TREE_BYTES));
	SET_CELLS("/", "#address-cells", 2);
	SET_CELLS("/", "#size-cells", 2);
	add_node("/", "psci");
	ok(fdt_setprop(tree, node_at("/psci"), "compatible", "arm,psci-1.0\0arm,psci-0.2\0arm,psci", 35));
	set_string("/psci", "method", "smc");
	add_node("/", "memory@40000000");
	set_string("/memory@40000000", "device_type", "memory");
	SET_CELLS("/memory@40000000", "reg", 0, 0x40000000, 0, 0x40000000);
	add_node("/", "cpus");
	SET_CELLS("/cpus", "#address-cells", 1);
	SET_CELLS("/cpus", "#size-cells", 0);
	add_cpu("cpu@100", 0x100);
	add_cpu("cpu@1", 1);
	add_cpu("cpu@0", 0);
	add_node("/", "intc@8000000");
	set_string("/intc@8000000", "compatible", "arm,gic-v3");
	SET_CELLS("/intc@8000000", "reg", 0, 0x08000000, 0, 0x10000, 0, 0x080a0000, 0, 0x00f60000);
	SET_CELLS("/intc@8000000", "#redistributor-regions", 1);
	add_node("/", "pl011@9000000");
	ok(fdt_setprop(tree, node_at("/pl011@9000000"), "compatible", "arm,pl011\0arm,primecell", 24));
	SET_CELLS("/pl011@9000000", "reg", 0, 0x09000000, 0, 0x1000);
	SET_CELLS("/pl011@9000000", "interrupts", 0, 1, 4);
	add_node("/", "chosen");
	set_string("/chosen", "stdout-path", "/pl011@9000000");
}

#endif /* TREE_H */
