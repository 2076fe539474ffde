/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_tlb_priv.h - what the files of the TLB oracle share. */
#ifndef HV_HOST_TLB_PRIV_H
#define HV_HOST_TLB_PRIV_H

#include <hv_host_tlb.h>
#include "hv_host_priv.h"

/* A set of levels -1..3 as bits. */
#define LEVEL_BIT(level) (1u << ((level) + 1))

/* The controls of one translation regime, decoded from VTCR and VTTBR. */
struct tlb_geo {
	uint64_t vtcr;
	uint32_t granule_bits;
	uint32_t stride;
	uint32_t ia_bits;
	uint32_t oa_bits;
	int start_level;
	bool ds;
	bool oa52_64k; /* descriptors of 64 KiB granules hold address bits 51:48 in 15:12 */
	bool hw_af;    /* walks set the access flag, so AF = 0 does not keep an entry out of the TLB */
	uint64_t root;
	uint64_t root_bytes;
	uint16_t vmid;
};

enum tlb_desc { TLB_INVALID, TLB_LEAF, TLB_LINK };

/* What one invalidation covers. */
struct tlb_op {
	bool by_ipa; /* only what lies in [lo, hi) */
	bool stage1; /* combined entries only */
	bool any_vmid;
	bool last_level; /* leaves only */
	bool local;
	int hint; /* level of the leaves, TLB_NO_HINT */
	uint64_t lo, hi;
	uint16_t vmid;
	uint64_t root; /* of the VTTBR it was issued under */
};

#define TLB_NO_HINT 9

void tlb_geo_(struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t vtcr, uint64_t vttbr);

/* log2 of what one entry at @level maps. */
uint32_t tlb_shift_(const struct tlb_geo *geo, int level);

enum tlb_desc tlb_kind_(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc, int level);

/* Address field of a leaf or link at @level. */
uint64_t tlb_address_(const struct tlb_geo *geo, uint64_t desc, int level, enum tlb_desc kind);

/* The bits of a leaf that are neither address nor permission nor ignored: what needs a break to change. */
uint64_t tlb_nature_(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc, int level);

/* The bits of a leaf other than its address that a TLB keeps. */
uint64_t tlb_cached_bits_(const struct tlb_geo *geo, uint64_t desc, int level);

/* Entries of a contiguous set at @level; 0 where there is none. */
uint32_t tlb_contiguous_(const struct tlb_geo *geo, int level);

/* What is wrong with a descriptor stored at @level; NULL: nothing. */
const char *tlb_lint_(const struct tlb_geo *geo, const struct hv_host_tlb_config *config, uint64_t desc, int level);

/* Decode an invalidation. NULL, or why it is malformed; it invalidates nothing then. */
const char *tlb_decode_(struct tlb_op *op, const struct hv_host_tlb_config *config, const struct hv_host_event *event);

/* ---- the state of the oracle ------------------------------------------------------------------------------ */

enum rec_kind {
	REC_LEAVES,  /* leaves of one size that were alike and contiguous; @value is the first */
	REC_LINK,    /* a table entry, in walk caches */
	REC_SUBTREE, /* whatever could be reached through @link */
	REC_WHOLE    /* all that a VMID ever cached */
};

/* Why an invalidation did not count. */
#define MISSED_RANGE 0x1u
#define MISSED_LEVEL 0x2u
#define MISSED_LAST  0x4u
#define MISSED_VMID  0x8u

/* Something that may be cached and is no longer in the tables. The masks hold one bit per CPU. */
struct rec {
	struct rec *next;
	struct rec **prev; /* NULL: dead, only referred to */
	struct regime *regime;
	enum rec_kind kind;
	uint16_t vmid;
	int8_t level;
	uint8_t leaf_levels, link_levels; /* LEVEL_BIT() of the entries meant */
	uint8_t missed;                   /* MISSED_* */
	bool reported, due;
	uint64_t lo, hi;
	uint64_t unit;        /* bytes of one leaf: an invalidation that touches it drops all of it */
	uint64_t value;       /* LEAVES: first one; LINK: the entry */
	uint64_t merged;      /* the block that took the table's place without a break, 0: none */
	uint64_t epoch;       /* of the store */
	uint64_t hit;         /* LINK: serial number of the last invalidation that covers it */
	uint32_t s2, s2_op;   /* may be in stage-2 and walk caches; being invalidated */
	uint32_t s12, s12_op; /* the same for combined entries */
	struct rec *link;     /* what it was reached through: refills this record while it lives */
	uint32_t refs;
};

struct regime {
	struct regime *next;
	struct tlb_geo geo;
};

/* A page that is or was a table. */
struct node {
	uint64_t page;
	struct regime *regime; /* NULL: written, not linked yet */
	uint64_t ipa;
	uint64_t epoch;   /* of the last store while not linked */
	struct rec *link; /* unlinked, but walked while this record lives */
	int8_t level;
	bool used;
};

/* A contiguous set that was written since the last check. */
struct set {
	struct regime *regime;
	uint64_t table;
	uint64_t ipa; /* of the table */
	uint32_t first;
	int8_t level;
};

#define TLB_MAX_SETS 4096u

struct hv_host_tlb {
	struct hv_host *host;
	struct hv_host_tlb_config config;
	pthread_mutex_t mutex;
	struct regime *regimes, *retired;
	struct rec *recs, **recs_end, *spare;
	struct rec *last; /* newest record, a run that may grow */
	struct node *nodes;
	uint64_t nr_nodes, max_nodes;
	uint64_t epoch;  /* counts DSBs */
	uint64_t serial; /* counts invalidations */
	uint32_t granule_bits;
	uint32_t cpu, all_cpus;
	bool tlbi_open;   /* invalidations since the last DSB ISH */
	bool store_open;  /* stores to live tables since the last DSB */
	uint64_t open_pa; /* the last one */
	struct set sets[TLB_MAX_SETS];
	uint32_t nr_sets;
	uint64_t count[HV_HOST_TLB_NR_KINDS], total;
	struct hv_host_tlb_report first;
};

/* One descriptor: where it is in the address space and how it changed. */
struct change {
	struct regime *regime;
	uint64_t ipa, size;
	uint64_t table; /* address of the table page, and of the entry in it */
	uint32_t index;
	int level;
	uint64_t old, value;
};

void tlb_report_(struct hv_host_tlb *tlb, const struct hv_host_tlb_report *what);
void tlb_report_change_(struct hv_host_tlb *tlb, const struct change *c, enum hv_host_tlb_kind kind, const char *text);
/* Once per record. */
void tlb_report_rec_(struct hv_host_tlb *tlb, struct rec *rec, enum hv_host_tlb_kind kind, uint64_t value,
		     const char *text);

/* @value became visible while @rec may be cached: no break, or one that failed. */
void tlb_report_conflict_(struct hv_host_tlb *tlb, struct rec *rec, uint64_t value, const char *text);

/* A new record like @init before *@where. */
struct rec *tlb_add_rec_(struct hv_host_tlb *tlb, const struct rec *init, struct rec **where);
void tlb_free_recs_(struct hv_host_tlb *tlb);
void tlb_kill_rec_(struct hv_host_tlb *tlb, struct rec *rec);
/* Make @rec exactly the units that [lo, hi) touches; what sticks out becomes records of its own. */
void tlb_split_rec_(struct hv_host_tlb *tlb, struct rec *rec, uint64_t lo, uint64_t hi);

/* A descriptor was stored. */
void tlb_store_(struct hv_host_tlb *tlb, const struct hv_host_event *event);
/* Everything below the root of @regime may be walked from now on; or only what is cached of it, as @whole. */
void tlb_adopt_root_(struct hv_host_tlb *tlb, struct regime *regime);
void tlb_abandon_root_(struct hv_host_tlb *tlb, struct regime *regime, struct rec *whole);
/* Is the page a table that walkers may come to? */
bool tlb_reachable_(struct hv_host_tlb *tlb, uint64_t page);
/* Judge the contiguous sets written since the last call. */
void tlb_check_sets_(struct hv_host_tlb *tlb);

#endif /* HV_HOST_TLB_PRIV_H */
