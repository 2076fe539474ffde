/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* image.c - judge a kernel file. Contract: hv/image.h; source: Linux, arm64 boot protocol. */
#include <hv/image.h>

#define MAGIC_AT       56u
#define TEXT_OFFSET_AT 8u
#define IMAGE_SIZE_AT  16u
#define FLAGS_AT       24u

/* A kernel with an EFI stub is a PE file too, and its section table tells how long the file was meant to be. */
#define PE_OFFSET_AT      60u
#define PE_HEADER_BYTES   24u
#define PE_NR_SECTIONS_AT 6u
#define PE_OPT_BYTES_AT   20u
#define PE_SECTION_BYTES  40u
#define PE_RAW_SIZE_AT    16u
#define PE_RAW_OFFSET_AT  20u

#define FLAG_BIG_ENDIAN HV_BIT(0)
#define FLAG_ANYWHERE   HV_BIT(3)

/* Kernels before 3.17 left image_size 0; their text_offset is not reliable either. */
#define OLD_TEXT_OFFSET 0x80000u

#define INSTRUCTION_BYTES 4u

/* Little-endian, @bytes long; the file need not be aligned. */
static uint64_t le(const uint8_t *p, uint32_t bytes)
{
	uint64_t v = 0;
	uint32_t i;

	for (i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static bool starts_with(const uint8_t *p, uint64_t bytes, uint32_t at, const char *word, uint32_t len)
{
	uint32_t i;

	if (bytes < at || bytes - at < len)
		return false;
	for (i = 0; i < len; i++)
		if (p[at + i] != (uint8_t)word[i])
			return false;
	return true;
}

/* ID_AA64MMFR0: TGran4 31:28 and TGran64 27:24 are absent as 0xf, TGran16 23:20 is absent as 0. */
static bool has_page_size(uint64_t mmfr0, uint8_t shift)
{
	switch (shift) {
	case 12:
		return HV_FIELD(mmfr0, 31, 28) != 0xf;
	case 14:
		return HV_FIELD(mmfr0, 23, 20) != 0;
	case 16:
		return HV_FIELD(mmfr0, 27, 24) != 0xf;
	default:
		return true;
	}
}

/* Is the whole of every PE section in the file? Without a PE header there is no telling. */
static bool has_all_sections(const uint8_t *p, uint64_t bytes)
{
	uint64_t pe = le(p + PE_OFFSET_AT, 4), at, nr;

	if (!starts_with(p, bytes, 0, "MZ", 2) || pe == 0)
		return true;
	if (bytes < PE_HEADER_BYTES || pe > bytes - PE_HEADER_BYTES)
		return false;
	nr = le(p + pe + PE_NR_SECTIONS_AT, 2);
	at = pe + PE_HEADER_BYTES + le(p + pe + PE_OPT_BYTES_AT, 2);
	for (; nr > 0; nr--, at += PE_SECTION_BYTES)
		if (at + PE_SECTION_BYTES > bytes ||
		    le(p + at + PE_RAW_OFFSET_AT, 4) + le(p + at + PE_RAW_SIZE_AT, 4) > bytes)
			return false;
	return true;
}

static void parse_header(struct hv_image *image, const uint8_t *p, uint64_t flags)
{
	uint64_t size = le(p + IMAGE_SIZE_AT, 8);

	image->is_image = true;
	image->load_offset = size ? le(p + TEXT_OFFSET_AT, 8) : OLD_TEXT_OFFSET;
	if (size > image->span_bytes)
		image->span_bytes = size;
	image->page_shift = (uint8_t)(HV_FIELD(flags, 2, 1) ? 10 + 2 * HV_FIELD(flags, 2, 1) : 0);
	image->anywhere = (flags & FLAG_ANYWHERE) != 0;
}

enum hv_image_why hv_image_parse(struct hv_image *image, const void *file, uint64_t file_bytes, uint64_t ram_bytes,
				 uint64_t id_aa64mmfr0)
{
	const uint8_t *p = file;
	struct hv_image parsed = { false, HV_IMAGE_RAW_OFFSET, 0, file_bytes, file_bytes, 0, true };
	uint64_t flags = 0;

	if (file_bytes == 0)
		return HV_IMAGE_EMPTY;
	if (file_bytes < INSTRUCTION_BYTES)
		return HV_IMAGE_TRUNCATED;
	if (starts_with(p, file_bytes, 0, "\x1f\x8b", 2))
		return HV_IMAGE_GZIP;
	if (starts_with(p, file_bytes, 0,
			"\x7f"
			"ELF",
			4))
		return HV_IMAGE_ELF;
	if (starts_with(p, file_bytes, MAGIC_AT, "ARM\x64", 4)) {
		if (file_bytes < HV_IMAGE_HEADER_BYTES || !has_all_sections(p, file_bytes))
			return HV_IMAGE_TRUNCATED;
		flags = le(p + FLAGS_AT, 8);
		parse_header(&parsed, p, flags);
	}
	if (flags & FLAG_BIG_ENDIAN)
		return HV_IMAGE_BIG_ENDIAN;
	if (!has_page_size(id_aa64mmfr0, parsed.page_shift))
		return HV_IMAGE_PAGE_SIZE;
	if (!hv_range_ok(parsed.load_offset, parsed.span_bytes, ram_bytes))
		return HV_IMAGE_TOO_LARGE;
	parsed.entry_offset = parsed.load_offset;
	*image = parsed;
	return HV_IMAGE_OK;
}

#define WHY_SLOT 68u

/* One string with a slot for each value: an array of pointers would need relocating. */
const char *hv_image_why_text(enum hv_image_why why)
{
	static const char text[][WHY_SLOT] = {
		[HV_IMAGE_OK] = "is good",
		[HV_IMAGE_EMPTY] = "the file is empty",
		[HV_IMAGE_TRUNCATED] = "the file is truncated: it ends before what its header announces",
		[HV_IMAGE_BIG_ENDIAN] = "the Image is big-endian; only little-endian kernels can be run",
		[HV_IMAGE_GZIP] = "the file is compressed (gzip); unpack it first",
		[HV_IMAGE_ELF] = "the file is ELF; an arm64 Image or a raw binary is needed",
		[HV_IMAGE_PAGE_SIZE] = "the Image needs a page size that the CPUs do not have",
		[HV_IMAGE_TOO_LARGE] = "the Image with its bss is larger than the guest's memory",
	};

	return text[(uint32_t)why < HV_ARRAY_SIZE(text) ? why : HV_IMAGE_TRUNCATED];
}
