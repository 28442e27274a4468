/* SPDX-License-Identifier: ISC */
#include "delist/draft.h"

#include "base/lang.h"
#include "base/text.h"

enum {
	SAID = 200,
	DONE = 1000,
};

/* A paragraph behind the body, wrapped. mark: in front of its first line. */
static void
say(struct arena *a, struct draft *d, const char *mark, struct str text)
{
	size_t indent = strlen(mark), at = indent;
	struct str line = arena_printf(a, "%s", mark), word;
	struct str rest = text_safe(a, text);
	bool first = true;

	while (rest.n > 0) {
		word = str_take(&rest, ' ');
		if (word.n == 0)
			continue;
		if (!first && at + 1 + text_width(word) > DRAFT_WIDTH) {
			d->body = arena_printf(
			    a, "%.*s%.*s\n", STR_ARG(d->body), STR_ARG(line));
			line = arena_printf(a, "%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		line = arena_printf(a, "%.*s%s%.*s", STR_ARG(line),
		    first ? "" : " ", STR_ARG(word));
		at += text_width(word) + !first;
		first = false;
	}
	d->body =
	    arena_printf(a, "%.*s%.*s\n", STR_ARG(d->body), STR_ARG(line));
}

static void
gap(struct arena *a, struct draft *d)
{
	d->body = arena_printf(a, "%.*s\n", STR_ARG(d->body));
}

/* A moment as another continent reads it. */
static const char *
moment(struct arena *a, wall_us at)
{
	char text[TIME_TEXT];

	return str_keep(a, str_z(time_rfc3339(at, text))).p;
}

/* What the receiver said, of a log line that also says who was written to. */
static struct str
answer_of(struct arena *a, struct str text)
{
	size_t at = str_find(text, S("said: "));
	struct str answer = at < text.n ? str_skip(text, at + 6) : text;
	size_t end = str_find(answer, S(" (in reply to "));

	if (end < answer.n)
		return str_head(answer, end);
	if (answer.n <= SAID)
		return answer;
	return arena_printf(a, "%.*s...", STR_ARG(str_head(answer, SAID)));
}

static struct str
host_name(const struct petitions *p, const struct petition *x)
{
	const struct host_footing *host = footing_host(&p->footing, x->target);

	if (host == NULL)
		return S("");
	return host->ptr.n > 0 ? host->ptr : host->helo;
}

static void
say_what(struct arena *a, struct draft *d, const struct petitions *p,
    const struct petition *x)
{
	struct str name = host_name(p, x);

	say(a, d, "",
	    name.n > 0
		? arena_printf(a, _("I run the mail server %.*s (%.*s)."),
		      STR_ARG(name), STR_ARG(x->target))
		: arena_printf(a, _("I run the mail server at %.*s."),
		      STR_ARG(x->target)));
	if (x->list != NULL)
		say(a, d, "",
		    arena_printf(a,
			_("%.*s is listed by %s (%s); we have seen that since "
			  "%s."),
			STR_ARG(x->target), x->way->name, x->list->zone,
			moment(a, x->first)));
	else
		say(a, d, "",
		    arena_printf(a,
			_n("Mail from it is refused by your servers: %s "
			   "answer from %s to %s.",
			    "Mail from it is refused by your servers: %s "
			    "answers from %s to %s.",
			    x->answers),
			lang_number(a, x->answers), moment(a, x->first),
			moment(a, x->last)));
	if (x->said.n > 0)
		say(a, d, "  > ", str_head(x->said, SAID));
	if (x->cite != NULL && x->cite->excerpt.n > 0)
		say(a, d, "  > ", answer_of(a, x->cite->whole));
}

static void
say_cause(struct arena *a, struct draft *d, const struct petitions *p)
{
	const struct footing *f = &p->footing;
	const struct share *s;

	if (f->source == NULL) {
		say(a, d, "",
		    str_z(_("Our logs show nobody who sent spam. [What did "
			    "you find? Another machine behind the address, a "
			    "web page, a setting:]")));
		d->blanks++;
		return;
	}
	s = &f->source->share;
	say(a, d, "",
	    arena_printf(
		a, _("What happened: %s."), _(f->source->kind->title)));
	if (s->messages > 0 && s->first > 0)
		say(a, d, "  - ",
		    arena_printf(a,
			_("%s messages to %s recipients, from %s to %s"),
			lang_number(a, s->messages),
			lang_number(a, s->recipients), moment(a, s->first),
			moment(a, s->last)));
	if (s->bounced > 0)
		say(a, d, "  - ",
		    arena_printf(a, _("%s of them were refused, %s as spam"),
			lang_number(a, s->bounced),
			lang_number(a, s->refused_spam)));
	if (s->ips > 1)
		say(a, d, "  - ",
		    arena_printf(a, _("it came from %s addresses"),
			lang_number(a, s->ips)));
	if (f->last != WALL_NONE)
		say(a, d, "  - ",
		    arena_printf(a,
			_("the last of it left at %s; our logs of the %s "
			  "after that show none"),
			moment(a, f->last),
			lang_span(
			    a, f->until > f->last ? f->until - f->last : 0)));
}

static void
say_done(struct arena *a, struct draft *d, const struct str *done, size_t n)
{
	say(a, d, "", str_z(_("What was done:")));
	for (size_t i = 0; i < n; i++)
		say(a, d, "  - ", str_head(done[i], DONE));
	if (n > 0)
		return;
	say(a, d, "  - ",
	    str_z(_("[What ended it, and when: the password was changed and "
		    "all sessions ended, the script removed and the hole "
		    "closed]")));
	d->blanks++;
}

static void
say_standings(struct arena *a, struct draft *d, const struct petitions *p,
    const struct petition *x, const struct report *report)
{
	bool any = false;

	for (int i = NEED_QUEUE; i < NEEDS; i++) {
		const struct standing *s =
		    footing_of(&p->footing, x->target, (enum need)i);

		/* What was not looked at itself is no word to give. */
		if (s->state != STANDING_GOOD ||
		    (i == NEED_QUEUE && report->queue == NULL) ||
		    (i == NEED_RELAY && report->facts == NULL))
			continue;
		if (!any)
			say(a, d, "", str_z(_("How the server stands today:")));
		any = true;
		say(a, d, "  - ", s->sentence);
	}
	if (any)
		gap(a, d);
}

/* What is asked for, by who is asked. */
static void
say_request(struct arena *a, struct draft *d, const struct petition *x)
{
	if (x->way->how == WAY_OWNER) {
		say(a, d, "",
		    arena_printf(a,
			_("The address is in your network, and only its owner "
			  "can ask %s for removal (%.*s). Please do that, "
			  "and pass on what is said above."),
			x->way->name, STR_ARG(petition_to(a, x))));
		return;
	}
	if (x->times > 0)
		say(a, d, "",
		    arena_printf(a, _("We asked before, on %s."),
			moment(a, x->asked_at)));
	say(a, d, "",
	    str_z(_("Please take it off, or tell us what you still see from "
		    "it: a time, a sender or a subject is enough to find "
		    "it.")));
}

bool
draft_make(struct arena *a, const struct petitions *p, const struct petition *x,
    const struct report *report, const struct str *done, size_t done_n,
    struct draft *ret_draft)
{
	struct draft d = {0};
	struct str target = text_safe(a, x->target);

	if (!petition_may_ask(x))
		return false;
	if (x->way->how != WAY_OWNER)
		d.to = petition_to(a, x);
	d.subject =
	    x->way->how == WAY_OWNER
		? arena_printf(a, _("%.*s in your network is blocked by %s"),
		      STR_ARG(target), x->way->name)
		: arena_printf(a, _("Removal of %.*s"), STR_ARG(target));
	say(a, &d, "", str_z(_("Hello,")));
	gap(a, &d);
	say_what(a, &d, p, x);
	gap(a, &d);
	say_cause(a, &d, p);
	gap(a, &d);
	say_done(a, &d, done, done_n);
	gap(a, &d);
	say_standings(a, &d, p, x, report);
	say_request(a, &d, x);
	gap(a, &d);
	say(a, &d, "",
	    arena_printf(a, _("[Name, telephone], postmaster of %.*s"),
		STR_ARG(p->footing.domains_n > 0 ? p->footing.domains[0]
						 : report->host)));
	d.blanks++;
	*ret_draft = d;
	return true;
}
