/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_priv.h - the inside of the stage-2 engine.
 *
 * A level is named by its shift: the log2 of what one entry maps (4 KiB granule: 12, 21, 30, 39, 48). The shift of pages is
 * the granule's own.
 *
 * Every table below the root has at least one live (non-zero) entry. Their number is kept in the descriptor that
 * links the table, in bits that hardware ignores there (58:51 and 7:2): an empty table is noticed without a scan and without
 * memory beside the tables.
 *
 * An update works table by table: it finds the deepest table for an IPA, does all entries there that it can in one loop, and
 * finds the next one. What is missing is built unlinked, filled once, and linked when it is complete.
 */
#ifndef HV_S2_PRIV_H
#define HV_S2_PRIV_H

#include <hv/s2.h>

#define S2_VALID          HV_BIT(0)
#define S2_TYPE           HV_BIT(1)     /* table; at level 3: page */
#define S2_MEMATTR_NORMAL HV_MASK(5, 4) /* both 0: Device, with and without FWB */
#define S2_AP_R           HV_BIT(6)
#define S2_AP_W           HV_BIT(7)
#define S2_AF             HV_BIT(10)
#define S2_DBM            HV_BIT(51) /* writable, and hardware sets S2AP[1] when it is written */
#define S2_XN             HV_MASK(54, 53)
#define S2_XN_ALL         HV_BIT(54)
#define S2_PERM           (S2_AP_R | S2_AP_W | S2_XN)
#define S2_COUNT          (HV_MASK(58, 51) | HV_MASK(7, 2))

/* ---- geometry ------------------------------------------------------------------------------------------- */

HV_INLINE uint32_t s2_page_shift(const struct hv_s2_geo *geo)
{
	return HV_CONFIG_S2_4K_ONLY ? 12u : geo->granule_shift;
}

/* Index bits of a table. */
HV_INLINE uint32_t s2_stride(const struct hv_s2_geo *geo)
{
	return s2_page_shift(geo) - 3;
}

HV_INLINE uint64_t s2_entries(const struct hv_s2_geo *geo)
{
	return HV_U64(1) << s2_stride(geo);
}

HV_INLINE uint32_t s2_level_shift(const struct hv_s2_geo *geo, int level)
{
	return s2_page_shift(geo) + (uint32_t)(3 - level) * s2_stride(geo);
}

HV_INLINE int s2_shift_level(const struct hv_s2_geo *geo, uint32_t shift)
{
	return 3 - (int)((shift - s2_page_shift(geo)) / s2_stride(geo));
}

/* Blocks: 4K at level 2 and 1, with LPA2 0; 16K and 64K at level 2, with 52 bits 1. */
HV_INLINE uint32_t s2_largest_leaf(const struct hv_s2 *s2)
{
	uint32_t stride = s2_stride(&s2->geo), largest = s2_page_shift(&s2->geo) + stride;

	largest += s2_page_shift(&s2->geo) == HV_S2_4K ? stride : 0;
	largest += s2->geo.lpa2 || s2->geo.pa52 ? stride : 0;
	return largest < s2->root_shift ? largest : s2->root_shift;
}

/* First IPA after the entry that holds @ipa. */
HV_INLINE uint64_t s2_entry_end(uint64_t ipa, uint32_t shift)
{
	return ((ipa >> shift) + 1) << shift;
}

HV_INLINE uint64_t s2_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- descriptors ---------------------------------------------------------------------------------------- */

/* 52-bit output addresses sit in odd places of a descriptor. */
HV_INLINE bool s2_wide(const struct hv_s2_geo *geo)
{
	return !HV_CONFIG_S2_4K_ONLY && geo->pa_bits > 48;
}

uint64_t hv_s2_wide_bits_(const struct hv_s2_geo *geo, uint64_t pa) __attribute__((__pure__));

HV_INLINE uint64_t s2_address_bits(const struct hv_s2_geo *geo, uint64_t pa)
{
	return s2_wide(geo) ? hv_s2_wide_bits_(geo, pa) : pa;
}

HV_INLINE uint64_t s2_desc_pa(const struct hv_s2_geo *geo, uint64_t desc)
{
	return s2_wide(geo) ? hv_s2_wide_pa(geo, desc) : desc & HV_MASK(47, 12);
}

/* Bits of a leaf that hold its output address. */
HV_INLINE uint64_t s2_address_mask(const struct hv_s2_geo *geo)
{
	return s2_wide(geo) ? s2_address_bits(geo, HV_MASK(51, 12)) : HV_MASK(47, 12);
}

HV_INLINE bool s2_is_valid(uint64_t desc)
{
	return (desc & S2_VALID) != 0;
}

HV_INLINE bool s2_is_table(const struct hv_s2_geo *geo, uint64_t desc, uint32_t shift)
{
	return (desc & (S2_VALID | S2_TYPE)) == (S2_VALID | S2_TYPE) && shift != s2_page_shift(geo);
}

HV_INLINE uint32_t s2_count(uint64_t table_desc)
{
	return (uint32_t)(HV_FIELD(table_desc, 7, 2) | HV_FIELD(table_desc, 58, 51) << 6);
}

HV_INLINE uint64_t s2_count_bits(uint64_t count)
{
	return HV_PREP(count, 7, 2) | HV_PREP(count >> 6, 58, 51);
}

HV_INLINE uint64_t *s2_table_va(const struct hv_s2 *s2, uint64_t table_desc)
{
	return (uint64_t *)hv_be_va(s2->ctx, hv_pa(s2_desc_pa(&s2->geo, table_desc)));
}

/* Leaf at @pa; @bits without address and type. */
HV_INLINE uint64_t s2_leaf_desc(const struct hv_s2_geo *geo, uint64_t bits, uint64_t pa, uint32_t shift)
{
	return s2_address_bits(geo, pa) | bits | (shift == s2_page_shift(geo) ? S2_VALID | S2_TYPE : S2_VALID);
}

/* ---- finding entries ------------------------------------------------------------------------------------ */

/* An entry of a live table. */
struct s2_spot {
	uint64_t *slot;
	uint64_t *above; /* the entry that links the table; NULL: it is the root */
	uint32_t shift;
};

/* The entry that decides about @ipa, in the deepest table there is. Reads only. */
void hv_s2_walk_(const struct hv_s2 *s2, uint64_t ipa, struct s2_spot *spot);

/* The same for writers, and the table is remembered. Stops above at an entry that [ipa, ipa + whole) covers. */
void hv_s2_find_(struct hv_s2 *s2, uint64_t ipa, uint64_t whole, struct s2_spot *spot);

/* Is [ipa, ipa + size) just the entry at @spot? */
HV_INLINE bool s2_is_spot(const struct s2_spot *spot, uint64_t ipa, uint64_t size)
{
	return size == HV_U64(1) << spot->shift && hv_is_aligned(ipa, size);
}

/* Is @ipa in the last-level table that was used last? */
HV_INLINE bool s2_at_cursor(const struct hv_s2 *s2, uint64_t ipa, struct s2_spot *spot)
{
	uint64_t index = (ipa - s2->cursor.ipa) >> s2_page_shift(&s2->geo);

	/* Far off the table, or off a table that is not there, this is only a number. */
	spot->slot = (uint64_t *)((uintptr_t)s2->cursor.table + index * sizeof(uint64_t));
	spot->above = s2->cursor.above;
	spot->shift = s2_page_shift(&s2->geo);
	return index >> s2_stride(&s2->geo) == 0;
}

/* One live entry more in the table that @above links. */
HV_INLINE void s2_count_up(const struct hv_s2 *s2, uint64_t *above)
{
	uint64_t desc = hv_be_desc_load(s2->ctx, above);

	/* No carry out of bits 7:2: one addition. */
	if ((desc & HV_MASK(7, 2)) != HV_MASK(7, 2))
		desc += HV_BIT(2);
	else
		desc = (desc & ~S2_COUNT) | s2_count_bits(s2_count(desc) + 1u);
	hv_be_desc_store(s2->ctx, above, desc);
}

/* End of what can be done at @spot: of the range or of the table. */
HV_INLINE uint64_t s2_spot_end(const struct hv_s2 *s2, const struct s2_spot *spot, uint64_t ipa, uint64_t end)
{
	if (spot->above == NULL)
		return end;
	return s2_min(end, s2_entry_end(ipa, spot->shift + s2_stride(&s2->geo)));
}

/* The table of @spot, which holds @ipa, gained (lost) live entries. It goes away with its last one. */
void hv_s2_recount_(struct hv_s2 *s2, struct hv_s2_gather *gather, const struct s2_spot *spot, uint64_t ipa,
		    int64_t change);

/* ---- building ------------------------------------------------------------------------------------------- */

/* What a new table holds: one leaf pattern inside a range, another (or nothing) around it. */
struct s2_fill {
	uint64_t offset; /* PA - IPA, modulo 2^64, of both patterns */
	uint64_t inside; /* leaf bits without address and type */
	uint64_t outside;
	bool has_inside; /* false: entries are 0 */
	bool has_outside;
	uint32_t leaf_shift; /* largest leaf that alignment allows inside the range */
};

/* Pages hv_s2_build_() takes for [start, end) below one entry. */
uint64_t hv_s2_build_cost_(const struct hv_s2_geo *geo, uint32_t leaf_shift, uint64_t start, uint64_t end,
			   uint32_t shift);

/* Build the tables for [ipa, end) below one entry; returns the descriptor to link. The pages are in the pool. */
uint64_t hv_s2_build_(const struct hv_s2 *s2, struct hv_pool *pool, const struct s2_fill *fill, uint64_t ipa,
		      uint64_t end, uint32_t shift);

/* ---- gather --------------------------------------------------------------------------------------------- */

/* Old translations of [start, end) may be cached; leaves have 2^shift bytes, 0: unknown. */
void hv_s2_gather_add_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t start, uint64_t end, uint32_t shift);

/* The same for one leaf. */
HV_INLINE void s2_gather_leaf(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t ipa, uint32_t shift)
{
	if (gather->nr_ranges != 0) {
		hv_s2_gather_add_(s2, gather, ipa, ipa + (HV_U64(1) << shift), shift);
		return;
	}
	s2->open = gather;
	gather->range[0].start = ipa;
	gather->range[0].end = ipa + (HV_U64(1) << shift);
	gather->range[0].shift = shift;
	gather->nr_ranges = 1;
}

/* The unlinked table @desc, found in an entry of @shift, and every table below it wait for the settle. */
void hv_s2_gather_tables_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t desc, uint32_t shift);

/* Settle what must be invalidated before [start, end) may be mapped, by this or another gather. */
void hv_s2_gather_before_map_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t start, uint64_t end);

/* Are @nr pages there? Otherwise nr_missing is set. Tables in the gather count: they are settled for. */
bool hv_s2_gather_reserve_(struct hv_s2 *s2, struct hv_s2_gather *gather, uint64_t nr);

/* Invalidate one leaf, or the whole VMID, now. */
void hv_s2_invalidate_leaf_(const struct hv_s2 *s2, uint64_t ipa, uint32_t shift);
void hv_s2_invalidate_vmid_(const struct hv_s2 *s2);

/* ---- attributes ----------------------------------------------------------------------------------------- */

/* Leaf bits of @prot without address and type. False: no such protection or memory type. */
bool hv_s2_prot_bits_(const struct hv_s2_geo *geo, uint32_t prot, uint64_t *bits);

/* S2AP and XN bits of @prot. False: the CPUs cannot tell EL1 from EL0 execution. */
bool hv_s2_perm_bits_(const struct hv_s2_geo *geo, uint32_t prot, uint64_t *bits);

/* ---- checks --------------------------------------------------------------------------------------------- */

/* Checks of every range: granule, IPA size, wrap, life (S2-01, S2-02, S2-19, S2-42, S2-48). */
HV_INLINE enum hv_err s2_check_range(const struct hv_s2 *s2, uint64_t ipa, uint64_t size)
{
	if (!hv_is_aligned(ipa | size, HV_U64(1) << s2_page_shift(&s2->geo)) || size == 0 || s2->ipa_end == 0)
		return HV_EINVAL;
	return hv_range_ok(ipa, size, s2->ipa_end) ? HV_OK : HV_ERANGE;
}

#endif /* HV_S2_PRIV_H */
