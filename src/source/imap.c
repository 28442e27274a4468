/* SPDX-License-Identifier: ISC */
/*
 *	* OK [CAPABILITY ...]               libcurl: address, TLS, login
 *	A1 EXAMINE INBOX                    we, from here on
 *	* 23 EXISTS
 *	A1 OK [READ-ONLY]
 *	A2 UID FETCH 1:* (UID BODY.PEEK[]<0.1048577>)
 *	* 1 FETCH (UID 7 BODY[]<0> {4711}
 *	...4711 bytes...)
 *	A2 OK
 *
 * libcurl's own way of fetching would SELECT the folder and mark what it reads
 * as seen; it is asked for the connection only (CURLOPT_CONNECT_ONLY).
 */
#include "source/imap.h"

#include "base/lang.h"
#include "build_config.h"

#ifdef HAVE_CURL

#include "base/sandbox.h"
#include "base/time.h"
#include "source/feed.h"
#include "source/imap_reply.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum {
	/* Folders that a pattern may mean, or a sentence names. */
	FOLDERS_MAX = 500,
	FOLDERS_NAMED = 12,
	/* Until a server has answered, and has let us in. */
	CONNECT_SECONDS = 30,
	LOGIN_SECONDS = 60,
	/* Without an answer to a command or a byte of a message; that it is
	 * still there says nothing. */
	SILENT_SECONDS = 120,
};

struct client {
	int to;
	const struct imap_conf *conf;
	const struct imap_account *account;
	struct arena a;
	CURL *curl;
	curl_socket_t socket;
	char why[CURL_ERROR_SIZE];
	struct imap_in in;
	unsigned tag;
	span_us moved;     /* mono_now(), when it last did what it was told */
	bool silent;       /* it was waited for in vain */
	struct str answer; /* what the server said at the end of a command */
};

static struct str
folder_path(struct client *c, struct str folder)
{
	const struct imap_url *url = &c->account->url;

	return arena_printf(&c->a, "%s://%.*s@%.*s/%.*s",
	    url->tls ? "imaps" : "imap", STR_ARG(url->user), STR_ARG(url->host),
	    STR_ARG(folder));
}

static void
gap(struct client *c, struct str path, struct str sentence)
{
	feed_gap(c->to, path, sentence);
}

/* ---- bytes ---- */

/* Of a clock that nobody sets. */
static span_us
mono_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * US_SECOND + t.tv_nsec / 1000;
}

static bool
wait_for(struct client *c, short events)
{
	struct pollfd fd = {.fd = c->socket, .events = events};
	span_us left = c->moved + SILENT_SECONDS * US_SECOND - mono_now();

	if (left > 0 && poll(&fd, 1, (int)(left / 1000) + 1) > 0)
		return true;
	c->silent = true;
	return false;
}

/* A server that talks without end does not make us wait without end. */
static bool
is_late(struct client *c)
{
	c->silent |= mono_now() - c->moved > SILENT_SECONDS * US_SECOND;
	return c->silent;
}

static size_t
receive(void *arg, char *to, size_t n)
{
	struct client *c = arg;
	size_t got = 0;
	CURLcode rc;

	if (is_late(c))
		return 0;
	while ((rc = curl_easy_recv(c->curl, to, n, &got)) == CURLE_AGAIN)
		if (!wait_for(c, POLLIN))
			return 0;
	return rc == CURLE_OK ? got : 0;
}

static bool
send_all(struct client *c, struct str bytes)
{
	while (bytes.n > 0) {
		size_t done = 0;
		CURLcode rc = curl_easy_send(c->curl, bytes.p, bytes.n, &done);

		if (rc == CURLE_AGAIN && wait_for(c, POLLOUT))
			continue;
		if (rc != CURLE_OK)
			return false;
		bytes = str_skip(bytes, done);
	}
	return true;
}

/* ---- commands ---- */

static bool
command(struct client *c, struct str text)
{
	c->moved = mono_now();
	return send_all(
	    c, arena_printf(&c->a, "S%u %.*s\r\n", ++c->tag, STR_ARG(text)));
}

/* Is it the end of the command? *ret_good: and did it succeed? */
static bool
is_end(struct client *c, struct str line, bool *ret_good)
{
	char tag[24];

	(void)snprintf(tag, sizeof(tag), "S%u ", c->tag);
	if (!str_eat(&line, str_z(tag)))
		return false;
	*ret_good = str_eq_fold(str_head(line, 3), S("OK ")) ||
		    str_eq_fold(line, S("OK"));
	c->answer = str_keep(&c->a, line);
	return true;
}

/* All lines up to the end; line may be NULL. */
static bool
run(struct client *c, struct str text,
    void (*line)(void *arg, struct client *c, struct str line), void *arg)
{
	struct str got;
	bool good;

	c->answer = (struct str){NULL, 0};
	if (!command(c, text))
		return false;
	while (imap_line(&c->in, &got)) {
		if (is_end(c, got, &good))
			return good;
		if (line != NULL)
			line(arg, c, got);
	}
	return false;
}

/* "..." with the name as it goes over the wire. */
static struct str
quoted(struct arena *a, struct str wire)
{
	char *out = arena_alloc(a, wire.n * 2 + 2);
	size_t n = 0;

	out[n++] = '"';
	for (size_t i = 0; i < wire.n; i++) {
		if (wire.p[i] == '"' || wire.p[i] == '\\')
			out[n++] = '\\';
		out[n++] = wire.p[i];
	}
	out[n++] = '"';
	return (struct str){out, n};
}

struct folders {
	struct str names[FOLDERS_MAX]; /* as on the wire */
	size_t n, more;
};

static void
on_list(void *arg, struct client *c, struct str line)
{
	struct folders *f = arg;
	struct str name;

	if (!imap_list(c->in.line, line.n, &name))
		return;
	if (f->n < FOLDERS_MAX)
		f->names[f->n++] = str_keep(&c->a, name);
	else
		f->more++;
}

static void
list_folders(struct client *c, struct str pattern, struct folders *ret_folders)
{
	*ret_folders = (struct folders){0};
	(void)run(c,
	    arena_printf(&c->a, "LIST \"\" %.*s",
		STR_ARG(quoted(&c->a, imap_name_encode(&c->a, pattern)))),
	    on_list, ret_folders);
}

/* ---- messages ---- */

static void
feed_literal(struct client *c, struct str path, uint64_t uid, uint64_t size)
{
	char name[1024];
	int n = snprintf(name, sizeof(name), "%.*s;UID=%llu",
	    STR_ARG(str_head(path, sizeof(name) - 32)),
	    (unsigned long long)uid);
	struct str bytes;

	feed_frame(c->to, FEED_FILE, (struct str){name, (size_t)n});
	while ((bytes = imap_bytes(&c->in, &size)).n > 0) {
		feed_frame(c->to, FEED_DATA, bytes);
		c->moved = mono_now();
	}
	feed_frame(c->to, FEED_END, S(""));
}

static void
on_exists(void *arg, struct client *c, struct str line)
{
	(void)c;
	(void)imap_exists(line, arg);
}

static bool
fetch_all(struct client *c, struct str path)
{
	uint64_t number = 0, uid = 0, size;
	struct str line;
	bool good;

	/* One byte more than is kept: then it is known to be cut. */
	if (!command(
		c, arena_printf(&c->a, "UID FETCH 1:* (UID BODY.PEEK[]<0.%zu>)",
		       c->conf->max + 1)))
		return false;
	while (imap_line(&c->in, &line)) {
		if (is_end(c, line, &good))
			return good;
		if (imap_fetch(line, &number, &uid) &&
		    imap_literal(line, &size)) {
			feed_literal(c, path, uid > 0 ? uid : number, size);
		} else if (imap_literal(line, &size)) {
			while (imap_bytes(&c->in, &size).n > 0)
				;
		}
	}
	return false;
}

static void
say_lost(struct client *c, struct str path)
{
	if (c->silent)
		gap(c, path, str_z(_("the server fell silent")));
	else if (c->answer.n > 0)
		gap(c, path,
		    arena_printf(&c->a, _("the server says: %.*s"),
			STR_ARG(str_head(c->answer, 300))));
	else
		gap(c, path,
		    str_z(_("the connection broke off; what came before was "
			    "used")));
}

static void
say_no_folder(struct client *c, struct str path)
{
	struct folders *all;
	struct str line = {NULL, 0};

	if (c->in.broken) {
		say_lost(c, path);
		return;
	}
	all = arena_alloc(&c->a, sizeof(*all));
	list_folders(c, S("*"), all);
	for (size_t i = 0; i < all->n && i < FOLDERS_NAMED; i++)
		line = arena_printf(&c->a, "%.*s%s'%.*s'", STR_ARG(line),
		    i > 0 ? ", " : "",
		    STR_ARG(imap_name_decode(&c->a, all->names[i])));
	if (all->n > FOLDERS_NAMED)
		line = arena_printf(&c->a, _("%.*s and %zu others"),
		    STR_ARG(line), all->n + all->more - FOLDERS_NAMED);
	gap(c, path,
	    arena_printf(&c->a, _("there is no such folder; there are: %.*s"),
		STR_ARG(line)));
}

/* One folder by its name on the wire. */
static void
feed_folder(struct client *c, struct str wire)
{
	struct str path = folder_path(c, imap_name_decode(&c->a, wire));
	uint64_t messages = 0;

	if (c->in.broken)
		return;
	if (!run(c,
		arena_printf(
		    &c->a, "EXAMINE %.*s", STR_ARG(quoted(&c->a, wire))),
		on_exists, &messages)) {
		say_no_folder(c, path);
		return;
	}
	c->answer = (struct str){NULL, 0};
	if (messages > 0 && !fetch_all(c, path))
		say_lost(c, path);
}

static void
feed_folders(struct client *c)
{
	struct str folder = c->account->url.folder;
	struct folders *all;

	if (str_chr(folder, '*') == folder.n) {
		feed_folder(c, imap_name_encode(&c->a, folder));
		return;
	}
	all = arena_alloc(&c->a, sizeof(*all));
	list_folders(c, folder, all);
	if (all->n == 0)
		say_no_folder(c, folder_path(c, folder));
	for (size_t i = 0; i < all->n; i++)
		feed_folder(c, all->names[i]);
	if (all->more > 0)
		gap(c, folder_path(c, folder),
		    arena_printf(&c->a,
			_("it means more than %d folders: the rest was left "
			  "out"),
			FOLDERS_MAX));
}

/* ---- connection ---- */

static struct str
connect_error(struct client *c, CURLcode rc)
{
	const struct imap_url *url = &c->account->url;

	if (c->conf->authorities.n == 0 &&
	    (rc == CURLE_PEER_FAILED_VERIFICATION ||
		rc == CURLE_SSL_CACERT_BADFILE || rc == CURLE_SSL_CERTPROBLEM))
		return str_z(
		    _("the certificate of the server is not trusted: this "
		      "machine knows no authority at all; install "
		      "ca-certificates, or name some with --imap-ca FILE"));
	switch ((int)rc) {
	case CURLE_LOGIN_DENIED:
		return str_z(_("the server refuses this user or password"));
	case CURLE_PEER_FAILED_VERIFICATION:
		return arena_printf(&c->a,
		    _("the certificate of the server is not trusted (%s); "
		      "--imap-ca FILE names the authority that made it"),
		    c->why);
	case CURLE_USE_SSL_FAILED:
		return str_z(
		    _("the server offers no TLS here: use imaps://, or "
		      "--imap-plain if password and mail may be seen on the "
		      "way"));
	case CURLE_OPERATION_TIMEDOUT:
		return str_z(_("the server does not answer"));
	case CURLE_SSL_CONNECT_ERROR:
		return arena_printf(
		    &c->a, _("no TLS could be agreed on: %s"), c->why);
	case CURLE_COULDNT_CONNECT:
		return arena_printf(&c->a, _("cannot connect to port %u: %s"),
		    url->port, c->why);
	default:
		return arena_printf(&c->a, "%s",
		    c->why[0] != '\0' ? c->why : curl_easy_strerror(rc));
	}
}

static void
set_up(struct client *c, struct curl_slist **ret_resolve)
{
	const struct imap_url *url = &c->account->url;
	CURL *h = c->curl;
	struct curl_blob pem = {
	    .data = (void *)(uintptr_t)c->conf->authorities.p,
	    .len = c->conf->authorities.n,
	    .flags = CURL_BLOB_NOCOPY};
	bool ipv6 = str_chr(url->host, ':') < url->host.n;
	struct str authority =
	    arena_printf(&c->a, ipv6 ? "[%.*s]" : "%.*s", STR_ARG(url->host));
	long ssl = c->conf->plain || c->account->loopback ? CURLUSESSL_TRY
							  : CURLUSESSL_ALL;

	*ret_resolve = curl_slist_append(
	    NULL, arena_printf(&c->a, "%.*s:%u:%.*s", STR_ARG(url->host),
		      url->port, STR_ARG(c->account->addresses))
		      .p);
	curl_easy_setopt(h, CURLOPT_URL,
	    arena_printf(&c->a, "%s://%.*s:%u/", url->tls ? "imaps" : "imap",
		STR_ARG(authority), url->port)
		.p);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_RESOLVE, *ret_resolve);
	curl_easy_setopt(h, CURLOPT_USERNAME, url->user.p);
	curl_easy_setopt(h, CURLOPT_PASSWORD, c->account->password.p);
	curl_easy_setopt(h, CURLOPT_USE_SSL, ssl);
	curl_easy_setopt(h, CURLOPT_CAINFO_BLOB, &pem);
	curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)LOGIN_SECONDS);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(h, CURLOPT_CONNECT_ONLY, 1L);
}

void
imap_feed(
    int fd, const struct imap_conf *conf, const struct imap_account *account)
{
	struct client *c = xcalloc(1, sizeof(*c));
	struct curl_slist *resolve = NULL;
	struct sandbox sandbox;
	CURLcode rc;

	c->to = fd;
	c->conf = conf;
	c->account = account;
	c->in.read = receive;
	c->in.arg = c;
	curl_global_init(CURL_GLOBAL_ALL);
	c->curl = curl_easy_init();
	if (c->curl == NULL)
		_exit(1);
	sandbox_enter_network(&account->url.port, 1, &sandbox);
	set_up(c, &resolve);
	rc = curl_easy_perform(c->curl);
	if (rc == CURLE_OK)
		rc = curl_easy_getinfo(
		    c->curl, CURLINFO_ACTIVESOCKET, &c->socket);
	if (rc != CURLE_OK)
		gap(c, account->url.text, connect_error(c, rc));
	else
		feed_folders(c);
	if (rc == CURLE_OK && !c->in.broken)
		(void)run(c, S("LOGOUT"), NULL, NULL);
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(resolve);
	_exit(0);
}

bool
imap_is_built(void)
{
	return true;
}

#else

#include <unistd.h>

void
imap_feed(
    int fd, const struct imap_conf *conf, const struct imap_account *account)
{
	(void)fd;
	(void)conf;
	(void)account;
	_exit(1);
}

bool
imap_is_built(void)
{
	return false;
}

#endif
