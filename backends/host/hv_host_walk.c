/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_walk.c - Arm's stage-2 walk, written from the architecture and checked against measured walks. */
#include <hv_host_walk.h>

#define FINAL_LEVEL 3

/* The controls of one walk, decoded. */
struct params {
	uint32_t granule_bits; /* 12, 14, 16 */
	uint32_t stride;       /* index bits of a full table */
	uint32_t ia_bits;
	uint32_t oa_bits;
	int start_level;
	bool ds;
	bool base52; /* VTTBR and 64 KiB descriptors hold address bits 51:48 */
};

static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool is_64k(const struct params *p)
{
	return p->granule_bits == 16;
}

static uint32_t granule_of(uint64_t vtcr)
{
	static const uint8_t bits[4] = { 12, 16, 14, 16 };

	return bits[HV_FIELD(vtcr, 15, 14)];
}

/* Start level by granule and SL2:SL0; 4 says there is none. */
static int start_level(const struct params *p, const struct hv_host_cpu *cpu, uint64_t vtcr)
{
	static const int8_t level_4k[4] = { 2, 1, 0, 3 };
	uint32_t sl0 = (uint32_t)HV_FIELD(vtcr, 7, 6);
	bool sl2 = p->ds && HV_FIELD(vtcr, 33, 33) != 0;

	switch (p->granule_bits) {
	case 12:
		if (sl2)
			return sl0 == 0 ? -1 : 4;
		if ((sl0 == 2 && cpu->pa_bits < 44) || (sl0 == 3 && !cpu->ttst))
			return 4;
		return level_4k[sl0];
	case 14:
		if ((sl0 == 2 && cpu->pa_bits < 42) || (sl0 == 3 && !p->ds))
			return 4;
		return 3 - (int)sl0;
	default:
		if (sl0 == 3 || (sl0 == 2 && cpu->pa_bits < 44))
			return 4;
		return 3 - (int)sl0;
	}
}

/* Is the input size one that T0SZ may ask for on this CPU and that fits the start level? */
static bool input_size_ok(const struct params *p, const struct hv_host_cpu *cpu)
{
	uint32_t most = min_u32(is_64k(p) || p->ds ? 52 : 48, cpu->pa_bits);
	uint32_t least = !cpu->ttst ? 25 : is_64k(p) ? 17 : 16;
	uint32_t below;

	if (p->start_level > FINAL_LEVEL || p->ia_bits > most || p->ia_bits < least)
		return false;
	below = (uint32_t)(FINAL_LEVEL - p->start_level) * p->stride + p->granule_bits;
	return p->ia_bits > below && p->ia_bits <= below + p->stride + 4;
}

static void decode_params(struct params *p, const struct hv_host_cpu *cpu, uint64_t vtcr)
{
	static const uint8_t size[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };

	p->granule_bits = granule_of(vtcr);
	p->stride = p->granule_bits - 3;
	p->ds = cpu->lpa2 && !is_64k(p) && HV_FIELD(vtcr, 32, 32) != 0;
	p->ia_bits = 64 - (uint32_t)HV_FIELD(vtcr, 5, 0);
	p->oa_bits = min_u32(size[HV_FIELD(vtcr, 18, 16)], cpu->pa_bits);
	if (!is_64k(p) && !p->ds)
		p->oa_bits = min_u32(p->oa_bits, 48);
	p->base52 = p->ds || (is_64k(p) && p->oa_bits == 52);
	p->start_level = start_level(p, cpu, vtcr);
}

/* Lowest input address bit that the index of @level covers; also log2 of what one entry there maps. */
static uint32_t level_shift(const struct params *p, int level)
{
	return (uint32_t)(FINAL_LEVEL - level) * p->stride + p->granule_bits;
}

static uint64_t root_base(const struct params *p, uint64_t vttbr)
{
	uint32_t size_shift = p->ia_bits - level_shift(p, p->start_level) + 3;
	uint64_t base = vttbr & HV_MASK(47, 1);

	if (p->base52)
		base = (vttbr & HV_MASK(47, 6)) | HV_FIELD(vttbr, 5, 2) << 48;
	return hv_align_down(base, HV_U64(1) << size_shift);
}

/* Address field of a descriptor whose output is 2^@shift bytes. */
static uint64_t desc_address(const struct params *p, const struct hv_host_cpu *cpu, uint64_t desc, uint32_t shift)
{
	uint64_t address = desc & HV_MASK(47, shift);

	if (p->ds)
		return address | (desc & HV_MASK(49, 48)) | HV_FIELD(desc, 9, 8) << 50;
	if (is_64k(p) && cpu->lpa)
		return address | HV_FIELD(desc, 15, 12) << 48;
	return address;
}

static bool block_allowed(const struct params *p, const struct hv_host_cpu *cpu, int level)
{
	switch (level) {
	case 0:
		return p->granule_bits == 12 && p->ds;
	case 1:
		return p->granule_bits == 12 || (p->granule_bits == 14 && p->ds) || (is_64k(p) && cpu->lpa);
	case 2:
		return true;
	default:
		return false;
	}
}

static void fault(struct hv_host_walk *walk, enum hv_host_fault kind, int level)
{
	walk->fault = kind;
	walk->level = (int8_t)level;
}

static bool out_of_range(const struct params *p, uint64_t address)
{
	return address >> p->oa_bits != 0;
}

/* Follow tables to a valid leaf at walk->level. False: walk->fault says why not. */
static bool find_leaf(struct hv_host *host, const struct params *p, const struct hv_host_cpu *cpu, uint64_t base,
		      uint64_t ipa, struct hv_host_walk *walk)
{
	uint32_t top = p->ia_bits - 1;
	int level;

	for (level = p->start_level;; level++) {
		uint32_t shift = level_shift(p, level);
		uint64_t at = base + HV_FIELD(ipa, top, shift) * 8;

		walk->step_pa[walk->nr_steps++] = at;
		walk->desc = hv_host_read64(host, hv_pa(at));
		walk->size_shift = (uint8_t)shift;
		walk->level = (int8_t)level;
		if ((walk->desc & 1) == 0 || (level == FINAL_LEVEL && (walk->desc & 2) == 0) ||
		    ((walk->desc & 2) == 0 && !block_allowed(p, cpu, level))) {
			fault(walk, HV_HOST_FAULT_TRANSLATION, level);
			return false;
		}
		if (level == FINAL_LEVEL || (walk->desc & 2) == 0)
			return true;
		base = desc_address(p, cpu, walk->desc, p->granule_bits);
		if (out_of_range(p, base)) {
			fault(walk, HV_HOST_FAULT_ADDRSIZE, level);
			return false;
		}
		top = shift - 1;
	}
}

static bool fetch_allowed(const struct hv_host_cpu *cpu, uint64_t desc, bool el0)
{
	uint32_t xn = (uint32_t)HV_FIELD(desc, 54, 53);

	if (!cpu->xnx)
		return (xn & 2) == 0;
	return xn == 0 || xn == (el0 ? 1 : 3);
}

static bool access_allowed(const struct hv_host_cpu *cpu, uint64_t vtcr, uint64_t desc, uint32_t access)
{
	bool dirty_by_hw = cpu->hafdbs && HV_FIELD(vtcr, 22, 21) == 3 && HV_FIELD(desc, 51, 51) != 0;

	if ((access & HV_HOST_READ) != 0 && HV_FIELD(desc, 6, 6) == 0)
		return false;
	if ((access & HV_HOST_WRITE) != 0 && HV_FIELD(desc, 7, 7) == 0 && !dirty_by_hw)
		return false;
	return (access & HV_HOST_FETCH) == 0 || fetch_allowed(cpu, desc, (access & HV_HOST_EL0) != 0);
}

/* MAIR byte of a leaf under stage 1 Normal Write-Back, read- and write-allocate. */
static uint8_t result_attr(const struct hv_host_cpu *cpu, uint64_t desc)
{
	static const uint8_t nibble[4] = { 0, 0x4, 0xb, 0xf }; /* -, NC, WT, WB */
	uint32_t attr = (uint32_t)HV_FIELD(desc, 5, 2);

	if (cpu->fwb)
		attr = (attr & 4) == 0 ? attr & 3 : (attr & 3) == 1 ? 0x5 : 0xf;
	if ((attr & 0xc) == 0)
		return (uint8_t)(attr << 2);
	return (uint8_t)(nibble[attr >> 2] << 4 | nibble[attr & 3]);
}

static void result_memory(const struct params *p, const struct hv_host_cpu *cpu, uint64_t vtcr,
			  struct hv_host_walk *walk)
{
	uint64_t sh = p->ds ? HV_FIELD(vtcr, 13, 12) : HV_FIELD(walk->desc, 9, 8);

	walk->attr = result_attr(cpu, walk->desc);
	if ((walk->attr & 0xf0) == 0 || walk->attr == 0x44)
		sh = 2;
	walk->sh = (uint8_t)sh;
}

void hv_host_walk(struct hv_host *host, const struct hv_host_cpu *cpu, uint64_t vtcr, uint64_t vttbr, uint64_t ipa,
		  uint32_t access, struct hv_host_walk *walk)
{
	struct params p;
	uint64_t base;

	*walk = (struct hv_host_walk){ .fault = HV_HOST_NO_FAULT };
	decode_params(&p, cpu, vtcr);
	if (!input_size_ok(&p, cpu) || ipa >> p.ia_bits != 0) {
		fault(walk, HV_HOST_FAULT_TRANSLATION, 0);
		return;
	}
	base = root_base(&p, vttbr);
	if (out_of_range(&p, base)) {
		fault(walk, HV_HOST_FAULT_ADDRSIZE, 0);
		return;
	}
	if (!find_leaf(host, &p, cpu, base, ipa, walk))
		return;
	walk->leaf = true;
	walk->oa = desc_address(&p, cpu, walk->desc, walk->size_shift) | (ipa & ((HV_U64(1) << walk->size_shift) - 1));
	result_memory(&p, cpu, vtcr, walk);
	if (out_of_range(&p, walk->oa))
		walk->fault = HV_HOST_FAULT_ADDRSIZE;
	else if (HV_FIELD(walk->desc, 10, 10) == 0 && !(cpu->hafdbs && HV_FIELD(vtcr, 21, 21) != 0))
		walk->fault = HV_HOST_FAULT_ACCESS;
	else if (!access_allowed(cpu, vtcr, walk->desc, access))
		walk->fault = HV_HOST_FAULT_PERMISSION;
}

uint32_t hv_host_walk_fsc(const struct hv_host_walk *walk)
{
	switch (walk->fault) {
	case HV_HOST_NO_FAULT:
		break;
	case HV_HOST_FAULT_TRANSLATION:
		return walk->level < 0 ? 0x2b : 0x4u + (uint32_t)walk->level;
	case HV_HOST_FAULT_ADDRSIZE:
		return walk->level < 0 ? 0x29 : (uint32_t)walk->level;
	case HV_HOST_FAULT_ACCESS:
		return 0x8u + (uint32_t)walk->level;
	case HV_HOST_FAULT_PERMISSION:
		return 0xcu + (uint32_t)walk->level;
	}
	return 0x3f;
}
