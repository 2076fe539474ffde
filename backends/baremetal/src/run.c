/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * run.c - a vCPU on this CPU: load, enter and leave, put.
 *
 * What an exit costs decides how fast a guest is, so an exit moves only what is in use: list registers that hold something, VMCR when
 * the core may look at it. EL1, FP and the virtual timer stay where they are between load and put.
 */
#include "cpu.h"
#include "regs.h"

#include <hv/vm.h>

#define ICH_HCR_EL2  S3_4_C12_C11_0
#define ICH_VMCR_EL2 S3_4_C12_C11_7
#define ICC_SRE_EL1  S3_0_C12_C12_5

#define HCR_VSE HV_BIT(8)
/* F(n, register) for each list register. */
/* clang-format off */
#define LIST_REGISTERS(F)                                               \
	F(0, S3_4_C12_C12_0)  F(1, S3_4_C12_C12_1)  F(2, S3_4_C12_C12_2)  \
	F(3, S3_4_C12_C12_3)  F(4, S3_4_C12_C12_4)  F(5, S3_4_C12_C12_5)  \
	F(6, S3_4_C12_C12_6)  F(7, S3_4_C12_C12_7)  F(8, S3_4_C12_C13_0)  \
	F(9, S3_4_C12_C13_1)  F(10, S3_4_C12_C13_2) F(11, S3_4_C12_C13_3) \
	F(12, S3_4_C12_C13_4) F(13, S3_4_C12_C13_5) F(14, S3_4_C12_C13_6) \
	F(15, S3_4_C12_C13_7)
/* clang-format on */

static void lr_write(uint32_t n, uint64_t value)
{
	switch (n) {
#define CASE(index, reg)                                                                                               \
	case index:                                                                                                    \
		bm_write(reg, value);                                                                                  \
		break;
		LIST_REGISTERS(CASE)
#undef CASE
	default:
		break;
	}
}

static uint64_t lr_read(uint32_t n)
{
	switch (n) {
#define CASE(index, reg)                                                                                               \
	case index:                                                                                                    \
		return bm_read(reg);
		LIST_REGISTERS(CASE)
#undef CASE
	default:
		return 0;
	}
}

static void apr_write(uint32_t nr, const uint32_t *ap0r, const uint32_t *ap1r)
{
	bm_write(S3_4_C12_C8_0, ap0r[0]);
	bm_write(S3_4_C12_C9_0, ap1r[0]);
	if (nr > 1) {
		bm_write(S3_4_C12_C8_1, ap0r[1]);
		bm_write(S3_4_C12_C9_1, ap1r[1]);
	}
	if (nr > 2) {
		bm_write(S3_4_C12_C8_2, ap0r[2]);
		bm_write(S3_4_C12_C8_3, ap0r[3]);
		bm_write(S3_4_C12_C9_2, ap1r[2]);
		bm_write(S3_4_C12_C9_3, ap1r[3]);
	}
}

static void apr_read(uint32_t nr, uint32_t *ap0r, uint32_t *ap1r)
{
	ap0r[0] = (uint32_t)bm_read(S3_4_C12_C8_0);
	ap1r[0] = (uint32_t)bm_read(S3_4_C12_C9_0);
	if (nr > 1) {
		ap0r[1] = (uint32_t)bm_read(S3_4_C12_C8_1);
		ap1r[1] = (uint32_t)bm_read(S3_4_C12_C9_1);
	}
	if (nr > 2) {
		ap0r[2] = (uint32_t)bm_read(S3_4_C12_C8_2);
		ap0r[3] = (uint32_t)bm_read(S3_4_C12_C8_3);
		ap1r[2] = (uint32_t)bm_read(S3_4_C12_C9_2);
		ap1r[3] = (uint32_t)bm_read(S3_4_C12_C9_3);
	}
}

/* List registers not in @ich->used are cleared once if something was left in them (GIC-28). */
static void ich_enter(struct bm_cpu *cpu, const struct hv_ich *ich)
{
	uint32_t todo = cpu->lrs_loaded | ich->used, used = ich->used;

	if (cpu->ich_reload) {
		bm_write(ICH_VMCR_EL2, ich->vmcr);
		apr_write(cpu->nr_aprs, ich->ap0r, ich->ap1r);
		cpu->ich_reload = false;
	}
	for (; todo != 0; todo &= todo - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(todo);

		lr_write(n, used & (1u << n) ? ich->lr[n] : 0);
	}
	cpu->lrs_loaded = used;
	if (cpu->ich_hcr != ich->hcr) {
		bm_write(ICH_HCR_EL2, ich->hcr);
		cpu->ich_hcr = ich->hcr;
	}
}

#define EC_WFX   0x01u
#define EC_HVC64 0x16u
#define EC_SMC64 0x17u
#define EC_IABT  0x20u
#define EC_DABT  0x24u

static uint32_t ec_of(uint64_t esr)
{
	return (uint32_t)HV_FIELD(esr, 31, 26);
}

/* What is live in the CPU while the vCPU is loaded, beside the list registers. */
static void read_interface(const struct bm_cpu *cpu, struct hv_ich *ich)
{
	ich->vmcr = (uint32_t)bm_read(ICH_VMCR_EL2);
	apr_read(cpu->nr_aprs, ich->ap0r, ich->ap1r);
}

/* Exits after which the vCPU may wait: then the core asks for interrupts and timers that only the CPU knows. */
static bool may_wait(const struct hv_exit_raw *raw)
{
	uint32_t ec = ec_of(raw->esr);

	return raw->vector == HV_VECTOR_SYNC && (ec == EC_WFX || ec == EC_HVC64 || ec == EC_SMC64);
}

/* Without a list register and with nothing but En there is nothing to read. Switching ICH_HCR off silences the maintenance interrupt. */
static void ich_exit(struct bm_cpu *cpu, struct hv_ich *ich)
{
	uint32_t used = ich->used;

	if (!used && cpu->ich_hcr == HV_ICH_HCR_EN)
		return;
	bm_isb();
	ich->vmcr = (uint32_t)bm_read(ICH_VMCR_EL2);
	ich->hcr = (uint32_t)bm_read(ICH_HCR_EL2);
	bm_write(ICH_HCR_EL2, 0);
	cpu->ich_hcr = 0;
	for (; used != 0; used &= used - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		ich->lr[n] = lr_read(n);
	}
}

/*
 * HPFAR_EL2 holds no address for a permission fault outside a stage-1 walk, and on CPUs with erratum 834220 for no fault outside
 * one. Then the guest's own stage 1 is asked, while its registers are still loaded; its PAR_EL1 is not to notice.
 */
static bool hpfar_useless(uint64_t esr, uint32_t errata)
{
	if (esr & HV_BIT(7)) /* S1PTW */
		return false;
	return (errata & HV_BM_ERRATUM_834220) || HV_FIELD(esr, 5, 2) == 3;
}

static void resolve_by_at(struct hv_exit_raw *raw)
{
	uint64_t par = bm_read(par_el1);

	if (HV_FIELD(raw->spsr, 3, 2) == 0)
		__asm__ volatile("at s1e0r, %0" : : "r"(raw->far) : "memory");
	else
		__asm__ volatile("at s1e1r, %0" : : "r"(raw->far) : "memory");
	bm_isb();
	raw->par = bm_read(par_el1);
	raw->valid |= HV_RAW_PAR;
	bm_write(par_el1, par);
}

static void capture(const struct bm_cpu *cpu, const struct hv_regs *regs, uint32_t vector, struct hv_exit_raw *raw)
{
	uint32_t ec;

	raw->vector = (enum hv_vector)vector;
	raw->valid = 0;
	raw->elr = regs->pc;
	raw->spsr = regs->pstate;
	raw->esr = 0;
	if (vector == HV_VECTOR_IRQ || vector == HV_VECTOR_FIQ)
		return;
	raw->esr = bm_read(esr_el2);
	raw->far = bm_read(far_el2);
	ec = ec_of(raw->esr);
	if (vector != HV_VECTOR_SYNC || (ec != EC_DABT && ec != EC_IABT))
		return;
	raw->hpfar = bm_read(hpfar_el2);
	raw->valid = HV_RAW_HPFAR;
	if (hpfar_useless(raw->esr, cpu->errata))
		resolve_by_at(raw);
}

static void write_hcr(struct bm_cpu *cpu, uint64_t hcr)
{
	if (cpu->hcr == hcr)
		return;
	bm_write(hcr_el2, hcr);
	bm_isb();
	cpu->hcr = hcr;
}

/*
 * An error of the guest that is still on its way must not be taken as ours later. With RAS, ESB makes it known in DISR_EL1; without, barriers
 * do, and it is let in through a window. It goes back to the guest as a virtual SError, whatever the exit was about (ESR-18, CTX-12).
 */
static void sync_serror(struct bm_cpu *cpu, struct hv_vcpu *vcpu)
{
	bool pending;

	if (cpu->has_ras) {
		__asm__ volatile("hint #16" : : : "memory"); /* ESB */
		pending = bm_read(DISR_EL1) & HV_BIT(31);
		if (pending)
			bm_write(DISR_EL1, 0);
	} else {
		bm_dsb(sy);
		bm_isb();
		pending = bm_read(isr_el1) & HV_BIT(8);
		if (pending)
			bm_serror_window(cpu);
	}
	if (pending) {
		vcpu->hcr |= HCR_VSE;
		write_hcr(cpu, vcpu->hcr);
	}
}

static void timer_until(struct bm_cpu *cpu, uint64_t deadline)
{
	if (deadline == cpu->hp_deadline)
		return;
	cpu->hp_deadline = deadline;
	if (deadline == HV_TIMER_NEVER) {
		bm_write(cnthp_ctl_el2, 0);
		return;
	}
	bm_write(cnthp_cval_el2, deadline);
	bm_write(cnthp_ctl_el2, 1);
}

/* Hardware clears VSE when the guest takes the SError. */
static void read_back_vse(struct bm_cpu *cpu, struct hv_vcpu *vcpu)
{
	cpu->hcr = bm_read(hcr_el2);
	vcpu->hcr = (vcpu->hcr & ~HCR_VSE) | (cpu->hcr & HCR_VSE);
}

static void load_timer(const struct hv_timer *timer)
{
	bm_write(cntv_ctl_el0, 0);
	bm_write(cntv_cval_el0, timer->cval);
	bm_write(cntv_ctl_el0, timer->ctl);
}

static void read_timer(struct hv_timer *timer)
{
	timer->ctl = (uint32_t)bm_read(cntv_ctl_el0) & (HV_TIMER_CTL_ENABLE | HV_TIMER_CTL_IMASK);
	timer->cval = bm_read(cntv_cval_el0);
}

/*
 * Just switched on: nothing of a former life stays in what the core does not reset. A timer interrupt that this life's guest will
 * never deactivate would keep the timer silent.
 */
static void start_fresh(struct bm_cpu *cpu, struct hv_vcpu *vcpu)
{
	load_timer(&vcpu->vtimer);
	hv_bm_ppi_done(cpu->index, HV_BM_IRQ_VTIMER);
	hv_bm_fp_reset();
	cpu->ich_reload = true;
	vcpu->fresh = false;
}

void hv_bm_enter(struct hv_vcpu *vcpu, uint64_t deadline, struct hv_exit_raw *raw)
{
	struct bm_cpu *cpu = bm_this_cpu();
	uint32_t vector;

	timer_until(cpu, deadline);
	if (!cpu->inside) {
		if (vcpu->fresh)
			start_fresh(cpu, vcpu);
		write_hcr(cpu, vcpu->hcr);
		if (cpu->nr_lrs)
			ich_enter(cpu, &vcpu->ich);
		cpu->inside = true;
	}
	vector = bm_guest_enter(&vcpu->regs);
	capture(cpu, &vcpu->regs, vector, raw);
	if (cpu->hcr & HCR_VSE)
		read_back_vse(cpu, vcpu);
	sync_serror(cpu, vcpu);
}

void hv_bm_leave(struct hv_vcpu *vcpu, const struct hv_exit_raw *raw)
{
	struct bm_cpu *cpu = bm_this_cpu();

	cpu->inside = false;
	if (cpu->nr_lrs)
		ich_exit(cpu, &vcpu->ich);
	if (may_wait(raw)) {
		if (cpu->nr_lrs)
			read_interface(cpu, &vcpu->ich);
		read_timer(&vcpu->vtimer);
	} else if (hv_vcpu_wants_vtimer(vcpu)) {
		read_timer(&vcpu->vtimer);
	}
}

/* ESR_EL2: a data abort from a lower level with ISV and IL, translation fault, none of SSE, CM, S1PTW. */
#define PLAIN_MASK  (HV_MASK(31, 26) | HV_BIT(25) | HV_BIT(24) | HV_BIT(21) | HV_BIT(8) | HV_BIT(7) | HV_MASK(5, 2))
#define PLAIN_VALUE (HV_PREP(EC_DABT, 31, 26) | HV_BIT(25) | HV_BIT(24) | HV_PREP(1, 5, 2))

/* SPSR_EL2: AArch64 EL1, nothing in SS and BTYPE that an emulated instruction would have to clear. */
#define SPSR_MASK  (HV_BIT(21) | HV_MASK(11, 10) | HV_MASK(4, 2))
#define SPSR_VALUE HV_PREP(1, 3, 2)

#define SCTLR_EE HV_BIT(25)
#define PAR_F    HV_BIT(0)

bool hv_bm_plain_access(const struct hv_vcpu *vcpu, const struct hv_exit_raw *raw, struct hv_bm_access *access)
{
	uint64_t page = (raw->hpfar & HV_MASK(47, 4)) << 8;

	if (raw->vector != HV_VECTOR_SYNC || (raw->esr & PLAIN_MASK) != PLAIN_VALUE ||
	    (raw->spsr & SPSR_MASK) != SPSR_VALUE || (hv_el1_get(&vcpu->el1, HV_EL1_SCTLR) & SCTLR_EE))
		return false;
	if (raw->valid & HV_RAW_PAR) {
		if (raw->par & PAR_F)
			return false;
		page = raw->par & HV_MASK(51, 12);
	}
	access->ipa = page | (raw->far & HV_MASK(11, 0));
	access->bytes = (uint8_t)(1u << HV_FIELD(raw->esr, 23, 22));
	access->srt = (uint8_t)HV_FIELD(raw->esr, 20, 16);
	access->is_write = raw->esr & HV_BIT(6);
	return true;
}

/* WFI ends when an interrupt is pending, masked or not. */
void hv_bm_wait(uint64_t deadline)
{
	struct bm_cpu *cpu = bm_this_cpu();

	timer_until(cpu, deadline);
	bm_dsb(sy);
	if (deadline > hv_bm_now())
		bm_wfi();
}

static void load_el1(const struct hv_el1 *el1)
{
#define LOAD(name, sysreg) bm_write(sysreg, el1->reg[HV_EL1_##name]);
	HV_BM_EL1_REGS(LOAD)
#undef LOAD
}

static void save_el1(struct hv_el1 *el1)
{
#define SAVE(name, sysreg) el1->reg[HV_EL1_##name] = bm_read(sysreg);
	HV_BM_EL1_REGS(SAVE)
#undef SAVE
}

static void load_traps(const struct hv_traps *traps)
{
	/* FP and SIMD are the guest's as long as it is loaded: this CPU has no other user of them. */
	bm_write(cptr_el2, traps->cptr & ~HV_CPTR_TFP);
	bm_write(mdcr_el2, traps->mdcr);
	bm_write(cnthctl_el2, traps->cnthctl);
	bm_write(hstr_el2, traps->hstr);
	bm_write(vpidr_el2, traps->vpidr);
	if (traps->have & HV_TRAPS_HCRX)
		bm_write(HCRX_EL2, traps->hcrx);
	if (traps->have & HV_TRAPS_FGT) {
		bm_write(HFGRTR_EL2, traps->hfgrtr);
		bm_write(HFGWTR_EL2, traps->hfgwtr);
		bm_write(HFGITR_EL2, traps->hfgitr);
		bm_write(HDFGRTR_EL2, traps->hdfgrtr);
		bm_write(HDFGWTR_EL2, traps->hdfgwtr);
	}
	if (traps->have & HV_TRAPS_FGT_AMU)
		bm_write(HAFGRTR_EL2, traps->hafgrtr);
	if (traps->have & HV_TRAPS_MPAM)
		bm_write(MPAM2_EL2, traps->mpam2);
}

/*
 * Stage-1 walks of EL1 stay closed until VTTBR belongs to the vCPU, stage 2 is on and the guest's tables are in: TCR last, after an ISB
 * (TLB-13). VTCR and VTTBR before HCR.VM.
 */
void hv_bm_load(struct hv_vcpu *vcpu)
{
	struct bm_cpu *cpu = bm_this_cpu();
	struct hv_el1 closed = vcpu->el1;

	hv_vcpu_load(vcpu, cpu->index, cpu->nr_lrs ? cpu->nr_lrs : 1);
	cpu->vcpu = vcpu;
	bm_write(vtcr_el2, hv_s2_vtcr(vcpu->vm->s2));
	bm_write(vttbr_el2, hv_s2_vttbr(vcpu->vm->s2));
	bm_write(vmpidr_el2, vcpu->mpidr);
	bm_isb();
	load_traps(&vcpu->vm->traps);
	closed.reg[HV_EL1_TCR] |= TCR_EPD;
	closed.reg[HV_EL1_SCTLR] &= ~HV_U64(1);
	load_el1(&closed);
	write_hcr(cpu, vcpu->hcr);
	bm_isb();
	bm_write(tcr_el1, vcpu->el1.reg[HV_EL1_TCR]);
	bm_write(sctlr_el1, vcpu->el1.reg[HV_EL1_SCTLR]);
	if (cpu->nr_lrs)
		bm_write(ICC_SRE_EL1, 7);
	load_timer(&vcpu->vtimer);
	cpu->ich_reload = true;
	cpu->inside = false;
}

void hv_bm_put(struct hv_vcpu *vcpu)
{
	struct bm_cpu *cpu = bm_this_cpu();

	save_el1(&vcpu->el1);
	if (!vcpu->fresh)
		read_timer(&vcpu->vtimer);
	bm_write(cntv_ctl_el0, 0);
	if (cpu->nr_lrs && !cpu->ich_reload)
		read_interface(cpu, &vcpu->ich);
	bm_write(tcr_el1, vcpu->el1.reg[HV_EL1_TCR] | TCR_EPD);
	bm_isb();
	bm_write(sctlr_el1, SCTLR_EL1_RESET);
	bm_write(vttbr_el2, 0);
	write_hcr(cpu, HCR_HOST);
	cpu->vcpu = NULL;
	hv_vcpu_put(vcpu);
}

void hv_bm_kick_set(struct hv_vm *vm, uint32_t req, struct hv_vcpu_set *set)
{
	int32_t i;

	if (hv_vcpu_set_empty(set))
		return;
	hv_vm_request(vm, req, set);
	for (i = hv_vcpu_set_pop(set); i >= 0; i = hv_vcpu_set_pop(set)) {
		uint32_t cpu = vm->vcpu[i].cpu;

		if (cpu < HV_BM_MAX_CPUS)
			hv_bm_kick(cpu);
	}
}
