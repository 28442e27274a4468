/* SPDX-License-Identifier: ISC */
/*
 *	GET https://mta-sts.example.org/.well-known/mta-sts.txt
 *
 * RFC 8461 3.3: no redirect is followed, the certificate must be valid for the
 * host, nothing but 200 counts. Host and addresses come from a process that
 * reads what strangers publish, so nothing is fetched from inside: who writes
 * "127.0.0.1" into his zone must not reach what listens there.
 */
#include "net/policy_part.h"

#include "build_config.h"

#include <unistd.h>

#ifdef HAVE_CURL

#include "base/sandbox.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	HTTPS = 443,
	CONNECT_SECONDS = 5,
};

enum fetch_state {
	FETCH_FREE,
	FETCH_RUNS,
	FETCH_DONE, /* its answer is to be sent */
};

struct fetch {
	enum fetch_state state;
	const struct policy_conf *conf;
	CURL *curl;
	struct curl_slist *resolve;
	struct policy_answer *answer;
	char error[CURL_ERROR_SIZE];
};

struct server {
	int fd;
	CURLM *multi;
	struct fetch fetches[POLICY_PARALLEL];
};

static size_t
take(char *bytes, size_t size, size_t n, void *arg)
{
	struct policy_answer *answer = arg;

	n *= size;
	if (n > POLICY_BYTES - answer->n) {
		answer->state = POLICY_TOO_LONG;
		return 0;
	}
	memcpy(answer->text + answer->n, bytes, n);
	answer->n += (uint32_t)n;
	return n;
}

static bool
is_host(const char *host)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return strspn(host, good) == strlen(host) && host[0] != '\0';
}

/* "mta-sts.example.org:443:192.0.2.1,2001:db8::1". False: none is public. */
static bool
resolve_line(const struct fetch *f, const struct policy_question *q, char *to,
    size_t size)
{
	const struct resolver_server *server = &f->conf->server;
	char text[IP_TEXT];
	int at;
	size_t n = 0;

	if (server->port > 0) {
		(void)snprintf(to, size, "%s:%u:%s", q->host, server->port,
		    ip_text(&server->ip, text));
		return true;
	}
	at = snprintf(to, size, "%s:%d:", q->host, HTTPS);
	for (uint32_t i = 0; i < q->n && i < POLICY_ADDRESSES; i++)
		if (!ip_is_private(&q->ips[i]) && !ip_is_loopback(&q->ips[i]) &&
		    !ip_is_none(&q->ips[i]))
			at += snprintf(to + at, size - (size_t)at, "%s%s",
			    n++ > 0 ? "," : "", ip_text(&q->ips[i], text));
	return n > 0;
}

static void
set_up(struct fetch *f, const char *url)
{
	struct curl_blob pem = {
	    .data = (void *)(uintptr_t)f->conf->authorities.p,
	    .len = f->conf->authorities.n,
	    .flags = CURL_BLOB_NOCOPY};
	CURL *h = f->curl;

	curl_easy_reset(h);
	curl_easy_setopt(h, CURLOPT_URL, url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_RESOLVE, f->resolve);
	curl_easy_setopt(h, CURLOPT_CAINFO_BLOB, &pem);
	curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)POLICY_SECONDS);
	curl_easy_setopt(h, CURLOPT_USERAGENT, "sereno/" SERENO_VERSION);
	curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, f->error);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, f->answer);
	curl_easy_setopt(h, CURLOPT_PRIVATE, f);
}

static void
copy_words(char *to, const char *from)
{
	(void)snprintf(to, POLICY_WORDS, "%.*s", POLICY_WORDS - 1,
	    from != NULL ? from : "");
}

static void
understand(struct fetch *f, CURLcode rc)
{
	struct policy_answer *answer = f->answer;
	const char *words = NULL;
	long http = 0;

	(void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &http);
	answer->http = (uint32_t)http;
	if (answer->state == POLICY_TOO_LONG && http == 200) {
		answer->n = 0;
		return;
	}
	if (rc == CURLE_PEER_FAILED_VERIFICATION ||
	    rc == CURLE_SSL_CACERT_BADFILE) {
		answer->state = f->conf->authorities.n > 0 ? POLICY_UNTRUSTED
							   : POLICY_NO_TRUST;
		copy_words(answer->why, f->error);
	} else if (http != 0 && http != 200) {
		answer->state = POLICY_HTTP;
		answer->n = 0;
		(void)curl_easy_getinfo(f->curl, CURLINFO_REDIRECT_URL, &words);
		copy_words(answer->why, words);
	} else if (rc != CURLE_OK) {
		answer->state = POLICY_UNREACHED;
		answer->n = 0;
		copy_words(answer->why,
		    f->error[0] != '\0' ? f->error : curl_easy_strerror(rc));
	} else {
		answer->state = POLICY_FETCHED;
		(void)curl_easy_getinfo(f->curl, CURLINFO_CONTENT_TYPE, &words);
		copy_words(answer->type, words);
	}
}

static void
begin(struct server *s, struct fetch *f, const struct policy_question *q)
{
	char line[sizeof(q->host) + POLICY_ADDRESSES * (IP_TEXT + 1) + 16];
	char url[sizeof(q->host) + 64];

	memset(f->answer, 0, offsetof(struct policy_answer, text));
	f->answer->number = q->number;
	f->error[0] = '\0';
	f->state = FETCH_DONE;
	f->answer->state = POLICY_PRIVATE;
	if (!is_host(q->host) || !resolve_line(f, q, line, sizeof(line)))
		return;
	f->answer->state = POLICY_UNREACHED;
	f->resolve = curl_slist_append(NULL, line);
	(void)snprintf(url, sizeof(url),
	    "https://%s:%u/.well-known/mta-sts.txt", q->host,
	    f->conf->server.port > 0 ? f->conf->server.port : HTTPS);
	set_up(f, url);
	if (curl_multi_add_handle(s->multi, f->curl) == CURLM_OK)
		f->state = FETCH_RUNS;
}

/* What has ended meanwhile. */
static void
collect(struct server *s)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(s->multi, &left)) != NULL) {
		struct fetch *f = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(
		    message->easy_handle, CURLINFO_PRIVATE, &f);
		understand(f, message->data.result);
		(void)curl_multi_remove_handle(s->multi, f->curl);
		curl_slist_free_all(f->resolve);
		f->resolve = NULL;
		f->state = FETCH_DONE;
	}
}

static struct fetch *
find(struct server *s, enum fetch_state state)
{
	for (size_t i = 0; i < POLICY_PARALLEL; i++)
		if (s->fetches[i].state == state)
			return &s->fetches[i];
	return NULL;
}

/* False: who asks has hung up, or talks nonsense. */
static bool
take_question(struct server *s, struct fetch *f)
{
	struct policy_question q;
	ssize_t got = recv(s->fd, &q, sizeof(q), MSG_DONTWAIT);

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	if (got != (ssize_t)sizeof(q) ||
	    memchr(q.host, '\0', sizeof(q.host)) == NULL)
		return false;
	begin(s, f, &q);
	return true;
}

static bool
send_answer(struct server *s, struct fetch *f)
{
	size_t n = offsetof(struct policy_answer, text) + f->answer->n;
	ssize_t put = send(s->fd, f->answer, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (put < 0)
		return errno == EINTR || errno == EAGAIN;
	f->state = FETCH_FREE;
	return true;
}

/* Answers are kept until they are asked for: who asks may be busy, and the
 * other fetches must not wait for him. False: the end. */
static bool
turn(struct server *s)
{
	struct curl_waitfd pipe = {.fd = s->fd};
	struct fetch *done = find(s, FETCH_DONE);
	struct fetch *free_one = find(s, FETCH_FREE);
	int running;

	if (free_one != NULL)
		pipe.events |= CURL_WAIT_POLLIN;
	if (done != NULL)
		pipe.events |= CURL_WAIT_POLLOUT;
	(void)curl_multi_poll(s->multi, &pipe, 1, 1000, NULL);
	if (done != NULL && (pipe.revents & CURL_WAIT_POLLOUT) != 0 &&
	    !send_answer(s, done))
		return false;
	if (free_one != NULL && (pipe.revents & CURL_WAIT_POLLIN) != 0 &&
	    !take_question(s, free_one))
		return false;
	(void)curl_multi_perform(s->multi, &running);
	collect(s);
	return true;
}

static bool
open_server(struct server *s, const struct policy_conf *conf, int fd)
{
	bool good;

	s->fd = fd;
	curl_global_init(CURL_GLOBAL_ALL);
	/* Makes a pipe, which is not allowed later. */
	s->multi = curl_multi_init();
	good = s->multi != NULL;
	for (size_t i = 0; i < POLICY_PARALLEL; i++) {
		struct fetch *f = &s->fetches[i];

		f->conf = conf;
		f->curl = curl_easy_init();
		f->answer = xcalloc(1, sizeof(*f->answer));
		good = good && f->curl != NULL;
	}
	return good;
}

void
policy_serve(const struct policy_conf *conf, int fd)
{
	uint16_t port = conf->server.port > 0 ? conf->server.port : HTTPS;
	struct server *s = xcalloc(1, sizeof(*s));
	struct sandbox sandbox;
	bool good = open_server(s, conf, fd);

	sandbox_enter_network(&port, 1, &sandbox);
	/* With root's rights nothing of a stranger is read. */
	if (!good || !sandbox.dropped_uid)
		_exit(1);
	while (turn(s))
		;
	_exit(0);
}

bool
policy_is_built(void)
{
	return true;
}

#else

void
policy_serve(const struct policy_conf *conf, int fd)
{
	(void)conf;
	(void)fd;
	_exit(1);
}

bool
policy_is_built(void)
{
	return false;
}

#endif
