/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_model [operations per granule] - random operations on stage-2 tables against a flat map.
 *
 * Every operation is judged three times: its result and its pages against the flat map (by software lookup and by the
 * architectural walker), its stores and invalidations by the TLB oracle, its use of memory by counting. The default is
 * 10^6 operations for each granule; seeds are fixed. Covers S2-01, S2-04, S2-08, S2-10, S2-17, S2-18, S2-24..S2-26, S2-30, S2-39, S2-40,
 * S2-50, TLB-04, TLB-06, TLB-10, TLB-11.
 */
#include "ops.h"

#include <stdio.h>
#include <stdlib.h>

static const struct world_config configs[] = {
	{ "4K ipa40 all", HV_S2_4K, 40, CPU_ALL & ~CPU_LPA2, 48, 8192 },
	{ "4K ipa32 basic", HV_S2_4K, 32, 0, 40, 8192 },
	{ "4K ipa48 range", HV_S2_4K, 48, CPU_TLBIRANGE | CPU_XNX | CPU_HAFDBS, 48, 8192 },
	{ "4K ipa52 lpa2", HV_S2_4K, 52, CPU_ALL, 52, 8192 },
	{ "4K ipa42 concatenated ttl", HV_S2_4K, 42, CPU_TTL | CPU_FWB | CPU_VMID16, 44, 8192 },
	{ "4K ipa25 bbm1", HV_S2_4K, 25, CPU_BBM1 | CPU_TLBIRANGE | CPU_TTL, 40, 8192 },
	{ "4K ipa36 bbm2", HV_S2_4K, 36, CPU_BBM2 | CPU_TLBIRANGE | CPU_TTL | CPU_FWB, 44, 8192 },
	{ "4K ipa24 ttst", HV_S2_4K, 24, CPU_TTST | CPU_TLBIRANGE, 40, 4096 },
	{ "16K ipa40 all", HV_S2_16K, 40, CPU_ALL & ~CPU_LPA2, 48, 8192 },
	{ "16K ipa36 basic", HV_S2_16K, 36, 0, 40, 8192 },
	{ "16K ipa48 range", HV_S2_16K, 48, CPU_TLBIRANGE | CPU_XNX, 48, 8192 },
	{ "16K ipa52 lpa2", HV_S2_16K, 52, CPU_ALL, 52, 8192 },
	{ "16K ipa32 bbm1", HV_S2_16K, 32, CPU_BBM1 | CPU_TTL | CPU_FWB, 40, 8192 },
	{ "16K ipa37 bbm2", HV_S2_16K, 37, CPU_BBM2 | CPU_TTL | CPU_TLBIRANGE, 44, 8192 },
	{ "64K ipa40 all", HV_S2_64K, 40, CPU_ALL & ~CPU_LPA2, 48, 32768 },
	{ "64K ipa36 basic", HV_S2_64K, 36, 0, 40, 32768 },
	{ "64K ipa48 range", HV_S2_64K, 48, CPU_TLBIRANGE | CPU_XNX, 48, 32768 },
	{ "64K ipa52 lpa", HV_S2_64K, 52, CPU_ALL, 52, 32768 },
	{ "64K ipa34 bbm1", HV_S2_64K, 34, CPU_BBM1 | CPU_TTL | CPU_FWB, 40, 32768 },
	{ "64K ipa42 bbm2", HV_S2_64K, 42, CPU_BBM2 | CPU_TTL | CPU_TLBIRANGE, 44, 32768 },
};

static void run(const struct world_config *config, uint64_t seed, uint64_t operations)
{
	struct world w;

	world_open(&w, config, seed, 4);
	for (w.op = 0; w.op < operations; w.op++) {
		ops_one(&w);
		if (w.op % 2000 == 1999)
			world_check_all(&w);
		if (world_random(&w, 50) == 0)
			world_starve(&w, world_random(&w, 3));
	}
	world_settle(&w);
	world_check_all(&w);
	world_close(&w);
}

int main(int argc, char **argv)
{
	uint64_t operations = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
	uint32_t nr[3] = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(configs); i++)
		nr[(configs[i].granule - 12) / 2]++;
	for (i = 0; i < HV_ARRAY_SIZE(configs); i++) {
		uint64_t share = operations / nr[(configs[i].granule - 12) / 2];

		if (argc > 2 && (size_t)atoi(argv[2]) != i)
			continue;
		run(&configs[i], 1 + i, share);
		printf("%-28s %llu operations\n", configs[i].name, (unsigned long long)share);
		fflush(stdout);
	}
	return 0;
}
