/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* guest.c - the guest's memory, through its stage-2 tables. Contract: hv_vm_read(), hv_vm_write() in hv/vm.h. */
#include "run_priv.h"

/* A pointer into guest memory is good within the smallest page, whatever the leaf. */
#define SPAN HV_KIB(4)

/* Where the byte at @ipa is, if it is mapped with the rights in @prot; else NULL. */
static unsigned char *find(const struct hv_vm *vm, uint64_t ipa, uint32_t prot)
{
	struct hv_s2_leaf leaf;

	if (hv_s2_lookup(vm->s2, hv_ipa(ipa), &leaf) != HV_OK || !leaf.mapped || (leaf.prot & prot) != prot)
		return NULL;
	return hv_be_va(vm->ctx, leaf.pa);
}

static uint64_t span_at(uint64_t ipa, uint64_t bytes)
{
	uint64_t left = SPAN - (ipa & (SPAN - 1));

	return bytes < left ? bytes : left;
}

/* A word a guest may be writing on another CPU: it is read and written whole or, when it is no word, byte by byte. */
static bool is_word(const unsigned char *at, uint64_t bytes)
{
	return (bytes == 8 || bytes == 4 || bytes == 2) && hv_is_aligned((uintptr_t)at, bytes);
}

static uint64_t load_word(const unsigned char *at, uint64_t bytes)
{
	if (bytes == 8)
		return __atomic_load_n((const uint64_t *)(const void *)at, __ATOMIC_RELAXED);
	if (bytes == 4)
		return __atomic_load_n((const uint32_t *)(const void *)at, __ATOMIC_RELAXED);
	return __atomic_load_n((const uint16_t *)(const void *)at, __ATOMIC_RELAXED);
}

static void store_word(unsigned char *at, uint64_t bytes, uint64_t value)
{
	if (bytes == 8)
		__atomic_store_n((uint64_t *)(void *)at, value, __ATOMIC_RELAXED);
	else if (bytes == 4)
		__atomic_store_n((uint32_t *)(void *)at, (uint32_t)value, __ATOMIC_RELAXED);
	else
		__atomic_store_n((uint16_t *)(void *)at, (uint16_t)value, __ATOMIC_RELAXED);
}

static void read_span(unsigned char *to, const unsigned char *from, uint64_t bytes)
{
	uint64_t value, i;

	if (is_word(from, bytes)) {
		value = load_word(from, bytes);
		for (i = 0; i < bytes; i++)
			to[i] = (unsigned char)(value >> 8 * i);
		return;
	}
	for (i = 0; i < bytes; i++)
		to[i] = from[i];
}

static void write_span(unsigned char *to, const unsigned char *from, uint64_t bytes)
{
	uint64_t value = 0, i;

	if (is_word(to, bytes)) {
		for (i = 0; i < bytes; i++)
			value |= (uint64_t)from[i] << 8 * i;
		store_word(to, bytes, value);
		return;
	}
	for (i = 0; i < bytes; i++)
		to[i] = from[i];
}

enum hv_err hv_vm_read(const struct hv_vm *vm, hv_ipa_t ipa, void *buf, size_t bytes)
{
	unsigned char *to = buf;

	if (!hv_vm_is_ram_(vm, ipa.v, bytes))
		return HV_ERANGE;
	while (bytes > 0) {
		uint64_t span = span_at(ipa.v, bytes);
		const unsigned char *from = find(vm, ipa.v, HV_S2_R);

		if (!from)
			return HV_ENOENT;
		read_span(to, from, span);
		to += span;
		ipa.v += span;
		bytes -= span;
	}
	return HV_OK;
}

enum hv_err hv_vm_write(struct hv_vm *vm, hv_ipa_t ipa, const void *buf, size_t bytes)
{
	const unsigned char *from = buf;

	if (!hv_vm_is_ram_(vm, ipa.v, bytes))
		return HV_ERANGE;
	while (bytes > 0) {
		uint64_t span = span_at(ipa.v, bytes);
		unsigned char *to = find(vm, ipa.v, HV_S2_W);

		if (!to)
			return HV_ENOENT;
		write_span(to, from, span);
		from += span;
		ipa.v += span;
		bytes -= span;
	}
	return HV_OK;
}
