/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * world.h - one stage-2 translation with everything that judges it: the TLB oracle, the architectural walker, and a flat map
 * from page to what the caller asked for.
 */
#ifndef WORLD_H
#define WORLD_H

#include <hv/s2.h>
#include <hv_host.h>
#include <hv_host_tlb.h>
#include <hv_host_walk.h>

#include <setjmp.h>

/** What the CPUs of a world have, beyond the basic architecture. */
#define CPU_FWB       0x1u
#define CPU_XNX       0x2u
#define CPU_TLBIRANGE 0x4u
#define CPU_TTL       0x8u
#define CPU_LPA2      0x10u
#define CPU_TTST      0x20u
#define CPU_HAFDBS    0x40u
#define CPU_VMID16    0x80u
#define CPU_BBM1      0x100u
#define CPU_BBM2      0x200u
#define CPU_ALL       0xffu

struct world_config {
	const char *name;
	enum hv_s2_granule granule;
	uint32_t ipa_bits;
	uint32_t cpu;     /* CPU_* */
	uint32_t pa_bits; /* 32..52 */
	uint32_t pages;   /* of each window of the flat map */
};

/** What one page should be. */
struct page {
	uint64_t pa;
	uint32_t prot;
	bool mapped;
	bool clean; /* W by DBM: hardware notes the first write */
	bool dbm;   /* was clean since it was last protected */
	bool old;   /* access flag clear */
};

#define WORLD_WINDOWS 3

struct world {
	const struct world_config *config;
	struct hv_host *host;
	struct hv_host_cpu cpu;
	struct hv_s2_geo geo;
	struct hv_s2 s2;
	struct hv_pool pool;
	struct hv_pool side; /* what world_starve() took */
	struct hv_s2_gather gather;
	uint64_t nr_given; /* pages the pool ever got */
	uint64_t random;
	uint32_t pages; /* of each window */
	uint32_t nr_windows;
	uint64_t window[WORLD_WINDOWS]; /* first IPA */
	struct page *page[WORLD_WINDOWS];
	bool settled;      /* nothing done since world_settle() */
	const char *doing; /* for messages */
	uint64_t op;
	uint32_t turn; /* which access the walker tries next */
	bool deaf;     /* reports of the oracle are somebody else's business */
	bool ageless;  /* no ageing: what is old is not in a TLB and needs no invalidation */
	jmp_buf *bail; /* where world_fail() goes; NULL: it prints and ends */
};

/** Feature registers of a CPU with @cpu (CPU_*). */
struct hv_s2_feat world_feat(uint32_t cpu, uint32_t pa_bits);

void world_open(struct world *w, const struct world_config *config, uint64_t seed, uint64_t pool_pages);
/** Destroy the translation, see that all pages came back and nothing stale is left. */
void world_close(struct world *w);
/** Throw everything away unchecked. */
void world_drop(struct world *w);

/** Give the pool @nr more pages. */
void world_give(struct world *w, uint64_t nr);

/** Take most pages away from the pool; world_give() gives them back. */
void world_starve(struct world *w, uint64_t keep);

uint64_t world_random(struct world *w, uint64_t below);

uint64_t world_page_bytes(const struct world *w);

/** Settle, then ask the oracle. */
void world_settle(struct world *w);

/** Compare the page at @ipa, one page of a window, some pages of a range and its neighbours, or all windows and the table count, with the walker. */
void world_check_at(struct world *w, uint64_t ipa, const struct page *want);
void world_check_page(struct world *w, uint32_t window, uint32_t page);
void world_check_range(struct world *w, uint32_t window, uint32_t first, uint32_t nr);
void world_check_all(struct world *w);

/** Address in a table descriptor. */
uint64_t world_next_table(const struct world *w, uint64_t desc);

/** Tables below the root, counted by reading them. */
uint64_t world_count_tables(struct world *w);

/** Print what failed, with the configuration and the operation, and end; or go to w->bail. */
void world_fail(const struct world *w, const char *what, uint64_t a, uint64_t b) __attribute__((noreturn));

#endif /* WORLD_H */
