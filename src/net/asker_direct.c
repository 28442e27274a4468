/* SPDX-License-Identifier: ISC */
/*
 * A question to one server, over UDP (RFC 1035 4.2.1) with EDNS (RFC 6891)
 * and the DO bit. No TCP: what is asked this way is small. An answer counts
 * when it comes from that address and port, with our number and our question.
 */
#include "net/asker_part.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEADER = 12,
	QUERY = HEADER + DNS_NAME_WIRE + 4 + 11,
	UDP_SIZE = 1232, /* DNS flag day 2020: fits every path */
	MESSAGE = 65535,
	RD = 0x01,
	QR = 0x80,
	RCODE = 0x0f,
};

struct direct {
	struct asker *asker;
	struct event *event;
	int fd;
	direct_done *done;
	void *arg;
	size_t n, question_n;
	uint8_t query[QUERY];
};

void
direct_free(struct direct *direct)
{
	if (direct == NULL)
		return;
	if (direct->event != NULL)
		event_free(direct->event);
	if (direct->fd >= 0)
		close(direct->fd);
	free(direct);
}

static bool
is_answer(const struct direct *d, const uint8_t *message, ssize_t n)
{
	if (n < HEADER || memcmp(message, d->query, 2) != 0 ||
	    (message[2] & QR) == 0)
		return false;
	/* Who will not answer may leave the question out. */
	if (n == HEADER)
		return (message[3] & RCODE) != 0;
	return n >= (ssize_t)(HEADER + d->question_n) &&
	       memcmp(message + HEADER, d->query + HEADER, d->question_n) == 0;
}

static void
direct_read(int fd, short what, void *arg)
{
	struct direct *d = arg;
	uint8_t message[MESSAGE];
	ssize_t n = recv(fd, message, sizeof(message), MSG_DONTWAIT);

	(void)what;
	if (!is_answer(d, message, n))
		return; /* not ours, or an ICMP error: time will tell */
	event_del(d->event);
	d->done(d->asker, d->arg, message, (size_t)n);
}

static bool
build(struct direct *d, struct str name, uint16_t type, bool recurse)
{
	static const uint8_t edns[] = {
	    0, 0, 41, UDP_SIZE >> 8, UDP_SIZE & 0xff, 0, 0, 0x80, 0, 0, 0};
	uint8_t *p = d->query;
	size_t n;

	if (getrandom(p, 2, 0) != 2 || !dns_name_wire(name, p + HEADER, &n))
		return false;
	p[2] = recurse ? RD : 0;
	p[5] = 1;
	p[11] = 1;
	p += HEADER + n;
	p[0] = (uint8_t)(type >> 8);
	p[1] = (uint8_t)type;
	p[3] = 1; /* class IN */
	memcpy(p + 4, edns, sizeof(edns));
	d->question_n = n + 4;
	d->n = HEADER + n + 4 + sizeof(edns);
	return true;
}

static bool
dial(struct direct *d, const struct resolver_server *to)
{
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET, .sin_port = htons(to->port)};
	struct sockaddr_in6 v6 = {
	    .sin6_family = AF_INET6, .sin6_port = htons(to->port)};
	bool is_v4 = ip_is_v4(&to->ip);

	memcpy(&v4.sin_addr, to->ip.b + 12, 4);
	memcpy(&v6.sin6_addr, to->ip.b, 16);
	d->fd = socket(is_v4 ? AF_INET : AF_INET6,
	    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return d->fd >= 0 &&
	       connect(d->fd,
		   is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
		   is_v4 ? sizeof(v4) : sizeof(v6)) == 0;
}

void
direct_again(struct direct *direct)
{
	(void)send(direct->fd, direct->query, direct->n, MSG_DONTWAIT);
}

struct direct *
direct_ask(struct asker *x, const struct resolver_server *to, struct str name,
    uint16_t type, bool recurse, direct_done *done, void *arg)
{
	struct direct *d = xcalloc(1, sizeof(*d));

	*d = (struct direct){.asker = x, .fd = -1, .done = done, .arg = arg};
	if (!build(d, name, type, recurse) || !dial(d, to) ||
	    send(d->fd, d->query, d->n, MSG_DONTWAIT) != (ssize_t)d->n) {
		direct_free(d);
		return NULL;
	}
	d->event =
	    event_new(x->base, d->fd, EV_READ | EV_PERSIST, direct_read, d);
	if (d->event == NULL || event_add(d->event, NULL) != 0) {
		direct_free(d);
		return NULL;
	}
	return d;
}
