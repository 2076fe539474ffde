/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* ops.h - random operations on a world. */
#ifndef OPS_H
#define OPS_H

#include "world.h"

/** One operation: do it, compare result and pages with the flat map, and mostly settle. */
void ops_one(struct world *w);

#endif /* OPS_H */
