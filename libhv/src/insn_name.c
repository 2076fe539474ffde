/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* insn_name.c - names of instruction classes for messages. Contract: hv/insn.h. */
#include <hv/insn.h>

#define NAME_BYTES 9u

/* One slot for each class, the last for HV_INSN_NONE; no table of pointers. */
static const char names[] = "unscaled\0post\0\0\0\0\0unpriv\0\0\0pre\0\0\0\0\0\0uimm\0\0\0\0\0"
			    "regoff\0\0\0literal\0\0pair\0\0\0\0\0ordered\0\0rcpc\0\0\0\0\0"
			    "struct\0\0\0prfm\0\0\0\0\0dc_zva\0\0\0cache\0\0\0\0multi\0\0\0\0"
			    "ldra\0\0\0\0\0excl\0\0\0\0\0exclp\0\0\0\0cas\0\0\0\0\0\0casp\0\0\0\0\0"
			    "ldop\0\0\0\0\0swp\0\0\0\0\0\0lse128\0\0\0rcw\0\0\0\0\0\0ls64\0\0\0\0\0"
			    "tag\0\0\0\0\0\0stgp\0\0\0\0\0mops\0\0\0\0\0gcs\0\0\0\0\0\0sve\0\0\0\0\0\0"
			    "vfp\0\0\0\0\0\0tbb\0\0\0\0\0\0none";

const char *hv_insn_class_name(enum hv_insn_class insn_class)
{
	uint32_t i = insn_class < HV_INSN_NONE ? (uint32_t)insn_class : (uint32_t)HV_INSN_NONE;

	return &names[(size_t)i * NAME_BYTES];
}
