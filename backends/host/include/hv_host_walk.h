/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host_walk.h - the stage-2 walk as the architecture describes it, independent of the engine in libhv/src.
 *
 * Input is what a CPU has: VTCR_EL2, VTTBR_EL2, its features and memory. It shares no code and no header with the
 * engine, so that a mistake in one is not repeated in the other. Pure: nothing is written, counted or logged.
 */
#ifndef HV_HOST_WALK_H
#define HV_HOST_WALK_H

#include <hv_host.h>

/** What the CPU can do. */
struct hv_host_cpu {
	uint8_t pa_bits; /* 32..52 */
	bool lpa;        /* FEAT_LPA: 52-bit addresses with the 64 KiB granule */
	bool lpa2;       /* FEAT_LPA2 at stage 2: VTCR_EL2.DS */
	bool ttst;       /* small tables: T0SZ to 48 (47 with 64 KiB) */
	bool xnx;
	bool fwb;    /* HCR_EL2.FWB is set */
	bool hafdbs; /* VTCR_EL2.HA and HD work */
};

/** Access bits of hv_host_walk(). */
#define HV_HOST_READ  0x1u
#define HV_HOST_WRITE 0x2u
#define HV_HOST_FETCH 0x4u
#define HV_HOST_EL0   0x8u

enum hv_host_fault {
	HV_HOST_NO_FAULT,
	HV_HOST_FAULT_TRANSLATION,
	HV_HOST_FAULT_ADDRSIZE,
	HV_HOST_FAULT_ACCESS,
	HV_HOST_FAULT_PERMISSION
};

/** Where a walk went. */
struct hv_host_walk {
	enum hv_host_fault fault;
	int8_t level;        /* of the fault or of the leaf, -1..3 */
	bool leaf;           /* a valid leaf was reached, whatever the fault */
	uint8_t nr_steps;    /* descriptors read */
	uint64_t step_pa[5]; /* their addresses */
	uint64_t desc;       /* the last one read */
	uint64_t oa;         /* output address of the IPA */
	uint8_t size_shift;  /* log2 of the leaf's size */
	uint8_t attr;        /* MAIR byte that results with stage 1 Normal Write-Back */
	uint8_t sh;          /* resulting shareability: 0 non, 2 outer, 3 inner */
};

HV_BEGIN_DECLS

/** hv_host_walk - translate @ipa for @access (HV_HOST_*) and say what the CPU would do. */
void hv_host_walk(struct hv_host *host, const struct hv_host_cpu *cpu, uint64_t vtcr, uint64_t vttbr, uint64_t ipa,
		  uint32_t access, struct hv_host_walk *walk);

/** hv_host_walk_fsc - the fault status code of ESR_ELx for @walk; 0x3f when there is no fault. */
uint32_t hv_host_walk_fsc(const struct hv_host_walk *walk);

HV_END_DECLS

#endif /* HV_HOST_WALK_H */
