/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* string.h - what libfdt.h and the device tree code need of the C library; the backend has the functions. */
#ifndef FREESTANDING_STRING_H
#define FREESTANDING_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int c, size_t size);
void *memchr(const void *s, int c, size_t size);
int memcmp(const void *a, const void *b, size_t size);
int strcmp(const char *a, const char *b);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

#endif /* FREESTANDING_STRING_H */
