/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* stdlib.h - libfdt_env.h asks for it by name and for nothing in it but this. */
#ifndef FREESTANDING_STDLIB_H
#define FREESTANDING_STDLIB_H

unsigned long strtoul(const char *s, char **end, int base);

#endif /* FREESTANDING_STDLIB_H */
