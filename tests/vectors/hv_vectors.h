/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_vectors.h - what a reader of one family of data files sees.
 *
 * A reader replays every row of one file against the library and says of each: passed, failed, or skipped (what the row asks
 * for is not in this build; say why in a comment). Readers live in vectors_<family>.c and are listed in hv_vectors.c.
 */
#ifndef HV_VECTORS_H
#define HV_VECTORS_H

#include "csv.h"

struct tally {
	const char *file;
	unsigned long passed, failed, skipped;
};

void vec_pass(struct tally *tally);
void vec_skip(struct tally *tally);

/** vec_fail - the row called @id failed; @format says what was expected and what came. The first 20 are printed. */
void vec_fail(struct tally *tally, const char *id, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** vec_expect - pass when equal, else fail naming @what. Returns whether equal. */
bool vec_expect(struct tally *tally, const char *id, const char *what, uint64_t expected, uint64_t actual);

/* vectors_s2.c */
void vec_start_level(const struct csv *csv, struct tally *tally);
void vec_stage2_walk(const struct csv *csv, struct tally *tally);

/* vectors_insn.c */
void vec_a64_loadstore(const struct csv *csv, struct tally *tally);

/* vectors_gic.c */
void vec_ich_sequences(const struct csv *csv, struct tally *tally);
void vec_gic_state_machine(const struct csv *csv, struct tally *tally);
void vec_gic_readback(const struct csv *csv, struct tally *tally);

/* vectors_exit.c */
void vec_esr_decode(const struct csv *csv, struct tally *tally);
void vec_scenarios_a64(const struct csv *csv, struct tally *tally);
void vec_scenarios_a32(const struct csv *csv, struct tally *tally);
void vec_ec_table(const struct csv *csv, struct tally *tally);
void vec_fault_status(const struct csv *csv, struct tally *tally);

/* vectors_sysreg.c */
void vec_sysreg_encodings(const struct csv *csv, struct tally *tally);
void vec_sys_ops(const struct csv *csv, struct tally *tally);
void vec_traps_measured(const struct csv *csv, struct tally *tally);

/* vectors_psci.c */
void vec_psci_functions(const struct csv *csv, struct tally *tally);
void vec_psci_return_codes(const struct csv *csv, struct tally *tally);
void vec_psci_measured(const struct csv *csv, struct tally *tally);

#endif /* HV_VECTORS_H */
