/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * libc.c - the C library functions that libfdt.a of the distribution and its users refer to, beside those of string.S.
 */
#include "cpu.h"

int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *s, int c, size_t size);
int strcmp(const char *a, const char *b);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
unsigned long strtoul(const char *s, char **end, int base);
void __stack_chk_fail(void) __attribute__((noreturn));

/* The distribution's libfdt is built with the stack protector. A constant canary still finds what it finds. */
uint64_t __stack_chk_guard = HV_U64(0x8f3a5cd10b27e964);

void __stack_chk_fail(void)
{
	hv_bm_panic("stack smashed in a library");
}

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *p = a, *q = b;

	for (; size > 0; size--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

void *memchr(const void *s, int c, size_t size)
{
	const uint8_t *p = s;

	for (; size > 0; size--, p++)
		if (*p == (uint8_t)c)
			return (void *)(uintptr_t)p;
	return NULL;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return (uint8_t)*a - (uint8_t)*b;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, ~(size_t)0);
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(uintptr_t)s;
		if (!*s)
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = (char *)(uintptr_t)s;
		if (!*s)
			return last;
	}
}

static uint32_t digit(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A') + 10;
	return 255;
}

/* libfdt calls it to parse a phandle path only: no signs, no spaces, base 2..36; wraps on overflow. */
unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;

	for (; digit(*s) < (uint32_t)base; s++)
		value = value * (unsigned long)base + digit(*s);
	if (end)
		*end = (char *)(uintptr_t)s;
	return value;
}
