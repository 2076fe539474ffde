/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * sysreg.c - trapped system registers and SYS operations. What the trap controls of traps.c catch is answered here; what
 * is not in the table is UNDEFINED for the guest (CTX-13).
 */
#include "run_priv.h"

enum action {
	DO_UNDEF,
	DO_RAZ_WI,
	DO_RAZ, /* read-only, zero */
	DO_ID,  /* ID register of the view */
	DO_REVIDR,
	DO_CTR,
	DO_ACTLR,
	DO_SRE, /* ICC_SRE_EL1 */
	DO_SGI,
	DO_DIR, /* ICC_DIR_EL1, trapped by ICH_HCR_EL2.TDIR */
	DO_MDSCR,
	DO_OSLAR,
	DO_OSLSR,
	DO_BREAKPOINT, /* DBGBVR, DBGBCR */
	DO_WATCHPOINT,
	DO_CNTPCT,
	DO_CNTVCT,
	DO_CNTP,
	DO_SET_WAY,
	DO_TVM /* stage-1 controls, trapped while set/way operations are watched */
};

struct rule {
	uint16_t first, last; /* keys, inclusive */
	uint8_t action;
};

#define REG(op0, op1, crn, crm, op2) ((uint16_t)HV_SYSREG(op0, op1, crn, crm, op2))
#define ONE(op0, op1, crn, crm, op2, what)                                                                             \
	{                                                                                                              \
		REG(op0, op1, crn, crm, op2), REG(op0, op1, crn, crm, op2), what                                       \
	}
#define OP2S(op0, op1, crn, crm, from, to, what)                                                                       \
	{                                                                                                              \
		REG(op0, op1, crn, crm, from), REG(op0, op1, crn, crm, to), what                                       \
	}

/* Sorted by key: op0, op1, CRn, CRm, op2. */
static const struct rule rules[] = {
	ONE(1, 0, 7, 6, 2, DO_SET_WAY),  /* DC ISW */
	ONE(1, 0, 7, 10, 2, DO_SET_WAY), /* DC CSW */
	ONE(1, 0, 7, 14, 2, DO_SET_WAY), /* DC CISW */
	/* op0 2: debug. DBGBVR<m>, BCR, WVR, WCR are op2 4..7 of CRm m and are picked out before the table. */
	ONE(2, 0, 0, 0, 2, DO_RAZ_WI), /* OSDTRRX_EL1 */
	ONE(2, 0, 0, 2, 0, DO_RAZ_WI), /* MDCCINT_EL1 */
	ONE(2, 0, 0, 2, 2, DO_MDSCR),
	ONE(2, 0, 0, 3, 2, DO_RAZ_WI), /* OSDTRTX_EL1 */
	ONE(2, 0, 0, 6, 2, DO_RAZ_WI), /* OSECCR_EL1 */
	ONE(2, 0, 1, 0, 0, DO_RAZ),    /* MDRAR_EL1 */
	ONE(2, 0, 1, 0, 4, DO_OSLAR),
	ONE(2, 0, 1, 1, 4, DO_OSLSR),
	ONE(2, 0, 1, 3, 4, DO_RAZ_WI), /* OSDLR_EL1 */
	ONE(2, 0, 1, 4, 4, DO_RAZ_WI), /* DBGPRCR_EL1 */
	ONE(2, 0, 7, 8, 6, DO_RAZ_WI), /* DBGCLAIMSET_EL1 */
	ONE(2, 0, 7, 9, 6, DO_RAZ_WI), /* DBGCLAIMCLR_EL1 */
	ONE(2, 0, 7, 14, 6, DO_RAZ),   /* DBGAUTHSTATUS_EL1 */
	ONE(2, 3, 0, 1, 0, DO_RAZ),    /* MDCCSR_EL0 */
	ONE(2, 3, 0, 4, 0, DO_RAZ_WI), /* DBGDTR_EL0 */
	ONE(2, 3, 0, 5, 0, DO_RAZ_WI), /* DBGDTRRX_EL0, DBGDTRTX_EL0 */
	ONE(3, 0, 0, 0, 6, DO_REVIDR),
	{ REG(3, 0, 0, 1, 0), REG(3, 0, 0, 7, 7), DO_ID },
	ONE(3, 0, 1, 0, 0, DO_TVM), /* SCTLR_EL1 */
	ONE(3, 0, 1, 0, 1, DO_ACTLR),
	OP2S(3, 0, 2, 0, 0, 2, DO_TVM), /* TTBR0_EL1, TTBR1_EL1, TCR_EL1 */
	OP2S(3, 0, 5, 1, 0, 1, DO_TVM), /* AFSR0_EL1, AFSR1_EL1 */
	ONE(3, 0, 5, 2, 0, DO_TVM),     /* ESR_EL1 */
	ONE(3, 0, 6, 0, 0, DO_TVM),     /* FAR_EL1 */
	ONE(3, 0, 10, 2, 0, DO_TVM),    /* MAIR_EL1 */
	ONE(3, 0, 10, 3, 0, DO_TVM),    /* AMAIR_EL1 */
	ONE(3, 0, 12, 11, 1, DO_DIR),
	OP2S(3, 0, 12, 11, 5, 7, DO_SGI), /* ICC_SGI1R, ICC_ASGI1R, ICC_SGI0R */
	ONE(3, 0, 12, 12, 5, DO_SRE),
	ONE(3, 0, 13, 0, 1, DO_TVM), /* CONTEXTIDR_EL1 */
	ONE(3, 3, 0, 0, 1, DO_CTR),
	ONE(3, 3, 14, 0, 1, DO_CNTPCT),
	ONE(3, 3, 14, 0, 2, DO_CNTVCT),
	ONE(3, 3, 14, 0, 5, DO_CNTPCT), /* CNTPCTSS_EL0 */
	ONE(3, 3, 14, 0, 6, DO_CNTVCT), /* CNTVCTSS_EL0 */
	OP2S(3, 3, 14, 2, 0, 2, DO_CNTP),
};

#define KEY_CNTPCT    HV_SYSREG(3, 3, 14, 0, 1)
#define KEY_CNTVCT    HV_SYSREG(3, 3, 14, 0, 2)
#define KEY_CNTP_TVAL HV_SYSREG(3, 3, 14, 2, 0)
#define KEY_CNTP_CTL  HV_SYSREG(3, 3, 14, 2, 1)
#define KEY_CNTP_CVAL HV_SYSREG(3, 3, 14, 2, 2)
#define KEY_SGI1R     HV_SYSREG(3, 0, 12, 11, 5)
#define KEY_ASGI1R    HV_SYSREG(3, 0, 12, 11, 6)

/* Breakpoint and watchpoint registers: op0 2, op1 0, CRn 0, op2 4..7. */
static enum action debug_action(uint32_t key)
{
	return HV_SYSREG_OP2(key) < 6 ? DO_BREAKPOINT : DO_WATCHPOINT;
}

static enum action find_action(uint32_t key)
{
	uint32_t low = 0, high = HV_ARRAY_SIZE(rules);

	if ((key & ~HV_SYSREG(0, 0, 0, 15, 3)) == HV_SYSREG(2, 0, 0, 0, 4))
		return debug_action(key);
	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (key > rules[mid].last)
			low = mid + 1;
		else if (key < rules[mid].first)
			high = mid;
		else
			return (enum action)rules[mid].action;
	}
	return DO_UNDEF;
}

/* One access: what the handlers below read and change. */
struct access {
	uint32_t key;
	bool is_read;
	uint64_t value; /* in for writes, out for reads */
	uint64_t now;
};

/* ---- timers -------------------------------------------------------------------------------------------------------- */

#define CNTKCTL_EL0PCTEN HV_BIT(0)
#define CNTKCTL_EL0VCTEN HV_BIT(1)
#define CNTKCTL_EL0PTEN  HV_BIT(9)

static bool access_cntp(struct hv_vcpu *vcpu, struct access *a)
{
	struct hv_timer *timer = &vcpu->ptimer;

	switch (a->key) {
	case KEY_CNTP_TVAL:
		if (a->is_read)
			a->value = hv_timer_tval(timer, a->now);
		else
			hv_timer_set_tval(timer, a->now, (uint32_t)a->value);
		break;
	case KEY_CNTP_CTL:
		if (a->is_read)
			a->value = hv_timer_ctl(timer, a->now);
		else
			hv_timer_set_ctl(timer, (uint32_t)a->value);
		break;
	default:
		if (a->is_read)
			a->value = timer->cval;
		else
			timer->cval = a->value;
		break;
	}
	return true;
}

/* EL0 reaches a timer register only where CNTKCTL_EL1 lets it (ESR-36). */
static bool el0_denied(const struct hv_vcpu *vcpu, const struct hv_exit *exit, enum action action)
{
	uint64_t enable;

	if (!(exit->flags & HV_EXIT_FLAG_EL0))
		return false;
	if (action == DO_CNTPCT)
		enable = CNTKCTL_EL0PCTEN;
	else if (action == DO_CNTVCT)
		enable = CNTKCTL_EL0VCTEN;
	else if (action == DO_CNTP)
		enable = CNTKCTL_EL0PTEN;
	else
		return false;
	return !(hv_el1_get(&vcpu->el1, HV_EL1_CNTKCTL) & enable);
}

/* ---- debug --------------------------------------------------------------------------------------------------------- */

#define MDSCR_SS   HV_BIT(0)
#define MDSCR_TDCC HV_BIT(12)
#define MDSCR_KDE  HV_BIT(13)

/* The guest may step itself; breakpoints and watchpoints are not its own, so the hardware never sees MDE. */
static bool access_mdscr(struct hv_vcpu *vcpu, struct access *a)
{
	if (a->is_read) {
		a->value = vcpu->mdscr;
	} else {
		vcpu->mdscr = a->value & HV_MASK(31, 0);
		hv_el1_set(&vcpu->el1, HV_EL1_MDSCR, a->value & (MDSCR_SS | MDSCR_TDCC | MDSCR_KDE));
	}
	return true;
}

static bool access_oslar(struct hv_vcpu *vcpu, const struct access *a)
{
	if (a->is_read)
		return false;
	vcpu->oslk = a->value & 1;
	return true;
}

static bool access_oslsr(const struct hv_vcpu *vcpu, struct access *a)
{
	if (!a->is_read)
		return false;
	a->value = HV_OSLSR_OSLM | (vcpu->oslk ? HV_OSLSR_OSLK : 0);
	return true;
}

/* Register m of a set of which ID_AA64DFR0_EL1 at bit @lsb shows n - 1: there, and without effect. */
static bool access_numbered(const struct hv_vcpu *vcpu, const struct access *a, uint32_t lsb)
{
	return HV_SYSREG_CRM(a->key) <= ((vcpu->vm->idregs.id[HV_ID_AA64DFR0] >> lsb) & 0xf);
}

/* ---- the rest ------------------------------------------------------------------------------------------------------ */

static bool access_id(const struct hv_vcpu *vcpu, struct access *a)
{
	if (!a->is_read)
		return false;
	a->value = vcpu->vm->idregs.id[hv_nospec(HV_IDREG(HV_SYSREG_CRM(a->key), HV_SYSREG_OP2(a->key)), HV_IDREG_NR)];
	return true;
}

static bool read_only(struct access *a, uint64_t value)
{
	a->value = value;
	return a->is_read;
}

static bool read_write_ignored(struct access *a, uint64_t value)
{
	a->value = value;
	return true;
}

static bool access_sgi(struct hv_vcpu *vcpu, const struct access *a, struct hv_next *next)
{
	enum hv_vgic_sgi reg = HV_VGIC_SGI0R;

	if (a->is_read)
		return false;
	if (a->key == KEY_SGI1R)
		reg = HV_VGIC_SGI1R;
	else if (a->key == KEY_ASGI1R)
		reg = HV_VGIC_ASGI1R;
	hv_vgic_send_sgi(&vcpu->vm->vgic, vcpu->index, reg, a->value, &next->kick);
	return true;
}

/* Where another vCPU holds the interrupt, the instruction runs again once that one has folded. */
static bool access_dir(struct hv_vcpu *vcpu, const struct access *a, struct hv_next *next)
{
	if (a->is_read)
		return false;
	if (hv_vgic_dir(&vcpu->vm->vgic, vcpu->index, &vcpu->ich, a->value, &next->kick, &next->deactivate) != HV_OK)
		next->kind = HV_NEXT_SYNC;
	return true;
}

static enum hv_el1_reg tvm_register(uint32_t key)
{
	switch (key) {
	case HV_SYSREG(3, 0, 1, 0, 0):
		return HV_EL1_SCTLR;
	case HV_SYSREG(3, 0, 2, 0, 0):
		return HV_EL1_TTBR0;
	case HV_SYSREG(3, 0, 2, 0, 1):
		return HV_EL1_TTBR1;
	case HV_SYSREG(3, 0, 2, 0, 2):
		return HV_EL1_TCR;
	case HV_SYSREG(3, 0, 5, 1, 0):
		return HV_EL1_AFSR0;
	case HV_SYSREG(3, 0, 5, 1, 1):
		return HV_EL1_AFSR1;
	case HV_SYSREG(3, 0, 5, 2, 0):
		return HV_EL1_ESR;
	case HV_SYSREG(3, 0, 6, 0, 0):
		return HV_EL1_FAR;
	case HV_SYSREG(3, 0, 10, 2, 0):
		return HV_EL1_MAIR;
	case HV_SYSREG(3, 0, 10, 3, 0):
		return HV_EL1_AMAIR;
	default:
		return HV_EL1_CONTEXTIDR;
	}
}

#define SCTLR_CACHES (HV_BIT(0) | HV_BIT(2)) /* M and C: the guest's data accesses are cached */

static bool caches_on(const struct hv_vcpu *vcpu)
{
	return (hv_el1_get(&vcpu->el1, HV_EL1_SCTLR) & SCTLR_CACHES) == SCTLR_CACHES;
}

/*
 * Set/way operations act on one CPU's caches and cannot be virtualized as such: the first one cleans the guest's memory,
 * and its stage-1 controls are watched until the caches are on, when it is cleaned once more. With FWB the guest cannot
 * make its memory non-cacheable, so there is nothing to clean.
 */
static bool access_set_way(struct hv_vcpu *vcpu, const struct access *a, struct hv_next *next)
{
	if (a->is_read)
		return false;
	if (!vcpu->vm->s2->geo.fwb && !(vcpu->hcr & HV_HCR_TVM)) {
		next->flush = true;
		vcpu->hcr |= HV_HCR_TVM;
	}
	return true;
}

static bool access_tvm(struct hv_vcpu *vcpu, struct access *a, struct hv_next *next)
{
	enum hv_el1_reg reg = tvm_register(a->key);
	bool were_on = caches_on(vcpu);

	if (a->is_read) {
		a->value = hv_el1_get(&vcpu->el1, reg);
		return true;
	}
	hv_el1_set(&vcpu->el1, reg, a->value);
	if (caches_on(vcpu) != were_on)
		next->flush = true;
	if (caches_on(vcpu))
		vcpu->hcr &= ~HV_HCR_TVM;
	return true;
}

/* Perform the access. Return: false when it is UNDEFINED. */
static bool perform_debug(struct hv_vcpu *vcpu, enum action action, struct access *a)
{
	switch ((int)action) {
	case DO_MDSCR:
		return access_mdscr(vcpu, a);
	case DO_OSLAR:
		return access_oslar(vcpu, a);
	case DO_OSLSR:
		return access_oslsr(vcpu, a);
	case DO_BREAKPOINT:
		return access_numbered(vcpu, a, 12);
	case DO_WATCHPOINT:
		return access_numbered(vcpu, a, 20);
	default:
		return false;
	}
}

static bool perform(struct hv_vcpu *vcpu, enum action action, struct access *a, struct hv_next *next)
{
	switch ((int)action) {
	case DO_RAZ_WI:
		return true;
	case DO_RAZ:
		return a->is_read;
	case DO_ID:
		return access_id(vcpu, a);
	case DO_REVIDR:
		return read_only(a, vcpu->vm->idregs.revidr);
	case DO_CTR:
		return read_only(a, vcpu->vm->idregs.ctr);
	case DO_ACTLR:
		return read_write_ignored(a, hv_el1_get(&vcpu->el1, HV_EL1_ACTLR));
	case DO_SRE:
		return read_write_ignored(a, 7);
	case DO_SGI:
		return access_sgi(vcpu, a, next);
	case DO_DIR:
		return access_dir(vcpu, a, next);
	case DO_CNTPCT:
	case DO_CNTVCT:
		return read_only(a, a->now);
	case DO_CNTP:
		return access_cntp(vcpu, a);
	case DO_SET_WAY:
		return access_set_way(vcpu, a, next);
	case DO_TVM:
		return access_tvm(vcpu, a, next);
	default:
		return perform_debug(vcpu, action, a);
	}
}

static bool is_pair(const struct hv_exit *exit)
{
	return exit->kind == HV_EXIT_CP && (exit->sysreg & HV_CPREG_64);
}

/* What the guest writes: Rt, or Rt2:Rt of an AArch32 MCRR. */
static uint64_t operand(const struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	uint64_t value = hv_reg_get_(vcpu, exit->srt);

	if (is_pair(exit))
		value = (value & HV_MASK(31, 0)) | hv_reg_get_(vcpu, exit->rt2) << 32;
	return value;
}

static void write_back(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t value)
{
	if (exit->kind == HV_EXIT_CP) {
		if (is_pair(exit))
			hv_reg_set_(vcpu, exit->rt2, value >> 32);
		value &= HV_MASK(31, 0);
	}
	hv_reg_set_(vcpu, exit->srt, value);
}

static void handle_access(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct access *a, struct hv_next *next)
{
	enum action action = find_action(a->key);

	if (el0_denied(vcpu, exit, action)) {
		/* What EL1 would have seen had its own control trapped: the same class and ISS. */
		hv_inject_sync_(vcpu, exit->esr & HV_MASK(31, 0));
		return;
	}
	if (!perform(vcpu, action, a, next)) {
		hv_vcpu_inject_undef(vcpu, exit);
		return;
	}
	if (next->kind == HV_NEXT_SYNC)
		return;
	if (a->is_read)
		write_back(vcpu, exit, a->value);
	hv_advance_(vcpu, exit->pc_step);
	if (action == DO_CNTP)
		hv_vcpu_sample_timers_(vcpu, a->now, &next->kick);
}

/*
 * The AArch32 names EL0 has for registers of the table: the generic timer, coprocessor 15, CRn or (for 64-bit transfers)
 * CRm 14. Everything else that traps from AArch32 is UNDEFINED: key 0 names nothing.
 */
static uint32_t sysreg_of_cp(uint32_t cpreg)
{
	switch (cpreg) {
	case HV_CPREG_64 | HV_CPREG(15, 0, 0, 14, 0):
		return KEY_CNTPCT;
	case HV_CPREG_64 | HV_CPREG(15, 1, 0, 14, 0):
		return KEY_CNTVCT;
	case HV_CPREG_64 | HV_CPREG(15, 2, 0, 14, 0):
		return KEY_CNTP_CVAL;
	case HV_CPREG(15, 0, 14, 2, 0):
		return KEY_CNTP_TVAL;
	case HV_CPREG(15, 0, 14, 2, 1):
		return KEY_CNTP_CTL;
	default:
		return 0;
	}
}

void hv_sysreg_handle_(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next)
{
	struct access a;

	a.key = exit->kind == HV_EXIT_SYSREG ? exit->sysreg : sysreg_of_cp(exit->sysreg);
	a.is_read = exit->flags & HV_EXIT_FLAG_READ;
	a.value = a.is_read ? 0 : operand(vcpu, exit);
	a.now = now;
	handle_access(vcpu, exit, &a, next);
}
