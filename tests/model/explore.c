/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* explore.c - see explore.h. Threads are coroutines; a run is the list of its choices, and the next run differs in the last. */
#include "explore.h"

#include <hv/backend.h>

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define STACK_BYTES (256 * 1024)
#define MAX_CHOICES 4096
#define MAX_STORES  16

struct thread {
	ucontext_t context;
	bool done;
	const hv_lock_t *waits_for;
	struct {
		uint32_t *p;
		uint32_t v;
	} store[MAX_STORES]; /* delayed, oldest first */
	unsigned int nr_stores;
};

static struct {
	const struct explore_scenario *scenario;
	enum explore_defect defect;
	struct thread thread[EXPLORE_MAX_THREADS];
	ucontext_t scheduler;
	unsigned int current, next;
	bool running; /* false outside of the threads: nothing is a choice then */
	unsigned int preemptions, delays;
	unsigned char choice[MAX_CHOICES], options[MAX_CHOICES];
	unsigned int nr_choices, at;
} x;

static _Alignas(64) unsigned char stacks[EXPLORE_MAX_THREADS][STACK_BYTES];

static void die(const char *what)
{
	fprintf(stderr, "explore: %s\n", what);
	exit(2);
}

/* One of @options, 0 first; the same again while an earlier run is being followed. */
static unsigned int choose(unsigned int options)
{
	if (x.at == MAX_CHOICES)
		die("a run without end");
	if (x.at == x.nr_choices) {
		x.choice[x.at] = 0;
		x.options[x.at] = (unsigned char)options;
		x.nr_choices++;
	}
	return x.choice[x.at++];
}

static bool can_run(unsigned int id)
{
	const struct thread *t = &x.thread[id];

	return !t->done && (!t->waits_for || !t->waits_for->held);
}

/* The n-th thread that can run, not counting @except. */
static unsigned int nth_runnable(unsigned int n, unsigned int except)
{
	for (unsigned int id = 0; id < x.scenario->nr_threads; id++)
		if (id != except && can_run(id) && n-- == 0)
			return id;
	return EXPLORE_MAX_THREADS;
}

static unsigned int nr_runnable(unsigned int except)
{
	unsigned int n = 0;

	while (nth_runnable(n, except) != EXPLORE_MAX_THREADS)
		n++;
	return n;
}

static void leave_to(unsigned int next)
{
	x.next = next;
	if (swapcontext(&x.thread[x.current].context, &x.scheduler))
		die("swapcontext");
}

/* Before each operation: another thread may come first. */
static void maybe_switch(void)
{
	unsigned int others, pick;

	if (!x.running || x.preemptions == x.scenario->max_preemptions)
		return;
	others = nr_runnable(x.current);
	if (others == 0)
		return;
	pick = choose(others + 1);
	if (pick == 0)
		return;
	x.preemptions++;
	leave_to(nth_runnable(pick - 1, x.current));
}

/* ---- memory ------------------------------------------------------------------------------------------------ */

static void drain(struct thread *t)
{
	for (unsigned int i = 0; i < t->nr_stores; i++)
		*t->store[i].p = t->store[i].v;
	t->nr_stores = 0;
}

/* A thread sees its own stores; a read-modify-write of a word that has a delayed store brings that one out first. */
static uint32_t *word(const uint32_t *p)
{
	struct thread *t = &x.thread[x.current];

	for (unsigned int i = t->nr_stores; x.running && i-- > 0;)
		if (t->store[i].p == p)
			return &t->store[i].v;
	return (uint32_t *)(uintptr_t)p;
}

static uint32_t *word_in_memory(uint32_t *p)
{
	if (x.running && word(p) != p)
		drain(&x.thread[x.current]);
	return p;
}

void explore_mb(void)
{
	maybe_switch();
	if (x.running && x.defect != EXPLORE_NO_BARRIER)
		drain(&x.thread[x.current]);
}

uint32_t explore_load(const uint32_t *p)
{
	maybe_switch();
	return *word(p);
}

void explore_store(uint32_t *p, uint32_t v)
{
	struct thread *t = &x.thread[x.current];

	maybe_switch();
	if (!x.running || x.delays == x.scenario->max_delays || choose(2) == 0) {
		/* Stores of one thread stay in order. */
		if (x.running)
			drain(t);
		*p = v;
		return;
	}
	if (t->nr_stores == MAX_STORES)
		die("too many delayed stores");
	x.delays++;
	t->store[t->nr_stores].p = p;
	t->store[t->nr_stores++].v = v;
}

uint32_t explore_cas(uint32_t *p, uint32_t expected, uint32_t v)
{
	uint32_t found;

	maybe_switch();
	found = *word_in_memory(p);
	if (found != expected)
		return found;
	if (x.defect == EXPLORE_TORN_CAS)
		maybe_switch();
	*p = v;
	return found;
}

uint32_t explore_or(uint32_t *p, uint32_t bits)
{
	uint32_t found;

	maybe_switch();
	found = *word_in_memory(p);
	*p = found | bits;
	return found;
}

uint32_t explore_and(uint32_t *p, uint32_t bits)
{
	uint32_t found;

	maybe_switch();
	found = *word_in_memory(p);
	*p = found & bits;
	return found;
}

void explore_lock(hv_lock_t *lock)
{
	maybe_switch();
	while (lock->held) {
		if (!x.running || nr_runnable(x.current) == 0)
			die("deadlock");
		x.thread[x.current].waits_for = lock;
		leave_to(nth_runnable(0, x.current));
	}
	x.thread[x.current].waits_for = NULL;
	lock->held = x.current + 1;
}

void explore_unlock(hv_lock_t *lock)
{
	if (x.running)
		drain(&x.thread[x.current]);
	lock->held = 0;
	maybe_switch();
}

/* ---- runs -------------------------------------------------------------------------------------------------- */

static void thread_main(void)
{
	unsigned int left;

	x.scenario->thread(x.current);
	drain(&x.thread[x.current]);
	x.thread[x.current].done = true;
	left = nr_runnable(x.current);
	if (left > 0)
		x.next = nth_runnable(left > 1 ? choose(left) : 0, x.current);
	else
		x.next = EXPLORE_MAX_THREADS;
}

static void prepare_thread(unsigned int id)
{
	struct thread *t = &x.thread[id];

	t->done = false;
	t->waits_for = NULL;
	t->nr_stores = 0;
	if (getcontext(&t->context))
		die("getcontext");
	t->context.uc_stack.ss_sp = stacks[id];
	t->context.uc_stack.ss_size = STACK_BYTES;
	t->context.uc_link = &x.scheduler;
	makecontext(&t->context, thread_main, 0);
}

static const char *run(void)
{
	x.at = 0;
	x.preemptions = 0;
	x.delays = 0;
	x.running = false;
	x.current = 0;
	x.scenario->start();
	for (unsigned int id = 0; id < x.scenario->nr_threads; id++)
		prepare_thread(id);
	x.running = true;
	x.next = choose(x.scenario->nr_threads);
	while (x.next != EXPLORE_MAX_THREADS) {
		x.current = x.next;
		if (swapcontext(&x.scheduler, &x.thread[x.current].context))
			die("swapcontext");
	}
	x.running = false;
	return x.scenario->check();
}

/* The next list of choices: the last one that has an alternative takes it. */
static bool next_run(void)
{
	while (x.nr_choices > 0) {
		unsigned int last = x.nr_choices - 1;

		if (x.choice[last] + 1 < x.options[last]) {
			x.choice[last]++;
			return true;
		}
		x.nr_choices--;
	}
	return false;
}

struct explore_result explore(const struct explore_scenario *scenario, enum explore_defect defect)
{
	struct explore_result result = { 0, NULL };

	x.scenario = scenario;
	x.defect = defect;
	x.nr_choices = 0;
	do {
		result.runs++;
		result.wrong = run();
	} while (result.wrong == NULL && next_run());
	return result;
}
