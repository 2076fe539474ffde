/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vectors_sysreg.c - readers of register and operation encodings, and of the measured trap map. */
#include "hv_vectors.h"

#include <hv/exit.h>
#include <hv/sysreg.h>

#include <stdlib.h>
#include <string.h>

static uint32_t key_of(const struct csv *csv, size_t row)
{
	return HV_SYSREG(csv_u64(csv, row, "op0"), csv_u64(csv, row, "op1"), csv_u64(csv, row, "crn"),
			 csv_u64(csv, row, "crm"), csv_u64(csv, row, "op2"));
}

static struct hv_exit trap(uint64_t esr)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = esr, .spsr = 0x3c5 };

	return hv_exit_decode(&raw, 0);
}

/* The key of the trap's ISS, both directions and every Rt, is the register's; and so are bits 20:5 of its instruction. */
static bool encoding_fits(uint32_t key, uint64_t iss, uint64_t word)
{
	if (HV_FIELD(word, 20, 5) != key || hv_sysreg_of_iss(iss) != key)
		return false;
	for (uint32_t rt = 0; rt < 32; rt++)
		for (uint32_t read = 0; read < 2; read++) {
			struct hv_exit exit = trap(hv_esr_make(HV_EC_SYSREG, true, (uint32_t)iss | rt << 5 | read));

			if (exit.kind != HV_EXIT_SYSREG || exit.sysreg != key || exit.srt != rt ||
			    !!(exit.flags & HV_EXIT_FLAG_READ) != read)
				return false;
		}
	return true;
}

static void judge(const struct csv *csv, const char *iss, const char *word, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		uint64_t key_iss = csv_u64(csv, row, iss) & ~HV_U64(0x3e0);

		if (encoding_fits(key_of(csv, row), key_iss, csv_u64(csv, row, word)))
			vec_pass(tally);
		else
			vec_fail(tally, csv_get(csv, row, "name"), "key, Rt or direction");
	}
}

void vec_sysreg_encodings(const struct csv *csv, struct tally *tally)
{
	judge(csv, "iss_key_ec18_rt0_write", "msr_word_rt0", tally);
}

void vec_sys_ops(const struct csv *csv, struct tally *tally)
{
	judge(csv, "iss_key_ec18_rt_cleared_write", "word_xt0_or_xzr", tally);
}

/* "op0,op1,CRn,CRm,op2" */
static uint32_t key_of_list(const char *text)
{
	uint32_t part[5] = { 0 };

	for (uint32_t i = 0; i < 5; i++) {
		char *end;

		part[i] = (uint32_t)strtoul(text, &end, 10);
		text = *end == ',' ? end + 1 : end;
	}
	return HV_SYSREG(part[0], part[1], part[2], part[3], part[4]);
}

/* Every syndrome a register's trap showed names that register, in the direction of the access. */
void vec_traps_measured(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		const char *id = csv_get(csv, row, "register_or_op"), *enc = csv_get(csv, row, "enc");
		const char *at = csv_get(csv, row, "esr_el2_observed(rt=x0)");
		bool read = csv_get(csv, row, "direction(R/W/X)")[0] == 'R', good = true;
		unsigned int nr = 0;

		while (*at != '\0') {
			char *end;
			struct hv_exit exit = trap(strtoull(at, &end, 0));

			if (end == at)
				break;
			at = end;
			if (exit.kind != HV_EXIT_SYSREG)
				continue;
			nr++;
			good = good && exit.sysreg == key_of_list(enc) && !!(exit.flags & HV_EXIT_FLAG_READ) == read;
		}
		if (nr == 0)
			vec_skip(tally); /* it showed as another class, or did not trap */
		else if (good)
			vec_pass(tally);
		else
			vec_fail(tally, id, "register or direction");
	}
}
