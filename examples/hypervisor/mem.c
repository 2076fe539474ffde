/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* mem.c - see mem.h. */
#include "mem.h"

bool mem_add(struct mem *mem, struct region range)
{
	if (range.size == 0)
		return true;
	if (mem->nr == MEM_MAX_RANGES)
		return false;
	mem->free[mem->nr++] = range;
	return true;
}

/* What is left of @r below and above the hole; the hole is known to touch it. */
static bool punch(struct mem *mem, struct region *r, uint64_t start, uint64_t end)
{
	struct region above = { end, r->base + r->size > end ? r->base + r->size - end : 0 };

	r->size = start > r->base ? start - r->base : 0;
	if (r->size == 0) {
		*r = above;
		return true;
	}
	return mem_add(mem, above);
}

bool mem_remove(struct mem *mem, struct region hole)
{
	uint64_t end = hole.base + hole.size;
	uint32_t i, nr = mem->nr;

	for (i = 0; i < nr; i++) {
		struct region *r = &mem->free[i];

		if (r->size && hole.base < r->base + r->size && r->base < end && !punch(mem, r, hole.base, end))
			return false;
	}
	return true;
}

/* Rounded inwards; size 0 when nothing is left. */
static struct region inner(struct region r, uint64_t align)
{
	uint64_t start = hv_align_up(r.base, align), end = hv_align_down(r.base + r.size, align);
	struct region in = { start, end > start ? end - start : 0 };

	return in;
}

bool mem_alloc(struct mem *mem, uint64_t bytes, uint64_t align, uint64_t *base)
{
	bool found = false;
	uint32_t i;

	for (i = 0; i < mem->nr; i++) {
		struct region r = mem->free[i];
		uint64_t at = hv_align_down(r.base + r.size - bytes, align);

		if (r.size < bytes || at < r.base || (found && at < *base))
			continue;
		found = true;
		*base = at;
	}
	return found && mem_remove(mem, (struct region){ *base, bytes });
}

struct region mem_largest(const struct mem *mem, uint64_t align)
{
	struct region best = { 0, 0 };
	uint32_t i;

	for (i = 0; i < mem->nr; i++) {
		struct region r = inner(mem->free[i], align);

		if (r.size > best.size)
			best = r;
	}
	return best;
}

uint64_t mem_total(const struct mem *mem, uint64_t align)
{
	uint64_t total = 0;
	uint32_t i;

	for (i = 0; i < mem->nr; i++)
		total += inner(mem->free[i], align).size;
	return total;
}
