/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * errata.c - what is special about this CPU: rows of data, chosen by MIDR_EL1; mitigations as the firmware reports them (CTX-14).
 */
#include "cpu.h"

#define MIDR_PART_MASK HV_U64(0xff0ffff0) /* implementer, architecture, part */
#define ARM_PART(part) (HV_U64(0x410f0000) | ((uint64_t)(part) << 4))

/* Variant and revision of MIDR as one number, 0xVR. */
struct erratum {
	uint64_t midr;
	uint8_t first, last;
	uint16_t flags;
};

static const struct erratum errata[] = {
	{ ARM_PART(0xd07), 0x00, 0x12, HV_BM_ERRATUM_834220 },         /* Cortex-A57 r0p0..r1p2 */
	{ ARM_PART(0xd07), 0x00, 0xff, HV_BM_ERRATUM_SPECULATIVE_AT }, /* 1319537 */
	{ ARM_PART(0xd08), 0x00, 0xff, HV_BM_ERRATUM_SPECULATIVE_AT }, /* Cortex-A72 1319367 */
	{ ARM_PART(0xd05), 0x00, 0x20, HV_BM_ERRATUM_SPECULATIVE_AT }, /* Cortex-A55 1530923, r0p0..r2p0 */
	{ ARM_PART(0xd0b), 0x00, 0x20, HV_BM_ERRATUM_SPECULATIVE_AT }, /* Cortex-A76 1165522, r0p0..r2p0 */
	{ ARM_PART(0xd0b), 0x00, 0x30, HV_BM_ERRATUM_REPEAT_TLBI },    /* Cortex-A76 1286807, r0p0..r3p0 */
	{ ARM_PART(0xd0c), 0x00, 0x00, HV_BM_ERRATUM_SPECULATIVE_AT }, /* Neoverse-N1 r0p0, of the A76 kind */
};

#define SMCCC_VERSION       0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u
#define SMCCC_WA1           0x80008000u
#define SMCCC_WA2           0x80007fffu
#define SMCCC_WA3           0x80003fffu
#define PSCI_FEATURES       0x8400000au

static uint32_t forced_on, forced_off;

static uint32_t by_midr(uint64_t midr)
{
	uint32_t revision = (uint32_t)(HV_FIELD(midr, 23, 20) << 4 | HV_FIELD(midr, 3, 0)), flags = 0, i;

	for (i = 0; i < HV_ARRAY_SIZE(errata); i++)
		if ((midr & MIDR_PART_MASK) == errata[i].midr && revision >= errata[i].first &&
		    revision <= errata[i].last)
			flags |= errata[i].flags;
	return flags;
}

/* Firmware that does not know SMCCC 1.1 must not be asked: an unknown function may do anything there. PSCI 1.0 says whether it does. */
static bool has_smccc_1_1(void)
{
	return bm_has_psci && (int32_t)bm_smccc(PSCI_FEATURES, SMCCC_VERSION, 0, 0) >= 0 &&
	       (int32_t)bm_smccc(SMCCC_VERSION, 0, 0, 0) >= 0x10001;
}

/* 0: required on this CPU. 1 and negative: not required, or unknown to the firmware. */
static bool required(uint32_t workaround)
{
	return (int32_t)bm_smccc(SMCCC_ARCH_FEATURES, workaround, 0, 0) == 0;
}

static uint32_t by_firmware(void)
{
	uint32_t flags = 0;

	if (!has_smccc_1_1())
		return 0;
	if (required(SMCCC_WA3)) /* includes what WORKAROUND_1 does */
		flags |= HV_BM_MITIGATE_WA3;
	else if (required(SMCCC_WA1))
		flags |= HV_BM_MITIGATE_WA1;
	if (required(SMCCC_WA2))
		flags |= HV_BM_MITIGATE_WA2;
	return flags;
}

static void apply(struct bm_cpu *cpu, uint32_t flags)
{
	cpu->errata = (flags | forced_on) & ~forced_off;
	cpu->mitigate = cpu->errata & HV_BM_MITIGATE_WA3 ? SMCCC_WA3 : cpu->errata & HV_BM_MITIGATE_WA1 ? SMCCC_WA1 : 0;
	if (cpu->errata & HV_BM_MITIGATE_WA2)
		bm_smccc(SMCCC_WA2, 1, 0, 0);
}

void bm_errata_init(struct bm_cpu *cpu)
{
	apply(cpu, by_midr(bm_read(midr_el1)) | by_firmware());
}

uint32_t hv_bm_errata(void)
{
	return bm_this_cpu()->errata;
}

void hv_bm_errata_force(uint32_t on, uint32_t off)
{
	forced_on = on;
	forced_off = off;
	bm_errata_init(bm_this_cpu());
}

static void report_flag(uint32_t flags, uint32_t flag, const char *name)
{
	if (flags & flag)
		hv_bm_printf(" %s", name);
}

void hv_bm_cpu_report(void)
{
	const struct bm_cpu *cpu = bm_this_cpu();
	uint64_t midr = bm_read(midr_el1);

	hv_bm_printf("libhv: cpu%u: mpidr %lx midr %x r%up%u%s, errata:", cpu->index, cpu->mpidr, (uint32_t)midr,
		     (uint32_t)HV_FIELD(midr, 23, 20), (uint32_t)HV_FIELD(midr, 3, 0), cpu->has_ras ? " ras" : "");
	report_flag(cpu->errata, HV_BM_ERRATUM_834220, "834220");
	report_flag(cpu->errata, HV_BM_ERRATUM_SPECULATIVE_AT, "speculative-at");
	report_flag(cpu->errata, HV_BM_ERRATUM_REPEAT_TLBI, "repeat-tlbi");
	hv_bm_printf("%s, mitigations:", cpu->errata & 0xfff ? "" : " none");
	report_flag(cpu->errata, HV_BM_MITIGATE_WA1, "workaround-1");
	report_flag(cpu->errata, HV_BM_MITIGATE_WA2, "workaround-2");
	report_flag(cpu->errata, HV_BM_MITIGATE_WA3, "workaround-3");
	hv_bm_printf("%s\n", cpu->errata & ~0xfffu ? "" : " none");
}
