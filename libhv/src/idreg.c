/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * idreg.c - the ID registers of a machine and those its guests see. Contract: hv/sysreg.h; traps.c is the other half.
 *
 * The view is data: one mask of shown fields per register. A register that is not in the table reads as zero, so a
 * feature of a CPU that is newer than this library stays hidden.
 */
#include <hv/sysreg.h>

/* Field f (4 bits wide, at bit 4f) shown. */
#define F(f) (HV_U64(0xf) << (4 * (f)))

struct view_rule {
	uint8_t reg;
	uint64_t shown;
};

/* Arm's names of the fields are in the comments, lowest first. */
static const struct view_rule view_rules[] = {
	/* AArch32, which EL0 may run: State0..3; ProgMod, GenTimer; CopDbg. */
	{ HV_ID_PFR0, F(0) | F(1) | F(2) | F(3) | F(4) | F(6) },
	{ HV_ID_PFR1, F(0) | F(4) },
	{ HV_ID_DFR0, F(0) },
	{ HV_ID_MMFR0, HV_MASK(31, 0) },
	{ HV_ID_MMFR1, HV_MASK(31, 0) },
	{ HV_ID_MMFR2, HV_MASK(31, 0) },
	{ HV_ID_MMFR3, HV_MASK(31, 0) },
	{ HV_IDREG(2, 0), HV_MASK(31, 0) },
	{ HV_IDREG(2, 1), HV_MASK(31, 0) },
	{ HV_IDREG(2, 2), HV_MASK(31, 0) },
	{ HV_IDREG(2, 3), HV_MASK(31, 0) },
	{ HV_IDREG(2, 4), HV_MASK(31, 0) },
	{ HV_IDREG(2, 5), HV_MASK(31, 0) },
	{ HV_ID_MMFR4, HV_MASK(31, 0) & ~(F(0) | F(6)) }, /* not SpecSEI, EVT */
	{ HV_ID_ISAR6, HV_MASK(31, 0) },
	{ HV_MVFR0, HV_MASK(31, 0) },
	{ HV_MVFR1, HV_MASK(31, 0) },
	{ HV_MVFR2, HV_MASK(31, 0) },
	{ HV_ID_PFR2, F(0) | F(1) }, /* CSV3, SSBS */
	{ HV_ID_MMFR5, F(0) },       /* ETS */
	/* EL0, EL1, FP, AdvSIMD, GIC, DIT, CSV2, CSV3 */
	{ HV_ID_AA64PFR0, F(0) | F(1) | F(4) | F(5) | F(6) | F(12) | F(14) | F(15) },
	{ HV_ID_AA64PFR1, F(0) | F(1) }, /* BT, SSBS */
	/* DebugVer, BRPs, WRPs, DoubleLock */
	{ HV_ID_AA64DFR0, F(0) | F(3) | F(5) | F(9) },
	{ HV_ID_AA64ISAR0, ~F(6) }, /* not TME */
	/* DPB, JSCVT, FCMA, LRCPC, FRINTTS, SB, SPECRES, BF16, DGH, I8MM */
	{ HV_ID_AA64ISAR1, F(0) | F(3) | F(4) | F(5) | F(8) | F(9) | F(10) | F(11) | F(12) | F(13) },
	/* WFxT, RPRES, BC, CLRBHB, PRFMSLC, RPRFM, CSSC */
	{ HV_ID_AA64ISAR2, F(0) | F(1) | F(5) | F(7) | F(10) | F(12) | F(13) },
	/* PARange, ASIDBits, BigEnd, BigEndEL0, TGran16, TGran64, TGran4, ExS, ECV */
	{ HV_ID_AA64MMFR0, F(0) | F(1) | F(2) | F(4) | F(5) | F(6) | F(7) | F(11) | F(15) },
	/* HAFDBS, HPDS, PAN, ETS, AFP, nTLBPA, ECBHB */
	{ HV_ID_AA64MMFR1, F(0) | F(3) | F(5) | F(9) | F(11) | F(12) | F(15) },
	/* CnP, UAO, LSM, VARange, CCIDX, ST, AT, TTL, BBM, E0PD */
	{ HV_ID_AA64MMFR2, F(0) | F(1) | F(2) | F(4) | F(5) | F(7) | F(8) | F(12) | F(13) | F(15) },
};

/* Fields whose shown value is bounded: a higher one promises more than is switched. */
struct view_cap {
	uint8_t reg;
	uint8_t field;
	uint8_t max;
};

static const struct view_cap view_caps[] = {
	{ HV_ID_DFR0, 0, 6 },       /* CopDbg: Armv8.0 */
	{ HV_ID_AA64PFR0, 1, 1 },   /* EL1: AArch64 only */
	{ HV_ID_AA64PFR0, 14, 1 },  /* CSV2: 2 adds SCXTNUM */
	{ HV_ID_AA64DFR0, 0, 6 },   /* DebugVer: Armv8.0 */
	{ HV_ID_AA64DFR0, 3, 1 },   /* BRPs: the architectural minimum of two */
	{ HV_ID_AA64DFR0, 5, 1 },   /* WRPs */
	{ HV_ID_AA64MMFR0, 15, 1 }, /* ECV: 2 adds CNTPOFF */
	{ HV_ID_AA64MMFR1, 0, 2 },  /* HAFDBS: 3 adds the hardware access flag of tables (HCRX, TCR2) */
};

#define FIELD_GET(value, f)  ((uint32_t)((value) >> (4 * (f))) & 0xfu)
#define FIELD_PUT(reg, f, v) ((reg) = ((reg) & ~F(f)) | ((uint64_t)(v) << (4 * (f))))
#define PFR0_GIC             6
#define MMFR0_PARANGE        0

static void view_pauth(struct hv_idregs *view, const struct hv_idregs *host)
{
	/* APA, API, GPA, GPI; GPA3, APA3, PAC_frac */
	view->id[HV_ID_AA64ISAR1] |= host->id[HV_ID_AA64ISAR1] & (F(1) | F(2) | F(6) | F(7));
	view->id[HV_ID_AA64ISAR2] |= host->id[HV_ID_AA64ISAR2] & (F(2) | F(3) | F(6));
}

/* Greatest PARange whose size is not above the guest's physical address space. */
static uint32_t parange_of(uint32_t ipa_bits)
{
	static const uint8_t size[] = { 32, 36, 40, 42, 44, 48, 52 };
	uint32_t range = 0;

	while (range + 1 < HV_ARRAY_SIZE(size) && size[range + 1] <= ipa_bits)
		range++;
	return range;
}

static void cap_field(uint64_t *reg, uint32_t field, uint32_t max)
{
	if (FIELD_GET(*reg, field) > max)
		FIELD_PUT(*reg, field, max);
}

void hv_idregs_view(struct hv_idregs *view, const struct hv_idregs *host, uint32_t ipa_bits, uint32_t features)
{
	uint32_t i;

	for (i = 0; i < HV_IDREG_NR; i++)
		view->id[i] = 0;
	for (i = 0; i < HV_ARRAY_SIZE(view_rules); i++)
		view->id[view_rules[i].reg] = host->id[view_rules[i].reg] & view_rules[i].shown;
	for (i = 0; i < HV_ARRAY_SIZE(view_caps); i++)
		cap_field(&view->id[view_caps[i].reg], view_caps[i].field, view_caps[i].max);
	cap_field(&view->id[HV_ID_AA64MMFR0], MMFR0_PARANGE, parange_of(ipa_bits));
	/* The guest's GIC is ours, whatever the host's: system registers, GICv3. */
	FIELD_PUT(view->id[HV_ID_AA64PFR0], PFR0_GIC, 1);
	if (features & HV_VIEW_PAUTH)
		view_pauth(view, host);
	view->midr = host->midr;
	view->revidr = host->revidr;
	view->ctr = host->ctr;
	view->pmcr = 0;
	view->dczid = host->dczid;
}

/* Fields where 0xf means "not implemented" and so is less than zero. */
struct signed_field {
	uint8_t reg;
	uint8_t field;
};

static const struct signed_field signed_fields[] = {
	{ HV_ID_DFR0, 6 },      /* PerfMon */
	{ HV_ID_AA64PFR0, 4 },  /* FP */
	{ HV_ID_AA64PFR0, 5 },  /* AdvSIMD */
	{ HV_ID_AA64DFR0, 2 },  /* PMUVer */
	{ HV_ID_AA64DFR0, 9 },  /* DoubleLock */
	{ HV_ID_AA64MMFR0, 6 }, /* TGran64 */
	{ HV_ID_AA64MMFR0, 7 }, /* TGran4 */
	{ HV_ID_AA64MMFR4, 6 }, /* E2H0 */
};

static bool field_is_signed(uint32_t reg, uint32_t field)
{
	uint32_t i;

	for (i = 0; i < HV_ARRAY_SIZE(signed_fields); i++)
		if (signed_fields[i].reg == reg && signed_fields[i].field == field)
			return true;
	return false;
}

/* TGran16_2, TGran64_2, TGran4_2: 0 points at the stage-1 field, 1 is "none"; different answers become "none". */
static bool field_is_tgran2(uint32_t reg, uint32_t field)
{
	return reg == HV_ID_AA64MMFR0 && field >= 8 && field <= 10;
}

static uint32_t field_lesser(uint32_t reg, uint32_t field, uint32_t a, uint32_t b)
{
	/* Flipping the top bit orders signed fields like unsigned ones. */
	uint32_t bias = field_is_signed(reg, field) ? 8 : 0;

	if (field_is_tgran2(reg, field))
		return a == b ? a : 1;
	return (a ^ bias) < (b ^ bias) ? a : b;
}

static uint64_t id_lesser(uint32_t reg, uint64_t a, uint64_t b)
{
	uint64_t result = 0;
	uint32_t f;

	if (a == b)
		return a;
	for (f = 0; f < 16; f++)
		FIELD_PUT(result, f, field_lesser(reg, f, FIELD_GET(a, f), FIELD_GET(b, f)));
	return result;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ERG and CWG: the greater granule is the safe one, and 0 says "assume the greatest". */
static uint64_t granule_greater(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return 0;
	return a > b ? a : b;
}

#define CTR_IDC_DIC HV_MASK(29, 28)
#define L1IP_VIPT   2

/* What is true of both CPUs: CTR_EL0.{IDC, DIC, L1Ip, IminLine, DminLine, TminLine, ERG, CWG}; bit 31 is RES1. */
static uint64_t ctr_common(uint64_t a, uint64_t b)
{
	uint64_t l1ip = HV_FIELD(a, 15, 14) == HV_FIELD(b, 15, 14) ? HV_FIELD(a, 15, 14) : L1IP_VIPT;

	return HV_BIT(31) | (a & b & CTR_IDC_DIC) | HV_PREP(l1ip, 15, 14) |
	       HV_PREP(min_u64(HV_FIELD(a, 3, 0), HV_FIELD(b, 3, 0)), 3, 0) |
	       HV_PREP(min_u64(HV_FIELD(a, 19, 16), HV_FIELD(b, 19, 16)), 19, 16) |
	       HV_PREP(min_u64(HV_FIELD(a, 37, 32), HV_FIELD(b, 37, 32)), 37, 32) |
	       HV_PREP(granule_greater(HV_FIELD(a, 23, 20), HV_FIELD(b, 23, 20)), 23, 20) |
	       HV_PREP(granule_greater(HV_FIELD(a, 27, 24), HV_FIELD(b, 27, 24)), 27, 24);
}

#define PMCR_N_MASK HV_MASK(15, 11)

void hv_idregs_intersect(struct hv_idregs *all, const struct hv_idregs *cpu)
{
	uint32_t i;

	for (i = 0; i < HV_IDREG_NR; i++)
		all->id[i] = id_lesser(i, all->id[i], cpu->id[i]);
	all->ctr = ctr_common(all->ctr, cpu->ctr);
	/* CPUs that zero different blocks have no common one. */
	if (all->dczid != cpu->dczid)
		all->dczid = 0;
	all->pmcr = (all->pmcr & ~PMCR_N_MASK) | min_u64(all->pmcr & PMCR_N_MASK, cpu->pmcr & PMCR_N_MASK);
}
