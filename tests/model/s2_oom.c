/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_oom [operations] - out of memory at each table allocation in turn.
 *
 * Random operations in random states, each first with an empty pool, then with one page more, until it has enough. Every
 * failure must leave each descriptor of each table, the pool and the gather as they were, issue nothing, and say exactly how many
 * pages are missing. Covers goal 11, S2-40, S2-41, S2-47.
 */
#include "ops.h"

#include <stdio.h>
#include <stdlib.h>

static const struct world_config configs[] = {
	{ "4K ipa40", HV_S2_4K, 40, CPU_ALL & ~CPU_LPA2, 48, 2048 },
	{ "4K ipa48 basic", HV_S2_4K, 48, 0, 48, 2048 },
	{ "4K ipa52 lpa2", HV_S2_4K, 52, CPU_ALL, 52, 2048 },
	{ "4K ipa36 bbm2", HV_S2_4K, 36, CPU_BBM2 | CPU_TLBIRANGE, 44, 2048 },
	{ "16K ipa40", HV_S2_16K, 40, CPU_ALL & ~CPU_LPA2, 48, 8192 },
	{ "64K ipa48", HV_S2_64K, 48, CPU_ALL & ~CPU_LPA2, 48, 32768 },
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * HV_U64(0x100000001b3) + (hash >> 29);
}

static uint64_t hash_tables(struct world *w, uint64_t hash, uint64_t table, uint64_t entries, int level)
{
	const uint64_t *entry = hv_be_va(w->host, hv_pa(table));
	uint64_t i;

	for (i = 0; i < entries; i++) {
		hash = mix(hash, entry[i]);
		if (level < 3 && (entry[i] & 3) == 3)
			hash = hash_tables(w, hash, world_next_table(w, entry[i]), world_page_bytes(w) / 8, level + 1);
	}
	return hash;
}

static uint64_t hash_pool(struct world *w, uint64_t hash, const struct hv_pool *pool)
{
	hv_pa_t page = pool->head;
	uint64_t i;

	for (i = 0; i < pool->nr_free; i++) {
		hash = mix(hash, page.v);
		page = hv_pa(hv_host_read64(w->host, page));
	}
	return hash;
}

/* Everything an operation could change. */
static uint64_t hash_world(struct world *w)
{
	static const enum hv_host_op acts[] = { HV_HOST_DESC_STORE, HV_HOST_TLBI_IPA,  HV_HOST_TLBI_RANGE,
						HV_HOST_TLBI_S1,    HV_HOST_TLBI_VMID, HV_HOST_TLBI_ALL };
	uint64_t hash = hash_tables(w, 1, w->s2.root.v, w->geo.root_bytes / 8, w->geo.start_level);
	size_t i;

	hash = hash_pool(w, hash, &w->pool);
	hash = mix(hash_pool(w, hash, &w->gather.freed), w->gather.nr_ranges);
	hash = mix(mix(hash, w->s2.vttbr), w->s2.root.v);
	for (i = 0; i < HV_ARRAY_SIZE(acts); i++)
		hash = mix(hash, hv_host_count(w->host, acts[i]));
	return hash;
}

/* Failures of this operation on the way from an empty pool to success. */
static uint64_t sweep(struct world *w, struct op *op)
{
	uint64_t hash, missing = 0, nr;
	enum hv_err got;

	for (nr = 0;; nr++) {
		hash = hash_world(w);
		got = ops_call(w, op);
		if (got != HV_ENOMEM)
			break;
		if (nr == 0)
			missing = w->gather.nr_missing;
		if (w->gather.nr_missing != missing - nr || missing == nr)
			world_fail(w, "missing pages do not count down", w->gather.nr_missing, missing - nr);
		if (hash_world(w) != hash)
			world_fail(w, "a failed call changed something", nr, missing);
		world_give(w, 1);
	}
	if (got != ops_expect(w, op))
		world_fail(w, "returns other than the flat map says", (uint64_t)got, (uint64_t)ops_expect(w, op));
	if (nr != missing)
		world_fail(w, "pages missing, pages enough", missing, nr);
	if (got == HV_OK)
		ops_note(w, op);
	else if (hash_world(w) != hash)
		world_fail(w, "a refused call changed something", 0, 0);
	return nr;
}

static uint64_t run(const struct world_config *config, uint64_t operations)
{
	static struct world w;
	uint64_t failures = 0;
	static struct op op;

	world_open(&w, config, 11, 0);
	for (w.op = 0; w.op < operations; w.op++) {
		world_starve(&w, 0);
		ops_pick(&w, &op);
		failures += sweep(&w, &op);
		world_settle(&w);
		world_check_range(&w, op.r.window, op.r.first, op.r.nr);
		if (w.op % 500 == 499)
			world_check_all(&w);
	}
	world_close(&w);
	return failures;
}

int main(int argc, char **argv)
{
	uint64_t operations = argc > 1 ? strtoull(argv[1], NULL, 0) : 10000;
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(configs); i++)
		printf("%-16s %llu operations, %llu failing calls\n", configs[i].name, (unsigned long long)operations,
		       (unsigned long long)run(&configs[i], operations));
	return 0;
}
