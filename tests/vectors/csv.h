/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* csv.h - a comma-separated file in memory: a header line with column names, quoted fields, "" for a quote. */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv {
	char *text;        /* the file, cut into cells in place */
	const char **cell; /* (nr_rows + 1) * nr_columns; the header first */
	size_t nr_columns;
	size_t nr_rows; /* without the header */
};

/** csv_read - read @path; false when it cannot be read or a row has more cells than the header (*why then says so). */
bool csv_read(struct csv *csv, const char *path, const char **why);
void csv_free(struct csv *csv);

/** csv_get - the cell of @row (from 0) in the column called @name; "" when the column or the cell is not there. */
const char *csv_get(const struct csv *csv, size_t row, const char *name);

/** csv_has - is there a column called @name? */
bool csv_has(const struct csv *csv, const char *name);

/** csv_u64 - the cell as a number: decimal, 0x hexadecimal, 0b binary; 0 when empty or not a number. */
uint64_t csv_u64(const struct csv *csv, size_t row, const char *name);

/** csv_i64 - the same with a sign. */
int64_t csv_i64(const struct csv *csv, size_t row, const char *name);

#endif /* CSV_H */
