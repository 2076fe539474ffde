/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * naive_gic.h - the oracle of the vGIC tests: one record per interrupt, every question answered by looking at all of them.
 *
 * It describes what a guest must see of a GIC whose registers, interrupt inputs and CPU interfaces act at once, and shares no
 * code with the library. Registers are named by their architectural meaning, one interrupt at a time.
 */
#ifndef NAIVE_GIC_H
#define NAIVE_GIC_H

#include <stdbool.h>
#include <stdint.h>

#define NAIVE_VCPUS    17
#define NAIVE_SPIS     96
#define NAIVE_INTIDS   (32 + NAIVE_SPIS)
#define NAIVE_SPURIOUS 1023

struct naive_irq {
	bool enabled, group1, edge, line, latch, active, tied;
	int active_on; /* vCPU that took it */
	uint8_t priority;
	uint64_t affinity;
};

struct naive_cpu {
	uint64_t affinity;
	int pmr, bpr[2];
	bool cbpr, split, group_enabled[2];
	int nr_running;
	struct {
		int priority, group;
	} running[64]; /* active priorities */
};

struct naive_gic {
	int nr_vcpus, nr_spis;
	uint8_t priority_mask;
	bool group_enabled[2];
	struct naive_irq private_irq[NAIVE_VCPUS][32], spi[NAIVE_SPIS];
	struct naive_cpu cpu[NAIVE_VCPUS];
};

struct naive_irq *naive_irq(struct naive_gic *gic, int vcpu, int intid);
bool naive_pending(const struct naive_irq *irq);
void naive_set_line(struct naive_irq *irq, bool level);

/* Which vCPU may be given @intid; -1: none. @vcpu: whose private interrupt. */
int naive_target(struct naive_gic *gic, int vcpu, int intid);

/* Is @intid the most urgent, or one of several equally urgent, pending interrupts of @vcpu? */
bool naive_is_best(struct naive_gic *gic, int vcpu, int intid);

/* Would @vcpu take @intid now? naive_signals: is there one, of @group? */
bool naive_takes(struct naive_gic *gic, int vcpu, int intid);
bool naive_signals(struct naive_gic *gic, int vcpu, int group);

/* Is there a signal whichever of several equally urgent interrupts comes first? They may differ in group and so in preemption. */
bool naive_must_signal(struct naive_gic *gic, int vcpu);

int naive_running_priority(const struct naive_gic *gic, int vcpu);
void naive_acknowledge(struct naive_gic *gic, int vcpu, int intid);
void naive_end(struct naive_gic *gic, int vcpu, int intid);        /* EOIR of the interrupt taken last */
void naive_deactivate(struct naive_gic *gic, int vcpu, int intid); /* DIR, ICACTIVER */

#endif /* NAIVE_GIC_H */
