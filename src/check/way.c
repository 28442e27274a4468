/* SPDX-License-Identifier: ISC */
#include "check/way.h"

#include "base/lang.h"

#include "ways_table.h"

enum {
	QUIET = 24, /* hours, for lists that say nothing */
	ALL_NEEDS = 1U << NEED_QUIET | 1U << NEED_QUEUE | 1U << NEED_PTR |
		    1U << NEED_HELO | 1U << NEED_RELAY,
};

static const struct {
	const char *name, *sentence;
} hows[WAY_HOWS] = {
    [WAY_AUTO] = {"auto", N_("it goes by itself; nobody need be asked")},
    [WAY_SELF] = {"self", N_("whoever asks is taken off at once")},
    [WAY_FORM] = {"form", N_("a form that somebody reads")},
    [WAY_MAIL] = {"mail", N_("a letter")},
    [WAY_ACCOUNT] = {"account", N_("a form behind an account")},
    [WAY_OWNER] = {"owner", N_("the owner of the network must ask")},
    [WAY_NONE] = {"none", N_("nobody can be asked")},
    [WAY_THEIRS] = {"theirs", N_("the receiver must correct a mistake")},
};

/* "list:ID/LABEL" against one word of leads; a receiver's answer has its label
 * somewhere in its words. */
static bool
word_leads(struct str word, struct str kind, struct str id, struct str label)
{
	size_t slash;

	if (!str_eat(&word, kind))
		return false;
	slash = str_chr(word, '/');
	if (slash < word.n &&
	    (str_eq(kind, S("reply:"))
		    ? !str_has(label, str_skip(word, slash + 1))
		    : !str_eq(label, str_skip(word, slash + 1))))
		return false;
	word = str_head(word, slash);
	return str_ends(word, S("*"))
		   ? str_starts(id, str_head(word, word.n - 1))
		   : str_eq(word, id);
}

static const struct way *
find(struct str kind, struct str id, struct str label)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct str rest = str_z(ways[i].leads), word;

		while ((word = str_take(&rest, ' ')).n > 0)
			if (word_leads(word, kind, id, label))
				return &ways[i];
	}
	return NULL;
}

const struct way *
way_of_list(const struct list *list, struct str label, struct way *ret_made)
{
	static const enum way_how of_removal[REMOVALS] = {
	    [REMOVAL_AUTO] = WAY_AUTO,
	    [REMOVAL_SELF] = WAY_SELF,
	    [REMOVAL_FORM] = WAY_FORM,
	    [REMOVAL_MAIL] = WAY_MAIL,
	    [REMOVAL_ACCOUNT] = WAY_ACCOUNT,
	    [REMOVAL_OWNER] = WAY_OWNER,
	    [REMOVAL_NONE] = WAY_NONE,
	};
	const struct way *way = find(S("list:"), str_z(list->id), label);
	enum way_how how = of_removal[list->removal];

	if (way != NULL)
		return way;
	*ret_made = (struct way){.id = list->id,
	    .name = list->operator[0] != '\0' ? list->operator: list->zone,
	    .leads = "",
	    .to = list->url,
	    .note = list->note,
	    .source = list->source,
	    .date = list->date,
	    .how = how,
	    .needs = how == WAY_NONE   ? 0
		     : how == WAY_AUTO ? 1U << NEED_QUIET | 1U << NEED_QUEUE
				       : ALL_NEEDS,
	    .quiet_hours = QUIET,
	    .expiry_hours = list->expiry_hours,
	    .english_only = true,
	    .paid = list->paid, };
	return ret_made;
}

const struct way *
way_of_reply(struct str rule, struct str text)
{
	return find(S("reply:"), rule, text);
}

const struct way *
way_find(struct str id)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (str_eq_fold(str_z(ways[i].id), id))
			return &ways[i];
	return NULL;
}

const char *
way_how_name(enum way_how how)
{
	return hows[how].name;
}

const char *
way_how_sentence(enum way_how how)
{
	return hows[how].sentence;
}

const char *
need_name(enum need need)
{
	static const char *const names[NEEDS] = {
	    "quiet", "queue", "ptr", "helo", "spf", "dmarc", "relay"};

	return names[need];
}

bool
way_has_letter(enum way_how how)
{
	return how == WAY_FORM || how == WAY_MAIL || how == WAY_ACCOUNT ||
	       how == WAY_OWNER || how == WAY_SELF;
}
