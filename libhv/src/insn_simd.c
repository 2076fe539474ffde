/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* insn_simd.c - data of SIMD&FP loads and stores, between the embedder's V registers and memory. Contract: hv/insn.h. */
#include "insn_priv.h"

/* Where an element lives: the register's low half in the register file, and the byte of the register. */
struct spot {
	size_t low;
	uint32_t at;
};

static struct spot spot_of(const struct hv_insn *insn, uint32_t i)
{
	uint32_t lane = 0, step = i, per_register;

	if (insn->insn_class != HV_INSN_STRUCT)
		return (struct spot){ 2 * (size_t)(i == 0 ? insn->rt : insn->rt2), 0 };
	if (insn->lane < HV_INSN_LANE_ALL) {
		lane = insn->lane;
	} else if (insn->lane == HV_INSN_LANE_ALL && insn->selem == 1) {
		per_register = insn->vbytes / insn->bytes;
		step = i / per_register;
		lane = i % per_register;
	} else if (insn->lane == HV_INSN_LANE_ALL) {
		step = i % insn->selem;
		lane = i / insn->selem;
	}
	return (struct spot){ 2 * (size_t)((insn->rt + step) % 32), lane * insn->bytes };
}

void hv_insn_gather_v(const struct hv_insn *insn, const uint64_t *v, bool big_endian, struct hv_insn_image *image)
{
	uint32_t i;

	hv_insn_clear_(image);
	if (!insn->store || !insn->simd)
		return;
	for (i = 0; i < insn->nr; i++) {
		struct spot spot = spot_of(insn, i);
		const uint64_t *half = v + spot.low + spot.at / 8;
		uint64_t data[2];

		data[0] = half[0] >> (spot.at % 8 * 8);
		data[1] = insn->bytes == 16 ? half[1] : 0;
		hv_insn_put_element_(insn, i, data, big_endian, image);
	}
}

/* Write @bytes (at most 8) of @data at byte @at of register @v. */
static void insert(uint64_t *v, uint32_t at, uint32_t bytes, uint64_t data)
{
	uint64_t mask = ~HV_U64(0) >> (64 - 8 * bytes) << (at % 8 * 8);
	uint64_t *half = v + at / 8;

	*half = (*half & ~mask) | (data << (at % 8 * 8));
}

/* One element of a structure load to its lane, or to all of them. */
static void load_lane(const struct hv_insn *insn, uint64_t *v, uint32_t at, uint64_t data)
{
	uint32_t i;

	if (insn->lane != HV_INSN_LANE_DUP)
		insert(v, at, insn->bytes, data);
	else
		for (i = 0; i < insn->vbytes; i += insn->bytes)
			insert(v, i, insn->bytes, data);
	if (insn->lane >= HV_INSN_LANE_ALL && insn->vbytes == 8)
		v[1] = 0;
}

void hv_insn_scatter_v(const struct hv_insn *insn, const struct hv_insn_image *image, bool big_endian, uint64_t *v)
{
	uint32_t i;

	if (!insn->load || !insn->simd)
		return;
	for (i = 0; i < insn->nr; i++) {
		struct spot spot = spot_of(insn, i);
		uint64_t data[2] = { 0, 0 };

		hv_insn_get_element_(insn, i, data, big_endian, image);
		if (insn->insn_class == HV_INSN_STRUCT) {
			load_lane(insn, v + spot.low, spot.at, data[0]);
		} else {
			v[spot.low] = data[0];
			v[spot.low + 1] = data[1];
		}
	}
}
