/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* insn_priv.h - what the files of the instruction decoder share. */
#ifndef HV_INSN_PRIV_H
#define HV_INSN_PRIV_H

#include <hv/insn.h>

/** Bits @msb..@lsb of @word, the second one as a signed number. */
HV_INLINE uint32_t hv_insn_field_(uint32_t word, uint32_t msb, uint32_t lsb)
{
	return (word >> lsb) & ((2u << (msb - lsb)) - 1);
}

HV_INLINE int32_t hv_insn_signed_field_(uint32_t word, uint32_t msb, uint32_t lsb)
{
	return (int32_t)(word << (31 - msb)) >> (31 - msb + lsb);
}

HV_INLINE bool hv_insn_bit_(uint32_t word, uint32_t n)
{
	return word >> n & 1;
}

/* insn.c */

void hv_insn_set_direction_(struct hv_insn *out, bool load);

/** @nr elements of 1 << @scale bytes. */
void hv_insn_set_size_(struct hv_insn *out, uint32_t scale, uint32_t nr);

/** No instruction, no register. */
void hv_insn_blank_(struct hv_insn *out);

/* insn_data.c */

/** Make the image all zero. */
void hv_insn_clear_(struct hv_insn_image *image);

/** Element @i of the image from lane[0], a 16-byte one from lane[0] (low half) and lane[1]. */
void hv_insn_put_element_(const struct hv_insn *insn, uint32_t i, const uint64_t *lane, bool big_endian,
			  struct hv_insn_image *image);

/** The way back: OR element @i of the image into @lane, which the caller cleared. */
void hv_insn_get_element_(const struct hv_insn *insn, uint32_t i, uint64_t *lane, bool big_endian,
			  const struct hv_insn_image *image);

#endif /* HV_INSN_PRIV_H */
