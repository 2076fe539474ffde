/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vmconf.h - the virtual machines asked for: the nodes under /chosen of docs/guest-binding.md.
 */
#ifndef VMCONF_H
#define VMCONF_H

#include "machine.h"

#define VMCONF_MAX_VMS 8u

/** One VM as configured. Strings point into the host tree. */
struct vmconf {
	const char *name; /* of the node */
	const char *label;
	uint32_t cpus;
	uint64_t memory;
	struct region kernel;
	struct region initrd; /* size 0: none */
	const char *bootargs; /* "" if none */
};

/** Why a configuration was refused: "<label>: <property>: <why>", the first two may be NULL. */
struct vmconf_error {
	const char *label, *property, *why;
};

struct vmconf_set {
	struct vmconf vm[VMCONF_MAX_VMS];
	uint32_t nr;
	struct vmconf_error error;
};

/**
 * vmconf_read - read and check all VM nodes of the tree against @machine.
 * @taken: ranges that files must not overlap (the hypervisor, the tree itself)
 * Return: true, with the VMs in the order of their unit addresses; or false with set->error.
 */
bool vmconf_read(struct vmconf_set *set, const void *fdt, const struct machine *machine, const struct region *taken,
		 uint32_t nr_taken);

#endif /* VMCONF_H */
