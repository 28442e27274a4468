/* SPDX-License-Identifier: ISC */
#include "finding/setting.h"

#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

const char *
setting_text(struct judging *j, const struct fact *fact)
{
	return text_safe(j->arena, fact_text(j->arena, fact)).p;
}

const char *
setting_place(struct judging *j, const struct fact *fact)
{
	return text_safe(j->arena, fact_place(j->arena, j->facts, fact)).p;
}

__attribute__((format(printf, 4, 0))) static struct reason *
add(struct judging *j, struct finding *f, double weight, const char *fmt,
    va_list ap)
{
	char text[1024];
	size_t n = f->reasons_n;

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	finding_explain(j, f, weight < 0 ? GROUND_COUNTER : GROUND_SETTING,
	    weight, (struct ref){0}, "%s", text);
	return f->reasons_n > n ? &f->reasons[n] : NULL;
}

static void
cite_fact(struct judging *j, struct reason *reason, const struct fact *fact)
{
	if (reason == NULL)
		return;
	reason->cite.source = fact_file(j->arena, j->facts, fact);
	reason->cite.line = fact->line;
	reason->cite.excerpt =
	    fact->excerpt.n > 0 ? fact->excerpt : fact_text(j->arena, fact);
}

void
setting_reason(struct judging *j, struct finding *f, double weight,
    const struct fact *fact, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cite_fact(j, add(j, f, weight, fmt, ap), fact);
	va_end(ap);
}

void
setting_proof(struct judging *j, struct finding *f, double weight,
    const struct fact *fact, const char *fmt, ...)
{
	struct reason *reason;
	va_list ap;

	va_start(ap, fmt);
	reason = add(j, f, weight, fmt, ap);
	va_end(ap);
	cite_fact(j, reason, fact);
	if (reason != NULL)
		reason->proof = true;
}

void
setting_remedy(struct judging *j, struct finding *f, const struct fact *fact,
    const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	finding_remedy(j, f, fact->fix.n > 0 ? fact->fix.p : "", "%s", text);
	if (fact->apply.n > 0)
		finding_remedy(
		    j, f, fact->apply.p, _("make the new setting count now"));
}

enum breadth
setting_breadth(const struct fact *fact)
{
	const struct ip_prefix *prefix = &fact->prefix;
	bool v4 = prefix->bits >= 96;
	int bits = v4 ? prefix->bits - 96 : prefix->bits;

	if (!fact->has_prefix || fact->excluded)
		return BREADTH_NAMED;
	if (bits <= (v4 ? 7 : 15))
		return BREADTH_WORLD;
	/* 10.0.0.0/8, 127.0.0.0/8, fc00::/7 end in private networks. */
	if (ip_is_private(&prefix->net) || ip_is_loopback(&prefix->net))
		return BREADTH_NAMED;
	return bits < (v4 ? 24 : 48) ? BREADTH_WIDE : BREADTH_NAMED;
}
