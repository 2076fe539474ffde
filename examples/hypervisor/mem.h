/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * mem.h - which host RAM is free. A short list of ranges; nothing is ever given back.
 */
#ifndef MEM_H
#define MEM_H

#include "machine.h"

#define MEM_MAX_RANGES 64u

struct mem {
	struct region free[MEM_MAX_RANGES];
	uint32_t nr;
};

/** mem_add - a range of RAM. mem_remove - none of it may be used (any overlap, or none). Return: false when the list is full. */
bool mem_add(struct mem *mem, struct region range);
bool mem_remove(struct mem *mem, struct region range);

/** mem_alloc - @bytes aligned to @align (a power of two), from the range where they fit highest up. Return: false if none. */
bool mem_alloc(struct mem *mem, uint64_t bytes, uint64_t align, uint64_t *base);

/** mem_largest - the largest range whose ends are rounded inwards to @align. size 0: none. */
struct region mem_largest(const struct mem *mem, uint64_t align);

/** mem_total - bytes in ranges rounded inwards to @align. */
uint64_t mem_total(const struct mem *mem, uint64_t align);

#endif /* MEM_H */
