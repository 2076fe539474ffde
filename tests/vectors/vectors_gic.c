/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vectors_gic.c - readers of the GIC families: the CPU interface model on list registers, the vGIC under the CPU interface
 * model through the life of one interrupt, and the registers of the distributor and redistributors.
 */
#include "hv_vectors.h"

#include <hv_host_gic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const struct csv *csv, size_t row, const char *column, const char *text)
{
	return strcmp(csv_get(csv, row, column), text) == 0;
}

static bool empty(const struct csv *csv, size_t row, const char *column)
{
	return csv_get(csv, row, column)[0] == '\0';
}

/* A difference found in a row: what, expected, actual. The first one is kept. */
struct difference {
	const char *what;
	uint64_t expected, actual;
};

static void differ(struct difference *d, const char *what, uint64_t expected, uint64_t actual)
{
	if (d->what == NULL && expected != actual)
		*d = (struct difference){ what, expected, actual };
}

static void compare(struct difference *d, const struct csv *csv, size_t row, const char *column, uint64_t actual)
{
	differ(d, column, csv_u64(csv, row, column), actual);
}

static void judge(struct tally *tally, const char *id, const struct difference *d)
{
	if (d->what)
		vec_fail(tally, id, "%s: expected 0x%llx, actual 0x%llx", d->what, (unsigned long long)d->expected,
			 (unsigned long long)d->actual);
	else
		vec_pass(tally);
}

/* Rows of one scenario follow each other; a first row, and one whose predecessor is not here, sets the state up. */
static bool follows(const struct csv *csv, size_t row)
{
	return row > 0 && is(csv, row, "scenario", csv_get(csv, row - 1, "scenario")) &&
	       csv_u64(csv, row, "step") == csv_u64(csv, row - 1, "step") + 1;
}

static void row_id(const struct csv *csv, size_t row, char *id, size_t bytes)
{
	(void)snprintf(id, bytes, "%s.%s (%s)", csv_get(csv, row, "scenario"), csv_get(csv, row, "step"),
		       csv_get(csv, row, "name"));
}

/* ---- list registers ------------------------------------------------------------------------------------- */

#define PHYS_SPI 45u
#define PHYS_PPI 27u

static void set_physical(struct hv_host_gic *gic, uint32_t pintid, bool active)
{
	gic->phys_active[pintid / 32] &= ~(1u << (pintid % 32));
	gic->phys_active[pintid / 32] |= (active ? 1u : 0u) << (pintid % 32);
}

static bool physical(const struct hv_host_gic *gic, uint32_t pintid)
{
	return gic->phys_active[pintid / 32] & (1u << (pintid % 32));
}

/* The measured interface has 4 list registers, 5 priority and 5 preemption bits. */
static void ich_setup(const struct csv *csv, size_t row, struct hv_host_gic *gic)
{
	hv_host_gic_init(gic, 4, 5, 5);
	hv_host_gic_set_vmcr(gic, (uint32_t)csv_u64(csv, row, "ich_vmcr"));
	gic->reg.hcr = (uint32_t)csv_u64(csv, row, "ich_hcr");
	gic->reg.ap0r[0] = (uint32_t)csv_u64(csv, row, "ich_ap0r0");
	gic->reg.ap1r[0] = (uint32_t)csv_u64(csv, row, "ich_ap1r0");
	gic->reg.lr[0] = csv_u64(csv, row, "ich_lr0");
	gic->reg.lr[1] = csv_u64(csv, row, "ich_lr1");
	gic->reg.lr[2] = csv_u64(csv, row, "ich_lr2");
	gic->reg.lr[3] = csv_u64(csv, row, "ich_lr3");
	set_physical(gic, PHYS_SPI, csv_u64(csv, row, "phys_spi45_active") != 0);
	set_physical(gic, PHYS_PPI, csv_u64(csv, row, "phys_ppi27_active") != 0);
}

static void ich_write(struct hv_host_gic *gic, const char *name, uint32_t group, uint32_t value)
{
	if (strncmp(name, "ICC_EOIR", 8) == 0)
		hv_host_gic_eoir(gic, group, value);
	else if (strncmp(name, "ICC_DIR", 7) == 0)
		(void)hv_host_gic_dir(gic, value);
	else if (strncmp(name, "ICC_PMR", 7) == 0)
		hv_host_gic_set_pmr(gic, value);
	else if (strncmp(name, "ICC_BPR", 7) == 0)
		hv_host_gic_set_bpr(gic, group, value);
	else if (strncmp(name, "ICC_IGRPEN", 10) == 0)
		hv_host_gic_set_igrpen(gic, group, value);
	else if (strncmp(name, "ICC_CTLR", 8) == 0)
		hv_host_gic_set_ctlr(gic, value);
}

static uint64_t ich_read(struct hv_host_gic *gic, const char *name, uint32_t group)
{
	if (strncmp(name, "ICC_IAR", 7) == 0)
		return hv_host_gic_iar(gic, group);
	if (strncmp(name, "ICC_HPPIR", 9) == 0)
		return hv_host_gic_hppir(gic, group);
	if (strncmp(name, "ICC_RPR", 7) == 0)
		return hv_host_gic_rpr(gic);
	if (strncmp(name, "ICC_PMR", 7) == 0)
		return hv_host_gic_pmr(gic);
	if (strncmp(name, "ICC_BPR", 7) == 0)
		return hv_host_gic_bpr(gic, group);
	if (strncmp(name, "ICC_IGRPEN", 10) == 0)
		return hv_host_gic_igrpen(gic, group);
	if (strncmp(name, "ICC_CTLR", 8) == 0)
		return hv_host_gic_ctlr(gic);
	return ~HV_U64(0);
}

static void ich_step(const struct csv *csv, size_t row, struct hv_host_gic *gic, struct difference *d)
{
	const char *name = csv_get(csv, row, "register");
	uint32_t group = strchr(name, '0') ? 0 : 1;

	if (is(csv, row, "op", "W"))
		ich_write(gic, name, group, (uint32_t)csv_u64(csv, row, "write_value"));
	else
		compare(d, csv, row, "result_or_outcome", ich_read(gic, name, group));
}

static void ich_compare(const struct csv *csv, size_t row, const struct hv_host_gic *gic, struct difference *d)
{
	compare(d, csv, row, "ich_lr0", gic->reg.lr[0]);
	compare(d, csv, row, "ich_lr1", gic->reg.lr[1]);
	compare(d, csv, row, "ich_lr2", gic->reg.lr[2]);
	compare(d, csv, row, "ich_lr3", gic->reg.lr[3]);
	compare(d, csv, row, "ich_ap0r0", gic->reg.ap0r[0]);
	compare(d, csv, row, "ich_ap1r0", gic->reg.ap1r[0]);
	compare(d, csv, row, "ich_vmcr", gic->reg.vmcr);
	compare(d, csv, row, "ich_hcr", gic->reg.hcr);
	compare(d, csv, row, "misr_by_architecture", hv_host_gic_misr(gic));
	compare(d, csv, row, "ich_eisr", hv_host_gic_eisr(gic));
	compare(d, csv, row, "ich_elrsr", hv_host_gic_elrsr(gic));
	if (!empty(csv, row, "phys_spi45_active"))
		compare(d, csv, row, "phys_spi45_active", physical(gic, PHYS_SPI));
	if (!empty(csv, row, "phys_ppi27_active"))
		compare(d, csv, row, "phys_ppi27_active", physical(gic, PHYS_PPI));
}

/*
 * Skipped: rows where the measured machine and the architecture disagree in more than MISR (the next row goes on from what was
 * measured), and ICC_SRE, which is no part of the list-register interface.
 */
void vec_ich_sequences(const struct csv *csv, struct tally *tally)
{
	struct hv_host_gic gic;
	char id[128];

	for (size_t row = 0; row < csv->nr_rows; row++) {
		struct difference d = { 0 };

		row_id(csv, row, id, sizeof(id));
		if (is(csv, row, "rule_model_agrees", "no") ||
		    strncmp(csv_get(csv, row, "register"), "ICC_SRE", 7) == 0) {
			ich_setup(csv, row, &gic);
			vec_skip(tally);
			continue;
		}
		if (follows(csv, row))
			ich_step(csv, row, &gic, &d);
		else
			ich_setup(csv, row, &gic);
		ich_compare(csv, row, &gic, &d);
		judge(tally, id, &d);
	}
}

/* ---- a vGIC with one vCPU, as the two other families need it --------------------------------------------- */

struct machine {
	struct hv_vgic vgic;
	struct hv_ich ich;
	struct hv_host_gic gic;
	void *mem;
	struct hv_vcpu_set kick;
	struct hv_vgic_deactivate deactivate;
};

static bool machine_init(struct machine *m, uint32_t nr_spis, uint32_t pri_bits)
{
	static const uint64_t mpidr[1] = { 0 };
	struct hv_vgic_config config = {
		.config_bytes = sizeof(config), .nr_vcpus = 1, .nr_spis = nr_spis, .pri_bits = pri_bits, .mpidr = mpidr
	};
	size_t size, align;

	memset(m, 0, sizeof(*m));
	if (hv_vgic_layout(&config, &size, &align) != HV_OK)
		return false;
	m->mem = aligned_alloc(align, hv_align_up(size, align));
	if (m->mem == NULL || hv_vgic_init(&m->vgic, &config, m->mem, size) != HV_OK)
		return false;
	m->ich.nr_lrs = 4;
	hv_vgic_cpu_reset(&m->vgic, 0, &m->ich);
	hv_host_gic_init(&m->gic, 4, 5, 5);
	hv_host_gic_load(&m->gic, &m->ich);
	return true;
}

static void machine_free(struct machine *m)
{
	free(m->mem);
}

enum frame { GICD, GICR };

static uint64_t access_frame(struct machine *m, enum frame frame, uint32_t offset, uint8_t size, const uint64_t *value)
{
	struct hv_vgic_access access = {
		.offset = offset, .size_bytes = size, .is_write = value != NULL, .data = value ? *value : 0
	};
	enum hv_err err = frame == GICD ? hv_vgic_dist_access(&m->vgic, 0, &access, &m->kick, &m->deactivate)
					: hv_vgic_redist_access(&m->vgic, 0, &access, &m->kick, &m->deactivate);

	m->deactivate.nr = 0;
	return err == HV_OK ? access.data : ~HV_U64(0);
}

static uint64_t read_frame(struct machine *m, enum frame frame, uint32_t offset, uint8_t size)
{
	return access_frame(m, frame, offset, size, NULL);
}

static void write_frame(struct machine *m, enum frame frame, uint32_t offset, uint8_t size, uint64_t value)
{
	(void)access_frame(m, frame, offset, size, &value);
}

static void machine_enter(struct machine *m)
{
	hv_vgic_fill(&m->vgic, 0, &m->ich);
	hv_host_gic_enter(&m->gic, &m->ich);
}

static void machine_exit(struct machine *m)
{
	hv_host_gic_exit(&m->gic, &m->ich);
	hv_vgic_fold(&m->vgic, 0, &m->ich, &m->kick, &m->deactivate);
}

/* ---- the life of one interrupt --------------------------------------------------------------------------- */

#define SGI_FRAME  0x10000u
#define ISENABLER  0x100u
#define ICENABLER  0x180u
#define ISPENDR    0x200u
#define ICPENDR    0x280u
#define ISACTIVER  0x300u
#define ICACTIVER  0x380u
#define IPRIORITYR 0x400u
#define ICFGR      0xc00u

/* Where the registers of an INTID are: the redistributor's SGI frame, or the distributor. */
static uint32_t bits_offset(uint32_t intid, uint32_t base)
{
	return intid < 32 ? SGI_FRAME + base : base + intid / 32 * 4;
}

static enum frame frame_of(uint32_t intid)
{
	return intid < 32 ? GICR : GICD;
}

static void write_bit(struct machine *m, uint32_t intid, uint32_t base)
{
	write_frame(m, frame_of(intid), bits_offset(intid, base), 4, 1u << (intid % 32));
}

static bool read_bit(struct machine *m, uint32_t intid, uint32_t base)
{
	return read_frame(m, frame_of(intid), bits_offset(intid, base), 4) >> (intid % 32) & 1;
}

/* Group 1, enabled, trigger and EOI mode of the row. As measured: priority 0x80 for PPIs, the reset value 0 for SPIs. */
static void life_setup(const struct csv *csv, size_t row, struct machine *m, uint32_t intid)
{
	uint32_t icfgr = ICFGR + intid / 16 * 4 + (intid < 32 ? SGI_FRAME : 0);
	uint64_t edge = is(csv, row, "trigger", "edge") ? HV_U64(2) << (intid % 16 * 2) : 0;

	write_frame(m, GICD, 0, 4, 2);
	write_frame(m, frame_of(intid), bits_offset(intid, 0x80), 4, ~HV_U64(0));
	write_frame(m, frame_of(intid), icfgr, 4, edge);
	if (intid < 32)
		write_frame(m, GICR, SGI_FRAME + IPRIORITYR + intid, 1, 0x80);
	write_bit(m, intid, ISENABLER);
	hv_host_gic_set_pmr(&m->gic, 0xff);
	hv_host_gic_set_igrpen(&m->gic, 1, 1);
	hv_host_gic_set_ctlr(&m->gic, csv_u64(csv, row, "eoimode") != 0 ? 2 : 0);
	hv_host_gic_put(&m->gic, &m->ich);
}

static void guest_dir(struct machine *m, uint32_t intid, struct difference *d)
{
	bool trapped;

	machine_enter(m);
	trapped = !hv_host_gic_dir(&m->gic, intid);
	machine_exit(m);
	if (trapped)
		differ(d, "dir", HV_OK, (uint64_t)hv_vgic_dir(&m->vgic, 0, &m->ich, intid, &m->kick, &m->deactivate));
}

static void life_guest_op(const struct csv *csv, size_t row, struct machine *m, uint32_t intid, struct difference *d)
{
	machine_enter(m);
	if (is(csv, row, "op", "ack"))
		compare(d, csv, row, "ack_result", hv_host_gic_iar(&m->gic, 1));
	else
		hv_host_gic_eoir(&m->gic, 1, intid);
	machine_exit(m);
}

/* Returns false for an operation this reader does not know. */
static bool life_step(const struct csv *csv, size_t row, struct machine *m, uint32_t intid, struct difference *d)
{
	static const struct {
		const char *op;
		uint32_t base;
	} writes[] = {
		{ "enable", ISENABLER },      { "disable", ICENABLER },    { "set_pending", ISPENDR },
		{ "clear_pending", ICPENDR }, { "set_active", ISACTIVER }, { "clear_active", ICACTIVER },
	};
	const char *op = csv_get(csv, row, "op");

	for (size_t i = 0; i < HV_ARRAY_SIZE(writes); i++) {
		if (strcmp(op, writes[i].op) != 0)
			continue;
		write_bit(m, intid, writes[i].base);
		return true;
	}
	if (strncmp(op, "line_", 5) == 0)
		return hv_vgic_set_line(&m->vgic, 0, intid, strcmp(op, "line_high") == 0, &m->kick) == HV_OK;
	if (strcmp(op, "dir") == 0)
		guest_dir(m, intid, d);
	else if (strcmp(op, "ack") == 0 || strcmp(op, "eoi") == 0)
		life_guest_op(csv, row, m, intid, d);
	else
		return false;
	return true;
}

static void life_compare(const struct csv *csv, size_t row, struct machine *m, uint32_t intid, struct difference *d)
{
	compare(d, csv, row, "pending_bit", read_bit(m, intid, ISPENDR));
	compare(d, csv, row, "active_bit", read_bit(m, intid, ISACTIVER));
	compare(d, csv, row, "enabled", read_bit(m, intid, ISENABLER));
	machine_enter(m);
	compare(d, csv, row, "hppir1", hv_host_gic_hppir(&m->gic, 1));
	compare(d, csv, row, "rpr", hv_host_gic_rpr(&m->gic));
	compare(d, csv, row, "ap1r0", m->gic.reg.ap1r[0]);
	machine_exit(m);
}

/* Rows whose predecessor is missing cannot be reached and are skipped, as are operations not known here. */
void vec_gic_state_machine(const struct csv *csv, struct tally *tally)
{
	struct machine m = { 0 };
	bool lost = true;
	char id[128];

	for (size_t row = 0; row < csv->nr_rows; row++) {
		uint32_t intid = (uint32_t)csv_u64(csv, row, "intid");
		struct difference d = { 0 };

		row_id(csv, row, id, sizeof(id));
		if (is(csv, row, "op", "init")) {
			machine_free(&m);
			lost = !machine_init(&m, 960, 5);
			if (!lost)
				life_setup(csv, row, &m, intid);
		} else if (lost || !follows(csv, row) || !life_step(csv, row, &m, intid, &d)) {
			lost = true;
		}
		if (lost) {
			vec_skip(tally);
			continue;
		}
		life_compare(csv, row, &m, intid, &d);
		judge(tally, id, &d);
	}
	machine_free(&m);
}

/* ---- registers ------------------------------------------------------------------------------------------- */

/*
 * The bits of a register that the architecture decides; the rest is the measured implementation's own choice: LPIs (TYPER,
 * GICR_CTLR, the base registers), product numbers, reserved bits it stores. 0: the register is not in this GIC.
 */
static uint32_t gicd_mask(uint32_t offset)
{
	if (offset == 0x4)
		return 0x1f | 1u << 10 | 1u << 24; /* ITLinesNumber, SecurityExtn, A3V */
	if (offset == 0x8)
		return 0xfff; /* implementer */
	if (offset >= 0xf80 && offset < 0x1000)
		return 0; /* GICD_INMIR: FEAT_GICv3_NMI */
	if (offset >= 0x6000 && offset < 0x8000)
		return offset & 4 ? 0xff : 0x80ffffff; /* IROUTER */
	return ~0u;
}

static uint32_t gicr_rd_mask(uint32_t offset)
{
	switch (offset) {
	case 0x0:
		return 0xfffffffc; /* EnableLPIs, CES */
	case 0x4:
		return 0xfff;
	case 0x8:
		return ~(1u | 3u << 24); /* PLPIS, CommonLPIAff */
	case 0x70:                       /* GICR_PROPBASER, GICR_PENDBASER */
	case 0x74:
	case 0x78:
	case 0x7c:
		return 0;
	default:
		return ~0u;
	}
}

static void readback_row(const struct csv *csv, size_t row, struct machine *m, uint32_t offset, uint32_t mask,
			 struct difference *d)
{
	enum frame frame = is(csv, row, "block", "GICD") ? GICD : GICR;

	if (is(csv, row, "block", "GICR_SGI"))
		offset += SGI_FRAME;
	differ(d, "reset", csv_u64(csv, row, "reset") & mask, read_frame(m, frame, offset, 4) & mask);
	if (empty(csv, row, "after_write_ffffffff"))
		return;
	write_frame(m, frame, offset, 4, 0xffffffff);
	differ(d, "after ones", csv_u64(csv, row, "after_write_ffffffff") & mask,
	       read_frame(m, frame, offset, 4) & mask);
	write_frame(m, frame, offset, 4, 0);
	differ(d, "after zeros", csv_u64(csv, row, "after_write_0") & mask, read_frame(m, frame, offset, 4) & mask);
}

/*
 * Skipped: the view with two security states, the ITS, and registers of features this GIC does not have. The measured machine
 * has 256 SPIs, one CPU and keeps 8 priority bits.
 */
void vec_gic_readback(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		uint32_t offset = (uint32_t)csv_u64(csv, row, "offset");
		uint32_t mask = is(csv, row, "block", "GICD")       ? gicd_mask(offset)
				: is(csv, row, "block", "GICR_RD")  ? gicr_rd_mask(offset)
				: is(csv, row, "block", "GICR_SGI") ? ~0u
								    : 0;
		struct difference d = { 0 };
		struct machine m;
		char id[64];

		if (strncmp(csv_get(csv, row, "config"), "DS=1", 4) != 0 || mask == 0) {
			vec_skip(tally);
			continue;
		}
		(void)snprintf(id, sizeof(id), "%s %s", csv_get(csv, row, "block"), csv_get(csv, row, "offset"));
		if (!machine_init(&m, 256, 8)) {
			vec_fail(tally, id, "no machine");
			return;
		}
		readback_row(csv, row, &m, offset, mask, &d);
		judge(tally, id, &d);
		machine_free(&m);
	}
}
