/* SPDX-License-Identifier: ISC */
#include "show/check.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/culprit_text.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/sums.h"

#include <wctype.h>

/* Rows of a kind that fit on a screen beside the rest. */
enum {
	CULPRITS = 6,
	ALSO = 6,
	REMEDIES = 8
};

/* In capitals, in any language (lang_init chose a UTF-8 locale). */
static struct str
upper(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n * 4 + 1);
	size_t n = 0, step;
	uint32_t rune;

	while ((step = text_rune(text, &rune)) > 0) {
		uint32_t big =
		    rune == UINT32_MAX ? rune : (uint32_t)towupper(rune);

		if (big < 0x80) {
			out[n++] = (char)big;
		} else if (big < 0x800 && step == 2) {
			out[n++] = (char)(0xc0 | big >> 6);
			out[n++] = (char)(0x80 | (big & 0x3f));
		} else {
			memcpy(out + n, text.p, step);
			n += step;
		}
		text = str_skip(text, step);
	}
	return (struct str){out, n};
}

static enum style
verdict_style(const struct verdict *verdict)
{
	if (verdict->kind == VERDICT_CLEAN)
		return STYLE_CALM;
	if (verdict->kind == VERDICT_UNDETERMINED ||
	    verdict->kind == VERDICT_BULK || verdict->kind == VERDICT_NOT_MAIL)
		return STYLE_WARN;
	return STYLE_ALARM;
}

/* Culprits with a finding that leads to this verdict. */
static unsigned long
verdict_culprits(const struct report *report, const struct verdict *verdict)
{
	struct str name = str_z(verdict_name(verdict->kind));
	unsigned long n = 0;

	for (size_t i = 0; i < report->culprits_n; i++) {
		const struct culprit *culprit = &report->culprits[i];

		for (size_t k = 0; k < culprit->findings_n; k++) {
			const char *leads = culprit->findings[k]->kind->verdict;

			if (leads == NULL || !str_eq(str_z(leads), name))
				continue;
			n++;
			break;
		}
	}
	return n;
}

/* The part before the colon is what must be seen from across the room. */
static void
verdict_text(const struct report *report, const struct verdict *verdict,
    const struct screen *s)
{
	struct arena *a = s->arena;
	struct str rest = verdict->sentence;
	struct str head = str_head(rest, str_find(rest, S(": ")));
	bool sure = verdict->kind == VERDICT_CLEAN ||
		    verdict->kind == VERDICT_UNDETERMINED;
	const struct finding *cause = verdict_finding(report, verdict);
	struct str line = upper(a, head);
	unsigned long more;

	rest = str_skip(rest, head.n);
	if (!sure)
		line = arena_printf(a, "%.*s (%s)", STR_ARG(line),
		    lang_percent(a, verdict->confidence));
	if (cause != NULL)
		line = arena_printf(
		    a, "%.*s: %.*s", STR_ARG(line), STR_ARG(cause->sentence));
	else if (rest.n > 0)
		line =
		    arena_printf(a, "%.*s%.*s", STR_ARG(line), STR_ARG(rest));
	more = verdict_culprits(report, verdict);
	if (more > 1)
		line = arena_printf(a,
		    _n("%.*s; and %lu more culprit",
			"%.*s; and %lu more culprits", more - 1),
		    STR_ARG(line), more - 1);
	screen_style(s, verdict_style(verdict));
	screen_wrap(s, 0, 2, line);
	screen_style(s, STYLE_PLAIN);
}

/* "12,034 messages of 63 accounts, 2 local users" */
static struct str
seen_line(const struct sums *sums, struct arena *a)
{
	struct str line;

	line = arena_printf(a, _n("%s message", "%s messages", sums->messages),
	    lang_number(a, sums->messages));
	line = arena_printf(a,
	    _n("%.*s of %s account", "%.*s of %s accounts", sums->accounts),
	    STR_ARG(line), lang_number(a, sums->accounts));
	if (sums->local_users > 0)
		line = arena_printf(a,
		    _n("%.*s, %s local user", "%.*s, %s local users",
			sums->local_users),
		    STR_ARG(line), lang_number(a, sums->local_users));
	if (sums->scripts > 0)
		line = arena_printf(a,
		    _n("%.*s, %s script", "%.*s, %s scripts", sums->scripts),
		    STR_ARG(line), lang_number(a, sums->scripts));
	return line;
}

static void
seen_text(const struct report *report, const struct screen *s)
{
	struct sums sums;

	sums_make(&sums, report);
	if (report->culprits_n > 0 || sums.messages == 0)
		return;
	screen_label(s, str_z(_("seen")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, seen_line(&sums, s->arena));
	putc('\n', s->out);
}

/* Told in a block of its own: it stands behind a verdict, and no culprit's
 * block tells it. */
static bool
is_case(const struct report *report, const struct finding *finding)
{
	return !finding_has_culprit(report, finding) &&
	       (finding->severity == SEVERITY_CRITICAL ||
		   finding_in_verdict(report, finding));
}

/* A blank line between blocks; the label column is what ties one together. */
static void
cases_text(const struct report *report, size_t top, const struct screen *s)
{
	for (size_t i = 0; i < report->culprits_n && i < top; i++) {
		culprit_text(report, &report->culprits[i], s);
		putc('\n', s->out);
	}
	if (report->culprits_n > top) {
		screen_gap(s, 2);
		screen_wrap(s, 2, 2,
		    arena_printf(s->arena,
			_n("... and %zu more culprit (--json names all)",
			    "... and %zu more culprits (--json names all)",
			    report->culprits_n - top),
			report->culprits_n - top));
		putc('\n', s->out);
	}
	for (size_t i = 0; i < report->findings_n; i++) {
		if (!is_case(report, report->findings[i]))
			continue;
		finding_text(report, report->findings[i], s);
		putc('\n', s->out);
	}
}

static struct str
also_line(
    const struct report *report, const struct finding *finding, struct arena *a)
{
	for (size_t i = 0; i < finding->reasons_n; i++) {
		struct str place =
		    cite_place(a, report, &finding->reasons[i].cite);

		if (place.n > 0)
			return arena_printf(a, "%.*s (%.*s)",
			    STR_ARG(finding->sentence), STR_ARG(place));
	}
	return finding->sentence;
}

/* The findings of one severity that no block tells; returns how many. */
static size_t
also_part(const struct report *report, const char *label, bool warnings,
    const struct screen *s)
{
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < report->findings_n; i++) {
		const struct finding *finding = report->findings[i];

		if ((finding->severity != SEVERITY_INFO) != warnings ||
		    finding_has_culprit(report, finding) ||
		    is_case(report, finding))
			continue;
		if (shown == ALSO) {
			more++;
			continue;
		}
		if (shown++ == 0)
			screen_label(s, str_z(label));
		else
			screen_gap(s, SCREEN_LABEL);
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    also_line(report, finding, s->arena));
	}
	if (more > 0) {
		screen_gap(s, SCREEN_LABEL);
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    arena_printf(s->arena,
			_("... and %zu more (--json has them all)"), more));
	}
	return shown;
}

static void
also_text(const struct report *report, const struct screen *s)
{
	size_t shown = also_part(report, _("beware"), true, s);

	shown += also_part(report, _("also"), false, s);
	if (shown > 0)
		putc('\n', s->out);
}

/* The remedies of all findings, none twice. */
static size_t
remedies_collect(
    const struct report *report, const struct remedy *remedies[REMEDIES])
{
	size_t n = 0;

	for (size_t i = 0; i < report->findings_n; i++) {
		const struct finding *finding = report->findings[i];

		for (size_t k = 0; k < finding->remedies_n; k++) {
			const struct remedy *remedy = &finding->remedies[k];
			bool known = false;

			for (size_t m = 0; m < n; m++)
				known = known ||
					(str_eq(remedies[m]->command,
					     remedy->command) &&
					    (remedy->command.n > 0 ||
						str_eq(remedies[m]->sentence,
						    remedy->sentence)));
			if (!known && n < REMEDIES)
				remedies[n++] = remedy;
		}
	}
	return n;
}

static void
remedies_text(const struct report *report, const struct screen *s)
{
	enum {
		AT = 5,
		COMMAND_MAX = 46
	};
	const struct remedy *remedies[REMEDIES];
	size_t n = remedies_collect(report, remedies), column = 0;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		size_t width =
		    text_width(text_safe(s->arena, remedies[i]->command));

		/* Both columns, or each on its own line. */
		if (width > column && AT + width <= s->width / 2)
			column = width;
	}
	screen_put(s, STYLE_BOLD, str_z(_("what to do now")));
	putc('\n', s->out);
	for (size_t i = 0; i < n; i++) {
		struct str command = remedies[i]->command;
		size_t used, hang = AT;

		fprintf(s->out, "  %zu  ", i + 1);
		if (command.n > 0) {
			used = screen_put(s, STYLE_BOLD, command);
			if (used <= column) {
				hang = AT + column + 2;
				screen_gap(s, hang - AT - used);
			} else {
				putc('\n', s->out);
				screen_gap(s, hang);
			}
		}
		screen_wrap(s, hang, hang, remedies[i]->sentence);
	}
}

void
check_text(
    const struct report *report, const struct screen *s, struct check_view view)
{
	head_text(report, s);
	for (size_t i = 0; i < report->verdicts_n; i++)
		verdict_text(report, &report->verdicts[i], s);
	putc('\n', s->out);
	cases_text(report, view.top > 0 ? view.top : CULPRITS, s);
	seen_text(report, s);
	also_text(report, s);
	if (view.why)
		for (size_t i = 0; i < report->findings_n; i++)
			why_text(report, report->findings[i], s);
	remedies_text(report, s);
	servers_text(report, s);
	gaps_text(report->not_examined, report->not_examined_n, s);
	if (view.unknown) {
		putc('\n', s->out);
		unknown_text(report, s);
	}
}
