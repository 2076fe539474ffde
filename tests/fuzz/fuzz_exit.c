/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * fuzz_exit.c - two vCPUs whose every exit, register and stage-1 table comes from the input: decode, handle, complete, prepare.
 *
 * Beside what the sanitizers see: an answer is within its enumeration, an access handed out is one a bus has and can be completed,
 * an address to map is RAM, and a vCPU that was told to stop stays stopped.
 */
#include <hv/vm.h>
#include <hv_host.h>

#include <stdlib.h>
#include <string.h>

#define RAM      HV_U64(0x40000000)
#define RAM_SIZE HV_U64(0x10000)
#define NR_CPUS  2u

#define MUST(cond)                                                                                                     \
	do {                                                                                                           \
		if (!(cond))                                                                                           \
			abort();                                                                                       \
	} while (0)

struct machine {
	struct hv_host *host;
	struct hv_s2 s2;
	struct hv_vm vm;
	uint64_t v[64];
	uint64_t now;
};

static struct machine m;
static _Alignas(64) unsigned char memory[65536];

struct input {
	const uint8_t *at;
	size_t left;
};

static uint64_t take(struct input *in, size_t bytes)
{
	uint64_t value = 0;

	if (bytes > in->left)
		bytes = in->left;
	memcpy(&value, in->at, bytes);
	in->at += bytes;
	in->left -= bytes;
	return value;
}

static void map_ram(void)
{
	struct hv_s2_gather gather;
	struct hv_pool pool;

	hv_host_fill_pool(m.host, &pool, 4096, 8);
	hv_s2_gather_init(&gather, &m.s2, &pool);
	MUST(hv_s2_map(&m.s2, hv_ipa(RAM), hv_host_alloc(m.host, RAM_SIZE, 4096), RAM_SIZE / 2, HV_S2_RWX, &gather) ==
	     HV_OK);
	hv_s2_settle(&m.s2, &gather);
}

static void start(void)
{
	struct hv_s2_feat feat = { .id_aa64mmfr0 = 4 };
	struct hv_s2_config s2 = { .config_bytes = sizeof(s2), .granule = HV_S2_4K, .ipa_bits = 40 };
	struct hv_vm_config config = { .config_bytes = sizeof(config),
				       .nr_vcpus = NR_CPUS,
				       .nr_spis = 32,
				       .gicd = { 0x08000000 },
				       .gicr = { 0x080a0000 },
				       .ram = { { { RAM }, RAM_SIZE } },
				       .nr_ram = 1,
				       .psci_version = HV_PSCI_VERSION_1_3,
				       .psci_optional = HV_PSCI_WITH_ALL };
	struct hv_s2_geo geo;
	size_t size, align;

	config.idregs.dczid = 4;
	m.host = hv_host_create();
	MUST(hv_s2_geometry(&geo, &s2, &feat, NULL) == HV_OK);
	MUST(hv_s2_init(&m.s2, &geo, m.host, hv_host_alloc(m.host, geo.root_bytes, geo.root_align), 1) == HV_OK);
	MUST(hv_vm_layout(&config, &size, &align) == HV_OK && size <= sizeof(memory) && align <= 64);
	MUST(hv_vm_init(&m.vm, &config, m.host, &m.s2, memory, sizeof(memory)) == HV_OK);
	map_ram();
	m.now = 1000;
	for (uint32_t i = 0; i < NR_CPUS; i++) {
		hv_vcpu_load(&m.vm.vcpu[i], i, 4);
		m.vm.vcpu[i].v = m.v;
		m.vm.vcpu[i].psci.state = HV_PSCI_ON;
	}
}

static void device(struct hv_vcpu *vcpu, struct hv_mmio *mmio, struct input *in)
{
	uint32_t pieces = 0;
	enum hv_err err;

	do {
		MUST(mmio->size_bytes == 1 || mmio->size_bytes == 2 || mmio->size_bytes == 4 || mmio->size_bytes == 8);
		MUST(mmio->size_bytes == 8 || mmio->data >> (8 * mmio->size_bytes) == 0);
		mmio->data = take(in, 8);
		err = hv_mmio_complete(vcpu, mmio);
		MUST(err == HV_OK || err == HV_EAGAIN);
		MUST(++pieces <= 256);
	} while (err == HV_EAGAIN);
	MUST(hv_mmio_complete(vcpu, mmio) == HV_EINVAL);
}

static void one_exit(struct hv_vcpu *vcpu, struct input *in)
{
	struct hv_exit_raw raw;
	struct hv_vcpu_set kick;
	struct hv_next next;
	uint64_t cursor = 0;

	raw.vector = (enum hv_vector)(take(in, 1) & 3);
	raw.valid = (uint32_t)take(in, 1) & (HV_RAW_HPFAR | HV_RAW_PAR);
	raw.esr = take(in, 5);
	raw.far = take(in, 8);
	raw.hpfar = take(in, 5);
	raw.par = take(in, 7);
	raw.elr = vcpu->regs.pc;
	raw.spsr = vcpu->regs.pstate;
	hv_vcpu_set_clear(&kick);
	hv_vcpu_finish(vcpu, &kick);
	const struct hv_exit exit = hv_exit_decode(&raw, (uint32_t)take(in, 1) & HV_ERRATUM_834220);

	hv_vcpu_handle(vcpu, &exit, m.now, &next);
	MUST(next.kind <= HV_NEXT_FAULT);
	if (next.kind == HV_NEXT_MMIO && (raw.far & 7))
		device(vcpu, &next.mmio, in);
	else if (next.kind == HV_NEXT_MMIO)
		hv_vcpu_inject_abort(vcpu, &exit);
	if (next.kind == HV_NEXT_MAP || next.kind == HV_NEXT_FETCH)
		MUST(next.ipa.v - RAM < RAM_SIZE);
	if (next.flush)
		MUST(hv_vm_flush(&m.vm, &cursor, 1000) == HV_OK);
	MUST(next.deactivate.nr <= HV_VGIC_DEACTIVATE_MAX);
	hv_vm_request(&m.vm, HV_REQ_EVENT, &next.kick);
}

static void enter(struct hv_vcpu *vcpu)
{
	uint64_t deadline;
	bool was_parked = vcpu->parked;
	enum hv_entry entry = hv_vcpu_prepare(vcpu, m.now, &deadline);

	MUST(entry <= HV_ENTRY_STOPPED);
	MUST(!was_parked || entry == HV_ENTRY_STOPPED);
	MUST(entry != HV_ENTRY_GO || hv_vcpu_deadline(vcpu, m.now) >= m.now);
}

static void change(struct hv_vcpu *vcpu, struct input *in)
{
	uint64_t which = take(in, 1), value = take(in, 8);

	switch (which & 7) {
	case 0:
		vcpu->regs.x[which >> 3 & 15] = value;
		break;
	case 1:
		vcpu->regs.pc = value;
		break;
	case 2:
		vcpu->regs.pstate = value;
		break;
	case 3:
		vcpu->el1.reg[(which >> 3) % HV_EL1_NR] = value;
		break;
	case 4:
		(void)!hv_vm_write(&m.vm, hv_ipa(RAM + (value & 0xfff8)), &value, sizeof(value));
		break;
	case 5:
		vcpu->regs.pc = RAM + (value & 0x7ffc);
		break;
	case 6:
		vcpu->vtimer.cval = value;
		vcpu->vtimer.ctl = which >> 3 & 3;
		break;
	default:
		m.now += value & 0xffff;
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	start();
	while (in.left > 0) {
		uint64_t op = take(&in, 1);
		struct hv_vcpu *vcpu = &m.vm.vcpu[op & 1];

		if (op & 2)
			change(vcpu, &in);
		else if (op & 4)
			enter(vcpu);
		else
			one_exit(vcpu, &in);
	}
	hv_host_destroy(m.host);
	return 0;
}
