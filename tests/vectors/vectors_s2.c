// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
/* vectors_s2.c - readers of the stage-2 families: measured walks, and the table of legal start levels. */
#include "hv_vectors.h"

#include <hv_host_walk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FEAT_HAFDBS is no column: of the CPUs measured, the two Armv8.0 ones lack it. */
static bool cpu_has_hafdbs(const char *cpu)
{
	return strcmp(cpu, "cortex-a53") != 0 && strcmp(cpu, "cortex-a57") != 0;
}

static void read_cpu(const struct csv *csv, size_t row, struct hv_host_cpu *cpu)
{
	*cpu = (struct hv_host_cpu){
		.pa_bits = (uint8_t)csv_u64(csv, row, "pa_bits"),
		.lpa = csv_u64(csv, row, "feat_lpa") != 0,
		.lpa2 = csv_u64(csv, row, "feat_lpa2") != 0,
		.ttst = csv_u64(csv, row, "feat_ttst") != 0,
		.xnx = csv_u64(csv, row, "feat_xnx") != 0,
		.fwb = csv_u64(csv, row, "hcr_fwb") != 0,
		.hafdbs = cpu_has_hafdbs(csv_get(csv, row, "qemu_cpu")),
	};
}

/* "addr=value;addr=value": store them, or zero the addresses again. */
static void write_descriptors(struct hv_host *host, const char *text, bool set)
{
	while (*text != '\0') {
		char *end;
		uint64_t pa = strtoull(text, &end, 16);
		uint64_t value = *end == '=' ? strtoull(end + 1, &end, 16) : 0;

		hv_host_write64(host, hv_pa(pa), set ? value : 0);
		text = *end == ';' ? end + 1 : "";
	}
}

static uint32_t read_access(const struct csv *csv, size_t row)
{
	uint32_t el0 = csv_u64(csv, row, "el") == 0 ? HV_HOST_EL0 : 0;

	switch (csv_get(csv, row, "access")[0]) {
	case 'w':
		return el0 | HV_HOST_WRITE;
	case 'x':
		return el0 | HV_HOST_FETCH;
	default:
		return el0 | HV_HOST_READ;
	}
}

static void judge_walk(const struct csv *csv, size_t row, const struct hv_host_walk *walk, struct tally *tally)
{
	const char *id = csv_get(csv, row, "id");
	bool fault = strcmp(csv_get(csv, row, "expect(ok|fault)"), "fault") == 0;
	char expected[128], actual[128];

	if (fault)
		(void)snprintf(expected, sizeof(expected), "fault 0x%llx",
			       (unsigned long long)csv_u64(csv, row, "fsc"));
	else
		(void)snprintf(expected, sizeof(expected), "oa 0x%llx level %lld size %llu attr 0x%llx sh %llu",
			       (unsigned long long)csv_u64(csv, row, "oa"), (long long)csv_i64(csv, row, "leaf_level"),
			       (unsigned long long)csv_u64(csv, row, "leaf_size_log2"),
			       (unsigned long long)csv_u64(csv, row, "par_attr_with_s1_WB"),
			       (unsigned long long)csv_u64(csv, row, "par_sh"));
	if (walk->fault != HV_HOST_NO_FAULT)
		(void)snprintf(actual, sizeof(actual), "fault 0x%x", hv_host_walk_fsc(walk));
	else
		(void)snprintf(actual, sizeof(actual), "oa 0x%llx level %d size %u attr 0x%x sh %u",
			       (unsigned long long)walk->oa, walk->level, walk->size_shift, walk->attr, walk->sh);
	if (strcmp(expected, actual) == 0)
		vec_pass(tally);
	else
		vec_fail(tally, id, "line %zu: expected %s, actual %s", row + 2, expected, actual);
}

/* The walker of backends/host on the descriptors of each row; where QEMU and the architecture differ, the latter. */
void vec_stage2_walk(const struct csv *csv, struct tally *tally)
{
	struct hv_host *host = hv_host_create();
	size_t row;

	for (row = 0; row < csv->nr_rows; row++) {
		const char *descriptors = csv_get(csv, row, "descriptors(addr=value;...)");
		struct hv_host_walk walk;
		struct hv_host_cpu cpu;

		if (row % 1024 == 1023) { /* the rows are scattered over more memory than one machine holds */
			hv_host_destroy(host);
			host = hv_host_create();
		}
		read_cpu(csv, row, &cpu);
		write_descriptors(host, descriptors, true);
		hv_host_walk(host, &cpu, csv_u64(csv, row, "vtcr_el2"), csv_u64(csv, row, "vttbr_el2"),
			     csv_u64(csv, row, "ipa"), read_access(csv, row), &walk);
		write_descriptors(host, descriptors, false);
		judge_walk(csv, row, &walk, tally);
	}
	hv_host_destroy(host);
}
