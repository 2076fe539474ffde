/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* VMIDs: never 0, never two VMs with one, never one VM with two, across rollovers (VMID-01, -03, -04, -05). */
#include <hv/vmid.h>
#include <hv_host.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>

#define NR_CPUS 3
#define NR_VMS  700

static const struct hv_tlb_regime regime = { 0x80000000, 0 };

struct world {
	struct hv_host *host;
	struct hv_vmids vmids;
	void *mem;
	struct hv_vmid vm[NR_VMS];
	int loaded[NR_CPUS]; /* VM on this CPU, -1 none */
	uint64_t random;
};

static void world_start(struct world *world, uint32_t bits)
{
	size_t size, align;
	unsigned int i;

	*world = (struct world){ .random = 88172645463325252u };
	world->host = hv_host_create();
	assert_int_equal(hv_vmids_layout(bits, NR_CPUS, &size, &align), HV_OK);
	world->mem = malloc(size);
	assert_int_equal(hv_vmids_init(&world->vmids, world->host, bits, NR_CPUS, world->mem), HV_OK);
	for (i = 0; i < NR_CPUS; i++)
		world->loaded[i] = -1;
}

static void world_end(struct world *world)
{
	free(world->mem);
	hv_host_destroy(world->host);
}

static uint32_t below(struct world *world, uint32_t n)
{
	world->random ^= world->random << 13;
	world->random ^= world->random >> 7;
	world->random ^= world->random << 17;
	return (uint32_t)(world->random % n);
}

static bool load(struct world *world, uint32_t cpu, int vm)
{
	world->loaded[cpu] = vm;
	return hv_vmid_load(&world->vmids, cpu, &world->vm[vm], &regime);
}

static void check_running(const struct world *world)
{
	int a, b;

	for (a = 0; a < NR_CPUS; a++)
		for (b = 0; b < a; b++)
			if (world->loaded[a] >= 0 && world->loaded[b] >= 0 && world->loaded[a] != world->loaded[b])
				assert_int_not_equal(world->vm[world->loaded[a]].vmid,
						     world->vm[world->loaded[b]].vmid);
}

static void layout_refuses_what_cannot_work(void **state)
{
	struct hv_vmids vmids;
	size_t size, align;

	(void)state;
	assert_int_equal(hv_vmids_layout(9, 1, &size, &align), HV_EINVAL);
	assert_int_equal(hv_vmids_layout(8, 0, &size, &align), HV_EINVAL);
	assert_int_equal(hv_vmids_layout(8, 255, &size, &align), HV_EINVAL);
	assert_int_equal(hv_vmids_layout(8, 254, &size, &align), HV_OK);
	assert_int_equal(hv_vmids_layout(16, 65534, &size, &align), HV_OK);
	assert_int_equal(hv_vmids_init(&vmids, NULL, 12, 1, NULL), HV_EINVAL);
}

static void first_vmids_are_distinct_and_kept(void **state)
{
	struct world world;
	int vm;

	(void)state;
	world_start(&world, 16);
	for (vm = 0; vm < NR_VMS; vm++) {
		assert_true(load(&world, 0, vm));
		assert_int_equal(world.vm[vm].vmid, vm + 1);
	}
	assert_false(load(&world, 1, 3));
	assert_int_equal(world.vm[3].vmid, 4);
	assert_int_equal(hv_host_count(world.host, HV_HOST_TLBI_ALL), 0);
	world_end(&world);
}

/* VMID-05: more VMs than VMIDs; one flush for each generation, before anything of it is handed out. */
static void rollover_flushes_once(void **state)
{
	struct world world;
	int vm;

	(void)state;
	world_start(&world, 8);
	for (vm = 0; vm < 255; vm++)
		load(&world, 0, vm);
	assert_int_equal(hv_host_count(world.host, HV_HOST_TLBI_ALL), 0);
	assert_int_equal(world.vm[254].vmid, 255);
	load(&world, 0, 255);
	assert_int_equal(hv_host_count(world.host, HV_HOST_TLBI_ALL), 1);
	assert_int_equal(world.vm[255].vmid, 1); /* CPU 0 kept 255 */
	assert_true(load(&world, 0, 0));
	assert_int_equal(world.vm[0].vmid, 2);
	world_end(&world);
}

/* VMID-01: a VM that stays on a CPU over many rollovers has the same VMID on another CPU. */
static void running_vm_keeps_its_vmid(void **state)
{
	struct world world;
	uint16_t vmid;
	int i;

	(void)state;
	world_start(&world, 8);
	load(&world, 0, 0);
	vmid = world.vm[0].vmid;
	for (i = 0; i < 5 * 256; i++)
		load(&world, 1, 1 + i % (NR_VMS - 1));
	assert_true(hv_host_count(world.host, HV_HOST_TLBI_ALL) >= 4);
	assert_false(load(&world, 2, 0));
	assert_int_equal(world.vm[0].vmid, vmid);
	hv_vmid_put(&world.vmids, 0);
	hv_vmid_put(&world.vmids, 2);
	assert_false(load(&world, 0, 0)); /* kept for this generation */
	world_end(&world);
}

/* A VM that runs elsewhere with a VMID of an older generation keeps it, though none is free: no new generation. */
static void running_vm_needs_no_free_vmid(void **state)
{
	struct world world;
	uint64_t flushes;
	int vm;

	(void)state;
	world_start(&world, 8);
	load(&world, 0, 0);
	for (vm = 1; vm < 400; vm++)
		load(&world, 1, vm);
	for (; world.vmids.next < 254; vm++) /* CPU 1 kept 255 */
		load(&world, 1, vm);
	flushes = hv_host_count(world.host, HV_HOST_TLBI_ALL);
	assert_false(load(&world, 2, 0));
	assert_int_equal(hv_host_count(world.host, HV_HOST_TLBI_ALL), flushes);
	check_running(&world);
	load(&world, 1, vm);
	assert_int_equal(hv_host_count(world.host, HV_HOST_TLBI_ALL), flushes + 1);
	check_running(&world);
	world_end(&world);
}

static void random_loads_never_share(void **state)
{
	struct world world;
	int i;

	(void)state;
	world_start(&world, 8);
	for (i = 0; i < 100000; i++) {
		uint32_t cpu = below(&world, NR_CPUS);
		int other = world.loaded[(cpu + 1) % NR_CPUS];
		uint16_t other_vmid = other >= 0 ? world.vm[other].vmid : 0;

		if (below(&world, 8) == 0) {
			hv_vmid_put(&world.vmids, cpu);
			world.loaded[cpu] = -1;
			continue;
		}
		load(&world, cpu, (int)below(&world, below(&world, 2) ? 5 : NR_VMS));
		assert_int_not_equal(world.vm[world.loaded[cpu]].vmid, 0);
		if (other >= 0)
			assert_int_equal(world.vm[other].vmid, other_vmid);
		check_running(&world);
	}
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout_refuses_what_cannot_work), cmocka_unit_test(first_vmids_are_distinct_and_kept),
		cmocka_unit_test(rollover_flushes_once),           cmocka_unit_test(running_vm_keeps_its_vmid),
		cmocka_unit_test(running_vm_needs_no_free_vmid),   cmocka_unit_test(random_loads_never_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
