/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * main.c - the smallest hypervisor that is one: a guest with a page of RAM, a hypercall and an address where nothing is.
 *
 *	qemu-system-aarch64 -M virt,gic-version=3,virtualization=on -cpu cortex-a57 -nographic -kernel minimal.bin
 *
 * ends with the line "minimal: PASS" and powers the machine off.
 */
#include <hv/hv.h>
#include <hv_baremetal.h>

#define GUEST_RAM     HV_U64(0x40000000)
#define RAM_BYTES     HV_KIB(64)
#define PAGE          HV_KIB(4)
#define NR_PAGES      64u
#define NOTHING_THERE HV_U64(0x10000000)
#define CALL_HELLO    0x86000001u
#define CALL_ABORT    0x86000002u
#define EC_DABT_SAME  0x25u

extern const uint8_t guest_start[], guest_end[]; /* guest.S */

static uint8_t ram[RAM_BYTES] __attribute__((aligned(4096)));
static uint8_t pages[NR_PAGES][PAGE] __attribute__((aligned(65536))); /* the stage-2 root and its tables */
static uint8_t vm_memory[HV_KIB(32)] __attribute__((aligned(64)));
static struct hv_s2 s2;
static struct hv_vm vm;
static bool said_hello, took_abort;

static void __attribute__((noreturn)) finish(bool pass)
{
	hv_bm_printf("minimal: %s\n", pass ? "PASS" : "FAIL");
	hv_bm_power_off();
}

static void must(enum hv_err err)
{
	if (err)
		finish(false);
}

/* Stage 2: RAM_BYTES of RAM at GUEST_RAM, and nothing else. */
static void make_address_space(const struct hv_idregs *id)
{
	struct hv_s2_config config = { .config_bytes = sizeof(config), .granule = HV_S2_4K, .ipa_bits = 32 };
	struct hv_s2_feat feat = {
		.id_aa64mmfr0 = id->id[HV_ID_AA64MMFR0],
		.id_aa64mmfr1 = id->id[HV_ID_AA64MMFR1],
		.id_aa64mmfr2 = id->id[HV_ID_AA64MMFR2],
		.id_aa64isar0 = id->id[HV_ID_AA64ISAR0],
		.ctr_el0 = id->ctr,
	};
	hv_pa_t root = hv_pa((uintptr_t)pages);
	struct hv_s2_gather gather;
	struct hv_pool pool;
	struct hv_s2_geo geo;

	must(hv_s2_geometry(&geo, &config, &feat, NULL));
	must(hv_s2_init(&s2, &geo, 0, root, 1));
	hv_pool_init(&pool, 0);
	hv_pool_put_range(&pool, hv_pa(root.v + geo.root_bytes), PAGE, NR_PAGES - geo.root_bytes / PAGE);
	hv_s2_gather_init(&gather, &s2, &pool);
	must(hv_s2_map(&s2, hv_ipa(GUEST_RAM), hv_pa((uintptr_t)ram), RAM_BYTES, HV_S2_RWX, &gather));
	hv_s2_settle(&s2, &gather);
}

static void make_vm(const struct hv_idregs *id)
{
	struct hv_vm_config config = {
		.config_bytes = sizeof(config),
		.nr_vcpus = 1,
		.nr_spis = 32,
		.gicd = hv_ipa(0x08000000),
		.gicr = hv_ipa(0x080a0000),
		.ram = { { hv_ipa(GUEST_RAM), RAM_BYTES } },
		.nr_ram = 1,
		.idregs = *id,
	};
	struct hv_vcpu_set kick;
	size_t i;

	must(hv_vm_init(&vm, &config, 0, &s2, vm_memory, sizeof(vm_memory)));
	for (i = 0; i < (size_t)(guest_end - guest_start); i++)
		ram[i] = guest_start[i];
	/* The guest's caches are off: what it runs must be in memory. */
	hv_be_dcache_clean_inval_poc(0, hv_pa((uintptr_t)ram), RAM_BYTES);
	hv_be_icache_inval_pou(0, hv_pa((uintptr_t)ram), RAM_BYTES);
	hv_vcpu_set_clear(&kick);
	must(hv_vm_start(&vm, hv_ipa(GUEST_RAM), 0, &kick));
}

static void answer_call(const uint64_t *x, uint32_t function)
{
	if (function == CALL_HELLO && x[1] == 42)
		said_hello = true;
	if (function == CALL_ABORT && x[1] >> 26 == EC_DABT_SAME && x[2] == NOTHING_THERE)
		took_abort = true;
	hv_bm_printf("minimal: hypercall %x, x1 0x%lx, x2 0x%lx\n", function, x[1], x[2]);
}

static void run(struct hv_vcpu *vcpu)
{
	struct hv_exit_raw raw;
	struct hv_vcpu_set kick;
	struct hv_exit exit;
	struct hv_next next;
	uint64_t deadline;

	if (hv_vcpu_prepare(vcpu, hv_bm_now(), &deadline) != HV_ENTRY_GO)
		finish(false);
	hv_bm_enter(vcpu, HV_TIMER_NEVER, &raw);
	hv_bm_leave(vcpu, &raw);
	hv_vcpu_set_clear(&kick);
	hv_vcpu_finish(vcpu, &kick);
	exit = hv_exit_decode(&raw, hv_bm_errata());
	hv_vcpu_handle(vcpu, &exit, hv_bm_now(), &next);
	if (next.kind == HV_NEXT_CALL)
		answer_call(vcpu->regs.x, next.function);
	else if (next.kind == HV_NEXT_MMIO)
		hv_vcpu_inject_abort(vcpu, &exit);
	else if (next.kind == HV_NEXT_POWER)
		finish(said_hello && took_abort);
	else if (next.kind != HV_NEXT_RESUME)
		finish(false);
}

void hv_bm_main(const struct hv_bm_boot *boot)
{
	struct hv_idregs id;

	if (hv_bm_console_init(boot->uart))
		hv_bm_reset();
	if (boot->psci_smc)
		hv_bm_psci_init();
	hv_bm_idregs(&id);
	make_address_space(&id);
	make_vm(&id);
	hv_bm_load(&vm.vcpu[0]);
	for (;;)
		run(&vm.vcpu[0]);
}
