/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* pool.c - LIFO list of free pages, threaded through the pages. The contract is in hv/pool.h. */
#include <hv/pool.h>

void hv_pool_init(struct hv_pool *pool, hv_ctx_t ctx)
{
	pool->ctx = ctx;
	pool->head = hv_pa(0);
	pool->nr_free = 0;
}

void hv_pool_put(struct hv_pool *pool, hv_pa_t page)
{
	/* The link is a page address: bit 0 is clear, so a walker that still comes here sees an invalid entry. */
	hv_be_desc_init(pool->ctx, hv_be_va(pool->ctx, page), pool->head.v);
	pool->head = page;
	pool->nr_free++;
}

void hv_pool_put_range(struct hv_pool *pool, hv_pa_t base, uint64_t page_bytes, uint64_t nr)
{
	while (nr-- > 0)
		hv_pool_put(pool, hv_pa(base.v + nr * page_bytes));
}

enum hv_err hv_pool_take(struct hv_pool *pool, hv_pa_t *page)
{
	if (pool->nr_free == 0)
		return HV_ENOMEM;
	*page = pool->head;
	pool->head = hv_pa(hv_be_desc_load(pool->ctx, hv_be_va(pool->ctx, pool->head)));
	pool->nr_free--;
	return HV_OK;
}

void hv_pool_splice(struct hv_pool *to, struct hv_pool *from, hv_pa_t last)
{
	if (from->nr_free == 0)
		return;
	hv_be_desc_init(to->ctx, hv_be_va(to->ctx, last), to->head.v);
	to->head = from->head;
	to->nr_free += from->nr_free;
	from->nr_free = 0;
}
