/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* machine.c - read the host device tree with libfdt. Bindings: devicetree specification and the Linux binding documents. */
#include "machine.h"

#include <libfdt.h>

#define AFFINITY (HV_MASK(39, 32) | HV_MASK(23, 0))

static const char *prop_string(const void *fdt, int node, const char *name)
{
	int len;
	const char *s = fdt_getprop(fdt, node, name, &len);

	return s && len > 0 && s[len - 1] == '\0' ? s : NULL;
}

static bool is_enabled(const void *fdt, int node)
{
	const char *status = prop_string(fdt, node, "status");

	return !status || fdt_stringlist_contains(status, (int)sizeof("okay"), "okay") || status[0] == 'o';
}

static uint64_t cells(const fdt32_t *p, int nr)
{
	uint64_t v = 0;

	for (; nr > 0; nr--, p++)
		v = v << 32 | fdt32_to_cpu(*p);
	return v;
}

/* Entry @index of the "reg" of @node, with the cell counts of @parent. */
static bool read_reg(const void *fdt, int parent, int node, int index, struct region *region)
{
	int len, na, ns;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

	if (!reg)
		return false;
	na = fdt_address_cells(fdt, parent);
	ns = fdt_size_cells(fdt, parent);
	if (na < 1 || na > 2 || ns < 1 || ns > 2 || len / 4 < (index + 1) * (na + ns))
		return false;
	reg += index * (na + ns);
	region->base = cells(reg, na);
	region->size = cells(reg + na, ns);
	return true;
}

static void add_region(struct region *list, uint32_t *nr, struct region region)
{
	if (region.size && *nr < MACHINE_MAX_RAM)
		list[(*nr)++] = region;
}

static const char *read_ram(struct machine *m, const void *fdt)
{
	struct region r;
	int node, i;

	fdt_for_each_subnode (node, fdt, 0) {
		const char *type = prop_string(fdt, node, "device_type");

		if (!type || !fdt_stringlist_contains(type, (int)sizeof("memory"), "memory") || !is_enabled(fdt, node))
			continue;
		for (i = 0; read_reg(fdt, 0, node, i, &r); i++)
			add_region(m->ram, &m->nr_ram, r);
	}
	return m->nr_ram ? NULL : "no memory node";
}

static void read_reserved(struct machine *m, const void *fdt)
{
	int i, parent = fdt_path_offset(fdt, "/reserved-memory"), node;
	struct region r;

	for (i = 0; i < fdt_num_mem_rsv(fdt); i++)
		if (!fdt_get_mem_rsv(fdt, i, &r.base, &r.size))
			add_region(m->reserved, &m->nr_reserved, r);
	if (parent < 0)
		return;
	fdt_for_each_subnode (node, fdt, parent) {
		for (i = 0; read_reg(fdt, parent, node, i, &r); i++)
			add_region(m->reserved, &m->nr_reserved, r);
	}
}

static const char *read_cpus(struct machine *m, const void *fdt)
{
	int parent = fdt_path_offset(fdt, "/cpus"), node, na, len;

	if (parent < 0)
		return "no /cpus node";
	na = fdt_address_cells(fdt, parent);
	fdt_for_each_subnode (node, fdt, parent) {
		const char *type = prop_string(fdt, node, "device_type");
		const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

		if (!type || !fdt_stringlist_contains(type, (int)sizeof("cpu"), "cpu") || !is_enabled(fdt, node))
			continue;
		if (!reg || na < 1 || na > 2 || len < 4 * na)
			return "a CPU without a usable reg";
		if (m->nr_cpus == 0)
			m->cpu_compatible = prop_string(fdt, node, "compatible");
		if (m->nr_cpus < MACHINE_MAX_CPUS)
			m->mpidr[m->nr_cpus++] = cells(reg, na) & AFFINITY;
	}
	return m->nr_cpus ? NULL : "no CPU";
}

static const char *read_gic(struct machine *m, const void *fdt)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "arm,gic-v3"), parent, len, i, nr = 1;
	const fdt32_t *p;

	if (node < 0)
		return "no GICv3 (arm,gic-v3); QEMU: -M virt,gic-version=3";
	parent = fdt_parent_offset(fdt, node);
	p = fdt_getprop(fdt, node, "#redistributor-regions", &len);
	if (p && len == 4)
		nr = (int)fdt32_to_cpu(*p);
	if (nr < 1 || nr > (int)MACHINE_MAX_GICR)
		return "GICv3: too many redistributor regions";
	p = fdt_getprop(fdt, node, "redistributor-stride", &len);
	if (p && (len == 4 || len == 8))
		m->gicr_stride = cells(p, len / 4);
	if (!read_reg(fdt, parent, node, 0, &m->gicd))
		return "GICv3: no distributor in reg";
	for (i = 0; i < nr; i++)
		if (!read_reg(fdt, parent, node, 1 + i, &m->gicr[m->nr_gicr++]))
			return "GICv3: a redistributor region is missing in reg";
	return NULL;
}

/* The UART that stdout-path names, if it is a PL011; else the first one. */
static int find_uart(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), node = -1;
	const char *path = chosen < 0 ? NULL : prop_string(fdt, chosen, "stdout-path");

	if (path) {
		const char *colon = strchr(path, ':');

		node = colon ? fdt_path_offset_namelen(fdt, path, (int)(colon - path)) : fdt_path_offset(fdt, path);
	}
	if (node < 0 || fdt_node_check_compatible(fdt, node, "arm,pl011"))
		node = fdt_node_offset_by_compatible(fdt, -1, "arm,pl011");
	while (node >= 0 && !is_enabled(fdt, node))
		node = fdt_node_offset_by_compatible(fdt, node, "arm,pl011");
	return node;
}

static const char *read_uart(struct machine *m, const void *fdt)
{
	int node = find_uart(fdt), len;
	const fdt32_t *irq;

	if (node < 0 || !read_reg(fdt, fdt_parent_offset(fdt, node), node, 0, &m->uart))
		return "no PL011 UART";
	irq = fdt_getprop(fdt, node, "interrupts", &len);
	if (!irq || len < 12 || fdt32_to_cpu(irq[0]) != 0 || fdt32_to_cpu(irq[1]) > 987)
		return "PL011 without an SPI in interrupts";
	m->uart_intid = 32 + fdt32_to_cpu(irq[1]);
	return NULL;
}

static const char *check_psci(const void *fdt)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-0.2");
	const char *method;

	if (node < 0)
		node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-1.0");
	method = node < 0 ? NULL : prop_string(fdt, node, "method");
	if (!method)
		return "no PSCI 0.2 or later";
	return method[0] == 's' ? NULL : "the PSCI method is not smc, which is what EL2 can call";
}

static void read_seed(struct machine *m, const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), len = 0;

	m->seed = chosen < 0 ? NULL : fdt_getprop(fdt, chosen, "rng-seed", &len);
	m->seed_bytes = m->seed ? (uint32_t)len : 0;
}

const char *machine_read(struct machine *m, const void *fdt, uint64_t bytes)
{
	static const struct machine empty;
	const char *why;

	*m = empty;
	if (!fdt || fdt_check_header(fdt) || fdt_totalsize(fdt) > bytes)
		return "there is none, or it is damaged";
	why = check_psci(fdt);
	if (!why)
		why = read_ram(m, fdt);
	if (!why)
		why = read_cpus(m, fdt);
	if (!why)
		why = read_gic(m, fdt);
	if (!why)
		why = read_uart(m, fdt);
	read_reserved(m, fdt);
	read_seed(m, fdt);
	return why;
}
