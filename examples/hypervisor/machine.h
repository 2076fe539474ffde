/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * machine.h - the machine we run on, as its device tree tells it. No constants: what the tree does not say is an error.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <hv/types.h>

#define MACHINE_MAX_RAM  16u
#define MACHINE_MAX_CPUS 64u
#define MACHINE_MAX_GICR 8u

struct region {
	uint64_t base, size;
};

struct machine {
	struct region ram[MACHINE_MAX_RAM];
	uint32_t nr_ram;
	struct region reserved[MACHINE_MAX_RAM]; /* memory reservations and /reserved-memory */
	uint32_t nr_reserved;
	uint64_t mpidr[MACHINE_MAX_CPUS]; /* affinity bits, in the order of the tree */
	uint32_t nr_cpus;
	const char *cpu_compatible; /* of the first CPU; points into the tree */
	struct region gicd;
	struct region gicr[MACHINE_MAX_GICR];
	uint32_t nr_gicr;
	uint64_t gicr_stride; /* 0: not given */
	struct region uart;
	uint32_t uart_intid;
	const uint8_t *seed; /* /chosen rng-seed, NULL if none; points into the tree */
	uint32_t seed_bytes;
};

/**
 * machine_read - read the tree @fdt of at most @bytes.
 * Return: NULL, or what is wrong, as half a sentence after "host device tree: ".
 */
const char *machine_read(struct machine *machine, const void *fdt, uint64_t bytes);

#endif /* MACHINE_H */
