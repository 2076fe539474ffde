/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* fdt_scan.c - see fdt_scan.h. The format: devicetree specification, "Flattened Devicetree (DTB) Format". */
#include "fdt_scan.h"

#define FDT_MAGIC        0xd00dfeedu
#define FDT_BEGIN_NODE   1u
#define FDT_END_NODE     2u
#define FDT_PROP         3u
#define FDT_NOP          4u
#define FDT_HEADER_BYTES 40u
#define FDT_MAX_BYTES    (2u << 20)
#define MAX_DEPTH        16u

/* A node on the way from the root to where the pass is. */
struct level {
	uint32_t address_cells; /* for the children */
	bool is_uart, is_psci, disabled;
	uint64_t reg;
	enum bm_conduit conduit;
};

struct pass {
	const uint8_t *dtb;
	uint32_t pos, end; /* in the structure block */
	uint32_t strings, strings_end;
	uint32_t depth; /* 0: outside the root */
	struct level level[MAX_DEPTH];
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Does the string of at most @max bytes at @s begin with @word and its NUL? */
static bool is_word(const uint8_t *s, uint32_t max, const char *word)
{
	uint32_t i;

	for (i = 0; i < max; i++) {
		if (s[i] != (uint8_t)word[i])
			return false;
		if (!word[i])
			return true;
	}
	return false;
}

/* A list of NUL-terminated strings, as "compatible" is. */
static bool has_word(const uint8_t *list, uint32_t len, const char *word)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		if ((i == 0 || list[i - 1] == 0) && is_word(list + i, len - i, word))
			return true;
	return false;
}

static uint64_t read_cells(const uint8_t *p, uint32_t cells)
{
	uint64_t v = 0;
	uint32_t i;

	for (i = 0; i < cells; i++)
		v = v << 32 | be32(p + 4 * i);
	return v;
}

static void property(struct pass *p, uint32_t name, const uint8_t *value, uint32_t len)
{
	const uint8_t *s = p->dtb + p->strings + name;
	uint32_t max = name < p->strings_end - p->strings ? p->strings_end - p->strings - name : 0;
	struct level *l = &p->level[p->depth - 1];
	uint32_t cells = p->depth > 1 ? p->level[p->depth - 2].address_cells : 2;

	if (is_word(s, max, "#address-cells") && len == 4)
		l->address_cells = be32(value);
	else if (is_word(s, max, "compatible")) {
		l->is_uart = has_word(value, len, "arm,pl011");
		l->is_psci = has_word(value, len, "arm,psci-0.2") || has_word(value, len, "arm,psci-1.0");
	} else if (is_word(s, max, "reg") && cells >= 1 && cells <= 2 && len >= 4 * cells)
		l->reg = read_cells(value, cells);
	else if (is_word(s, max, "status"))
		l->disabled = !is_word(value, len, "okay") && !is_word(value, len, "ok");
	else if (is_word(s, max, "method"))
		l->conduit = is_word(value, len, "smc")   ? BM_CONDUIT_SMC
			     : is_word(value, len, "hvc") ? BM_CONDUIT_HVC
							  : BM_CONDUIT_NONE;
}

static void end_node(struct pass *p, struct bm_fdt_scan *scan)
{
	const struct level *l = &p->level[--p->depth];

	if (l->is_uart && !l->disabled && !scan->uart)
		scan->uart = l->reg;
	if (l->is_psci)
		scan->conduit = l->conduit;
}

static bool begin_node(struct pass *p)
{
	struct level empty = { 2, false, false, false, 0, BM_CONDUIT_NONE };

	while (p->pos < p->end && p->dtb[p->pos])
		p->pos++;
	p->pos = (p->pos + 4) & ~3u;
	if (p->depth == MAX_DEPTH)
		return false;
	p->level[p->depth++] = empty;
	return true;
}

static bool one_property(struct pass *p)
{
	uint32_t len, name;

	if (p->depth == 0 || p->end - p->pos < 8)
		return false;
	len = be32(p->dtb + p->pos);
	name = be32(p->dtb + p->pos + 4);
	p->pos += 8;
	if (len > p->end - p->pos)
		return false;
	property(p, name, p->dtb + p->pos, len);
	p->pos = (p->pos + len + 3) & ~3u;
	return true;
}

static void run(struct pass *p, struct bm_fdt_scan *scan)
{
	bool go = true;

	while (go && p->pos < p->end && p->end - p->pos >= 4) {
		uint32_t token = be32(p->dtb + p->pos);

		p->pos += 4;
		if (token == FDT_BEGIN_NODE)
			go = begin_node(p);
		else if (token == FDT_PROP)
			go = one_property(p);
		else if (token == FDT_END_NODE && p->depth > 0)
			end_node(p, scan);
		else
			go = token == FDT_NOP;
	}
}

/* [offset, offset + size) as two header words say, cut to the tree. */
static bool block(const uint8_t *dtb, uint32_t total, uint32_t offset_at, uint32_t size_at, uint32_t *start,
		  uint32_t *end)
{
	uint32_t offset = be32(dtb + offset_at), size = be32(dtb + size_at);

	if (offset > total || size > total - offset)
		return false;
	*start = offset;
	*end = offset + size;
	return true;
}

void bm_fdt_scan(const void *dtb, struct bm_fdt_scan *scan)
{
	const uint8_t *d = dtb;
	struct pass p;
	uint32_t total;

	scan->totalsize = 0;
	scan->uart = 0;
	scan->conduit = BM_CONDUIT_NONE;
	if (!d || ((uintptr_t)d & 7) || be32(d) != FDT_MAGIC)
		return;
	total = be32(d + 4);
	if (total < FDT_HEADER_BYTES || total > FDT_MAX_BYTES)
		return;
	scan->totalsize = total;
	p.dtb = d;
	p.depth = 0;
	if (block(d, total, 8, 36, &p.pos, &p.end) && block(d, total, 12, 32, &p.strings, &p.strings_end))
		run(&p, scan);
}
