/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_gic.c - the model of the virtual CPU interface; see hv_host_gic.h for what it claims. */
#include <hv_host_gic.h>

#include <string.h>

#define INTID_SPURIOUS 1023u
#define INTID_END      1020u /* first special INTID */
#define INTID_LPI      8192u
#define IDLE_PRIORITY  0xffu
#define NO_LR          (~0u)

#define VMCR_ENG(group) (1u << (group))
#define VMCR_CBPR       0x10u
#define VMCR_EOIM       0x200u
#define HCR_EOI_COUNT   0xf8000000u
#define HCR_EOI_ONE     0x08000000u

enum lr_state { INVALID, PENDING, ACTIVE, PENDING_ACTIVE };

static enum lr_state lr_state(uint64_t lr)
{
	return (enum lr_state)HV_FIELD(lr, 63, 62);
}

static uint32_t lr_group(uint64_t lr)
{
	return (uint32_t)HV_FIELD(lr, 60, 60);
}

static uint32_t lr_intid(uint64_t lr)
{
	return (uint32_t)HV_FIELD(lr, 31, 0);
}

static uint32_t implemented(const struct hv_host_gic *gic, uint64_t priority)
{
	return (uint32_t)priority & 0xffu & ~(0xffu >> gic->pri_bits);
}

static uint32_t lr_priority(const struct hv_host_gic *gic, uint64_t lr)
{
	return implemented(gic, HV_FIELD(lr, 55, 48));
}

static void set_lr_state(uint64_t *lr, enum lr_state state)
{
	*lr = (*lr & ~HV_MASK(63, 62)) | HV_PREP(state, 63, 62);
}

static uint32_t vmcr_field(const struct hv_host_gic *gic, uint32_t msb, uint32_t lsb)
{
	return (uint32_t)HV_FIELD(gic->reg.vmcr, msb, lsb);
}

static void set_vmcr_field(struct hv_host_gic *gic, uint32_t msb, uint32_t lsb, uint32_t value)
{
	gic->reg.vmcr = (gic->reg.vmcr & ~(uint32_t)HV_MASK(msb, lsb)) | (uint32_t)HV_PREP(value, msb, lsb);
}

static uint32_t min_bpr(const struct hv_host_gic *gic, uint32_t group)
{
	return 7 - gic->pre_bits + group;
}

static uint32_t clamp_bpr(const struct hv_host_gic *gic, uint32_t group, uint32_t value)
{
	return value < min_bpr(gic, group) ? min_bpr(gic, group) : value;
}

void hv_host_gic_set_vmcr(struct hv_host_gic *gic, uint32_t value)
{
	gic->reg.vmcr = value & 0xfffc021fu;
	set_vmcr_field(gic, 31, 24, implemented(gic, vmcr_field(gic, 31, 24)));
	set_vmcr_field(gic, 23, 21, clamp_bpr(gic, 0, vmcr_field(gic, 23, 21)));
	set_vmcr_field(gic, 20, 18, clamp_bpr(gic, 1, vmcr_field(gic, 20, 18)));
}

void hv_host_gic_init(struct hv_host_gic *gic, uint32_t nr_lrs, uint32_t pri_bits, uint32_t pre_bits)
{
	memset(gic, 0, sizeof(*gic));
	gic->reg.nr_lrs = nr_lrs;
	gic->pri_bits = pri_bits;
	gic->pre_bits = pre_bits;
	hv_host_gic_set_vmcr(gic, 0x8);
}

void hv_host_gic_load(struct hv_host_gic *gic, const struct hv_ich *ich)
{
	hv_host_gic_set_vmcr(gic, ich->vmcr);
	memcpy(gic->reg.ap0r, ich->ap0r, sizeof(gic->reg.ap0r));
	memcpy(gic->reg.ap1r, ich->ap1r, sizeof(gic->reg.ap1r));
}

void hv_host_gic_put(const struct hv_host_gic *gic, struct hv_ich *ich)
{
	ich->vmcr = gic->reg.vmcr;
	memcpy(ich->ap0r, gic->reg.ap0r, sizeof(ich->ap0r));
	memcpy(ich->ap1r, gic->reg.ap1r, sizeof(ich->ap1r));
}

void hv_host_gic_enter(struct hv_host_gic *gic, const struct hv_ich *ich)
{
	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++) {
		if (ich->used & (1u << i))
			gic->reg.lr[i] = ich->lr[i];
		else if (gic->reg.used & (1u << i))
			gic->reg.lr[i] = 0;
	}
	gic->reg.used = ich->used;
	gic->reg.hcr = ich->hcr;
}

void hv_host_gic_exit(struct hv_host_gic *gic, struct hv_ich *ich)
{
	if (ich->used == 0 && ich->hcr == HV_ICH_HCR_EN)
		return;
	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++)
		if (ich->used & (1u << i))
			ich->lr[i] = gic->reg.lr[i];
	ich->hcr = gic->reg.hcr;
	ich->vmcr = gic->reg.vmcr;
	gic->reg.hcr &= ~HV_ICH_HCR_EN;
}

/* The bits of a priority that decide preemption. BPR0 = n keeps bits 7 to n + 1, BPR1 = n bits 7 to n. */
static uint32_t group_mask(const struct hv_host_gic *gic, uint32_t group)
{
	if (group == 1 && !(gic->reg.vmcr & VMCR_CBPR))
		return 0xffu & (0xffu << vmcr_field(gic, 20, 18));
	return 0xffu & (0xffu << (vmcr_field(gic, 23, 21) + 1));
}

uint32_t hv_host_gic_rpr(const struct hv_host_gic *gic)
{
	for (uint32_t bit = 0; bit < 1u << gic->pre_bits; bit++)
		if ((gic->reg.ap0r[bit / 32] | gic->reg.ap1r[bit / 32]) & (1u << (bit % 32)))
			return bit << (8 - gic->pre_bits);
	return IDLE_PRIORITY;
}

/* The most urgent pending list register of the enabled groups; of equal ones the first. */
static uint32_t best_pending(const struct hv_host_gic *gic)
{
	uint32_t best = NO_LR;

	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++) {
		uint64_t lr = gic->reg.lr[i];

		if (lr_state(lr) != PENDING || !(gic->reg.vmcr & VMCR_ENG(lr_group(lr))))
			continue;
		if (best == NO_LR || lr_priority(gic, lr) < lr_priority(gic, gic->reg.lr[best]))
			best = i;
	}
	return best;
}

static bool can_preempt(const struct hv_host_gic *gic, uint64_t lr)
{
	uint32_t mask = group_mask(gic, lr_group(lr));
	uint32_t running = hv_host_gic_rpr(gic);

	if (lr_priority(gic, lr) >= vmcr_field(gic, 31, 24))
		return false;
	return running == IDLE_PRIORITY || (lr_priority(gic, lr) & mask) < (running & mask);
}

/* The list register that would be acknowledged now, for either group. */
static uint32_t signalled(const struct hv_host_gic *gic)
{
	uint32_t best = gic->reg.hcr & HV_ICH_HCR_EN ? best_pending(gic) : NO_LR;

	return best != NO_LR && can_preempt(gic, gic->reg.lr[best]) ? best : NO_LR;
}

uint32_t hv_host_gic_hppir(const struct hv_host_gic *gic, uint32_t group)
{
	uint32_t best = gic->reg.hcr & HV_ICH_HCR_EN ? best_pending(gic) : NO_LR;

	if (best == NO_LR || lr_group(gic->reg.lr[best]) != group)
		return INTID_SPURIOUS;
	return lr_intid(gic->reg.lr[best]);
}

static uint32_t *active_priorities(struct hv_host_gic *gic, uint32_t group)
{
	return group ? gic->reg.ap1r : gic->reg.ap0r;
}

uint32_t hv_host_gic_iar(struct hv_host_gic *gic, uint32_t group)
{
	uint32_t i = signalled(gic), level;

	if (i == NO_LR || lr_group(gic->reg.lr[i]) != group)
		return INTID_SPURIOUS;
	level = (lr_priority(gic, gic->reg.lr[i]) & group_mask(gic, group)) >> (8 - gic->pre_bits);
	active_priorities(gic, group)[level / 32] |= 1u << (level % 32);
	set_lr_state(&gic->reg.lr[i], ACTIVE);
	return lr_intid(gic->reg.lr[i]);
}

/* Clear the most urgent active priority. Returns it and its group, or IDLE_PRIORITY. */
static uint32_t drop_priority(struct hv_host_gic *gic, uint32_t *group)
{
	uint32_t dropped = hv_host_gic_rpr(gic);
	uint32_t level = dropped >> (8 - gic->pre_bits);

	if (dropped == IDLE_PRIORITY)
		return dropped;
	*group = gic->reg.ap0r[level / 32] & (1u << (level % 32)) ? 0 : 1;
	active_priorities(gic, *group)[level / 32] &= ~(1u << (level % 32));
	return dropped;
}

static uint32_t find_active(const struct hv_host_gic *gic, uint32_t intid)
{
	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++)
		if ((lr_state(gic->reg.lr[i]) & ACTIVE) && lr_intid(gic->reg.lr[i]) == intid)
			return i;
	return NO_LR;
}

static void deactivate(struct hv_host_gic *gic, uint32_t i)
{
	uint64_t *lr = &gic->reg.lr[i];
	uint32_t pintid = (uint32_t)HV_FIELD(*lr, 44, 32);

	set_lr_state(lr, (enum lr_state)(lr_state(*lr) & PENDING));
	if (HV_FIELD(*lr, 61, 61) && pintid < INTID_END)
		gic->phys_active[pintid / 32] &= ~(1u << (pintid % 32));
}

/* The end of an interrupt that is active in no list register. The field wraps; LPIs have no active state to lose. */
static void count_eoi(struct hv_host_gic *gic, uint32_t intid)
{
	if (intid < INTID_LPI)
		gic->reg.hcr = (gic->reg.hcr & ~HCR_EOI_COUNT) | ((gic->reg.hcr + HCR_EOI_ONE) & HCR_EOI_COUNT);
}

static bool is_special(uint32_t intid)
{
	return intid >= INTID_END && intid <= INTID_SPURIOUS;
}

void hv_host_gic_eoir(struct hv_host_gic *gic, uint32_t group, uint32_t intid)
{
	uint32_t dropped, dropped_group = 0, i;
	uint64_t lr;

	intid &= 0xffffffu;
	if (is_special(intid))
		return;
	dropped = drop_priority(gic, &dropped_group);
	if (dropped == IDLE_PRIORITY)
		return;
	i = find_active(gic, intid);
	if (i == NO_LR) {
		count_eoi(gic, intid);
		return;
	}
	lr = gic->reg.lr[i];
	if (lr_group(lr) != group || dropped_group != group ||
	    (lr_priority(gic, lr) & group_mask(gic, group)) != dropped)
		return;
	if (!(gic->reg.vmcr & VMCR_EOIM) || intid >= INTID_LPI)
		deactivate(gic, i);
}

bool hv_host_gic_dir(struct hv_host_gic *gic, uint32_t intid)
{
	uint32_t i;

	if (gic->reg.hcr & HV_ICH_HCR_TDIR)
		return false;
	intid &= 0xffffffu;
	if (intid >= INTID_END || !(gic->reg.vmcr & VMCR_EOIM))
		return true;
	i = find_active(gic, intid);
	if (i == NO_LR)
		count_eoi(gic, intid);
	else
		deactivate(gic, i);
	return true;
}

uint32_t hv_host_gic_pmr(const struct hv_host_gic *gic)
{
	return vmcr_field(gic, 31, 24);
}

void hv_host_gic_set_pmr(struct hv_host_gic *gic, uint32_t value)
{
	set_vmcr_field(gic, 31, 24, implemented(gic, value));
}

uint32_t hv_host_gic_bpr(const struct hv_host_gic *gic, uint32_t group)
{
	uint32_t bpr0 = vmcr_field(gic, 23, 21);

	if (group == 0)
		return bpr0;
	if (gic->reg.vmcr & VMCR_CBPR)
		return bpr0 < 7 ? bpr0 + 1 : 7;
	return vmcr_field(gic, 20, 18);
}

void hv_host_gic_set_bpr(struct hv_host_gic *gic, uint32_t group, uint32_t value)
{
	value = clamp_bpr(gic, group, value & 7);
	if (group == 0)
		set_vmcr_field(gic, 23, 21, value);
	else if (!(gic->reg.vmcr & VMCR_CBPR))
		set_vmcr_field(gic, 20, 18, value);
}

uint32_t hv_host_gic_igrpen(const struct hv_host_gic *gic, uint32_t group)
{
	return gic->reg.vmcr & VMCR_ENG(group) ? 1 : 0;
}

void hv_host_gic_set_igrpen(struct hv_host_gic *gic, uint32_t group, uint32_t value)
{
	set_vmcr_field(gic, group, group, value & 1);
}

uint32_t hv_host_gic_ctlr(const struct hv_host_gic *gic)
{
	return vmcr_field(gic, 9, 9) << 1 | vmcr_field(gic, 4, 4);
}

void hv_host_gic_set_ctlr(struct hv_host_gic *gic, uint32_t value)
{
	set_vmcr_field(gic, 9, 9, value >> 1 & 1);
	set_vmcr_field(gic, 4, 4, value & 1);
}

static bool ended(uint64_t lr)
{
	return lr_state(lr) == INVALID && !HV_FIELD(lr, 61, 61) && HV_FIELD(lr, 41, 41);
}

uint32_t hv_host_gic_eisr(const struct hv_host_gic *gic)
{
	uint32_t eisr = 0;

	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++)
		if (ended(gic->reg.lr[i]))
			eisr |= 1u << i;
	return eisr;
}

uint32_t hv_host_gic_elrsr(const struct hv_host_gic *gic)
{
	uint32_t elrsr = 0;

	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++)
		if (lr_state(gic->reg.lr[i]) == INVALID && !ended(gic->reg.lr[i]))
			elrsr |= 1u << i;
	return elrsr;
}

static uint32_t count_in_state(const struct hv_host_gic *gic, bool pending_only)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < gic->reg.nr_lrs; i++)
		count += pending_only ? lr_state(gic->reg.lr[i]) == PENDING : lr_state(gic->reg.lr[i]) != INVALID;
	return count;
}

uint32_t hv_host_gic_misr(const struct hv_host_gic *gic)
{
	uint32_t hcr = gic->reg.hcr, vmcr = gic->reg.vmcr;
	uint32_t causes = HV_ICH_HCR_VGRP0EIE * !!(vmcr & VMCR_ENG(0)) | HV_ICH_HCR_VGRP0DIE * !(vmcr & VMCR_ENG(0)) |
			  HV_ICH_HCR_VGRP1EIE * !!(vmcr & VMCR_ENG(1)) | HV_ICH_HCR_VGRP1DIE * !(vmcr & VMCR_ENG(1));

	if (count_in_state(gic, false) <= 1)
		causes |= 0x2; /* U */
	if (hcr & HCR_EOI_COUNT)
		causes |= HV_ICH_HCR_LRENPIE;
	if (count_in_state(gic, true) == 0)
		causes |= HV_ICH_HCR_NPIE;
	/* The enables and the causes have the same bits, but for EOI, which bit 41 of each list register enables. */
	return (hcr & causes & 0xfe) | (hv_host_gic_eisr(gic) ? 1 : 0);
}

uint32_t hv_host_gic_signals(const struct hv_host_gic *gic)
{
	uint32_t i = signalled(gic);
	uint32_t signals = i == NO_LR ? 0 : 1u << lr_group(gic->reg.lr[i]);

	if ((gic->reg.hcr & HV_ICH_HCR_EN) && hv_host_gic_misr(gic))
		signals |= 4;
	return signals;
}
