/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * console.c - the host's PL011: polled output, input by interrupt, and the little printf everything speaks through.
 */
#include "cpu.h"

#include <stdarg.h>

#define UARTDR    0x000u
#define UARTFR    0x018u
#define UARTLCR_H 0x02cu
#define UARTCR    0x030u
#define UARTIMSC  0x038u
#define UARTICR   0x044u
#define FR_RXFE   HV_BIT(4)
#define FR_TXFF   HV_BIT(5)
#define CR_UARTEN HV_BIT(0)
#define CR_TXE    HV_BIT(8)
#define CR_RXE    HV_BIT(9)
#define LCR_H_FEN HV_BIT(4)
#define INT_RX    HV_BIT(4)
#define INT_RT    HV_BIT(6)
#define MAX_POLLS 1000000u

static uint64_t uart;
static hv_lock_t console_lock;

/* Before the MMU is on and before any lock works; the line speed is what the firmware left. */
void bm_console_early(uint64_t base)
{
	uart = base;
}

/* The early base was found with the MMU off: until it is mapped nothing is printed. */
enum hv_err hv_bm_console_init(uint64_t base)
{
	enum hv_err err = hv_bm_map(base, BM_PAGE, HV_BM_MAP_DEVICE);

	if (err)
		return err;
	uart = base;
	bm_mmio_write32(base + UARTIMSC, 0);
	bm_mmio_write32(base + UARTCR, bm_mmio_read32(base + UARTCR) | CR_UARTEN | CR_TXE | CR_RXE);
	return HV_OK;
}

void hv_bm_console_input(void)
{
	bm_mmio_write32(uart + UARTLCR_H, bm_mmio_read32(uart + UARTLCR_H) | LCR_H_FEN);
	bm_mmio_write32(uart + UARTICR, INT_RX | INT_RT);
	bm_mmio_write32(uart + UARTIMSC, INT_RX | INT_RT);
}

void hv_bm_console_pause(bool pause)
{
	bm_mmio_write32(uart + UARTIMSC, pause ? 0 : INT_RX | INT_RT);
}

/* A UART that never drains must not stop the machine: the character is dropped. */
void hv_bm_putc(char c)
{
	uint32_t i;

	if (!uart)
		return;
	for (i = 0; i < MAX_POLLS && (bm_mmio_read32(uart + UARTFR) & FR_TXFF); i++)
		;
	if (i < MAX_POLLS)
		bm_mmio_write32(uart + UARTDR, (uint8_t)c);
}

/* Reading the last character lowers the interrupt; clearing it here would lose one that comes at this moment. */
int hv_bm_getc(void)
{
	if (!uart || (bm_mmio_read32(uart + UARTFR) & FR_RXFE))
		return -1;
	return (int)(bm_mmio_read32(uart + UARTDR) & 0xff);
}

void hv_bm_console_lock(void)
{
	hv_lock(&console_lock);
}

void hv_bm_console_unlock(void)
{
	hv_unlock(&console_lock);
}

/* For a panic: whoever holds it will not give it back. */
void bm_console_break_lock(void)
{
	hv_lock_init(&console_lock);
}

static void out(char c)
{
	if (c == '\n')
		hv_bm_putc('\r');
	hv_bm_putc(c);
}

static void out_string(const char *s)
{
	for (; *s; s++)
		out(*s);
}

static void out_number(uint64_t value, uint32_t base, uint32_t width, char pad)
{
	char digits[20];
	uint32_t nr = 0;

	do {
		digits[nr++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (width > nr) {
		out(pad);
		width--;
	}
	while (nr > 0)
		out(digits[--nr]);
}

/* One conversion, @fmt after the '%'; returns what follows it. */
static const char *convert(const char *fmt, va_list *args)
{
	uint32_t width = 0;
	bool is_long = false;
	char pad = *fmt == '0' ? '0' : ' ';

	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		width = width * 10 + (uint32_t)(*fmt - '0');
	for (; *fmt == 'l'; fmt++)
		is_long = true;
	if (*fmt == 's')
		out_string(va_arg(*args, const char *));
	else if (*fmt == 'c')
		out((char)va_arg(*args, int));
	else if (*fmt == 'p')
		out_number((uint64_t)(uintptr_t)va_arg(*args, void *), 16, 16, '0');
	else if (*fmt == 'u' || *fmt == 'x')
		out_number(is_long ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t), *fmt == 'x' ? 16 : 10, width,
			   pad);
	else
		out('%');
	return *fmt ? fmt + 1 : fmt;
}

void hv_bm_printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	hv_bm_console_lock();
	while (*fmt) {
		if (*fmt == '%')
			fmt = convert(fmt + 1, &args);
		else
			out(*fmt++);
	}
	hv_bm_console_unlock();
	va_end(args);
}
