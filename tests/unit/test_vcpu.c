/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Around an entry: modes and requests, waits and deadlines, timer lines with and without the hardware link, parking.
 * PSCI-06, PSCI-24, GIC-54, GIC-64, TMR-05, TMR-11, ESR-33.
 */
#include "run_world.h"

#define VMCR_OPEN 0xff000003u
#define PPI       20u

static enum hv_entry prepare(struct run_world *w, uint64_t now, uint64_t *deadline)
{
	return hv_vcpu_prepare(&w->vm.vcpu[0], now, deadline);
}

/* Enable a private interrupt of vCPU 0 and its CPU interface, as a guest does. */
static void enable_ppi(struct run_world *w, uint32_t intid)
{
	w->vm.vcpu[0].regs.x[5] = 3;
	world_abort(w, 0x93850047, GICD_BASE);
	w->vm.vcpu[0].regs.x[5] = 1u << intid;
	world_abort(w, 0x93850047, GICR_BASE + 0x10100);
	w->vm.vcpu[0].ich.vmcr = VMCR_OPEN;
}

static void wait_for_interrupt(struct run_world *w)
{
	world_exit(w, 0, 0x07e00000);
	assert_true(w->vm.vcpu[0].waiting);
}

/* GIC-54: the number of list registers comes from outside and is clamped. */
static void load_clamps_and_put_forgets(void **state)
{
	static const uint32_t given[] = { 0, 1, 4, 16, 17, 0xffffffff }, kept[] = { 1, 1, 4, 16, 16, 16 };
	struct run_world w;
	uint32_t i;

	(void)state;
	world_run(&w, 1);
	for (i = 0; i < HV_ARRAY_SIZE(given); i++) {
		hv_vcpu_load(&w.vm.vcpu[0], 3, given[i]);
		assert_int_equal(w.vm.vcpu[0].ich.nr_lrs, kept[i]);
		assert_int_equal(w.vm.vcpu[0].cpu, 3);
	}
	hv_vcpu_put(&w.vm.vcpu[0]);
	assert_int_equal(w.vm.vcpu[0].cpu, HV_CPU_NONE);
	world_end(&w);
}

/* The sender is told to interrupt exactly while the target is in the guest or asleep. */
static void requests_look_at_the_mode(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	assert_int_equal(vcpu->mode, HV_VCPU_HOST);
	assert_false(hv_vcpu_request(vcpu, HV_REQ_EVENT));
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	assert_int_equal(vcpu->requests, 0);
	assert_int_equal(vcpu->mode, HV_VCPU_IN_GUEST);
	assert_true(hv_vcpu_request(vcpu, HV_REQ_FOLD));
	hv_vcpu_finish(vcpu, &w.kick);
	assert_int_equal(vcpu->mode, HV_VCPU_HOST);
	wait_for_interrupt(&w);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(vcpu->mode, HV_VCPU_BLOCKED);
	assert_true(hv_vcpu_request(vcpu, HV_REQ_EVENT));
	world_end(&w);
}

/* PSCI-24, GIC-64: a wait ends by a deliverable interrupt and by nothing less. */
static void waits_end_by_interrupts(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	enable_ppi(&w, PPI);
	wait_for_interrupt(&w);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	/* A bare request is looked at, and the wait goes on. */
	(void)!hv_vcpu_request(vcpu, HV_REQ_EVENT);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	vcpu->ich.vmcr = 0xff000000; /* both groups off: not deliverable */
	assert_int_equal(hv_vgic_set_line(&w.vm.vgic, 0, PPI, true, &w.kick), HV_OK);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	vcpu->ich.vmcr = VMCR_OPEN;
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	assert_false(vcpu->waiting);
	assert_int_not_equal(vcpu->ich.used, 0);
	world_end(&w);
}

/* What arrives between the two looks is told by a deadline that has passed. */
static void arrival_while_blocking_is_not_lost(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 2);
	vcpu = &w.vm.vcpu[1];
	/* OFF, and nothing arrived. */
	assert_int_equal(hv_vcpu_prepare(vcpu, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	/* A claim that is not published yet is no reason to wake. */
	vcpu->psci.state = HV_PSCI_CLAIMED;
	assert_int_equal(hv_vcpu_prepare(vcpu, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	world_end(&w);
}

/* TMR-05: the deadline of a sleep is never later than the earliest timer that can still rise. */
static void sleep_ends_by_the_earliest_timer(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	enable_ppi(&w, 27);
	wait_for_interrupt(&w);
	vcpu->vtimer = (struct hv_timer){ .cval = NOW + 500, .ctl = 1 };
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, NOW + 500);
	vcpu->ptimer = (struct hv_timer){ .cval = NOW + 300, .ctl = 1 };
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, NOW + 300);
	vcpu->wait_until = NOW + 200;
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, NOW + 200);
	vcpu->wait_until = HV_TIMER_NEVER;
	/* The physical timer fires, but its interrupt is not enabled: sleep on until the virtual one. */
	assert_int_equal(prepare(&w, NOW + 300, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, NOW + 500);
	assert_int_equal(prepare(&w, NOW + 499, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(prepare(&w, NOW + 500, &deadline), HV_ENTRY_GO);
	assert_true(hv_vgic_state(&w.vm.vgic, 0, 27) & HV_VGIC_IS_LINE);
	world_end(&w);
}

/* A timer whose line is up and undeliverable is no reason to wake again and again. */
static void masked_timer_does_not_spin(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	vcpu->vtimer = (struct hv_timer){ .cval = 0, .ctl = 1 };
	wait_for_interrupt(&w);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, HV_TIMER_NEVER);
	world_end(&w);
}

static void wfit_ends_by_time(void **state)
{
	struct run_world w;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	w.vm.vcpu[0].regs.x[9] = NOW + 10;
	world_exit(&w, 0, 0x07e00006 | 9u << 5);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, NOW + 10);
	assert_int_equal(prepare(&w, NOW + 10, &deadline), HV_ENTRY_GO);
	assert_int_equal(w.vm.vcpu[0].wait_until, HV_TIMER_NEVER);
	world_end(&w);
}

/* Without the link the line follows the timer at every handle and prepare. */
static void line_follows_the_timer(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	struct hv_exit_raw irq = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	assert_true(hv_vcpu_wants_vtimer(vcpu));
	assert_int_equal(hv_vcpu_deadline(vcpu, NOW), HV_TIMER_NEVER);
	vcpu->vtimer = (struct hv_timer){ .cval = NOW + 5, .ctl = 1 };
	vcpu->ptimer = (struct hv_timer){ .cval = NOW + 7, .ctl = 1 };
	assert_int_equal(hv_vcpu_deadline(vcpu, NOW), NOW + 5);
	world_exit_raw(&w, 0, &irq, NOW + 5);
	assert_true(vcpu->vtimer_line);
	assert_true(hv_vgic_state(&w.vm.vgic, 0, 27) & HV_VGIC_IS_LINE);
	assert_int_equal(hv_vcpu_deadline(vcpu, NOW + 5), NOW + 7);
	assert_int_equal(prepare(&w, NOW + 7, &deadline), HV_ENTRY_GO);
	assert_true(vcpu->ptimer_line);
	assert_true(hv_vgic_state(&w.vm.vgic, 0, 30) & HV_VGIC_IS_LINE);
	assert_int_equal(hv_vcpu_deadline(vcpu, NOW + 7), HV_TIMER_NEVER);
	hv_vcpu_finish(vcpu, &w.kick);
	vcpu->vtimer.ctl = 3;
	vcpu->ptimer.ctl = 0;
	world_exit_raw(&w, 0, &irq, NOW + 8);
	assert_int_equal(hv_vgic_state(&w.vm.vgic, 0, 27) & HV_VGIC_IS_LINE, 0);
	assert_int_equal(hv_vgic_state(&w.vm.vgic, 0, 30) & HV_VGIC_IS_LINE, 0);
	world_end(&w);
}

static void run_linked(struct run_world *w)
{
	world_prepare(w, 1);
	w->config.vtimer_pintid = 27;
	world_start(w);
	enable_ppi(w, 27);
}

static uint32_t find_lr(const struct hv_vcpu *vcpu)
{
	return (uint32_t)__builtin_ctz(vcpu->ich.used);
}

#define LR_STATE HV_MASK(63, 62)
#define LR_HW    HV_BIT(61)

/* With the link: the physical interrupt raises the line, the guest's deactivation ends it, the timer may be silenced. */
static void linked_timer(void **state)
{
	struct hv_exit_raw irq = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline, lr;

	(void)state;
	run_linked(&w);
	vcpu = &w.vm.vcpu[0];
	assert_false(hv_vcpu_wants_vtimer(vcpu));
	vcpu->vtimer = (struct hv_timer){ .cval = NOW, .ctl = 1 };
	assert_int_equal(hv_vcpu_deadline(vcpu, NOW), HV_TIMER_NEVER);
	/* The timer alone changes nothing: its physical interrupt will come. */
	world_exit_raw(&w, 0, &irq, NOW);
	assert_false(vcpu->vtimer_line);
	hv_vcpu_vtimer_irq(vcpu, &w.kick);
	assert_true(hv_vcpu_wants_vtimer(vcpu));
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	lr = vcpu->ich.lr[find_lr(vcpu)];
	assert_int_equal(lr & (LR_STATE | LR_HW), HV_BIT(62) | LR_HW);
	assert_int_equal(HV_FIELD(lr, 41, 32), 27);
	/* The guest takes it and ends it: nothing to deactivate, and no second interrupt. */
	vcpu->ich.lr[find_lr(vcpu)] &= ~LR_STATE;
	vcpu->vtimer.cval = NOW + 100;
	hv_vcpu_finish(vcpu, &w.kick);
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 0);
	assert_false(vcpu->vtimer_line);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(vcpu->ich.used, 0);
	world_end(&w);
}

static void linked_timer_silenced_before_it_was_seen(void **state)
{
	struct hv_exit_raw irq = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	run_linked(&w);
	vcpu = &w.vm.vcpu[0];
	vcpu->vtimer = (struct hv_timer){ .cval = NOW, .ctl = 1 };
	hv_vcpu_vtimer_irq(vcpu, &w.kick);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	hv_vcpu_finish(vcpu, &w.kick);
	world_exit_raw(&w, 0, &irq, NOW); /* still high: stays */
	assert_int_equal(w.next.deactivate.nr, 0);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	vcpu->vtimer.ctl = 0;
	hv_vcpu_finish(vcpu, &w.kick);
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 1);
	assert_int_equal(w.next.deactivate.pintid[0], 27);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(vcpu->ich.used, 0);
	world_end(&w);
}

/* In service in the guest with the timer quiet already: the guest's own deactivation is still to come. */
static void linked_timer_in_service(void **state)
{
	struct hv_exit_raw irq = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	run_linked(&w);
	vcpu = &w.vm.vcpu[0];
	vcpu->vtimer = (struct hv_timer){ .cval = NOW, .ctl = 1 };
	hv_vcpu_vtimer_irq(vcpu, &w.kick);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	vcpu->ich.lr[find_lr(vcpu)] = (vcpu->ich.lr[find_lr(vcpu)] & ~LR_STATE) | HV_BIT(63);
	vcpu->vtimer.ctl = 0;
	hv_vcpu_finish(vcpu, &w.kick);
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 0);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	vcpu->ich.lr[find_lr(vcpu)] &= ~LR_STATE;
	hv_vcpu_finish(vcpu, &w.kick);
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 0);
	assert_false(vcpu->vtimer_line);
	world_end(&w);
}

/* Asleep with the link: the timer itself ends the wait; the interrupt comes on entry. */
static void linked_timer_ends_a_wait(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	run_linked(&w);
	vcpu = &w.vm.vcpu[0];
	wait_for_interrupt(&w);
	assert_true(hv_vcpu_wants_vtimer(vcpu));
	vcpu->vtimer = (struct hv_timer){ .cval = NOW + 9, .ctl = 1 };
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	assert_int_equal(deadline, NOW + 9);
	assert_int_equal(prepare(&w, NOW + 9, &deadline), HV_ENTRY_GO);
	assert_false(vcpu->vtimer_line);
	world_end(&w);
}

/* A list that fold filled already has no room for the timer's: it stays raised and comes with the next answer. */
static void full_list_of_deactivations(void **state)
{
	struct hv_exit_raw irq = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	run_linked(&w);
	vcpu = &w.vm.vcpu[0];
	vcpu->vtimer = (struct hv_timer){ .cval = NOW, .ctl = 1 };
	hv_vcpu_vtimer_irq(vcpu, &w.kick);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	hv_vcpu_finish(vcpu, &w.kick);
	vcpu->vtimer.ctl = 0;
	vcpu->deactivate.nr = HV_VGIC_DEACTIVATE_MAX;
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, HV_VGIC_DEACTIVATE_MAX);
	assert_true(vcpu->vtimer_line);
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 1);
	assert_int_equal(w.next.deactivate.pintid[0], 27);
	assert_false(vcpu->vtimer_line);
	world_end(&w);
}

static void serror_ends_a_wait(void **state)
{
	struct run_world w;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	wait_for_interrupt(&w);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_BLOCK);
	hv_vcpu_inject_serror(&w.vm.vcpu[0]);
	assert_int_equal(w.vm.vcpu[0].hcr, w.vm.traps.hcr | HV_BIT(8));
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	world_end(&w);
}

static void stop_parks_and_stays(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	world_abort(&w, 0x93850007, HOLE);
	assert_false(hv_vcpu_request(vcpu, HV_REQ_STOP));
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_STOPPED);
	assert_int_equal(vcpu->mode, HV_VCPU_HOST);
	assert_int_equal(vcpu->parked, 1);
	assert_int_equal(hv_mmio_complete(vcpu, &w.next.mmio), HV_EINVAL);
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_STOPPED);
	world_end(&w);
}

/* Timer lines do not survive a CPU_OFF and CPU_ON. */
static void power_on_lowers_the_lines(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	vcpu->ptimer = (struct hv_timer){ .cval = 0, .ctl = 1 };
	vcpu->vtimer = (struct hv_timer){ .cval = 0, .ctl = 1 };
	(void)world_hvc(&w, 0x84000002, 0, 0, 0);
	assert_true(hv_vgic_state(&w.vm.vgic, 0, 30) & HV_VGIC_IS_LINE);
	vcpu->psci.state = HV_PSCI_ON_PENDING;
	assert_int_equal(prepare(&w, NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(hv_vgic_state(&w.vm.vgic, 0, 30) & HV_VGIC_IS_LINE, 0);
	assert_int_equal(hv_vgic_state(&w.vm.vgic, 0, 27) & HV_VGIC_IS_LINE, 0);
	assert_false(vcpu->vtimer_line || vcpu->ptimer_line);
	world_end(&w);
}

/* What fold found to deactivate comes out with the next answer, once. */
static void deactivations_are_handed_out_once(void **state)
{
	struct hv_exit_raw irq = { .vector = HV_VECTOR_IRQ, .spsr = EL1H };
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	w.vm.vcpu[0].deactivate.nr = 2;
	w.vm.vcpu[0].deactivate.pintid[0] = 40;
	w.vm.vcpu[0].deactivate.pintid[1] = 41;
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 2);
	assert_int_equal(w.next.deactivate.pintid[1], 41);
	world_exit_raw(&w, 0, &irq, NOW);
	assert_int_equal(w.next.deactivate.nr, 0);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_clamps_and_put_forgets),
		cmocka_unit_test(requests_look_at_the_mode),
		cmocka_unit_test(waits_end_by_interrupts),
		cmocka_unit_test(arrival_while_blocking_is_not_lost),
		cmocka_unit_test(sleep_ends_by_the_earliest_timer),
		cmocka_unit_test(masked_timer_does_not_spin),
		cmocka_unit_test(wfit_ends_by_time),
		cmocka_unit_test(line_follows_the_timer),
		cmocka_unit_test(linked_timer),
		cmocka_unit_test(linked_timer_silenced_before_it_was_seen),
		cmocka_unit_test(linked_timer_in_service),
		cmocka_unit_test(linked_timer_ends_a_wait),
		cmocka_unit_test(full_list_of_deactivations),
		cmocka_unit_test(serror_ends_a_wait),
		cmocka_unit_test(stop_parks_and_stays),
		cmocka_unit_test(power_on_lowers_the_lines),
		cmocka_unit_test(deactivations_are_handed_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
