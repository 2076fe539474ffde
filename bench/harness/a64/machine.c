/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * machine.c - QEMU's virt machine under the harness: instruction counter, console, power switch.
 *
 * With -icount shift=0 PMU event 8 (INST_RETIRED) counts every instruction once, whatever the CPU model, load and host: counts are
 * equal between rounds, boots and machines.
 */
#include "../bench.h"

#define PL011_DR        ((volatile uint32_t *)0x09000000)
#define PSCI_SYSTEM_OFF 0x84000008u

#define EVENT_INST_RETIRED HV_U64(8)
#define EVENT_COUNT_EL2    HV_BIT(27) /* PMEVTYPER.NSH */

const char bench_machine_unit[] = "insn";

void bench_a64_main(void) __attribute__((noreturn));
void bench_a64_exception(uint64_t esr, uint64_t elr) __attribute__((noreturn));
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

uint32_t bench_machine_count(void)
{
	uint64_t count;

	__asm__ volatile("isb\n\tmrs %0, pmevcntr0_el0" : "=r"(count)::"memory");
	return (uint32_t)count;
}

void bench_machine_put(char c)
{
	*PL011_DR = (uint8_t)c;
}

static uint64_t current_el(void)
{
	uint64_t el;

	__asm__("mrs %0, CurrentEL" : "=r"(el));
	return el >> 2;
}

void bench_machine_exit(bool ok)
{
	register uint64_t x0 __asm__("x0") = PSCI_SYSTEM_OFF;

	(void)ok; /* the last line says it */
	if (current_el() == 2)
		__asm__ volatile("smc #0" : "+r"(x0)::"memory");
	else
		__asm__ volatile("hvc #0" : "+r"(x0)::"memory");
	for (;;)
		__asm__ volatile("wfe");
}

static void put_hex(uint64_t v)
{
	int shift;

	for (shift = 60; shift >= 0; shift -= 4)
		bench_machine_put("0123456789abcdef"[v >> shift & 15]);
}

void bench_a64_exception(uint64_t esr, uint64_t elr)
{
	const char *s;

	for (s = "FAILED exception, ESR ELR "; *s; s++)
		bench_machine_put(*s);
	put_hex(esr);
	bench_machine_put(' ');
	put_hex(elr);
	bench_machine_put('\n');
	bench_machine_exit(false);
}

void bench_a64_main(void)
{
	__asm__ volatile("msr pmevtyper0_el0, %0\n\t"
			 "msr pmcntenset_el0, %1\n\t"
			 "msr pmcr_el0, %1\n\t"
			 "isb"
			 :
			 : "r"(EVENT_INST_RETIRED | EVENT_COUNT_EL2), "r"(HV_U64(1)));
	bench_machine_exit(bench_main(2, ""));
}

/* The compiler's own. Words where both ends are aligned, so that the cost does not depend on the machine. */
void *memset(void *to, int byte, size_t size)
{
	uint8_t *p = to;
	uint64_t word = (uint64_t)(uint8_t)byte * HV_U64(0x0101010101010101);

	if (hv_is_aligned((uintptr_t)p, 8))
		for (; size >= 8; size -= 8, p += 8)
			*(uint64_t *)(void *)p = word;
	for (; size; size--)
		*p++ = (uint8_t)byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	uint8_t *p = to;
	const uint8_t *q = from;

	if (hv_is_aligned((uintptr_t)p | (uintptr_t)q, 8))
		for (; size >= 8; size -= 8, p += 8, q += 8)
			*(uint64_t *)(void *)p = *(const uint64_t *)(const void *)q;
	for (; size; size--)
		*p++ = *q++;
	return to;
}
