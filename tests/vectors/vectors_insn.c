/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vectors_insn.c - reader of the A64 load/store words: fields, validity, ISV, and the address QEMU reported for each. */
#include "hv_vectors.h"

#include <hv/insn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The registers each word was run with: xN = 4 GiB + N * 64 KiB, SP as if N were 31, PC at the start of the second GiB. */
static uint64_t reg_of_run(unsigned n)
{
	return 0x100000000u + n * 0x10000u;
}

#define PC_OF_RUN 0x48000000u

static uint64_t address_of_run(const struct hv_insn *insn)
{
	uint64_t x[31];
	unsigned i;

	for (i = 0; i < 31; i++)
		x[i] = reg_of_run(i);
	return hv_insn_address(insn, x, reg_of_run(31), PC_OF_RUN);
}

/* Our name of the class column: the SIMD&FP classes have one of their own there, and two are called differently. */
static const char *class_of(const char *name, bool *simd)
{
	*simd = strncmp(name, "simd", 4) == 0;
	if (*simd)
		name += name[4] == '_' ? 5 : 4;
	if (strcmp(name, "lit") == 0)
		return "literal";
	if (strcmp(name, "ord") == 0)
		return "ordered";
	return strcmp(name, "unscaled_rcpc") == 0 ? "rcpc" : name;
}

static int ext_of(const char *name)
{
	static const char names[8][5] = { "uxtb", "uxth", "uxtw", "lsl", "sxtb", "sxth", "sxtw", "sxtx" };
	int i;

	for (i = 0; i < 8 && strcmp(name, names[i]) != 0; i++)
		continue;
	return i;
}

static int wb_of(const char *name)
{
	if (strcmp(name, "pre") == 0)
		return HV_INSN_WB_PRE;
	return strcmp(name, "post") == 0 ? HV_INSN_WB_POST : HV_INSN_WB_NONE;
}

struct row {
	const struct csv *csv;
	size_t row;
	char why[160]; /* what differs, "" as long as nothing does */
};

/* An empty cell says nothing about the field. */
static bool given(const struct row *row, const char *column)
{
	return csv_get(row->csv, row->row, column)[0] != '\0';
}

static void differ(struct row *row, const char *column, int64_t expected, int64_t actual)
{
	if (expected != actual && row->why[0] == '\0')
		(void)snprintf(row->why, sizeof(row->why), "%s: expected %lld, actual %lld", column,
			       (long long)expected, (long long)actual);
}

static void check(struct row *row, const char *column, int64_t actual)
{
	if (given(row, column))
		differ(row, column, csv_i64(row->csv, row->row, column), actual);
}

/* "text only": the cells come from the disassembly, which the columns were not made for; class is right for "tag" alone. */
static bool class_is_known(const struct row *row)
{
	return strcmp(csv_get(row->csv, row->row, "bitdecoder"), "agrees") == 0 ||
	       strcmp(csv_get(row->csv, row->row, "class"), "tag") == 0;
}

static void check_class(struct row *row, const struct hv_insn *insn)
{
	bool simd;
	const char *expected = class_of(csv_get(row->csv, row->row, "class"), &simd);
	const char *actual = hv_insn_class_name(insn->insn_class);

	if (class_is_known(row) && strcmp(expected, actual) != 0)
		(void)snprintf(row->why, sizeof(row->why), "class: expected %s, actual %s", expected, actual);
}

static void check_fields(struct row *row, const struct hv_insn *insn)
{
	check_class(row, insn);
	check(row, "load", insn->load);
	check(row, "store", insn->store);
	check(row, "bytes", insn->bytes);
	check(row, "signed", insn->sign);
	check(row, "width", insn->width);
	check(row, "simd", insn->simd);
	check(row, "rt", insn->rt);
	check(row, "rt2", insn->rt2);
	check(row, "rs", insn->rs);
	check(row, "rn", insn->rn);
	check(row, "rm", insn->rm);
	if (given(row, "ext"))
		differ(row, "ext", ext_of(csv_get(row->csv, row->row, "ext")), (int)insn->ext);
	check(row, "shift", insn->shift);
	check(row, "imm", insn->imm);
	if (given(row, "wb"))
		differ(row, "wb", wb_of(csv_get(row->csv, row->row, "wb")), (int)insn->wb);
	check(row, "excl", insn->excl);
	check(row, "acq", insn->acq);
	check(row, "rel", insn->rel);
	check(row, "pair", insn->pair);
}

/* "?" where the architecture leaves ISV to the implementation. */
static void check_run(struct row *row, const struct hv_insn *insn)
{
	if (strcmp(csv_get(row->csv, row->row, "isv_arch"), "?") != 0)
		check(row, "isv_arch", hv_insn_isv(insn));
	if (given(row, "qemu_far_el2"))
		differ(row, "qemu_far_el2", csv_i64(row->csv, row->row, "qemu_far_el2"), (int64_t)address_of_run(insn));
}

/*
 * Where only one disassembler accepts a word, the architecture sides with LLVM: should-be-one fields and LDPSW of its own
 * base are CONSTRAINED UNPREDICTABLE and not unallocated, RCW is newer than the other disassembler, and what LLVM does not
 * take (ST64BV from an odd register) is UNDEFINED.
 */
static bool is_allocated(const struct row *row)
{
	return csv_u64(row->csv, row->row, "valid") != 0 &&
	       strcmp(csv_get(row->csv, row->row, "decoders"), "binutils only") != 0;
}

void vec_a64_loadstore(const struct csv *csv, struct tally *tally)
{
	struct row row = { .csv = csv };

	for (row.row = 0; row.row < csv->nr_rows; row.row++) {
		uint32_t word = (uint32_t)csv_u64(csv, row.row, "word");
		struct hv_insn insn;
		enum hv_err err = hv_insn_decode(word, &insn);

		row.why[0] = '\0';
		differ(&row, "allocated", is_allocated(&row), err != HV_EINVAL);
		if (row.why[0] == '\0' && err != HV_EINVAL) {
			check_fields(&row, &insn);
			check_run(&row, &insn);
		}
		if (row.why[0] == '\0')
			vec_pass(tally);
		else
			vec_fail(tally, csv_get(csv, row.row, "word"), "%s: %s", csv_get(csv, row.row, "text"),
				 row.why);
	}
}
