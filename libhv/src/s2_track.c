/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_track.c - looking over what is mapped: ageing, runs, the cost of a long range. */
#include "s2_priv.h"

/* Clear the access flag of a live leaf; hardware may set dirty state meanwhile. */
static void make_old(const struct hv_s2 *s2, uint64_t *slot, uint64_t desc)
{
	uint64_t found = desc;

	do {
		desc = found;
		found = hv_be_desc_cas(s2->ctx, slot, desc, desc & ~S2_AF);
	} while (found != desc);
}

/* Leaves of one table from @spot on that were used; stops at a table. Returns how far. */
static uint64_t age_entries(const struct hv_s2 *s2, const struct s2_spot *spot, uint64_t ipa, uint64_t end, bool clear,
			    uint64_t *nr_young)
{
	uint64_t *slot = spot->slot;

	end = s2_spot_end(s2, spot, ipa, end);
	for (; ipa < end; ipa = s2_entry_end(ipa, spot->shift), slot++) {
		uint64_t desc = hv_be_desc_load(s2->ctx, slot);

		if (s2_is_table(&s2->geo, desc, spot->shift))
			break;
		if (!s2_is_valid(desc) || (desc & S2_AF) == 0)
			continue;
		++*nr_young;
		if (clear)
			make_old(s2, slot, desc);
	}
	return ipa;
}

enum hv_err hv_s2_age(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, bool clear, uint64_t *nr_young)
{
	enum hv_err err = s2_check_range(s2, ipa.v, size);
	uint64_t at = ipa.v, end = ipa.v + size;
	struct s2_spot spot;

	if (err != HV_OK)
		return err;
	*nr_young = 0;
	while (at < end) {
		hv_s2_find_(s2, at, 0, &spot);
		at = age_entries(s2, &spot, at, end, clear, nr_young);
	}
	if (clear && *nr_young != 0)
		hv_be_dsb_ishst(s2->ctx);
	return HV_OK;
}

enum hv_err hv_s2_mark_young(struct hv_s2 *s2, hv_ipa_t ipa)
{
	struct s2_spot spot;
	uint64_t desc, found;

	if (ipa.v >= s2->ipa_end)
		return HV_ERANGE;
	hv_s2_find_(s2, ipa.v, 0, &spot);
	found = hv_be_desc_load(s2->ctx, spot.slot);
	do {
		desc = found;
		if (!s2_is_valid(desc))
			return HV_ENOENT;
		found = hv_be_desc_cas(s2->ctx, spot.slot, desc, desc | S2_AF);
	} while (found != desc);
	hv_be_dsb_ishst(s2->ctx); /* or the guest faults again */
	return HV_OK;
}

/* Does the leaf at @ipa carry on where @run ends? */
static bool carries_on(const struct hv_s2_run *run, const struct hv_s2_leaf *leaf)
{
	return leaf->mapped && leaf->pa.v == run->pa.v + run->size && leaf->prot == run->prot;
}

enum hv_err hv_s2_next_run(const struct hv_s2 *s2, hv_ipa_t ipa, hv_ipa_t end, struct hv_s2_run *run)
{
	struct hv_s2_leaf leaf;

	if (end.v > s2->ipa_end || ipa.v > end.v)
		return HV_ERANGE;
	run->size = 0;
	while (ipa.v < end.v && hv_s2_lookup(s2, ipa, &leaf) == HV_OK) {
		uint64_t next = s2_min(leaf.base.v + leaf.size, end.v);

		if (run->size != 0 && !carries_on(run, &leaf))
			break;
		if (run->size == 0 && leaf.mapped) {
			run->ipa = ipa;
			run->pa = leaf.pa;
			run->prot = leaf.prot;
		}
		if (leaf.mapped)
			run->size += next - ipa.v;
		ipa.v = next;
	}
	return run->size != 0 ? HV_OK : HV_ENOENT;
}

uint64_t hv_s2_step(const struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint32_t nr_tables)
{
	uint64_t span = s2_entries(&s2->geo) << s2_page_shift(&s2->geo);
	uint64_t to_boundary = span - (ipa.v & (span - 1));
	uint64_t most = nr_tables > 1 ? to_boundary + (uint64_t)(nr_tables - 1) * span : to_boundary;

	return s2_min(size, most);
}

void hv_s2_set_vmid(struct hv_s2 *s2, uint16_t vmid)
{
	s2->vttbr = (s2->vttbr & HV_MASK(47, 0)) | (uint64_t)vmid << 48;
}

void hv_s2_publish(const struct hv_s2 *s2, hv_pa_t pa, uint64_t size, bool code)
{
	if (!s2->geo.fwb)
		hv_be_dcache_clean_inval_poc(s2->ctx, pa, size);
	if (code)
		hv_be_icache_inval_pou(s2->ctx, pa, size);
}
