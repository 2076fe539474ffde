/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * raw.c - a guest without an Image header: was it loaded and entered as docs/guest-binding.md says, and did --append and
 * --initrd reach it through the device tree? Says "raw: PASS" or what is wrong, and powers off.
 */
#include <stdbool.h>
#include <stdint.h>

#define LOAD_ADDRESS 0x40080000ul /* RAM + 0x80000 */
#define UART_DR      0x09000000ul
#define FDT_MAGIC    0xd00dfeedu
#define INITRD_MAGIC 0x72617721u /* "raw!" */

void raw_main(const uint8_t *tree, uint64_t entry);

/* The stack is below the image: RAM starts 512 KiB before it. */
__asm__(".section .text.unlikely, \"ax\"\n"
	".globl raw_start\n"
	"raw_start:\n"
	"	adr	x1, raw_start\n"
	"	mov	sp, x1\n"
	"	b	raw_main\n");

static void say(const char *text)
{
	for (; *text; text++)
		*(volatile uint32_t *)UART_DR = (uint8_t)*text;
}

static uint32_t cell(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool same(const char *a, const uint8_t *b)
{
	while (*a && *a == (char)*b)
		a++, b++;
	return *a == (char)*b;
}

/* Value of the first property of this name; its length must be as told. The structure block is walked token by token. */
static const uint8_t *property(const uint8_t *tree, const char *name, uint32_t *length)
{
	const uint8_t *p = tree + cell(tree + 8), *strings = tree + cell(tree + 12);

	for (;;) {
		uint32_t token = cell(p);

		p += 4;
		if (token == 1) { /* FDT_BEGIN_NODE: a name follows */
			while (*p)
				p++;
			p = (const uint8_t *)(((uintptr_t)p + 4) & ~3ul);
		} else if (token == 3) { /* FDT_PROP */
			*length = cell(p);
			if (same(name, strings + cell(p + 4)))
				return p + 8;
			p += 8 + ((*length + 3) & ~3u);
		} else if (token != 2 && token != 4) { /* not FDT_END_NODE, not FDT_NOP */
			return 0;
		}
	}
}

static uint64_t number(const uint8_t *value, uint32_t length)
{
	return length == 8 ? (uint64_t)cell(value) << 32 | cell(value + 4) : cell(value);
}

static const char *judge(const uint8_t *tree, uint64_t entry)
{
	const uint8_t *args, *start;
	uint32_t length;
	uint64_t el;

	__asm__("mrs %0, CurrentEL" : "=r"(el));
	if (el != 1 << 2)
		return "raw: not at EL1\n";
	if (entry != LOAD_ADDRESS)
		return "raw: entered at the wrong address\n";
	if (((uintptr_t)tree & 7) != 0 || cell(tree) != FDT_MAGIC)
		return "raw: x0 is not a device tree\n";
	args = property(tree, "bootargs", &length);
	if (!args || !same("some words", args))
		return "raw: bootargs did not arrive\n";
	start = property(tree, "linux,initrd-start", &length);
	if (!start || cell((const uint8_t *)number(start, length)) != INITRD_MAGIC)
		return "raw: the initrd did not arrive\n";
	return "raw: PASS\n";
}

void raw_main(const uint8_t *tree, uint64_t entry)
{
	say(judge(tree, entry));
	__asm__ volatile("mov	x0, %0\n hvc #0" ::"r"(0x84000008ul) : "x0", "x1", "x2", "x3"); /* SYSTEM_OFF */
	for (;;)
		;
}
