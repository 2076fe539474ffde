/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Address, single accesses and data of general-register instructions: the address arithmetic against values, the accesses
 * against the two rules they follow, the data against a byte-by-byte formula over size, sign, width, register and byte order.
 * Covers ESR-01 (xzr), ESR-02 and ESR-03 (sign, then width), ESR-04 (exactly the bytes of the access), ESR-08 (pairs).
 */
#include <hv/insn.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define SP 0xffffffc008000000u
#define PC 0xffffffc010000000u

static struct hv_insn decode(uint32_t word)
{
	struct hv_insn insn;

	assert_int_equal(hv_insn_decode(word, &insn), HV_OK);
	return insn;
}

static void addresses_are_base_and_offset(void **state)
{
	static const struct {
		uint32_t word;
		uint64_t address, base_after; /* base_after 0: no write-back */
	} rows[] = {
		{ 0xb9000865, 0x3008, 0 },                /* str w5, [x3, #8] */
		{ 0xf97ffffe, SP + 32760, 0 },            /* ldr x30, [sp, #32760] */
		{ 0x78100109, 0x8000 - 256, 0 },          /* sturh w9, [x8, #-256] */
		{ 0xf8500441, 0x2000, 0x2000 - 256 },     /* ldr x1, [x2], #-256 */
		{ 0x380fffe1, SP + 255, SP + 255 },       /* strb w1, [sp, #255]! */
		{ 0xa8df8be1, SP, SP + 504 },             /* ldp x1, x2, [sp], #504 */
		{ 0xa9a00be1, SP - 512, SP - 512 },       /* stp x1, x2, [sp, #-512]! */
		{ 0x18800001, PC - 1048576, 0 },          /* ldr w1, .-1048576 */
		{ 0x587fffe1, PC + 1048572, 0 },          /* ldr x1, .+1048572 */
		{ 0xf87d5841, 0x2000 + 0x7ffffff80u, 0 }, /* ldr x1, [x2, w29, uxtw #3]: no cut after the shift */
		{ 0xf87dd841, 0x2000 - 0x10 * 8, 0 },     /* ldr x1, [x2, w29, sxtw #3] */
		{ 0xf87d7841, 0x2000 + 0x91a2b3cfffffff80u, 0 }, /* ldr x1, [x2, x29, lsl #3] */
		{ 0xf87de841, 0x2000 + 0x12345679fffffff0u, 0 }, /* ldr x1, [x2, x29, sxtx] */
		{ 0xf87f6841, 0x2000, 0 },                       /* ldr x1, [x2, xzr] */
		{ 0x4cdf2c41, 0x2000, 0x2040 },                  /* ld1 {v1.2d-v4.2d}, [x2], #64 */
		{ 0x4da45841, 0x2000, 0x6000 },                  /* st2 {v1.h, v2.h}[7], [x2], x4 */
		{ 0xd50b7421, 0x1000, 0 },                       /* dc zva, x1: size of the block not known */
		{ 0xd50b7e3f, 0, 0 },                            /* dc civac, xzr */
	};
	uint64_t x[31];
	size_t i;

	(void)state;
	for (i = 0; i < 31; i++)
		x[i] = i * 0x1000;
	x[29] = 0x12345679fffffff0u;
	for (i = 0; i < HV_ARRAY_SIZE(rows); i++) {
		struct hv_insn insn = decode(rows[i].word);

		if (hv_insn_address(&insn, x, SP, PC) != rows[i].address)
			fail_msg("%08x: address %llx", rows[i].word,
				 (unsigned long long)hv_insn_address(&insn, x, SP, PC));
		assert_int_equal(insn.wb == HV_INSN_WB_NONE, rows[i].base_after == 0);
		if (rows[i].base_after != 0)
			assert_int_equal(hv_insn_base_after(&insn, x, SP), rows[i].base_after);
	}
}

/* Past the end of the address space, and below 0: addresses wrap as the CPU's do. */
static void addresses_wrap(void **state)
{
	uint64_t x[31] = { [2] = UINT64_MAX - 3, [8] = 16 };
	struct hv_insn insn = decode(0xf8408441); /* ldr x1, [x2], #8 */

	(void)state;
	assert_int_equal(hv_insn_base_after(&insn, x, SP), 4);
	insn = decode(0x78100109); /* sturh w9, [x8, #-256] */
	assert_int_equal(hv_insn_address(&insn, x, SP, PC), UINT64_MAX - 239);
}

static void zva_clears_an_aligned_block(void **state)
{
	uint64_t x[31] = { [1] = 0x12345 };
	struct hv_insn_image image;
	uint32_t bs, at, n;

	(void)state;
	for (bs = 0; bs < 16; bs++) {
		struct hv_insn insn = decode(0xd50b7421);
		uint32_t block = 4u << (bs > 9 ? 9 : bs);
		uint64_t address;

		assert_int_equal(hv_insn_bytes(&insn), 0);
		assert_int_equal(hv_insn_nr_accesses(&insn, 0), 0);
		hv_insn_set_zva(&insn, bs | 0xfffffff0u);
		address = hv_insn_address(&insn, x, SP, PC);
		assert_int_equal(hv_insn_bytes(&insn), block);
		assert_int_equal(address, 0x12345 / block * block);
		memset(&image, 0xa5, sizeof(image));
		hv_insn_gather(&insn, x, true, &image);
		for (at = 0; (n = hv_insn_access(&insn, address, at)) != 0; at += n) {
			assert_int_equal(n, block == 4 ? 4 : 8);
			assert_int_equal(hv_insn_image_get(&image, at, n), 0);
		}
		assert_int_equal(at, block);
		assert_int_equal(hv_insn_nr_accesses(&insn, address), block == 4 ? 1 : block / 8);
	}
}

/* Sizes of the accesses at @address, as text. */
static const char *sizes(uint32_t word, uint64_t address)
{
	static char text[64];
	struct hv_insn insn = decode(word);
	uint32_t at, n, nr = 0;

	for (at = 0; (n = hv_insn_access(&insn, address, at)) != 0; at += n)
		text[nr++] = (char)('0' + n);
	text[nr] = '\0';
	assert_int_equal(hv_insn_nr_accesses(&insn, address), nr);
	assert_int_equal(at, hv_insn_bytes(&insn));
	return text;
}

static void accesses_stay_in_element_and_page(void **state)
{
	(void)state;
	assert_string_equal(sizes(0xb9000865, 0x1000), "4"); /* str w */
	assert_string_equal(sizes(0xb9000865, 0x1001), "4"); /* unaligned in one page: whole, as with ISV = 1 */
	assert_string_equal(sizes(0xb9000865, 0x1ffc), "4");
	assert_string_equal(sizes(0xb9000865, 0x1ffe), "22");
	assert_string_equal(sizes(0xb9000865, 0x1ffd), "211");
	assert_string_equal(sizes(0xb9000865, 0x1fff), "121");
	assert_string_equal(sizes(0xf97ffffe, 0x1ffd), "2141"); /* ldr x */
	assert_string_equal(sizes(0xf97ffffe, UINT64_MAX), "1421");
	assert_string_equal(sizes(0x39bffc41, 0x1fff), "1");   /* ldrsb */
	assert_string_equal(sizes(0xa8df8be1, 0x1ff8), "88");  /* ldp x, the second in the next page */
	assert_string_equal(sizes(0xa8df8be1, 0x1ffc), "448"); /* the first over the boundary */
	assert_string_equal(sizes(0x3c810441, 0x1000), "88");  /* str q */
	assert_string_equal(sizes(0x3c810441, 0x1ff4), "844");
	assert_string_equal(sizes(0xaddf8861, 0x1000), "8888"); /* ldp q */
	assert_string_equal(sizes(0xf9800425, 0x1000), "");     /* prfm */
	assert_string_equal(sizes(0xd50b7e3f, 0x1000), "");     /* dc civac */
}

/* For all positions near a page boundary: each access is a power of two, within an element, within a page, as large as can be. */
static void every_access_is_the_largest_allowed(void **state)
{
	static const uint32_t words[] = { 0x39bffc41, 0x79fffc41, 0xb9000865, 0xf97ffffe, 0x3c810441,
					  0xa8df8be1, 0xaddf8861, 0x4cdf2c41, 0x4c8303ff };
	uint64_t address;
	uint32_t at, n;
	size_t i;

	(void)state;
	for (i = 0; i < HV_ARRAY_SIZE(words); i++)
		for (address = 0x1000 - 80; address < 0x1010; address++) {
			struct hv_insn insn = decode(words[i]);

			for (at = 0; (n = hv_insn_access(&insn, address, at)) != 0; at += n) {
				uint32_t left = insn.bytes - at % insn.bytes;
				uint64_t page = 4096 - (address + at) % 4096;

				assert_true(n == 1 || n == 2 || n == 4 || n == 8);
				assert_true(n <= left && n <= page);
				assert_true(n == 8 || 2 * n > left || 2 * n > page);
			}
			assert_int_equal(hv_insn_access(&insn, address, UINT32_MAX), 0);
		}
}

static void image_access_is_bounded(void **state)
{
	struct {
		struct hv_insn_image image;
		uint8_t guard[8];
	} box;

	(void)state;
	memset(&box, 0x11, sizeof(box));
	hv_insn_image_put(&box.image, 60, 8, 0x0807060504030201u);
	assert_int_equal(box.image.byte[60], 1);
	assert_int_equal(box.image.byte[63], 4);
	assert_int_equal(box.guard[0], 0x11);
	assert_int_equal(hv_insn_image_get(&box.image, 60, 8), 0x04030201);
	assert_int_equal(hv_insn_image_get(&box.image, 62, 2), 0x0403);
	assert_int_equal(hv_insn_image_get(&box.image, 64, 1), 0);
	assert_int_equal(hv_insn_image_get(&box.image, UINT32_MAX, 8), 0);
	assert_int_equal(hv_insn_image_get(&box.image, 0, UINT32_MAX), 0x1111111111111111u);
	hv_insn_image_put(&box.image, UINT32_MAX, 8, 0);
	hv_insn_image_put(&box.image, 63, UINT32_MAX, 0x22);
	assert_int_equal(box.image.byte[63], 0x22);
	assert_int_equal(box.guard[0], 0x11);
}

/* Value of memory byte @at of the test pattern: all values, high bits set and clear. */
static uint8_t pattern(uint32_t at)
{
	return (uint8_t)(0x80 + at * 37);
}

/* The formula, in words: collect the bytes from the most significant down, then extend to 64 bits, then cut to the width. */
static uint64_t expected_load(uint32_t at, uint32_t bytes, bool sign, uint32_t width, bool big_endian)
{
	uint64_t value = 0;
	uint32_t i;

	for (i = 0; i < bytes; i++)
		value = value * 256 + pattern(at + (big_endian ? i : bytes - 1 - i));
	if (sign && bytes < 8 && (value >> (8 * bytes - 1)))
		value += UINT64_MAX - ((1ull << (8 * bytes)) - 1);
	return width == 32 ? value % (1ull << 32) : value;
}

#define NR_GUARDED 32 /* x[31] does not exist: nothing may write there */

static void fill(uint64_t *x, struct hv_insn_image *image)
{
	uint32_t i;

	for (i = 0; i < NR_GUARDED; i++)
		x[i] = 0xf0e0d0c0b0a09080u + i;
	for (i = 0; i < sizeof(image->byte); i++)
		image->byte[i] = pattern(i);
}

static void check_load(const struct hv_insn *insn, bool big_endian)
{
	uint64_t x[NR_GUARDED], expected[NR_GUARDED];
	struct hv_insn_image image;

	fill(x, &image);
	fill(expected, &image);
	if (insn->rt < 31)
		expected[insn->rt] = expected_load(0, insn->bytes, insn->sign, insn->width, big_endian);
	hv_insn_scatter(insn, &image, big_endian, x);
	assert_memory_equal(x, expected, sizeof(x));
	hv_insn_gather(insn, x, big_endian, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0);
}

static void check_store(const struct hv_insn *insn, bool big_endian)
{
	uint64_t x[NR_GUARDED], before[NR_GUARDED], value;
	struct hv_insn_image image;
	uint32_t i;

	fill(x, &image);
	fill(before, &image);
	hv_insn_scatter(insn, &image, big_endian, x);
	assert_memory_equal(x, before, sizeof(x));
	hv_insn_gather(insn, x, big_endian, &image);
	value = insn->rt < 31 ? x[insn->rt] : 0;
	for (i = 0; i < insn->bytes; i++)
		assert_int_equal(image.byte[big_endian ? insn->bytes - 1u - i : i], (uint8_t)(value >> (8 * i)));
	for (; i < sizeof(image.byte); i++)
		assert_int_equal(image.byte[i], 0);
}

/* The four stores and nine loads of a general register with unsigned offset, each register, both byte orders. */
static void loads_and_stores_match_the_formula(void **state)
{
	uint32_t size, opc, rt, nr = 0;
	struct hv_insn insn;

	(void)state;
	for (size = 0; size < 4; size++)
		for (opc = 0; opc < 4; opc++) {
			if ((opc == 2 && size == 3) || (opc == 3 && size >= 2))
				continue;
			nr++;
			for (rt = 0; rt < 32; rt++) {
				insn = decode(size << 30 | 0x39000000 | opc << 22 | 2 << 5 | rt);
				assert_int_equal(insn.bytes, 1u << size);
				assert_int_equal(insn.sign, opc >= 2);
				assert_int_equal(insn.width, opc == 2 || size == 3 ? 64 : 32);
				(opc == 0 ? check_store : check_load)(&insn, false);
				(opc == 0 ? check_store : check_load)(&insn, true);
			}
		}
	assert_int_equal(nr, 13);
}

/* Pairs: the first register at the lower address in either byte order; LDPSW; xzr as one of the two. */
static void pairs_keep_their_order(void **state)
{
	static const struct {
		uint32_t word, bytes;
		bool sign;
		uint32_t width;
	} loads[] = {
		{ 0x29400861, 4, false, 32 }, /* ldp w1, w2, [x3] */
		{ 0xa9400861, 8, false, 64 }, /* ldp x1, x2, [x3] */
		{ 0x69400861, 4, true, 64 },  /* ldpsw x1, x2, [x3] */
		{ 0xd9421861, 8, false, 64 }, /* ldiapp x1, x2, [x3] */
	};
	struct hv_insn_image image;
	uint64_t x[31] = { 0 };
	uint32_t i, big_endian;
	struct hv_insn insn;

	(void)state;
	for (i = 0; i < sizeof(image.byte); i++)
		image.byte[i] = pattern(i);
	for (i = 0; i < HV_ARRAY_SIZE(loads); i++)
		for (big_endian = 0; big_endian < 2; big_endian++) {
			insn = decode(loads[i].word);
			hv_insn_scatter(&insn, &image, big_endian, x);
			assert_int_equal(x[1],
					 expected_load(0, loads[i].bytes, loads[i].sign, loads[i].width, big_endian));
			assert_int_equal(x[2], expected_load(loads[i].bytes, loads[i].bytes, loads[i].sign,
							     loads[i].width, big_endian));
		}
	x[1] = 0x1122334455667788u;
	insn = decode(0xa9000861); /* stp x1, x2, [x3] */
	hv_insn_gather(&insn, x, false, &image);
	assert_int_equal(hv_insn_image_get(&image, 8, 8), x[2]);
	assert_int_equal(hv_insn_image_get(&image, 16, 8), 0);
	insn = decode(0xa9007c61); /* stp x1, xzr, [x3] */
	hv_insn_gather(&insn, x, true, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0x8877665544332211u);
	assert_int_equal(hv_insn_image_get(&image, 8, 8), 0);
	insn = decode(0x29007c7f); /* stp wzr, wzr, [x3] */
	hv_insn_gather(&insn, x, false, &image);
	assert_int_equal(hv_insn_image_get(&image, 0, 8), 0);
}

/* SIMD&FP forms leave general registers alone, and their stores are not made from them. */
static void simd_forms_do_not_touch_general_registers(void **state)
{
	struct hv_insn_image image;
	uint64_t x[31], before[31];
	struct hv_insn insn;

	(void)state;
	memset(x, 0x5a, sizeof(x));
	memcpy(before, x, sizeof(x));
	memset(&image, 0xff, sizeof(image));
	insn = decode(0x3dfffc41); /* ldr q1 */
	hv_insn_scatter(&insn, &image, false, x);
	assert_memory_equal(x, before, sizeof(x));
	insn = decode(0x3d3ffc41); /* str b1 */
	hv_insn_gather(&insn, x, false, &image);
	assert_int_equal(image.byte[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_base_and_offset),
		cmocka_unit_test(addresses_wrap),
		cmocka_unit_test(zva_clears_an_aligned_block),
		cmocka_unit_test(accesses_stay_in_element_and_page),
		cmocka_unit_test(every_access_is_the_largest_allowed),
		cmocka_unit_test(image_access_is_bounded),
		cmocka_unit_test(loads_and_stores_match_the_formula),
		cmocka_unit_test(pairs_keep_their_order),
		cmocka_unit_test(simd_forms_do_not_touch_general_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
