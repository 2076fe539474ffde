/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Data of SIMD&FP loads and stores: every structure form against the loops of the architecture's own description, read from the
 * word again and working on single bytes; scalar, pair and 128-bit forms against values. Both byte orders.
 */
#include <hv/insn.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define NR_WORDS 64 /* 32 registers of two halves */

static struct hv_insn decode(uint32_t word)
{
	struct hv_insn insn;

	assert_int_equal(hv_insn_decode(word, &insn), HV_OK);
	return insn;
}

/* One CPU's SIMD&FP registers as bytes, and the memory an instruction works on. */
struct oracle {
	uint8_t v[32][16];
	uint8_t memory[64];
	uint32_t at; /* next byte of memory */
	bool load, big_endian;
};

/* One element: @bytes at byte @lane_at of register @t. */
static void move(struct oracle *o, uint32_t t, uint32_t lane_at, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes; i++) {
		uint8_t *reg = &o->v[t % 32][lane_at + i];
		uint8_t *memory = &o->memory[o->at + (o->big_endian ? bytes - 1 - i : i)];

		if (o->load)
			*reg = *memory;
		else
			*memory = *reg;
	}
	o->at += bytes;
}

static void run_multi(struct oracle *o, uint32_t word)
{
	static const uint8_t rpts[16] = { [0] = 1, [2] = 4, [4] = 1, [6] = 3, [7] = 1, [8] = 1, [10] = 2 };
	static const uint8_t selems[16] = { [0] = 4, [2] = 1, [4] = 3, [6] = 1, [7] = 1, [8] = 2, [10] = 1 };
	uint32_t rpt = rpts[word >> 12 & 15], selem = selems[word >> 12 & 15];
	uint32_t bytes = 1u << (word >> 10 & 3), datasize = word >> 30 & 1 ? 16 : 8;
	uint32_t r, e, s;

	for (r = 0; r < rpt; r++)
		for (e = 0; e < datasize / bytes; e++)
			for (s = 0; s < selem; s++) {
				uint32_t t = (word & 31) + r + s;

				if (o->load && e == 0)
					memset(o->v[t % 32], 0, 16);
				move(o, t, e * bytes, bytes);
			}
}

static void run_single(struct oracle *o, uint32_t word)
{
	uint32_t scale = word >> 14 & 3, size = word >> 10 & 3, q_s_size = (word >> 30 & 1) << 3 | (word >> 10 & 7);
	uint32_t selem = ((word >> 13 & 1) << 1 | (word >> 21 & 1)) + 1, index = q_s_size >> scale, s, at, i;

	if (scale == 2 && size == 1) {
		scale = 3;
		index = q_s_size >> 3;
	}
	for (s = 0; s < selem; s++) {
		uint8_t *reg = o->v[((word & 31) + s) % 32];

		if (scale < 3 || (word >> 14 & 3) == 2) {
			move(o, (word & 31) + s, index << scale, 1u << scale);
			continue;
		}
		memset(reg, 0, 16);
		for (i = 0, at = o->at; i < (word >> 30 & 1 ? 16u : 8u) >> size; i++) {
			o->at = at;
			move(o, (word & 31) + s, i << size, 1u << size);
		}
	}
}

static void start(struct oracle *o, uint64_t *v, struct hv_insn_image *image)
{
	uint32_t n, i;

	for (n = 0; n < NR_WORDS; n++)
		v[n] = (n + 1) * 0x9e3779b97f4a7c15u;
	for (n = 0; n < 32; n++)
		for (i = 0; i < 16; i++)
			o->v[n][i] = (uint8_t)(v[2 * n + i / 8] >> (8 * (i % 8)));
	for (i = 0; i < sizeof(image->byte); i++)
		o->memory[i] = image->byte[i] = (uint8_t)(0x40 + i * 5);
}

static void assert_registers(const struct oracle *o, const uint64_t *v, uint32_t word)
{
	uint32_t n, i;

	for (n = 0; n < 32; n++)
		for (i = 0; i < 16; i++)
			if (o->v[n][i] != (uint8_t)(v[2 * n + i / 8] >> (8 * (i % 8))))
				fail_msg("%08x: v%u byte %u", word, n, i);
}

static void check_struct(uint32_t word, bool big_endian, void (*run)(struct oracle *o, uint32_t word))
{
	struct oracle o = { .load = word >> 22 & 1, .big_endian = big_endian };
	struct hv_insn insn = decode(word);
	struct hv_insn_image image;
	uint64_t v[NR_WORDS];

	start(&o, v, &image);
	run(&o, word);
	assert_int_equal(hv_insn_bytes(&insn), o.at);
	hv_insn_scatter_v(&insn, &image, big_endian, v);
	assert_registers(&o, v, word);
	hv_insn_gather_v(&insn, v, big_endian, &image);
	if (o.load)
		memset(o.memory, 0, sizeof(o.memory));
	else
		memset(o.memory + o.at, 0, sizeof(o.memory) - o.at);
	assert_memory_equal(image.byte, o.memory, sizeof(o.memory));
}

/* Every word of the two classes without post-index, Rn = 2, for a register that wraps and one that does not. */
static void structures_match_the_architecture(void **state)
{
	uint32_t q, l, r, low, nr = 0, rt;
	struct hv_insn insn;

	(void)state;
	for (q = 0; q < 2; q++)
		for (l = 0; l < 2; l++)
			for (low = 0; low < 64; low++) {
				uint32_t word = q << 30 | 0x0c000000 | l << 22 | low << 10 | 2 << 5;

				for (rt = 5; rt < 32; rt += 25) {
					if (hv_insn_decode(word | rt, &insn) != HV_OK)
						continue;
					check_struct(word | rt, false, run_multi);
					check_struct(word | rt, true, run_multi);
					nr++;
				}
				for (r = 0; r < 2; r++)
					for (rt = 5; rt < 32; rt += 25) {
						uint32_t single = word | 0x01000000 | r << 21 | rt;

						if (hv_insn_decode(single, &insn) != HV_OK)
							continue;
						check_struct(single, false, run_single);
						check_struct(single, true, run_single);
						nr++;
					}
			}
	/* 4 single-register opcodes x 8 arrangements, 3 interleaved x 7; 4 selem x (30 lanes, for loads also 8 arrangements) */
	assert_int_equal(nr, 2 * (2 * (4 * 8 + 3 * 7) + 4 * (2 * 30 + 8)));
}

static void scalars_clear_the_rest(void **state)
{
	static const struct {
		uint32_t word;
		uint64_t low, high;
	} rows[] = {
		{ 0x3d400041, 0x01, 0 },                                  /* ldr b1, [x2] */
		{ 0x7d400041, 0x0201, 0 },                                /* ldr h1 */
		{ 0xbd400041, 0x04030201, 0 },                            /* ldr s1 */
		{ 0xfd400041, 0x0807060504030201u, 0 },                   /* ldr d1 */
		{ 0x3dc00041, 0x0807060504030201u, 0x100f0e0d0c0b0a09u }, /* ldr q1 */
		{ 0x9c000041, 0x0807060504030201u, 0x100f0e0d0c0b0a09u }, /* ldr q1, .+8 */
		{ 0x1dc00841, 0x0807060504030201u, 0x100f0e0d0c0b0a09u }, /* ldapur q1, [x2] */
	};
	struct hv_insn_image image;
	uint64_t v[NR_WORDS];
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(image.byte); i++)
		image.byte[i] = (uint8_t)(i + 1);
	for (i = 0; i < HV_ARRAY_SIZE(rows); i++) {
		struct hv_insn insn = decode(rows[i].word);

		memset(v, 0xff, sizeof(v));
		hv_insn_scatter_v(&insn, &image, false, v);
		assert_int_equal(v[2], rows[i].low);
		assert_int_equal(v[3], rows[i].high);
		assert_int_equal(v[1] & v[4], UINT64_MAX);
	}
}

static void pairs_and_big_endian_quads(void **state)
{
	struct hv_insn ldp = decode(0xad400841), stp = decode(0xad000841); /* q1, q2, [x2] */
	struct hv_insn_image image, back;
	uint64_t v[NR_WORDS] = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(image.byte); i++)
		image.byte[i] = i < 32 ? (uint8_t)(i + 1) : 0;
	hv_insn_scatter_v(&ldp, &image, true, v);
	assert_int_equal(v[3], 0x0102030405060708u); /* the whole quadword is reversed */
	assert_int_equal(v[2], 0x090a0b0c0d0e0f10u);
	assert_int_equal(v[5], 0x1112131415161718u);
	assert_int_equal(v[4], 0x191a1b1c1d1e1f20u);
	hv_insn_gather_v(&stp, v, true, &back);
	assert_memory_equal(&back, &image, sizeof(image));
	hv_insn_scatter_v(&ldp, &image, false, v);
	assert_int_equal(v[2], 0x0807060504030201u);
	assert_int_equal(v[5], 0x201f1e1d1c1b1a19u);
	hv_insn_gather_v(&stp, v, false, &back);
	assert_memory_equal(&back, &image, sizeof(image));
}

/* Stores do not load, loads do not store, general-register forms do neither. */
static void only_what_the_word_says(void **state)
{
	static const uint32_t words[] = { 0x3d000041 /* str b1 */, 0xf9400041 /* ldr x1 */, 0xf9000041 /* str x1 */ };
	uint64_t v[NR_WORDS], before[NR_WORDS];
	struct hv_insn_image image;
	size_t i;

	(void)state;
	memset(v, 0x77, sizeof(v));
	memcpy(before, v, sizeof(v));
	memset(&image, 0x11, sizeof(image));
	for (i = 0; i < HV_ARRAY_SIZE(words); i++) {
		struct hv_insn insn = decode(words[i]);

		hv_insn_scatter_v(&insn, &image, false, v);
		assert_memory_equal(v, before, sizeof(v));
	}
	for (i = 1; i < HV_ARRAY_SIZE(words); i++) {
		struct hv_insn insn = decode(words[i]);

		hv_insn_gather_v(&insn, v, false, &image);
		assert_int_equal(hv_insn_image_get(&image, 0, 8), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structures_match_the_architecture),
		cmocka_unit_test(scalars_clear_the_rest),
		cmocka_unit_test(pairs_and_big_endian_quads),
		cmocka_unit_test(only_what_the_word_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
