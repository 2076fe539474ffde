/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * explore.h - runs a few threads through every order of their atomic operations, up to a bound on preemptions, and through
 * delays of their stores, as a store buffer makes them: a store may stay invisible until the thread's next barrier, unlock or
 * end. Atomic read-modify-writes reach memory at once and push no earlier store out.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#define EXPLORE_MAX_THREADS 3

/* Errors in the machine under the code, to see that the scenario notices. */
enum explore_defect {
	EXPLORE_SOUND,
	EXPLORE_NO_BARRIER, /* hv_smp_mb() does nothing */
	EXPLORE_TORN_CAS    /* compare and swap is a load and a store with a gap between */
};

struct explore_scenario {
	const char *name;
	unsigned int nr_threads;
	void (*start)(void);             /* before each run */
	void (*thread)(unsigned int id); /* one of the threads */
	const char *(*check)(void);      /* after all have ended: NULL, or what is wrong */
	unsigned int max_preemptions;
	unsigned int max_delays;
};

struct explore_result {
	unsigned long runs;
	const char *wrong; /* of the first run that was, else NULL */
};

struct explore_result explore(const struct explore_scenario *scenario, enum explore_defect defect);

#endif /* EXPLORE_H */
