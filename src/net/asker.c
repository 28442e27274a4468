/* SPDX-License-Identifier: ISC */
#include "net/asker.h"

#include "base/fd.h"
#include "base/sandbox.h"
#include "net/asker_part.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	TICK = 50 * 1000, /* microseconds: how late a deadline may be */
	TICK_MIN = 1000,
};

span_us
asker_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (span_us)t.tv_sec * US_SECOND + t.tv_nsec / 1000;
}

static int64_t
seconds(void)
{
	return (int64_t)time(NULL);
}

void
asker_wake(struct asker *x)
{
	event_active(x->timer, EV_TIMEOUT, 0);
}

const struct resolver_stub *
asker_stub(const struct asker *x, struct str name)
{
	for (size_t i = 0; i < x->conf->stubs_n; i++)
		if (dns_name_within(name, x->conf->stubs[i].zone))
			return &x->conf->stubs[i];
	return NULL;
}

static void
send_answer(
    const struct client *client, uint32_t id, const uint8_t *body, size_t n)
{
	const struct wire_answer head = {.id = id, .n = (uint32_t)n};
	struct evbuffer *out = bufferevent_get_output(client->pipe);

	if (client->gone)
		return;
	evbuffer_add(out, &head, sizeof(head));
	evbuffer_add(out, body, n);
}

static void
leave_running(struct asker *x, struct job *job)
{
	if (job->running == NULL)
		return;
	*job->running = x->running[--x->running_n];
	(*job->running)->running = job->running;
	job->running = NULL;
	lane_end(&x->lanes[job->q.lane].lane);
}

static bool
is_direct(const struct job *job)
{
	return !ip_is_none(&job->q.server);
}

void
asker_finish(struct asker *x, struct job *job, const uint8_t *body, size_t n)
{
	if (!is_direct(job))
		dns_cache_put(
		    x->cache, job->name, job->q.type, seconds(), body, n);
	send_answer(job->client, job->q.id, body, n);
	leave_running(x, job);
	direct_free(job->direct);
	free(job);
	if (x->waiting > 0)
		asker_wake(x);
}

void
asker_finish_status(
    struct asker *x, struct job *job, enum dns_status status, struct str why)
{
	uint8_t body[DNS_BODY_STATUS];

	asker_finish(x, job, body, dns_body_of_status(status, why, body));
}

static void
direct_answered(struct asker *x, void *arg, const uint8_t *message, size_t n)
{
	struct job *job = arg;
	size_t body_n = dns_body_of_message(
	    message, n, job->q.type, DNS_UNCHECKED, x->body);

	if (body_n > 0)
		asker_finish(x, job, x->body, body_n);
	else
		asker_finish_status(x, job, DNS_FAILED, S(""));
}

static void
job_start(struct asker *x, struct job *job)
{
	job->end = asker_now() + (span_us)job->q.patience_ms * 1000;
	job->running = &x->running[x->running_n++];
	*job->running = job;
	if (is_direct(job)) {
		const struct resolver_server to = {job->q.server, job->q.port};

		job->direct = direct_ask(x, &to, job->name, job->q.type, false,
		    direct_answered, job);
		if (job->direct == NULL)
			asker_finish_status(x, job, DNS_OFFLINE, S(""));
	} else if (x->ub == NULL) {
		asker_finish_status(x, job, DNS_FAILED, S(""));
	} else if (!asker_unbound_ask(x, job)) {
		asker_finish_status(x, job, DNS_BAD_NAME, S(""));
	}
}

/* The first job of the lane, when it may start. */
static bool
lane_next(struct asker *x, struct lane_queue *lane, span_us now, span_us *wait)
{
	struct job *job = lane->first;
	span_us more;

	if (!lane_start(&lane->lane, now, &more)) {
		if (more > 0 && more < *wait)
			*wait = more;
		return false;
	}
	lane->first = job->next;
	if (lane->first == NULL)
		lane->last = NULL;
	x->waiting--;
	job_start(x, job);
	return true;
}

static void
set_timer(struct asker *x, span_us wait)
{
	struct timeval tv;

	if (x->running_n == 0 && x->waiting == 0 && x->probe != PROBE_WAITS)
		return;
	if (wait > TICK)
		wait = TICK;
	if (wait < TICK_MIN)
		wait = TICK_MIN;
	tv = (struct timeval){.tv_usec = wait};
	event_add(x->timer, &tv);
}

void
asker_schedule(struct asker *x)
{
	span_us now = asker_now(), wait = TICK;

	/* One of each lane in turn, so that none waits for another. */
	for (size_t tried = 0; tried < x->lanes_n && x->waiting > 0 &&
			       x->running_n < x->window;) {
		struct lane_queue *lane = &x->lanes[x->next_lane];

		x->next_lane = (uint16_t)((x->next_lane + 1) % x->lanes_n);
		if (lane->first != NULL && lane_next(x, lane, now, &wait))
			tried = 0;
		else
			tried++;
	}
	set_timer(x, wait);
}

/* All that wait, with one answer. */
static void
fail_waiting(struct asker *x, enum dns_status status)
{
	for (size_t i = 0; i < x->lanes_n; i++)
		while (x->lanes[i].first != NULL) {
			struct job *job = x->lanes[i].first;

			x->lanes[i].first = job->next;
			x->waiting--;
			asker_finish_status(x, job, status, S(""));
		}
	for (size_t i = 0; i < x->lanes_n; i++)
		x->lanes[i].last = NULL;
}

/* Why nothing that leaves for the world can be asked; DNS_OK: it can. */
static enum dns_status
no_way(const struct asker *x)
{
	return x->probe == PROBE_BAD       ? DNS_OFFLINE
	       : x->probe == PROBE_HELD_UP ? DNS_HELD_UP
					   : DNS_OK;
}

void
asker_probe_over(struct asker *x)
{
	/* Without a context each job fails when it is started. */
	if (x->probe == PROBE_GOOD && x->ub == NULL)
		(void)asker_unbound_open(x);
	if (no_way(x) != DNS_OK)
		fail_waiting(x, no_way(x));
	asker_schedule(x);
}

static void
check_deadlines(struct asker *x, span_us now)
{
	for (size_t i = 0; i < x->running_n;) {
		struct job *job = x->running[i];
		span_us left = job->end - now;

		if (left <= 0) {
			asker_unbound_cancel(x, job);
			asker_finish_status(x, job, DNS_TIMEOUT, S(""));
			continue; /* another one is in its place */
		}
		if (job->direct != NULL && job->again == 0 &&
		    left < (span_us)job->q.patience_ms * 600) {
			job->again = 1;
			direct_again(job->direct);
		}
		i++;
	}
}

static void
on_timer(int fd, short what, void *arg)
{
	struct asker *x = arg;
	span_us now = asker_now();

	(void)fd;
	(void)what;
	asker_probe_tick(x, now);
	check_deadlines(x, now);
	if (x->probe != PROBE_WAITS)
		asker_schedule(x);
	else
		set_timer(x, TICK);
}

/* Is there a way to a server that knows the name, as far as we can tell? If
 * not, why. */
static enum dns_status
can_ask(struct asker *x, struct str name)
{
	if (asker_stub(x, name) != NULL) {
		if (x->ub == NULL && x->probe == PROBE_NONE)
			(void)asker_unbound_open(x);
		return DNS_OK;
	}
	if (x->probe == PROBE_NONE)
		asker_probe_begin(x);
	return no_way(x);
}

static void
job_enter(
    struct client *client, const struct wire_question *q, const char *name)
{
	struct asker *x = client->asker;
	struct job *job = xcalloc(1, sizeof(*job) + q->name_n + 1);
	struct lane_queue *lane = &x->lanes[q->lane];
	enum dns_status status;

	job->client = client;
	job->q = *q;
	memcpy(job->text, name, q->name_n);
	job->name = (struct str){job->text, q->name_n};
	if (memchr(name, '\0', q->name_n) != NULL) {
		asker_finish_status(x, job, DNS_BAD_NAME, S(""));
		return;
	}
	if (!is_direct(job) && (status = can_ask(x, job->name)) != DNS_OK) {
		asker_finish_status(x, job, status, S(""));
		return;
	}
	if (lane->last == NULL)
		lane->first = job;
	else
		lane->last->next = job;
	lane->last = job;
	x->waiting++;
	if (q->lane >= x->lanes_n)
		x->lanes_n = (uint16_t)(q->lane + 1);
}

static void
take_question(struct client *client, const uint8_t *frame)
{
	struct asker *x = client->asker;
	struct wire_question q;
	const char *name = (const char *)frame + sizeof(q);
	const uint8_t *kept;
	size_t n;

	memcpy(&q, frame, sizeof(q));
	if (q.flags & WIRE_LANE) {
		x->lanes[q.lane].lane.rate = q.id;
		x->lanes[q.lane].lane.parallel = q.patience_ms;
		return;
	}
	kept = (q.flags & DNS_FRESH) || !ip_is_none(&q.server)
		   ? NULL
		   : dns_cache_get(x->cache, (struct str){name, q.name_n},
			 q.type, seconds(), &n);
	if (kept != NULL)
		send_answer(client, q.id, kept, n);
	else
		job_enter(client, &q, name);
}

static void
on_read(struct bufferevent *pipe, void *arg)
{
	struct client *client = arg;
	struct asker *x = client->asker;
	struct evbuffer *in = bufferevent_get_input(pipe);
	size_t n = evbuffer_get_length(in), at = 0;
	const uint8_t *p = evbuffer_pullup(in, -1);

	while (at < n) {
		size_t size = wire_question_size(p + at, n - at);

		if (size == SIZE_MAX)
			event_base_loopbreak(x->base);
		if (size == 0 || size == SIZE_MAX)
			break;
		take_question(client, p + at);
		at += size;
	}
	evbuffer_drain(in, at);
	if (x->waiting > 0)
		asker_wake(x);
}

/* One hung up; the last one ends it. */
static void
on_end(struct bufferevent *pipe, short what, void *arg)
{
	struct client *client = arg;

	(void)what;
	(void)bufferevent_disable(pipe, EV_READ | EV_WRITE);
	client->gone = true;
	if (--client->asker->clients_open == 0)
		event_base_loopbreak(client->asker->base);
}

static uint64_t
whose(const struct resolver_conf *conf)
{
	uint64_t hash = conf->servers_n;

	for (size_t i = 0; i < conf->servers_n; i++)
		hash = hash * 31 + ip_hash(&conf->servers[i].ip) +
		       conf->servers[i].port;
	for (size_t i = 0; i < conf->stubs_n; i++)
		hash = hash * 31 + str_hash_fold(conf->stubs[i].zone) +
		       ip_hash(&conf->stubs[i].server.ip) +
		       conf->stubs[i].server.port;
	for (size_t i = 0; i < conf->anchors_n; i++)
		hash = hash * 31 + str_hash_fold(conf->anchors[i].zone) +
		       str_hash_fold(str_z(conf->anchors[i].digest));
	return hash;
}

static size_t
window_of(const struct resolver_conf *conf)
{
	struct rlimit files;
	size_t window =
	    conf->servers_n > 0 || conf->stubs_n > 0 ? WINDOW_ONE : WINDOW;

	/* A socket for each question, two for one with a retry. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    files.rlim_cur / 3 < window)
		window = files.rlim_cur / 3 > 8 ? files.rlim_cur / 3 : 8;
	return window;
}

static bool
add_client(struct asker *x, int fd)
{
	struct client *client = &x->clients[x->clients_n++];

	client->asker = x;
	client->pipe =
	    bufferevent_socket_new(x->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (client->pipe == NULL)
		return false;
	bufferevent_setcb(client->pipe, on_read, NULL, on_end, client);
	x->clients_open++;
	return bufferevent_enable(client->pipe, EV_READ | EV_WRITE) == 0;
}

static bool
asker_open(
    struct asker *x, const struct resolver_conf *conf, const int *fds, size_t n)
{
	bool good;

	x->conf = conf;
	x->window = window_of(conf);
	x->lanes = xcalloc(DNS_LANES, sizeof(*x->lanes));
	x->lanes_n = 1;
	x->cache = dns_cache_new(whose(conf));
	x->timer = event_new(x->base, -1, 0, on_timer, x);
	good = x->timer != NULL;
	for (size_t i = 0; i < n && good; i++)
		good = add_client(x, fds[i]);
	return good;
}

static void
asker_close(struct asker *x)
{
	if (x->conf->cache_fd >= 0)
		(void)dns_cache_save(x->cache, x->conf->cache_fd, seconds());
}

int
asker_run(const struct resolver_conf *conf, const int *fds, size_t n_fds)
{
	struct asker *x = xcalloc(1, sizeof(*x));
	uint16_t ports[RESOLVER_SERVERS + RESOLVER_STUBS + 1];
	size_t n = 0;
	struct sandbox sandbox;

	ports[n++] = RESOLVER_PORT;
	for (size_t i = 0; i < conf->servers_n; i++)
		ports[n++] = conf->servers[i].port;
	for (size_t i = 0; i < conf->stubs_n; i++)
		ports[n++] = conf->stubs[i].server.port;
	fds_allow(4096);
	/* Makes a pipe, which is not allowed later. */
	x->base = event_base_new();
	sandbox_enter_network(ports, n, &sandbox);
	if (x->base == NULL || !asker_open(x, conf, fds, n_fds))
		return 1;
	if (conf->cache_fd >= 0)
		dns_cache_load(x->cache, conf->cache_fd, seconds());
	event_base_dispatch(x->base);
	asker_close(x);
	/* The process ends: what else is held goes with it. */
	return 0;
}
