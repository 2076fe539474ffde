/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* s2_attr.c - HV_S2_* protection values to and from leaf descriptor bits. */
#include "s2_priv.h"

#define PROT_KNOWN (HV_S2_RWX | HV_S2_MEM_MASK | HV_S2_SH_MASK | HV_S2_SW_MASK)

#define MEMATTR_NC     0x5u
#define MEMATTR_WB     0xfu
#define MEMATTR_WB_FWB 0x6u /* Write-Back whatever stage 1 says */

/* Descriptor SH[1:0] */
#define SH_NONE  0u
#define SH_OUTER 2u
#define SH_INNER 3u

static bool is_device(uint32_t prot)
{
	return (prot & HV_S2_MEM_MASK) >= HV_S2_MEM_DEVICE_nGnRnE;
}

static uint64_t memattr_bits(const struct hv_s2_geo *geo, uint32_t mem)
{
	switch (mem) {
	case HV_S2_MEM_NORMAL_WB:
		return HV_PREP(geo->fwb ? MEMATTR_WB_FWB : MEMATTR_WB, 5, 2);
	case HV_S2_MEM_NORMAL_NC:
		return HV_PREP(MEMATTR_NC, 5, 2);
	default: /* the four Device types in Arm's order */
		return HV_PREP((mem - HV_S2_MEM_DEVICE_nGnRnE) >> HV_S2_MEM_SHIFT, 5, 2);
	}
}

static uint64_t sh_bits(uint32_t prot)
{
	switch (prot & HV_S2_SH_MASK) {
	case HV_S2_SH_INNER:
		return HV_PREP(SH_INNER, 9, 8);
	case HV_S2_SH_OUTER:
		return HV_PREP(SH_OUTER, 9, 8);
	default:
		return HV_PREP(SH_NONE, 9, 8);
	}
}

/* XN[1:0]: 00 both execute, 01 EL0 only, 10 none, 11 EL1 only. */
static uint64_t xn_bits(uint32_t prot)
{
	switch (prot & HV_S2_X) {
	case HV_S2_X:
		return 0;
	case HV_S2_X_EL0:
		return HV_PREP(1, 54, 53);
	case HV_S2_X_EL1:
		return HV_PREP(3, 54, 53);
	default:
		return S2_XN_ALL;
	}
}

bool hv_s2_perm_bits_(const struct hv_s2_geo *geo, uint32_t prot, uint64_t *bits)
{
	uint32_t x = prot & HV_S2_X;

	if (!geo->xnx && x != 0 && x != HV_S2_X)
		return false;
	*bits = xn_bits(prot);
	*bits |= (prot & HV_S2_R) != 0 ? S2_AP_R : 0;
	*bits |= (prot & HV_S2_W) != 0 ? S2_AP_W : 0;
	return true;
}

bool hv_s2_prot_bits_(const struct hv_s2_geo *geo, uint32_t prot, uint64_t *bits)
{
	uint32_t mem = prot & HV_S2_MEM_MASK, sh = prot & HV_S2_SH_MASK;

	if ((prot & ~PROT_KNOWN) != 0 || mem > HV_S2_MEM_DEVICE_GRE || sh > HV_S2_SH_NONE)
		return false;
	/* Device memory is never executable (S2-45); with LPA2 shareability is VTCR_EL2.SH0, Inner, for all leaves. */
	if ((is_device(prot) && (prot & HV_S2_X) != 0) || (geo->lpa2 && sh != HV_S2_SH_INNER))
		return false;
	if (!hv_s2_perm_bits_(geo, prot, bits))
		return false;
	*bits |= memattr_bits(geo, mem) | (geo->lpa2 ? 0 : sh_bits(prot)) | S2_AF;
	*bits |= HV_PREP((prot & HV_S2_SW_MASK) >> HV_S2_SW_SHIFT, 58, 55);
	return true;
}

static uint32_t desc_mem(uint64_t desc)
{
	uint32_t attr = (uint32_t)HV_FIELD(desc, 5, 2);

	if ((desc & S2_MEMATTR_NORMAL) == 0)
		return HV_S2_MEM_DEVICE_nGnRnE + (attr << HV_S2_MEM_SHIFT);
	return attr == MEMATTR_NC ? HV_S2_MEM_NORMAL_NC : HV_S2_MEM_NORMAL_WB;
}

static uint32_t desc_sh(const struct hv_s2_geo *geo, uint64_t desc)
{
	uint32_t sh = geo->lpa2 ? SH_INNER : (uint32_t)HV_FIELD(desc, 9, 8);

	return sh == SH_INNER ? HV_S2_SH_INNER : sh == SH_OUTER ? HV_S2_SH_OUTER : HV_S2_SH_NONE;
}

static uint32_t desc_x(uint64_t desc)
{
	switch (HV_FIELD(desc, 54, 53)) {
	case 0:
		return HV_S2_X;
	case 1:
		return HV_S2_X_EL0;
	case 3:
		return HV_S2_X_EL1;
	default:
		return 0;
	}
}

uint32_t hv_s2_desc_prot(const struct hv_s2_geo *geo, uint64_t desc)
{
	uint32_t prot = desc_mem(desc) | desc_sh(geo, desc) | desc_x(desc);

	prot |= (desc & S2_AP_R) != 0 ? HV_S2_R : 0;
	prot |= (desc & (S2_AP_W | S2_DBM)) != 0 ? HV_S2_W : 0; /* clean or dirty */
	return prot | (uint32_t)HV_FIELD(desc, 58, 55) << HV_S2_SW_SHIFT;
}

uint64_t hv_s2_wide_pa(const struct hv_s2_geo *geo, uint64_t desc)
{
	if (geo->pa52)
		return (desc & HV_MASK(47, 16)) | HV_FIELD(desc, 15, 12) << 48;
	return (desc & HV_MASK(49, 12)) | HV_FIELD(desc, 9, 8) << 50;
}

uint64_t hv_s2_wide_bits_(const struct hv_s2_geo *geo, uint64_t pa)
{
	if (geo->pa52)
		return (pa & HV_MASK(47, 16)) | HV_FIELD(pa, 51, 48) << 12;
	return (pa & HV_MASK(49, 12)) | HV_FIELD(pa, 51, 50) << 8;
}
