/* SPDX-License-Identifier: ISC */
/* What the first bytes of a log tell: whose form it has, and whether its lines
 * lean on others. */
#include "trail/reading_part.h"

#include "base/secret.h"

/* Does a syslog that begins so have a line of this MTA; NULL: of any whose
 * lines lean on others? */
static bool
has_line_of(struct str head, const struct mta *mta)
{
	struct line_clock clock;
	struct line line;

	line_clock_init(&clock, 0);
	while (head.n > 0) {
		const struct mta *of = mta;

		if (!line_split(&clock, str_take(&head, '\n'), &line))
			continue;
		if (of == NULL)
			of = mta_of_program(line.program);
		if (of != NULL &&
		    (mta == NULL ? of->leans : of->claims(line.program)))
			return true;
	}
	return false;
}

/* The first bytes of a source; lives until the reader is closed. */
static struct str
head_of(struct reader *reader)
{
	struct str head;
	uint64_t offset;
	struct err err;

	return reader_next(reader, &head, &offset, &err)
		   ? str_head(head, MTA_HEAD)
		   : (struct str){NULL, 0};
}

const struct mta *
reading_own(const struct reading *reading, const struct source *source,
    struct line_form *ret_form, const char **ret_instead)
{
	const struct mta *named = reading->mta, *own;
	struct reader *reader = reader_open(source, 0, MTA_HEAD);
	struct str head = head_of(reader);

	own = mta_of_head(head);
	if (own == NULL && named != NULL && named->split != NULL &&
	    !has_line_of(head, named))
		own = named;
	if (own != NULL && own->form != NULL)
		own->form(head, ret_form);
	*ret_instead = own == NULL ? mta_other_log(head) : NULL;
	reader_close(reader);
	return own;
}

bool
reading_leans(const struct reading *reading)
{
	bool lean = false;

	secret_forget_log();
	for (size_t i = 0; i < reading->sources->n; i++) {
		const struct source *s = &reading->sources->items[i];
		struct reader *reader;
		const struct mta *own;
		struct str head;

		if (s->role != SOURCE_MAIL)
			continue;
		reader = reader_open(s, 0, MTA_HEAD);
		head = head_of(reader);
		secret_of_log(str_hash(head));
		own = mta_of_head(head);
		lean |= own != NULL ? own->leans : has_line_of(head, NULL);
		reader_close(reader);
	}
	return lean;
}
