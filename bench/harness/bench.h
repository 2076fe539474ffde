/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * bench.h - what a bench program and the harness owe each other.
 *
 * A program is a table of benches. The harness runs each twice from scratch: arena empty, hook counters zero, setup(), then run()
 * under the counter. Two runs that differ mean hidden state and fail the bench; so does a check() that says why.
 */
#ifndef BENCH_H
#define BENCH_H

#include <hv/backend.h>

struct bench {
	const char *name;
	const char *variant;
	uint64_t ops;                /* what insn/op is divided by */
	uint64_t arg;                /* for setup, run and check */
	void (*setup)(uint64_t arg); /* not counted; may be NULL */
	void (*run)(uint64_t arg);   /* counted */
	/* NULL when the results are right, else what is not. Hook counts are complete in the counting program only. */
	const char *(*check)(uint64_t arg, const struct bench_hooks *hooks);
};

/* The program's benches, and its name. */
extern const char bench_area[];
extern const struct bench benches[];
extern const uint32_t nr_benches;

#ifdef HV_BENCH_HOOKS
#define BENCH_HOOKS true
#else
#define BENCH_HOOKS false
#endif

/** Memory at a fixed address; contents are what the last bench left. Everything is given back before setup(). */
#define BENCH_ARENA_BASE  HV_U64(0x48000000)
#define BENCH_ARENA_BYTES HV_MIB(256)
void *bench_alloc(uint64_t bytes, uint64_t align);

/** For what the guest or another CPU would do meanwhile: stop and go on counting. */
void bench_pause(void);
void bench_resume(void);

/** Own invariant of a bench: prints where and ends the program as failed. */
void bench_die(const char *file, int line) __attribute__((noreturn));
#define BENCH_OK(cond)                                                                                                 \
	do {                                                                                                           \
		if (!(cond))                                                                                           \
			bench_die(__FILE__, __LINE__);                                                                 \
	} while (0)

/** Fixed seed, restarted before each setup(). */
uint64_t bench_random(void);

/* ---- what the machine under the harness supplies: a64/machine.c, host.c ----------------------------------- */

uint32_t bench_machine_count(void); /* instructions retired, modulo 2^32; nanoseconds on the host */
extern const char bench_machine_unit[];
void bench_machine_put(char c);
void bench_machine_exit(bool ok) __attribute__((noreturn));

/** Run all benches @rounds times each and report. Return: all were right. */
bool bench_main(uint32_t rounds, const char *filter);

#endif /* BENCH_H */
