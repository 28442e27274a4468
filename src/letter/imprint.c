/* SPDX-License-Identifier: ISC */
/*
 *	X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:ES;      SEEN
 *	Received: from mx1.tienda.example ... by mx.other.example
 *	------------------------------------------- boundary
 *	X-PHP-Originating-Script: 33:mailer.php                  TOLD
 *	X-Mailer: Outlook                                        NEVER
 *
 * A server writes its fields on top of what it got. So what stands above the
 * line of the oldest host that is believed was written by such hosts; what
 * stands below may have come with the message.
 */
#include "letter/imprint.h"

#include "base/lang.h"
#include "mail/field.h"

static const struct {
	struct str field;
	enum imprint_kind kind;
	const char *sentence;
} known[] = {
#define IMPRINT(field, kind, sentence) {S0(field), IMPRINT_##kind, sentence},
#include "letter/imprint_list.h"
#undef IMPRINT
};

const char *
imprint_kind_name(enum imprint_kind kind)
{
	static const char *const names[IMPRINT_KINDS] = {
	    [IMPRINT_ADDRESS] = "address",
	    [IMPRINT_SCRIPT] = "script",
	    [IMPRINT_ACCOUNT] = "account",
	    [IMPRINT_PROGRAM] = "program",
	};

	return names[kind];
}

const char *
imprint_trust_name(enum imprint_trust trust)
{
	static const char *const names[IMPRINT_TRUSTS] = {
	    [IMPRINT_NEVER] = "never",
	    [IMPRINT_TOLD] = "told",
	    [IMPRINT_HERE] = "here",
	    [IMPRINT_SEEN] = "seen",
	    [IMPRINT_AGREES] = "agrees",
	    [IMPRINT_LOG] = "log",
	};

	return names[trust];
}

const char *
imprint_trust_words(enum imprint_trust trust)
{
	static const char *const words[IMPRINT_TRUSTS] = {
	    [IMPRINT_NEVER] =
		N_("proves nothing: anybody can write any name there"),
	    [IMPRINT_TOLD] =
		N_("may be forged: it stands below the boundary, where the "
		   "sender writes what he likes"),
	    [IMPRINT_HERE] =
		N_("likely: it came with mail that was put in on your server; "
		   "only who put it in could have forged it"),
	    [IMPRINT_SEEN] =
		N_("believed: it stands above the boundary, where only the "
		   "receiving side writes"),
	    [IMPRINT_AGREES] =
		N_("true: a Received line that is believed names the same "
		   "address"),
	    [IMPRINT_LOG] = N_("true: your own log says the same"),
	};

	return words[trust];
}

static void
add(struct imprints *out, const struct field *f, size_t number,
    enum imprint_trust trust)
{
	if (out->n == IMPRINTS) {
		out->missed++;
		return;
	}
	out->items[out->n++] = (struct imprint){
	    .field = f->name,
	    .value = f->value,
	    .kind = known[number].kind,
	    .trust =
		known[number].kind == IMPRINT_PROGRAM ? IMPRINT_NEVER : trust,
	    .sentence = known[number].sentence,
	};
}

void
imprints_read(struct str header, const struct chain *chain, bool here,
    struct imprints *ret_imprints)
{
	struct imprints *out = ret_imprints;
	struct field field;
	size_t hops = 0;

	out->n = 0;
	out->missed = 0;
	while (field_next(&header, &field)) {
		bool above = chain->n > 0 && hops <= chain->entry;

		if (str_eq_fold(field.name, S("Received"))) {
			hops++;
			continue;
		}
		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			if (str_eq_fold(field.name, known[i].field))
				add(out, &field, i,
				    above  ? IMPRINT_SEEN
				    : here ? IMPRINT_HERE
					   : IMPRINT_TOLD);
	}
}
