/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* insn_priv.h - what the data halves of the instruction decoder share. */
#ifndef HV_INSN_PRIV_H
#define HV_INSN_PRIV_H

#include <hv/insn.h>

/** Make the image all zero. */
void hv_insn_clear_(struct hv_insn_image *image);

/** Element @i of the image from lane[0], a 16-byte one from lane[0] (low half) and lane[1]. */
void hv_insn_put_element_(const struct hv_insn *insn, uint32_t i, const uint64_t *lane, bool big_endian,
			  struct hv_insn_image *image);

/** The way back: OR element @i of the image into @lane, which the caller cleared. */
void hv_insn_get_element_(const struct hv_insn *insn, uint32_t i, uint64_t *lane, bool big_endian,
			  const struct hv_insn_image *image);

#endif /* HV_INSN_PRIV_H */
