/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Instruction words with register files: whatever is fetched, a completion touches its own image and registers only, its
 * accesses add up, and what is stored and loaded again by the same form comes back (ESR-01, ESR-04, ESR-08).
 */
#include <hv/insn.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint32_t word;
	uint32_t dczid;
	uint64_t x[31];
	uint64_t v[64];
	uint64_t sp, pc;
	uint8_t memory[HV_INSN_MAX_BYTES];
};

#define CHECK(condition)                                                                                               \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			abort();                                                                                       \
	} while (0)

/* The accesses of the whole instruction, as a machine would make them. */
static void check_accesses(const struct hv_insn *insn, uint64_t address)
{
	uint32_t at, n, nr = 0;

	for (at = 0; (n = hv_insn_access(insn, address, at)) != 0; at += n) {
		CHECK(n == 1 || n == 2 || n == 4 || n == 8);
		CHECK((address + at) / 4096 == (address + at + n - 1) / 4096);
		nr++;
	}
	CHECK(at == hv_insn_bytes(insn) && nr == hv_insn_nr_accesses(insn, address));
}

/* The form as a load, then as a store of what was loaded: a wrong lane, order or extension would show. */
static void check_round_trip(struct hv_insn *insn, struct input *in, bool big_endian)
{
	struct hv_insn_image image, back;
	uint32_t i;

	memcpy(image.byte, in->memory, sizeof(image.byte));
	insn->load = true;
	insn->store = false;
	hv_insn_scatter(insn, &image, big_endian, in->x);
	hv_insn_scatter_v(insn, &image, big_endian, in->v);
	insn->load = false;
	insn->store = true;
	if (insn->simd)
		hv_insn_gather_v(insn, in->v, big_endian, &back);
	else
		hv_insn_gather(insn, in->x, big_endian, &back);
	if (insn->pair && insn->rt == insn->rt2)
		return;
	for (i = 0; i < hv_insn_bytes(insn); i++)
		CHECK(back.byte[i] == image.byte[i] ||
		      (!insn->simd && (i / insn->bytes == 0 ? insn->rt : insn->rt2) == 31 && back.byte[i] == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { 0 };
	struct hv_insn insn;
	enum hv_err err;
	uint64_t address;

	memcpy(&in, data, size < sizeof(in) ? size : sizeof(in));
	err = hv_insn_decode(in.word, &insn);
	CHECK(err == HV_OK || err == HV_ENOTSUP || err == HV_EINVAL);
	CHECK((err == HV_EINVAL) == (insn.insn_class == HV_INSN_NONE));
	CHECK(err == HV_OK || hv_insn_bytes(&insn) == 0);
	CHECK(*hv_insn_class_name(insn.insn_class) != '\0');
	(void)hv_insn_isv(&insn);
	if (insn.insn_class == HV_INSN_DC_ZVA)
		hv_insn_set_zva(&insn, in.dczid);
	address = hv_insn_address(&insn, in.x, in.sp, in.pc);
	if (insn.wb == HV_INSN_WB_PRE)
		CHECK(hv_insn_base_after(&insn, in.x, in.sp) == address);
	check_accesses(&insn, address);
	if (insn.insn_class != HV_INSN_DC_ZVA)
		check_round_trip(&insn, &in, in.dczid & 1);
	return 0;
}
