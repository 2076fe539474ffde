/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A32 and T32 words with register files: a completion touches R0..R14 and its image only, addresses have 32 bits, and what a form
 * loads is what it would store (ESR-04, ESR-08).
 */
#include <hv/insn32.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint32_t word;
	uint32_t flags; /* bit 0 T32, bit 1 big-endian */
	uint64_t pc;
	uint64_t x[15];
	uint8_t memory[HV_INSN_MAX_BYTES];
};

#define CHECK(condition)                                                                                               \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			abort();                                                                                       \
	} while (0)

static void check_round_trip(struct hv_insn32 *insn, struct input *in)
{
	struct hv_insn_image image, back;
	bool big_endian = in->flags & 2;

	memcpy(image.byte, in->memory, sizeof(image.byte));
	insn->insn.load = true;
	insn->insn.store = false;
	hv_insn32_scatter(insn, &image, big_endian, in->x);
	insn->insn.load = false;
	insn->insn.store = true;
	hv_insn32_gather(insn, in->x, big_endian, &back);
	CHECK((insn->insn.pair && insn->insn.rt == insn->insn.rt2) ||
	      memcmp(back.byte, image.byte, hv_insn_bytes(&insn->insn)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { 0 };
	struct hv_insn32 insn;
	uint64_t address;
	uint32_t at, n;
	enum hv_err err;

	memcpy(&in, data, size < sizeof(in) ? size : sizeof(in));
	err = hv_insn32_decode(in.word, in.flags & 1, &insn);
	CHECK(err == HV_OK || err == HV_ENOTSUP || err == HV_EINVAL);
	CHECK((err == HV_EINVAL) == (insn.insn.insn_class == HV_INSN_NONE));
	CHECK(err == HV_OK || hv_insn_bytes(&insn.insn) == 0);
	address = hv_insn32_address(&insn, in.x, in.pc);
	CHECK(address <= UINT32_MAX && hv_insn32_base_after(&insn, in.x) <= UINT32_MAX);
	for (at = 0; (n = hv_insn_access(&insn.insn, address, at)) != 0; at += n)
		CHECK((address + at) / 4096 == (address + at + n - 1) / 4096);
	CHECK(at == hv_insn_bytes(&insn.insn));
	check_round_trip(&insn, &in);
	return 0;
}
