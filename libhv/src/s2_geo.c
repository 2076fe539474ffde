/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_geo.c - start level, concatenation and VTCR_EL2 from what the CPUs offer and the embedder wants. */
#include "s2_priv.h"

#define FINAL_LEVEL          3
#define MAX_CONCAT           16
#define MIN_IPA_BITS_NO_TTST 25

#define VTCR_IRGN0_WB  HV_PREP(1, 9, 8)
#define VTCR_ORGN0_WB  HV_PREP(1, 11, 10)
#define VTCR_SH0_INNER HV_PREP(3, 13, 12)
#define VTCR_VS        HV_BIT(19)
#define VTCR_HA        HV_BIT(21)
#define VTCR_HD        HV_BIT(22)
#define VTCR_RES1      HV_BIT(31)
#define VTCR_DS        HV_BIT(32)
#define VTCR_SL2       HV_BIT(33)

#define KNOWN_FLAGS 0x1ffu

/* How far a CPU supports a granule at stage 2. */
enum support { ABSENT, PRESENT, PRESENT_52 };

/*
 * ID_AA64MMFR0_EL1.TGran4/16/64 and TGran*_2. Where the stage-2 field is 0, the stage-1 field decides. Each granule is
 * judged by its own fields (S2-37).
 */
static enum support granule_support(uint64_t mmfr0, enum hv_s2_granule granule)
{
	uint64_t stage2, stage1;

	switch (granule) {
	case HV_S2_4K:
		stage2 = HV_FIELD(mmfr0, 43, 40);
		stage1 = (HV_FIELD(mmfr0, 31, 28) + 1) & 0xf; /* signed: -1 absent, 0 present, 1 with LPA2 */
		break;
	case HV_S2_16K:
		stage2 = HV_FIELD(mmfr0, 35, 32);
		stage1 = HV_FIELD(mmfr0, 23, 20);
		break;
	case HV_S2_64K:
		stage2 = HV_FIELD(mmfr0, 39, 36);
		stage1 = HV_FIELD(mmfr0, 27, 24) == 0xf ? 0 : 1;
		break;
	default:
		return ABSENT;
	}
	if (stage2 == 0)
		return stage1 == 0 ? ABSENT : stage1 == 1 ? PRESENT : PRESENT_52;
	return stage2 == 1 ? ABSENT : stage2 == 2 ? PRESENT : PRESENT_52;
}

/* ID_AA64MMFR0_EL1.PARange; what the library does not know counts as the largest it knows (S2-35, S2-36). */
static uint32_t pa_range_bits(uint64_t mmfr0)
{
	switch (HV_FIELD(mmfr0, 3, 0)) {
	case 0:
		return 32;
	case 1:
		return 36;
	case 2:
		return 40;
	case 3:
		return 42;
	case 4:
		return 44;
	case 5:
		return 48;
	default:
		return 52;
	}
}

static uint64_t vtcr_ps(uint32_t pa_bits)
{
	switch (pa_bits) {
	case 32:
		return 0;
	case 36:
		return 1;
	case 40:
		return 2;
	case 42:
		return 3;
	case 44:
		return 4;
	case 48:
		return 5;
	default:
		return 6;
	}
}

static void read_features(struct hv_s2_geo *geo, const struct hv_s2_config *config, const struct hv_s2_feat *feat)
{
	uint64_t mmfr1 = feat->id_aa64mmfr1, mmfr2 = feat->id_aa64mmfr2;
	uint64_t hafdbs = (config->flags & HV_S2_NO_HAFDBS) != 0 ? 0 : HV_FIELD(mmfr1, 3, 0);
	uint64_t bbm = (config->flags & HV_S2_NO_BBM) != 0 ? 0 : HV_FIELD(mmfr2, 55, 52);

	geo->xnx = (config->flags & HV_S2_NO_XNX) == 0 && HV_FIELD(mmfr1, 31, 28) != 0;
	geo->vmid16 = (config->flags & HV_S2_NO_VMID16) == 0 && HV_FIELD(mmfr1, 7, 4) >= 2;
	geo->fwb = (config->flags & HV_S2_NO_FWB) == 0 && HV_FIELD(mmfr2, 43, 40) != 0;
	geo->ttl = HV_FIELD(mmfr2, 51, 48) != 0;
	geo->bbm = (uint8_t)(bbm > 2 ? 2 : bbm);
	geo->hw_af = hafdbs >= 1;
	geo->hw_dbm = hafdbs >= 2;
	geo->tlbi_range = (config->flags & HV_S2_NO_TLBIRANGE) == 0 && HV_FIELD(feat->id_aa64isar0, 59, 56) >= 2;
	geo->idc = HV_FIELD(feat->ctr_el0, 28, 28) != 0;
	geo->dic = HV_FIELD(feat->ctr_el0, 29, 29) != 0;
}

/* Output size and whether descriptors need their 52-bit form. */
static void set_output(struct hv_s2_geo *geo, const struct hv_s2_config *config, const struct hv_s2_feat *feat,
		       enum support support)
{
	uint32_t pa_bits = pa_range_bits(feat->id_aa64mmfr0);
	bool is_64k = config->granule == HV_S2_64K;
	bool lpa2 = !is_64k && support == PRESENT_52 && (config->flags & HV_S2_NO_LPA2) == 0;

	geo->lpa2 = lpa2 && pa_bits > 48;
	geo->pa52 = is_64k && pa_bits > 48;
	geo->pa_bits = (uint8_t)(geo->lpa2 || geo->pa52 || pa_bits <= 48 ? pa_bits : 48);
}

/* Input bits below the index of @level. */
static uint32_t bits_below(const struct hv_s2_geo *geo, int level)
{
	return geo->granule_shift + (uint32_t)(FINAL_LEVEL - level) * (geo->granule_shift - 3u);
}

/* May a walk of ipa_bits start at @level: does the root have 2 entries to 16 tables, and do the CPUs allow it? */
static bool start_level_ok(const struct hv_s2_geo *geo, bool ttst, uint32_t cpu_pa_bits, int level)
{
	uint32_t below = bits_below(geo, level);
	uint32_t stride = geo->granule_shift - 3u;

	if (geo->ipa_bits <= below || geo->ipa_bits > below + stride + 4)
		return false;
	switch (geo->granule_shift) {
	case HV_S2_4K:
		return level == FINAL_LEVEL ? ttst : level == -1 ? geo->lpa2 : level != 0 || cpu_pa_bits >= 44;
	case HV_S2_16K:
		return level == 0 ? geo->lpa2 : level > 0 && (level != 1 || cpu_pa_bits >= 42);
	default:
		return level > 0 && (level != 1 || cpu_pa_bits >= 44);
	}
}

/* VTCR_EL2.SL2:SL0 of a start level. */
static uint64_t vtcr_sl(const struct hv_s2_geo *geo)
{
	if (geo->granule_shift != HV_S2_4K)
		return HV_PREP(FINAL_LEVEL - geo->start_level, 7, 6);
	if (geo->start_level == -1)
		return VTCR_SL2;
	return HV_PREP(geo->start_level == FINAL_LEVEL ? 3 : 2 - geo->start_level, 7, 6);
}

static uint64_t vtcr_tg0(const struct hv_s2_geo *geo)
{
	return HV_PREP(geo->granule_shift == HV_S2_4K ? 0 : geo->granule_shift == HV_S2_64K ? 1 : 2, 15, 14);
}

static uint64_t make_vtcr(const struct hv_s2_geo *geo)
{
	uint64_t vtcr = VTCR_RES1 | VTCR_IRGN0_WB | VTCR_ORGN0_WB | VTCR_SH0_INNER;

	vtcr |= HV_PREP(64 - geo->ipa_bits, 5, 0) | vtcr_sl(geo) | vtcr_tg0(geo);
	vtcr |= HV_PREP(vtcr_ps(geo->pa_bits), 18, 16);
	vtcr |= geo->vmid16 ? VTCR_VS : 0;
	vtcr |= geo->hw_af ? VTCR_HA : 0;
	vtcr |= geo->hw_dbm ? VTCR_HD : 0;
	return vtcr | (geo->lpa2 ? VTCR_DS : 0);
}

static void set_root(struct hv_s2_geo *geo)
{
	uint64_t entries = HV_U64(1) << (geo->ipa_bits - bits_below(geo, geo->start_level));
	uint64_t per_table = HV_U64(1) << (geo->granule_shift - 3);

	geo->levels = (uint8_t)(FINAL_LEVEL - geo->start_level + 1);
	geo->concat = (uint8_t)(entries > per_table ? entries / per_table : 1);
	geo->root_bytes = entries * 8;
	/* The VTTBR_EL2 form with 52 address bits keeps bits 51:48 in 5:2. */
	geo->root_align = geo->root_bytes < 64 && geo->pa_bits > 48 ? 64 : geo->root_bytes;
}

static enum hv_s2_why check_ipa_bits(const struct hv_s2_geo *geo, bool ttst, uint32_t ipa_bits)
{
	uint32_t least = !ttst ? MIN_IPA_BITS_NO_TTST : geo->granule_shift == HV_S2_64K ? 17 : 16;

	if (ipa_bits < least)
		return HV_S2_WHY_IPA_SMALL;
	if (ipa_bits > (geo->lpa2 || geo->pa52 ? 52u : 48u))
		return HV_S2_WHY_IPA_LARGE;
	return ipa_bits > geo->pa_bits ? HV_S2_WHY_IPA_PARANGE : HV_S2_WHY_NONE;
}

/* The fewest levels that 16 concatenated root tables allow, unless the caller names the level. */
static enum hv_s2_why choose_start(struct hv_s2_geo *geo, const struct hv_s2_config *config, bool ttst,
				   uint32_t cpu_pa_bits)
{
	int level = FINAL_LEVEL;

	if ((config->flags & HV_S2_START_LEVEL) != 0) {
		level = config->start_level;
		if (level < -1 || level > FINAL_LEVEL || !start_level_ok(geo, ttst, cpu_pa_bits, level))
			return HV_S2_WHY_START_LEVEL;
	}
	while (!start_level_ok(geo, ttst, cpu_pa_bits, level))
		level--;
	geo->start_level = (int8_t)level;
	return HV_S2_WHY_NONE;
}

static bool granule_built_in(enum hv_s2_granule granule)
{
	if (granule == HV_S2_4K)
		return true;
	return !HV_CONFIG_S2_4K_ONLY && (granule == HV_S2_16K || granule == HV_S2_64K);
}

static enum hv_s2_why compute(struct hv_s2_geo *geo, const struct hv_s2_config *config, const struct hv_s2_feat *feat)
{
	bool ttst = (config->flags & HV_S2_NO_TTST) == 0 && HV_FIELD(feat->id_aa64mmfr2, 31, 28) != 0;
	uint32_t cpu_pa_bits = pa_range_bits(feat->id_aa64mmfr0);
	enum support support;
	enum hv_s2_why why;
	uint32_t ipa_bits;

	if (config->config_bytes != sizeof(*config))
		return HV_S2_WHY_CONFIG_BYTES;
	if ((config->flags & ~KNOWN_FLAGS) != 0)
		return HV_S2_WHY_FLAGS;
	if (!granule_built_in(config->granule))
		return HV_S2_WHY_GRANULE;
	support = granule_support(feat->id_aa64mmfr0, config->granule);
	if (support == ABSENT)
		return HV_S2_WHY_GRANULE_CPU;
	geo->granule_shift = (uint8_t)config->granule;
	read_features(geo, config, feat);
	set_output(geo, config, feat, HV_CONFIG_S2_4K_ONLY ? PRESENT : support);
	ipa_bits = config->ipa_bits != 0 ? config->ipa_bits : geo->pa_bits < 48 ? geo->pa_bits : 48;
	why = check_ipa_bits(geo, ttst, ipa_bits);
	if (why != HV_S2_WHY_NONE)
		return why;
	geo->ipa_bits = (uint8_t)ipa_bits;
	why = choose_start(geo, config, ttst, cpu_pa_bits);
	if (why != HV_S2_WHY_NONE)
		return why;
	set_root(geo);
	geo->vtcr = make_vtcr(geo);
	return HV_S2_WHY_NONE;
}

static enum hv_err why_err(enum hv_s2_why why)
{
	switch (why) {
	case HV_S2_WHY_NONE:
		return HV_OK;
	case HV_S2_WHY_GRANULE_CPU:
	case HV_S2_WHY_IPA_PARANGE:
		return HV_ENODEV;
	case HV_S2_WHY_CONFIG_BYTES:
	case HV_S2_WHY_GRANULE:
	case HV_S2_WHY_IPA_SMALL:
	case HV_S2_WHY_IPA_LARGE:
	case HV_S2_WHY_FLAGS:
	case HV_S2_WHY_START_LEVEL:
		break;
	}
	return HV_EINVAL;
}

enum hv_err hv_s2_geometry(struct hv_s2_geo *geo, const struct hv_s2_config *config, const struct hv_s2_feat *feat,
			   enum hv_s2_why *why)
{
	struct hv_s2_geo made = { 0 };
	enum hv_s2_why reason = compute(&made, config, feat);

	if (why != NULL)
		*why = reason;
	if (reason == HV_S2_WHY_NONE)
		*geo = made;
	return why_err(reason);
}

/* Rows of characters, not pointers to strings: the compiler would make a table of addresses of those. */
static const char why_text[][80] = {
	[HV_S2_WHY_NONE] = "The configuration is fine.",
	[HV_S2_WHY_CONFIG_BYTES] = "config_bytes is not a size of struct hv_s2_config that this library knows.",
	[HV_S2_WHY_GRANULE] = "The granule is not 4, 16 or 64 KiB, or is not built in.",
	[HV_S2_WHY_GRANULE_CPU] = "The CPUs do not have this granule at stage 2.",
	[HV_S2_WHY_IPA_SMALL] = "The IPA size is smaller than T0SZ can express on these CPUs.",
	[HV_S2_WHY_IPA_LARGE] = "The IPA size is larger than descriptors of this granule can hold.",
	[HV_S2_WHY_IPA_PARANGE] = "The IPA size is larger than the physical address size of the CPUs.",
	[HV_S2_WHY_FLAGS] = "A flag is set that this library does not know.",
	[HV_S2_WHY_START_LEVEL] = "No walk of this IPA size can start at the level asked for.",
};

const char *hv_s2_why_text(enum hv_s2_why why)
{
	if ((unsigned int)why >= HV_ARRAY_SIZE(why_text))
		return "Unknown reason.";
	return why_text[why];
}
