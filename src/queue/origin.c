/* SPDX-License-Identifier: ISC */
#include "queue/origin.h"

#include "mail/address.h"
#include "trail/bind.h"

#include <stdio.h>

static void
be(struct queue_origin *o, enum origin_kind kind, struct str name)
{
	o->kind = kind;
	o->name = name;
}

/*
 * "33:mailer.php", "33:a.php(12) : eval()'d code": the owner of the script and
 * its file. Anybody can write such a line: it counts when it names the uid
 * that handed the message in, or that was the web server's.
 */
static void
read_script(struct queue_origin *o, struct str value)
{
	uint64_t uid;

	if (!str_u64(&value, 10, &uid) || !str_eat(&value, S(":")))
		return;
	if ((int64_t)uid != o->uid && !origin_is_web_uid(o->uid))
		return;
	o->script = str_trim(str_head(value, str_find(value, S("("))));
}

/* Handed to sendmail by a program of this host. */
static void
of_local(struct queue_origin *o, const struct queue_message *m,
    const struct traits *traits)
{
	int n =
	    snprintf(o->text, sizeof(o->text), "uid=%lld", (long long)m->uid);
	bool is_web =
	    origin_is_web_uid(m->uid) || bind_web_user(m->local_user) != 0;

	o->uid = m->uid;
	read_script(o, traits->php_script);
	be(o, o->script.n > 0 || is_web ? ORIGIN_SCRIPT : ORIGIN_LOCAL_USER,
	    m->local_user.n > 0 ? m->local_user
				: (struct str){o->text, n < 0 ? 0 : (size_t)n});
	if (o->script.n > 0)
		o->name = o->script;
}

/* The list manager's own mail comes from near, under the list's name. */
static bool
of_list(struct queue_origin *o, const struct queue_message *m)
{
	struct str local, domain;

	if (!address_is_list_sender(m->sender))
		return false;
	(void)address_split(m->sender, &local, &domain);
	be(o, ORIGIN_LIST, str_head(local, str_find(local, S("-bounces"))));
	return true;
}

static void
of_client(struct queue_origin *o, const struct queue_message *m)
{
	bool near = ip_is_private(&m->client) || ip_is_loopback(&m->client);

	if (near && of_list(o, m))
		return;
	if (!near && m->rcpts_n > 0 && m->rcpts[0].original.n > 0 &&
	    !address_eq(m->rcpts[0].original, m->rcpts[0].address)) {
		be(o, ORIGIN_FORWARD, m->rcpts[0].original);
		return;
	}
	be(o, near ? ORIGIN_NETWORK : ORIGIN_CLIENT,
	    str_z(ip_text(&m->client, o->text)));
}

void
queue_origin_of(const struct queue_message *m, const struct traits *traits,
    struct queue_origin *ret_origin)
{
	struct queue_origin *o = ret_origin;

	o->uid = -1;
	o->script = (struct str){NULL, 0};
	be(o, ORIGIN_UNKNOWN, S(""));
	if (m->account.n > 0)
		be(o, ORIGIN_ACCOUNT, m->account);
	else if (traits->authenticated.n > 0)
		be(o, ORIGIN_ACCOUNT, traits->authenticated);
	else if (m->uid >= 0 || m->local_user.n > 0)
		of_local(o, m, traits);
	else if (!ip_is_none(&m->client))
		of_client(o, m);
	else if (traits_is_notice(m))
		be(o, ORIGIN_SYSTEM, S("bounces"));
}
