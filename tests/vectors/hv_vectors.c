/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv-vectors DIR - replay every data file below DIR that has a reader here. Prints
 *	FILE: N passed, M failed, K skipped
 * for each and lists the others as not known. Exit 0: nothing failed; 1: something failed; 2: usage, or nothing to replay.
 */
#define _XOPEN_SOURCE 700
#include "hv_vectors.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PRINTED 20

struct reader {
	const char *file; /* below DIR */
	void (*replay)(const struct csv *csv, struct tally *tally);
};

static const struct reader readers[] = {
	{ "stage2/start_level_table.csv", vec_start_level },
	{ "insn/a64_loadstore.csv", vec_a64_loadstore },
	{ "vectors/stage2_walk.csv", vec_stage2_walk },
	{ "vectors/ich_list_register_sequences.csv", vec_ich_sequences },
	{ "vectors/gic_state_machine_sequences.csv", vec_gic_state_machine },
	{ "vectors/qemu_gicv3_register_readback.csv", vec_gic_readback },
	{ "esr/esr_el2_ec.csv", vec_ec_table },
	{ "esr/fault_status.csv", vec_fault_status },
	{ "vectors/esr_decode.csv", vec_esr_decode },
	{ "vectors/esr_scenarios_a64_qemu.csv", vec_scenarios_a64 },
	{ "vectors/esr_scenarios_a32_qemu.csv", vec_scenarios_a32 },
	{ "sysregs/sysreg_encodings.csv", vec_sysreg_encodings },
	{ "sysregs/sys_ops_encodings.csv", vec_sys_ops },
	{ "vectors/qemu_el1_traps_measured.csv", vec_traps_measured },
	{ "psci_smccc/psci_functions.csv", vec_psci_functions },
	{ "psci_smccc/psci_return_codes.csv", vec_psci_return_codes },
	{ "vectors/qemu_psci_measured.csv", vec_psci_measured },
};

#define NR_READERS (sizeof(readers) / sizeof(readers[0]))

/* nftw() has no argument for its callback. */
static struct {
	const char *dir;
	unsigned long replayed, failed, unknown;
} run;

void vec_pass(struct tally *tally)
{
	tally->passed++;
}

void vec_skip(struct tally *tally)
{
	tally->skipped++;
}

void vec_fail(struct tally *tally, const char *id, const char *format, ...)
{
	va_list args;

	if (++tally->failed > MAX_PRINTED)
		return;
	printf("%s: row %s: ", tally->file, id);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	printf("\n");
}

bool vec_expect(struct tally *tally, const char *id, const char *what, uint64_t expected, uint64_t actual)
{
	if (expected == actual) {
		vec_pass(tally);
		return true;
	}
	vec_fail(tally, id, "%s: expected 0x%llx, actual 0x%llx", what, (unsigned long long)expected,
		 (unsigned long long)actual);
	return false;
}

static void replay_file(const struct reader *reader, const char *path)
{
	struct tally tally = { .file = reader->file };
	const char *why;
	struct csv csv;

	if (csv_read(&csv, path, &why)) {
		reader->replay(&csv, &tally);
		csv_free(&csv);
	} else {
		vec_fail(&tally, "-", "the file %s", why);
	}
	printf("%s: %lu passed, %lu failed, %lu skipped\n", tally.file, tally.passed, tally.failed, tally.skipped);
	run.replayed++;
	run.failed += tally.failed;
}

static int list_unknown(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	const char *name = path + strlen(run.dir);
	size_t bytes = strlen(path), i;

	(void)status;
	(void)ftw;
	if (type != FTW_F || bytes < 4 || strcmp(path + bytes - 4, ".csv") != 0)
		return 0;
	while (*name == '/')
		name++;
	for (i = 0; i < NR_READERS; i++)
		if (strcmp(name, readers[i].file) == 0)
			return 0;
	printf("%s: not known\n", name);
	run.unknown++;
	return 0;
}

int main(int argc, char **argv)
{
	char path[4096];
	struct stat status;
	size_t i;

	if (argc != 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: %s DIR\nDIR holds data files as tests/vectors/data does.\n", argv[0]);
		return 2;
	}
	run.dir = argv[1];
	if (stat(run.dir, &status) != 0 || !S_ISDIR(status.st_mode)) {
		fprintf(stderr, "%s: not a folder\n", run.dir);
		return 2;
	}
	for (i = 0; i < NR_READERS; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", run.dir, readers[i].file);
		if (stat(path, &status) == 0)
			replay_file(&readers[i], path);
	}
	(void)nftw(run.dir, list_unknown, 16, FTW_PHYS);
	if (run.replayed == 0) {
		fprintf(stderr, "%s: no file that %s knows\n", run.dir, argv[0]);
		return 2;
	}
	return run.failed == 0 ? 0 : 1;
}
