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
	unsigned int i;

	(void)__atomic_fetch_add(&host->count[event->op], 1, __ATOMIC_RELAXED);
	if (host->logging)
		log_event(host, event);
	for (i = 0; i < HV_HOST_OBSERVERS && host->observer[i].call != NULL; i++)
		host->observer[i].call(host->observer[i].arg, event);
}

static void simple_event(struct hv_host *host, enum hv_host_op op)
{
	const struct hv_host_event event = { .op = op };

	hv_host_event_(host, &event);
}

static void desc_event(struct hv_host *host, enum hv_host_op op, const uint64_t *desc, uint64_t old, bool release)
{
	const struct hv_host_event event = { .op = op,
					     .pa = hv_host_pa(host, desc).v,
					     .old = old,
					     .value = __atomic_load_n(desc, __ATOMIC_RELAXED),
					     .release = release };

	hv_host_event_(host, &event);
}

/* Not a table link, by the bits that only leaves have set. */
static bool is_leaf(uint64_t desc)
{
	return (desc & 1) != 0 && (desc & HV_BIT(10)) != 0;
}

/* What the machine stores in place of @value while it is broken. */
static uint64_t defective_desc(const struct hv_host *host, uint64_t old, uint64_t value)
{
	switch ((unsigned int)host->defect) {
	case HV_HOST_NO_BREAK:
	case HV_HOST_LOST_UNMAP:
		return is_leaf(old) && value == 0 ? old : value;
	case HV_HOST_WRONG_ADDRESS:
		return is_leaf(value) ? value | HV_BIT(47) : value;
	case HV_HOST_RESERVED_BIT:
		return is_leaf(value) ? value | HV_BIT(63) : value;
	case HV_HOST_RESERVED_TYPE:
		return is_leaf(value) ? value & ~HV_BIT(1) : value;
	case HV_HOST_RESERVED_SH:
		return is_leaf(value) ? (value & ~HV_MASK(9, 8)) | HV_BIT(8) : value;
	case HV_HOST_DEVICE_EXEC:
		return is_leaf(value) ? value & ~HV_MASK(54, 53) : value;
	default:
		return value;
	}
}

uint64_t hv_be_desc_load(hv_ctx_t ctx, const uint64_t *desc)
{
	(void)__atomic_fetch_add(&ctx->count[HV_HOST_DESC_LOAD], 1, __ATOMIC_RELAXED);
	return __atomic_load_n(desc, __ATOMIC_RELAXED);
}

void hv_be_desc_store(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	uint64_t old = __atomic_load_n(desc, __ATOMIC_RELAXED);

	old = __atomic_exchange_n(desc, defective_desc(ctx, old, value), __ATOMIC_RELAXED);
	desc_event(ctx, ctx->defect == HV_HOST_LIVE_AS_PLAIN ? HV_HOST_DESC_INIT : HV_HOST_DESC_STORE, desc, old,
		   false);
}

void hv_be_desc_store_release(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	uint64_t old = __atomic_exchange_n(desc, value, __ATOMIC_ACQ_REL);

	desc_event(ctx, HV_HOST_DESC_STORE, desc, old, ctx->defect != HV_HOST_PLAIN_LINK);
}

uint64_t hv_be_desc_cas(hv_ctx_t ctx, uint64_t *desc, uint64_t expected, uint64_t value)
{
	uint64_t found = expected;

	value = defective_desc(ctx, expected, value);
	if (__atomic_compare_exchange_n(desc, &found, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		desc_event(ctx, HV_HOST_DESC_STORE, desc, expected, false);
	return found;
}

void hv_be_desc_init(hv_ctx_t ctx, uint64_t *desc, uint64_t value)
{
	uint64_t old = *desc;

	*desc = defective_desc(ctx, 0, value);
	desc_event(ctx, HV_HOST_DESC_INIT, desc, old, false);
}

static void dsb_ishst(hv_ctx_t ctx)
{
	simple_event(ctx, HV_HOST_DSB_ISHST);
}

void hv_be_dsb_ishst(hv_ctx_t ctx)
{
	if (ctx->defect != HV_HOST_NO_DSB_AFTER_MAP)
		dsb_ishst(ctx);
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

/* By-IPA operands gone wrong. */
static uint64_t defective_ipa(const struct hv_host *host, uint64_t xt)
{
	switch ((unsigned int)host->defect) {
	case HV_HOST_TLBI_WRONG_LEVEL:
		return HV_FIELD(xt, 47, 46) != 0 ? xt ^ HV_BIT(44) : xt;
	case HV_HOST_TLBI_NEXT_PAGE: /* of any granule, and beyond any leaf that tests use */
		return xt + (HV_GIB(1) >> 12);
	case HV_HOST_TLBI_GRANULE_SHIFT:
		return (xt & ~HV_MASK(39, 0)) | HV_FIELD(xt, 39, 0) >> 2;
	default:
		return xt;
	}
}

static uint64_t defective_range(const struct hv_host *host, uint64_t xt)
{
	switch ((unsigned int)host->defect) {
	case HV_HOST_TLBI_WRONG_LEVEL:
		return HV_FIELD(xt, 38, 37) != 0 ? xt ^ HV_BIT(37) : xt;
	case HV_HOST_TLBI_RANGE_SHORT:
		return HV_FIELD(xt, 43, 39) != 0 ? xt - HV_BIT(39) : xt;
	case HV_HOST_TLBI_RANGE_SCALE:
		return HV_FIELD(xt, 45, 44) != 0 ? xt - HV_BIT(44) : xt;
	case HV_HOST_TLBI_RANGE_GRANULE:
		return xt ^ HV_BIT(47);
	case HV_HOST_TLBI_RANGE_BASE:
		return xt + 16;
	default:
		return xt;
	}
}

static enum hv_tlbi_op defective_op(const struct hv_host *host, enum hv_tlbi_op op)
{
	if (host->defect == HV_HOST_TLBI_LOCAL && op == HV_TLBI_VMALLS12E1IS)
		return HV_TLBI_VMALLS12E1;
	if (host->defect == HV_HOST_TLBI_LAST_LEVEL && op == HV_TLBI_IPAS2E1IS)
		return HV_TLBI_IPAS2LE1IS;
	if (host->defect == HV_HOST_TLBI_LAST_LEVEL && op == HV_TLBI_RIPAS2E1IS)
		return HV_TLBI_RIPAS2LE1IS;
	return op;
}

/* Is the operation lost altogether? */
static bool lost(const struct hv_host *host, enum hv_host_op class)
{
	switch ((unsigned int)host->defect) {
	case HV_HOST_NO_TLBI_IPA:
		return by_ipa(class);
	case HV_HOST_NO_TLBI_S1:
		return class == HV_HOST_TLBI_S1;
	case HV_HOST_NO_TLBI_VMID:
		return class == HV_HOST_TLBI_VMID;
	default:
		return false;
	}
}

static void tlbi_event(struct hv_host *host, const struct hv_tlb_regime *regime, const struct hv_tlbi *op)
{
	struct hv_host_event event = { .op = tlbi_class(op->op),
				       .value = op->xt,
				       .vtcr = regime->vtcr,
				       .vttbr = regime->vttbr,
				       .tlbi = defective_op(host, op->op) };

	if (event.op == HV_HOST_TLBI_IPA)
		event.value = defective_ipa(host, event.value);
	if (event.op == HV_HOST_TLBI_RANGE)
		event.value = defective_range(host, event.value);
	if (host->defect == HV_HOST_TLBI_OTHER_VMID)
		event.vttbr ^= HV_BIT(48);
	if (!lost(host, event.op))
		hv_host_event_(host, &event);
}

void hv_be_tlb_invalidate(hv_ctx_t ctx, const struct hv_tlb_regime *regime, const struct hv_tlbi *ops, unsigned int nr)
{
	const struct hv_tlbi s1 = { .op = HV_TLBI_VMALLE1IS };
	bool ipa_pending = false;
	unsigned int i;

	if (ctx->defect != HV_HOST_NO_DSB_BEFORE_TLBI)
		dsb_ishst(ctx);
	if (ctx->defect == HV_HOST_TLBI_S1_FIRST && ops[nr - 1].op == HV_TLBI_VMALLE1IS) {
		tlbi_event(ctx, regime, &s1);
		nr--;
	}
	for (i = 0; i < nr; i++) {
		if (ops[i].op == HV_TLBI_VMALLE1IS && ipa_pending && ctx->defect != HV_HOST_NO_DSB_BETWEEN)
			hv_be_dsb_ish(ctx);
		ipa_pending = by_ipa(tlbi_class(ops[i].op));
		tlbi_event(ctx, regime, &ops[i]);
	}
	if (ctx->defect != HV_HOST_NO_DSB_AFTER_TLBI)
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

void hv_host_observe(struct hv_host *host, hv_host_observer *call, void *arg)
{
	unsigned int i;

	for (i = 0; i < HV_HOST_OBSERVERS && host->observer[i].call != NULL; i++)
		continue;
	if (i == HV_HOST_OBSERVERS)
		hv_host_die_("more observers than", HV_HOST_OBSERVERS);
	host->observer[i].call = call;
	host->observer[i].arg = arg;
}

void hv_host_unobserve(struct hv_host *host, hv_host_observer *call, void *arg)
{
	unsigned int i, kept = 0;

	for (i = 0; i < HV_HOST_OBSERVERS; i++)
		if (host->observer[i].call != call || host->observer[i].arg != arg)
			host->observer[kept++] = host->observer[i];
	for (; kept < HV_HOST_OBSERVERS; kept++)
		host->observer[kept].call = NULL;
}

void hv_host_break(struct hv_host *host, enum hv_host_defect defect)
{
	host->defect = defect;
}

const char *hv_host_op_name(enum hv_host_op op)
{
	static const char *const name[HV_HOST_NR_OPS] = { "load",    "init",      "store",    "dsb ishst",
							  "dsb ish", "isb",       "tlbi ipa", "tlbi range",
							  "tlbi s1", "tlbi vmid", "tlbi all", "dcache",
							  "icache" };

	return name[op];
}
