/* SPDX-License-Identifier: ISC */
#include "show/listed.h"

#include "base/lang.h"
#include "base/text.h"
#include "check/dnsbl_confirm.h"
#include "cmd/examination.h"
#include "cmd/inquiry.h"
#include "cmd/sends_as.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	RANGE_MAX = 4096, /* addresses of one range */
	NOTES = 64,
};

/* What the command knows before its child begins. */
struct listed {
	struct sends_as_set own;
	span_us watch; /* 0: once */
	char host[256];
};

/* In the child. */
struct listed_work {
	struct inquiry *x;
	struct listed *l;
	struct arena arena;
	struct not_examined notes[NOTES];
	size_t notes_n;
};

static void
note(struct listed_work *w, struct str what, const char *sentence)
{
	if (w->notes_n < NOTES)
		w->notes[w->notes_n++] = (struct not_examined){
		    str_keep(&w->arena, what), str_z(sentence)};
}

static void
add_ip(struct listed_work *w, struct dnsbl *d, const struct ip *ip,
    struct str shown, struct str why)
{
	/* Names of a house are not told to the world. */
	if (ip_is_private(ip) || ip_is_loopback(ip) || ip_is_none(ip))
		note(w, shown,
		    _("a private address is on no list and is not asked"));
	else
		dnsbl_add_ip(d, ip, why);
}

/* The next address; false when it was the last of the 128 bits. */
static bool
ip_next(struct ip *ip, int step_byte)
{
	for (int i = step_byte; i >= 0; i--)
		if (++ip->b[i] != 0)
			return true;
	return false;
}

/* Each address of an IPv4 range; the first of each /64 of an IPv6 one. */
static void
add_range(struct listed_work *w, struct dnsbl *d, const struct ip_prefix *range,
    struct str shown)
{
	bool v4 = ip_is_v4(&range->net);
	struct ip ip = range->net;
	char text[IP_TEXT];

	for (int n = 0; n < RANGE_MAX && ip_in_prefix(&ip, range); n++) {
		add_ip(w, d, &ip, str_z(ip_text(&ip, text)), shown);
		if (!ip_next(&ip, v4 ? 15 : 7))
			break;
	}
}

static bool
range_fits(const struct ip_prefix *range)
{
	return ip_is_v4(&range->net) ? range->bits >= 128 - 12
				     : range->bits >= 64 - 12;
}

/* A name stands for itself and for the addresses that it has. */
static void
add_name(
    struct listed_work *w, struct dnsbl *d, struct str name, struct str why)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	bool known = false;

	dnsbl_add_domain(d, name, why);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct dns_answer answer =
		    resolver_get(w->x->resolver, &w->arena, name, types[i]);

		known |= dns_is_known(answer.status);
		for (size_t k = 0; k < answer.n; k++)
			add_ip(w, d, &answer.records[k].ip, name,
			    arena_printf(&w->arena, _("address of %.*s"),
				STR_ARG(name)));
	}
	if (!known)
		note(w, name, _("its addresses could not be found out"));
}

static bool
is_name(struct str word)
{
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;

	word = dns_name_trim(word);
	/* "192.0.2.300": no top-level domain is a number (RFC 3696 2). */
	if (word.n > 0 && word.p[word.n - 1] >= '0' &&
	    word.p[word.n - 1] <= '9' && str_rchr(word, '.') < word.n) {
		struct str last = str_skip(word, str_rchr(word, '.') + 1);
		uint64_t number;

		if (str_u64(&last, 19, &number) && last.n == 0)
			return false;
	}
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] <= ' ' || word.p[i] == '/' || word.p[i] == '@' ||
		    word.p[i] == ':')
			return false;
	return str_chr(word, '.') < word.n && dns_name_wire(word, wire, &n);
}

/* Checked before the child is made, so that it is an error of usage. */
static bool
check_word(struct str word, struct err *err)
{
	struct ip_prefix range;
	struct arena scratch = {0};
	struct str shown = text_safe(&scratch, str_head(word, 80));
	bool good = true;

	if (ip_prefix_parse(word, &range)) {
		if (!range_fits(&range))
			good = err_set(err, ERR_CONFIG,
			    _("'%.*s' has more than %d addresses"),
			    STR_ARG(shown), RANGE_MAX);
	} else if (!is_name(word)) {
		good = err_set(err, ERR_CONFIG,
		    _("'%.*s' is no address, range or name with a dot"),
		    STR_ARG(shown));
	}
	if (!good)
		snprintf(err->hint, sizeof(err->hint),
		    "sereno listed 192.0.2.1 192.0.2.0/24 example.org");
	arena_done(&scratch);
	return good;
}

static void
add_word(
    struct listed_work *w, struct dnsbl *d, struct str word, struct str why)
{
	struct ip_prefix range;

	if (!ip_prefix_parse(word, &range)) {
		if (is_name(word))
			add_name(w, d, dns_name_trim(word), why);
	} else if (range.bits == 128) {
		add_ip(w, d, &range.net, word, why);
	} else {
		add_range(w, d, &range, word);
	}
}

static void
fill(struct listed_work *w, struct dnsbl *d)
{
	const struct options *o = w->x->options;
	const struct option_value *lists = &o->values[OPT_LIST];

	d->resolver = w->x->resolver;
	d->rate = inquiry_rate(o);
	d->fresh = options_has(o, OPT_NO_CACHE);
	for (size_t i = 0; i < o->words.n; i++)
		add_word(w, d, o->words.texts[i], S(""));
	for (size_t i = 0; i < w->l->own.n; i++)
		add_word(w, d, w->l->own.items[i].text, w->l->own.items[i].why);
	if (o->words.n == 0 && w->l->own.private_only)
		note(w, str_z(w->l->host),
		    _("the interfaces have private addresses only; name the "
		      "address that the world sees, with --own"));
	if (lists->n > 0)
		dnsbl_choose_named(d, &w->x->lists, lists->texts, lists->n);
	else
		dnsbl_choose(d, &w->x->lists, options_has(o, OPT_EXTENDED));
}

static int
show(struct listed_work *w, const struct dnsbl *d, wall_us begun)
{
	const struct options *o = w->x->options;
	struct arena scratch = {0};
	const struct listed_view view = {.d = d,
	    .host = str_z(w->l->host),
	    .at = begun,
	    .took = time_now() - begun,
	    .asked = resolver_asked(w->x->resolver),
	    .resolver = inquiry_resolver_text(w->x, &scratch),
	    .recursion = w->x->conf.servers_n == 0,
	    .notes = w->notes,
	    .notes_n = w->notes_n};
	int code = listed_exit(&view);
	struct screen screen;

	if (options_has(o, OPT_NAGIOS)) {
		code = listed_nagios(&view, stdout);
	} else if (options_has(o, OPT_JSON) && !options_has(o, OPT_QUIET)) {
		listed_json(&view, stdout);
	} else if (!options_has(o, OPT_QUIET)) {
		examination_screen(o, &scratch, &screen);
		listed_text(&view, &screen);
	}
	arena_done(&scratch);
	return code;
}

/* ---- --watch ---- */

/* Was this target on this list in the round before? */
static const struct dnsbl_entry *
was_listed(const struct dnsbl *before, const struct dnsbl_probe *probe,
    const struct dnsbl_target *target)
{
	for (size_t i = 0; i < before->entries_n; i++) {
		const struct dnsbl_entry *e = before->entries[i];

		if (listed_counts(before, e) &&
		    str_eq(before->probes[e->probe].zone, probe->zone) &&
		    str_eq(before->targets[e->target].name, target->name))
			return e;
	}
	return NULL;
}

static void
say_change(struct listed_work *w, const char *what, const struct dnsbl *d,
    size_t probe, size_t target)
{
	struct arena a = {0};

	if (!options_has(w->x->options, OPT_NAGIOS) &&
	    !options_has(w->x->options, OPT_JSON) &&
	    !options_has(w->x->options, OPT_QUIET))
		printf("%s  %.*s: %.*s %s\n", lang_moment(&a, time_now()),
		    STR_ARG(text_safe(&a, d->targets[target].name)),
		    STR_ARG(text_safe(&a, d->probes[probe].shown)), what);
	arena_done(&a);
}

/*
 * What was listed and is not now: one server may be behind the others, so a
 * second one is asked before it is believed. Returns how many are still to be
 * waited for.
 */
static size_t
compare(struct listed_work *w, const struct dnsbl *before, struct dnsbl *now)
{
	size_t open = 0;

	for (size_t p = 0; p < now->probes_n; p++)
		for (size_t t = 0; t < now->targets_n; t++) {
			enum dnsbl_cell cell = dnsbl_cell_of(now, p, t);
			bool was = was_listed(before, &now->probes[p],
				       &now->targets[t]) != NULL;

			if (cell == CELL_LISTED && !was)
				say_change(w, _("lists it now"), now, p, t);
			if (cell == CELL_UNKNOWN && was)
				open++;
			if (cell != CELL_CLEAN || !was)
				continue;
			switch (dnsbl_confirm(now, p, t)) {
			case CONFIRM_CLEAN:
				say_change(w,
				    _("has let it go; a second name server "
				      "says so too"),
				    now, p, t);
				break;
			case CONFIRM_LISTED:
				open++;
				say_change(w,
				    _("has let it go, says one name server, "
				      "but a second one still lists it"),
				    now, p, t);
				break;
			case CONFIRM_UNKNOWN:
				open++;
				say_change(w,
				    _("has let it go, says one name server; "
				      "no second one could be asked"),
				    now, p, t);
				break;
			}
		}
	return open;
}

static int
watch(struct listed_work *w, struct dnsbl *before, int code)
{
	struct timespec pause = {.tv_sec = w->l->watch / US_SECOND,
	    .tv_nsec = w->l->watch % US_SECOND * 1000};
	const int listed = options_has(w->x->options, OPT_NAGIOS) ? 0 : 1;

	while (code != 0 || listed < 0) {
		struct dnsbl now = {0};
		wall_us begun;
		size_t open;

		if (command_flush(code) != code)
			return OUTCOME_FAILED;
		(void)nanosleep(&pause, NULL);
		begun = time_now();
		w->notes_n = 0;
		fill(w, &now);
		now.fresh = true;
		dnsbl_run(&now, NULL, NULL);
		open = compare(w, before, &now);
		if (options_has(w->x->options, OPT_NAGIOS) ||
		    options_has(w->x->options, OPT_JSON))
			code = show(w, &now, begun);
		else
			code = listed_exit(&(struct listed_view){.d = &now});
		/* What is not confirmed stays what it was. */
		if (open > 0)
			dnsbl_done(&now);
		else
			dnsbl_done(before), *before = now;
		if (code == 0 && open > 0)
			code = OUTCOME_FOUND;
	}
	return code;
}

static int
listed_work(struct inquiry *x, const struct sandbox *sandbox)
{
	struct listed_work w = {.x = x, .l = x->arg};
	struct dnsbl d = {0};
	int code;

	inquiry_say_sandbox(sandbox);
	fill(&w, &d);
	dnsbl_run(&d, NULL, NULL);
	code = show(&w, &d, x->begun);
	if (w.l->watch > 0)
		code = watch(&w, &d, code);
	dnsbl_done(&d);
	arena_done(&w.arena);
	return code;
}

/* "90s", "30m", "2h" */
static bool
read_watch(const struct options *o, span_us *ret_watch, struct err *err)
{
	struct str text = options_text(o, OPT_WATCH);
	struct str rest = text;
	uint64_t n = 0;
	span_us unit = 0;

	if (!options_has(o, OPT_WATCH))
		return true;
	if (str_u64(&rest, 6, &n) && rest.n == 1)
		unit = rest.p[0] == 's'   ? US_SECOND
		       : rest.p[0] == 'm' ? US_MINUTE
		       : rest.p[0] == 'h' ? US_HOUR
					  : 0;
	if (unit == 0 || n == 0) {
		err_set(
		    err, ERR_CONFIG, _("--watch needs a time: 90s, 30m or 2h"));
		snprintf(
		    err->hint, sizeof(err->hint), "sereno listed --watch 30m");
		return false;
	}
	*ret_watch = (span_us)n * unit;
	return true;
}

static int
listed_run(const struct options *o)
{
	struct listed l = {0};
	struct arena a = {0};
	struct err err;
	bool good = read_watch(o, &l.watch, &err);
	int code;

	for (size_t i = 0; good && i < o->words.n; i++)
		good = check_word(o->words.texts[i], &err);
	if (!good)
		return command_refuse(&err, options_has(o, OPT_NAGIOS));
	(void)gethostname(l.host, sizeof(l.host) - 1);
	if (o->words.n == 0)
		sends_as_find(&l.own, &a, o);
	code = inquiry_run(o, &l, listed_work);
	sends_as_done(&l.own);
	arena_done(&a);
	return code;
}

const struct command command_listed = {
    .name = "listed",
    .words = "[IP|RANGE|DOMAIN|HOST...]",
    .summary = N_("is an address or a name on a block list, and why?"),
    .help = N_("Asks the lists that receivers of mail use about these "
	       "addresses, ranges and names; without any, about everything "
	       "that this server sends as. Each list is tested before it is "
	       "believed, and what does not answer is unknown, not clean. "
	       "Exit code 1 means that something is listed."),
    .words_max = 1000,
    .run = listed_run,
};
