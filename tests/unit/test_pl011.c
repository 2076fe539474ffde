/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The emulated PL011: reset values against the measured ones, every register's read-back, the FIFO and its interrupts, totality over
 * any access. Covers ESR-04 (exact widths) and GIC-36 in spirit: no access asserts.
 */
#include <hv/dev/pl011.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define DR    0x000u
#define RSR   0x004u
#define FR    0x018u
#define IBRD  0x024u
#define FBRD  0x028u
#define LCR_H 0x02cu
#define CR    0x030u
#define IFLS  0x034u
#define IMSC  0x038u
#define RIS   0x03cu
#define MIS   0x040u
#define ICR   0x044u
#define DMACR 0x048u

#define FR_RXFE 0x10u
#define FR_RXFF 0x40u
#define FEN     0x10u

static struct hv_pl011 uart;

static int reset(void **state)
{
	(void)state;
	memset(&uart, 0xa5, sizeof(uart));
	hv_pl011_reset(&uart);
	return 0;
}

static uint32_t read_n(uint32_t offset, uint8_t size)
{
	struct hv_pl011_access a = { .offset = offset, .size_bytes = size, .is_write = false, .data = ~0ull };

	hv_pl011_access(&uart, &a);
	assert_false(a.tx);
	return (uint32_t)a.data;
}

static uint32_t rd(uint32_t offset)
{
	return read_n(offset, 4);
}

static struct hv_pl011_access wr(uint32_t offset, uint64_t value)
{
	struct hv_pl011_access a = { .offset = offset, .size_bytes = 4, .is_write = true, .data = value };

	hv_pl011_access(&uart, &a);
	return a;
}

static void reset_values_are_the_measured_ones(void **state)
{
	static const struct {
		uint32_t offset, value;
	} expect[] = {
		{ 0x18, 0x90 },  { 0x20, 0 },     { 0x24, 0 },     { 0x28, 0 },     { 0x2c, 0 },
		{ 0x30, 0x300 }, { 0x34, 0x12 },  { 0x38, 0 },     { 0x3c, 0 },     { 0x40, 0 },
		{ 0x44, 0 },     { 0x48, 0 },     { 0xfe0, 0x11 }, { 0xfe4, 0x10 }, { 0xfe8, 0x14 },
		{ 0xfec, 0x00 }, { 0xff0, 0x0d }, { 0xff4, 0xf0 }, { 0xff8, 0x05 }, { 0xffc, 0xb1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expect) / sizeof(expect[0]); i++)
		assert_int_equal(rd(expect[i].offset), expect[i].value);
	assert_false(hv_pl011_line(&uart));
}

/* Each register keeps exactly the bits it has, and no write touches a neighbour. */
static void registers_keep_their_bits(void **state)
{
	static const struct {
		uint32_t offset, bits;
	} reg[] = { { 0x20, 0xff }, { IBRD, 0xffff }, { FBRD, 0x3f },  { LCR_H, 0xff },
		    { CR, 0xff87 }, { IFLS, 0x3f },   { IMSC, 0x7ff }, { DMACR, 7 } };
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(reg) / sizeof(reg[0]); i++) {
		uint32_t before[8];

		for (j = 0; j < 8; j++)
			before[j] = rd(reg[j].offset);
		wr(reg[i].offset, 0xffffffff);
		assert_int_equal(rd(reg[i].offset), reg[i].bits);
		for (j = 0; j < 8; j++)
			if (j != i)
				assert_int_equal(rd(reg[j].offset), before[j]);
		wr(reg[i].offset, 0);
		assert_int_equal(rd(reg[i].offset), 0);
	}
}

static void sent_characters_come_out(void **state)
{
	struct hv_pl011_access a = wr(DR, 0x1234567a41);

	(void)state;
	assert_true(a.tx);
	assert_int_equal(a.tx_byte, 0x41);
	assert_int_equal(rd(RIS), 0x20); /* as measured: TX after the first character */
	assert_false(hv_pl011_line(&uart));
	wr(IMSC, HV_PL011_INT_TX);
	assert_true(hv_pl011_line(&uart));
	assert_int_equal(rd(MIS), 0x20);
	wr(ICR, HV_PL011_INT_TX);
	assert_int_equal(rd(RIS), 0);
	assert_false(hv_pl011_line(&uart));
	/* Only the data register sends. */
	assert_false(wr(RSR, 0x41).tx);
	assert_false(wr(0x100, 0x41).tx);
}

static void without_fifo_one_character_waits(void **state)
{
	(void)state;
	wr(IMSC, HV_PL011_INT_RX | HV_PL011_INT_OE);
	assert_true(hv_pl011_can_receive(&uart));
	hv_pl011_receive(&uart, 'x');
	assert_false(hv_pl011_can_receive(&uart));
	assert_int_equal(rd(FR) & (FR_RXFE | FR_RXFF), FR_RXFF);
	assert_int_equal(rd(RIS), HV_PL011_INT_RX);
	assert_true(hv_pl011_line(&uart));
	assert_int_equal(rd(DR), 'x');
	assert_false(hv_pl011_line(&uart));
	assert_int_equal(rd(FR) & (FR_RXFE | FR_RXFF), FR_RXFE);
	assert_int_equal(rd(DR), 0);
}

static void fifo_keeps_order_and_tells_overrun(void **state)
{
	uint32_t round, i;

	(void)state;
	wr(LCR_H, FEN);
	for (round = 0; round < 5; round++) { /* the ring starts at another place each time */
		for (i = 0; i < HV_PL011_FIFO; i++) {
			assert_true(hv_pl011_can_receive(&uart));
			hv_pl011_receive(&uart, (uint8_t)(round * 16 + i));
		}
		assert_false(hv_pl011_can_receive(&uart));
		assert_int_equal(rd(RIS) & HV_PL011_INT_OE, 0);
		hv_pl011_receive(&uart, 0xee); /* lost */
		assert_int_equal(rd(RIS) & HV_PL011_INT_OE, HV_PL011_INT_OE);
		wr(ICR, HV_PL011_INT_OE);
		assert_int_equal(rd(DR), round * 16);
		hv_pl011_receive(&uart, 0x77); /* the first one after the loss carries the mark */
		for (i = 1; i < HV_PL011_FIFO; i++)
			assert_int_equal(rd(DR), round * 16 + i);
		assert_int_equal(rd(DR), 0x877);
		assert_int_equal(rd(RSR), 8);
		wr(RSR, 0);
		assert_int_equal(rd(RSR), 0);
		hv_pl011_receive(&uart, 1);
		assert_int_equal(rd(DR), 1);
	}
}

/* RX at each trigger level, up and down; RT while anything waits. */
static void interrupts_follow_the_trigger_level(void **state)
{
	static const uint32_t level[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };
	uint32_t sel, i;

	(void)state;
	wr(LCR_H, FEN);
	for (sel = 0; sel < 8; sel++) {
		wr(IFLS, sel << 3);
		for (i = 1; i <= HV_PL011_FIFO; i++) {
			hv_pl011_receive(&uart, (uint8_t)i);
			assert_int_equal(!!(rd(RIS) & HV_PL011_INT_RX), i >= level[sel]);
			assert_int_equal(!!(rd(RIS) & HV_PL011_INT_RT), 1);
		}
		for (i = HV_PL011_FIFO; i > 0; i--) {
			assert_int_equal(!!(rd(RIS) & HV_PL011_INT_RX), i >= level[sel]);
			assert_int_equal(rd(DR), HV_PL011_FIFO + 1 - i);
		}
		assert_int_equal(rd(RIS), 0);
	}
}

/* A cleared receive interrupt comes back with the next character, so nothing typed is forgotten. */
static void cleared_interrupt_returns(void **state)
{
	(void)state;
	wr(LCR_H, FEN);
	wr(IMSC, HV_PL011_INT_RX | HV_PL011_INT_RT);
	hv_pl011_receive(&uart, 'a');
	wr(ICR, 0x7ff);
	assert_false(hv_pl011_line(&uart));
	hv_pl011_receive(&uart, 'b');
	assert_true(hv_pl011_line(&uart));
	assert_int_equal(rd(DR), 'a');
	assert_true(hv_pl011_line(&uart));
	assert_int_equal(rd(DR), 'b');
	assert_false(hv_pl011_line(&uart));
}

static void switching_fifos_empties_them(void **state)
{
	(void)state;
	wr(LCR_H, FEN);
	hv_pl011_receive(&uart, 'a');
	wr(LCR_H, FEN | 0x60); /* the switch itself is what counts */
	assert_int_equal(rd(FR) & FR_RXFE, 0);
	wr(LCR_H, 0x60);
	assert_int_equal(rd(FR) & FR_RXFE, FR_RXFE);
	assert_int_equal(rd(RIS), 0);
}

static void loopback_returns_what_is_sent(void **state)
{
	(void)state;
	wr(CR, 0x380);
	assert_false(wr(DR, 'q').tx);
	assert_int_equal(rd(DR), 'q');
	wr(CR, 0x300);
	assert_true(wr(DR, 'q').tx);
}

static void narrow_accesses_use_their_lanes(void **state)
{
	struct hv_pl011_access a = { .offset = DR, .size_bytes = 1, .is_write = true, .data = 0xffffff42 };

	(void)state;
	hv_pl011_access(&uart, &a);
	assert_true(a.tx);
	assert_int_equal(a.tx_byte, 0x42);
	wr(IBRD, 0x1234);
	assert_int_equal(read_n(IBRD, 1), 0x34);
	assert_int_equal(read_n(IBRD + 1, 1), 0x12);
	assert_int_equal(read_n(IBRD + 2, 2), 0);
	assert_int_equal(read_n(IBRD, 2), 0x1234);
	assert_int_equal(read_n(IBRD, 8), 0x1234);
}

/* Every offset, size and direction, with values that set and clear everything; UBSan and ASan watch. */
static void any_access_is_harmless(void **state)
{
	static const uint8_t sizes[] = { 0, 1, 2, 3, 4, 8, 16, 255 };
	uint32_t offset, s;

	(void)state;
	for (offset = 0; offset < 2 * HV_PL011_BYTES; offset++)
		for (s = 0; s < sizeof(sizes); s++) {
			struct hv_pl011_access a = { offset, sizes[s], true, ~0ull, false, 0 };

			hv_pl011_access(&uart, &a);
			hv_pl011_receive(&uart, (uint8_t)offset);
			a.is_write = false;
			hv_pl011_access(&uart, &a);
			assert_true(a.data <= 0xffffffff);
			a.is_write = true;
			a.data = 0;
			hv_pl011_access(&uart, &a);
			assert_true(uart.count <= HV_PL011_FIFO && uart.head < HV_PL011_FIFO);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reset_values_are_the_measured_ones, reset),
		cmocka_unit_test_setup(registers_keep_their_bits, reset),
		cmocka_unit_test_setup(sent_characters_come_out, reset),
		cmocka_unit_test_setup(without_fifo_one_character_waits, reset),
		cmocka_unit_test_setup(fifo_keeps_order_and_tells_overrun, reset),
		cmocka_unit_test_setup(interrupts_follow_the_trigger_level, reset),
		cmocka_unit_test_setup(cleared_interrupt_returns, reset),
		cmocka_unit_test_setup(switching_fifos_empties_them, reset),
		cmocka_unit_test_setup(loopback_returns_what_is_sent, reset),
		cmocka_unit_test_setup(narrow_accesses_use_their_lanes, reset),
		cmocka_unit_test_setup(any_access_is_harmless, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
