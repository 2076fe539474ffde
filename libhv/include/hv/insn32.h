/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/insn32.h - what an A32 or T32 load or store does: hv/insn.h for guest applications in AArch32.
 *
 * Guests are AArch64 at EL1, so AArch32 is User mode only, and its R0..R14 are X0..X14: no register is banked. Registers in
 * struct hv_insn are those numbers; rn 13 is the stack pointer like any other, 31 means "none". The completion goes as in
 * hv/insn.h, with the four functions below in place of theirs, hv_insn_access() on .insn, and PC + .bytes at the end.
 *
 * The encodings are those of Armv8-A. Pure functions, no state, no locks, total over all words.
 */
#ifndef HV_INSN32_H
#define HV_INSN32_H

#include <hv/insn.h>

/** How rm is shifted; the values of the type field. */
enum hv_insn32_shift { HV_INSN32_LSL, HV_INSN32_LSR, HV_INSN32_ASR, HV_INSN32_ROR };

struct hv_insn32 {
	struct hv_insn insn; /* ext and the fields of STRUCT are not used; imm is negative where U is 0 */
	enum hv_insn32_shift shift_type;
	uint8_t shift; /* of rm, 0..32 */
	bool subtract; /* rm is subtracted */
	bool thumb;    /* T32 */
	uint8_t bytes; /* of the instruction: 2 or 4 */
	uint16_t list; /* MULTI: bit n is Rn, the lowest register at the lowest address */
	int16_t step;  /* MULTI: what write-back adds to the base */
};

HV_BEGIN_DECLS

/**
 * hv_insn32_decode - decode an A32 or T32 instruction.
 * @word: 32 bits as a little-endian load from the PC gives them; a T32 instruction has its first halfword in bits 15:0
 * @thumb: the guest is in T32 state (SPSR.T)
 * @out: filled completely; insn.insn_class is HV_INSN_NONE with HV_EINVAL
 *
 * The condition (and the IT state) is not looked at: an instruction that does not execute does not abort.
 *
 * Return: HV_OK; HV_ENOTSUP: named but never to be completed (exclusive, VFP and Advanced SIMD, whatever loads or stores the
 * PC); HV_EINVAL: no load or store, not allocated, or UNPREDICTABLE for its registers.
 */
enum hv_err hv_insn32_decode(uint32_t word, bool thumb, struct hv_insn32 *out) HV_MUST_CHECK;

/** hv_insn32_address - virtual address of the first byte, 32 bits. @x: x0..x14; @pc: address of the instruction */
uint64_t hv_insn32_address(const struct hv_insn32 *insn, const uint64_t *x, uint64_t pc);

/** hv_insn32_base_after - value of x[insn.rn] after write-back, 32 bits; only with insn.wb != HV_INSN_WB_NONE. */
uint64_t hv_insn32_base_after(const struct hv_insn32 *insn, const uint64_t *x);

/**
 * hv_insn32_gather, hv_insn32_scatter - hv_insn_gather() and hv_insn_scatter() that know register lists.
 * @big_endian: SPSR.E
 */
void hv_insn32_gather(const struct hv_insn32 *insn, const uint64_t *x, bool big_endian, struct hv_insn_image *image);
void hv_insn32_scatter(const struct hv_insn32 *insn, const struct hv_insn_image *image, bool big_endian, uint64_t *x);

HV_END_DECLS

#endif /* HV_INSN32_H */
