/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* naive_gic.c - see naive_gic.h */
#include "naive_gic.h"

#include <stddef.h>

struct naive_irq *naive_irq(struct naive_gic *gic, int vcpu, int intid)
{
	return intid < 32 ? &gic->private_irq[vcpu][intid] : &gic->spi[intid - 32];
}

bool naive_pending(const struct naive_irq *irq)
{
	return irq->latch || (irq->line && !irq->edge);
}

void naive_set_line(struct naive_irq *irq, bool level)
{
	if (irq->edge && level && !irq->line)
		irq->latch = true;
	irq->line = level;
}

int naive_target(struct naive_gic *gic, int vcpu, int intid)
{
	if (intid < 32)
		return vcpu;
	for (int i = 0; i < gic->nr_vcpus; i++)
		if (gic->cpu[i].affinity == gic->spi[intid - 32].affinity)
			return i;
	return -1;
}

/* May @intid be delivered to @vcpu, leaving priorities aside? */
static bool candidate(struct naive_gic *gic, int vcpu, int intid)
{
	struct naive_irq *irq = naive_irq(gic, vcpu, intid);

	return naive_pending(irq) && irq->enabled && !irq->active && gic->group_enabled[irq->group1] &&
	       gic->cpu[vcpu].group_enabled[irq->group1] && naive_target(gic, vcpu, intid) == vcpu;
}

bool naive_is_best(struct naive_gic *gic, int vcpu, int intid)
{
	int priority = naive_irq(gic, vcpu, intid)->priority;

	if (!candidate(gic, vcpu, intid))
		return false;
	for (int other = 0; other < 32 + gic->nr_spis; other++)
		if (naive_irq(gic, vcpu, other)->priority < priority && candidate(gic, vcpu, other))
			return false;
	return true;
}

int naive_running_priority(const struct naive_gic *gic, int vcpu)
{
	int lowest = 256;

	for (int i = 0; i < gic->cpu[vcpu].nr_running; i++)
		if (gic->cpu[vcpu].running[i].priority < lowest)
			lowest = gic->cpu[vcpu].running[i].priority;
	return lowest;
}

/* Number of low bits of a priority that do not count for preemption. */
static int sub_bits(const struct naive_cpu *cpu, int group)
{
	return group == 1 && !cpu->cbpr ? cpu->bpr[1] : cpu->bpr[0] + 1;
}

bool naive_takes(struct naive_gic *gic, int vcpu, int intid)
{
	struct naive_irq *irq = naive_irq(gic, vcpu, intid);
	int shift = sub_bits(&gic->cpu[vcpu], irq->group1);

	return naive_is_best(gic, vcpu, intid) && irq->priority < gic->cpu[vcpu].pmr &&
	       irq->priority >> shift < naive_running_priority(gic, vcpu) >> shift;
}

bool naive_signals(struct naive_gic *gic, int vcpu, int group)
{
	for (int intid = 0; intid < 32 + gic->nr_spis; intid++)
		if (naive_irq(gic, vcpu, intid)->group1 == (group == 1) && naive_takes(gic, vcpu, intid))
			return true;
	return false;
}

bool naive_must_signal(struct naive_gic *gic, int vcpu)
{
	bool any = false;

	for (int intid = 0; intid < 32 + gic->nr_spis; intid++) {
		if (!naive_is_best(gic, vcpu, intid))
			continue;
		if (!naive_takes(gic, vcpu, intid))
			return false;
		any = true;
	}
	return any;
}

void naive_acknowledge(struct naive_gic *gic, int vcpu, int intid)
{
	struct naive_irq *irq = naive_irq(gic, vcpu, intid);
	struct naive_cpu *cpu = &gic->cpu[vcpu];
	int shift = sub_bits(cpu, irq->group1);

	irq->latch = false;
	irq->active = true;
	irq->active_on = vcpu;
	cpu->running[cpu->nr_running].priority = irq->priority >> shift << shift;
	cpu->running[cpu->nr_running++].group = irq->group1;
}

void naive_end(struct naive_gic *gic, int vcpu, int intid)
{
	struct naive_cpu *cpu = &gic->cpu[vcpu];

	cpu->nr_running--;
	if (!cpu->split)
		naive_deactivate(gic, vcpu, intid);
}

void naive_deactivate(struct naive_gic *gic, int vcpu, int intid)
{
	naive_irq(gic, vcpu, intid)->active = false;
}
