/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The arm64 Image header: every reason to refuse a file, each at its boundary, and what is accepted. Covers CTX-15 (nothing of the file is believed). */
#include <hv/image.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define RAM       HV_MIB(64)
#define ALL_PAGES HV_U64(0x00100000) /* TGran4 0, TGran64 0, TGran16 1 */

static uint8_t file[4096];
static struct hv_image image;

static void put(uint32_t at, uint64_t value, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes; i++)
		file[at + i] = (uint8_t)(value >> (8 * i));
}

/* A correct Image without a PE header. */
static void make(uint64_t text_offset, uint64_t image_size, uint64_t flags)
{
	memset(file, 0, sizeof(file));
	put(0, 0x14000010, 4);
	put(8, text_offset, 8);
	put(16, image_size, 8);
	put(24, flags, 8);
	put(56, 0x644d5241, 4);
}

static enum hv_image_why parse(uint64_t bytes)
{
	/* Exactly as many bytes as there are: reading one more is ASan's to find. */
	uint8_t *copy = malloc(bytes ? bytes : 1);
	enum hv_image_why why;

	memcpy(copy, file, bytes);
	why = hv_image_parse(&image, copy, bytes, RAM, ALL_PAGES);
	free(copy);
	return why;
}

static void an_image_goes_where_it_says(void **state)
{
	(void)state;
	make(0, HV_MIB(4), 0xa);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_OK);
	assert_true(image.is_image);
	assert_true(image.anywhere);
	assert_int_equal(image.load_offset, 0);
	assert_int_equal(image.entry_offset, 0);
	assert_int_equal(image.file_bytes, sizeof(file));
	assert_int_equal(image.span_bytes, HV_MIB(4));
	assert_int_equal(image.page_shift, 12);
	make(0x80000, 1, 0);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_OK);
	assert_int_equal(image.load_offset, 0x80000);
	assert_int_equal(image.span_bytes, sizeof(file)); /* never less than the file */
	assert_false(image.anywhere);
	assert_int_equal(image.page_shift, 0);
}

/* image_size 0: a kernel before 3.17, whose text_offset means nothing. */
static void an_old_image_goes_to_the_old_place(void **state)
{
	(void)state;
	make(0x12345000, 0, 0);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_OK);
	assert_int_equal(image.load_offset, 0x80000);
}

static void anything_else_is_a_raw_binary(void **state)
{
	(void)state;
	make(0, 0, 1);
	file[56] = 'a';
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_OK);
	assert_false(image.is_image);
	assert_int_equal(image.load_offset, HV_IMAGE_RAW_OFFSET);
	assert_int_equal(image.entry_offset, HV_IMAGE_RAW_OFFSET);
	assert_int_equal(image.span_bytes, sizeof(file));
	assert_int_equal(parse(4), HV_IMAGE_OK);
	assert_int_equal(image.file_bytes, 4);
}

static void short_files_are_refused(void **state)
{
	uint64_t bytes;

	(void)state;
	make(0, HV_MIB(4), 2);
	assert_int_equal(parse(0), HV_IMAGE_EMPTY);
	for (bytes = 1; bytes < 4; bytes++)
		assert_int_equal(parse(bytes), HV_IMAGE_TRUNCATED);
	/* With the magic but not the whole header. */
	for (bytes = 60; bytes < 64; bytes++)
		assert_int_equal(parse(bytes), HV_IMAGE_TRUNCATED);
	assert_int_equal(parse(64), HV_IMAGE_OK);
}

/* A kernel with an EFI stub: two sections, the second ends at 3000. */
static void make_pe(void)
{
	make(0, HV_MIB(4), 0xa);
	file[0] = 'M';
	file[1] = 'Z';
	put(60, 64, 4);
	put(64, 0x4550, 4);
	put(64 + 6, 2, 2);
	put(64 + 20, 32, 2);
	put(64 + 24 + 32 + 16, 1000, 4);
	put(64 + 24 + 32 + 20, 1000, 4);
	put(64 + 24 + 32 + 40 + 16, 1000, 4);
	put(64 + 24 + 32 + 40 + 20, 2000, 4);
}

static void a_truncated_kernel_is_found_by_its_sections(void **state)
{
	uint64_t bytes;

	(void)state;
	make_pe();
	for (bytes = 60; bytes < 3000; bytes++)
		assert_int_equal(parse(bytes), HV_IMAGE_TRUNCATED);
	assert_int_equal(parse(3000), HV_IMAGE_OK);
	assert_int_equal(parse(4096), HV_IMAGE_OK);
	/* Wild PE headers are not followed outside the file. */
	put(60, 0xffffffff, 4);
	assert_int_equal(parse(4096), HV_IMAGE_TRUNCATED);
	make_pe();
	put(64 + 6, 0xffff, 2);
	assert_int_equal(parse(4096), HV_IMAGE_TRUNCATED);
	make_pe();
	put(64 + 20, 0xffff, 2);
	assert_int_equal(parse(4096), HV_IMAGE_TRUNCATED);
	make_pe();
	put(64 + 24 + 32 + 16, 0xffffffff, 4);
	put(64 + 24 + 32 + 20, 0xffffffff, 4);
	assert_int_equal(parse(4096), HV_IMAGE_TRUNCATED);
}

static void wrong_kinds_are_named(void **state)
{
	(void)state;
	make(0, HV_MIB(4), 1);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_BIG_ENDIAN);
	memcpy(file, "\x1f\x8b\x08", 3);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_GZIP);
	memcpy(file,
	       "\x7f"
	       "ELF",
	       4);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_ELF);
}

static void page_sizes_need_the_cpu(void **state)
{
	static const struct {
		uint64_t flags, mmfr0;
		enum hv_image_why why;
	} row[] = {
		{ 2, HV_U64(0x00000000), HV_IMAGE_OK },        { 2, HV_U64(0xf0000000), HV_IMAGE_PAGE_SIZE },
		{ 4, HV_U64(0x00000000), HV_IMAGE_PAGE_SIZE }, { 4, HV_U64(0x00100000), HV_IMAGE_OK },
		{ 6, HV_U64(0x00000000), HV_IMAGE_OK },        { 6, HV_U64(0x0f000000), HV_IMAGE_PAGE_SIZE },
		{ 0, HV_U64(0xff000000), HV_IMAGE_OK },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		make(0, HV_MIB(4), row[i].flags);
		assert_int_equal(hv_image_parse(&image, file, sizeof(file), RAM, row[i].mmfr0), row[i].why);
	}
}

static void it_must_fit_with_its_bss(void **state)
{
	struct hv_image before = image;

	(void)state;
	make(0, RAM, 2);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_OK);
	make(0, RAM + 1, 2);
	before = image;
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_TOO_LARGE);
	assert_memory_equal(&image, &before, sizeof(image)); /* a refusal changes nothing */
	make(1, RAM, 2);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_TOO_LARGE);
	make(~HV_U64(0), HV_MIB(4), 2);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_TOO_LARGE);
	make(0, ~HV_U64(0), 2);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_TOO_LARGE);
	make(0x1000, ~HV_U64(0xfff), 2);
	assert_int_equal(parse(sizeof(file)), HV_IMAGE_TOO_LARGE);
}

/* Bit flips in the header never do worse than a refusal or another place inside the RAM. */
static void no_header_leads_outside_the_ram(void **state)
{
	uint32_t bit;

	(void)state;
	for (bit = 0; bit < 64 * 8; bit++) {
		make_pe();
		file[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (parse(sizeof(file)) == HV_IMAGE_OK) {
			assert_true(image.load_offset <= RAM && image.span_bytes <= RAM - image.load_offset);
			assert_true(image.file_bytes <= image.span_bytes);
		}
	}
}

static void every_reason_has_words(void **state)
{
	enum hv_image_why why;

	(void)state;
	for (why = HV_IMAGE_OK; why <= HV_IMAGE_TOO_LARGE; why++)
		assert_in_range(strlen(hv_image_why_text(why)), 5, 66);
	assert_string_not_equal(hv_image_why_text((enum hv_image_why)1000), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_goes_where_it_says),
		cmocka_unit_test(an_old_image_goes_to_the_old_place),
		cmocka_unit_test(anything_else_is_a_raw_binary),
		cmocka_unit_test(short_files_are_refused),
		cmocka_unit_test(a_truncated_kernel_is_found_by_its_sections),
		cmocka_unit_test(wrong_kinds_are_named),
		cmocka_unit_test(page_sizes_need_the_cpu),
		cmocka_unit_test(it_must_fit_with_its_bss),
		cmocka_unit_test(no_header_leads_outside_the_ram),
		cmocka_unit_test(every_reason_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
