/* SPDX-License-Identifier: ISC */
#include "show/check.h"

#include "base/lang.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

/* A report as the judging leaves it, with a hostile account name. */
struct sample {
	struct origin origin;
	struct origin_hour hours[3];
	struct origin_ip ips[12];
	struct finding_kind kind;
	struct finding finding, other;
	struct finding *findings[2];
	struct culprit culprit;
	struct examined examined;
	struct not_examined gap;
	struct unknown_shape shape;
	struct origin *origins[1];
	struct tally tally;
	struct report report;
};

#define AT_2026     ((wall_us)1795230000 * US_SECOND)
#define HOUR_OF(us) ((uint32_t)((us) / US_HOUR))

static void
sample_origin(struct sample *t)
{
	t->hours[0] = (struct origin_hour){
	    .hour = HOUR_OF(AT_2026 - US_DAY), .counts = {.messages = 2}};
	t->hours[1] = (struct origin_hour){
	    .hour = HOUR_OF(AT_2026) - 1, .counts = {.messages = 900}};
	t->hours[2] = (struct origin_hour){
	    .hour = HOUR_OF(AT_2026), .counts = {.messages = 300}};
	for (size_t i = 0; i < ARRAY_LEN(t->ips); i++) {
		char text[IP_TEXT];

		snprintf(text, sizeof(text), "192.0.2.%zu", i + 1);
		assert_true(ip_parse(str_z(text), &t->ips[i].ip));
		t->ips[i].counts.messages = (uint32_t)i;
	}
	t->origin = (struct origin){.kind = ORIGIN_ACCOUNT,
	    .name = S("ana\x1b[31m\xff@tienda.example"),
	    .uid = -1,
	    .counts = {.messages = 1202, .recipients = 4000},
	    .hours = t->hours,
	    .hours_n = ARRAY_LEN(t->hours),
	    .ips = t->ips,
	    .ips_n = ARRAY_LEN(t->ips)};
}

static void
sample_finding(struct sample *t)
{
	t->kind = (struct finding_kind){.code = "stolen-login",
	    .title = "stolen mail account",
	    .help = "a stranger has the password",
	    .prior = -7};
	t->finding = (struct finding){.kind = &t->kind,
	    .severity = SEVERITY_CRITICAL,
	    .confidence = 0.998,
	    .origin = &t->origin,
	    .sentence = S("logged in from 12 addresses in 1 network"),
	    .reasons_n = 2};
	t->finding.reasons[0] = (struct reason){.weight = 9.5,
	    .sentence = S("12 client addresses in 2 hours"),
	    .cite = {.ref = {1, 0},
		.source = S("/var/log/mail.log"),
		.line = 1203344,
		.at = AT_2026,
		.excerpt = S("raw \x07 line")}};
	t->finding.reasons[1] = (struct reason){
	    .weight = 3.5, .sentence = S("71 % of recipients are new")};
	t->finding.remedies[0] = (struct remedy){
	    S("sereno stop account ana@tienda.example"), S("hold its mail")};
	t->finding.remedies_n = 1;
	t->other = (struct finding){.kind = &t->kind,
	    .severity = SEVERITY_INFO,
	    .sentence = S("203.0.113.25 is refused by Microsoft")};
}

static void
sample_make(struct sample *t)
{
	*t = (struct sample){0};
	sample_origin(t);
	sample_finding(t);
	t->findings[0] = &t->finding;
	t->findings[1] = &t->other;
	t->culprit = (struct culprit){.origin = &t->origin,
	    .confidence = 0.998,
	    .share = {.messages = 1200,
		.recipients = 3998,
		.accepted = 3000,
		.bounced = 990,
		.refused_unknown = 700,
		.refused_spam = 200,
		.queued = 8,
		.ips = 12,
		.networks = 1,
		.first = AT_2026 - US_HOUR,
		.last = AT_2026},
	    .findings = {&t->finding},
	    .findings_n = 1};
	t->examined = (struct examined){S("/var/log/mail.log"), S("postfix"),
	    1234567890, 5000000, 7, 0, S(""), 0};
	t->gap = (struct not_examined){
	    S("/var/log/mail.log.1"), S("no permission: run it as root")};
	t->shape = (struct unknown_shape){
	    .shape = S("postfix/odd: N \x1b[2J"), .n = 7};
	t->origins[0] = &t->origin;
	t->tally.origins = t->origins;
	t->tally.origins_n = 1;
	t->report = (struct report){.host = S("mx1.tienda.example"),
	    .at = AT_2026,
	    .from = AT_2026 - 9 * US_DAY,
	    .to = AT_2026,
	    .took = 900000,
	    .verdicts = {{VERDICT_SENDING, 0.998,
		S("this server is sending spam: the mail account "
		  "ana\x1b[31m\xff@tienda.example is being used by "
		  "strangers")}},
	    .verdicts_n = 1,
	    .culprits = &t->culprit,
	    .culprits_n = 1,
	    .findings = t->findings,
	    .findings_n = 2,
	    .examined = &t->examined,
	    .examined_n = 1,
	    .not_examined = &t->gap,
	    .not_examined_n = 1,
	    .shapes = &t->shape,
	    .shapes_n = 1,
	    .tally = &t->tally};
}

/* What check_text prints; the caller frees it. */
static char *
text_of(const struct report *report, size_t width, bool color, bool unicode)
{
	struct arena scratch = {0};
	struct screen screen = {.arena = &scratch,
	    .width = width,
	    .color = color,
	    .unicode = unicode};
	char *text = NULL;
	size_t n;

	screen.out = open_memstream(&text, &n);
	assert_non_null(screen.out);
	check_text(
	    report, &screen, (struct check_view){.why = true, .unknown = true});
	fclose(screen.out);
	arena_done(&scratch);
	return text;
}

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("'%s' is not in:\n%s", part, text);
}

static void
text_says_it(void **state)
{
	struct sample t;
	char *text;

	(void)state;
	sample_make(&t);
	text = text_of(&t.report, 160, false, false);
	assert_has(text, "on mx1.tienda.example, ");
	assert_has(text, "read 1 Postfix log (1.2 GB, 9 days) in 0.9 s\n");
	assert_has(
	    text, "THIS SERVER IS SENDING SPAM (99 %): the mail account");
	assert_has(text, "1,200 messages to 3,998 recipients since");
	assert_has(text, "still going\n");
	assert_has(text, "990 refused (700 unknown users, 200 called spam)");
	assert_has(text, "8 messages still in the queue");
	assert_has(text, "mail.log line 1203344\n");
	assert_has(text, "  also     203.0.113.25 is refused by Microsoft\n");
	assert_has(text, "sereno stop account ana@tienda.example  hold its");
	assert_has(text, "not examined: /var/log/mail.log.1: no permission");
	assert_has(text, "most: 900 in an hour");
	/* -7 + 9.5 + 3.5 */
	assert_has(text, "     +6.00  is the sum");
	free(text);
}

/* Nothing of a stranger's bytes moves the cursor, in any view. */
static void
text_is_inert(void **state)
{
	struct sample t;
	char *text;

	(void)state;
	sample_make(&t);
	text = text_of(&t.report, 80, false, true);
	for (const char *p = text; *p != '\0'; p++)
		if (((unsigned char)*p < ' ' && *p != '\n') || *p == '\x7f')
			fail_msg("raw byte 0x%02x at: %s", *p, p);
	assert_null(strchr(text, '\xff'));
	assert_has(text, "\\x1b[31m");
	free(text);
}

static void
text_keeps_width(void **state)
{
	static const size_t widths[] = {60, 72, 80, 120};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
		struct sample t;
		char *text;

		sample_make(&t);
		text = text_of(&t.report, widths[i], false, false);
		for (char *p = text; *p != '\0';) {
			size_t n = strcspn(p, "\n");

			if (n > widths[i])
				fail_msg("%zu > %zu columns: %.*s", n,
				    widths[i], (int)n, p);
			p += n + (p[n] == '\n');
		}
		free(text);
	}
}

static void
color_only_when_asked(void **state)
{
	struct sample t;
	char *text;

	(void)state;
	sample_make(&t);
	text = text_of(&t.report, 80, true, false);
	assert_has(text, "\033[1;31mTHIS SERVER");
	free(text);
}

static char *
json_of(const struct report *report)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	check_json(report, out);
	fclose(out);
	return text;
}

static void
json_follows_schema(void **state)
{
	struct sample t;
	json_t *root, *culprit, *finding, *evidence;
	json_error_t error;
	char *text;

	(void)state;
	sample_make(&t);
	text = json_of(&t.report);
	root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s: %s", error.text, text);
	assert_string_equal(json_string_value(json_object_get(root, "schema")),
	    "sereno/check/1");
	culprit = json_array_get(json_object_get(root, "culprits"), 0);
	assert_int_equal(
	    json_integer_value(json_object_get(culprit, "messages")), 1200);
	assert_int_equal(
	    json_integer_value(json_object_get(culprit, "total_messages")),
	    1202);
	/* The ten busiest of twelve, the busiest first. */
	json_t *origin = json_object_get(culprit, "origin");
	json_t *ips = json_object_get(origin, "ips");

	assert_int_equal(json_array_size(ips), 10);
	assert_string_equal(
	    json_string_value(json_array_get(ips, 0)), "192.0.2.12");
	assert_string_equal(
	    json_string_value(json_array_get(ips, 9)), "192.0.2.3");
	assert_int_equal(
	    json_integer_value(json_object_get(origin, "ips_total")), 12);
	finding = json_array_get(json_object_get(root, "findings"), 0);
	/* Only one of the two reasons stands on a line. */
	evidence = json_object_get(finding, "evidence");
	assert_int_equal(json_array_size(evidence), 1);
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(evidence, 0), "line")),
	    1203344);
	assert_int_equal(
	    json_array_size(json_object_get(root, "not_examined")), 1);
	json_decref(root);
	free(text);
}

static void
nagios_is_one_line(void **state)
{
	struct sample t;
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	sample_make(&t);
	t.report.verdicts[0].sentence = S("a | b\nc");
	assert_int_equal(check_nagios(&t.report, out), 2);
	fclose(out);
	assert_has(text, "SERENO CRITICAL - a / b\\x0ac | culprits=1 ");
	assert_ptr_equal(strchr(text, '\n'), text + n - 1);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_says_it),
	    cmocka_unit_test(text_is_inert),
	    cmocka_unit_test(text_keeps_width),
	    cmocka_unit_test(color_only_when_asked),
	    cmocka_unit_test(json_follows_schema),
	    cmocka_unit_test(nagios_is_one_line),
	};

	lang_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
