/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_exhaustive [large | most] - every sequence of a few operations in small worlds; with a number only about so many of each.
 *
 * A world is a few addresses where something may begin or end: around the edges of pages, blocks and tables. Each
 * pair or triple of map (every range, every phase of the output address), unmap and protect (every range) and map again is tried
 * from an empty translation; after each operation all pieces are compared with the walker, and the oracle is asked. Covers goal
 * 6, S2-05..S2-07, S2-10, S2-13, S2-14, S2-16..S2-18, S2-22..S2-28.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EDGES 12

struct small {
	struct world_config config;
	uint32_t nr_edges;
	uint64_t edge[MAX_EDGES]; /* ascending, in pages */
	uint32_t nr_phases;
	uint64_t phase[4]; /* output address less input address, in pages */
	uint32_t depth;    /* operations of a sequence */
};

#define SMALL_CPU (CPU_TTST | CPU_TLBIRANGE | CPU_TTL | CPU_XNX | CPU_FWB)

static const struct small smalls[] = {
	{ { "4K, 2 blocks", HV_S2_4K, 22, SMALL_CPU, 40, 1 },
	  6,
	  { 0, 1, 511, 512, 513, 1024 },
	  3,
	  { 0x80000, 0x80001, 0x801ff },
	  3 },
	{ { "4K, 2 blocks, basic", HV_S2_4K, 22, CPU_TTST, 40, 1 },
	  6,
	  { 0, 511, 512, 513, 1023, 1024 },
	  2,
	  { 0x80000, 0x80001 },
	  3 },
	{ { "4K, 2 blocks, bbm2", HV_S2_4K, 22, SMALL_CPU | CPU_BBM2, 40, 1 },
	  5,
	  { 0, 511, 512, 513, 1024 },
	  2,
	  { 0x80000, 0x80001 },
	  3 },
	{ { "4K, 3 levels", HV_S2_4K, 31, SMALL_CPU, 40, 1 },
	  10,
	  { 0, 1, 511, 512, 0x3fe00, 0x3ffff, 0x40000, 0x40001, 0x40200, 0x80000 },
	  2,
	  { 0x80000, 0x80200 },
	  2 },
	{ { "4K, concatenated", HV_S2_4K, 34, SMALL_CPU, 40, 1 },
	  8,
	  { 0, 0x3ffff, 0x40000, 0x40001, 0x200000, 0x200200, 0x3fffff, 0x400000 },
	  2,
	  { 0x800000, 0x800200 },
	  2 },
	{ { "16K, 2 blocks", HV_S2_16K, 26, SMALL_CPU, 40, 1 },
	  6,
	  { 0, 1, 2047, 2048, 2049, 4096 },
	  3,
	  { 0x20000, 0x20001, 0x207ff },
	  2 },
	{ { "64K, 2 blocks", HV_S2_64K, 30, SMALL_CPU, 40, 1 },
	  6,
	  { 0, 1, 8191, 8192, 8193, 16384 },
	  3,
	  { 0x8000, 0x8001, 0x9fff },
	  2 },
	/* With "large" only. */
	{ { "4K, 2 blocks, large", HV_S2_4K, 22, SMALL_CPU, 40, 1 },
	  8,
	  { 0, 1, 16, 256, 511, 512, 513, 1024 },
	  3,
	  { 0x80000, 0x80001, 0x801ff },
	  3 },
};

enum step_kind { STEP_MAP, STEP_UNMAP, STEP_PROTECT, STEP_PROTECT_RO };

struct step {
	enum step_kind kind;
	uint32_t from, to; /* edges */
	uint64_t phase;
};

struct state {
	struct world w;
	const struct small *small;
	struct page piece[MAX_EDGES]; /* from edge i to edge i + 1; pa of its first page */
	uint64_t nr_sequences, nr_checks;
	uint64_t stride, turn; /* only each stride-th sequence is run */
};

static uint64_t address(const struct state *s, uint64_t page)
{
	return page << s->w.geo.granule_shift;
}

/* First, last and middle page of each piece. */
static void check(struct state *s)
{
	uint32_t i, j;

	for (i = 0; i + 1 < s->small->nr_edges; i++) {
		uint64_t first = s->small->edge[i], last = s->small->edge[i + 1] - 1;
		const uint64_t at[3] = { first, last, first + (last - first) / 2 };

		for (j = 0; j < (first == last ? 1 : 3); j++) {
			struct page want = s->piece[i];

			want.pa += address(s, at[j] - first);
			world_check_at(&s->w, address(s, at[j]), &want);
			s->nr_checks++;
		}
	}
}

static enum hv_err call(struct state *s, const struct step *step)
{
	uint64_t from = address(s, s->small->edge[step->from]), size = address(s, s->small->edge[step->to]) - from;
	struct world *w = &s->w;

	switch (step->kind) {
	case STEP_MAP:
		return hv_s2_map(&w->s2, hv_ipa(from), hv_pa(from + address(s, step->phase)), size, HV_S2_RWX,
				 &w->gather);
	case STEP_UNMAP:
		return hv_s2_unmap(&w->s2, hv_ipa(from), size, &w->gather);
	case STEP_PROTECT:
		return hv_s2_protect(&w->s2, hv_ipa(from), size, HV_S2_RW, &w->gather);
	case STEP_PROTECT_RO:
		break;
	}
	return hv_s2_protect(&w->s2, hv_ipa(from), size, HV_S2_R, &w->gather);
}

static enum hv_err expect(const struct state *s, const struct step *step)
{
	uint32_t i;

	for (i = step->from; i < step->to && step->kind == STEP_MAP; i++)
		if (s->piece[i].mapped &&
		    (s->piece[i].prot != HV_S2_RWX || s->piece[i].pa != address(s, s->small->edge[i] + step->phase)))
			return HV_EEXIST;
	return HV_OK;
}

static void note(struct state *s, const struct step *step)
{
	uint32_t i;

	for (i = step->from; i < step->to; i++) {
		struct page *piece = &s->piece[i];

		if (step->kind == STEP_MAP)
			*piece = (struct page){ .pa = address(s, s->small->edge[i] + step->phase),
						.prot = HV_S2_RWX,
						.mapped = true };
		else if (step->kind == STEP_UNMAP)
			piece->mapped = false;
		else
			piece->prot = step->kind == STEP_PROTECT ? HV_S2_RW : HV_S2_R;
	}
}

static void do_step(struct state *s, const struct step *step)
{
	enum hv_err got = call(s, step);

	if (got != expect(s, step))
		world_fail(&s->w, "returns other than expected", (uint64_t)got, (uint64_t)expect(s, step));
	if (got == HV_OK)
		note(s, step);
	world_settle(&s->w);
	check(s);
}

static void empty(struct state *s)
{
	const struct step all = { STEP_UNMAP, 0, s->small->nr_edges - 1, 0 };

	do_step(s, &all);
	if (s->w.pool.nr_free != s->w.nr_given)
		world_fail(&s->w, "an empty translation holds tables", s->w.pool.nr_free, s->w.nr_given);
}

/* All steps of this world, in turn. False: there are no more. */
static bool next_step(const struct state *s, struct step *step, uint32_t *phase)
{
	const struct small *small = s->small;

	if (++step->to < small->nr_edges)
		return true;
	if (++step->from + 1 < small->nr_edges) {
		step->to = step->from + 1;
		return true;
	}
	step->from = 0;
	step->to = 1;
	if (step->kind == STEP_MAP && ++*phase < small->nr_phases) {
		step->phase = small->phase[*phase];
		return true;
	}
	if (step->kind == STEP_PROTECT_RO)
		return false;
	step->kind++;
	return true;
}

static void run_sequence(struct state *s, const struct step *step, uint32_t nr)
{
	uint32_t i;

	if (s->turn++ % s->stride != 0)
		return;
	empty(s);
	for (i = 0; i < nr; i++) {
		s->w.op = s->nr_sequences * 10 + i;
		do_step(s, &step[i]);
	}
	s->nr_sequences++;
}

/* Sequences that begin with a map: on an empty translation nothing else does anything. */
static void all_sequences(struct state *s, struct step *step, uint32_t at)
{
	uint32_t phase = 0;

	step[at] = (struct step){ STEP_MAP, 0, 0, s->small->phase[0] };
	while (next_step(s, &step[at], &phase)) {
		if (at == 0 && step[at].kind != STEP_MAP)
			return;
		if (at + 1 < s->small->depth)
			all_sequences(s, step, at + 1);
		else
			run_sequence(s, step, at + 1);
	}
}

static uint64_t nr_sequences(const struct small *small)
{
	uint64_t ranges = (uint64_t)small->nr_edges * (small->nr_edges - 1) / 2;
	uint64_t nr = ranges * small->nr_phases;
	uint32_t i;

	for (i = 1; i < small->depth; i++)
		nr *= ranges * (small->nr_phases + 3);
	return nr;
}

static uint64_t run(const struct small *small, uint64_t most)
{
	static struct state s;
	struct step step[3];

	s = (struct state){ .small = small };
	s.stride = most == 0 ? 1 : nr_sequences(small) / most + 1;
	world_open(&s.w, &small->config, 5, 1100);
	all_sequences(&s, step, 0);
	empty(&s);
	world_close(&s.w);
	printf("%-22s %llu sequences of %llu, %llu pages walked\n", small->config.name,
	       (unsigned long long)s.nr_sequences, (unsigned long long)nr_sequences(small),
	       (unsigned long long)s.nr_checks);
	fflush(stdout);
	return s.nr_sequences;
}

int main(int argc, char **argv)
{
	bool large = argc > 1 && strcmp(argv[1], "large") == 0;
	uint64_t total = 0, most = argc > 1 && !large ? strtoull(argv[1], NULL, 0) : 0;
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(smalls) - !large; i++)
		total += run(&smalls[i], most);
	printf("%llu sequences\n", (unsigned long long)total);
	return 0;
}
