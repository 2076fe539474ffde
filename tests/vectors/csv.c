/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t used = 0, room = 0, n;

	if (file == NULL)
		return NULL;
	do {
		if (room - used < 65536) {
			char *more = realloc(text, room = room * 2 + 131072);

			if (more == NULL)
				break;
			text = more;
		}
		n = fread(text + used, 1, 65535, file);
		used += n;
	} while (n != 0);
	(void)fclose(file);
	if (text != NULL)
		text[used] = '\0';
	return text;
}

/* Cut one cell off at *@pos: unquote it in place, end it with 0, step over its separator. Returns the separator. */
static char cut_cell(char **pos, const char **cell)
{
	char *from = *pos, *to = from;
	bool quoted = false;
	char end;

	*cell = from;
	for (; *from != '\0' && (quoted || (*from != ',' && *from != '\n')); from++) {
		if (*from != '"')
			*to++ = *from;
		else if (quoted && from[1] == '"')
			*to++ = *from++;
		else
			quoted = !quoted;
	}
	end = *from;
	if (to > *pos && !quoted && end != ',' && to[-1] == '\r')
		to--;
	*to = '\0';
	*pos = end == '\0' ? from : from + 1;
	return end;
}

static bool push(struct csv *csv, size_t *nr, size_t *room, const char *cell)
{
	if (*nr == *room) {
		const char **more = realloc(csv->cell, (*room = *room * 2 + 4096) * sizeof(*more));

		if (more == NULL)
			return false;
		csv->cell = more;
	}
	csv->cell[(*nr)++] = cell;
	return true;
}

/* One line: its cells, filled up with empty ones to the width of the header. */
static bool read_row(struct csv *csv, char **pos, size_t *nr, size_t *room)
{
	size_t start = *nr;
	const char *cell;
	char end;

	do {
		end = cut_cell(pos, &cell);
		if (!push(csv, nr, room, cell))
			return false;
	} while (end == ',');
	if (csv->nr_columns == 0)
		csv->nr_columns = *nr;
	while (*nr - start < csv->nr_columns)
		if (!push(csv, nr, room, ""))
			return false;
	return *nr - start == csv->nr_columns;
}

bool csv_read(struct csv *csv, const char *path, const char **why)
{
	size_t nr = 0, room = 0;
	char *pos;

	memset(csv, 0, sizeof(*csv));
	csv->text = pos = read_all(path);
	*why = "cannot be read";
	if (pos == NULL)
		return false;
	*why = "a row has more cells than the header";
	while (*pos != '\0') {
		if (*pos == '\n' || (*pos == '\r' && pos[1] == '\n')) {
			pos++;
			continue;
		}
		if (!read_row(csv, &pos, &nr, &room)) {
			csv_free(csv);
			return false;
		}
	}
	*why = "has no header";
	if (nr == 0) {
		csv_free(csv);
		return false;
	}
	csv->nr_rows = nr / csv->nr_columns - 1;
	return true;
}

void csv_free(struct csv *csv)
{
	free(csv->cell);
	free(csv->text);
	memset(csv, 0, sizeof(*csv));
}

static size_t column(const struct csv *csv, const char *name)
{
	size_t i;

	for (i = 0; i < csv->nr_columns && strcmp(csv->cell[i], name) != 0; i++)
		continue;
	return i;
}

bool csv_has(const struct csv *csv, const char *name)
{
	return column(csv, name) < csv->nr_columns;
}

const char *csv_get(const struct csv *csv, size_t row, const char *name)
{
	size_t i = column(csv, name);

	return i < csv->nr_columns && row < csv->nr_rows ? csv->cell[(row + 1) * csv->nr_columns + i] : "";
}

uint64_t csv_u64(const struct csv *csv, size_t row, const char *name)
{
	const char *text = csv_get(csv, row, name);

	if (text[0] == '0' && (text[1] == 'b' || text[1] == 'B'))
		return strtoull(text + 2, NULL, 2);
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return strtoull(text + 2, NULL, 16);
	return strtoull(text, NULL, 10);
}

int64_t csv_i64(const struct csv *csv, size_t row, const char *name)
{
	const char *text = csv_get(csv, row, name);

	return text[0] == '-' ? strtoll(text, NULL, 10) : (int64_t)csv_u64(csv, row, name);
}
