/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vgic_rig.c - see vgic_rig.h */
#include "vgic_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SGI_FRAME 0x10000u

uint32_t rig_random(struct rig *rig, uint32_t below)
{
	rig->random ^= rig->random << 13;
	rig->random ^= rig->random >> 7;
	rig->random ^= rig->random << 17;
	return (uint32_t)((rig->random >> 20) % below);
}

void rig_fail(struct rig *rig, const char *what, long expected, long actual)
{
	printf("operation %lu: vCPU %d, INTID %d: %s: expected %ld, actual %ld\n", rig->nr_ops, rig->at_vcpu,
	       rig->at_intid, what, expected, actual);
	exit(1);
}

static void expect(struct rig *rig, const char *what, long expected, long actual)
{
	if (expected != actual)
		rig_fail(rig, what, expected, actual);
}

/* With RIG_TRACE in the environment each operation is printed. */
static void trace(const struct rig *rig, const char *what, int vcpu, int intid, unsigned long value)
{
	if (rig->trace)
		printf("%lu: vCPU %d %s %d 0x%lx\n", rig->nr_ops, vcpu, what, intid, value);
}

/* Sparse affinities in all four fields, not in index order. */
static uint64_t affinity_of(int vcpu)
{
	static const uint64_t high[] = { 0, HV_U64(0x300000000), 0x050000, 0xff00, HV_U64(0xff00120000) };

	return high[vcpu % 5] | (uint64_t)(vcpu * 29 % 251);
}

static void init_vcpu(struct rig *rig, int i, int nr_lrs)
{
	uint32_t pri_bits = rig->vgic.pri_bits, pre_bits = pri_bits < 7 ? pri_bits : 7;
	struct rig_vcpu *vcpu = &rig->vcpu[i];

	vcpu->ich.nr_lrs = (uint32_t)nr_lrs;
	vcpu->ich.pre_bits = pre_bits;
	hv_vgic_cpu_reset(&rig->vgic, (uint32_t)i, &vcpu->ich);
	hv_host_gic_init(&vcpu->gic, (uint32_t)nr_lrs, pri_bits, pre_bits);
	hv_host_gic_load(&vcpu->gic, &vcpu->ich);
	rig->naive.cpu[i].affinity = affinity_of(i);
	rig->naive.cpu[i].bpr[0] = (int)hv_host_gic_bpr(&vcpu->gic, 0);
	rig->naive.cpu[i].bpr[1] = (int)hv_host_gic_bpr(&vcpu->gic, 1);
	if (hv_vgic_set_hw(&rig->vgic, (uint32_t)i, RIG_TIED_PPI, RIG_TIED_PPI) != HV_OK)
		rig_fail(rig, "tie", 0, 1);
	rig->naive.private_irq[i][RIG_TIED_PPI].tied = true;
	for (int n = 0; n < 16; n++)
		rig->naive.private_irq[i][n].edge = true;
}

void rig_init(struct rig *rig, const struct rig_config *config)
{
	uint64_t mpidr[NAIVE_VCPUS];
	struct hv_vgic_config vgic = { .config_bytes = sizeof(vgic),
				       .nr_vcpus = (uint32_t)config->nr_vcpus,
				       .nr_spis = (uint32_t)config->nr_spis,
				       .pri_bits = (uint32_t)config->pri_bits,
				       .mpidr = mpidr,
				       .hw_spis = true };
	size_t size, align;

	memset(rig, 0, sizeof(*rig));
	rig->trace = getenv("RIG_TRACE") != NULL;
	rig->random = config->seed * HV_U64(0x9e3779b97f4a7c15) | 1;
	rig->naive.nr_vcpus = config->nr_vcpus;
	rig->naive.nr_spis = config->nr_spis;
	rig->naive.priority_mask = (uint8_t)(0xff << (8 - config->pri_bits));
	for (int i = 0; i < config->nr_vcpus; i++)
		mpidr[i] = affinity_of(i);
	if (hv_vgic_layout(&vgic, &size, &align) != HV_OK)
		rig_fail(rig, "layout", 0, 1);
	rig->mem = aligned_alloc(align, hv_align_up(size, align));
	if (hv_vgic_init(&rig->vgic, &vgic, rig->mem, size) != HV_OK)
		rig_fail(rig, "init", 0, 1);
	for (int i = 0; i < config->nr_vcpus; i++)
		init_vcpu(rig, i, config->nr_lrs ? config->nr_lrs : 1 + (int)rig_random(rig, 16));
	for (int n = 0; n < 2 && config->nr_spis; n++) {
		rig->naive.spi[n].tied = true;
		if (hv_vgic_set_hw(&rig->vgic, 0, (uint32_t)(RIG_TIED_SPI + n), 100 + (uint32_t)n) != HV_OK)
			rig_fail(rig, "tie", 0, 1);
	}
}

void rig_free(struct rig *rig)
{
	free(rig->mem);
}

/* ---- physical interrupts ---------------------------------------------------------------------------------- */

static uint32_t pintid_of(int intid)
{
	return intid < 32 ? (uint32_t)intid : 100 + (uint32_t)(intid - RIG_TIED_SPI);
}

static bool physical(const struct rig *rig, int vcpu, int intid)
{
	uint32_t p = pintid_of(intid);

	return rig->vcpu[intid < 32 ? vcpu : 0].gic.phys_active[p / 32] >> (p % 32) & 1;
}

static void set_physical(struct rig *rig, int vcpu, uint32_t p, bool active)
{
	for (int i = p < 32 ? vcpu : 0; i < (p < 32 ? vcpu + 1 : rig->naive.nr_vcpus); i++) {
		rig->vcpu[i].gic.phys_active[p / 32] &= ~(1u << (p % 32));
		rig->vcpu[i].gic.phys_active[p / 32] |= (uint32_t)active << (p % 32);
	}
}

/* What the library asks to deactivate. @vcpu: on whose CPU. */
static void take_deactivations(struct rig *rig, int vcpu)
{
	for (uint32_t i = 0; i < rig->deactivate.nr; i++) {
		uint32_t p = rig->deactivate.pintid[i];

		expect(rig, "deactivated interrupt was active", true,
		       rig->vcpu[vcpu].gic.phys_active[p / 32] >> (p % 32) & 1);
		set_physical(rig, vcpu, p, false);
	}
	rig->deactivate.nr = 0;
}

/* Shared physical interrupts are a bit in each model; the model of @vcpu may have cleared its own. */
static void share_physical(struct rig *rig, int vcpu)
{
	for (uint32_t p = 100; p < 102; p++)
		if (!(rig->vcpu[vcpu].gic.phys_active[p / 32] >> (p % 32) & 1))
			set_physical(rig, vcpu, p, false);
}

/* A tied interrupt keeps its physical one active exactly while the guest owes an end. */
static void check_tied(struct rig *rig, int vcpu, int intid)
{
	struct naive_irq *irq = naive_irq(&rig->naive, vcpu, intid);

	rig->at_vcpu = vcpu;
	rig->at_intid = intid;
	expect(rig, "physical interrupt is active", irq->latch || irq->active, physical(rig, vcpu, intid));
}

/* ---- in and out of the guest ------------------------------------------------------------------------------ */

static void check_listed_once(struct rig *rig, int vcpu)
{
	struct hv_ich *ich = &rig->vcpu[vcpu].ich;

	for (uint32_t i = 0; i < 16; i++)
		for (uint32_t j = 0; j < i; j++)
			if ((ich->used >> i & ich->used >> j & 1) && (uint32_t)ich->lr[i] == (uint32_t)ich->lr[j])
				rig_fail(rig, "one list register per interrupt", (long)i, (long)j);
	expect(rig, "list registers in range", 0, (long)(ich->used >> ich->nr_lrs));
	for (uint32_t i = 0; i < 16; i++)
		if ((ich->used >> i & 1) && (ich->lr[i] >> 61 & 7) == 7)
			rig_fail(rig, "HW and pending and active", 0, (long)i);
}

void rig_enter(struct rig *rig, int vcpu)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];

	if (hv_vgic_needs_fill(&rig->vgic, (uint32_t)vcpu, &v->ich)) {
		hv_vgic_fill(&rig->vgic, (uint32_t)vcpu, &v->ich);
		check_listed_once(rig, vcpu);
	}
	hv_host_gic_enter(&v->gic, &v->ich);
	v->in_guest = true;
	trace(rig, "enters", vcpu, (int)v->ich.used, (unsigned long)v->ich.lr[0]);
}

void rig_exit(struct rig *rig, int vcpu)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];

	rig->nr_exits++;
	trace(rig, "leaves", vcpu, (int)v->ich.used, v->gic.reg.hcr);
	hv_host_gic_exit(&v->gic, &v->ich);
	hv_host_gic_put(&v->gic, &v->ich);
	hv_vgic_fold(&rig->vgic, (uint32_t)vcpu, &v->ich, &rig->kick, &rig->deactivate);
	take_deactivations(rig, vcpu);
	v->in_guest = false;
}

static void bounce(struct rig *rig, int vcpu)
{
	rig_exit(rig, vcpu);
	rig_enter(rig, vcpu);
}

void rig_settle(struct rig *rig)
{
	int bounces = 0, i;

	for (;;) {
		while ((i = hv_vcpu_set_pop(&rig->kick)) >= 0)
			if (rig->vcpu[i].in_guest)
				bounce(rig, i);
		for (i = 0; i < rig->naive.nr_vcpus; i++)
			if (rig->vcpu[i].in_guest && (hv_host_gic_signals(&rig->vcpu[i].gic) & 4))
				break;
		if (i == rig->naive.nr_vcpus)
			return;
		bounce(rig, i);
		if (++bounces > 1000)
			rig_fail(rig, "maintenance interrupts end", 0, bounces);
	}
}

void rig_migrate(struct rig *rig, int vcpu, int nr_lrs)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];
	bool in_guest = v->in_guest;
	struct hv_host_gic other;

	trace(rig, "migrates", vcpu, -1, (unsigned long)nr_lrs);
	if (in_guest)
		rig_exit(rig, vcpu);
	hv_host_gic_init(&other, (uint32_t)nr_lrs, v->gic.pri_bits, v->gic.pre_bits);
	memcpy(other.phys_active, v->gic.phys_active, sizeof(other.phys_active));
	v->gic = other;
	v->ich.nr_lrs = (uint32_t)nr_lrs;
	hv_host_gic_load(&v->gic, &v->ich);
	if (in_guest)
		rig_enter(rig, vcpu);
	rig_settle(rig);
}

/* ---- the guest's CPU interface ---------------------------------------------------------------------------- */

void rig_acknowledge(struct rig *rig, int vcpu, int group)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];
	int intid = (int)hv_host_gic_iar(&v->gic, (uint32_t)group);

	rig->at_vcpu = vcpu;
	rig->at_intid = intid;
	if (intid == NAIVE_SPURIOUS) {
		/* Of two equally urgent ones in different groups either may come first. */
		if (naive_must_signal(&rig->naive, vcpu) && !naive_signals(&rig->naive, vcpu, !group))
			rig_fail(rig, "nothing to acknowledge", vcpu, intid);
		return;
	}
	if (intid >= 32 + rig->naive.nr_spis || !naive_takes(&rig->naive, vcpu, intid) ||
	    naive_irq(&rig->naive, vcpu, intid)->group1 != (group == 1))
		rig_fail(rig, "acknowledged what is not due", vcpu, intid);
	naive_acknowledge(&rig->naive, vcpu, intid);
	v->taken[v->nr_taken++] = intid;
	trace(rig, "takes", vcpu, intid, (unsigned long)group);
	rig->nr_acknowledged++;
	rig_settle(rig);
}

void rig_end(struct rig *rig, int vcpu)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];
	int intid = v->taken[--v->nr_taken];
	int group = rig->naive.cpu[vcpu].running[rig->naive.cpu[vcpu].nr_running - 1].group;

	hv_host_gic_eoir(&v->gic, (uint32_t)group, (uint32_t)intid);
	trace(rig, "ends", vcpu, intid, (unsigned long)group);
	share_physical(rig, vcpu);
	naive_end(&rig->naive, vcpu, intid);
	rig_settle(rig);
}

void rig_dir(struct rig *rig, int vcpu, int intid)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];

	trace(rig, "DIR", vcpu, intid, v->gic.reg.hcr);

	if (!hv_host_gic_dir(&v->gic, (uint32_t)intid)) {
		enum hv_err err;

		rig_exit(rig, vcpu);
		err = hv_vgic_dir(&rig->vgic, (uint32_t)vcpu, &v->ich, (uint64_t)intid, &rig->kick, &rig->deactivate);
		rig_settle(rig);
		if (err == HV_EAGAIN) {
			rig->nr_retries++;
			err = hv_vgic_dir(&rig->vgic, (uint32_t)vcpu, &v->ich, (uint64_t)intid, &rig->kick,
					  &rig->deactivate);
		}
		expect(rig, "second DIR", HV_OK, err);
		take_deactivations(rig, vcpu);
		rig_enter(rig, vcpu);
	}
	share_physical(rig, vcpu);
	if (rig->naive.cpu[vcpu].split)
		naive_deactivate(&rig->naive, vcpu, intid);
	rig_settle(rig);
}

/* EOImode must not change while interrupts are active; the exit lets the library see the new mode. */
void rig_set_split(struct rig *rig, int vcpu, bool split)
{
	struct rig_vcpu *v = &rig->vcpu[vcpu];

	rig->naive.cpu[vcpu].split = split;
	trace(rig, "EOImode", vcpu, -1, split);
	hv_host_gic_set_ctlr(&v->gic, (hv_host_gic_ctlr(&v->gic) & 1) | (split ? 2u : 0));
	bounce(rig, vcpu);
	rig_settle(rig);
}

/* ---- registers -------------------------------------------------------------------------------------------- */

static enum hv_err try_access(struct rig *rig, int vcpu, int frame, struct hv_vgic_access *access)
{
	if (frame < 0)
		return hv_vgic_dist_access(&rig->vgic, (uint32_t)vcpu, access, &rig->kick, &rig->deactivate);
	return hv_vgic_redist_access(&rig->vgic, (uint32_t)vcpu, access, &rig->kick, &rig->deactivate);
}

uint64_t rig_access(struct rig *rig, int vcpu, int frame, uint32_t offset, uint8_t size, const uint64_t *value)
{
	struct hv_vgic_access access = {
		.offset = offset, .size_bytes = size, .is_write = value != NULL, .data = value ? *value : 0
	};
	bool in_guest = rig->vcpu[vcpu].in_guest;
	enum hv_err err;

	trace(rig, value ? "writes GICD/GICR" : "reads GICD/GICR", vcpu, (int)offset, (unsigned long)access.data);
	if (frame >= 0)
		access.offset += (uint32_t)frame * HV_VGIC_GICR_STRIDE;
	if (in_guest)
		rig_exit(rig, vcpu);
	err = try_access(rig, vcpu, frame, &access);
	if (err == HV_EAGAIN) {
		rig->nr_retries++;
		rig_settle(rig);
		err = try_access(rig, vcpu, frame, &access);
	}
	expect(rig, "second attempt of an access", HV_OK, err);
	take_deactivations(rig, frame >= 0 ? frame : vcpu);
	if (in_guest)
		rig_enter(rig, vcpu);
	rig_settle(rig);
	return access.data;
}

static void write_frame(struct rig *rig, int vcpu, int owner, int intid, uint32_t offset, uint8_t size, uint64_t value)
{
	if (intid < 32)
		(void)rig_access(rig, vcpu, owner, SGI_FRAME + offset, size, &value);
	else
		(void)rig_access(rig, vcpu, -1, offset, size, &value);
}

static void naive_write_bit(struct rig *rig, int owner, int kind, int intid, bool bit)
{
	struct naive_irq *irq = naive_irq(&rig->naive, owner, intid);

	if (kind == 1)
		irq->group1 = bit;
	if (!bit)
		return;
	if (kind == 2 || kind == 3)
		irq->enabled = kind == 2;
	else if (kind == 4 || kind == 5)
		irq->latch = kind == 4;
	else if (kind == 7)
		irq->active = false;
	else if (kind == 6 && !irq->active) {
		irq->active = true;
		irq->active_on = naive_target(&rig->naive, owner, intid);
	}
}

void rig_write_bits(struct rig *rig, int vcpu, int owner, int kind, int base, uint32_t value)
{
	for (int n = 0; n < 32; n++)
		naive_write_bit(rig, owner, kind, base + n, value >> n & 1);
	write_frame(rig, vcpu, owner, base, (uint32_t)kind * 0x80 + (uint32_t)base / 8, 4, value);
}

void rig_set_priority(struct rig *rig, int vcpu, int owner, int intid, uint8_t priority)
{
	naive_irq(&rig->naive, owner, intid)->priority = priority & rig->naive.priority_mask;
	write_frame(rig, vcpu, owner, intid, 0x400 + (uint32_t)intid, 1, priority);
}

void rig_set_edge(struct rig *rig, int vcpu, int owner, int intid, bool edge)
{
	uint64_t value = 0;

	naive_irq(&rig->naive, owner, intid)->edge = edge;
	for (int n = 0; n < 16; n++)
		value |= (uint64_t)naive_irq(&rig->naive, owner, (intid & ~15) + n)->edge << (2 * n + 1);
	write_frame(rig, vcpu, owner, intid, 0xc00 + (uint32_t)intid / 16 * 4, 4, value);
}

void rig_route(struct rig *rig, int vcpu, int intid, uint64_t affinity)
{
	rig->naive.spi[intid - 32].affinity = affinity;
	(void)rig_access(rig, vcpu, -1, 0x6000 + 8 * (uint32_t)intid, 8, &affinity);
}

void rig_set_ctlr(struct rig *rig, int vcpu, uint32_t enables)
{
	uint64_t value = enables;

	rig->naive.group_enabled[0] = enables & 1;
	rig->naive.group_enabled[1] = enables & 2;
	(void)rig_access(rig, vcpu, -1, 0, 4, &value);
	expect(rig, "GICD_CTLR", 0x50 | (long)enables, (long)rig_access(rig, vcpu, -1, 0, 4, NULL));
}

static uint64_t sgi_value(uint64_t affinity, int intid)
{
	return HV_PREP(affinity >> 32, 55, 48) | HV_PREP(affinity >> 16, 39, 32) | HV_PREP(affinity >> 8, 23, 16) |
	       HV_PREP(affinity >> 4, 47, 44) | HV_PREP(intid, 27, 24) | HV_BIT(affinity & 15);
}

void rig_send_sgi(struct rig *rig, int vcpu, int group, int intid, int target)
{
	uint64_t value = target < 0 ? HV_BIT(40) | HV_PREP(intid, 27, 24) | 0xffff
				    : sgi_value(rig->naive.cpu[target].affinity, intid);
	bool in_guest = rig->vcpu[vcpu].in_guest;

	if (in_guest)
		rig_exit(rig, vcpu);
	hv_vgic_send_sgi(&rig->vgic, (uint32_t)vcpu, group ? HV_VGIC_SGI1R : HV_VGIC_SGI0R, value, &rig->kick);
	for (int i = 0; i < rig->naive.nr_vcpus; i++)
		if ((target < 0 ? i != vcpu : i == target) && rig->naive.private_irq[i][intid].group1 == (group == 1))
			rig->naive.private_irq[i][intid].latch = true;
	if (in_guest)
		rig_enter(rig, vcpu);
	rig_settle(rig);
}

void rig_line(struct rig *rig, int vcpu, int intid, bool level)
{
	naive_set_line(naive_irq(&rig->naive, vcpu, intid), level);
	trace(rig, "line", vcpu, intid, level);
	expect(rig, "set_line", HV_OK,
	       hv_vgic_set_line(&rig->vgic, (uint32_t)vcpu, (uint32_t)intid, level, &rig->kick));
	rig_settle(rig);
}

void rig_fire(struct rig *rig, int vcpu, int intid)
{
	if (physical(rig, vcpu, intid))
		return;
	trace(rig, "fires", vcpu, intid, 0);
	set_physical(rig, vcpu, pintid_of(intid), true);
	naive_irq(&rig->naive, vcpu, intid)->latch = true;
	expect(rig, "set_line", HV_OK, hv_vgic_set_line(&rig->vgic, (uint32_t)vcpu, (uint32_t)intid, true, &rig->kick));
	rig_settle(rig);
}

/* ---- comparison ------------------------------------------------------------------------------------------- */

static void check_running(struct rig *rig, int vcpu)
{
	uint32_t signals = hv_host_gic_signals(&rig->vcpu[vcpu].gic) & 3;
	uint32_t due = (naive_signals(&rig->naive, vcpu, 0) ? 1u : 0) | (naive_signals(&rig->naive, vcpu, 1) ? 2u : 0);
	int running = naive_running_priority(&rig->naive, vcpu);

	if ((signals & ~due) || (!signals && naive_must_signal(&rig->naive, vcpu)))
		rig_fail(rig, "signals to a running vCPU", (long)due, (long)signals);
	expect(rig, "running priority", running == 256 ? 0xff : running, (long)hv_host_gic_rpr(&rig->vcpu[vcpu].gic));
}

void rig_check_vcpu(struct rig *rig, int vcpu)
{
	if (rig->vcpu[vcpu].in_guest) {
		check_running(rig, vcpu);
	} else {
		bool due = naive_signals(&rig->naive, vcpu, 0) || naive_signals(&rig->naive, vcpu, 1);

		bool pending = hv_vgic_has_pending(&rig->vgic, (uint32_t)vcpu, &rig->vcpu[vcpu].ich);

		if ((pending && !due) || (!pending && naive_must_signal(&rig->naive, vcpu)))
			rig_fail(rig, "has_pending", due, pending);
	}
	check_tied(rig, vcpu, RIG_TIED_PPI);
	for (int n = 0; n < 2 && rig->naive.nr_spis; n++)
		check_tied(rig, vcpu, RIG_TIED_SPI + n);
}

static void check_irq(struct rig *rig, int vcpu, int intid)
{
	struct naive_irq *irq = naive_irq(&rig->naive, vcpu, intid);
	uint32_t state = hv_vgic_state(&rig->vgic, (uint32_t)vcpu, (uint32_t)intid);

	rig->at_vcpu = vcpu;
	rig->at_intid = intid;
	expect(rig, "pending", naive_pending(irq), (state & HV_VGIC_IS_PENDING) != 0);
	expect(rig, "active", irq->active, (state & HV_VGIC_IS_ACTIVE) != 0);
	expect(rig, "enabled", irq->enabled, (state & HV_VGIC_IS_ENABLED) != 0);
	expect(rig, "not listed", 0, state & HV_VGIC_IS_LISTED);
	if (!irq->tied)
		expect(rig, "line", irq->line, (state & HV_VGIC_IS_LINE) != 0);
}

static void check_registers(struct rig *rig, int vcpu, int intid)
{
	struct naive_irq *irq = naive_irq(&rig->naive, vcpu, intid);
	uint32_t base = intid < 32 ? SGI_FRAME : 0, bit = (uint32_t)intid % 32;
	int frame = intid < 32 ? vcpu : -1;

	expect(rig, "priority", irq->priority,
	       (long)rig_access(rig, vcpu, frame, base + 0x400 + (uint32_t)intid, 1, NULL));
	expect(rig, "group", irq->group1,
	       (long)(rig_access(rig, vcpu, frame, base + 0x80 + (uint32_t)intid / 32 * 4, 4, NULL) >> bit & 1));
	expect(rig, "edge", irq->edge,
	       (long)(rig_access(rig, vcpu, frame, base + 0xc00 + (uint32_t)intid / 16 * 4, 4, NULL) >>
			      (2 * (bit % 16) + 1) &
		      1));
	if (intid >= 32)
		expect(rig, "route", (long)irq->affinity,
		       (long)rig_access(rig, vcpu, -1, 0x6000 + 8 * (uint32_t)intid, 8, NULL));
}

void rig_check_all(struct rig *rig)
{
	bool in_guest[NAIVE_VCPUS];

	for (int i = 0; i < rig->naive.nr_vcpus; i++) {
		in_guest[i] = rig->vcpu[i].in_guest;
		if (in_guest[i])
			rig_exit(rig, i);
	}
	for (int i = 0; i < rig->naive.nr_vcpus; i++) {
		rig_check_vcpu(rig, i);
		for (int intid = 0; intid < (i == 0 ? 32 + rig->naive.nr_spis : 32); intid++) {
			check_irq(rig, i, intid);
			check_registers(rig, i, intid);
		}
	}
	for (int i = 0; i < rig->naive.nr_vcpus; i++)
		if (in_guest[i])
			rig_enter(rig, i);
	rig_settle(rig);
}
