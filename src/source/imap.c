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
#include "source/feed.h"
#include "source/imap_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	/* Folders that a pattern may mean, or a sentence names. */
	FOLDERS_MAX = 500,
	FOLDERS_NAMED = 12,
	/* Until a server has answered, and has let us in. */
	CONNECT_SECONDS = 30,
	LOGIN_SECONDS = 60,
	/* Bytes of a folder's name. */
	NAME_MAX_BYTES = 1024,
	/* What a message without a byte counts as: a second. */
	A_MESSAGE = 64,
	/* Messages that may come in while a folder is fetched. */
	NEW_MAX = 1000,
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
	size_t odd; /* with names that cannot be asked for */
};

/* The bytes of a literal as text; what is longer than a name is passed over. */
static struct str
name_of_literal(struct client *c, uint64_t size)
{
	char *name = arena_alloc(&c->a, NAME_MAX_BYTES);
	struct str bytes;
	size_t n = 0;

	if (size > NAME_MAX_BYTES) {
		client_pass_over(c, size);
		return (struct str){NULL, 0};
	}
	while ((bytes = imap_bytes(&c->in, &size)).n > 0) {
		memcpy(name + n, bytes.p, bytes.n);
		n += bytes.n;
	}
	return (struct str){name, n};
}

/* Can it stand in quotes? A line break would begin a command of the server's
 * own making. */
static bool
is_askable(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '\r' || name.p[i] == '\n' || name.p[i] == '\0')
			return false;
	return name.n > 0 && name.n <= NAME_MAX_BYTES;
}

static void
on_list(void *arg, struct client *c, struct str line)
{
	struct folders *f = arg;
	struct str name;
	uint64_t literal = 0;

	if (!imap_list(c->in.line, line.n, &name, &literal)) {
		if (imap_literal(line, &literal))
			client_pass_over(c, literal);
		return;
	}
	if (f->n == FOLDERS_MAX) {
		client_pass_over(c, name.n > 0 ? 0 : literal);
		f->more++;
		return;
	}
	if (name.n == 0)
		name = name_of_literal(c, literal);
	if (is_askable(name))
		f->names[f->n++] = str_keep(&c->a, name);
	else
		f->odd++;
}

static void
list_folders(struct client *c, struct str pattern, struct folders *ret_folders)
{
	*ret_folders = (struct folders){0};
	(void)client_run(c,
	    arena_printf(&c->a, "LIST \"\" %.*s",
		STR_ARG(quoted(&c->a, imap_name_encode(&c->a, pattern)))),
	    on_list, ret_folders);
}

/* ---- messages ---- */

/* What is fetched of a folder. */
struct fetching {
	struct str path;
	uint64_t number, uid; /* of the message that an answer is about */
	uint64_t n;           /* messages that came */
	uint64_t there;       /* that the server says there are */
	bool goes_on;         /* a literal was read: the answer goes on */
};

static void
begin_message(struct client *c, struct fetching *f)
{
	char name[1024];
	uint64_t uid = f->uid > 0 ? f->uid : f->number;
	int n = snprintf(name, sizeof(name), "%.*s;UID=%llu",
	    STR_ARG(str_head(f->path, sizeof(name) - 32)),
	    (unsigned long long)uid);

	f->n++;
	feed_frame(c->to, FEED_FILE, (struct str){name, (size_t)n});
}

/* One line of an answer that has texts of messages. */
static void
take_fetch(struct client *c, struct fetching *f, struct str line)
{
	struct str text;
	uint64_t size;
	enum imap_body body;

	if (!f->goes_on && !imap_fetch(line, &f->number, &f->uid))
		f->number = 0;
	f->goes_on = imap_literal(line, &size);
	body = f->number == 0 ? IMAP_BODY_NONE
			      : imap_body(c->in.line, line.n, &text, &size);
	if (body == IMAP_BODY_NONE) {
		if (f->goes_on)
			client_pass_over(c, size);
		return;
	}
	begin_message(c, f);
	if (body == IMAP_BODY_LITERAL)
		client_feed(c, size, c->conf->max + 1);
	else if (body == IMAP_BODY_QUOTED && text.n > 0)
		feed_frame(c->to, FEED_DATA, text);
	feed_frame(c->to, FEED_END, S(""));
	client_moved(c, A_MESSAGE);
	f->number = 0;
}

static void
on_exists(void *arg, struct client *c, struct str line)
{
	uint64_t literal;

	if (!imap_exists(line, arg) && imap_literal(line, &literal))
		client_pass_over(c, literal);
}

static bool
fetch_all(struct client *c, struct fetching *f)
{
	struct str line;
	bool good;

	/* One byte more than is kept: then it is known to be cut. */
	if (!client_command(
		c, arena_printf(&c->a, "UID FETCH 1:* (UID BODY.PEEK[]<0.%zu>)",
		       c->conf->max + 1)))
		return false;
	while (imap_line(&c->in, &line)) {
		if (client_is_end(c, line, &good))
			return good;
		take_fetch(c, f, line);
		if (f->n > f->there + NEW_MAX)
			c->in.broken = c->in.nonsense = true;
	}
	return false;
}

static void
say_lost(struct client *c, struct str path)
{
	if (c->silent)
		gap(c, path, str_z(_("the server fell silent")));
	else if (c->in.nonsense)
		gap(c, path,
		    str_z(_("the server sends what no mail server does; what "
			    "came before was used")));
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
	struct fetching f = {.path = path};

	if (c->in.broken)
		return;
	if (!client_run(c,
		arena_printf(
		    &c->a, "EXAMINE %.*s", STR_ARG(quoted(&c->a, wire))),
		on_exists, &f.there)) {
		say_no_folder(c, path);
		return;
	}
	c->answer = (struct str){NULL, 0};
	if (f.there > 0 && !fetch_all(c, &f))
		say_lost(c, path);
	else if (f.n < f.there)
		gap(c, path,
		    arena_printf(&c->a,
			_n("the server says that there is %s message, and gave "
			   "%s",
			    "the server says that there are %s messages, and "
			    "gave %s",
			    f.there),
			lang_number(&c->a, f.there), lang_number(&c->a, f.n)));
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
	if (all->n == 0 && all->odd == 0)
		say_no_folder(c, folder_path(c, folder));
	for (size_t i = 0; i < all->n; i++)
		feed_folder(c, all->names[i]);
	if (all->more > 0)
		gap(c, folder_path(c, folder),
		    arena_printf(&c->a,
			_("it means more than %d folders: the rest was left "
			  "out"),
			FOLDERS_MAX));
	if (all->odd > 0)
		gap(c, folder_path(c, folder),
		    arena_printf(&c->a,
			_n("the server names %s folder in a way that cannot be "
			   "asked for: it was left out",
			    "the server names %s folders in a way that cannot "
			    "be asked for: they were left out",
			    all->odd),
			lang_number(&c->a, all->odd)));
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
	c->in.read = client_receive;
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
		(void)client_run(c, S("LOGOUT"), NULL, NULL);
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
