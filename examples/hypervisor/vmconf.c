/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vmconf.c - read the VM nodes. Binding: docs/guest-binding.md. */
#include "vmconf.h"

#include <libfdt.h>

#define MEMORY_UNIT HV_MIB(2)

struct reader {
	struct vmconf_set *set;
	const void *fdt;
	const struct machine *machine;
	const struct region *taken;
	uint32_t nr_taken;
	int node;
	struct vmconf *vm;
};

static bool refuse(struct reader *r, const char *property, const char *why)
{
	r->set->error.label = r->vm ? r->vm->label : NULL;
	r->set->error.property = property;
	r->set->error.why = why;
	return false;
}

/* @nr cells exactly; NULL when the property is missing or has another length, which *missing tells apart. */
static const fdt32_t *get_cells(const struct reader *r, const char *name, int nr, bool *missing)
{
	int len;
	const fdt32_t *p = fdt_getprop(r->fdt, r->node, name, &len);

	*missing = !p;
	return p && len == 4 * nr ? p : NULL;
}

static uint64_t value64(const fdt32_t *p)
{
	return (uint64_t)fdt32_to_cpu(p[0]) << 32 | fdt32_to_cpu(p[1]);
}

static const char *get_string(const struct reader *r, const char *name)
{
	int len;
	const char *s = fdt_getprop(r->fdt, r->node, name, &len);

	return s && len > 0 && s[len - 1] == '\0' ? s : NULL;
}

static bool overlaps(struct region a, struct region b)
{
	return a.base < b.base + b.size && b.base < a.base + a.size;
}

static bool in_ram(const struct machine *m, struct region file)
{
	uint32_t i;

	for (i = 0; i < m->nr_ram; i++)
		if (file.base >= m->ram[i].base && hv_range_ok(file.base - m->ram[i].base, file.size, m->ram[i].size))
			return true;
	return false;
}

static bool read_file(struct reader *r, const char *name, struct region *file, bool required)
{
	bool missing;
	const fdt32_t *p = get_cells(r, name, 4, &missing);
	uint32_t i;

	if (!p && missing && !required)
		return true;
	if (!p)
		return refuse(r, name, missing ? "is missing" : "must be four cells: address and size");
	file->base = value64(p);
	file->size = value64(p + 2);
	if (file->size == 0)
		return refuse(r, name, "the file is empty");
	if (!in_ram(r->machine, *file))
		return refuse(r, name, "the file is not in RAM of this machine");
	for (i = 0; i < r->nr_taken; i++)
		if (overlaps(*file, r->taken[i]))
			return refuse(r, name, "the file overlaps the hypervisor or its device tree");
	for (i = 0; i < r->machine->nr_reserved; i++)
		if (overlaps(*file, r->machine->reserved[i]))
			return refuse(r, name, "the file overlaps a reserved region");
	return true;
}

static bool read_size(struct reader *r)
{
	bool missing;
	const fdt32_t *cpus = get_cells(r, "cpus", 1, &missing), *memory;

	if (!cpus)
		return refuse(r, "cpus", missing ? "is missing" : "must be one cell");
	r->vm->cpus = fdt32_to_cpu(*cpus);
	if (r->vm->cpus == 0)
		return refuse(r, "cpus", "a VM needs at least one vCPU");
	memory = get_cells(r, "memory", 2, &missing);
	if (!memory)
		return refuse(r, "memory", missing ? "is missing" : "must be two cells");
	r->vm->memory = value64(memory);
	if (r->vm->memory == 0 || !hv_is_aligned(r->vm->memory, MEMORY_UNIT))
		return refuse(r, "memory", "must be a multiple of 2 MiB, and not 0");
	return true;
}

static bool read_vm(struct reader *r)
{
	const char *label = get_string(r, "label"), *args;
	int len;

	r->vm->name = fdt_get_name(r->fdt, r->node, NULL);
	r->vm->label = label ? label : r->vm->name;
	if (!read_size(r) || !read_file(r, "kernel", &r->vm->kernel, true) ||
	    !read_file(r, "initrd", &r->vm->initrd, false))
		return false;
	args = get_string(r, "bootargs");
	if (!args && fdt_getprop(r->fdt, r->node, "bootargs", &len))
		return refuse(r, "bootargs", "is not a string");
	r->vm->bootargs = args ? args : "";
	return true;
}

/* The number behind the @ of a node's name; nodes without one come last. */
static uint64_t unit_address(const struct vmconf *vm)
{
	const char *p = strchr(vm->name, '@');
	uint64_t v = 0;

	if (!p || !p[1])
		return ~HV_U64(0);
	for (p++; *p; p++) {
		uint32_t c = (uint8_t)*p, digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

		if (digit > 15)
			return ~HV_U64(0);
		v = v << 4 | digit;
	}
	return v;
}

/* By unit address: a tree that was edited has its nodes in any order. */
static void sort(struct vmconf_set *set)
{
	uint32_t i, j;

	for (i = 1; i < set->nr; i++) {
		struct vmconf vm = set->vm[i];

		for (j = i; j > 0 && unit_address(&set->vm[j - 1]) > unit_address(&vm); j--)
			set->vm[j] = set->vm[j - 1];
		set->vm[j] = vm;
	}
}

/* One vCPU per CPU: time slicing does not exist yet, and pretending would hang a guest that spins for its siblings. */
static bool check_totals(struct reader *r)
{
	uint64_t cpus = 0;
	uint32_t i, j;

	for (i = 0; i < r->set->nr; i++) {
		r->vm = &r->set->vm[i];
		cpus += r->vm->cpus;
		if (cpus > r->machine->nr_cpus)
			return refuse(r, "cpus", "more vCPUs in total than the machine has CPUs");
		for (j = 0; j < i; j++)
			if (!strcmp(r->set->vm[j].label, r->vm->label))
				return refuse(r, "label", "two VMs have the same name");
	}
	return true;
}

bool vmconf_read(struct vmconf_set *set, const void *fdt, const struct machine *machine, const struct region *taken,
		 uint32_t nr_taken)
{
	static const struct vmconf_set empty;
	struct reader r = { set, fdt, machine, taken, nr_taken, 0, NULL };
	int chosen = fdt_path_offset(fdt, "/chosen"), node;

	*set = empty;
	if (chosen >= 0) {
		fdt_for_each_subnode (node, fdt, chosen) {
			if (fdt_node_check_compatible(fdt, node, "libhv,vm"))
				continue;
			r.vm = NULL;
			if (set->nr == VMCONF_MAX_VMS)
				return refuse(&r, NULL, "more than 8 VMs under /chosen");
			r.node = node;
			r.vm = &set->vm[set->nr++];
			if (!read_vm(&r))
				return false;
		}
	}
	if (set->nr == 0)
		return refuse(&r, NULL, "no VM: /chosen has no node compatible with libhv,vm (docs/guest-binding.md)");
	sort(set);
	return check_totals(&r);
}
