/* SPDX-License-Identifier: ISC */
/*
 * RFC 5965 3:
 *
 *	Feedback-Type: abuse
 *	User-Agent: SomeGenerator/1.0
 *	Version: 1
 *	Original-Mail-From: <ana@tienda.example>
 *	Original-Rcpt-To: <bob@other.example>
 *	Received-Date: Sat, 21 Nov 2026 03:41:00 +0000
 *	Source-IP: 192.0.2.1
 *	Reported-Domain: tienda.example
 *
 * Failure reports of DMARC (RFC 6591, RFC 9991) have the type auth-failure and
 * the same fields. Receivers leave out recipients or replace them.
 */
#include "mail/arf.h"

#include "mail/date.h"
#include "mail/field.h"

static struct str
bare(struct str value)
{
	value = str_trim(value);
	if (value.n >= 2 && value.p[0] == '<' && value.p[value.n - 1] == '>')
		value = (struct str){value.p + 1, value.n - 2};
	return value;
}

static void
offer(struct str *to, struct str value)
{
	if (to->n == 0)
		*to = value;
}

static void
read_field(struct arf *arf, const struct field *f)
{
	struct str value = bare(f->value);
	span_us zone;
	uint64_t n;

	if (str_eq_fold(f->name, S("Feedback-Type")))
		offer(&arf->type, field_word(value));
	else if (str_eq_fold(f->name, S("Original-Mail-From")))
		offer(&arf->sender, value);
	else if (str_eq_fold(f->name, S("Original-Rcpt-To")) ||
		 str_eq_fold(f->name, S("Removal-Recipient")))
		offer(&arf->recipient, value);
	else if (str_eq_fold(f->name, S("Reported-Domain")))
		offer(&arf->domain, value);
	else if (str_eq_fold(f->name, S("Reporting-MTA")))
		offer(&arf->reporter,
		    str_trim(str_has(value, S(";"))
				 ? str_skip(value, str_chr(value, ';') + 1)
				 : value));
	else if (str_eq_fold(f->name, S("Authentication-Results")))
		offer(&arf->results, value);
	else if (str_eq_fold(f->name, S("Source-IP")) ||
		 str_eq_fold(f->name, S("Source")))
		(void)ip_parse(value, &arf->source);
	else if (str_eq_fold(f->name, S("Incidents")) &&
		 str_u64(&value, 9, &n) && n > 0)
		arf->incidents = n;
	else if ((str_eq_fold(f->name, S("Arrival-Date")) ||
		     str_eq_fold(f->name, S("Received-Date"))) &&
		 arf->arrival == WALL_NONE)
		(void)date_parse(value, &arf->arrival, &zone);
}

bool
arf_parse(struct str body, struct arf *ret_arf)
{
	struct field field;

	*ret_arf = (struct arf){.incidents = 1, .arrival = WALL_NONE};
	while (body.n > 0)
		if (field_next(&body, &field))
			read_field(ret_arf, &field);
	return ret_arf->type.n > 0;
}
