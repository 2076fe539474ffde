/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * uart.c - a guest's PL011 and the real one.
 *
 * With one VM characters pass as they come. With several, output is printed by lines, each with the VM's name in front; a prompt, which is
 * a line without an end, comes out after a moment.
 */
#include "hypervisor.h"

#define FLUSH_PER_SECOND 20u

static bool several_vms(void)
{
	return world.conf.nr > 1;
}

static void print_line(struct vm *vm)
{
	struct vm_uart *u = &vm->uart;
	uint32_t i;

	if (u->out_len == 0)
		return;
	hv_bm_console_lock();
	hv_bm_putc('[');
	for (i = 0; vm->conf->label[i]; i++)
		hv_bm_putc(vm->conf->label[i]);
	hv_bm_putc(']');
	hv_bm_putc(' ');
	for (i = 0; i < u->out_len; i++)
		hv_bm_putc(u->out[i]);
	hv_bm_putc('\r');
	hv_bm_putc('\n');
	hv_bm_console_unlock();
	u->out_len = 0;
}

static void transmit(struct vm *vm, char c)
{
	struct vm_uart *u = &vm->uart;

	if (!several_vms()) {
		hv_bm_putc(c);
		return;
	}
	if (c == '\n' || u->out_len == VM_LINE_BYTES)
		print_line(vm);
	if (c == '\n' || c == '\r')
		return;
	if (u->out_len == 0)
		u->out_since = hv_bm_now();
	u->out[u->out_len++] = c;
}

uint64_t uart_flush_at(const struct vm *vm)
{
	uint64_t hz;

	if (__atomic_load_n(&vm->uart.out_len, __ATOMIC_RELAXED) == 0)
		return HV_TIMER_NEVER;
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	return vm->uart.out_since + hz / FLUSH_PER_SECOND;
}

void uart_flush(struct vm *vm, uint64_t now)
{
	if (now < uart_flush_at(vm))
		return;
	hv_lock(&vm->uart.lock);
	print_line(vm);
	hv_unlock(&vm->uart.lock);
}

/* What waits in the host's UART, as far as the ring goes. When it is full the host's sender waits too. */
static void drain_host(struct vm_uart *u)
{
	bool full;
	int c = 0;

	while (c >= 0 && u->rx_count < VM_RX_RING) {
		c = hv_bm_getc();
		if (c >= 0)
			u->rx[(u->rx_head + u->rx_count++) % VM_RX_RING] = (uint8_t)c;
	}
	full = u->rx_count == VM_RX_RING;
	if (full != u->paused)
		hv_bm_console_pause(full);
	u->paused = full;
}

/* From the ring into the device, as far as its FIFO goes. */
static void feed(struct vm_uart *u)
{
	while (u->rx_count > 0 && hv_pl011_can_receive(&u->dev)) {
		hv_pl011_receive(&u->dev, u->rx[u->rx_head]);
		u->rx_head = (u->rx_head + 1) % VM_RX_RING;
		u->rx_count--;
	}
	if (u->paused && u->rx_count < VM_RX_RING / 2)
		drain_host(u);
}

static void update_line(struct vm *vm, struct hv_vcpu_set *kick)
{
	struct vm_uart *u = &vm->uart;
	bool line = hv_pl011_line(&u->dev);

	if (line == u->line)
		return;
	u->line = line;
	if (hv_vgic_set_line(&vm->hv.vgic, 0, 32 + GUEST_UART_SPI, line, kick))
		hv_bm_panic("the guest's UART has no interrupt");
}

void uart_reset(struct vm *vm, struct hv_vcpu_set *kick)
{
	struct vm_uart *u = &vm->uart;

	hv_lock(&u->lock);
	hv_pl011_reset(&u->dev);
	u->rx_count = 0;
	if (u->paused)
		drain_host(u);
	update_line(vm, kick);
	hv_unlock(&u->lock);
}

void uart_access(struct vm *vm, struct hv_mmio *mmio, struct hv_vcpu_set *kick)
{
	struct vm_uart *u = &vm->uart;
	struct hv_pl011_access access;

	access.offset = (uint32_t)(mmio->ipa.v - GUEST_UART);
	access.size_bytes = mmio->size_bytes;
	access.is_write = mmio->is_write;
	access.data = mmio->data;
	hv_lock(&u->lock);
	hv_pl011_access(&u->dev, &access);
	mmio->data = access.data;
	if (access.tx)
		transmit(vm, (char)access.tx_byte);
	if (u->rx_count > 0)
		feed(u);
	update_line(vm, kick);
	hv_unlock(&u->lock);
}

void uart_host_input(struct vm *vm, struct hv_vcpu_set *kick)
{
	struct vm_uart *u = &vm->uart;

	hv_lock(&u->lock);
	drain_host(u);
	feed(u);
	update_line(vm, kick);
	hv_unlock(&u->lock);
}
