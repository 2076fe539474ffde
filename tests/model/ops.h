/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* ops.h - random operations on a world. */
#ifndef OPS_H
#define OPS_H

#include "world.h"

/** A range of one window of the flat map. */
struct range {
	uint32_t window, first, nr; /* pages */
	hv_ipa_t ipa;
	uint64_t bytes;
	struct page *page;
};

enum op_kind { OP_MAP, OP_UNMAP, OP_PROTECT, OP_CLEAN, OP_AGE, OP_MERGE, OP_YOUNG };

#define OPS_MOST_PAGES 32768u

struct op {
	enum op_kind kind;
	struct range r;
	uint64_t pa;   /* map */
	uint32_t prot; /* map: all of it; protect: R, W, X */
	bool clear;    /* age */
	uint64_t nr_young;
	uint64_t bitmap[OPS_MOST_PAGES / 64]; /* clean */
};

/** Choose one; ask the library for it; what the flat map says it must return; note it in the flat map. */
void ops_pick(struct world *w, struct op *op);
enum hv_err ops_call(struct world *w, struct op *op);
enum hv_err ops_expect(const struct world *w, const struct op *op);
void ops_note(struct world *w, struct op *op);

/** One operation: do it, compare result and pages with the flat map, and mostly settle. */
void ops_one(struct world *w);

#endif /* OPS_H */
