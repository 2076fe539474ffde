/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vectors_psci.c - readers of the PSCI families: identifiers, return codes, and measured calls judged by the standard. */
#include "hv_vectors.h"

#include <hv/vm.h>
#include <hv_host.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM_BASE HV_U64(0x40000000)
#define ENTRY    HV_U64(0x40081140)
#define NR_CPUS  4

struct machine {
	struct hv_host *host;
	struct hv_s2 s2;
	struct hv_vm vm;
	void *mem;
};

static void give_up(const char *what)
{
	fprintf(stderr, "hv-vectors: %s\n", what);
	exit(2);
}

static void machine_start(struct machine *m)
{
	struct hv_s2_feat feat = { .id_aa64mmfr0 = 4 };
	struct hv_s2_config s2 = { .config_bytes = sizeof(s2), .granule = HV_S2_4K, .ipa_bits = 40 };
	struct hv_vm_config config = { .config_bytes = sizeof(config),
				       .nr_vcpus = NR_CPUS,
				       .gicd = { 0x08000000 },
				       .gicr = { 0x080a0000 },
				       .ram = { { { RAM_BASE }, HV_MIB(128) } },
				       .nr_ram = 1 };
	struct hv_s2_geo geo;
	size_t size = 0, align = 1;

	m->host = hv_host_create();
	if (hv_s2_geometry(&geo, &s2, &feat, NULL) != HV_OK ||
	    hv_s2_init(&m->s2, &geo, m->host, hv_host_alloc(m->host, geo.root_bytes, geo.root_align), 1) != HV_OK ||
	    hv_vm_layout(&config, &size, &align) != HV_OK)
		give_up("no machine");
	m->mem = aligned_alloc(align, hv_align_up(size, align));
	if (hv_vm_init(&m->vm, &config, m->host, &m->s2, m->mem, size) != HV_OK)
		give_up("no machine");
	m->vm.vcpu[0].psci.state = HV_PSCI_ON;
}

static void machine_end(struct machine *m)
{
	hv_host_destroy(m->host);
	free(m->mem);
}

static uint64_t call(struct machine *m, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = 0x5a000000, .spsr = 0x3c5 };
	struct hv_exit exit = hv_exit_decode(&raw, 0);
	struct hv_vcpu *vcpu = &m->vm.vcpu[0];
	struct hv_next next;

	vcpu->regs.x[0] = x0;
	vcpu->regs.x[1] = x1;
	vcpu->regs.x[2] = x2;
	vcpu->regs.x[3] = x3;
	hv_vcpu_handle(vcpu, &exit, 0, &next);
	return vcpu->regs.x[0];
}

/* ---- identifiers --------------------------------------------------------------------------------------------------- */

/* FEATURES and the call agree; with an argument only FEATURES itself likes, no other call does anything. */
static bool consistent(uint64_t fid, bool *supported)
{
	struct machine m;
	uint64_t features, answer;

	machine_start(&m);
	features = call(&m, 0x8400000a, fid, 0, 0);
	answer = call(&m, fid, 0x84000000, 9, 0);
	machine_end(&m);
	*supported = features == 0;
	return *supported == (answer != (uint64_t)-1);
}

void vec_psci_functions(const struct csv *csv, struct tally *tally)
{
	static const char *const widths[] = { "smc32", "smc64" };

	for (size_t row = 0; row < csv->nr_rows; row++)
		for (size_t w = 0; w < 2; w++) {
			const char *name = csv_get(csv, row, "name");
			uint64_t fid = csv_u64(csv, row, widths[w]);
			bool mandatory = strncmp(csv_get(csv, row, "mandatory_1.x"), "yes", 3) == 0, supported;

			if (fid == 0)
				continue;
			if (!consistent(fid, &supported))
				vec_fail(tally, name, "FEATURES and the call disagree");
			else if (mandatory && !supported)
				vec_fail(tally, name, "mandatory and not there");
			else
				vec_pass(tally);
		}
}

void vec_psci_return_codes(const struct csv *csv, struct tally *tally)
{
	static const struct {
		const char *name;
		int64_t value;
	} codes[] = { { "SUCCESS", HV_PSCI_SUCCESS },
		      { "NOT_SUPPORTED", HV_PSCI_NOT_SUPPORTED },
		      { "INVALID_PARAMETERS", HV_PSCI_INVALID_PARAMETERS },
		      { "DENIED", HV_PSCI_DENIED },
		      { "ALREADY_ON", HV_PSCI_ALREADY_ON },
		      { "ON_PENDING", HV_PSCI_RET_ON_PENDING },
		      { "INTERNAL_FAILURE", HV_PSCI_INTERNAL_FAILURE },
		      { "NOT_PRESENT", HV_PSCI_NOT_PRESENT },
		      { "DISABLED", HV_PSCI_DISABLED },
		      { "INVALID_ADDRESS", HV_PSCI_INVALID_ADDRESS } };

	for (size_t row = 0; row < csv->nr_rows; row++) {
		const char *name = csv_get(csv, row, "name");
		size_t i = 0;

		while (i < sizeof(codes) / sizeof(codes[0]) && strcmp(codes[i].name, name) != 0)
			i++;
		if (i == sizeof(codes) / sizeof(codes[0]))
			vec_fail(tally, name, "not a return code of the library");
		else
			(void)vec_expect(tally, name, "value", (uint64_t)csv_i64(csv, row, "value"),
					 (uint64_t)codes[i].value);
	}
}

/* ---- measured calls ------------------------------------------------------------------------------------------------ */

/* The power state the call's description says its target has: a row stands for itself, whatever rows are left out. */
static void set_target(struct machine *m, const char *what, uint64_t mpidr)
{
	bool on = strstr(what, "self") || strstr(what, "(on)") || strstr(what, "again");
	int32_t index = hv_vm_vcpu_by_mpidr(&m->vm, mpidr & HV_U64(0xff00ffffff));

	if (index > 0)
		m->vm.vcpu[index].psci.state = on ? HV_PSCI_ON : HV_PSCI_OFF;
}

/*
 * Where the measured firmware does something else than the standard: it accepts affinity level 4, reports a bad entry point
 * as a bad parameter, and has no SMCCC 1.1, about which PSCI_FEATURES tells.
 */
static uint64_t by_the_standard(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t measured)
{
	switch (fid) {
	case 0x84000004:
	case 0xc4000004:
		return x2 > 3 ? (uint64_t)-2 : measured;
	case 0x84000003:
	case 0xc4000003:
		return x2 & 3 ? (uint64_t)-9 : measured;
	case 0x8400000a:
		return x1 == 0x80000000 ? 0 : measured;
	case 0x80000000:
		return 0x10001;
	case 0x80000001:
		return x1 == 0x80000000 || x1 == 0x80000001 ? 0 : measured;
	default:
		return measured;
	}
}

void vec_psci_measured(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		const char *what = csv_get(csv, row, "call");
		uint64_t fid = csv_u64(csv, row, "x0_in"), x1 = csv_u64(csv, row, "x1_in");
		uint64_t x2 = csv_u64(csv, row, "x2_in"), x3 = csv_u64(csv, row, "x3_in"), answer;
		bool cpu_on = (fid | 0x40000000) == 0xc4000003;
		struct machine m;

		/* The file has a place-holder where the entry point of the measuring program was. */
		if (cpu_on && x2 == (uint64_t)-2)
			x2 = ENTRY;
		machine_start(&m);
		set_target(&m, what, x1);
		answer = call(&m, fid, x1, x2, x3);
		if (vec_expect(tally, what, "x0", by_the_standard(fid, x1, x2, csv_u64(csv, row, "x0_out")), answer) &&
		    (m.vm.vcpu[0].regs.x[1] != x1 || m.vm.vcpu[0].regs.x[2] != x2 || m.vm.vcpu[0].regs.x[3] != x3))
			vec_fail(tally, what, "x1..x3 changed");
		machine_end(&m);
	}
}
