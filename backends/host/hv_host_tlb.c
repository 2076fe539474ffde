/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_tlb.c - the TLB oracle: invalidations, barriers, checks and reports. hv_host_tlb_store.c has the stores. */
#include "hv_host_tlb_priv.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- reports -------------------------------------------------------------------------------------------- */

const char *hv_host_tlb_kind_name(enum hv_host_tlb_kind kind)
{
	static const char *const name[HV_HOST_TLB_NR_KINDS] = {
		"no-break",    "not-invalidated", "wrong-range",   "wrong-level",  "last-level",   "wrong-vmid",
		"local",       "stage1",          "store-pending", "tlbi-pending", "table-reused", "unordered-link",
		"plain-store", "vmid-reused",     "bad-entry",     "bad-operand",  "bad-desc",     "contiguous"
	};

	return name[kind];
}

void hv_host_tlb_print(const struct hv_host_tlb_report *report)
{
	fprintf(stderr, "tlb: %s: vmid %u level %d ipa 0x%llx old 0x%llx new 0x%llx: %s\n",
		hv_host_tlb_kind_name(report->kind), report->vmid, report->level, (unsigned long long)report->ipa,
		(unsigned long long)report->old, (unsigned long long)report->value, report->text);
}

void tlb_report_(struct hv_host_tlb *tlb, const struct hv_host_tlb_report *what)
{
	if (tlb->total++ == 0)
		tlb->first = *what;
	tlb->count[what->kind]++;
	if (!tlb->config.fatal)
		return;
	hv_host_tlb_print(what);
	abort();
}

void tlb_report_rec_(struct hv_host_tlb *tlb, struct rec *rec, enum hv_host_tlb_kind kind, uint64_t value,
		     const char *text)
{
	const struct hv_host_tlb_report what = { .kind = kind,
						 .vmid = rec->vmid,
						 .level = rec->level,
						 .ipa = rec->lo,
						 .old = rec->value,
						 .value = value,
						 .text = text };

	if (!rec->reported)
		tlb_report_(tlb, &what);
	rec->reported = true;
}

void tlb_report_change_(struct hv_host_tlb *tlb, const struct change *c, enum hv_host_tlb_kind kind, const char *text)
{
	const struct hv_host_tlb_report what = { .kind = kind,
						 .vmid = c->regime->geo.vmid,
						 .level = (int8_t)c->level,
						 .ipa = c->ipa,
						 .old = c->old,
						 .value = c->value,
						 .text = text };

	tlb_report_(tlb, &what);
}

static void report_op(struct hv_host_tlb *tlb, const struct tlb_op *op, const struct hv_host_event *event,
		      enum hv_host_tlb_kind kind, const char *text)
{
	const struct hv_host_tlb_report what = { .kind = kind,
						 .vmid = op->vmid,
						 .level = (int8_t)op->hint,
						 .ipa = op->lo,
						 .old = event->value,
						 .text = text };

	tlb_report_(tlb, &what);
}

/* ---- invalidations -------------------------------------------------------------------------------------- */

/* Why the operation leaves entries of @rec alone that lie in its range; 0: it does not. */
static uint8_t left_out(const struct tlb_op *op, const struct rec *rec)
{
	if (op->last_level && rec->link_levels != 0)
		return MISSED_LAST;
	if (op->hint == TLB_NO_HINT)
		return 0;
	if ((rec->leaf_levels & ~LEVEL_BIT(op->hint)) != 0 || rec->link_levels >= LEVEL_BIT(op->hint))
		return MISSED_LEVEL;
	return 0;
}

/* CPUs on which a walk could bring @rec back although this very operation drops it. */
static uint32_t refilled(const struct hv_host_tlb *tlb, const struct rec *rec)
{
	const struct rec *link = rec->link;

	if (link == NULL || link->prev == NULL || link->hit == tlb->serial)
		return 0;
	return link->s2;
}

static void drop_by_ipa(struct hv_host_tlb *tlb, const struct tlb_op *op, struct rec *rec, uint32_t cpus)
{
	uint8_t missed = rec->lo < op->hi && op->lo < rec->hi ? left_out(op, rec) : MISSED_RANGE;

	if (rec->kind == REC_WHOLE)
		return;
	rec->missed |= missed;
	if (missed != 0)
		return;
	if (rec->epoch == tlb->epoch) {
		tlb_report_rec_(tlb, rec, HV_HOST_TLB_STORE_PENDING, 0, "invalidated before a DSB completed the store");
		return;
	}
	if (rec->kind == REC_LINK)
		rec->hit = tlb->serial;
	else
		tlb_split_rec_(tlb, rec, op->lo, op->hi);
	rec->s2_op |= cpus & ~refilled(tlb, rec);
}

static void drop_all(struct hv_host_tlb *tlb, struct rec *rec, uint32_t cpus)
{
	if (rec->epoch == tlb->epoch) {
		tlb_report_rec_(tlb, rec, HV_HOST_TLB_STORE_PENDING, 0, "invalidated before a DSB completed the store");
		return;
	}
	rec->s2_op |= cpus;
	rec->s12_op |= cpus;
}

static void invalidate(struct hv_host_tlb *tlb, const struct tlb_op *op)
{
	uint32_t cpus = op->local ? 1u << tlb->cpu : tlb->all_cpus;
	struct rec *rec, *next;

	tlb->tlbi_open = true;
	tlb->serial++;
	for (rec = tlb->recs; rec != NULL; rec = next) {
		next = rec->next;
		if (!op->any_vmid && rec->vmid != op->vmid)
			rec->missed |= MISSED_VMID;
		else if (op->stage1)
			rec->s12_op |= cpus & ~rec->s2;
		else if (op->by_ipa)
			drop_by_ipa(tlb, op, rec, cpus);
		else
			drop_all(tlb, rec, cpus);
	}
}

static struct regime *regime_of(struct hv_host_tlb *tlb, uint16_t vmid)
{
	struct regime *regime;

	for (regime = tlb->regimes; regime != NULL; regime = regime->next)
		if (regime->geo.vmid == vmid)
			return regime;
	return NULL;
}

static void tlbi(struct hv_host_tlb *tlb, const struct hv_host_event *event)
{
	struct tlb_op op;
	const char *bad = tlb_decode_(&op, &tlb->config, event);
	const struct regime *regime = regime_of(tlb, op.vmid);

	if (regime != NULL && !op.any_vmid && (regime->geo.vtcr != event->vtcr || regime->geo.root != op.root))
		report_op(tlb, &op, event, HV_HOST_TLB_BAD_ENTRY,
			  "VMID loaded with tables or controls that are not its own");
	if (bad != NULL)
		report_op(tlb, &op, event, HV_HOST_TLB_BAD_OPERAND, bad);
	else
		invalidate(tlb, &op);
}

static void complete(struct hv_host_tlb *tlb)
{
	struct rec *rec, *next;

	if (!tlb->tlbi_open)
		return;
	tlb->tlbi_open = false;
	for (rec = tlb->recs; rec != NULL; rec = next) {
		next = rec->next;
		rec->s2 &= ~rec->s2_op;
		rec->s12 &= ~rec->s12_op;
		rec->s2_op = 0;
		rec->s12_op = 0;
		if ((rec->s2 | rec->s12) == 0)
			tlb_kill_rec_(tlb, rec);
	}
}

static void dsb(struct hv_host_tlb *tlb)
{
	tlb->epoch++;
	tlb->store_open = false;
}

static void judge(struct hv_host_tlb *tlb, const struct hv_host_event *event)
{
	switch (event->op) {
	case HV_HOST_DESC_INIT:
	case HV_HOST_DESC_STORE:
		tlb_store_(tlb, event);
		break;
	case HV_HOST_DSB_ISH:
		complete(tlb);
		dsb(tlb);
		break;
	case HV_HOST_DSB_ISHST:
		dsb(tlb);
		break;
	case HV_HOST_TLBI_IPA:
	case HV_HOST_TLBI_RANGE:
	case HV_HOST_TLBI_S1:
	case HV_HOST_TLBI_VMID:
	case HV_HOST_TLBI_ALL:
		tlbi(tlb, event);
		break;
	case HV_HOST_DESC_LOAD:
	case HV_HOST_ISB:
	case HV_HOST_DCACHE:
	case HV_HOST_ICACHE:
	case HV_HOST_NR_OPS:
		break;
	}
}

static void observe(void *arg, const struct hv_host_event *event)
{
	struct hv_host_tlb *tlb = arg;

	(void)pthread_mutex_lock(&tlb->mutex);
	judge(tlb, event);
	(void)pthread_mutex_unlock(&tlb->mutex);
}

/* ---- the end of an update ------------------------------------------------------------------------------- */

/* Why @rec is still there. */
static enum hv_host_tlb_kind stale_kind(const struct hv_host_tlb *tlb, const struct rec *rec)
{
	if (rec->epoch == tlb->epoch)
		return HV_HOST_TLB_STORE_PENDING;
	if (rec->s2 == 0 && (rec->s12 & ~rec->s12_op) != 0)
		return HV_HOST_TLB_STAGE1;
	if ((rec->s2 & ~rec->s2_op) == 0)
		return HV_HOST_TLB_TLBI_PENDING;
	if (rec->s2 != tlb->all_cpus)
		return HV_HOST_TLB_LOCAL;
	if ((rec->missed & MISSED_LEVEL) != 0)
		return HV_HOST_TLB_WRONG_LEVEL;
	if ((rec->missed & MISSED_LAST) != 0)
		return HV_HOST_TLB_LAST_LEVEL;
	if ((rec->missed & MISSED_RANGE) != 0)
		return HV_HOST_TLB_WRONG_RANGE;
	return (rec->missed & MISSED_VMID) != 0 ? HV_HOST_TLB_WRONG_VMID : HV_HOST_TLB_NOT_INVALIDATED;
}

static const char *stale_text(enum hv_host_tlb_kind kind)
{
	switch ((unsigned int)kind) {
	case HV_HOST_TLB_STORE_PENDING:
		return "no DSB after the store";
	case HV_HOST_TLB_STAGE1:
		return "combined entries were not invalidated after stage 2";
	case HV_HOST_TLB_TLBI_PENDING:
		return "no DSB after the invalidation";
	case HV_HOST_TLB_LOCAL:
		return "invalidated on this CPU only";
	case HV_HOST_TLB_WRONG_LEVEL:
		return "the level hint names another level";
	case HV_HOST_TLB_LAST_LEVEL:
		return "a table went, only leaves were invalidated";
	case HV_HOST_TLB_WRONG_RANGE:
		return "invalidated elsewhere only";
	case HV_HOST_TLB_WRONG_VMID:
		return "invalidated for another VMID only";
	default:
		return "not invalidated";
	}
}

static void report_stale(struct hv_host_tlb *tlb, struct rec *rec)
{
	enum hv_host_tlb_kind kind = stale_kind(tlb, rec);

	tlb_report_rec_(tlb, rec, kind, 0, stale_text(kind));
}

void tlb_report_conflict_(struct hv_host_tlb *tlb, struct rec *rec, uint64_t value, const char *text)
{
	enum hv_host_tlb_kind kind = stale_kind(tlb, rec);

	if (kind == HV_HOST_TLB_STORE_PENDING || kind == HV_HOST_TLB_NOT_INVALIDATED)
		tlb_report_rec_(tlb, rec, HV_HOST_TLB_NO_BREAK, value, text);
	else
		tlb_report_rec_(tlb, rec, kind, value, stale_text(kind));
}

static void check_store(struct hv_host_tlb *tlb)
{
	const struct hv_host_tlb_report what = { .kind = HV_HOST_TLB_STORE_PENDING,
						 .old = tlb->open_pa,
						 .text = "no DSB after the last store; old: its address" };

	if (tlb->store_open)
		tlb_report_(tlb, &what);
	tlb->store_open = false;
}

uint64_t hv_host_tlb_check(struct hv_host *host)
{
	struct hv_host_tlb *tlb = host->tlb;
	struct rec *rec, *next;

	(void)pthread_mutex_lock(&tlb->mutex);
	for (rec = tlb->recs; rec != NULL; rec = next) {
		next = rec->next;
		if (rec->kind == REC_WHOLE && !rec->due)
			continue;
		report_stale(tlb, rec);
		tlb_kill_rec_(tlb, rec);
	}
	check_store(tlb);
	tlb_check_sets_(tlb);
	(void)pthread_mutex_unlock(&tlb->mutex);
	return tlb->total;
}

uint64_t hv_host_tlb_check_pool(struct hv_host *host, const struct hv_pool *pool)
{
	struct hv_host_tlb *tlb = host->tlb;
	struct hv_host_tlb_report what = {
		.kind = HV_HOST_TLB_TABLE_REUSED,
		.text = "a page of the pool is a table that walkers may use; old: its address"
	};
	hv_pa_t page = pool->head;
	uint64_t i;

	(void)pthread_mutex_lock(&tlb->mutex);
	for (i = 0; i < pool->nr_free; i++) {
		what.old = page.v;
		if (tlb_reachable_(tlb, page.v))
			tlb_report_(tlb, &what);
		page = hv_pa(hv_host_read64(host, page));
	}
	(void)pthread_mutex_unlock(&tlb->mutex);
	return tlb->total;
}

uint64_t hv_host_tlb_count(const struct hv_host *host, enum hv_host_tlb_kind kind)
{
	return host->tlb->count[kind];
}

uint64_t hv_host_tlb_total(const struct hv_host *host)
{
	return host->tlb->total;
}

const struct hv_host_tlb_report *hv_host_tlb_first(const struct hv_host *host)
{
	return host->tlb->total == 0 ? NULL : &host->tlb->first;
}

/* ---- regimes -------------------------------------------------------------------------------------------- */

void hv_host_tlb_attach(struct hv_host *host, const struct hv_host_tlb_config *config)
{
	struct hv_host_tlb *tlb = calloc(1, sizeof(*tlb));

	if (tlb == NULL || host->tlb != NULL || config->nr_cpus == 0 || config->nr_cpus > 32)
		hv_host_die_("cannot attach a TLB oracle, CPUs", config->nr_cpus);
	tlb->host = host;
	tlb->config = *config;
	tlb->all_cpus = ~0u >> (32 - config->nr_cpus);
	tlb->epoch = 1;
	tlb->recs_end = &tlb->recs;
	tlb->max_nodes = 1024;
	tlb->nodes = calloc(tlb->max_nodes, sizeof(*tlb->nodes));
	if (tlb->nodes == NULL || pthread_mutex_init(&tlb->mutex, NULL) != 0)
		hv_host_die_("out of host memory for the TLB oracle", 0);
	host->tlb = tlb;
	hv_host_observe(host, observe, tlb);
}

static void free_regimes(struct regime *regime)
{
	struct regime *next;

	for (; regime != NULL; regime = next) {
		next = regime->next;
		free(regime);
	}
}

void hv_host_tlb_detach(struct hv_host *host)
{
	struct hv_host_tlb *tlb = host->tlb;

	if (tlb == NULL)
		return;
	hv_host_unobserve(host, observe, tlb);
	tlb_free_recs_(tlb);
	free_regimes(tlb->regimes);
	free_regimes(tlb->retired);
	free(tlb->nodes);
	(void)pthread_mutex_destroy(&tlb->mutex);
	free(tlb);
	host->tlb = NULL;
}

/* The VMID of @regime is out of use; what was cached under it stays. */
static struct rec *leave_vmid(struct hv_host_tlb *tlb, struct regime *regime, bool due)
{
	const struct rec rec = { .regime = regime,
				 .kind = REC_WHOLE,
				 .vmid = regime->geo.vmid,
				 .level = (int8_t)regime->geo.start_level,
				 .hi = ~HV_U64(0),
				 .unit = ~HV_U64(0),
				 .due = due,
				 .s2 = tlb->all_cpus,
				 .s12 = tlb->all_cpus };

	return tlb_add_rec_(tlb, &rec, tlb->recs_end);
}

static void check_vmid(struct hv_host_tlb *tlb, const struct tlb_geo *geo)
{
	struct hv_host_tlb_report what = { .kind = HV_HOST_TLB_VMID_REUSED, .vmid = geo->vmid };
	const struct regime *regime = regime_of(tlb, geo->vmid);
	const struct rec *rec = tlb->recs;

	while (rec != NULL && rec->vmid != geo->vmid)
		rec = rec->next;
	what.text = regime != NULL ? "in use by another root" : "another root's entries may still be cached";
	if ((regime != NULL && regime->geo.root != geo->root) || rec != NULL)
		tlb_report_(tlb, &what);
}

static struct regime *find_root(struct hv_host_tlb *tlb, uint64_t root)
{
	struct regime *regime;

	for (regime = tlb->regimes; regime != NULL; regime = regime->next)
		if (regime->geo.root == root)
			return regime;
	return NULL;
}

static void watch(struct hv_host_tlb *tlb, const struct tlb_geo *geo)
{
	struct regime *regime = find_root(tlb, geo->root);

	if (tlb->granule_bits != 0 && tlb->granule_bits != geo->granule_bits)
		hv_host_die_("two granules under one TLB oracle", geo->granule_bits);
	tlb->granule_bits = geo->granule_bits;
	check_vmid(tlb, geo);
	if (regime != NULL) {
		if (regime->geo.vmid != geo->vmid)
			(void)leave_vmid(tlb, regime, false);
		regime->geo = *geo;
		return;
	}
	regime = calloc(1, sizeof(*regime));
	if (regime == NULL)
		hv_host_die_("out of host memory for the TLB oracle", 0);
	regime->geo = *geo;
	regime->next = tlb->regimes;
	tlb->regimes = regime;
	tlb_adopt_root_(tlb, regime);
}

void hv_host_tlb_watch(struct hv_host *host, uint64_t vtcr, uint64_t vttbr)
{
	struct tlb_geo geo;

	(void)pthread_mutex_lock(&host->tlb->mutex);
	tlb_geo_(&geo, &host->tlb->config, vtcr, vttbr);
	watch(host->tlb, &geo);
	(void)pthread_mutex_unlock(&host->tlb->mutex);
}

static void unwatch(struct hv_host_tlb *tlb, struct regime *gone)
{
	struct regime **at = &tlb->regimes;

	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	gone->next = tlb->retired;
	tlb->retired = gone;
	tlb_abandon_root_(tlb, gone, leave_vmid(tlb, gone, true));
}

void hv_host_tlb_unwatch(struct hv_host *host, uint64_t vttbr)
{
	struct hv_host_tlb *tlb = host->tlb;
	struct regime *regime;
	struct tlb_geo geo;

	(void)pthread_mutex_lock(&tlb->mutex);
	for (regime = tlb->regimes; regime != NULL; regime = regime->next) {
		tlb_geo_(&geo, &tlb->config, regime->geo.vtcr, vttbr);
		if (geo.root == regime->geo.root)
			break;
	}
	if (regime == NULL)
		hv_host_die_("not watched: VTTBR", vttbr);
	unwatch(tlb, regime);
	(void)pthread_mutex_unlock(&tlb->mutex);
}

void hv_host_tlb_enter(struct hv_host *host, uint64_t vtcr, uint64_t vttbr)
{
	struct hv_host_tlb *tlb = host->tlb;
	struct hv_host_tlb_report what = { .kind = HV_HOST_TLB_BAD_ENTRY, .old = vttbr };
	const struct regime *regime;
	struct tlb_geo geo;

	(void)pthread_mutex_lock(&tlb->mutex);
	tlb_geo_(&geo, &tlb->config, vtcr, vttbr);
	regime = regime_of(tlb, geo.vmid);
	what.vmid = geo.vmid;
	what.text = geo.vmid == 0 ? "guest entered with VMID 0" : "guest entered with the VMID of another root";
	if (geo.vmid == 0 || regime == NULL || regime->geo.root != geo.root || regime->geo.vtcr != vtcr)
		tlb_report_(tlb, &what);
	(void)pthread_mutex_unlock(&tlb->mutex);
}

void hv_host_tlb_set_cpu(struct hv_host *host, uint32_t cpu)
{
	if (cpu >= host->tlb->config.nr_cpus)
		hv_host_die_("no such CPU", cpu);
	host->tlb->cpu = cpu;
}
