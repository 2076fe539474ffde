/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * exit.c - benches of exit decode, and of answering an exit.
 *
 * exit.decode.* is hv_exit_decode() alone. exit.psci.* is a PSCI call out of and into the guest's registers, as the peers' figures
 * are: hence the private header. Everything else is hv_vcpu_handle() on a decoded exit, with the completion of the access where
 * there is one, so it holds timers, dispatch and the whole record that goes back.
 */
#include "harness/bench.h"

#include <hv/exit.h>
#include <hv/vm.h>

#include "../libhv/src/run_priv.h"

const char bench_area[] = "exit";

#define NR_OPS  1000u
#define RAM     HV_U64(0x40000000)
#define DEVICE  HV_U64(0x0a000000)
#define GICD    HV_U64(0x08000000)
#define GICR    HV_U64(0x080a0000)
#define GICR512 HV_U64(0x100000000)

static struct hv_vm vm;
static struct hv_s2 s2;
static struct hv_next next;
static struct hv_exit exit_record;
static struct hv_vcpu *vcpu;
static struct hv_smccc smccc;
static uint64_t sum;

/* Cortex-A57, as QEMU has it. */
static const struct hv_s2_feat s2_feat = { .id_aa64mmfr0 = 0x1124 };

/* ---- decode ---------------------------------------------------------------------------------------------- */

static void raw_exit(struct hv_exit_raw *raw, uint64_t syndrome, uint64_t ipa)
{
	raw->vector = HV_VECTOR_SYNC;
	raw->valid = HV_RAW_HPFAR;
	raw->esr = syndrome;
	raw->far = HV_U64(0xffff800008000000) | (ipa & 0xfff);
	raw->hpfar = ipa >> 8 & ~HV_U64(0xf);
	raw->par = 0;
	raw->elr = HV_U64(0xffff800010001000);
	raw->spsr = 0x5;
}

/* @arg: ESR */
static void run_decode(uint64_t arg)
{
	struct hv_exit_raw raw;
	uint32_t i, flags = 0;

	raw_exit(&raw, arg, DEVICE);
	for (i = 0; i < NR_OPS; i++) {
		struct hv_exit exit = hv_exit_decode(&raw, 0);

		flags |= exit.flags;
	}
	sum = flags;
}

/* All 64 classes in turn. */
static void run_decode_all(uint64_t arg)
{
	struct hv_exit_raw raw;
	uint32_t i;

	raw_exit(&raw, 0, DEVICE);
	for (i = 0; i < 64; i++) {
		raw.esr = (uint64_t)i << 26 | (arg & HV_MASK(25, 0));
		exit_record = hv_exit_decode(&raw, 0);
		sum += (uint32_t)exit_record.kind;
	}
}

/* ---- a VM ------------------------------------------------------------------------------------------------ */

static void make_vm(uint32_t nr_vcpus)
{
	struct hv_s2_config s2_config = { .config_bytes = sizeof(s2_config), .granule = HV_S2_4K, .ipa_bits = 40 };
	struct hv_vm_config config = {
		.config_bytes = sizeof(config),
		.nr_vcpus = nr_vcpus,
		.nr_spis = 256,
		.gicd = hv_ipa(GICD),
		.gicr = hv_ipa(nr_vcpus > 64 ? GICR512 : GICR),
		.nr_ram = 1,
	};
	struct hv_vcpu_set kick;
	struct hv_s2_geo geo;
	size_t size, align;
	void *root;

	config.ram[0].base = hv_ipa(RAM);
	config.ram[0].size = HV_GIB(1);
	config.idregs.id[HV_ID_AA64PFR0] = 0x01002222;
	config.idregs.id[HV_ID_AA64DFR0] = 0x10305106;
	config.idregs.id[HV_ID_AA64ISAR0] = 0x00011120;
	config.idregs.id[HV_ID_AA64MMFR0] = s2_feat.id_aa64mmfr0;
	config.idregs.midr = 0x411fd070;
	config.idregs.ctr = 0x8444c004;
	BENCH_OK(hv_s2_geometry(&geo, &s2_config, &s2_feat, NULL) == HV_OK);
	root = bench_alloc(geo.root_bytes, geo.root_align);
	BENCH_OK(hv_s2_init(&s2, &geo, 0, hv_pa((uintptr_t)root), 1) == HV_OK);
	BENCH_OK(hv_vm_layout(&config, &size, &align) == HV_OK);
	BENCH_OK(hv_vm_init(&vm, &config, 0, &s2, bench_alloc(size, align), size) == HV_OK);
	hv_vcpu_set_clear(&kick);
	BENCH_OK(hv_vm_start(&vm, hv_ipa(RAM), 0, &kick) == HV_OK);
	vcpu = &vm.vcpu[0];
}

/* vCPU 0 runs and has just left the guest. */
static void setup_vm(uint64_t nr_vcpus)
{
	struct hv_vcpu_set kick;
	uint64_t deadline;

	make_vm((uint32_t)nr_vcpus);
	hv_vcpu_load(vcpu, 0, 4);
	BENCH_OK(hv_vcpu_prepare(vcpu, 1000, &deadline) == HV_ENTRY_GO);
	hv_vcpu_set_clear(&kick);
	hv_vcpu_finish(vcpu, &kick);
	sum = 0;
}

static void set_exit(uint64_t syndrome, uint64_t ipa)
{
	struct hv_exit_raw raw;

	raw_exit(&raw, syndrome, ipa);
	exit_record = hv_exit_decode(&raw, 0);
}

/* ---- MMIO ------------------------------------------------------------------------------------------------ */

/* @arg: ESR */
static void setup_mmio(uint64_t arg)
{
	setup_vm(1);
	set_exit(arg, DEVICE + 8);
}

static void run_mmio(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++) {
		hv_vcpu_handle(vcpu, &exit_record, 2000, &next);
		next.mmio.data = HV_U64(0x8182838485868788);
		BENCH_OK(hv_mmio_complete(vcpu, &next.mmio) == HV_OK);
	}
}

static const char *check_load(uint64_t arg, const struct bench_hooks *h)
{
	uint32_t sas = (uint32_t)HV_FIELD(arg, 23, 22), shift = 64 - (8u << sas);
	uint64_t want = HV_U64(0x8182838485868788) << shift;

	(void)h;
	want = arg & HV_ISS_SSE ? (uint64_t)((int64_t)want >> shift) : want >> shift;
	if (!(arg & HV_ISS_SF))
		want &= HV_MASK(31, 0);
	return vcpu->regs.x[5] == want ? NULL : "register value";
}

static const char *check_store(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return next.kind == HV_NEXT_MMIO && next.mmio.is_write && vcpu->regs.pc == RAM + 4 * NR_OPS ? NULL
												    : "not a write";
}

static void setup_gicd(uint64_t arg)
{
	setup_vm(1);
	set_exit(arg, GICD + 0x104);
}

static void run_handle(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++)
		hv_vcpu_handle(vcpu, &exit_record, 2000, &next);
}

static const char *check_resume(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return next.kind == HV_NEXT_RESUME ? NULL : "not answered";
}

/* A fault in RAM: what is left to the embedder. */
static void setup_ram(uint64_t arg)
{
	setup_vm(1);
	set_exit(arg, RAM + 0x1000);
}

static const char *check_map(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return next.kind == HV_NEXT_MAP && next.ipa.v == RAM + 0x1000 ? NULL : "no request to map";
}

/* ---- system registers, WFI, IRQ ----------------------------------------------------------------------------- */

static void setup_trap(uint64_t arg)
{
	setup_vm(1);
	set_exit(arg, 0);
}

static void setup_irq(uint64_t arg)
{
	setup_vm(1);
	set_exit(arg, 0);
	exit_record.kind = HV_EXIT_IRQ;
}

/* exit -> finish -> decode -> handle -> prepare, with nothing pending: what a guest sees beside the registers' switch. */
static void run_loop(uint64_t arg)
{
	struct hv_exit_raw raw;
	struct hv_vcpu_set kick;
	uint64_t deadline;
	uint32_t i;

	raw_exit(&raw, arg, 0);
	for (i = 0; i < NR_OPS; i++) {
		struct hv_exit exit;

		hv_vcpu_set_clear(&kick);
		hv_vcpu_finish(vcpu, &kick);
		exit = hv_exit_decode(&raw, 0);
		hv_vcpu_handle(vcpu, &exit, 2000, &next);
		BENCH_OK(hv_vcpu_prepare(vcpu, 2000, &deadline) == HV_ENTRY_GO);
	}
}

/* ---- PSCI ------------------------------------------------------------------------------------------------ */

/* @arg: vCPUs */
static void setup_psci(uint64_t arg)
{
	setup_vm(arg);
	set_exit(hv_esr_make(HV_EC_HVC64, true, 0), 0);
	hv_vcpu_handle(vcpu, &exit_record, 2000, &next);
}

/* What hv_vcpu_handle() does for HVC #0 once nobody else answers. */
static void call(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	vcpu->regs.x[0] = fid;
	vcpu->regs.x[1] = x1;
	vcpu->regs.x[2] = x2;
	vcpu->regs.x[3] = x3;
	hv_smccc_capture(&smccc, vcpu->regs.x);
	hv_psci_call_(vcpu, &smccc, &next);
	vcpu->regs.x[0] = smccc.result[0];
	sum += vcpu->regs.x[0];
}

/* As vCPUs without MPIDRs of their own are numbered: 16 to each Aff1. */
static uint64_t affinity_of(uint64_t index)
{
	return index >> 4 << 8 | (index & 15);
}

static void run_version(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++)
		call(HV_PSCI_VERSION, 0, 0, 0);
}

static void run_version_handle(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++) {
		vcpu->regs.x[0] = HV_PSCI_VERSION;
		hv_vcpu_handle(vcpu, &exit_record, 2000, &next);
		sum += vcpu->regs.x[0];
	}
}

static const char *check_version(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return sum == (uint64_t)HV_PSCI_VERSION_1_1 * NR_OPS ? NULL : "answer";
}

static void run_features(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++)
		call(HV_PSCI_FEATURES, HV_PSCI_CPU_ON | HV_PSCI_SMC64, 0, 0);
}

static void run_unknown(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++)
		call(0x8400ffff, 0, 0, 0);
}

static const char *check_unknown(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return sum == (uint64_t)-1 * NR_OPS ? NULL : "answer";
}

static void run_affinity(uint64_t arg)
{
	uint32_t i;

	for (i = 0; i < NR_OPS; i++)
		call(HV_PSCI_AFFINITY_INFO | HV_PSCI_SMC64, affinity_of(arg - 1), 0, 0);
}

static const char *check_affinity(uint64_t arg, const struct bench_hooks *h)
{
	(void)h;
	return sum == (arg == 1 ? 0 : NR_OPS) ? NULL : "answer";
}

/* Every other vCPU is switched on once. */
static void run_cpu_on(uint64_t arg)
{
	uint64_t i;

	for (i = 1; i < arg; i++)
		call(HV_PSCI_CPU_ON | HV_PSCI_SMC64, affinity_of(i), RAM, i);
}

static const char *check_cpu_on(uint64_t arg, const struct bench_hooks *h)
{
	uint64_t i;

	(void)h;
	for (i = 1; i < arg; i++)
		if (hv_psci_affinity(&vm.vcpu[i].psci) != 2)
			return "not pending";
	return sum == 0 ? NULL : "answer";
}

static void run_cpu_on_again(uint64_t arg)
{
	uint64_t i;

	for (i = 0; i < NR_OPS; i++)
		call(HV_PSCI_CPU_ON | HV_PSCI_SMC64, affinity_of(arg - 1), RAM, i);
}

static void run_system_off(uint64_t arg)
{
	(void)arg;
	call(HV_PSCI_SYSTEM_OFF, 0, 0, 0);
}

static const char *check_system_off(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return next.kind == HV_NEXT_POWER && next.power == HV_POWER_OFF ? NULL : "no power request";
}

/* ---- the table ------------------------------------------------------------------------------------------- */

#define ESR(ec, iss) ((uint64_t)(ec) << 26 | HV_ESR_IL | (iss))
#define DABT(sas, sse, sf, w)                                                                                          \
	ESR(HV_EC_DABT_LOWER, HV_ISS_ISV | (uint64_t)(sas) << 22 | (uint64_t)(sse) << 21 | 5u << 16 |                  \
				      (uint64_t)(sf) << 15 | (uint64_t)(w) << 6 | 0x07)
#define SYSREG(key, rt, read)                                                                                          \
	ESR(HV_EC_SYSREG, (uint64_t)HV_SYSREG_OP0(key) << 20 | HV_SYSREG_OP2(key) << 17 | HV_SYSREG_OP1(key) << 14 |   \
				  HV_SYSREG_CRN(key) << 10 | (uint64_t)(rt) << 5 | HV_SYSREG_CRM(key) << 1 | (read))
#define DECODE(name, esr)                                                                                              \
	{                                                                                                              \
		"exit.decode." name, "record", NR_OPS, esr, NULL, run_decode, NULL                                     \
	}
#define LOAD(name, sas, sse, sf)                                                                                       \
	{                                                                                                              \
		"exit.mmio.load." name, "handle", NR_OPS, DABT(sas, sse, sf, 0), setup_mmio, run_mmio, check_load      \
	}
#define STORE(name, sas)                                                                                               \
	{                                                                                                              \
		"exit.mmio.store." name, "handle", NR_OPS, DABT(sas, 0, sas == 3, 1), setup_mmio, run_mmio,            \
			check_store                                                                                    \
	}
#define TRAP(name, esr)                                                                                                \
	{                                                                                                              \
		"exit.handle." name, "handle", NR_OPS, esr, setup_trap, run_handle, NULL                               \
	}
#define PSCI(name, vcpus, run, check)                                                                                  \
	{                                                                                                              \
		"exit.psci." name, "vcpus" #vcpus, NR_OPS, vcpus, setup_psci, run, check                               \
	}

#define ID_AA64MMFR0_EL1 HV_SYSREG(3, 0, 0, 7, 0)
#define CNTP_CTL_EL0     HV_SYSREG(3, 3, 14, 2, 1)
#define OSLSR_EL1        HV_SYSREG(2, 0, 1, 1, 4)

const struct bench benches[] = {
	DECODE("dabt", DABT(2, 0, 0, 1)),
	DECODE("iabt", ESR(HV_EC_IABT_LOWER, 0x07)),
	DECODE("hvc", ESR(HV_EC_HVC64, 0)),
	DECODE("smc", ESR(HV_EC_SMC64, 0)),
	DECODE("sysreg", SYSREG(ID_AA64MMFR0_EL1, 3, 1)),
	DECODE("wfx", ESR(HV_EC_WFX, 0)),
	DECODE("fp", ESR(HV_EC_FP, HV_BIT(24) | 0xe00000)),
	DECODE("unknown", ESR(HV_EC_UNKNOWN, 0)),
	{ "exit.decode.all", "record", 64, HV_BIT(25) | 0x07, NULL, run_decode_all, NULL },
	LOAD("8", 0, 0, 0),
	LOAD("8.sx", 0, 1, 0),
	LOAD("8.sx.sf", 0, 1, 1),
	LOAD("16", 1, 0, 0),
	LOAD("16.sx.sf", 1, 1, 1),
	LOAD("32", 2, 0, 0),
	LOAD("32.sx.sf", 2, 1, 1),
	LOAD("64", 3, 0, 1),
	STORE("8", 0),
	STORE("16", 1),
	STORE("32", 2),
	STORE("64", 3),
	{ "exit.handle.gicd.read", "handle", NR_OPS, DABT(2, 0, 0, 0), setup_gicd, run_handle, check_resume },
	{ "exit.handle.map", "handle", NR_OPS, DABT(2, 0, 0, 0), setup_ram, run_handle, check_map },
	{ "exit.handle.irq", "handle", NR_OPS, 0, setup_irq, run_handle, NULL },
	TRAP("mrs.id", SYSREG(ID_AA64MMFR0_EL1, 3, 1)),
	TRAP("mrs.cntp", SYSREG(CNTP_CTL_EL0, 3, 1)),
	TRAP("mrs.oslsr", SYSREG(OSLSR_EL1, 3, 1)),
	TRAP("wfi", ESR(HV_EC_WFX, 0)),
	{ "exit.handle.psci.version", "handle", NR_OPS, 1, setup_psci, run_version_handle, check_version },
	{ "exit.loop.hvc", "loop", NR_OPS, ESR(HV_EC_HVC64, 0), setup_trap, run_loop, NULL },
	PSCI("version", 1, run_version, check_version),
	PSCI("version", 512, run_version, check_version),
	PSCI("features", 1, run_features, NULL),
	PSCI("unknown", 1, run_unknown, check_unknown),
	PSCI("affinity", 1, run_affinity, check_affinity),
	PSCI("affinity", 64, run_affinity, check_affinity),
	PSCI("affinity.512", 512, run_affinity, check_affinity),
	{ "exit.psci.cpu_on", "vcpus512", 511, 512, setup_psci, run_cpu_on, check_cpu_on },
	{ "exit.psci.cpu_on", "vcpus4", 3, 4, setup_psci, run_cpu_on, check_cpu_on },
	PSCI("cpu_on.already", 1, run_cpu_on_again, NULL),
	{ "exit.psci.system_off", "vcpus1", 1, 1, setup_psci, run_system_off, check_system_off },
	{ "exit.psci.system_off", "vcpus512", 1, 512, setup_psci, run_system_off, check_system_off },
};

const uint32_t nr_benches = HV_ARRAY_SIZE(benches);
