/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * run.c - the loop around a vCPU, on the CPU that is its own.
 *
 * A life of a VM ends when a guest asks for it: every vCPU is stopped and leaves its CPU; then vCPU 0's CPU powers the VM off, or resets and
 * loads it and begins the next life.
 */
#include "hypervisor.h"

static void take_irqs(struct vm *vm, struct hv_vcpu *vcpu)
{
	struct hv_vcpu_set kick;
	uint32_t intid;

	for (intid = hv_bm_irq_take(); intid != HV_BM_IRQ_NONE; intid = hv_bm_irq_take()) {
		hv_vcpu_set_clear(&kick);
		if (intid == HV_BM_IRQ_VTIMER && vcpu) {
			hv_vcpu_vtimer_irq(vcpu, &kick);
			hv_bm_kick_set(&vm->hv, HV_REQ_EVENT, &kick);
			continue;
		}
		if (intid == world.machine.uart_intid) {
			uart_host_input(&world.vm[0], &kick);
			hv_bm_kick_set(&world.vm[0].hv, HV_REQ_EVENT, &kick);
		}
		hv_bm_irq_done(intid);
	}
}

/* Whose private interrupts an exit is about: its own vCPU's, but for accesses to another one's redistributor. */
static uint32_t private_owner(const struct vm *vm, const struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	uint64_t at = exit->ipa - GUEST_GICR;

	if (exit->kind == HV_EXIT_DABT && at < (uint64_t)vm->conf->cpus * HV_VGIC_GICR_STRIDE)
		return vm->first_cpu + (uint32_t)(at / HV_VGIC_GICR_STRIDE);
	return vcpu->cpu;
}

static void deactivate(const struct vm *vm, const struct hv_vcpu *vcpu, const struct hv_exit *exit,
		       const struct hv_vgic_deactivate *list)
{
	uint32_t i;

	for (i = 0; i < list->nr; i++) {
		if (list->pintid[i] < 32)
			hv_bm_ppi_done(private_owner(vm, vcpu, exit), list->pintid[i]);
		else
			hv_bm_irq_done(list->pintid[i]);
	}
}

/* The only device is the UART; anywhere else nothing answers. */
static void mmio(struct vm *vm, struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	enum hv_err err;

	do {
		if (next->mmio.ipa.v - GUEST_UART >= GUEST_UART_BYTES) {
			hv_vcpu_inject_abort(vcpu, exit);
			return;
		}
		uart_access(vm, &next->mmio, &next->kick);
		err = hv_mmio_complete(vcpu, &next->mmio);
	} while (err == HV_EAGAIN);
	if (err)
		hv_vcpu_inject_abort(vcpu, exit);
}

/* All RAM is mapped from the start: a fault inside it is one that has been dealt with meanwhile, or cannot be helped. */
static void map(struct vm *vm, struct hv_vcpu *vcpu, const struct hv_exit *exit, const struct hv_next *next)
{
	struct hv_s2_leaf leaf;

	if (hv_s2_lookup(&vm->s2, next->ipa, &leaf) || !leaf.mapped)
		hv_vcpu_inject_abort(vcpu, exit);
}

/* The first request of a life counts: a reset that races with a power-off must not bring the VM back. */
static void power(struct vm *vm, struct hv_next *next)
{
	hv_cas_u32(&vm->end, VM_END_NONE, next->power == HV_POWER_RESET ? VM_END_RESET : VM_END_OFF);
	hv_vm_stop(&vm->hv, &next->kick);
}

#define FLUSH_BUDGET 64u

/* The guest's caches are its own again: at the cost of one CPU, whose vCPU asked for it. */
static void flush(struct vm *vm)
{
	uint64_t cursor = 0;

	while (hv_vm_flush(&vm->hv, &cursor, FLUSH_BUDGET) == HV_EAGAIN)
		;
}

static void act(struct vm *vm, struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	switch (next->kind) {
	case HV_NEXT_RESUME:
	case HV_NEXT_WAIT: /* prepare blocks */
	case HV_NEXT_SYNC: /* the others fold; the guest makes the access again */
	case HV_NEXT_CALL: /* no calls of our own: the answer is there */
		break;
	case HV_NEXT_HOST:
		take_irqs(vm, vcpu);
		break;
	case HV_NEXT_MMIO:
		mmio(vm, vcpu, exit, next);
		break;
	case HV_NEXT_MAP:
		map(vm, vcpu, exit, next);
		break;
	case HV_NEXT_FETCH:
		hv_vcpu_inject_abort(vcpu, exit);
		break;
	case HV_NEXT_POWER:
		power(vm, next);
		break;
	case HV_NEXT_FP:
	case HV_NEXT_DEBUG:
		hv_vcpu_inject_undef(vcpu, exit);
		break;
	case HV_NEXT_FAULT:
		hv_bm_panic("an exit that no guest can cause");
	}
	if (next->flush)
		flush(vm);
	deactivate(vm, vcpu, exit, &next->deactivate);
	hv_bm_kick_set(&vm->hv, next->kind == HV_NEXT_SYNC ? HV_REQ_FOLD : HV_REQ_EVENT, &next->kick);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * The exit that a guest's console makes twice for every character: an ordinary load or store on its UART, answered without
 * taking the vCPU out of the guest for the rest of the world.
 */
static bool quick_uart(struct vm *vm, struct hv_vcpu *vcpu, const struct hv_exit_raw *raw)
{
	struct hv_bm_access access;
	struct hv_vcpu_set kick;

	if (!hv_bm_plain_access(vcpu, raw, &access) || access.ipa - GUEST_UART >= GUEST_UART_BYTES || access.bytes > 4)
		return false;

	struct hv_mmio mmio = {
		.ipa = hv_ipa(access.ipa),
		.data = access.srt < 31 ? vcpu->regs.x[access.srt] : 0,
		.size_bytes = access.bytes,
		.is_write = access.is_write,
	};

	if (access.ipa == GUEST_UART + HV_PL011_FR && !access.is_write) {
		mmio.data = hv_pl011_flags(&vm->uart.dev);
	} else {
		hv_vcpu_set_clear(&kick);
		uart_access(vm, &mmio, &kick);
		hv_bm_kick_set(&vm->hv, HV_REQ_EVENT, &kick);
	}
	if (!mmio.is_write && access.srt < 31)
		vcpu->regs.x[access.srt] = mmio.data;
	hv_bm_skip(vcpu);
	return true;
}

static void enter(struct vm *vm, struct hv_vcpu *vcpu, uint64_t now)
{
	uint64_t deadline = hv_vcpu_deadline(vcpu, now);
	struct hv_exit_raw raw;
	struct hv_vcpu_set kick;
	struct hv_next next;

	do
		hv_bm_enter(vcpu, earlier(deadline, uart_flush_at(vm)), &raw);
	while (quick_uart(vm, vcpu, &raw));
	hv_bm_leave(vcpu, &raw);
	hv_vcpu_set_clear(&kick);
	hv_vcpu_finish(vcpu, &kick);
	hv_bm_kick_set(&vm->hv, HV_REQ_EVENT, &kick);

	const struct hv_exit exit = hv_exit_decode(&raw, hv_bm_errata());
	/* Without a syndrome it may be a SIMD access: then its registers are needed in memory. */
	const bool simd = exit.kind == HV_EXIT_DABT && !(exit.flags & HV_EXIT_FLAG_ISV);

	if (simd)
		hv_bm_fp_save(vcpu->v);
	hv_vcpu_handle(vcpu, &exit, hv_bm_now(), &next);
	act(vm, vcpu, &exit, &next);
	if (simd)
		hv_bm_fp_load(vcpu->v);
}

/* One life of a vCPU: until it is told to stop. */
static void live(struct vm *vm, struct hv_vcpu *vcpu)
{
	enum hv_entry entry;
	uint64_t deadline, now;

	hv_bm_load(vcpu);
	do {
		now = hv_bm_now();
		uart_flush(vm, now);
		entry = hv_vcpu_prepare(vcpu, now, &deadline);
		if (entry == HV_ENTRY_GO) {
			enter(vm, vcpu, now);
		} else if (entry == HV_ENTRY_BLOCK) {
			hv_bm_wait(earlier(deadline, uart_flush_at(vm)));
			take_irqs(vm, vcpu);
		}
	} while (entry != HV_ENTRY_STOPPED);
	hv_bm_put(vcpu);
}

/* Sleep until another CPU changes *@word from @value, and kicks. */
static void wait_change(struct vm *vm, const uint32_t *word, uint32_t value)
{
	while (hv_load_acquire_u32(word) == value) {
		take_irqs(vm, NULL);
		if (hv_load_acquire_u32(word) == value)
			hv_bm_wait(HV_TIMER_NEVER);
	}
}

static void power_off(struct vm *vm)
{
	static const uint32_t forever;

	uart_flush(vm, HV_TIMER_NEVER);
	if (__atomic_sub_fetch(&world.nr_running, 1, __ATOMIC_ACQ_REL) == 0)
		hv_bm_power_off();
	hv_bm_printf("libhv: %s: powered off\n", vm->conf->label);
	wait_change(vm, &forever, 0);
}

static void reset(struct vm *vm)
{
	struct hv_vgic_deactivate list;
	enum hv_err err;
	uint32_t i;

	/* The list holds timer interrupts of CPUs other than this one; each CPU clears its own when its vCPU starts. */
	do {
		list.nr = 0;
		err = hv_vm_reset(&vm->hv, &list);
	} while (err == HV_EAGAIN);
	if (err)
		hv_bm_panic("a VM whose vCPUs have all parked cannot be reset");
	hv_store_release_u32(&vm->end, VM_END_NONE);
	hv_store_release_u32(&vm->nr_down, 0);
	vm_load(vm);
	__atomic_add_fetch(&vm->life, 1, __ATOMIC_ACQ_REL);
	for (i = 1; i < vm->conf->cpus; i++)
		hv_bm_kick(vm->first_cpu + i);
}

/* vCPU 0's CPU waits for the others, which have nothing left to do with the VM's state. */
static void end_of_life(struct vm *vm)
{
	uint32_t down;

	for (down = hv_load_acquire_u32(&vm->nr_down); down < vm->conf->cpus - 1;
	     down = hv_load_acquire_u32(&vm->nr_down))
		wait_change(vm, &vm->nr_down, down);
	if (hv_load_acquire_u32(&vm->end) == VM_END_RESET)
		reset(vm);
	else
		power_off(vm);
}

void vm_run(struct vm *vm, uint32_t index)
{
	struct hv_vcpu *vcpu = &vm->hv.vcpu[index];

	for (;;) {
		uint32_t life = hv_load_acquire_u32(&vm->life);

		live(vm, vcpu);
		if (index == 0) {
			end_of_life(vm);
			continue;
		}
		__atomic_add_fetch(&vm->nr_down, 1, __ATOMIC_ACQ_REL);
		hv_bm_kick(vm->first_cpu);
		wait_change(vm, &vm->life, life);
	}
}
