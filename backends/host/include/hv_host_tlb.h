/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host_tlb.h - a TLB that keeps everything the architecture lets it keep, and tells when that could hurt.
 *
 * Attach it to a machine and every descriptor store, barrier and invalidation of the core passes by. The rule is the
 * most permissive one: every CPU caches every leaf and every table entry that could be walked since the last
 * completed invalidation that covers it. A store reaches walkers at any time up to the next DSB; an invalidation counts when
 * a later DSB ISH completes it, on the CPUs it reaches, for exactly what its operand encodes; IPAS2E1IS and its
 * kin leave combined stage 1 and 2 entries to VMALLE1IS. What a CPU could then hold or walk and must not is a report.
 *
 * It shares no code with the engine. Only what changed and may still be cached is remembered, so the cost is that of the
 * events. Thread safe as the machine is: events are judged in the order in which they arrive.
 */
#ifndef HV_HOST_TLB_H
#define HV_HOST_TLB_H

#include <hv_host.h>
#include <hv_host_walk.h>

/** What is wrong. */
enum hv_host_tlb_kind {
	HV_HOST_TLB_NO_BREAK,        /* valid entry stored where another translation may still be cached */
	HV_HOST_TLB_NOT_INVALIDATED, /* stale entry, and no invalidation since */
	HV_HOST_TLB_WRONG_RANGE,     /* stale entry: the invalidations missed its address */
	HV_HOST_TLB_WRONG_LEVEL,     /* stale entry: the level hint told another level */
	HV_HOST_TLB_LAST_LEVEL,      /* stale table entry: the invalidation was for the last level only */
	HV_HOST_TLB_WRONG_VMID,      /* stale entry: another VMID was invalidated */
	HV_HOST_TLB_LOCAL,           /* stale entry on other CPUs only */
	HV_HOST_TLB_STAGE1, /* combined stage 1 and 2 entries stale: no VMALLE1IS after the completed IPAS2E1IS */
	HV_HOST_TLB_STORE_PENDING,  /* store not completed by a DSB before the invalidation or the end of the update */
	HV_HOST_TLB_TLBI_PENDING,   /* end of the update before a DSB ISH completed the invalidation */
	HV_HOST_TLB_TABLE_REUSED,   /* a table that walkers may still reach was given away or filled */
	HV_HOST_TLB_UNORDERED_LINK, /* table linked by a plain store although its entries may be seen later */
	HV_HOST_TLB_PLAIN_STORE,    /* live descriptor written by a plain store */
	HV_HOST_TLB_VMID_REUSED,    /* VMID given to another root before a flush */
	HV_HOST_TLB_BAD_ENTRY,      /* guest entered with VMID 0 or a root that is not its own */
	HV_HOST_TLB_BAD_OPERAND,    /* invalidation malformed, or of a feature the CPU lacks */
	HV_HOST_TLB_BAD_DESC,       /* reserved bits, address beyond the output size, executable Device memory ... */
	HV_HOST_TLB_CONTIGUOUS,     /* entries of a contiguous set disagree */
	HV_HOST_TLB_NR_KINDS
};

/** One finding. */
struct hv_host_tlb_report {
	enum hv_host_tlb_kind kind;
	uint16_t vmid;
	int8_t level;
	uint64_t ipa;     /* first address concerned */
	uint64_t old;     /* the value that may be cached; for BAD_OPERAND: Xt */
	uint64_t value;   /* the value stored, where there is one */
	const char *text; /* why, one clause */
};

/** The CPUs. */
struct hv_host_tlb_config {
	struct hv_host_cpu cpu;
	bool ttl;        /* FEAT_TTL */
	bool tlbi_range; /* FEAT_TLBIRANGE */
	uint8_t bbm;     /* FEAT_BBM level 0..2 */
	uint8_t nr_cpus; /* 1..32 */
	bool fatal;      /* print the first report and end the process */
};

HV_BEGIN_DECLS

/** hv_host_tlb_attach - judge all events of @host from now on; @config is copied. Detached by hv_host_destroy(). */
void hv_host_tlb_attach(struct hv_host *host, const struct hv_host_tlb_config *config);
void hv_host_tlb_detach(struct hv_host *host);

/**
 * hv_host_tlb_watch - CPUs may use this regime from now on: everything in its tables may be cached.
 * A root that is watched already changes to the VMID of @vttbr; what the old one cached stays until a flush.
 */
void hv_host_tlb_watch(struct hv_host *host, uint64_t vtcr, uint64_t vttbr);

/** hv_host_tlb_unwatch - no CPU will load this VTTBR again; the VMID must be flushed before the next check. */
void hv_host_tlb_unwatch(struct hv_host *host, uint64_t vttbr);

/** hv_host_tlb_enter - a guest is entered with these registers: they must belong to a watched regime. */
void hv_host_tlb_enter(struct hv_host *host, uint64_t vtcr, uint64_t vttbr);

/** hv_host_tlb_set_cpu - the CPU on which what follows runs: local invalidations reach only this one. 0 at first. */
void hv_host_tlb_set_cpu(struct hv_host *host, uint32_t cpu);

/**
 * hv_host_tlb_check - the update is over (hv_s2_settle() returned): nothing stale may be left, no store pending.
 * What is found is reported once and then forgotten.
 * Return: number of reports since the start.
 */
uint64_t hv_host_tlb_check(struct hv_host *host);

/** hv_host_tlb_check_pool - no page of @pool may be reachable by a walker. Return: as hv_host_tlb_check. */
uint64_t hv_host_tlb_check_pool(struct hv_host *host, const struct hv_pool *pool);

/** hv_host_tlb_count - reports of @kind since the start; hv_host_tlb_total - of all kinds. */
uint64_t hv_host_tlb_count(const struct hv_host *host, enum hv_host_tlb_kind kind);
uint64_t hv_host_tlb_total(const struct hv_host *host);

/** hv_host_tlb_first - the first report of all, or NULL. */
const struct hv_host_tlb_report *hv_host_tlb_first(const struct hv_host *host);

/** hv_host_tlb_kind_name - the name in lower case with dashes. */
const char *hv_host_tlb_kind_name(enum hv_host_tlb_kind kind);

/** hv_host_tlb_print - one line on stderr. */
void hv_host_tlb_print(const struct hv_host_tlb_report *report);

HV_END_DECLS

#endif /* HV_HOST_TLB_H */
