/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vectors_s2.c - readers of the stage-2 families: measured walks, and the table of legal start levels. */
#include "hv_vectors.h"

#include <hv/s2.h>
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

/* ---- start levels --------------------------------------------------------------------------------------- */

static uint64_t pa_range_field(uint64_t pa_bits)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48, 52 };
	uint64_t i;

	for (i = 0; i < sizeof(bits) - 1 && bits[i] != pa_bits; i++)
		continue;
	return i;
}

/* ID registers of the CPU of a row: every granule present, with LPA2 and TTST as the row says. */
static void read_feat(const struct csv *csv, size_t row, struct hv_s2_feat *feat)
{
	uint64_t lpa2 = csv_u64(csv, row, "feat_lpa2") != 0;

	memset(feat, 0, sizeof(*feat));
	feat->id_aa64mmfr0 = pa_range_field(csv_u64(csv, row, "pa_bits")) | HV_PREP(2 + lpa2, 43, 40) |
			     HV_PREP(2, 39, 36) | HV_PREP(2 + lpa2, 35, 32);
	feat->id_aa64mmfr2 = HV_PREP(csv_u64(csv, row, "feat_ttst"), 31, 28);
}

static enum hv_s2_granule read_granule(const struct csv *csv, size_t row)
{
	switch (csv_get(csv, row, "granule")[0]) {
	case '4':
		return HV_S2_4K;
	case '1':
		return HV_S2_16K;
	default:
		return HV_S2_64K;
	}
}

#define VTCR_GEOMETRY (HV_MASK(33, 32) | HV_MASK(15, 14) | HV_MASK(7, 0))

static uint64_t expected_vtcr(const struct csv *csv, size_t row)
{
	static const uint64_t tg0[] = { [HV_S2_4K] = 0, [HV_S2_16K] = 2, [HV_S2_64K] = 1 };

	return csv_u64(csv, row, "vtcr_t0sz") | csv_u64(csv, row, "vtcr_sl0") << 6 | tg0[read_granule(csv, row)] << 14 |
	       csv_u64(csv, row, "vtcr_ds") << 32 | csv_u64(csv, row, "vtcr_sl2") << 33;
}

/* Each row names one legal start level; hv_s2_geometry() is asked for it and must agree in all it derives. */
void vec_start_level(const struct csv *csv, struct tally *tally)
{
	size_t row;

	for (row = 0; row < csv->nr_rows; row++) {
		struct hv_s2_config config = { .config_bytes = sizeof(config), .flags = HV_S2_START_LEVEL };
		enum hv_s2_why why;
		struct hv_s2_feat feat;
		struct hv_s2_geo geo;
		char id[32];

		(void)snprintf(id, sizeof(id), "(line %zu)", row + 2);
		read_feat(csv, row, &feat);
		config.granule = read_granule(csv, row);
		config.ipa_bits = (uint32_t)csv_u64(csv, row, "ipa_bits");
		config.start_level = (int32_t)csv_i64(csv, row, "start_level");
		if (csv_u64(csv, row, "vtcr_ds") == 0)
			config.flags |= HV_S2_NO_LPA2;
		if (hv_s2_geometry(&geo, &config, &feat, &why) != HV_OK)
			vec_fail(tally, id, "refused: %s", hv_s2_why_text(why));
		else if ((geo.vtcr & VTCR_GEOMETRY) != expected_vtcr(csv, row))
			vec_fail(tally, id, "vtcr: expected 0x%llx, actual 0x%llx",
				 (unsigned long long)expected_vtcr(csv, row),
				 (unsigned long long)(geo.vtcr & VTCR_GEOMETRY));
		else if (geo.root_bytes != csv_u64(csv, row, "root_bytes") ||
			 geo.root_align != csv_u64(csv, row, "root_align_bytes") ||
			 geo.concat != csv_u64(csv, row, "concatenated_tables"))
			vec_fail(tally, id, "root: actual %llu bytes aligned to %llu, %u tables",
				 (unsigned long long)geo.root_bytes, (unsigned long long)geo.root_align, geo.concat);
		else
			vec_pass(tally);
	}
}
