/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host.h - the machine under test: what stands behind hv_ctx_t when libhv runs in an ordinary process.
 *
 * A machine has sparse physical memory (every page exists and reads as zero until written), counters of
 * everything the core asked of it, and a log of those events on request. Machines share nothing: any number of them
 * may live in one process, each used by several threads.
 *
 * Errors: a mistake of the test itself (out of host memory, address beyond 52 bits) ends the process with a message.
 */
#ifndef HV_HOST_H
#define HV_HOST_H

#include <hv/backend.h>
#include <hv/pool.h>

/** What the core asked the machine to do. */
enum hv_host_op {
	HV_HOST_DESC_LOAD,
	HV_HOST_DESC_INIT,  /* store to a table that is not linked yet */
	HV_HOST_DESC_STORE, /* store to a live table; also release stores and successful cas */
	HV_HOST_DSB_ISHST,
	HV_HOST_DSB_ISH,
	HV_HOST_ISB,
	HV_HOST_TLBI_IPA,   /* IPAS2E1IS, IPAS2LE1IS */
	HV_HOST_TLBI_RANGE, /* RIPAS2E1IS, RIPAS2LE1IS */
	HV_HOST_TLBI_S1,    /* VMALLE1IS */
	HV_HOST_TLBI_VMID,  /* VMALLS12E1IS, VMALLS12E1 */
	HV_HOST_TLBI_ALL,   /* ALLE1IS */
	HV_HOST_DCACHE,     /* hv_be_dcache_clean_inval_poc */
	HV_HOST_ICACHE,     /* hv_be_icache_inval_pou */
	HV_HOST_NR_OPS
};

/** One event of the log. Which fields mean something depends on @op. */
struct hv_host_event {
	enum hv_host_op op;
	uint64_t pa;    /* descriptor, or start of a cache range */
	uint64_t old;   /* descriptor: value before */
	uint64_t value; /* descriptor: value after; cache range: bytes; TLBI: Xt */
	uint64_t vtcr;  /* TLBI: regime */
	uint64_t vttbr;
	enum hv_tlbi_op tlbi;
	bool release; /* descriptor: ordered after all earlier stores */
};

/** Who wants to know what happens, see hv_host_observe(). */
typedef void hv_host_observer(void *arg, const struct hv_host_event *event);

/**
 * Ways in which the machine can be made to do something else than it was asked for: what a mistake in a hypervisor would look like.
 * The TLB oracle (hv_host_tlb.h), or a test of one's own, has to notice each.
 */
enum hv_host_defect {
	HV_HOST_SOUND,
	HV_HOST_NO_DSB_BEFORE_TLBI, /* invalidation does not wait for the stores */
	HV_HOST_NO_DSB_BETWEEN,     /* stage 1 is invalidated before stage 2 is done */
	HV_HOST_NO_DSB_AFTER_TLBI,
	HV_HOST_NO_DSB_AFTER_MAP, /* DSB ISHST asked for by itself does nothing */
	HV_HOST_NO_TLBI_IPA,
	HV_HOST_NO_TLBI_S1,
	HV_HOST_NO_TLBI_VMID,
	HV_HOST_TLBI_S1_FIRST,
	HV_HOST_TLBI_OTHER_VMID,
	HV_HOST_TLBI_LOCAL,         /* VMALLS12E1 for VMALLS12E1IS */
	HV_HOST_TLBI_WRONG_LEVEL,   /* level hint one too high */
	HV_HOST_TLBI_LAST_LEVEL,    /* last level only, though a table went away */
	HV_HOST_TLBI_NEXT_PAGE,     /* by-IPA operand one page too far */
	HV_HOST_TLBI_GRANULE_SHIFT, /* by-IPA operand shifted by the granule instead of 12 (TLB-11) */
	HV_HOST_TLBI_RANGE_SHORT,   /* NUM one too small */
	HV_HOST_TLBI_RANGE_SCALE,   /* SCALE one too small */
	HV_HOST_TLBI_RANGE_GRANULE, /* wrong TG */
	HV_HOST_TLBI_RANGE_BASE,    /* base 64 KiB too far */
	HV_HOST_NO_BREAK,           /* descriptor is not made invalid before its replacement */
	HV_HOST_PLAIN_LINK,         /* a table is linked without release semantics */
	HV_HOST_WRONG_ADDRESS,      /* leaf: output address bit beyond the physical address size */
	HV_HOST_RESERVED_BIT,       /* leaf: bit 63 */
	HV_HOST_RESERVED_TYPE,      /* page descriptor 0b01 at level 3 */
	HV_HOST_RESERVED_SH,        /* shareability 0b01 */
	HV_HOST_DEVICE_EXEC,        /* Device leaf without XN */
	HV_HOST_LIVE_AS_PLAIN,      /* live descriptor written by a plain store */
	HV_HOST_LOST_UNMAP,         /* clearing a leaf is lost */
	HV_HOST_NR_DEFECTS
};

HV_BEGIN_DECLS

/** hv_host_create - a machine with empty memory; destroy it with hv_host_destroy(). Never NULL. */
struct hv_host *hv_host_create(void);
void hv_host_destroy(struct hv_host *host);

/**
 * hv_host_alloc - a fresh range of physical memory, zeroed, never given out twice.
 * @bytes: at most 2 MiB when the range is used through one pointer (hv_be_va); no limit otherwise
 * @align: power of two, 1 for none
 */
hv_pa_t hv_host_alloc(struct hv_host *host, uint64_t bytes, uint64_t align);

/** hv_host_fill_pool - initialise @pool with @nr fresh pages of @page_bytes. */
void hv_host_fill_pool(struct hv_host *host, struct hv_pool *pool, uint64_t page_bytes, uint64_t nr);

/** Copy between physical memory and the test; ranges may cross anything. Not counted, not logged. */
void hv_host_read(struct hv_host *host, hv_pa_t pa, void *buf, size_t bytes);
void hv_host_write(struct hv_host *host, hv_pa_t pa, const void *buf, size_t bytes);
uint64_t hv_host_read64(struct hv_host *host, hv_pa_t pa);
void hv_host_write64(struct hv_host *host, hv_pa_t pa, uint64_t value);

/** hv_host_pa - the physical address behind a pointer that hv_be_va() gave. */
hv_pa_t hv_host_pa(struct hv_host *host, const void *va);

/** hv_host_count - how often @op happened since the start or the last reset. */
uint64_t hv_host_count(const struct hv_host *host, enum hv_host_op op);
void hv_host_count_reset(struct hv_host *host);

/** hv_host_log_start - forget the log and record from now on; hv_host_log_stop keeps what was recorded. */
void hv_host_log_start(struct hv_host *host);
void hv_host_log_stop(struct hv_host *host);

/** hv_host_log - the events recorded, valid until the next event; *@nr their number. */
const struct hv_host_event *hv_host_log(const struct hv_host *host, size_t *nr);

/**
 * hv_host_observe - call @call(@arg, event) after each descriptor store, barrier, invalidation and cache operation; memory
 * already holds the new value then. Up to 4 at a time; attach while no other thread uses the machine.
 */
void hv_host_observe(struct hv_host *host, hv_host_observer *call, void *arg);
void hv_host_unobserve(struct hv_host *host, hv_host_observer *call, void *arg);

/** hv_host_break - from now on do @defect wherever it applies; HV_HOST_SOUND: no more. */
void hv_host_break(struct hv_host *host, enum hv_host_defect defect);

/** hv_host_op_name - short name of @op for messages. */
const char *hv_host_op_name(enum hv_host_op op);

HV_END_DECLS

#endif /* HV_HOST_H */
