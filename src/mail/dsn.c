/* SPDX-License-Identifier: ISC */
/*
 * RFC 3464 2: a group of fields about the message, one for each recipient:
 *
 *	Reporting-MTA: dns; mx1.tienda.example
 *	Arrival-Date: Sat, 21 Nov 2026 03:40:58 +0000
 *
 *	Final-Recipient: rfc822; bob@other.example
 *	Action: failed
 *	Status: 5.1.1
 *	Remote-MTA: dns; mx.other.example
 *	Diagnostic-Code: smtp; 550 5.1.1 <bob@other.example>: User unknown
 *
 * Real ones leave out types, put empty lines in the middle of a group or none
 * between two: a second Final-Recipient begins a new one all the same.
 */
#include "mail/dsn.h"

#include "mail/field.h"

/* "dns; mx1" -> "mx1"; what has no type stays. */
static struct str
untyped(struct str value)
{
	size_t n = str_chr(value, ';');
	struct str type = str_trim(str_head(value, n));

	if (n == value.n || str_chr(type, ' ') < type.n ||
	    str_chr(type, '@') < type.n)
		return value;
	return str_trim(str_skip(value, n + 1));
}

static struct str
address_of(struct str value)
{
	value = untyped(value);
	if (value.n >= 2 && value.p[0] == '<') {
		value = str_skip(value, 1);
		value = str_head(value, str_chr(value, '>'));
	}
	return value;
}

struct named {
	struct str name;
	struct str *to;
	struct str (*read)(struct str value);
};

/* The first of two fields of one name is kept. True: it was one of these. */
static bool
take(const struct field *field, const struct named *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_fold(field->name, names[i].name))
			continue;
		if (names[i].to->n == 0)
			*names[i].to = names[i].read(field->value);
		return true;
	}
	return false;
}

bool
dsn_message(struct str *rest, struct dsn_message *ret_message)
{
	struct dsn_message *m = ret_message;
	const struct named names[] = {
	    {S("Reporting-MTA"), &m->reporter, untyped},
	    {S("Arrival-Date"), &m->arrival, str_trim},
	    {S("Original-Envelope-Id"), &m->envelope_id, str_trim},
	    {S("X-Postfix-Queue-ID"), &m->queue_id, str_trim},
	    {S("X-Postfix-Sender"), &m->sender, address_of},
	};
	struct str start = *rest, before = start;
	struct field field;
	bool found = false;

	*m = (struct dsn_message){0};
	*rest = str_trim(*rest);
	for (;;) {
		before = *rest;
		if (!field_next(rest, &field)) {
			if (found || rest->n == 0)
				break;
			continue;
		}
		if (str_eq_fold(field.name, S("Final-Recipient")) ||
		    str_eq_fold(field.name, S("Original-Recipient"))) {
			*rest = before;
			found = true;
			break;
		}
		found |= take(&field, names, ARRAY_LEN(names));
	}
	if (!found)
		*rest = start;
	return found;
}

bool
dsn_recipient(struct str *rest, struct dsn_recipient *ret_recipient)
{
	struct dsn_recipient *r = ret_recipient;
	const struct named names[] = {
	    {S("Final-Recipient"), &r->final, address_of},
	    {S("Original-Recipient"), &r->original, address_of},
	    {S("X-Actual-Recipient"), &r->original, address_of},
	    {S("Action"), &r->action, field_word},
	    {S("Status"), &r->status, field_word},
	    {S("Remote-MTA"), &r->remote, untyped},
	    {S("Diagnostic-Code"), &r->diagnostic, untyped},
	};
	struct field field;

	*r = (struct dsn_recipient){0};
	while (rest->n > 0) {
		struct str before = *rest;

		if (!field_next(rest, &field)) {
			/* an empty line inside of a group is passed over */
			if (r->final.n > 0 && r->status.n > 0)
				return true;
			continue;
		}
		if (r->final.n > 0 &&
		    (str_eq_fold(field.name, S("Final-Recipient")) ||
			(r->status.n > 0 && str_eq_fold(field.name,
						S("Original-Recipient"))))) {
			*rest = before;
			return true;
		}
		(void)take(&field, names, ARRAY_LEN(names));
	}
	return r->final.n > 0 || r->original.n > 0;
}
