/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/pool.h - the pages a page-table operation may take and give back.
 *
 * The core never allocates: the owner of a pool fills it before a call, and a call that would need more says how
 * many are missing and changes nothing. A pool is a LIFO list threaded through the free pages themselves, so it
 * has no size limit and needs no memory of its own.
 *
 * Locking: none. A pool has one owner at a time (per call or per vCPU); it is never shared between two operations
 * that run at once (concurrency rules, docs/architecture.md).
 */
#ifndef HV_POOL_H
#define HV_POOL_H

#include <hv/backend.h>
#include <hv/err.h>

/** A LIFO list of free pages, all of the table granule of the hv_s2 that uses it. */
struct hv_pool {
	hv_ctx_t ctx;
	hv_pa_t head;     /* first free page; meaningless when nr_free is 0 */
	uint64_t nr_free; /* pages in the list */
};

HV_BEGIN_DECLS

/** hv_pool_init - make @pool empty. */
void hv_pool_init(struct hv_pool *pool, hv_ctx_t ctx);

/**
 * hv_pool_put - give one page to the pool.
 *
 * The first 8 bytes of the page are overwritten with a link whose bit 0 is clear: a stale table entry that still
 * points here reads as invalid. The page must be aligned to the granule and reachable through hv_be_va(); the pool
 * owns it until hv_pool_take() returns it.
 */
void hv_pool_put(struct hv_pool *pool, hv_pa_t page);

/**
 * hv_pool_put_range - give @nr pages of @page_bytes from @base upwards; the lowest is taken first.
 */
void hv_pool_put_range(struct hv_pool *pool, hv_pa_t base, uint64_t page_bytes, uint64_t nr);

/**
 * hv_pool_take - take one page; its contents are undefined.
 * Return: HV_OK and *@page, or HV_ENOMEM when the pool is empty.
 */
enum hv_err hv_pool_take(struct hv_pool *pool, hv_pa_t *page) HV_MUST_CHECK;

/**
 * hv_pool_splice - move all pages of @from to the front of @to, in constant time; @from is empty afterwards.
 * @last: the page that was put into @from first
 */
void hv_pool_splice(struct hv_pool *to, struct hv_pool *from, hv_pa_t last);

HV_END_DECLS

#endif /* HV_POOL_H */
