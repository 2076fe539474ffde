/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_priv.h - the inside of the stage-2 engine: descriptor bits, and the path an update walks on.
 *
 * Every non-root table in use has at least one live (non-zero) entry. Their number is kept in the table descriptor
 * that links the table, in bits that hardware ignores there (58:51 and 7:2), so an empty table is noticed without a scan
 * and without memory beside the tables.
 */
#ifndef HV_S2_PRIV_H
#define HV_S2_PRIV_H

#include <hv/s2.h>

#define S2_VALID          HV_BIT(0)
#define S2_TYPE           HV_BIT(1) /* table; at level 3: page */
#define S2_MEMATTR        HV_MASK(5, 2)
#define S2_MEMATTR_NORMAL HV_MASK(5, 4) /* both 0: Device, with and without FWB */
#define S2_AP_R           HV_BIT(6)
#define S2_AP_W           HV_BIT(7)
#define S2_SH             HV_MASK(9, 8) /* address bits 51:50 with LPA2 */
#define S2_AF             HV_BIT(10)
#define S2_XN             HV_MASK(54, 53)
#define S2_SW             HV_MASK(58, 55)
#define S2_PERM           (S2_AP_R | S2_AP_W | S2_XN)
#define S2_XN_ALL         HV_BIT(54)
#define S2_COUNT          (HV_MASK(58, 51) | HV_MASK(7, 2))

#define S2_FINAL_LEVEL 3
#define S2_NR_LEVELS   5 /* -1..3; arrays are indexed with level + 1 */
#define S2_NOT_FRESH   (S2_FINAL_LEVEL + 1)

/* ---- geometry ------------------------------------------------------------------------------------------- */

HV_INLINE uint32_t s2_granule_shift(const struct hv_s2_geo *geo)
{
	return HV_CONFIG_S2_4K_ONLY ? 12u : geo->granule_shift;
}

HV_INLINE uint32_t s2_stride(const struct hv_s2_geo *geo)
{
	return s2_granule_shift(geo) - 3;
}

/* log2 of what one entry at @level maps. */
HV_INLINE uint32_t s2_level_shift(const struct hv_s2_geo *geo, int level)
{
	return s2_granule_shift(geo) + (uint32_t)(S2_FINAL_LEVEL - level) * s2_stride(geo);
}

HV_INLINE uint64_t s2_entries(const struct hv_s2_geo *geo)
{
	return HV_U64(1) << s2_stride(geo);
}

HV_INLINE uint64_t s2_page_bytes(const struct hv_s2_geo *geo)
{
	return HV_U64(1) << s2_granule_shift(geo);
}

/* Does the architecture have blocks at @level? (4K: L1, L2, with LPA2 L0; 16K: L2, L1; 64K: L2, with 52 bits L1) */
HV_INLINE bool s2_block_level(const struct hv_s2_geo *geo, int level)
{
	if (s2_granule_shift(geo) == HV_S2_4K)
		return level >= (geo->lpa2 ? 0 : 1);
	return level >= (geo->lpa2 || geo->pa52 ? 1 : 2);
}

/* ---- descriptors ---------------------------------------------------------------------------------------- */

/* 52-bit output addresses sit in odd places of a descriptor. */
HV_INLINE bool s2_wide(const struct hv_s2_geo *geo)
{
	return !HV_CONFIG_S2_4K_ONLY && geo->pa_bits > 48;
}

HV_INLINE uint64_t s2_address_bits(const struct hv_s2_geo *geo, uint64_t pa)
{
	if (!s2_wide(geo))
		return pa;
	if (geo->pa52)
		return (pa & HV_MASK(47, 16)) | HV_FIELD(pa, 51, 48) << 12;
	return (pa & HV_MASK(49, 12)) | HV_FIELD(pa, 51, 50) << 8;
}

HV_INLINE uint64_t s2_desc_pa(const struct hv_s2_geo *geo, uint64_t desc)
{
	if (!s2_wide(geo))
		return desc & HV_MASK(47, 12);
	if (geo->pa52)
		return (desc & HV_MASK(47, 16)) | HV_FIELD(desc, 15, 12) << 48;
	return (desc & HV_MASK(49, 12)) | HV_FIELD(desc, 9, 8) << 50;
}

/* Bits of a leaf that hold its output address. */
HV_INLINE uint64_t s2_address_mask(const struct hv_s2_geo *geo)
{
	return s2_address_bits(geo, HV_MASK(51, 12));
}

HV_INLINE bool s2_is_table(uint64_t desc, int level)
{
	return (desc & (S2_VALID | S2_TYPE)) == (S2_VALID | S2_TYPE) && level != S2_FINAL_LEVEL;
}

HV_INLINE bool s2_is_valid(uint64_t desc)
{
	return (desc & S2_VALID) != 0;
}

HV_INLINE uint32_t s2_count(uint64_t table_desc)
{
	return (uint32_t)(HV_FIELD(table_desc, 7, 2) | HV_FIELD(table_desc, 58, 51) << 6);
}

HV_INLINE uint64_t s2_count_bits(uint64_t count)
{
	return HV_PREP(count, 7, 2) | HV_PREP(count >> 6, 58, 51);
}

HV_INLINE uint64_t s2_table_desc(const struct hv_s2_geo *geo, uint64_t page, uint64_t count)
{
	return s2_address_bits(geo, page) | s2_count_bits(count) | S2_VALID | S2_TYPE;
}

HV_INLINE uint64_t *s2_table_va(const struct hv_s2 *s2, uint64_t table_desc)
{
	return hv_be_va(s2->ctx, hv_pa(s2_desc_pa(&s2->geo, table_desc)));
}

/* Valid and type bits of a leaf at @level. */
HV_INLINE uint64_t s2_leaf_type(int level)
{
	return level == S2_FINAL_LEVEL ? S2_VALID | S2_TYPE : S2_VALID;
}

/* ---- path ----------------------------------------------------------------------------------------------- */

/*
 * Where an update stands: the entry it goes through at each level, down to the current one. Tables from fresh_level on
 * are not linked yet: they are filled with plain stores and linked, complete, when the path leaves them.
 */
struct s2_path {
	struct hv_s2 *s2;
	struct hv_s2_gather *gather;
	uint64_t ipa; /* of the current entry, or inside it at the first one */
	uint64_t end; /* of the range, exclusive */
	int32_t level;
	int32_t fresh_level;
	uint64_t *slot[S2_NR_LEVELS];
	uint64_t page[S2_NR_LEVELS]; /* fresh tables: their address */
	int16_t live[S2_NR_LEVELS];  /* change of the number of live entries; fresh tables: the number */
};

HV_INLINE uint64_t **s2_slot(struct s2_path *path)
{
	return &path->slot[path->level + 1];
}

HV_INLINE bool s2_is_fresh(const struct s2_path *path)
{
	return path->level >= path->fresh_level;
}

/* The path at the deepest existing table that holds all of [ipa, end). */
void hv_s2_path_start_(struct s2_path *path, struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t ipa, uint64_t end);

/* Go down through the table descriptor @desc of the current entry. */
void hv_s2_path_down_(struct s2_path *path, uint64_t desc);

/* Having moved ipa past entries: leave every table that is done. */
void hv_s2_path_up_(struct s2_path *path);

/* Leave all tables: link fresh ones, update counts, free empty ones. */
void hv_s2_path_finish_(struct s2_path *path);

/* Take a page for a table below the current entry and go down into it; the caller fills its entries. */
uint64_t *hv_s2_path_new_table_(struct s2_path *path);

/* Break the leaf @desc of the current entry into a table of the same translation and go down into it. */
void hv_s2_path_split_(struct s2_path *path, uint64_t desc);

/* Gather the table @desc found at @level and every table below; the caller has cleared the entry. */
void hv_s2_gather_subtree_(const struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t desc, int level);

/* Store to an entry of the current table, linked or not. */
HV_INLINE void s2_path_store(struct s2_path *path, uint64_t *slot, uint64_t desc)
{
	if (s2_is_fresh(path))
		hv_be_desc_init(path->s2->ctx, slot, desc);
	else
		hv_be_desc_store(path->s2->ctx, slot, desc);
}

/* ---- gather --------------------------------------------------------------------------------------------- */

/* Old translations of [start, end) may be cached; @level of the leaves or HV_S2_LEVEL_MIXED. */
void hv_s2_gather_add_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t start, uint64_t end, int level);

/* An unlinked table waits here until the settle. */
void hv_s2_gather_free_(struct hv_s2_gather *gather, uint64_t page);

/* Settle what must be invalidated before [start, end) may be mapped, by this or another gather. */
void hv_s2_gather_before_map_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t start, uint64_t end);

/* Are @nr pages there? Otherwise nr_missing is set. Tables in the gather count: they are settled for. */
bool hv_s2_gather_reserve_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t nr);

/* Invalidate one leaf now (break-before-make). */
void hv_s2_invalidate_leaf_(struct hv_s2 *s2, uint64_t ipa, int level);

/* Invalidate everything of the VMID now. */
void hv_s2_invalidate_vmid_(const struct hv_s2 *s2);

/* ---- attributes ----------------------------------------------------------------------------------------- */

/* Leaf bits of @prot without address and type. False: no such protection or memory type. */
bool hv_s2_prot_bits_(const struct hv_s2_geo *geo, uint32_t prot, uint64_t *bits);

/* S2AP and XN bits of @prot. False: the CPUs cannot tell EL1 from EL0 execution. */
bool hv_s2_perm_bits_(const struct hv_s2_geo *geo, uint32_t prot, uint64_t *bits);

/* HV_S2_* of a leaf. */
uint32_t hv_s2_desc_prot_(const struct hv_s2_geo *geo, uint64_t desc);

/* Checks of every range: granule, IPA size, wrap, life. */
enum hv_err hv_s2_check_range_(const struct hv_s2 *s2, uint64_t ipa, uint64_t size);

#endif /* HV_S2_PRIV_H */
