/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2.c - life of an IPA space, and the lookup. */
#include "s2_priv.h"

static void clear_root(const struct hv_s2 *s2, uint64_t *root)
{
	uint64_t i;

	for (i = 0; i < s2->geo.root_bytes / sizeof(*root); i++)
		hv_be_desc_init(s2->ctx, root + i, 0);
}

/* VTTBR_EL2.BADDR; with 52 address bits, bits 51:48 sit in 5:2. */
static uint64_t vttbr_base(const struct hv_s2_geo *geo, uint64_t root)
{
	return s2_wide(geo) ? (root & HV_MASK(47, 6)) | HV_FIELD(root, 51, 48) << 2 : root;
}

enum hv_err hv_s2_init(struct hv_s2 *s2, const struct hv_s2_geo *geo, hv_ctx_t ctx, hv_pa_t root, uint16_t vmid)
{
	if (!hv_is_aligned(root.v, geo->root_align) || vmid == 0 || (!geo->vmid16 && vmid > 255))
		return HV_EINVAL;
	if (!hv_range_ok(root.v, geo->root_bytes, HV_U64(1) << geo->pa_bits))
		return HV_ERANGE;
	s2->ctx = ctx;
	s2->geo = *geo;
	s2->root = root;
	s2->vttbr = vttbr_base(geo, root.v) | (uint64_t)vmid << 48;
	s2->seq = 0;
	s2->ipa_end = HV_U64(1) << geo->ipa_bits;
	s2->pa_end = HV_U64(1) << geo->pa_bits;
	s2->root_shift = s2_level_shift(geo, geo->start_level);
	s2->prot = HV_S2_RW;
	(void)hv_s2_prot_bits_(geo, HV_S2_RW, &s2->prot_bits);
	s2->rwx = HV_S2_RW;
	(void)hv_s2_perm_bits_(geo, HV_S2_RW, &s2->perm_bits);
	s2->open = NULL;
	s2->cursor.ipa = HV_S2_NO_CURSOR;
	clear_root(s2, hv_be_va(ctx, root));
	return HV_OK;
}

void hv_s2_destroy(struct hv_s2 *s2, struct hv_pool *pool)
{
	uint64_t *root = (uint64_t *)hv_be_va(s2->ctx, s2->root);
	uint32_t shift = s2->root_shift;
	struct hv_s2_gather gather;
	uint64_t i;

	hv_s2_gather_before_map_(s2, NULL, 0, 0);
	hv_s2_gather_init(&gather, s2, pool);
	for (i = 0; i < s2->geo.root_bytes / sizeof(*root); i++) {
		uint64_t desc = hv_be_desc_load(s2->ctx, root + i);

		if (desc == 0)
			continue;
		hv_be_desc_store(s2->ctx, root + i, 0);
		if (s2_is_table(&s2->geo, desc, shift))
			hv_s2_gather_tables_(s2, &gather, desc, shift);
	}
	s2->ipa_end = 0;
	hv_s2_gather_add_(s2, &gather, 0, HV_U64(1) << s2->geo.ipa_bits, 0);
	gather.all = true;
	hv_s2_settle(s2, &gather);
}
