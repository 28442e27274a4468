/* SPDX-License-Identifier: ISC */
#include "net/resolver.h"

#include "base/fd.h"
#include "base/lang.h"
#include "net/asker.h"
#include "net/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STOP_TIME = 2000, /* ms for the asking process to write its cache */
	/* Longer without any answer: it does not live any more. */
	SILENCE = 60 * 1000,
	INPUT = 256 * 1024,
};

struct pending {
	resolver_done *done;
	void *arg;
	uint16_t type;
};

struct resolver {
	int fd;
	int second_fd; /* of resolver_second; -1: none */
	pid_t pid;     /* 0: of another client */
	bool gone;
	uint64_t asked;
	struct pending *pending;
	size_t pending_n, pending_cap; /* the id is the place in it */
	uint32_t *free_ids;
	size_t free_n, free_cap, open;
	uint8_t *out;
	size_t out_n, out_cap, out_at;
	uint8_t *in;
	size_t in_n;
};

bool
resolver_server_parse(struct str s, struct resolver_server *ret_server)
{
	struct resolver_server server = {.port = RESOLVER_PORT};
	struct str ip = s, port;
	size_t at = str_rchr(s, '@');
	uint64_t value;

	if (at < s.n) {
		ip = str_head(s, at);
		port = str_skip(s, at + 1);
		if (!str_u64(&port, 5, &value) || port.n > 0 || value == 0 ||
		    value > UINT16_MAX)
			return false;
		server.port = (uint16_t)value;
	}
	if (str_starts(ip, S("[")) && str_ends(ip, S("]")))
		ip = str_head(str_skip(ip, 1), ip.n - 2);
	if (!ip_parse(ip, &server.ip))
		return false;
	*ret_server = server;
	return true;
}

bool
resolver_stub_parse(struct str s, struct resolver_stub *ret_stub)
{
	struct resolver_stub stub;
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;

	if (str_chr(s, '=') == s.n)
		return false;
	stub.zone = dns_name_trim(str_take(&s, '='));
	if (stub.zone.n == 0 || !dns_name_wire(stub.zone, wire, &n) ||
	    !resolver_server_parse(s, &stub.server))
		return false;
	*ret_stub = stub;
	return true;
}

/* Signals of the terminal are for the program, which hangs up then. */
static void
ignore_signals(void)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGPIPE};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		(void)sigaction(signals[i],
		    &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

static struct resolver *
client_new(int fd, pid_t pid)
{
	struct resolver *r = xcalloc(1, sizeof(*r));

	r->fd = fd;
	r->second_fd = -1;
	r->pid = pid;
	r->in = xcalloc(1, INPUT);
	return r;
}

/* Each client's end, and the asking process's. */
static bool
make_pairs(int ends[ASKER_CLIENTS], int far[ASKER_CLIENTS], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int pair[2];

		if (socketpair(AF_UNIX,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			pair) != 0)
			return false;
		ends[i] = pair[0];
		far[i] = pair[1];
	}
	return true;
}

static void
close_all(int fds[ASKER_CLIENTS])
{
	for (size_t i = 0; i < ASKER_CLIENTS; i++)
		fd_close(&fds[i]);
}

bool
resolver_start(const struct resolver_conf *conf, struct resolver **ret_resolver,
    struct err *err)
{
	int ends[ASKER_CLIENTS] = {-1, -1}, far[ASKER_CLIENTS] = {-1, -1};
	size_t n = conf->second ? 2 : 1;
	pid_t pid;

	if (!make_pairs(ends, far, n)) {
		(void)err_set(err, ERR_AGAIN,
		    _("cannot make a socket for DNS: %s"), strerror(errno));
		close_all(ends);
		close_all(far);
		return false;
	}
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		(void)err_set(err, ERR_AGAIN,
		    _("cannot start the process that asks the DNS: %s"),
		    strerror(errno));
		close_all(ends);
		close_all(far);
		return false;
	}
	if (pid == 0) {
		const int kept[] = {far[0], far[1], conf->cache_fd};

		/* The end of another one's socket would keep that alive. */
		fds_keep(kept, ARRAY_LEN(kept));
		ignore_signals();
		_exit(asker_run(conf, far, n));
	}
	close_all(far);
	*ret_resolver = client_new(ends[0], pid);
	(*ret_resolver)->second_fd = ends[1];
	return true;
}

struct resolver *
resolver_second(struct resolver *r)
{
	return client_new(fd_steal(&r->second_fd), 0);
}

void
resolver_stop(struct resolver *r)
{
	const struct timespec step = {.tv_nsec = 5 * 1000 * 1000};
	int status;

	if (r == NULL)
		return;
	close(r->fd);
	fd_close(&r->second_fd);
	for (int ms = 0; r->pid != 0 && waitpid(r->pid, &status, WNOHANG) == 0;
	     ms += 5) {
		if (ms >= STOP_TIME) {
			kill(r->pid, SIGKILL);
			while (
			    waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
				;
			break;
		}
		(void)nanosleep(&step, NULL);
	}
	free(r->pending);
	free(r->free_ids);
	free(r->out);
	free(r->in);
	free(r);
}

static void
write_frame(struct resolver *r, const void *p, size_t n)
{
	if (r->out_at == r->out_n)
		r->out_at = r->out_n = 0;
	if (r->out_cap - r->out_n < n) {
		r->out_cap = (r->out_cap + n) * 2;
		r->out = xrealloc(r->out, r->out_cap, 1);
	}
	memcpy(r->out + r->out_n, p, n);
	r->out_n += n;
}

void
resolver_lane(
    struct resolver *r, uint16_t lane, uint32_t rate, uint32_t parallel)
{
	const struct wire_question q = {.id = rate,
	    .patience_ms = parallel,
	    .lane = lane,
	    .flags = WIRE_LANE};

	write_frame(r, &q, sizeof(q));
}

static void
answer_with(resolver_done *done, void *arg, enum dns_status status)
{
	const struct dns_answer answer = {.status = status};

	done(arg, &answer);
}

static uint32_t
new_id(struct resolver *r, const struct pending *p)
{
	uint32_t id;

	if (r->free_n > 0) {
		id = r->free_ids[--r->free_n];
	} else {
		VEC_ROOM(r->pending, r->pending_n, r->pending_cap);
		id = (uint32_t)r->pending_n++;
	}
	r->pending[id] = *p;
	r->open++;
	return id;
}

static struct pending
end_id(struct resolver *r, uint32_t id)
{
	struct pending p = r->pending[id];

	r->pending[id] = (struct pending){0};
	VEC_ROOM(r->free_ids, r->free_n, r->free_cap);
	r->free_ids[r->free_n++] = id;
	r->open--;
	return p;
}

void
resolver_ask(struct resolver *r, const struct dns_question *question,
    resolver_done *done, void *arg)
{
	const struct pending p = {done, arg, question->type};
	span_us patience =
	    question->patience > 0 ? question->patience : DNS_PATIENCE;
	struct str name = dns_name_trim(question->name);
	uint8_t wire[DNS_NAME_WIRE];
	struct wire_question q;
	size_t n;

	if (r->gone || !dns_name_wire(name, wire, &n)) {
		answer_with(done, arg, r->gone ? DNS_GONE : DNS_BAD_NAME);
		return;
	}
	if (name.n == 0)
		name = S(".");
	q = (struct wire_question){.id = new_id(r, &p),
	    .patience_ms = (uint32_t)(patience / 1000),
	    .type = question->type,
	    .lane = question->lane,
	    .flags = question->flags,
	    .port = question->port != 0 ? question->port : RESOLVER_PORT,
	    .server = question->server,
	    .name_n = (uint16_t)name.n};
	write_frame(r, &q, sizeof(q));
	write_frame(r, name.p, name.n);
	r->asked++;
}

/* Its process has died or talks nonsense: nobody waits for it any more. */
static void
lose(struct resolver *r)
{
	r->gone = true;
	for (size_t id = 0; id < r->pending_n; id++)
		if (r->pending[id].done != NULL) {
			struct pending p = end_id(r, (uint32_t)id);

			answer_with(p.done, p.arg, DNS_GONE);
		}
}

static bool
take_answer(struct resolver *r, const uint8_t *frame)
{
	struct wire_answer head;
	struct dns_answer answer;
	struct arena scratch = {0};
	struct pending p;

	memcpy(&head, frame, sizeof(head));
	if (head.id >= r->pending_n || r->pending[head.id].done == NULL)
		return false;
	if (!dns_body_read(&scratch, frame + sizeof(head), head.n,
		r->pending[head.id].type, &answer)) {
		arena_done(&scratch);
		return false;
	}
	p = end_id(r, head.id);
	p.done(p.arg, &answer);
	arena_done(&scratch);
	return true;
}

static bool
read_some(struct resolver *r)
{
	size_t at = 0;
	ssize_t got = read(r->fd, r->in + r->in_n, INPUT - r->in_n);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return false;
	r->in_n += (size_t)got;
	for (;;) {
		size_t size = wire_answer_size(r->in + at, r->in_n - at);

		if (size == 0)
			break;
		if (size == SIZE_MAX || !take_answer(r, r->in + at))
			return false;
		at += size;
	}
	memmove(r->in, r->in + at, r->in_n - at);
	r->in_n -= at;
	return true;
}

static bool
write_some(struct resolver *r)
{
	ssize_t put;

	if (r->out_at == r->out_n)
		return true;
	/* That it has died must not end who asks. */
	put =
	    send(r->fd, r->out + r->out_at, r->out_n - r->out_at, MSG_NOSIGNAL);
	if (put < 0)
		return errno == EAGAIN || errno == EINTR;
	r->out_at += (size_t)put;
	return true;
}

/* One turn: false when the other end is gone. */
static bool
turn(struct resolver *r, int *silent_ms, int wait_ms)
{
	struct pollfd p = {.fd = r->fd, .events = POLLIN};
	int n;

	if (r->out_at < r->out_n)
		p.events |= POLLOUT;
	n = poll(&p, 1, wait_ms);
	*silent_ms = n == 0 ? *silent_ms + wait_ms : 0;
	if (*silent_ms > SILENCE)
		return false;
	if ((p.revents & POLLOUT) && !write_some(r))
		return false;
	return n <= 0 || (p.revents & (POLLIN | POLLHUP | POLLERR)) == 0 ||
	       read_some(r);
}

void
resolver_run(struct resolver *r, void (*tick)(void *arg), void *arg)
{
	int silent_ms = 0;

	while (r->open > 0 && !r->gone) {
		if (!turn(r, &silent_ms, 100))
			lose(r);
		if (tick != NULL)
			tick(arg);
	}
}

struct got {
	struct arena *arena;
	struct dns_answer answer;
	bool done;
};

static void
got_answer(void *arg, const struct dns_answer *answer)
{
	struct got *got = arg;

	got->answer = dns_answer_keep(got->arena, answer);
	got->done = true;
}

struct dns_answer
resolver_get(
    struct resolver *r, struct arena *a, struct str name, enum dns_type type)
{
	const struct dns_question q = {.name = name, .type = (uint16_t)type};
	struct got got = {.arena = a};
	int silent_ms = 0;

	resolver_ask(r, &q, got_answer, &got);
	while (!got.done)
		if (!turn(r, &silent_ms, 100))
			lose(r);
	return got.answer;
}

uint64_t
resolver_asked(const struct resolver *r)
{
	return r->asked;
}
