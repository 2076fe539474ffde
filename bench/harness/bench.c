/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* bench.c - run each bench, compare its rounds, print one line. */
#include "bench.h"

struct bench_hooks bench_hooks;

static uint64_t arena_used;
static uint64_t random_state;

/* Counted so far, counter value where counting last began, and how often it began. */
static uint64_t counted;
static uint32_t began;
static uint32_t nr_sections;
static uint32_t section_overhead;

static void put_text(const char *s)
{
	while (*s)
		bench_machine_put(*s++);
}

static void put_number(uint64_t n)
{
	char digits[20];
	uint32_t nr = 0;

	do
		digits[nr++] = (char)('0' + n % 10);
	while (n /= 10);
	while (nr)
		bench_machine_put(digits[--nr]);
}

static void put_field(const char *name, uint64_t value)
{
	bench_machine_put(' ');
	put_text(name);
	bench_machine_put('=');
	put_number(value);
}

static void put_count(const char *name, uint64_t value)
{
	if (value)
		put_field(name, value);
}

void bench_die(const char *file, int line)
{
	put_text("FAILED ");
	put_text(file);
	bench_machine_put(':');
	put_number((uint64_t)line);
	bench_machine_put('\n');
	bench_machine_exit(false);
}

void *bench_alloc(uint64_t bytes, uint64_t align)
{
	uint64_t at = hv_align_up(BENCH_ARENA_BASE + arena_used, align);

	BENCH_OK(at + bytes <= BENCH_ARENA_BASE + BENCH_ARENA_BYTES);
	arena_used = at + bytes - BENCH_ARENA_BASE;
	return (void *)(uintptr_t)at;
}

uint64_t bench_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

void bench_pause(void)
{
	counted += bench_machine_count() - began;
}

void bench_resume(void)
{
	nr_sections++;
	began = bench_machine_count();
}

/* What a section without work counts: the counter is read by instructions, too. The least of some, for the sake of clocks. */
static void calibrate(void)
{
	uint32_t i;

	section_overhead = ~0u;
	for (i = 0; i < 100; i++) {
		counted = 0;
		bench_resume();
		bench_pause();
		if (counted < section_overhead)
			section_overhead = (uint32_t)counted;
	}
}

static uint64_t run_once(const struct bench *bench, struct bench_hooks *hooks)
{
	static const struct bench_hooks zero;
	uint64_t overhead;

	arena_used = 0;
	random_state = HV_U64(0x9e3779b97f4a7c15);
	if (bench->setup)
		bench->setup(bench->arg);
	bench_hooks = zero;
	counted = 0;
	nr_sections = 0;
	bench_resume();
	bench->run(bench->arg);
	bench_pause();
	*hooks = bench_hooks;
	overhead = (uint64_t)nr_sections * section_overhead;
	return counted > overhead ? counted - overhead : 0;
}

static bool same_hooks(const struct bench_hooks *a, const struct bench_hooks *b)
{
	const uint64_t *p = (const uint64_t *)a, *q = (const uint64_t *)b;
	uint32_t i;

	for (i = 0; i < sizeof(*a) / sizeof(*p); i++)
		if (p[i] != q[i])
			return false;
	return true;
}

static void put_hooks(const struct bench_hooks *h)
{
	put_count("ptewr", h->ptewr);
	put_count("pterd", h->pterd);
	put_count("tlbi_ipa", h->tlbi_ipa);
	put_count("tlbi_range", h->tlbi_range);
	put_count("tlbi_vmid", h->tlbi_vmid);
	put_count("tlbi_s1", h->tlbi_s1);
	put_count("dsb", h->dsb);
	put_count("isb", h->isb);
	put_count("dc", h->dc);
	put_count("ic", h->ic);
	put_count("tables", h->tables);
	put_count("ich_rd", h->ich_rd);
	put_count("ich_wr", h->ich_wr);
	put_count("ipi", h->ipi);
}

static void put_line(const struct bench *bench, uint64_t count, const struct bench_hooks *hooks, const char *wrong)
{
	put_text(bench->name);
	bench_machine_put(' ');
	put_text(bench->variant);
	put_field("ops", bench->ops);
	if (!BENCH_HOOKS)
		put_field(bench_machine_unit, count);
	else
		put_hooks(hooks);
	if (wrong) {
		put_text(" FAILED ");
		put_text(wrong);
	}
	bench_machine_put('\n');
}

/* The least of all rounds; where the counter is exact they must all be equal. */
static bool run_bench(const struct bench *bench, uint32_t rounds, bool exact)
{
	struct bench_hooks hooks, again;
	uint64_t least = run_once(bench, &hooks);
	const char *wrong = bench->check ? bench->check(bench->arg, &hooks) : NULL;
	uint32_t i;

	for (i = 1; i < rounds; i++) {
		uint64_t count = run_once(bench, &again);

		if ((exact && count != least) || !same_hooks(&hooks, &again))
			wrong = "two runs differ";
		least = count < least ? count : least;
	}
	put_line(bench, least, &hooks, wrong);
	return wrong == NULL;
}

static bool starts_with(const char *s, const char *prefix)
{
	while (*prefix && *s == *prefix) {
		s++;
		prefix++;
	}
	return *prefix == '\0';
}

bool bench_main(uint32_t rounds, const char *filter)
{
	bool exact = bench_machine_unit[0] == 'i';
	bool ok = true;
	uint32_t i;

	calibrate();
	for (i = 0; i < nr_benches; i++)
		if (starts_with(benches[i].name, filter) && !run_bench(&benches[i], rounds, exact && !BENCH_HOOKS))
			ok = false;
	put_text(bench_area);
	put_text(ok ? ": all right, complete\n" : ": not all right, complete\n");
	return ok;
}
