/* SPDX-License-Identifier: ISC */
#include "queue/traits.h"

#include "mail/address.h"
#include "mail/field.h"

/* A field that is kept, and where. */
struct wanted {
	struct str name;
	size_t at;
};

#define WANT(name, member)                                                     \
	{                                                                      \
		S0(name), offsetof(struct traits, member)                      \
	}

static const struct wanted wanted[] = {
    WANT("subject", subject),
    WANT("from", from),
    WANT("to", to),
    WANT("message-id", message_id),
    WANT("x-mailer", mailer),
    WANT("user-agent", mailer),
    WANT("content-type", content_type),
    WANT("content-transfer-encoding", encoding),
    WANT("x-php-originating-script", php_script),
    WANT("x-originating-ip", originating_ip),
    WANT("list-id", list),
    WANT("list-unsubscribe", list),
    WANT("auto-submitted", auto_submitted),
};

/* The first of a name counts: the ones below are the sender's own. */
static void
keep(struct traits *traits, const struct field *field)
{
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct str *to =
		    (struct str *)(void *)((char *)traits + wanted[i].at);

		if (field->name.n != wanted[i].name.n ||
		    !str_eq_fold(field->name, wanted[i].name))
			continue;
		if (to->n == 0)
			*to = field->value;
		return;
	}
}

static void
keep_received(struct traits *traits, struct str value)
{
	for (size_t i = 0; i < ARRAY_LEN(traits->received); i++)
		if (traits->received[i].n == 0) {
			traits->received[i] = value;
			return;
		}
}

/* Of Postfix with smtpd_sasl_authenticated_header, and of Exim's "(Authenticated
 * sender: x)" by its received_header_text. Only the newest Received is surely
 * this host's. */
static struct str
authenticated(struct str received)
{
	struct str mark = S("(Authenticated sender: ");
	size_t at = str_find(received, mark);
	struct str rest = str_skip(received, at + mark.n);

	if (at == received.n)
		return (struct str){NULL, 0};
	return str_head(rest, str_chr(rest, ')'));
}

void
traits_read(const struct queue_message *m, struct traits *ret_traits)
{
	struct str head = m->head;
	struct field field;

	*ret_traits = (struct traits){0};
	while (field_next(&head, &field)) {
		if (str_eq_fold(field.name, S("received")))
			keep_received(ret_traits, field.value);
		else
			keep(ret_traits, &field);
	}
	if (!m->is_raw)
		ret_traits->authenticated =
		    authenticated(ret_traits->received[0]);
}

bool
traits_is_notice(const struct queue_message *m)
{
	return address_is_null(m->sender) && m->account.n == 0 &&
	       ip_is_none(&m->client) && m->uid < 0;
}
