/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_ops.c - the operations of hv/backend.h, counted and logged. */
#include "hv_host_priv.h"

#include <stdlib.h>

static void log_event(struct hv_host *host, const struct hv_host_event *event)
{
	(void)pthread_mutex_lock(&host->mutex);
	if (host->nr_log == host->max_log) {
		host->max_log = host->max_log * 2 + 1024;
		host->log = realloc(host->log, host->max_log * sizeof(*host->log));
		if (host->log == NULL)
			hv_host_die_("out of host memory for the log, events", host->max_log);
	}
	host->log[host->nr_log++] = *event;
	(void)pthread_mutex_unlock(&host->mutex);
}

void hv_host_event_(struct hv_host *host, const struct hv_host_event *event)
{
	(void)__atomic_fetch_add(&host->count[event->op], 1, __ATOMIC_RELAXED);
	if (host->logging)
		log_event(host, event);
}

static void simple_event(struct hv_host *host, enum hv_host_op op)
{
	const struct hv_host_event event = { .op = op };

	hv_host_event_(host, &event);
}

static void desc_event(struct hv_host *host, enum hv_host_op op, const uint64_t *desc, uint64_t old, uint64_t value)
{
	const struct hv_host_event event = { .op = op, .pa = hv_host_pa(host, desc).v, .old = old, .value = value };

	hv_host_event_(host, &event);
}

uint64_t hv_be_desc_load(hv_ctx_t ctx, const uint64_t *desc)
{
	(void)__atomic_fetch_add(&ctx->count[HV_HOST_DESC_LOAD], 1, __ATOMIC_RELAXED);
	return __atomic_load_n(desc, __ATOMIC_RELAXED);
}

void hv_be_desc_store(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	uint64_t old = __atomic_exchange_n(desc, value, __ATOMIC_RELAXED);

	desc_event(ctx, HV_HOST_DESC_STORE, desc, old, value);
}

void hv_be_desc_store_release(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	uint64_t old = __atomic_exchange_n(desc, value, __ATOMIC_ACQ_REL);

	desc_event(ctx, HV_HOST_DESC_STORE, desc, old, value);
}

uint64_t hv_be_desc_cas(hv_ctx_t ctx, uint64_t *desc, uint64_t expected, uint64_t value)
{
	uint64_t found = expected;

	if (__atomic_compare_exchange_n(desc, &found, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		desc_event(ctx, HV_HOST_DESC_STORE, desc, expected, value);
	return found;
}

void hv_be_desc_init(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	uint64_t old = *desc;

	*desc = value;
	desc_event(ctx, HV_HOST_DESC_INIT, desc, old, value);
}

void hv_be_dsb_ishst(hv_ctx_t ctx)
{
	simple_event(ctx, HV_HOST_DSB_ISHST);
}

void hv_be_dsb_ish(hv_ctx_t ctx)
{
	simple_event(ctx, HV_HOST_DSB_ISH);
}

void hv_be_isb(hv_ctx_t ctx)
{
	simple_event(ctx, HV_HOST_ISB);
}

static enum hv_host_op tlbi_class(enum hv_tlbi_op op)
{
	switch (op) {
	case HV_TLBI_IPAS2E1IS:
	case HV_TLBI_IPAS2LE1IS:
		return HV_HOST_TLBI_IPA;
	case HV_TLBI_RIPAS2E1IS:
	case HV_TLBI_RIPAS2LE1IS:
		return HV_HOST_TLBI_RANGE;
	case HV_TLBI_VMALLE1IS:
		return HV_HOST_TLBI_S1;
	case HV_TLBI_VMALLS12E1IS:
	case HV_TLBI_VMALLS12E1:
		return HV_HOST_TLBI_VMID;
	case HV_TLBI_ALLE1IS:
		break;
	}
	return HV_HOST_TLBI_ALL;
}

static bool by_ipa(enum hv_host_op class)
{
	return class == HV_HOST_TLBI_IPA || class == HV_HOST_TLBI_RANGE;
}

void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	bool ipa_pending = false;
	unsigned int i;

	hv_be_dsb_ishst(ctx);
	for (i = 0; i < nr; i++) {
		const struct hv_host_event event = { .op = tlbi_class(ops[i].op),
						     .value = ops[i].xt,
						     .vtcr = regime->vtcr,
						     .vttbr = regime->vttbr,
						     .tlbi = ops[i].op };

		if (event.op == HV_HOST_TLBI_S1 && ipa_pending)
			hv_be_dsb_ish(ctx);
		ipa_pending = by_ipa(event.op);
		hv_host_event_(ctx, &event);
	}
	hv_be_dsb_ish(ctx);
	hv_be_isb(ctx);
}

void hv_be_dcache_clean_inval_poc(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	const struct hv_host_event event = { .op = HV_HOST_DCACHE, .pa = pa.v, .value = size };

	hv_host_event_(ctx, &event);
}

void hv_be_icache_inval_pou(hv_ctx_t ctx, hv_pa_t pa, uint64_t size)
{
	const struct hv_host_event event = { .op = HV_HOST_ICACHE, .pa = pa.v, .value = size };

	hv_host_event_(ctx, &event);
}

uint64_t hv_host_count(const struct hv_host *host, enum hv_host_op op)
{
	return __atomic_load_n(&host->count[op], __ATOMIC_RELAXED);
}

void hv_host_count_reset(struct hv_host *host)
{
	unsigned int i;

	for (i = 0; i < HV_HOST_NR_OPS; i++)
		__atomic_store_n(&host->count[i], 0, __ATOMIC_RELAXED);
}

void hv_host_log_start(struct hv_host *host)
{
	host->nr_log = 0;
	host->logging = true;
}

void hv_host_log_stop(struct hv_host *host)
{
	host->logging = false;
}

const struct hv_host_event *hv_host_log(const struct hv_host *host, size_t *nr)
{
	*nr = host->nr_log;
	return host->log;
}

const char *hv_host_op_name(enum hv_host_op op)
{
	static const char *const name[HV_HOST_NR_OPS] = { "load",    "init",	  "store",    "dsb ishst",
							  "dsb ish", "isb",	  "tlbi ipa", "tlbi range",
							  "tlbi s1", "tlbi vmid", "tlbi all", "dcache",
							  "icache" };

	return name[op];
}
