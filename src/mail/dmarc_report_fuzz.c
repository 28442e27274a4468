/* SPDX-License-Identifier: ISC */
#include "mail/dmarc_report.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_row(void *arg, const struct dmarc_row *row)
{
	uint64_t *rows = arg;

	assert(row->count > 0);
	assert(row->signatures_n <= DMARC_SIGNATURES);
	assert(row->header_from.n <= DMARC_TEXT);
	(*rows)++;
}

/* In pieces of two sizes, and mended when it is broken. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	uint64_t rows = 0, mended = 0;
	struct dmarc_head head;
	enum dmarc_status status;
	bool broken;
	struct dmarc_parser *p = dmarc_parser_new(on_row, &rows);

	for (size_t at = 0; at < size; at += 37)
		if (!dmarc_parser_feed(p, str_head(str_skip(text, at), 37)))
			break;
	status = dmarc_parser_end(p, &head, &broken);
	dmarc_parser_free(p);
	assert(!broken || status == DMARC_CUT || status == DMARC_FOREIGN);
	assert(status != DMARC_MENDED);
	status = dmarc_report_mend(text, on_row, &mended, &head);
	assert(status != DMARC_WHOLE);
	return 0;
}
