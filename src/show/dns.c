/* SPDX-License-Identifier: ISC */
#include "show/dns.h"

#include "base/lang.h"

enum {
	STRING_MAX = 255, /* RFC 1035 3.3 */
};

/* Of some address or domain what matters most had no answer. */
static bool
is_unknown(const struct posture *p)
{
	bool unknown = false;

	for (size_t i = 0; i < p->sources_n; i++)
		unknown |= reverse_is_lost(&p->sources[i]);
	for (size_t i = 0; i < p->domains_n; i++)
		unknown |= !dns_is_known(p->domains[i].tree.top->status) ||
			   p->domains[i].inbound.lost;
	return unknown;
}

int
dns_exit(const struct dns_view *view)
{
	size_t n[LEVELS];

	if (view->nothing)
		return 3;
	posture_sum(view->p, n);
	if (n[LEVEL_BROKEN] + n[LEVEL_WEAK] > 0)
		return 1;
	return is_unknown(view->p) ? 3 : 0;
}

struct str
dns_headline(const struct dns_view *view, struct arena *a)
{
	size_t n[LEVELS];
	struct str broken, weak;

	if (view->nothing)
		return str_z(_("nothing could be asked: no answer came"));
	posture_sum(view->p, n);
	broken = arena_printf(a,
	    _n("%zu thing is broken", "%zu things are broken", n[LEVEL_BROKEN]),
	    n[LEVEL_BROKEN]);
	weak = arena_printf(
	    a, _n("%zu is weak", "%zu are weak", n[LEVEL_WEAK]), n[LEVEL_WEAK]);
	if (n[LEVEL_BROKEN] == 0 && n[LEVEL_WEAK] == 0)
		return is_unknown(view->p)
			   ? str_z(_("nothing is broken and nothing is weak, "
				     "as far as an answer came"))
			   : str_z(_("nothing is broken and nothing is weak"));
	if (n[LEVEL_BROKEN] == 0)
		return arena_printf(
		    a, _("nothing is broken, %.*s"), STR_ARG(weak));
	if (n[LEVEL_WEAK] == 0)
		return broken;
	return arena_printf(a, "%.*s, %.*s", STR_ARG(broken), STR_ARG(weak));
}

enum {
	NAGIOS_OK,
	NAGIOS_WARNING,
	NAGIOS_CRITICAL,
	NAGIOS_UNKNOWN
};

int
dns_nagios(const struct dns_view *view, FILE *out)
{
	static const char *const words[] = {
	    "OK", "WARNING", "CRITICAL", "UNKNOWN"};
	struct arena scratch = {0};
	struct str line = dns_headline(view, &scratch);
	size_t n[LEVELS];
	int state;

	posture_sum(view->p, n);
	state = view->nothing         ? NAGIOS_UNKNOWN
		: n[LEVEL_BROKEN] > 0 ? NAGIOS_CRITICAL
		: n[LEVEL_WEAK] > 0   ? NAGIOS_WARNING
		: is_unknown(view->p) ? NAGIOS_UNKNOWN
				      : NAGIOS_OK;
	fprintf(out,
	    "SERENO %s - %.*s | broken=%zu weak=%zu hints=%zu addresses=%zu "
	    "domains=%zu unknown=%zu time=%.1fs\n",
	    words[state], STR_ARG(line), n[LEVEL_BROKEN], n[LEVEL_WEAK],
	    n[LEVEL_HINT], view->p->sources_n, view->p->domains_n,
	    view->notes_n, (double)view->took / 1e6);
	arena_done(&scratch);
	return state;
}

/* The value of a TXT record as strings of at most 255 bytes, in quotes (RFC
 * 1035 5.1). */
static struct str
quoted(struct arena *a, struct str value)
{
	struct str text = S("");

	do {
		struct str part = str_head(value, STRING_MAX), safe = S("");

		value = str_skip(value, part.n);
		for (size_t i = 0; i < part.n; i++) {
			bool mark = part.p[i] == '"' || part.p[i] == '\\';

			safe = arena_printf(a, "%.*s%s%c", STR_ARG(safe),
			    mark ? "\\" : "", part.p[i]);
		}
		text = arena_printf(a, "%.*s%s\"%.*s\"", STR_ARG(text),
		    text.n > 0 ? " " : "", STR_ARG(safe));
	} while (value.n > 0);
	return text;
}

struct str
dns_publish_line(struct arena *a, const struct publish *p)
{
	struct str value =
	    str_eq(str_z(p->type), S("TXT")) ? quoted(a, p->value) : p->value;

	return arena_printf(
	    a, "%.*s. %s %.*s", STR_ARG(p->name), p->type, STR_ARG(value));
}
