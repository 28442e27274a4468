/* SPDX-License-Identifier: ISC */
/*
 * rsyslog.conf, syslog.conf and syslog-ng.conf, as far as they say in which
 * file mail ends up:
 *
 *	mail.*						-/var/log/mail.log
 *	*.info;mail.none;authpriv.none			/var/log/messages
 *	mail.* action(type="omfile" file="/var/log/mail.log")
 *	if $syslogfacility-text == "mail" then {
 *		action(type="omfile" file="/srv/log/mail") }
 *
 *	destination d_mail { file("/var/log/mail.log"); };
 *	filter f_mail { facility(mail); };
 *	log { source(s_src); filter(f_mail); destination(d_mail); };
 *
 * rsyslog 8, sysklogd, syslog-ng 3 and 4. Paths with variables in them
 * ("/srv/%HOSTNAME%/mail", "/var/log/$HOST") are left out: nobody can tell
 * here what they are.
 */
#include "setting/syslog_rules.h"

#include "setting/logical.h"

enum {
	/* Real ones have 10 KB; more costs more than it tells. */
	TEXT_MAX = 256 * 1024
};

static void
add(struct syslog_rules *rules, struct syslog_rule rule)
{
	size_t at = rules->n;

	if (rule.path.n < 2 || rule.path.p[0] != '/' ||
	    str_starts(rule.path, S("/dev/")) ||
	    str_chr(rule.path, '%') < rule.path.n ||
	    str_chr(rule.path, '$') < rule.path.n ||
	    rules->n == SYSLOG_RULES_MAX)
		return;
	for (size_t i = 0; i < rules->n; i++)
		if (str_eq(rules->items[i].path, rule.path))
			return;
	while (rule.mail_only && at > 0 && !rules->items[at - 1].mail_only)
		at--;
	memmove(&rules->items[at + 1], &rules->items[at],
	    (rules->n - at) * sizeof(rules->items[0]));
	rules->items[at] = rule;
	rules->n++;
}

/* ---- syslog.conf and rsyslog.conf ---- */

/* Only errors are no log to judge by. */
static bool
is_all(struct str level)
{
	return str_eq(level, S("*")) || str_eq_fold(level, S("info")) ||
	       str_eq_fold(level, S("debug"));
}

/* "mail.*;mail.!err" or "*.info;mail.none": does mail go there? */
static bool
selects_mail(struct str selector, bool *ret_only)
{
	bool mail = false, others = false;

	while (selector.n > 0) {
		struct str part = str_take(&selector, ';');
		struct str level = part;
		struct str facilities = str_take(&level, '.');

		if (level.n == 0 || facilities.n == part.n)
			return false;
		while (facilities.n > 0) {
			struct str facility = str_take(&facilities, ',');
			bool all = str_eq(facility, S("*"));

			if (all || str_eq_fold(facility, S("mail")))
				mail = level.p[0] == '!' ? mail : is_all(level);
			others |= !str_eq_fold(facility, S("mail")) &&
				  !str_eq_fold(level, S("none"));
		}
	}
	*ret_only = !others;
	return mail;
}

/* What stands in quotes behind file=, of an action. */
static bool
action_file(struct str line, struct str *ret_path)
{
	for (size_t i = 0; i + 6 < line.n; i++) {
		struct str rest = str_skip(line, i);

		if (!str_eq_fold(str_head(rest, 6), S("file=\"")))
			continue;
		/* "dynaFile=" names a template. */
		if (i > 0 && !is_blank(line.p[i - 1]) && line.p[i - 1] != '(')
			continue;
		rest = str_skip(rest, 6);
		*ret_path = str_take(&rest, '"');
		return true;
	}
	return false;
}

struct rsyslog {
	struct files *files;
	struct syslog_rules *rules;
	int depth; /* of includes */
	/* The last condition spoke of mail: actions until its end are its. */
	bool mail;
};

static bool
speaks_of_mail(struct str line)
{
	return str_has(line, S("'mail'")) || str_has(line, S("\"mail\"")) ||
	       str_has(line, S("'postfix")) || str_has(line, S("\"postfix")) ||
	       str_has(line, S("mail.*"));
}

static void read_rsyslog(struct rsyslog *r, struct str path);

/* All files whose names end as the pattern behind its star. */
static void
include(struct rsyslog *r, struct str pattern)
{
	struct arena *a = r->files->arena;
	size_t slash = str_rchr(pattern, '/'), star;
	struct str dir, name, names, entry;

	if (slash == pattern.n || r->depth >= 3)
		return;
	dir = str_head(pattern, slash);
	name = str_skip(pattern, slash + 1);
	star = str_chr(name, '*');
	r->depth++;
	if (star == name.n)
		read_rsyslog(r, pattern);
	else if (files_get(r->files, FILE_NAMES, dir, &names))
		while ((entry = files_name(&names)).n > 0)
			if (str_ends(entry, str_skip(name, star + 1)) &&
			    entry.p[0] != '.')
				read_rsyslog(
				    r, arena_printf(a, "%.*s/%.*s",
					   STR_ARG(dir), STR_ARG(entry)));
	r->depth--;
}

static void
read_rule(struct rsyslog *r, struct str line, struct str path, uint32_t number)
{
	struct str rest = line, selector = word_take(&rest, ""), target;
	struct syslog_rule rule = {.file = path, .line = number};

	if (str_starts(line, S("if ")))
		r->mail = speaks_of_mail(line);
	if (action_file(line, &rule.path)) {
		if (selects_mail(selector, &rule.mail_only) || r->mail) {
			rule.mail_only |= r->mail;
			add(r->rules, rule);
		}
	} else if (selects_mail(selector, &rule.mail_only)) {
		target = word_take(&rest, ";");
		(void)str_eat(&target, S("-"));
		rule.path = target;
		add(r->rules, rule);
	}
	if (str_has(line, S("}")))
		r->mail = false;
}

static void
read_rsyslog(struct rsyslog *r, struct str path)
{
	struct str text;
	uint32_t number = 0;

	if (!files_try(r->files, FILE_TEXT, path, &text))
		return;
	text = str_head(text, TEXT_MAX);
	while (text.n > 0) {
		struct str line = str_trim(str_take(&text, '\n')), file;

		number++;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (str_eat(&line, S("$IncludeConfig")))
			include(r, str_trim(line));
		else if (str_starts(line, S("include(")) &&
			 action_file(line, &file))
			include(r, file);
		else
			read_rule(r, line, path, number);
	}
}

/* ---- syslog-ng.conf ---- */

/* "keyword name { body };" */
struct statement {
	struct str keyword, name, body;
	uint32_t line;
};

enum {
	STATEMENTS_MAX = 500
};

struct syslog_ng {
	struct statement *items;
	size_t n;
};

static void
read_statements(struct syslog_ng *ng, struct str text)
{
	struct str rest = text;

	while (rest.n > 0 && ng->n < STATEMENTS_MAX) {
		struct str line = str_trim(str_take(&rest, '\n')), head = line;
		struct statement s = {.line = logical_lines(text, line.p) + 1};
		size_t open = str_chr(line, '{'), depth = 0, i = 0;

		if (line.n == 0 || line.p[0] == '#' || open == line.n)
			continue;
		s.keyword = word_take(&head, "{");
		s.name = word_take(&head, "{");
		s.body.p = line.p + open;
		s.body.n = (size_t)(text.p + text.n - s.body.p);
		for (; i < s.body.n; i++) {
			depth += s.body.p[i] == '{';
			depth -= s.body.p[i] == '}';
			if (depth == 0)
				break;
		}
		s.body.n = i;
		ng->items[ng->n++] = s;
		rest = (struct str){
		    s.body.p + i, (size_t)(text.p + text.n - (s.body.p + i))};
		(void)str_take(&rest, '\n');
	}
}

static const struct statement *
statement_of(const struct syslog_ng *ng, struct str keyword, struct str name)
{
	for (size_t i = 0; i < ng->n; i++)
		if (str_eq(ng->items[i].keyword, keyword) &&
		    str_eq(ng->items[i].name, name))
			return &ng->items[i];
	return NULL;
}

/* The next "word(argument)" of a body, taken off. */
static bool
next_call(struct str *body, struct str word, struct str *ret_argument)
{
	for (;;) {
		size_t at = str_find(*body, word);
		struct str rest;

		if (at == body->n)
			return false;
		rest = str_trim(str_skip(*body, at + word.n));
		*body = rest;
		if (!str_eat(&rest, S("(")))
			continue;
		*ret_argument = str_trim(str_take(&rest, ')'));
		return true;
	}
}

/* Does the log statement let mail through, and nothing else? */
static bool
passes_mail(
    const struct syslog_ng *ng, const struct statement *log, bool *ret_only)
{
	struct str body = log->body, name;
	bool filtered = false, mail = false;

	while (next_call(&body, S("filter"), &name)) {
		const struct statement *f = statement_of(ng, S("filter"), name);
		struct str rest, facilities;

		if (f == NULL)
			continue;
		rest = f->body;
		while (next_call(&rest, S("facility"), &facilities)) {
			filtered = true;
			mail |= str_has(facilities, S("mail")) &&
				!str_has(f->body, S("not facility"));
		}
		mail |= str_has(f->body, S("postfix"));
	}
	*ret_only = mail;
	return mail || !filtered;
}

static void
read_syslog_ng(struct files *files, struct syslog_rules *rules, struct str path)
{
	struct syslog_ng ng = {.items = arena_alloc(files->arena,
				   STATEMENTS_MAX * sizeof(*ng.items))};
	struct str text, body, name;

	if (!files_try(files, FILE_TEXT, path, &text))
		return;
	read_statements(&ng, str_head(text, TEXT_MAX));
	for (size_t i = 0; i < ng.n; i++) {
		struct syslog_rule rule = {
		    .file = path, .line = ng.items[i].line};

		if (!str_eq(ng.items[i].keyword, S("log")) ||
		    !passes_mail(&ng, &ng.items[i], &rule.mail_only))
			continue;
		body = ng.items[i].body;
		while (next_call(&body, S("destination"), &name)) {
			const struct statement *d =
			    statement_of(&ng, S("destination"), name);
			struct str files_of, quoted;

			if (d == NULL)
				continue;
			files_of = d->body;
			while (next_call(&files_of, S("file"), &quoted)) {
				rule.path = quoted;
				if (str_eat(&quoted, S("\"")))
					rule.path = str_take(&quoted, '"');
				add(rules, rule);
			}
		}
	}
}

void
syslog_rules_find(struct files *files, struct syslog_rules *ret_rules)
{
	struct rsyslog r = {.files = files, .rules = ret_rules};

	*ret_rules = (struct syslog_rules){0};
	read_rsyslog(&r, S("/etc/rsyslog.conf"));
	read_rsyslog(&r, S("/etc/syslog.conf"));
	read_syslog_ng(files, ret_rules, S("/etc/syslog-ng/syslog-ng.conf"));
	read_syslog_ng(files, ret_rules, S("/etc/syslog-ng.conf"));
}
