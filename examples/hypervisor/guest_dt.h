/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * guest_dt.h - the device tree a guest gets.
 */
#ifndef GUEST_DT_H
#define GUEST_DT_H

#include <hv/types.h>

#define GUEST_DT_SEED_BYTES 64u

/** What is in it beyond the constants of layout.h. */
struct guest_dt {
	const uint64_t *mpidr; /* nr_cpus affinities */
	uint32_t nr_cpus;
	const char *cpu_compatible; /* may be NULL: "arm,armv8" */
	uint64_t ram_base, ram_bytes;
	const char *bootargs;
	uint64_t initrd_start, initrd_end; /* equal: none */
	uint8_t seed[GUEST_DT_SEED_BYTES]; /* rng-seed */
	uint64_t kaslr_seed;
};

/** guest_dt_build - make the tree in @buf. Return: 0, or a negative libfdt error (-FDT_ERR_NOSPACE: @bytes is too small). */
int guest_dt_build(const struct guest_dt *dt, void *buf, int bytes);

#endif /* GUEST_DT_H */
