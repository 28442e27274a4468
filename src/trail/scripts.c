/* SPDX-License-Identifier: ISC */
/*
 * PHP's mail.log (php.ini mail.log, PHP 5.3 and later; main/php mail.c), to a
 * file or by syslog:
 *
 *	[16-Nov-2026 00:04:24 UTC] mail() on [/var/www/x.php:12]: To: a@b.example -- Headers: ...
 *	 stamp                               path, line          recipients
 *
 * The zone is that of date.timezone, often a name; times that differ by whole
 * quarters of an hour are therefore taken as equal.
 *
 * Access log, common, combined or vhost_combined (Apache mod_log_config, nginx
 * log_format): address, [16/Nov/2026:00:04:24 +0000], "POST /path HTTP/1.1".
 */
#include "trail/scripts.h"

#include "mail/address.h"

#include <stdlib.h>

enum {
	SCRIPTS_MAX = 1 << 20, /* entries of each kind; later ones are lost */
	PATHS_MAX = 4096,
	NEAR_SECONDS = 5,   /* from mail() to pickup's line, as a rule */
	LATE_SECONDS = 600, /* when pickup was busy or Postfix stopped */
	ZONE_STEP = 900,
	ZONE_MAX = 14 * 3600,
	FEW_MAILS = 256, /* to one recipient: each is looked at */
	POST_BEFORE = 3, /* from the request to pickup's line */
};

struct php_mail {
	uint64_t recipient;
	uint32_t at;
	uint32_t path;
};

struct web_post {
	uint32_t at;
	uint32_t path;
};

struct scripts {
	struct arena arena;
	struct map numbers; /* hash of path -> 1 + number in paths */
	struct str *paths;
	uint32_t paths_n, paths_cap;
	struct php_mail *mails;
	uint32_t mails_n, mails_cap;
	struct web_post *posts;
	uint32_t posts_n, posts_cap;
	/* by path */
	uint32_t requests[PATHS_MAX];
	struct sketch clients[PATHS_MAX];
	struct ref refs[PATHS_MAX];
};

struct scripts *
scripts_new(void)
{
	return xcalloc(1, sizeof(struct scripts));
}

void
scripts_free(struct scripts *scripts)
{
	if (scripts == NULL)
		return;
	for (uint32_t i = 0; i < PATHS_MAX; i++)
		sketch_done(&scripts->clients[i]);
	map_done(&scripts->numbers);
	arena_done(&scripts->arena);
	free(scripts->paths);
	free(scripts->mails);
	free(scripts->posts);
	free(scripts);
}

/* UINT32_MAX when there are too many. */
static uint32_t
path_number(struct scripts *scripts, struct str path)
{
	uint64_t key = str_hash(path);
	uint32_t *number = map_get(&scripts->numbers, key);
	bool is_new;

	if (number != NULL)
		return *number - 1;
	if (scripts->paths_n == PATHS_MAX)
		return UINT32_MAX;
	VEC_ROOM(scripts->paths, scripts->paths_n, scripts->paths_cap);
	scripts->paths[scripts->paths_n++] =
	    str_keep(&scripts->arena, str_head(path, 1024));
	*map_put(&scripts->numbers, key, &is_new) = scripts->paths_n;
	return scripts->paths_n - 1;
}

/* ---- stamps ---- */

static int
month_number(struct str s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (s.n >= 3 && memcmp(s.p, months + i * 3, 3) == 0)
			return i + 1;
	return 0;
}

/* "16-Nov-2026 00:04:24" and "16/Nov/2026:00:04:24": seconds since 1970 as if
 * it were UTC; 0: no stamp. Advances *s behind it. */
static int64_t
read_stamp(struct str *s)
{
	uint64_t day, year, hour, minute, second;
	int month;

	if (!str_u64(s, 2, &day) || s->n < 18)
		return 0;
	month = month_number(str_skip(*s, 1));
	*s = str_skip(*s, 5);
	if (month == 0 || !str_u64(s, 4, &year) || s->n < 9)
		return 0;
	*s = str_skip(*s, 1);
	if (!str_u64(s, 2, &hour) || !str_eat(s, S(":")) ||
	    !str_u64(s, 2, &minute) || !str_eat(s, S(":")) ||
	    !str_u64(s, 2, &second))
		return 0;
	return time_of_utc((int)year, month, (int)day, (int)hour, (int)minute,
		   (int)second) /
	       US_SECOND;
}

/* " +0100" in minutes: 60. */
static int64_t
read_zone(struct str s)
{
	bool west;
	uint64_t number;

	s = str_trim(s);
	west = str_starts(s, S("-"));
	s = str_skip(s, 1);
	if (!str_u64(&s, 4, &number))
		return 0;
	number = number / 100 * 60 + number % 100;
	return west ? -(int64_t)number : (int64_t)number;
}

/* ---- lines ---- */

static void
add_recipients(
    struct scripts *scripts, struct str list, uint32_t at, uint32_t path)
{
	while (list.n > 0) {
		struct str one = str_trim(str_take(&list, ','));
		size_t open = str_rchr(one, '<');

		if (open < one.n)
			one = str_head(str_skip(one, open + 1),
			    str_chr(str_skip(one, open + 1), '>'));
		if (one.n == 0 || scripts->mails_n >= SCRIPTS_MAX)
			continue;
		VEC_ROOM(scripts->mails, scripts->mails_n, scripts->mails_cap);
		scripts->mails[scripts->mails_n++] =
		    (struct php_mail){address_hash(one), at, path};
	}
}

bool
scripts_add_php(struct scripts *scripts, struct str line, struct ref ref)
{
	struct str rest = line, place;
	size_t mark = str_find(line, S("mail() on ["));
	int64_t at;
	uint32_t path;

	if (mark == line.n || !str_eat(&rest, S("[")))
		return false;
	at = read_stamp(&rest);
	rest = str_skip(line, mark + 11);
	place = str_head(rest, str_find(rest, S("]: ")));
	rest = str_skip(rest, place.n + 3);
	place = str_head(place, str_rchr(place, ':')); /* the line number */
	if (at <= 0 || place.n == 0 || !str_eat(&rest, S("To: ")))
		return false;
	path = path_number(scripts, place);
	if (path == UINT32_MAX)
		return true;
	if (scripts->refs[path].segment == 0)
		scripts->refs[path] = ref;
	add_recipients(scripts, str_head(rest, str_find(rest, S(" -- "))),
	    (uint32_t)at, path);
	return true;
}

/* The client's address stands first, or behind the virtual host's name. */
static struct str
read_client(struct str line)
{
	struct str first = str_take(&line, ' ');
	struct str second = str_take(&line, ' ');
	struct ip ip;

	return !ip_parse(first, &ip) && ip_parse(second, &ip) ? second : first;
}

bool
scripts_add_web(struct scripts *scripts, struct str line, struct ref ref)
{
	size_t open = str_chr(line, '[');
	struct str client = read_client(line);
	struct str rest = str_skip(line, open + 1), request;
	int64_t at;
	uint32_t path;

	if (open == line.n)
		return false;
	at = read_stamp(&rest);
	if (at <= 0)
		return false;
	at -= read_zone(str_head(rest, 6)) * 60;
	rest = str_skip(rest, str_chr(rest, '"') + 1);
	if (!str_eat(&rest, S("POST ")))
		return true;
	request = str_head(rest, str_chr(rest, ' '));
	request = str_head(request, str_chr(request, '?'));
	path = path_number(scripts, request);
	if (path == UINT32_MAX || scripts->posts_n >= SCRIPTS_MAX)
		return true;
	scripts->requests[path]++;
	sketch_add(&scripts->clients[path], str_hash(client));
	if (scripts->refs[path].segment == 0)
		scripts->refs[path] = ref;
	VEC_ROOM(scripts->posts, scripts->posts_n, scripts->posts_cap);
	scripts->posts[scripts->posts_n++] =
	    (struct web_post){(uint32_t)at, path};
	return true;
}

/* ---- questions ---- */

static int
by_recipient(const void *left, const void *right)
{
	const struct php_mail *a = left, *b = right;

	if (a->recipient != b->recipient)
		return a->recipient < b->recipient ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
by_second(const void *left, const void *right)
{
	const struct web_post *a = left, *b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->path < b->path ? -1 : a->path > b->path;
}

/* Of requests for one path within one second one is enough (they are counted
 * apart): a flood of them would be gone through for each mail. */
static void
keep_once(struct scripts *scripts)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < scripts->posts_n; i++)
		if (n == 0 ||
		    by_second(&scripts->posts[n - 1], &scripts->posts[i]) != 0)
			scripts->posts[n++] = scripts->posts[i];
	scripts->posts_n = n;
}

void
scripts_ready(struct scripts *scripts)
{
	if (scripts->mails_n > 0)
		qsort(scripts->mails, scripts->mails_n, sizeof(*scripts->mails),
		    by_recipient);
	if (scripts->posts_n > 0)
		qsort(scripts->posts, scripts->posts_n, sizeof(*scripts->posts),
		    by_second);
	keep_once(scripts);
}

/* Seconds between two times, whole quarters of an hour left out when they are
 * more apart than pickup may be late; UINT32_MAX: too far. */
static uint32_t
distance(uint32_t a, uint32_t b)
{
	uint32_t apart = a > b ? a - b : b - a;
	uint32_t off = apart % ZONE_STEP;

	if (apart <= LATE_SECONDS)
		return apart;
	if (off > ZONE_STEP / 2)
		off = ZONE_STEP - off;
	return apart <= ZONE_MAX && off <= NEAR_SECONDS ? LATE_SECONDS + off
							: UINT32_MAX;
}

/* The first from low on that is not before at, or of a later recipient. */
static uint32_t
mails_from(
    const struct scripts *scripts, uint32_t low, uint64_t recipient, int64_t at)
{
	uint32_t high = scripts->mails_n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct php_mail *mail = &scripts->mails[middle];

		if (mail->recipient < recipient ||
		    (mail->recipient == recipient && mail->at < at))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What was found so far. */
struct nearest {
	uint32_t mail, far; /* far UINT32_MAX: nothing */
};

static void
try_mail(const struct scripts *scripts, struct nearest *best, uint32_t mail,
    uint32_t at)
{
	uint32_t far = distance(scripts->mails[mail].at, at);

	if (far < best->far || (far == best->far && mail < best->mail))
		*best = (struct nearest){mail, far};
}

/* Those beside that time; of the same second the first. */
static void
try_beside(const struct scripts *scripts, struct nearest *best, uint32_t first,
    uint32_t end, uint32_t at, int64_t then)
{
	const struct php_mail *mails = scripts->mails;
	uint64_t recipient = mails[first].recipient;
	uint32_t next = mails_from(scripts, first, recipient, then);

	if (next < end)
		try_mail(scripts, best, next, at);
	if (next > first)
		try_mail(scripts, best,
		    mails_from(scripts, first, recipient, mails[next - 1].at),
		    at);
}

/* A form writes to one address again and again: of many only those beside the
 * time are looked at, and if none is near in the other zones that the stamps
 * may be of. */
static void
try_zones(const struct scripts *scripts, struct nearest *best, uint32_t first,
    uint32_t end, uint32_t at)
{
	int zones = ZONE_MAX / ZONE_STEP;

	try_beside(scripts, best, first, end, at, at);
	if (best->far < LATE_SECONDS)
		return;
	for (int zone = -zones; zone <= zones; zone++)
		try_beside(scripts, best, first, end, at,
		    (int64_t)at + zone * ZONE_STEP);
}

struct str
scripts_of(const struct scripts *scripts, uint64_t recipient, uint32_t at)
{
	struct nearest best = {0, UINT32_MAX};
	uint32_t first = mails_from(scripts, 0, recipient, 0);
	uint32_t end = mails_from(scripts, first, recipient, INT64_MAX);

	if (end - first > FEW_MAILS)
		try_zones(scripts, &best, first, end, at);
	else
		for (uint32_t i = first; i < end; i++)
			try_mail(scripts, &best, i, at);
	return best.far == UINT32_MAX
		   ? (struct str){NULL, 0}
		   : scripts->paths[scripts->mails[best.mail].path];
}

void
scripts_init_posts(const struct scripts *scripts, struct tally *tally)
{
	tally->posts = xcalloc(scripts->paths_n + 1, sizeof(*tally->posts));
	tally->posts_n = scripts->paths_n;
	for (uint32_t i = 0; i < scripts->paths_n; i++) {
		tally->posts[i].path = scripts->paths[i];
		tally->posts[i].requests = scripts->requests[i];
		tally->posts[i].ref = scripts->refs[i];
		sketch_merge(&tally->posts[i].clients, &scripts->clients[i]);
	}
}

void
scripts_count_posts(
    const struct scripts *scripts, struct tally *tally, uint32_t at)
{
	uint32_t low = 0, high = scripts->posts_n;
	uint32_t last = UINT32_MAX;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (scripts->posts[middle].at + POST_BEFORE < at)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < scripts->posts_n && scripts->posts[low].at <= at; low++) {
		uint32_t path = scripts->posts[low].path;

		if (path != last)
			tally->posts[path].hits++;
		last = path;
	}
}
