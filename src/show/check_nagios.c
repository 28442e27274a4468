/* SPDX-License-Identifier: ISC */
#include "show/check.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/sums.h"

enum {
	NAGIOS_OK,
	NAGIOS_WARNING,
	NAGIOS_CRITICAL,
	NAGIOS_UNKNOWN
};

static int
nagios_state(const struct report *report)
{
	int state = NAGIOS_OK;

	if (report_exit(report) == 3)
		return NAGIOS_UNKNOWN;
	for (size_t i = 0; i < report->findings_n; i++) {
		if (report->findings[i]->severity == SEVERITY_CRITICAL)
			return NAGIOS_CRITICAL;
		if (report->findings[i]->severity == SEVERITY_WARNING)
			state = NAGIOS_WARNING;
	}
	return state;
}

/* '|' begins the numbers, so the text must not have any. */
static void
put_text(FILE *out, struct str text)
{
	struct arena scratch = {0};
	struct str safe = text_safe(&scratch, text);

	for (size_t i = 0; i < safe.n; i++)
		putc(safe.p[i] == '|' ? '/' : safe.p[i], out);
	arena_done(&scratch);
}

static void
put_verdict(
    FILE *out, const struct report *report, const struct verdict *verdict)
{
	const struct finding *cause = verdict_finding(report, verdict);

	put_text(out, verdict->sentence);
	if (cause != NULL) {
		fputs(": ", out);
		put_text(out, cause->sentence);
	}
}

int
check_nagios(const struct report *report, FILE *out)
{
	static const char *const words[] = {
	    "OK", "WARNING", "CRITICAL", "UNKNOWN"};
	int state = nagios_state(report);
	struct sums sums;

	sums_make(&sums, report);
	fprintf(out, "SERENO %s - ", words[state]);
	for (size_t i = 0; i < report->verdicts_n; i++) {
		if (i > 0)
			fputs("; ", out);
		put_verdict(out, report, &report->verdicts[i]);
	}
	if (report->verdicts_n == 0)
		put_text(out, str_z(_("there is no verdict")));
	fprintf(out,
	    " | culprits=%zu messages=%llu recipients=%llu lines=%llu "
	    "unknown_lines=%llu\n",
	    report->culprits_n, (unsigned long long)sums.messages,
	    (unsigned long long)sums.recipients, (unsigned long long)sums.lines,
	    (unsigned long long)sums.unknown_lines);
	return state;
}
