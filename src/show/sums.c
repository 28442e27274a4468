/* SPDX-License-Identifier: ISC */
#include "show/sums.h"

#include "base/lang.h"

static void
sum_origin(struct sums *sums, const struct origin *origin)
{
	if (origin->counts.messages == 0 || origin->is_sum)
		return;
	sums->messages += origin->counts.messages;
	sums->recipients += origin->counts.recipients;
	switch (origin->kind) {
	case ORIGIN_ACCOUNT:
		sums->accounts++;
		break;
	case ORIGIN_LOCAL_USER:
		sums->local_users++;
		break;
	case ORIGIN_SCRIPT:
		sums->scripts++;
		break;
	case ORIGIN_UNKNOWN:
	case ORIGIN_CLIENT:
	case ORIGIN_NETWORK:
	case ORIGIN_FORWARD:
	case ORIGIN_LIST:
	case ORIGIN_SYSTEM:
	case ORIGIN_KINDS:
		sums->others++;
		break;
	}
}

void
sums_make(struct sums *sums, const struct report *report)
{
	uint64_t most = 0;

	*sums = (struct sums){0};
	for (size_t i = 0; i < report->examined_n; i++) {
		const struct examined *e = &report->examined[i];

		sums->bytes += e->bytes;
		sums->lines += e->lines;
		sums->unknown_lines += e->unknown_lines;
		sums->others_read |= e->mta.n == 0;
		if (e->mta.n > 0 && e->lines >= most) {
			most = e->lines;
			sums->mta = e->mta;
		}
	}
	if (report->tally == NULL)
		return;
	for (uint32_t i = 0; i < report->tally->origins_n; i++)
		sum_origin(sums, report->tally->origins[i]);
}

static struct str
base_name(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash < path.n ? str_skip(path, slash + 1) : path;
}

struct str
cite_place(
    struct arena *a, const struct report *report, const struct cite *cite)
{
	struct str name = base_name(cite->source);

	if (cite->source.n == 0)
		return (struct str){NULL, 0};
	/* A configuration, not a log: several files have its name. */
	if (cite->ref.segment == 0)
		name = cite->source;
	if (cite->line == 0)
		return name;
	for (size_t i = 0; i < report->examined_n; i++) {
		struct str other = report->examined[i].source;

		if (str_eq(base_name(other), name) &&
		    !str_eq(other, cite->source))
			name = cite->source;
	}
	if (str_eq(name, S("-")))
		name = str_z(_("standard input"));
	return arena_printf(a, _("%.*s line %llu"), STR_ARG(name),
	    (unsigned long long)cite->line);
}

bool
finding_has_culprit(const struct report *report, const struct finding *finding)
{
	for (size_t i = 0; i < report->culprits_n; i++)
		for (size_t k = 0; k < report->culprits[i].findings_n; k++)
			if (report->culprits[i].findings[k] == finding)
				return true;
	return false;
}

const struct finding *
verdict_finding(const struct report *report, const struct verdict *verdict)
{
	const char *name = verdict_name(verdict->kind);

	for (size_t i = 0; i < report->findings_n; i++) {
		const struct finding *finding = report->findings[i];

		if (finding->kind->verdict != NULL &&
		    strcmp(finding->kind->verdict, name) == 0)
			return finding;
	}
	return NULL;
}

bool
finding_in_verdict(const struct report *report, const struct finding *finding)
{
	for (size_t i = 0; i < report->verdicts_n; i++)
		if (verdict_finding(report, &report->verdicts[i]) == finding)
			return true;
	return false;
}
