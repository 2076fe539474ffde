/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* insn_data.c - address, single accesses and data of a decoded load or store. Contract: hv/insn.h. */
#include "insn_priv.h"

#define PAGE_BYTES 4096u /* the smallest translation granule */

/* Loads and stores of one register, if it is a general one. */
#define ISV_CLASSES                                                                                                    \
	(HV_BIT(HV_INSN_UNSCALED) | HV_BIT(HV_INSN_UNPRIV) | HV_BIT(HV_INSN_UIMM) | HV_BIT(HV_INSN_REGOFF) |           \
	 HV_BIT(HV_INSN_LITERAL) | HV_BIT(HV_INSN_ORDERED) | HV_BIT(HV_INSN_RCPC) | HV_BIT(HV_INSN_LDRA))

bool hv_insn_isv(const struct hv_insn *insn)
{
	return (HV_BIT(insn->insn_class) & ISV_CLASSES) && !insn->simd && insn->wb == HV_INSN_WB_NONE;
}

/* A general register where 31 reads as zero. */
static uint64_t reg(const uint64_t *x, uint32_t n)
{
	return n < 31 ? x[n] : 0;
}

/* The immediate plus rm, extended and shifted. One of them is absent, and then zero. */
static uint64_t offset_of(const struct hv_insn *insn, const uint64_t *x)
{
	uint64_t value = reg(x, insn->rm);

	if (insn->ext == HV_INSN_UXTW)
		value = (uint32_t)value;
	else if (insn->ext == HV_INSN_SXTW)
		value = (uint64_t)(int64_t)(int32_t)value;
	return (value << insn->shift) + (uint64_t)(int64_t)insn->imm;
}

uint64_t hv_insn_address(const struct hv_insn *insn, const uint64_t *x, uint64_t sp, uint64_t pc)
{
	uint64_t base = reg(x, insn->rn), address;

	if (insn->rn == 31)
		base = sp;
	else if (insn->rn == HV_INSN_RN_PC)
		base = pc;
	address = insn->wb == HV_INSN_WB_POST ? base : base + offset_of(insn, x);
	if (insn->insn_class == HV_INSN_DC_ZVA && insn->nr != 0)
		address = hv_align_down(address, hv_insn_bytes(insn));
	return address;
}

uint64_t hv_insn_base_after(const struct hv_insn *insn, const uint64_t *x, uint64_t sp)
{
	return (insn->rn == 31 ? sp : reg(x, insn->rn)) + offset_of(insn, x);
}

void hv_insn_set_zva(struct hv_insn *insn, uint64_t dczid)
{
	uint32_t bs = (uint32_t)HV_FIELD(dczid, 3, 0);
	uint32_t block = 4u << (bs < 9 ? bs : 9);

	insn->bytes = block < 8 ? 4 : 8;
	insn->nr = (uint16_t)(block / insn->bytes);
}

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t hv_insn_access(const struct hv_insn *insn, uint64_t address, uint32_t offset)
{
	uint32_t room, size = 8;

	if (offset >= hv_insn_bytes(insn))
		return 0;
	room = min(insn->bytes - offset % insn->bytes, PAGE_BYTES - (uint32_t)((address + offset) % PAGE_BYTES));
	while (size > room)
		size /= 2;
	return size;
}

uint32_t hv_insn_nr_accesses(const struct hv_insn *insn, uint64_t address)
{
	uint32_t nr, offset = 0;

	for (nr = 0; offset < hv_insn_bytes(insn); nr++)
		offset += hv_insn_access(insn, address, offset);
	return nr;
}

uint64_t hv_insn_image_get(const struct hv_insn_image *image, uint32_t offset, uint32_t bytes)
{
	uint64_t data = 0;
	uint32_t i;

	for (i = 0; i < min(bytes, 8) && offset < HV_INSN_MAX_BYTES - i; i++)
		data |= (uint64_t)image->byte[offset + i] << (8 * i);
	return data;
}

void hv_insn_image_put(struct hv_insn_image *image, uint32_t offset, uint32_t bytes, uint64_t data)
{
	uint32_t i;

	for (i = 0; i < min(bytes, 8) && offset < HV_INSN_MAX_BYTES - i; i++)
		image->byte[offset + i] = (uint8_t)(data >> (8 * i));
}

/* Where byte @n of element @i is, n = 0 the lowest; big-endian memory has an element's bytes in reverse. */
static uint32_t place_of(const struct hv_insn *insn, uint32_t i, uint32_t n, bool big_endian)
{
	return i * insn->bytes + (big_endian ? insn->bytes - 1 - n : n);
}

void hv_insn_put_element_(const struct hv_insn *insn, uint32_t i, const uint64_t *lane, bool big_endian,
			  struct hv_insn_image *image)
{
	uint32_t n;

	for (n = 0; n < insn->bytes; n++)
		hv_insn_image_put(image, place_of(insn, i, n, big_endian), 1, lane[n / 8] >> (n % 8 * 8));
}

void hv_insn_get_element_(const struct hv_insn *insn, uint32_t i, uint64_t *lane, bool big_endian,
			  const struct hv_insn_image *image)
{
	uint32_t n;

	for (n = 0; n < insn->bytes; n++)
		lane[n / 8] |= hv_insn_image_get(image, place_of(insn, i, n, big_endian), 1) << (n % 8 * 8);
}

void hv_insn_clear_(struct hv_insn_image *image)
{
	*image = (struct hv_insn_image){ { 0 } };
}

void hv_insn_gather(const struct hv_insn *insn, const uint64_t *x, bool big_endian, struct hv_insn_image *image)
{
	uint32_t i;

	hv_insn_clear_(image);
	if (!insn->store || insn->simd)
		return;
	for (i = 0; i < insn->nr; i++) {
		uint64_t data = reg(x, i == 0 ? insn->rt : insn->rt2);

		hv_insn_put_element_(insn, i, &data, big_endian, image);
	}
}

/* First the sign to 64 bits, then the width of the register: never the other way round (ESR-02, ESR-03). */
static uint64_t extend(const struct hv_insn *insn, uint64_t data)
{
	uint64_t sign_bit = HV_U64(0x80) << ((8u * insn->bytes - 8) % 64);

	if (insn->sign)
		data = (data ^ sign_bit) - sign_bit;
	return insn->width == 64 ? data : (uint32_t)data;
}

void hv_insn_scatter(const struct hv_insn *insn, const struct hv_insn_image *image, bool big_endian, uint64_t *x)
{
	uint32_t i;

	if (!insn->load || insn->simd)
		return;
	for (i = 0; i < insn->nr; i++) {
		uint32_t rt = i == 0 ? insn->rt : insn->rt2;
		uint64_t data = 0;

		hv_insn_get_element_(insn, i, &data, big_endian, image);
		if (rt < 31)
			x[rt] = extend(insn, data);
	}
}
