/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_tlb_desc.c - descriptors and operands as the TLB oracle sees them: geometry, linter, decoder. */
#include "hv_host_tlb_priv.h"

#define CONTIGUOUS HV_BIT(52)
#define NT         HV_BIT(16)

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static int start_of(const struct tlb_geo *geo)
{
	int sl0 = (int)HV_FIELD(geo->vtcr, 7, 6);

	if (geo->granule_bits != 12)
		return 3 - sl0;
	if (geo->ds && HV_FIELD(geo->vtcr, 33, 33) != 0)
		return -1;
	return sl0 == 3 ? 3 : 2 - sl0;
}

void tlb_geo_(struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t vtcr, uint64_t vttbr)
{
	static const uint8_t granule[4] = { 12, 16, 14, 16 };
	static const uint8_t pa_size[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };
	bool big = HV_FIELD(vtcr, 15, 14) == 1;

	*geo = (struct tlb_geo){ .vtcr = vtcr };
	geo->granule_bits = granule[HV_FIELD(vtcr, 15, 14)];
	geo->stride = geo->granule_bits - 3;
	geo->ia_bits = 64 - (uint32_t)HV_FIELD(vtcr, 5, 0);
	geo->ds = !big && config->cpu.lpa2 && HV_FIELD(vtcr, 32, 32) != 0;
	geo->oa_bits = least(pa_size[HV_FIELD(vtcr, 18, 16)], config->cpu.pa_bits);
	if (!geo->ds && !(big && config->cpu.lpa))
		geo->oa_bits = least(geo->oa_bits, 48);
	geo->oa52_64k = big && config->cpu.lpa;
	geo->hw_af = config->cpu.hafdbs && HV_FIELD(vtcr, 21, 21) != 0;
	geo->start_level = start_of(geo);
	geo->root_bytes = HV_U64(8) << (geo->ia_bits - tlb_shift_(geo, geo->start_level));
	geo->root = vttbr & HV_MASK(47, 1);
	if (geo->ds || (big && geo->oa_bits == 52))
		geo->root = (vttbr & HV_MASK(47, 6)) | HV_FIELD(vttbr, 5, 2) << 48;
	geo->root = hv_align_down(geo->root, geo->root_bytes);
	geo->vmid = (uint16_t)(HV_FIELD(vtcr, 19, 19) != 0 ? HV_FIELD(vttbr, 63, 48) : HV_FIELD(vttbr, 55, 48));
}

uint32_t tlb_shift_(const struct tlb_geo *geo, int level)
{
	return (uint32_t)(3 - level) * geo->stride + geo->granule_bits;
}

static bool block_level(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, int level)
{
	switch (geo->granule_bits) {
	case 12:
		return level == 1 || level == 2 || (level == 0 && geo->ds);
	case 14:
		return level == 2 || (level == 1 && geo->ds);
	default:
		return level == 2 || (level == 1 && config->cpu.lpa);
	}
}

enum tlb_desc tlb_kind_(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc, int level)
{
	if ((desc & 1) == 0)
		return TLB_INVALID;
	if (level == 3)
		return (desc & 2) != 0 ? TLB_LEAF : TLB_INVALID;
	if ((desc & 2) != 0)
		return TLB_LINK;
	return block_level(geo, config, level) ? TLB_LEAF : TLB_INVALID;
}

/* Where the address of a leaf or link lies in the descriptor. */
static uint64_t address_bits(const struct tlb_geo *geo, int level, enum tlb_desc kind)
{
	uint64_t bits = HV_MASK(47, kind == TLB_LINK ? geo->granule_bits : tlb_shift_(geo, level));

	if (geo->ds)
		bits |= HV_MASK(49, 48) | HV_MASK(9, 8);
	if (geo->oa52_64k)
		bits |= HV_MASK(15, 12);
	return bits;
}

uint64_t tlb_address_(const struct tlb_geo *geo, uint64_t desc, int level, enum tlb_desc kind)
{
	uint64_t low = HV_MASK(47, kind == TLB_LINK ? geo->granule_bits : tlb_shift_(geo, level));
	uint64_t address = desc & low;

	if (geo->ds)
		address |= (desc & HV_MASK(49, 48)) | HV_FIELD(desc, 9, 8) << 50;
	if (geo->oa52_64k)
		address |= HV_FIELD(desc, 15, 12) << 48;
	return address;
}

/* AF, and the bits hardware ignores: not part of a cached entry. */
#define NOT_CACHED (HV_BIT(10) | HV_MASK(63, 55))
/* S2AP, DBM, XN. */
#define PERMISSION (HV_MASK(7, 6) | HV_BIT(51) | HV_MASK(54, 53))

uint64_t tlb_cached_bits_(const struct tlb_geo *geo, uint64_t desc, int level)
{
	return desc & ~(NOT_CACHED | address_bits(geo, level, TLB_LEAF));
}

uint64_t tlb_nature_(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc, int level)
{
	uint64_t bits =
		tlb_cached_bits_(geo, desc, level) & ~(PERMISSION | HV_BIT(1)); /* block and page differ in bit 1 */

	return config->bbm >= 1 ? bits & ~(NT | CONTIGUOUS) : bits;
}

uint32_t tlb_contiguous_(const struct tlb_geo *geo, int level)
{
	switch (geo->granule_bits) {
	case 12:
		return level >= 1 ? 16 : 0;
	case 14:
		return level == 3 ? 128 : level == 2 ? 32 : 0;
	default:
		return level >= 2 ? 32 : 0;
	}
}

static bool is_device(const struct hv_host_tlb_config *config, uint64_t desc)
{
	return HV_FIELD(desc, 5, 4) == 0 || (config->cpu.fwb && HV_FIELD(desc, 4, 4) == 0);
}

static bool reserved_memattr(const struct hv_host_tlb_config *config, uint64_t desc)
{
	uint32_t attr = (uint32_t)HV_FIELD(desc, 5, 2);

	if (config->cpu.fwb)
		return attr >= 8 || attr == 4;
	return attr == 4 || attr == 8 || attr == 12;
}

static const char *lint_link(const struct tlb_geo *geo, uint64_t desc)
{
	uint64_t ignored = HV_MASK(58, 51) | HV_MASK(11, 2); /* software may count there */

	if ((desc & ~(address_bits(geo, 3, TLB_LINK) | ignored | 3)) != 0)
		return "reserved bits in a table descriptor";
	if (tlb_address_(geo, desc, 3, TLB_LINK) >> geo->oa_bits != 0)
		return "next table beyond the output size";
	return NULL;
}

static uint64_t leaf_reserved(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, int level)
{
	uint64_t used =
		address_bits(geo, level, TLB_LEAF) | HV_MASK(10, 0) | HV_BIT(52) | HV_MASK(54, 53) | HV_MASK(58, 55);

	if (level < 3 && config->bbm >= 1)
		used |= NT;
	if (config->cpu.hafdbs)
		used |= HV_BIT(51);
	if (!config->cpu.xnx)
		used &= ~HV_BIT(53);
	return ~used;
}

static const char *lint_leaf(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc,
			     int level)
{
	bool device = is_device(config, desc);

	if ((desc & leaf_reserved(geo, config, level)) != 0)
		return "reserved bits in a leaf";
	if (tlb_address_(geo, desc, level, TLB_LEAF) >> geo->oa_bits != 0)
		return "output address beyond the output size";
	if (!geo->ds && HV_FIELD(desc, 9, 8) == 1)
		return "reserved shareability";
	if (reserved_memattr(config, desc))
		return "reserved memory attributes";
	if (device && HV_FIELD(desc, 54, 53) != 2)
		return "executable Device memory";
	if (device && level != 3)
		return "Device memory in a block";
	if ((desc & CONTIGUOUS) != 0 && tlb_contiguous_(geo, level) == 0)
		return "contiguous bit where there is none";
	return NULL;
}

const char *tlb_lint_(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc, int level)
{
	if ((desc & 1) == 0)
		return NULL;
	switch (tlb_kind_(geo, config, desc, level)) {
	case TLB_INVALID:
		break;
	case TLB_LEAF:
		return lint_leaf(geo, config, desc, level);
	case TLB_LINK:
		return lint_link(geo, desc);
	}
	return "reserved descriptor type";
}

/* ---- operands ------------------------------------------------------------------------------------------- */

/* TG field of TLBI operands for a granule. */
static uint64_t tg_of(const struct tlb_geo *geo)
{
	return geo->granule_bits == 12 ? 1 : geo->granule_bits == 14 ? 2 : 3;
}

/* Does the level field name a level at which this granule has leaves? */
static int hint_of(const struct tlb_geo *geo, uint64_t level)
{
	bool none = (level == 0 && !(geo->granule_bits == 12 && geo->ds)) ||
		    (level == 1 && geo->granule_bits == 14 && !geo->ds);

	return none ? TLB_NO_HINT : (int)level;
}

static const char *decode_ipa(struct tlb_op *op, const struct hv_host_tlb_config *config, const struct tlb_geo *geo,
			      uint64_t xt)
{
	uint32_t top = config->cpu.lpa || config->cpu.lpa2 ? 39 : 35;
	uint64_t ttl = HV_FIELD(xt, 47, 44);

	if ((xt & ~(HV_MASK(47, 44) | HV_MASK(top, 0))) != 0)
		return "reserved bits in the operand";
	if (ttl != 0 && !config->ttl)
		return "level hint without FEAT_TTL";
	if (ttl != 0 && ttl >> 2 != tg_of(geo))
		return "level hint for another granule";
	if (ttl != 0)
		op->hint = hint_of(geo, ttl & 3);
	op->lo = hv_align_down(HV_FIELD(xt, top, 0) << 12, HV_U64(1) << geo->granule_bits);
	op->hi = op->lo + (HV_U64(1) << geo->granule_bits);
	return NULL;
}

static const char *decode_range(struct tlb_op *op, const struct hv_host_tlb_config *config, const struct tlb_geo *geo,
				uint64_t xt)
{
	uint64_t ttl = HV_FIELD(xt, 38, 37);
	uint64_t granules = (HV_FIELD(xt, 43, 39) + 1) << (5 * HV_FIELD(xt, 45, 44) + 1);

	if (!config->tlbi_range)
		return "range without FEAT_TLBIRANGE";
	if (HV_FIELD(xt, 63, 48) != 0)
		return "reserved bits in the operand";
	if (HV_FIELD(xt, 47, 46) != tg_of(geo))
		return "range of another granule";
	op->lo = HV_FIELD(xt, 36, 0) << (geo->ds ? 16 : geo->granule_bits);
	op->hi = op->lo + (granules << geo->granule_bits);
	if (ttl != 0)
		op->hint = hint_of(geo, ttl);
	if (op->hint != TLB_NO_HINT && !hv_is_aligned(op->lo, HV_U64(1) << tlb_shift_(geo, op->hint)))
		return "range does not begin at a leaf of its level hint";
	return NULL;
}

const char *tlb_decode_(struct tlb_op *op, const struct hv_host_tlb_config *config, const struct hv_host_event *event)
{
	struct tlb_geo geo;

	tlb_geo_(&geo, config, event->vtcr, event->vttbr);
	*op = (struct tlb_op){ .hint = TLB_NO_HINT, .vmid = geo.vmid, .root = geo.root, .hi = ~HV_U64(0) };
	switch (event->tlbi) {
	case HV_TLBI_IPAS2LE1IS:
	case HV_TLBI_RIPAS2LE1IS:
		op->last_level = true;
		break;
	case HV_TLBI_VMALLE1IS:
		op->stage1 = true;
		return NULL;
	case HV_TLBI_VMALLS12E1:
		op->local = true;
		return NULL;
	case HV_TLBI_VMALLS12E1IS:
		return NULL;
	case HV_TLBI_ALLE1IS:
		op->any_vmid = true;
		return NULL;
	case HV_TLBI_IPAS2E1IS:
	case HV_TLBI_RIPAS2E1IS:
		break;
	}
	op->by_ipa = true;
	if (event->tlbi == HV_TLBI_IPAS2E1IS || event->tlbi == HV_TLBI_IPAS2LE1IS)
		return decode_ipa(op, config, &geo, event->value);
	return decode_range(op, config, &geo, event->value);
}
