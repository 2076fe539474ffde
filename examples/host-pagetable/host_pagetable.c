/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * host_pagetable.c - a unit test of your own hypervisor's page-table code, on a laptop.
 *
 * take_back() is your code: it takes memory from a guest and gives it to somebody else. The bug: the memory has its new owner
 * before the old translation has left the TLBs. On hardware that shows once in a blue moon; the TLB oracle of libhv-host
 * keeps everything that a CPU may keep, and names the mistake each time. "host-pagetable repaired" runs the right order.
 *
 * Build it against an installed library: cc host_pagetable.c $(pkg-config --cflags --libs libhv-host)
 */
#include <hv/s2.h>
#include <hv_host.h>
#include <hv_host_tlb.h>

#include <stdio.h>

#define GUEST_RAM HV_U64(0x40000000)
#define PAGE      HV_U64(0x1000)

struct my_vm {
	struct hv_s2 s2;
	struct hv_pool pool;
	struct hv_s2_gather gather;
};

/* ---- the code under test -------------------------------------------------------------------------------- */

/* Is nothing of the guest's old translations left, at the moment the page changes hands? */
static bool give_to_new_owner(struct hv_host *host)
{
	return hv_host_tlb_check(host) == 0;
}

static bool take_back(struct my_vm *vm, struct hv_host *host, uint64_t ipa, bool repaired)
{
	bool clean;

	if (hv_s2_unmap(&vm->s2, hv_ipa(ipa), PAGE, &vm->gather) != HV_OK)
		return false;
	if (repaired)
		hv_s2_settle(&vm->s2, &vm->gather);
	clean = give_to_new_owner(host);
	hv_s2_settle(&vm->s2, &vm->gather); /* the bug: too late */
	return clean;
}

/* ---- the test ------------------------------------------------------------------------------------------- */

static bool create(struct my_vm *vm, struct hv_host *host)
{
	const struct hv_s2_feat feat = { .id_aa64mmfr0 = 5 }; /* Armv8.0, 48 bits */
	const struct hv_s2_config config = { sizeof(config), HV_S2_4K, 40, 0, 0 };
	struct hv_s2_geo geo;

	if (hv_s2_geometry(&geo, &config, &feat, NULL) != HV_OK ||
	    hv_s2_init(&vm->s2, &geo, host, hv_host_alloc(host, geo.root_bytes, geo.root_align), 1) != HV_OK)
		return false;
	hv_host_fill_pool(host, &vm->pool, PAGE, 16);
	hv_s2_gather_init(&vm->gather, &vm->s2, &vm->pool);
	if (hv_s2_map(&vm->s2, hv_ipa(GUEST_RAM), hv_pa(0x80000000), 64 * PAGE, HV_S2_RWX, &vm->gather) != HV_OK)
		return false;
	hv_s2_settle(&vm->s2, &vm->gather);
	return true;
}

int main(int argc, char **argv)
{
	const struct hv_host_tlb_config cpus = { .cpu = { .pa_bits = 48 }, .nr_cpus = 4 };
	struct hv_host *host = hv_host_create();
	struct my_vm vm;
	bool clean = false;

	(void)argv;
	hv_host_tlb_attach(host, &cpus);
	if (create(&vm, host)) {
		hv_host_tlb_watch(host, hv_s2_vtcr(&vm.s2), hv_s2_vttbr(&vm.s2));
		clean = take_back(&vm, host, GUEST_RAM + 7 * PAGE, argc > 1);
	}
	if (!clean && hv_host_tlb_first(host) != NULL)
		printf("%s at IPA 0x%llx: %s\n", hv_host_tlb_kind_name(hv_host_tlb_first(host)->kind),
		       (unsigned long long)hv_host_tlb_first(host)->ipa, hv_host_tlb_first(host)->text);
	hv_host_destroy(host);
	return clean ? 0 : 1;
}
