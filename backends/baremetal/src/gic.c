/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * gic.c - the physical GICv3: distributor, redistributors, CPU interface by system registers.
 *
 * Non-secure Group 1 only. EOImode is 1: dropping the priority and deactivating are two steps, and the second one of an interrupt linked
 * to a virtual one is done by the guest, through the list register.
 */
#include "cpu.h"

#define ICC_SRE_EL2     S3_4_C12_C9_5
#define ICC_SRE_EL1     S3_0_C12_C12_5
#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_BPR1_EL1    S3_0_C12_C12_3
#define ICC_CTLR_EL1    S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_DIR_EL1     S3_0_C12_C11_1
#define ICC_SGI1R_EL1   S3_0_C12_C11_5
#define ICH_VTR_EL2     S3_4_C12_C11_1
#define ICH_HCR_EL2     S3_4_C12_C11_0

#define GICD_CTLR       0x0000u
#define GICD_TYPER      0x0004u
#define GICD_IGROUPR    0x0080u
#define GICD_ISENABLER  0x0100u
#define GICD_ICENABLER  0x0180u
#define GICD_ICPENDR    0x0280u
#define GICD_ICACTIVER  0x0380u
#define GICD_IPRIORITYR 0x0400u
#define GICD_ICFGR      0x0c00u
#define GICD_IROUTER    0x6000u
#define GICD_PIDR2      0xffe8u
#define GICD_CTLR_GRP1  HV_BIT(1) /* EnableGrp1A from Non-secure, EnableGrp1 with one security state */
#define GICD_CTLR_ARE   HV_BIT(4)
#define GICD_CTLR_RWP   HV_BIT(31)

#define GICR_TYPER        0x0008u
#define GICR_WAKER        0x0014u
#define GICR_CTLR         0x0000u
#define GICR_SGI_BASE     0x10000u
#define GICR_WAKER_SLEEP  HV_BIT(1)
#define GICR_WAKER_ASLEEP HV_BIT(2)
#define GICR_CTLR_RWP     HV_BIT(3)
#define GICR_TYPER_VLPIS  HV_BIT(1)
#define GICR_TYPER_LAST   HV_BIT(4)

#define PRIORITY    0xa0a0a0a0u
#define MAX_POLLS   1000000u
#define NO_IRQ_FROM 1020u

static struct hv_bm_gic gic;
static uint32_t nr_irqs;

static bool wait_clear(uint64_t reg, uint64_t bit)
{
	uint32_t i;

	for (i = 0; i < MAX_POLLS; i++)
		if (!(bm_mmio_read32(reg) & bit))
			return true;
	return false;
}

/* Registers of one bit or one byte per interrupt: @value to every word of INTIDs [first, end). */
static void fill(uint64_t reg, uint32_t first, uint32_t end, uint32_t bits_per_irq, uint32_t value)
{
	uint32_t per_word = 32 / bits_per_irq, i;

	for (i = first; i < end; i += per_word)
		bm_mmio_write32(reg + i / per_word * 4, value);
}

static enum hv_err init_dist(void)
{
	uint64_t d = gic.gicd;

	if (HV_FIELD(bm_mmio_read32(d + GICD_PIDR2), 7, 4) < 3)
		return HV_ENODEV;
	nr_irqs = 32 * ((uint32_t)HV_FIELD(bm_mmio_read32(d + GICD_TYPER), 4, 0) + 1);
	if (nr_irqs > NO_IRQ_FROM)
		nr_irqs = NO_IRQ_FROM;
	bm_mmio_write32(d + GICD_CTLR, 0);
	if (!wait_clear(d + GICD_CTLR, GICD_CTLR_RWP))
		return HV_ENODEV;
	bm_mmio_write32(d + GICD_CTLR, GICD_CTLR_ARE);
	fill(d + GICD_ICENABLER, 32, nr_irqs, 1, ~0u);
	fill(d + GICD_ICPENDR, 32, nr_irqs, 1, ~0u);
	fill(d + GICD_ICACTIVER, 32, nr_irqs, 1, ~0u);
	fill(d + GICD_IGROUPR, 32, nr_irqs, 1, ~0u);
	fill(d + GICD_IPRIORITYR, 32, nr_irqs, 8, PRIORITY);
	fill(d + GICD_ICFGR, 32, nr_irqs, 2, 0);
	bm_mmio_write32(d + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GRP1);
	return wait_clear(d + GICD_CTLR, GICD_CTLR_RWP) ? HV_OK : HV_ENODEV;
}

/* GICR_TYPER[63:32] is Aff3.Aff2.Aff1.Aff0 packed. */
static uint32_t packed_affinity(uint64_t mpidr)
{
	return (uint32_t)(HV_FIELD(mpidr, 39, 32) << 24 | HV_FIELD(mpidr, 23, 0));
}

static uint64_t gicr_stride(uint64_t typer)
{
	if (gic.gicr_stride)
		return gic.gicr_stride;
	return typer & GICR_TYPER_VLPIS ? 0x40000 : 0x20000;
}

/* The redistributor with this CPU's affinity. The walk ends with Last or with the region, whichever comes first. */
static uint64_t find_gicr(uint64_t mpidr)
{
	uint32_t r;

	for (r = 0; r < gic.nr_gicr; r++) {
		uint64_t at = 0, typer = 0;

		for (; gic.gicr[r].bytes - at >= 0x20000 && !(typer & GICR_TYPER_LAST); at += gicr_stride(typer)) {
			uint64_t rd = gic.gicr[r].base + at;

			typer = bm_mmio_read32(rd + GICR_TYPER) | (uint64_t)bm_mmio_read32(rd + GICR_TYPER + 4) << 32;
			if (typer >> 32 == packed_affinity(mpidr))
				return rd;
			if (gicr_stride(typer) > gic.gicr[r].bytes - at)
				break;
		}
	}
	return 0;
}

static enum hv_err init_redist(struct bm_cpu *cpu)
{
	uint64_t rd = find_gicr(cpu->mpidr), sgi = rd + GICR_SGI_BASE;

	if (!rd)
		return HV_ENODEV;
	cpu->gicr = rd;
	bm_mmio_write32(rd + GICR_WAKER, bm_mmio_read32(rd + GICR_WAKER) & ~(uint32_t)GICR_WAKER_SLEEP);
	if (!wait_clear(rd + GICR_WAKER, GICR_WAKER_ASLEEP))
		return HV_ENODEV;
	bm_mmio_write32(sgi + GICD_ICENABLER, ~0u);
	bm_mmio_write32(sgi + GICD_ICPENDR, ~0u);
	bm_mmio_write32(sgi + GICD_ICACTIVER, ~0u);
	bm_mmio_write32(sgi + GICD_IGROUPR, ~0u);
	fill(sgi + GICD_IPRIORITYR, 0, 32, 8, PRIORITY);
	bm_mmio_write32(sgi + GICD_ISENABLER, 1u << BM_SGI_KICK | 1u << BM_SGI_STOP | 1u << BM_PPI_MAINTENANCE |
						      1u << BM_PPI_HP_TIMER | 1u << HV_BM_IRQ_VTIMER);
	return wait_clear(rd + GICR_CTLR, GICR_CTLR_RWP) ? HV_OK : HV_ENODEV;
}

/*
 * The virtual interface is the vCPU's and needs no distributor: a guest without physical interrupts has it too. SRE with Enable, so that EL1
 * may use the registers; FIQ and IRQ bypass off.
 */
void bm_ich_init(struct bm_cpu *cpu)
{
	uint64_t vtr;
	uint32_t pre_bits;

	bm_write(ICC_SRE_EL2, 0xf);
	bm_isb();
	if (!(bm_read(ICC_SRE_EL2) & 1))
		return;
	bm_write(ICC_SRE_EL1, 7);
	bm_isb();
	bm_write(ICH_HCR_EL2, 0);
	vtr = bm_read(ICH_VTR_EL2);
	cpu->nr_lrs = (uint32_t)HV_FIELD(vtr, 4, 0) + 1;
	if (cpu->nr_lrs > HV_ICH_MAX_LRS)
		cpu->nr_lrs = HV_ICH_MAX_LRS;
	pre_bits = (uint32_t)HV_FIELD(vtr, 28, 26) + 1;
	cpu->nr_aprs = pre_bits <= 5 ? 1 : pre_bits == 6 ? 2 : 4;
	cpu->lrs_loaded = (1u << cpu->nr_lrs) - 1; /* UNKNOWN until the first entry clears them */
}

static enum hv_err init_cpu_interface(const struct bm_cpu *cpu)
{
	if (cpu->nr_lrs == 0)
		return HV_ENODEV;
	bm_write(ICC_PMR_EL1, 0xff);
	bm_write(ICC_BPR1_EL1, 0);
	bm_write(ICC_CTLR_EL1, HV_BIT(1)); /* EOImode */
	bm_write(ICC_IGRPEN1_EL1, 1);
	bm_isb();
	return HV_OK;
}

enum hv_err bm_gic_init_cpu(struct bm_cpu *cpu)
{
	enum hv_err err = init_redist(cpu);

	if (!err)
		err = init_cpu_interface(cpu);
	cpu->has_gic = err == HV_OK;
	return err;
}

enum hv_err hv_bm_gic_init(const struct hv_bm_gic *config)
{
	enum hv_err err = hv_bm_map(config->gicd, config->gicd_bytes, HV_BM_MAP_DEVICE);
	uint32_t i;

	if (config->gicd_bytes < 0x10000 || config->nr_gicr > HV_BM_MAX_GICR)
		return HV_ENODEV;
	for (i = 0; !err && i < config->nr_gicr; i++)
		err = hv_bm_map(config->gicr[i].base, config->gicr[i].bytes, HV_BM_MAP_DEVICE);
	if (err)
		return err;
	gic = *config;
	err = init_dist();
	return err ? err : bm_gic_init_cpu(bm_this_cpu());
}

enum hv_err hv_bm_irq_enable(uint32_t intid)
{
	uint64_t mpidr = bm_this_cpu()->mpidr, d = gic.gicd;

	if (intid < 32 || intid >= nr_irqs)
		return HV_EINVAL;
	bm_mmio_write32(d + GICD_IROUTER + 8 * intid, (uint32_t)mpidr & 0xffffff);
	bm_mmio_write32(d + GICD_IROUTER + 8 * intid + 4, (uint32_t)(mpidr >> 32));
	bm_mmio_write32(d + GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
	return HV_OK;
}

/* Target list of one CPU: Aff0 = RS * 16 + bit. What the sender wrote before must be seen by the one who is interrupted. */
void bm_gic_send_sgi(uint64_t mpidr, uint32_t sgi)
{
	uint64_t aff0 = HV_FIELD(mpidr, 7, 0);

	bm_dsb(ishst);
	bm_write(ICC_SGI1R_EL1, HV_PREP(HV_FIELD(mpidr, 39, 32), 55, 48) | HV_PREP(aff0 >> 4, 47, 44) |
					HV_PREP(HV_FIELD(mpidr, 23, 16), 39, 32) |
					HV_PREP(HV_FIELD(mpidr, 15, 8), 23, 16) | HV_PREP(sgi, 27, 24) |
					HV_BIT(aff0 & 15));
	bm_isb();
}

void bm_gic_send_sgi_others(uint32_t sgi)
{
	bm_dsb(ishst);
	bm_write(ICC_SGI1R_EL1, HV_BIT(40) | HV_PREP(sgi, 27, 24));
	bm_isb();
}

void hv_bm_kick(uint32_t index)
{
	if (bm_cpus[index].has_gic)
		bm_gic_send_sgi(bm_cpus[index].mpidr, BM_SGI_KICK);
}

void hv_bm_irq_done(uint32_t intid)
{
	bm_write(ICC_DIR_EL1, intid);
	bm_isb();
}

void hv_bm_ppi_done(uint32_t index, uint32_t intid)
{
	if (bm_cpus[index].has_gic)
		bm_mmio_write32(bm_cpus[index].gicr + GICR_SGI_BASE + GICD_ICACTIVER, 1u << intid);
}

static void stop_timer(struct bm_cpu *cpu)
{
	bm_write(cnthp_ctl_el2, 0);
	cpu->hp_deadline = HV_TIMER_NEVER;
	bm_isb();
}

/* Is @intid ours alone? Then it is dealt with here. */
static bool internal(uint32_t intid)
{
	if (intid == BM_SGI_STOP)
		bm_park();
	if (intid == BM_PPI_HP_TIMER)
		stop_timer(bm_this_cpu());
	/* A kick and a maintenance interrupt have done their work by making the CPU leave the guest. */
	return intid == BM_SGI_KICK || intid == BM_PPI_MAINTENANCE || intid == BM_PPI_HP_TIMER;
}

uint32_t hv_bm_irq_take(void)
{
	for (;;) {
		uint32_t intid = (uint32_t)bm_read(ICC_IAR1_EL1) & 0xffffff;

		if (intid >= NO_IRQ_FROM)
			return HV_BM_IRQ_NONE;
		bm_dsb(sy); /* the acknowledge has reached the distributor before the device is touched */
		bm_write(ICC_EOIR1_EL1, intid);
		bm_isb();
		if (!internal(intid))
			return intid;
		hv_bm_irq_done(intid);
	}
}
