/* SPDX-License-Identifier: ISC */
#include "delist/escape.h"

#include "base/lang.h"

static const struct escape escapes[] = {
#define ESCAPE(mta, what, where, lines) {mta, ESCAPE_##what, where, lines},
#include "delist/escape_list.h"
#undef ESCAPE
};

static const struct {
	const char *name, *title, *risk;
} words[ESCAPES] = {
    [ESCAPE_RELAY] = {"relay-host", N_("all mail through a relay host"),
	N_("Stop the source first: a relay host that gets spam closes your "
	   "account. It sees your mail and has limits; go on signing DKIM "
	   "here.")},
    [ESCAPE_ROUTE] = {"route",
	N_("only the mail for the receiver that blocks, through a relay host"),
	N_("The rest goes out as before; take it out again when the block is "
	   "lifted.")},
    [ESCAPE_SOURCE] = {"another-address",
	N_("from another address of this machine"),
	N_("It needs a reverse name of its own that leads back, and begins "
	   "without reputation: send little at first. Look at it with sereno "
	   "listed before: neighbours of a bad address are often listed with "
	   "it. While the source still sends it burns the new one, too.")},
};

const struct escape *
escape_find(struct str mta, enum escape_what what)
{
	for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
		if (str_eq(str_z(escapes[i].mta), mta) &&
		    escapes[i].what == what)
			return &escapes[i];
	return NULL;
}

const char *
escape_name(enum escape_what what)
{
	return words[what].name;
}

const char *
escape_title(enum escape_what what)
{
	return words[what].title;
}

const char *
escape_risk(enum escape_what what)
{
	return words[what].risk;
}

struct str
escape_spf(struct arena *a, struct str record, const char *term)
{
	struct str rest = record, word, out = {NULL, 0};
	bool put = false;

	while (rest.n > 0) {
		struct str bare;

		word = str_take(&rest, ' ');
		if (word.n == 0)
			continue;
		bare = word.p[0] == '-' || word.p[0] == '~' ||
			       word.p[0] == '?' || word.p[0] == '+'
			   ? str_skip(word, 1)
			   : word;
		if (!put && (str_eq_fold(bare, S("all")) ||
				str_starts(word, S("redirect=")))) {
			out = arena_printf(a, "%.*s %s", STR_ARG(out), term);
			put = true;
		}
		out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out),
		    out.n > 0 ? " " : "", STR_ARG(word));
	}
	return put ? out : arena_printf(a, "%.*s %s", STR_ARG(out), term);
}
