/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_rig.h - a vGIC, one CPU interface model per vCPU and the oracle, driven together.
 *
 * Kicks and maintenance interrupts are obeyed before the next operation, so that what the guest sees must be at every step what
 * the oracle, which acts at once, allows. A difference ends the program with a message.
 */
#ifndef VGIC_RIG_H
#define VGIC_RIG_H

#include <hv_host_gic.h>

#include "naive_gic.h"

#define RIG_TIED_PPI 27
#define RIG_TIED_SPI 32 /* and the next one */

struct rig_vcpu {
	struct hv_host_gic gic;
	struct hv_ich ich;
	bool in_guest;
	int nr_taken;
	int taken[64]; /* acknowledged, priority not dropped: a stack */
};

struct rig {
	struct hv_vgic vgic;
	struct naive_gic naive;
	struct rig_vcpu vcpu[NAIVE_VCPUS];
	void *mem;
	struct hv_vcpu_set kick;
	struct hv_vgic_deactivate deactivate;
	uint64_t random;
	bool trace;
	int at_vcpu, at_intid; /* what was looked at last, for the message */
	unsigned long nr_acknowledged, nr_retries, nr_exits, nr_ops;
};

struct rig_config {
	int nr_vcpus, nr_spis, pri_bits, nr_lrs; /* nr_lrs 0: each vCPU its own */
	uint64_t seed;
};

void rig_init(struct rig *rig, const struct rig_config *config);
void rig_free(struct rig *rig);
uint32_t rig_random(struct rig *rig, uint32_t below);
void rig_fail(struct rig *rig, const char *what, long expected, long actual) __attribute__((noreturn));

void rig_enter(struct rig *rig, int vcpu);
void rig_exit(struct rig *rig, int vcpu);
/** Obey kicks and maintenance interrupts until there are none. */
void rig_settle(struct rig *rig);
/** Another physical CPU, with this many list registers. Out of the guest. */
void rig_migrate(struct rig *rig, int vcpu, int nr_lrs);

/* What the guest does. */
void rig_acknowledge(struct rig *rig, int vcpu, int group);
void rig_end(struct rig *rig, int vcpu);
void rig_dir(struct rig *rig, int vcpu, int intid);
void rig_set_split(struct rig *rig, int vcpu, bool split);

/** A register access by @vcpu, which leaves the guest for it; repeated when told so. @frame: of the redistributor, -1 GICD. */
uint64_t rig_access(struct rig *rig, int vcpu, int frame, uint32_t offset, uint8_t size, const uint64_t *value);
/** Write one of the bit registers: @kind 1 IGROUPR to 7 ICACTIVER, for the bank of INTID @base. */
void rig_write_bits(struct rig *rig, int vcpu, int owner, int kind, int base, uint32_t value);
void rig_set_priority(struct rig *rig, int vcpu, int owner, int intid, uint8_t priority);
void rig_set_edge(struct rig *rig, int vcpu, int owner, int intid, bool edge);
void rig_route(struct rig *rig, int vcpu, int intid, uint64_t affinity);
void rig_set_ctlr(struct rig *rig, int vcpu, uint32_t enables);
void rig_send_sgi(struct rig *rig, int vcpu, int group, int intid, int target); /* target -1: all others */
void rig_line(struct rig *rig, int vcpu, int intid, bool level);
/** The physical interrupt behind a tied one fires, unless it is active. */
void rig_fire(struct rig *rig, int vcpu, int intid);

/** Compare what @vcpu is about to take with the oracle. */
void rig_check_vcpu(struct rig *rig, int vcpu);
/** Stop all and compare every bit of state. */
void rig_check_all(struct rig *rig);

#endif /* VGIC_RIG_H */
