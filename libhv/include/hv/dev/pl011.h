/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/dev/pl011.h - an emulated Arm PL011 UART (optional component, libhv/sources-dev.txt).
 *
 * A state machine and nothing else: what the guest writes comes out as values, what the embedder receives goes in by a call, the interrupt is
 * a level to hand to hv_vgic_set_line(). Transmission takes no time; the receive timeout of the FIFO has always
 * just passed. Sources: PL011 TRM (DDI 0183); reset and read-back values as measured on QEMU's model, whose
 * PrimeCell ids (r1p1, 16-byte FIFOs) it shows.
 *
 * Locking: none; the embedder serialises all calls for one UART.
 */
#ifndef HV_DEV_PL011_H
#define HV_DEV_PL011_H

#include <hv/types.h>

#define HV_PL011_BYTES 0x1000u /* size of the register frame */
#define HV_PL011_FIFO  16u

#define HV_PL011_FR 0x18u /* offset of UARTFR */

/* Interrupt bits of RIS, MIS, IMSC, ICR. */
#define HV_PL011_INT_RX HV_BIT(4)
#define HV_PL011_INT_TX HV_BIT(5)
#define HV_PL011_INT_RT HV_BIT(6)
#define HV_PL011_INT_OE HV_BIT(10)

/** One UART. Plain data without pointers: save and restore is a copy. Fields are private. */
struct hv_pl011 {
	uint32_t cr, lcr_h, ifls, imsc, ris, dmacr, ibrd, fbrd, ilpr;
	uint32_t rsr;                 /* error bits of the last character read */
	uint16_t fifo[HV_PL011_FIFO]; /* character and its error bits (11:8), oldest at head */
	uint8_t head, count;
	bool overrun; /* the next character stored is marked OE */
};

/** One register access. */
struct hv_pl011_access {
	uint32_t offset;    /* in the frame, 0..HV_PL011_BYTES-1; only bits 11:2 select the register */
	uint8_t size_bytes; /* 1, 2, 4; other sizes act as 4 */
	bool is_write;
	uint64_t data; /* in for writes, out for reads */
	bool tx;       /* out: the guest sent tx_byte */
	uint8_t tx_byte;
};

HV_BEGIN_DECLS

/** hv_pl011_reset - the state after reset; also the initialisation. */
void hv_pl011_reset(struct hv_pl011 *uart);

/**
 * hv_pl011_access - perform @access. Total: reserved registers read as zero and ignore writes. In loopback (CR.LBE) what
 * is sent comes back as input and not out. Look at hv_pl011_line() afterwards.
 */
void hv_pl011_access(struct hv_pl011 *uart, struct hv_pl011_access *access);

/** hv_pl011_flags - UARTFR as a read would return it. No side effect, so the guest's polling of it needs no lock. */
uint32_t hv_pl011_flags(const struct hv_pl011 *uart);

/** hv_pl011_can_receive - is there room for one more character? */
bool hv_pl011_can_receive(const struct hv_pl011 *uart);

/** hv_pl011_receive - one character from the line. Without room it is lost and the guest sees an overrun. */
void hv_pl011_receive(struct hv_pl011 *uart, uint8_t byte);

/** hv_pl011_line - level of the combined interrupt output: RIS & IMSC. */
bool hv_pl011_line(const struct hv_pl011 *uart);

HV_END_DECLS

#endif /* HV_DEV_PL011_H */
