/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * host.c - the harness in an ordinary process: checks results and hook counts, and prints nanoseconds of thread CPU time, the
 * least of 15 rounds. Nothing is gated on time.
 *
 *	bench-<area> [NAME-PREFIX]
 */
#define _GNU_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

const char bench_machine_unit[] = "ns";

uint32_t bench_machine_count(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint32_t)((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

void bench_machine_put(char c)
{
	putchar(c);
}

void bench_machine_exit(bool ok)
{
	exit(ok ? 0 : 1);
}

int main(int argc, char **argv)
{
	void *want = (void *)(uintptr_t)BENCH_ARENA_BASE;
	void *arena = mmap(want, BENCH_ARENA_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (arena != want) {
		perror("the arena's address is taken");
		return 1;
	}
	bench_machine_exit(bench_main(BENCH_HOOKS ? 2 : 15, argc > 1 ? argv[1] : ""));
}
