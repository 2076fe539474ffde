/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_random.c - random operations on the vGIC, the CPU interface models and the oracle: every acknowledge must be due, every due
 * one must be signalled, all state equal. List registers 1 to 16 and changing under the vCPU, 1 to 17 vCPUs, 5 to 8 priority
 * bits, both EOI modes, both groups, tied interrupts. At the end everything is drained and nothing may be owed.
 * Covers GIC-25, GIC-27, GIC-28, GIC-29, GIC-30, GIC-34, GIC-35, GIC-37, GIC-53, GIC-64, GIC-67.
 */
#include "vgic_rig.h"

#include <stdio.h>
#include <stdlib.h>

/* Interrupts that crowd: a handful of private ones and a window of SPIs. */
static int random_intid(struct rig *rig)
{
	uint32_t pick = rig_random(rig, 8);

	if (pick == 0)
		return (int)rig_random(rig, 16);
	if (pick == 1 || rig->naive.nr_spis == 0)
		return 16 + (int)rig_random(rig, 16);
	return 32 + (int)rig_random(rig, pick < 6 && rig->naive.nr_spis > 12 ? 12 : (uint32_t)rig->naive.nr_spis);
}

static int random_vcpu(struct rig *rig)
{
	return (int)rig_random(rig, (uint32_t)rig->naive.nr_vcpus);
}

static bool on_stack(const struct rig *rig, int vcpu, int intid)
{
	for (int i = 0; i < rig->vcpu[vcpu].nr_taken; i++)
		if (rig->vcpu[vcpu].taken[i] == intid)
			return true;
	return false;
}

/* May the guest change the active bit by register? Not under an EOI it still owes with EOImode 0: that is UNPREDICTABLE. */
static bool active_bit_free(struct rig *rig, int owner, int intid)
{
	struct naive_irq *irq = naive_irq(&rig->naive, owner, intid);
	int target = naive_target(&rig->naive, owner, intid);

	if (irq->active)
		return rig->naive.cpu[irq->active_on].split || !on_stack(rig, irq->active_on, intid);
	return !irq->tied && target >= 0 && rig->naive.cpu[target].split;
}

static bool bit_free(struct rig *rig, int kind, int owner, int intid)
{
	struct naive_irq *irq = naive_irq(&rig->naive, owner, intid);

	if (kind == 1)
		return !irq->active; /* its EOI goes by the group it was taken in */
	if (kind == 4)
		return !irq->tied;
	if (kind >= 6)
		return active_bit_free(rig, owner, intid);
	return true;
}

static void random_bits(struct rig *rig)
{
	static const int kinds[] = { 1, 2, 2, 2, 2, 3, 4, 4, 5, 6, 7 };
	int kind = kinds[rig_random(rig, HV_ARRAY_SIZE(kinds))], owner = random_vcpu(rig),
	    base = random_intid(rig) & ~31;
	uint32_t value = 0, current = 0;

	for (int n = 0; n < 32; n++) {
		struct naive_irq *irq = naive_irq(&rig->naive, owner, base + n);
		bool flip = rig_random(rig, 12) == 0 && bit_free(rig, kind, owner, base + n);

		current |= (uint32_t)irq->group1 << n;
		value |= (uint32_t)flip << n;
	}
	rig_write_bits(rig, random_vcpu(rig), owner, kind, base, kind == 1 ? current ^ value : value);
}

static void random_register(struct rig *rig)
{
	int vcpu = random_vcpu(rig), owner = random_vcpu(rig), intid = random_intid(rig);
	struct naive_irq *irq = naive_irq(&rig->naive, owner, intid);

	switch (rig_random(rig, 12)) {
	case 0:
	case 1:
		if (!irq->active)
			rig_set_priority(rig, vcpu, owner, intid, (uint8_t)rig_random(rig, 256));
		break;
	case 2:
		if (!irq->active && !irq->tied && intid >= 16)
			rig_set_edge(rig, vcpu, owner, intid, !irq->edge);
		break;
	case 3:
	case 4:
		if (intid >= 32)
			rig_route(rig, vcpu, intid, rig_random(rig, 9) ? rig->naive.cpu[owner].affinity : 0x77);
		break;
	case 5:
		rig_set_ctlr(rig, vcpu, rig_random(rig, 4) ? 3 : rig_random(rig, 4));
		break;
	default:
		random_bits(rig);
		break;
	}
}

/* A read needs the same synchronisation as a write. */
static void random_read(struct rig *rig)
{
	int vcpu = random_vcpu(rig), owner = random_vcpu(rig), intid = random_intid(rig);
	struct naive_irq *irq = naive_irq(&rig->naive, owner, intid);
	bool active = rig_random(rig, 2);
	uint32_t offset = (active ? 0x300 : 0x200) + (uint32_t)intid / 32 * 4;
	uint64_t value = intid < 32 ? rig_access(rig, vcpu, owner, 0x10000 + offset, 4, NULL)
				    : rig_access(rig, vcpu, -1, offset, 4, NULL);
	bool bit = value >> (intid % 32) & 1;

	if (bit != (active ? irq->active : naive_pending(irq)))
		rig_fail(rig, active ? "active bit" : "pending bit", !bit, bit);
}

static bool any_active_on(struct rig *rig, int vcpu)
{
	for (int intid = 0; intid < 32 + rig->naive.nr_spis; intid++)
		if (naive_irq(&rig->naive, vcpu, intid)->active &&
		    naive_irq(&rig->naive, vcpu, intid)->active_on == vcpu)
			return true;
	return false;
}

static void random_dir(struct rig *rig, int vcpu)
{
	int intid = random_intid(rig);
	struct naive_irq *irq = naive_irq(&rig->naive, vcpu, intid);

	/* Another vCPU's interrupt may be ended here, but not one that its taker ends by EOI. */
	if (!irq->active || rig->naive.cpu[irq->active_on].split)
		rig_dir(rig, vcpu, intid);
}

static void random_mask(struct rig *rig, int vcpu)
{
	struct hv_host_gic *gic = &rig->vcpu[vcpu].gic;
	struct naive_cpu *cpu = &rig->naive.cpu[vcpu];
	uint32_t group = rig_random(rig, 2);

	switch (rig_random(rig, 4)) {
	case 0:
		hv_host_gic_set_pmr(gic, rig_random(rig, 4) ? 0xff : rig_random(rig, 256));
		cpu->pmr = (int)hv_host_gic_pmr(gic);
		break;
	case 1:
		hv_host_gic_set_igrpen(gic, group, rig_random(rig, 6) != 0);
		cpu->group_enabled[group] = hv_host_gic_igrpen(gic, group);
		break;
	case 2: /* while nothing is active: otherwise EOI may not find its priority */
		if (cpu->nr_running == 0) {
			hv_host_gic_set_ctlr(gic, (hv_host_gic_ctlr(gic) & 2) | rig_random(rig, 2));
			cpu->cbpr = hv_host_gic_ctlr(gic) & 1;
		}
		break;
	default:
		if (cpu->nr_running == 0) {
			hv_host_gic_set_bpr(gic, group, rig_random(rig, 8));
			cpu->bpr[0] = (int)hv_host_gic_bpr(gic, 0);
			if (group == 1 && !cpu->cbpr)
				cpu->bpr[1] = (int)hv_host_gic_bpr(gic, 1);
		}
		break;
	}
	rig_settle(rig);
}

static void random_guest(struct rig *rig, int vcpu)
{
	uint32_t pick = rig_random(rig, 20);

	if (pick < 8 && rig->vcpu[vcpu].nr_taken < 60)
		rig_acknowledge(rig, vcpu, (int)rig_random(rig, 2));
	else if (pick < 13 && rig->vcpu[vcpu].nr_taken)
		rig_end(rig, vcpu);
	else if (pick < 17)
		random_dir(rig, vcpu);
	else if (pick < 19)
		random_mask(rig, vcpu);
	else if (!any_active_on(rig, vcpu) && rig->vcpu[vcpu].nr_taken == 0)
		rig_set_split(rig, vcpu, rig_random(rig, 2));
}

static void random_input(struct rig *rig)
{
	int vcpu = random_vcpu(rig), intid = random_intid(rig);

	if (naive_irq(&rig->naive, vcpu, intid)->tied)
		rig_fire(rig, vcpu, intid);
	else if (intid >= 16)
		rig_line(rig, vcpu, intid, rig_random(rig, 2));
	else
		rig_send_sgi(rig, random_vcpu(rig), (int)rig_random(rig, 2), intid, rig_random(rig, 8) ? vcpu : -1);
}

static void random_op(struct rig *rig)
{
	int vcpu = random_vcpu(rig);
	uint32_t pick = rig_random(rig, 100);

	rig->nr_ops++;
	if (pick < 55 && rig->vcpu[vcpu].in_guest)
		random_guest(rig, vcpu);
	else if (pick < 75)
		random_input(rig);
	else if (pick < 88)
		random_register(rig);
	else if (pick < 90)
		random_read(rig);
	else if (pick < 91)
		rig_migrate(rig, vcpu, 1 + (int)rig_random(rig, 16));
	else if (rig->vcpu[vcpu].in_guest && pick < 95)
		rig_exit(rig, vcpu);
	else if (!rig->vcpu[vcpu].in_guest)
		rig_enter(rig, vcpu);
	rig_settle(rig);
	rig_check_vcpu(rig, vcpu);
	rig_check_vcpu(rig, random_vcpu(rig));
}

static void open_all(struct rig *rig)
{
	rig_set_ctlr(rig, 0, 3);
	for (int i = 0; i < rig->naive.nr_vcpus; i++) {
		hv_host_gic_set_pmr(&rig->vcpu[i].gic, 0xff);
		rig->naive.cpu[i].pmr = (int)hv_host_gic_pmr(&rig->vcpu[i].gic);
		for (uint32_t group = 0; group < 2; group++) {
			hv_host_gic_set_igrpen(&rig->vcpu[i].gic, group, 1);
			rig->naive.cpu[i].group_enabled[group] = true;
		}
		if (!rig->vcpu[i].in_guest)
			rig_enter(rig, i);
		for (int base = 0; base < 32 + rig->naive.nr_spis; base += 32)
			rig_write_bits(rig, 0, i, 2, base, ~0u);
	}
	rig_settle(rig);
}

/* Take and end everything, lines low: each vCPU in turn until nothing is left anywhere. */
static void drain_vcpu(struct rig *rig, int vcpu)
{
	while (rig->vcpu[vcpu].nr_taken)
		rig_end(rig, vcpu);
	for (int intid = 0; intid < 32 + rig->naive.nr_spis; intid++) {
		struct naive_irq *irq = naive_irq(&rig->naive, vcpu, intid);

		if (irq->active && irq->active_on == vcpu)
			rig_write_bits(rig, vcpu, vcpu, 7, intid & ~31, 1u << (intid % 32));
	}
	if (rig->naive.cpu[vcpu].split)
		rig_set_split(rig, vcpu, false);
	for (int left = 2000; left > 0 && (hv_host_gic_signals(&rig->vcpu[vcpu].gic) & 3); left--) {
		rig_acknowledge(rig, vcpu, hv_host_gic_signals(&rig->vcpu[vcpu].gic) & 1 ? 0 : 1);
		rig_end(rig, vcpu);
	}
}

static void drain(struct rig *rig)
{
	for (int i = 0; i < rig->naive.nr_vcpus; i++)
		for (int intid = 16; intid < (i == 0 ? 32 + rig->naive.nr_spis : 32); intid++)
			if (!naive_irq(&rig->naive, i, intid)->tied)
				rig_line(rig, i, intid, false);
	open_all(rig);
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < rig->naive.nr_vcpus; i++)
			drain_vcpu(rig, i);
	for (int i = 0; i < rig->naive.nr_vcpus; i++)
		for (int intid = 0; intid < 32 + rig->naive.nr_spis; intid++)
			if (naive_pending(naive_irq(&rig->naive, i, intid)) &&
			    naive_target(&rig->naive, i, intid) == i &&
			    naive_irq(&rig->naive, i, intid)->priority < rig->naive.cpu[i].pmr)
				rig_fail(rig, "still owed", i, intid);
	rig_check_all(rig);
}

static void run(const struct rig_config *config, unsigned long nr_ops, unsigned long *totals)
{
	static struct rig rig;

	rig_init(&rig, config);
	open_all(&rig);
	while (rig.nr_ops < nr_ops) {
		random_op(&rig);
		if (rig.nr_ops % (config->nr_vcpus <= 2 ? 64 : 1024) == 0)
			rig_check_all(&rig);
	}
	drain(&rig);
	totals[0] += rig.nr_ops;
	totals[1] += rig.nr_acknowledged;
	totals[2] += rig.nr_retries;
	totals[3] += rig.nr_exits;
	rig_free(&rig);
}

int main(int argc, char **argv)
{
	static const int vcpus[] = { 1, 2, 3, 4, 8, 17 };
	unsigned long nr_ops = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000000, totals[4] = { 0 };
	struct rig_config config;
	int nr_runs = 96;

	for (int i = 0; i < nr_runs; i++) {
		config = (struct rig_config){ .nr_vcpus = vcpus[i % 6],
					      .nr_spis = i % 7 == 6 ? 0 : 32 + i % 3 * 32,
					      .pri_bits = 5 + i / 6 % 4,
					      .nr_lrs = (i / 2) % 17,
					      .seed = (uint64_t)i + 1 };
		run(&config, nr_ops / (unsigned long)nr_runs, totals);
	}
	printf("%lu operations, %lu acknowledged, %lu repeated accesses, %lu exits: 0 differences\n", totals[0],
	       totals[1], totals[2], totals[3]);
	return 0;
}
