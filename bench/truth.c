/* SPDX-License-Identifier: ISC */
#include "truth.h"

#include <stdlib.h>
#include <time.h>

static size_t
set_place(const uint64_t *v, size_t size, uint64_t key)
{
	size_t i = (key * 0x9e3779b97f4a7c15u) >> 20 & (size - 1);

	while (v[i] != 0 && v[i] != key)
		i = (i + 1) & (size - 1);
	return i;
}

bool
set_add(struct set *s, uint64_t key)
{
	size_t i;

	key += key == 0;
	if (s->n * 2 >= s->size) {
		size_t size = s->size ? s->size * 2 : 1024;
		uint64_t *v = calloc(size, sizeof(*v));
		if (v == NULL)
			die("out of memory");
		for (i = 0; i < s->size; i++) {
			if (s->v[i] != 0)
				v[set_place(v, size, s->v[i])] = s->v[i];
		}
		free(s->v);
		s->v = v;
		s->size = size;
	}
	i = set_place(s->v, s->size, key);
	if (s->v[i] == key)
		return false;
	s->v[i] = key;
	s->n++;
	return true;
}

static void
set_join(struct set *s, const struct set *more)
{
	for (size_t i = 0; i < more->size; i++) {
		if (more->v[i] != 0)
			set_add(s, more->v[i]);
	}
}

void
truth_act(struct truth *t, enum story_class class, const struct line *line,
    uint64_t at)
{
	struct tally *y = &t->tally[class];

	t->inbound += line->act == ACT_CLIENT;
	if (line->act == ACT_MESSAGE) {
		y->first = y->messages == 0 ? at : y->first;
		y->last = at;
		y->messages++;
		y->forged += line->forged;
	}
	y->sent_lines += line->act == ACT_SENT;
	y->deferred_lines += line->act == ACT_DEFERRED;
	y->bounced_lines += line->act == ACT_BOUNCED;
}

static void
put_time(FILE *f, const char *name, uint64_t us)
{
	time_t sec = (time_t)(us / 1000000);
	struct tm tm;
	char buf[32];

	strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&sec, &tm));
	fprintf(f, "\"%s\":\"%s\"", name, buf);
}

static void
put_tally(FILE *f, const struct tally *y, const char *role, const char *kind,
    const char *name)
{
	fprintf(f, "  {\"role\":\"%s\",\"kind\":\"%s\",\"name\":\"%s\",", role,
	    kind, name);
	fprintf(f, "\"messages\":%lu,\"forged\":%lu,\"recipients\":%zu,",
	    y->messages, y->forged, y->recipients.n);
	fprintf(f,
	    "\"accepted\":%lu,\"bounced\":%lu,\"expired\":%lu,"
	    "\"deferred\":%lu,\"pending\":%lu,",
	    y->fate[FATE_SENT], y->fate[FATE_BOUNCED], y->fate[FATE_EXPIRED],
	    y->fate[FATE_DEFERRED], y->fate[FATE_NONE]);
	fprintf(f,
	    "\"sent_lines\":%lu,\"deferred_lines\":%lu,"
	    "\"bounced_lines\":%lu,",
	    y->sent_lines, y->deferred_lines, y->bounced_lines);
	fprintf(f, "\"ips\":%zu,", y->ips.n);
	put_time(f, "first", y->first);
	fputc(',', f);
	put_time(f, "last", y->last);
	fputc('}', f);
}

/* All mail of the stolen account, its owner's and the strangers'. */
static struct tally
stolen_total(const struct truth *t)
{
	const struct tally *part[] = {
	    &t->tally[CLASS_EARLY], &t->tally[CLASS_STOLEN]};
	struct tally sum = {.first = UINT64_MAX};

	for (int i = 0; i < 2; i++) {
		const struct tally *y = part[i];
		sum.messages += y->messages;
		sum.forged += y->forged;
		sum.sent_lines += y->sent_lines;
		sum.deferred_lines += y->deferred_lines;
		sum.bounced_lines += y->bounced_lines;
		for (int k = 0; k <= FATE_EXPIRED; k++)
			sum.fate[k] += y->fate[k];
		set_join(&sum.recipients, &y->recipients);
		set_join(&sum.ips, &y->ips);
		sum.first = y->first < sum.first ? y->first : sum.first;
		sum.last = y->last > sum.last ? y->last : sum.last;
	}
	return sum;
}

void
truth_write(const struct truth *t, FILE *f)
{
	struct tally total = stolen_total(t);
	uint64_t account = 0, local = t->tally[CLASS_SHOP].messages;

	local += t->tally[CLASS_LOCAL].messages;
	for (int i = 0; i < CLASSES; i++) {
		if (i != CLASS_SHOP && i != CLASS_LOCAL)
			account += t->tally[i].messages;
	}
	fprintf(f, "{\"schema\":\"bench/truth/1\",\"bytes\":%lu,\"lines\":%lu,",
	    t->bytes, t->lines);
	put_time(f, "from", t->from);
	fputc(',', f);
	put_time(f, "to", t->to);
	fprintf(f,
	    ",\n\"queue_ids\":%lu,\"reused_ids\":%lu,"
	    "\"open_at_end\":%lu,\"clients\":%zu,\"correspondents\":%zu,",
	    t->qids, t->reused, t->open, t->clients.n, t->correspondents.n);
	fprintf(f,
	    "\n\"messages\":{\"account\":%lu,\"local-user\":%lu,"
	    "\"client\":%lu},\n\"tracked\":[\n",
	    account, local, t->inbound);
	put_tally(f, &total, "stolen-total", "account", STOLEN);
	fputs(",\n", f);
	put_tally(f, &t->tally[CLASS_STOLEN], "stolen", "account", STOLEN);
	fputs(",\n", f);
	put_tally(
	    f, &t->tally[CLASS_EARLY], "stolen-own-mail", "account", STOLEN);
	fputs(",\n", f);
	put_tally(f, &t->tally[CLASS_LETTER], "newsletter", "account", LETTER);
	fputs(",\n", f);
	put_tally(f, &t->tally[CLASS_SHOP], "web", "local-user", "33");
	fputs("\n]}\n", f);
}
