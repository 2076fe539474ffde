/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* pl011.c - registers and receive FIFO of an emulated PL011. Contract: hv/dev/pl011.h; source: DDI 0183. */
#include <hv/dev/pl011.h>

#define UARTDR    0x000u
#define UARTRSR   0x004u
#define UARTFR    0x018u
#define UARTILPR  0x020u
#define UARTIBRD  0x024u
#define UARTFBRD  0x028u
#define UARTLCR_H 0x02cu
#define UARTCR    0x030u
#define UARTIFLS  0x034u
#define UARTIMSC  0x038u
#define UARTRIS   0x03cu
#define UARTMIS   0x040u
#define UARTICR   0x044u
#define UARTDMACR 0x048u
#define PERIPH_ID 0xfe0u

#define DR_OE 0x800u

#define FR_RXFE 0x10u
#define FR_RXFF 0x40u
#define FR_TXFE 0x80u

#define LCR_H_BITS 0xffu
#define LCR_H_FEN  0x10u
#define CR_BITS    0xff87u
#define CR_LBE     0x80u
#define INT_BITS   0x7ffu

void hv_pl011_reset(struct hv_pl011 *uart)
{
	uart->cr = 0x300;
	uart->lcr_h = 0;
	uart->ifls = 0x12;
	uart->imsc = 0;
	uart->ris = 0;
	uart->dmacr = 0;
	uart->ibrd = 0;
	uart->fbrd = 0;
	uart->ilpr = 0;
	uart->rsr = 0;
	uart->head = 0;
	uart->count = 0;
	uart->overrun = false;
}

static uint32_t depth(const struct hv_pl011 *uart)
{
	return uart->lcr_h & LCR_H_FEN ? HV_PL011_FIFO : 1;
}

/* Characters that raise RX: IFLS 5:3 selects 1/8, 1/4, 1/2, 3/4, 7/8; reserved values count as the last. */
static uint32_t rx_trigger(const struct hv_pl011 *uart)
{
	static const uint8_t eighths[8] = { 1, 2, 4, 6, 7, 7, 7, 7 };

	return uart->lcr_h & LCR_H_FEN ? HV_PL011_FIFO / 8 * eighths[HV_FIELD(uart->ifls, 5, 3)] : 1;
}

/* RX rises at the trigger level, RT (the line has been quiet) as soon as anything waits in the FIFO. */
static void raise_rx(struct hv_pl011 *uart)
{
	if (uart->count >= rx_trigger(uart))
		uart->ris |= HV_PL011_INT_RX;
	if (uart->count > 0 && (uart->lcr_h & LCR_H_FEN))
		uart->ris |= HV_PL011_INT_RT;
}

/* Reading takes RX away below the trigger level, RT when the FIFO is empty. */
static void lower_rx(struct hv_pl011 *uart)
{
	if (uart->count < rx_trigger(uart))
		uart->ris &= ~(uint32_t)HV_PL011_INT_RX;
	if (uart->count == 0)
		uart->ris &= ~(uint32_t)HV_PL011_INT_RT;
}

bool hv_pl011_can_receive(const struct hv_pl011 *uart)
{
	return uart->count < depth(uart);
}

void hv_pl011_receive(struct hv_pl011 *uart, uint8_t byte)
{
	if (!hv_pl011_can_receive(uart)) {
		uart->overrun = true;
		uart->ris |= HV_PL011_INT_OE;
		return;
	}
	uart->fifo[(uart->head + uart->count) % HV_PL011_FIFO] = (uint16_t)(byte | (uart->overrun ? DR_OE : 0));
	uart->overrun = false;
	uart->count++;
	raise_rx(uart);
}

static uint32_t read_dr(struct hv_pl011 *uart)
{
	uint32_t c;

	if (uart->count == 0)
		return 0;
	c = uart->fifo[uart->head];
	uart->head = (uint8_t)((uart->head + 1) % HV_PL011_FIFO);
	uart->count--;
	uart->rsr = c >> 8;
	lower_rx(uart);
	return c;
}

uint32_t hv_pl011_flags(const struct hv_pl011 *uart)
{
	uint32_t fr = FR_TXFE;

	if (uart->count == 0)
		fr |= FR_RXFE;
	if (!hv_pl011_can_receive(uart))
		fr |= FR_RXFF;
	return fr;
}

/* Peripheral and PrimeCell identification, one byte a word from 0xfe0. */
static uint32_t read_id(uint32_t offset)
{
	static const uint8_t id[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	return offset >= PERIPH_ID ? id[(offset - PERIPH_ID) / 4] : 0;
}

static uint32_t read_register(struct hv_pl011 *uart, uint32_t offset)
{
	switch (offset) {
	case UARTDR:
		return read_dr(uart);
	case UARTRSR:
		return uart->rsr;
	case UARTFR:
		return hv_pl011_flags(uart);
	case UARTILPR:
		return uart->ilpr;
	case UARTIBRD:
		return uart->ibrd;
	case UARTFBRD:
		return uart->fbrd;
	case UARTLCR_H:
		return uart->lcr_h;
	case UARTCR:
		return uart->cr;
	case UARTIFLS:
		return uart->ifls;
	case UARTIMSC:
		return uart->imsc;
	case UARTRIS:
		return uart->ris;
	case UARTMIS:
		return uart->ris & uart->imsc;
	case UARTDMACR:
		return uart->dmacr;
	default:
		return read_id(offset);
	}
}

/* The transmit FIFO is empty again at once, so TX is raised by each character, whether or not the UART is enabled. */
static void write_dr(struct hv_pl011 *uart, struct hv_pl011_access *access)
{
	uart->ris |= HV_PL011_INT_TX;
	if (uart->cr & CR_LBE) {
		hv_pl011_receive(uart, (uint8_t)access->data);
		return;
	}
	access->tx = true;
	access->tx_byte = (uint8_t)access->data;
}

/* Switching the FIFOs on or off empties them. */
static void write_lcr_h(struct hv_pl011 *uart, uint32_t value)
{
	if ((uart->lcr_h ^ value) & LCR_H_FEN) {
		uart->count = 0;
		uart->head = 0;
	}
	uart->lcr_h = value & LCR_H_BITS;
	lower_rx(uart);
}

static void write_register(struct hv_pl011 *uart, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case UARTRSR: /* ECR: any write clears */
		uart->rsr = 0;
		break;
	case UARTILPR:
		uart->ilpr = value & 0xff;
		break;
	case UARTIBRD:
		uart->ibrd = value & 0xffff;
		break;
	case UARTFBRD:
		uart->fbrd = value & 0x3f;
		break;
	case UARTLCR_H:
		write_lcr_h(uart, value);
		break;
	case UARTCR:
		uart->cr = value & CR_BITS;
		break;
	case UARTIFLS:
		uart->ifls = value & 0x3f;
		raise_rx(uart);
		break;
	case UARTIMSC:
		uart->imsc = value & INT_BITS;
		break;
	case UARTICR:
		uart->ris &= ~value;
		break;
	case UARTDMACR:
		uart->dmacr = value & 7;
		break;
	default:
		break;
	}
}

static uint64_t narrow(uint64_t data, uint8_t size_bytes)
{
	return size_bytes == 1 ? data & 0xff : size_bytes == 2 ? data & 0xffff : data & 0xffffffff;
}

/* A narrow access moves the byte lanes its address names; a narrow write leaves zeroes in the others. */
void hv_pl011_access(struct hv_pl011 *uart, struct hv_pl011_access *access)
{
	uint32_t offset = access->offset & 0xffc, lane = 8 * (access->offset & 3);

	access->tx = false;
	if (!access->is_write) {
		access->data = narrow(read_register(uart, offset) >> lane, access->size_bytes);
		return;
	}
	access->data = narrow(access->data, access->size_bytes) << lane;
	if (offset == UARTDR)
		write_dr(uart, access);
	else
		write_register(uart, offset, (uint32_t)access->data);
}

bool hv_pl011_line(const struct hv_pl011 *uart)
{
	return (uart->ris & uart->imsc) != 0;
}
