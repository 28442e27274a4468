/* SPDX-License-Identifier: ISC */
/*
 * Message tracking logs of Exchange 2010 to 2019 (MSGTRK*.LOG, MSGTRKMD,
 * MSGTRKMS), copied from the server: comma separated, with the columns that
 * the file's own head names; each version has some more.
 *
 *	#Fields: date-time,client-ip,client-hostname,...,source,event-id,...
 *	2026-11-16T10:33:07.123Z,10.0.0.5,EX01,...,SMTP,RECEIVE,...
 *
 * https://learn.microsoft.com/exchange/mail-flow/transport-logs/message-tracking
 *
 * A message is known by its Message-ID, which stays the same over all hops and
 * copies inside the organisation. Who logged in is not said: Exchange lets
 * users write under their own addresses, so the sender is the account when the
 * message came by a mailbox (STOREDRIVER), by a receive connector for clients,
 * or from another server of its own. No line ends it; probes are passed over.
 */
#include "mta/mta.h"

#include "base/lang.h"
#include "mail/address.h"

enum {
	FIELDS = 64,
	RECIPIENTS = 1000, /* of one line: Exchange allows 500 by default */
};

enum column {
	CLIENT_IP,
	CLIENT_NAME,
	SERVER_IP,
	SERVER_NAME,
	CONNECTOR,
	SOURCE,
	EVENT,
	MESSAGE_ID,
	INTERNAL_ID,
	TO,
	STATUS,
	BYTES,
	COUNT,
	RELATED,
	REFERENCE,
	SUBJECT,
	SENDER,
	RETURN_PATH,
	DIRECTION,
	ORIGINAL_IP,
	COLUMNS,
};

static const struct str names[COLUMNS] = {
    [CLIENT_IP] = S0("client-ip"),
    [CLIENT_NAME] = S0("client-hostname"),
    [SERVER_IP] = S0("server-ip"),
    [SERVER_NAME] = S0("server-hostname"),
    [CONNECTOR] = S0("connector-id"),
    [SOURCE] = S0("source"),
    [EVENT] = S0("event-id"),
    [MESSAGE_ID] = S0("message-id"),
    [INTERNAL_ID] = S0("internal-message-id"),
    [TO] = S0("recipient-address"),
    [STATUS] = S0("recipient-status"),
    [BYTES] = S0("total-bytes"),
    [COUNT] = S0("recipient-count"),
    [RELATED] = S0("related-recipient-address"),
    [REFERENCE] = S0("reference"),
    [SUBJECT] = S0("message-subject"),
    [SENDER] = S0("sender-address"),
    [RETURN_PATH] = S0("return-path"),
    [DIRECTION] = S0("directionality"),
    [ORIGINAL_IP] = S0("original-client-ip"),
};

_Static_assert(COLUMNS <= ARRAY_LEN(((struct line_form *)0)->at), "form");

/* ---- one row ---- */

struct row {
	struct str fields[FIELDS];
	size_t n;
	const struct line_form *form;
};

/* A field off the front of *s; in quotes, a quote inside is doubled. */
static struct str
take_field(struct str *s)
{
	size_t i = 1;
	struct str field;

	if (s->n == 0 || s->p[0] != '"')
		return str_take(s, ',');
	while (i < s->n &&
	       (s->p[i] != '"' || (i + 1 < s->n && s->p[i + 1] == '"')))
		i += s->p[i] == '"' ? 2 : 1;
	i = i < s->n ? i : s->n;
	field = (struct str){s->p + 1, i - 1};
	*s = str_skip(*s, i + 1);
	(void)str_take(s, ',');
	return field;
}

static void
row_split(struct row *row, const struct line *line)
{
	struct str rest = line->text;

	row->form = line->form;
	row->n = 0;
	while (rest.n > 0 && row->n < FIELDS)
		row->fields[row->n++] = take_field(&rest);
}

static struct str
field(const struct row *row, enum column column)
{
	size_t at = row->form->at[column];

	return at == 0 || at > row->n ? (struct str){NULL, 0}
				      : row->fields[at - 1];
}

static struct str
without_brackets(struct str s)
{
	return s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>'
		   ? (struct str){s.p + 1, s.n - 2}
		   : s;
}

/* ---- lists of recipients and what became of each ---- */

/* The n-th of "a@x;b@y"; false: there are not so many. */
static bool
nth_recipient(struct str list, size_t n, struct str *ret)
{
	for (; list.n > 0; n--) {
		struct str one = str_take(&list, ';');

		if (n == 0) {
			*ret = str_trim(one);
			return ret->n > 0;
		}
	}
	return false;
}

/* Does another status begin behind this semicolon? Texts have some, too. */
static bool
begins_status(struct str s)
{
	return s.n > 0 && ((s.p[0] >= '2' && s.p[0] <= '5') || s.p[0] == '[' ||
			      s.p[0] == '{');
}

/* One status off the front of *list: "[{LED=550 5.1.1 ...};{MSG=};...]", or
 * "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found". */
static struct str
take_status(struct str *list)
{
	int depth = 0;
	size_t i = 0;
	struct str one;

	for (; i < list->n; i++) {
		char c = list->p[i];

		if (c == '[' || c == '{')
			depth++;
		else if (c == ']' || c == '}')
			depth--;
		else if (c == ';' && depth <= 0 &&
			 begins_status(str_skip(*list, i + 1)))
			break;
	}
	one = str_head(*list, i);
	*list = str_skip(*list, i + 1);
	return one;
}

/* The n-th, or the last when there are less: one may stand for all. */
static struct str
nth_status(struct str list, size_t n)
{
	struct str one = {NULL, 0};

	do
		one = take_status(&list);
	while (n-- > 0 && list.n > 0);
	return one;
}

/* "LED" is the last error, in the receiver's words. */
static void
read_status(struct str status, struct event *e)
{
	size_t at = str_find(status, S("LED="));
	struct str text = status, rest;
	uint64_t code;
	size_t n = 0;

	if (at < status.n) {
		text = str_skip(status, at + 4);
		text = str_head(text, str_chr(text, '}'));
	}
	e->reply = text;
	rest = text;
	if (!str_u64(&rest, 3, &code) || text.n - rest.n != 3 || code < 200)
		return;
	e->code = (unsigned)code;
	rest = str_skip(rest, 1);
	while (n < rest.n && n < 9 &&
	       (rest.p[n] == '.' || (rest.p[n] >= '0' && rest.p[n] <= '9')))
		n++;
	if (n >= 5 && rest.p[1] == '.')
		e->dsn = str_head(rest, n);
}

/* ---- a message comes in ---- */

static bool
is_fold_start(struct str s, struct str head)
{
	return s.n >= head.n && str_eq_fold(str_head(s, head.n), head);
}

/* Managed Availability writes to itself, several times a minute. */
static bool
is_probe(struct str sender)
{
	return is_fold_start(sender, S("HealthMailbox")) ||
	       is_fold_start(sender, S("inboundproxy@inboundproxy.com")) ||
	       is_fold_start(sender, S("maildeliveryprobe@"));
}

/* "EX01" and "EX01.corp.example" are one. */
static bool
is_same_host(struct str a, struct str b)
{
	return str_eq_fold(
	    str_head(a, str_chr(a, '.')), str_head(b, str_chr(b, '.')));
}

/* By which way, and so who it is from. */
static void
read_way(const struct row *row, struct event *e)
{
	struct str source = field(row, SOURCE),
		   connector = field(row, CONNECTOR);
	bool is_smtp = str_eq(source, S("SMTP"));
	bool is_client = is_smtp && str_has(connector, S("\\Client "));
	bool is_hop =
	    is_smtp && !is_client &&
	    str_eq(field(row, DIRECTION), S("Originating")) &&
	    (str_has(connector, S("\\Default ")) ||
		is_same_host(field(row, CLIENT_NAME), field(row, SERVER_NAME)));
	struct ip original;

	if (str_eq(source, S("PICKUP"))) {
		e->user = source;
		return;
	}
	if (str_eq(source, S("MAILBOXRULE"))) {
		e->orig_to = field(row, SENDER);
		return;
	}
	if (is_client || is_hop || str_eq(source, S("STOREDRIVER")))
		e->account = field(row, SENDER);
	e->again = is_hop && !is_same_host(field(row, CLIENT_NAME),
				 field(row, SERVER_NAME));
	if (is_smtp && !is_hop)
		(void)ip_parse(field(row, CLIENT_IP), &e->client);
	if (ip_parse(field(row, ORIGINAL_IP), &original) &&
	    !ip_is_loopback(&original))
		e->client = original;
}

static enum line_result
read_receive(const struct row *row, const struct line *line, struct event *e)
{
	struct str count = field(row, COUNT);

	(void)line;
	e->kind = EVENT_RECEIVED;
	e->sender = without_brackets(field(row, RETURN_PATH));
	if (field(row, RETURN_PATH).n == 0)
		e->sender = field(row, SENDER);
	e->has_sender = true;
	e->message_id = e->queue_id;
	e->subject = field(row, SUBJECT);
	(void)str_u64(&count, 9, &e->nrcpt);
	read_way(row, e);
	return LINE_EVENT;
}

/* A notice was made: its own Message-ID; reference: what it is about. */
static enum line_result
read_dsn(const struct row *row, const struct line *line, struct event *e)
{
	struct str reference = field(row, REFERENCE);
	struct str count = field(row, COUNT);

	(void)line;
	reference = without_brackets(str_take(&reference, ';'));
	if (reference.n == 0)
		return LINE_SKIP;
	e->kind = EVENT_RECEIVED;
	e->parent_id = reference;
	e->has_sender = true;
	e->message_id = e->queue_id;
	(void)str_u64(&count, 9, &e->nrcpt);
	return LINE_EVENT;
}

/* ---- what becomes of it ---- */

static enum line_result
read_recipient(const struct row *row, const struct line *line, struct event *e)
{
	struct str next, list = field(row, TO);

	if (!nth_recipient(list, line->from, &e->recipient))
		return LINE_SKIP;
	e->kind = EVENT_DELIVERY;
	read_status(nth_status(field(row, STATUS), line->from), e);
	e->more = line->from + 1;
	return e->more < RECIPIENTS && nth_recipient(list, e->more, &next)
		   ? LINE_MORE
		   : LINE_EVENT;
}

/* To another host; to one of our own it only goes on. */
static enum line_result
read_send(const struct row *row, const struct line *line, struct event *e)
{
	if (is_fold_start(field(row, CONNECTOR), S("Intra-Organization")))
		return LINE_SKIP;
	e->status = STATUS_SENT;
	e->agent = AGENT_SMTP;
	e->relay = field(row, SERVER_NAME);
	/* A smarthost's private address does not mean that mail stays. */
	if (ip_parse(field(row, SERVER_IP), &e->relay_ip) &&
	    (ip_is_private(&e->relay_ip) || ip_is_loopback(&e->relay_ip)))
		e->relay_ip = (struct ip){0};
	return read_recipient(row, line, e);
}

static enum line_result
read_deliver(const struct row *row, const struct line *line, struct event *e)
{
	e->status = STATUS_SENT;
	e->agent = AGENT_LOCAL;
	e->local = LOCAL_MAILBOX;
	return read_recipient(row, line, e);
}

/* Who refused it: another host, a mailbox, or our own routing. */
static enum event_agent
agent_of(const struct row *row)
{
	struct str source = field(row, SOURCE), status = field(row, STATUS);

	if (str_eq(source, S("STOREDRIVER")))
		return AGENT_LOCAL;
	return str_eq(source, S("SMTP")) || str_eq(source, S("QUEUE")) ||
		       str_eq(source, S("DNS")) ||
		       str_has(status, S("QUEUE.Expired"))
		   ? AGENT_SMTP
		   : AGENT_ERROR;
}

static enum line_result
read_fail(const struct row *row, const struct line *line, struct event *e)
{
	e->status = str_has(field(row, STATUS), S("QUEUE.Expired"))
			? STATUS_EXPIRED
			: STATUS_BOUNCED;
	e->agent = agent_of(row);
	return read_recipient(row, line, e);
}

static enum line_result
read_defer(const struct row *row, const struct line *line, struct event *e)
{
	e->status = STATUS_DEFERRED;
	e->agent = agent_of(row);
	return read_recipient(row, line, e);
}

static enum line_result
read_redirect(const struct row *row, const struct line *line, struct event *e)
{
	if (!nth_recipient(field(row, TO), 0, &e->recipient) ||
	    !nth_recipient(field(row, RELATED), 0, &e->orig_to))
		return LINE_SKIP;
	(void)line;
	e->kind = EVENT_REDIRECTED;
	return LINE_EVENT;
}

static enum line_result
read_nothing(const struct row *row, const struct line *line, struct event *e)
{
	(void)row;
	(void)line;
	(void)e;
	return LINE_SKIP;
}

static const struct {
	struct str name;
	enum line_result (*read)(
	    const struct row *row, const struct line *line, struct event *e);
} events[] = {
    {S0("RECEIVE"), read_receive},
    {S0("SEND"), read_send},
    {S0("SENDEXTERNAL"), read_send},
    {S0("DELIVER"), read_deliver},
    {S0("FAIL"), read_fail},
    {S0("DEFER"), read_defer},
    {S0("DSN"), read_dsn},
    {S0("REDIRECT"), read_redirect},
    {S0("SUBMIT"), read_nothing}, /* the hub's RECEIVE follows */
    {S0("TRANSFER"), read_nothing},
    {S0("EXPAND"), read_nothing},
    {S0("RESOLVE"), read_nothing},
    {S0("AGENTINFO"), read_nothing},
    {S0("BADMAIL"), read_nothing},
    {S0("CLIENTSUBMISSION"), read_nothing},
    {S0("DELIVERFAIL"), read_nothing},
    {S0("DROP"), read_nothing},
    {S0("DUPLICATEDELIVER"), read_nothing},
    {S0("DUPLICATEEXPAND"), read_nothing},
    {S0("DUPLICATEREDIRECT"), read_nothing},
    {S0("HADISCARD"), read_nothing},
    {S0("HARECEIVE"), read_nothing},
    {S0("HAREDIRECT"), read_nothing},
    {S0("HAREDIRECTFAIL"), read_nothing},
    {S0("INITMESSAGECREATED"), read_nothing},
    {S0("LOAD"), read_nothing},
    {S0("MODERATIONEXPIRE"), read_nothing},
    {S0("MODERATORAPPROVE"), read_nothing},
    {S0("MODERATORREJECT"), read_nothing},
    {S0("MODERATORSALLNDR"), read_nothing},
    {S0("NOTIFYMAPI"), read_nothing},
    {S0("NOTIFYSHADOW"), read_nothing},
    {S0("POISONMESSAGE"), read_nothing},
    {S0("PROCESS"), read_nothing},
    {S0("PROCESSMEETINGMESSAGE"), read_nothing},
    {S0("RESUBMIT"), read_nothing},
    {S0("RESUBMITDEFER"), read_nothing},
    {S0("RESUBMITFAIL"), read_nothing},
    {S0("SUBMITDEFER"), read_nothing},
    {S0("SUBMITFAIL"), read_nothing},
    {S0("SUPPRESSED"), read_nothing},
    {S0("THROTTLE"), read_nothing},
};

/* ---- the module ---- */

/* No syslog names it. */
static bool
exchange_claims(struct str program)
{
	(void)program;
	return false;
}

static bool
exchange_owns(struct str head)
{
	(void)str_eat(&head, S("\xef\xbb\xbf"));
	return str_starts(head, S("#Software: Microsoft Exchange")) &&
	       str_has(head, S("#Log-type: Message Tracking Log")) &&
	       str_has(head, S("#Fields: date-time,"));
}

/* A row of message tracking: "Get-Content -Tail" cut the first lines off. */
static bool
has_row(struct str head)
{
	static const struct str marks[] = {S0(",SMTP,RECEIVE,"),
	    S0(",SMTP,SEND,"), S0(",STOREDRIVER,RECEIVE,"),
	    S0(",STOREDRIVER,DELIVER,"), S0(",STOREDRIVER,SUBMIT,"),
	    S0(",SMTP,FAIL,"), S0(",DSN,DSN,"), S0(",SMTP,HARECEIVE,"),
	    S0(",SMTP,HAREDIRECT,"), S0(",ROUTING,FAIL,"),
	    S0(",AGENT,AGENTINFO,")};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (str_has(head, marks[i]))
			return true;
	return false;
}

static const char *
exchange_other_log(struct str head)
{
	(void)str_eat(&head, S("\xef\xbb\xbf"));
	if (has_row(head))
		return N_("it is message tracking of Exchange without its "
			  "first lines: the one that begins with #Fields "
			  "names the columns; give the whole file");
	return str_starts(head, S("#Software: Microsoft Exchange")) &&
		       !str_has(head, S("Message Tracking Log"))
		   ? N_("it is another log of Exchange; its message tracking "
			"tells of mail (MSGTRK*.LOG, in the folder that "
			"Get-TransportService | fl MessageTrackingLogPath "
			"names)")
		   : NULL;
}

static void
exchange_form(struct str head, struct line_form *ret_form)
{
	struct str fields =
	    str_skip(head, str_find(head, S("#Fields: ")) + S("#Fields: ").n);

	fields = str_head(fields, str_chr(fields, '\n'));
	for (uint8_t i = 1; fields.n > 0 && i < FIELDS; i++) {
		struct str name = str_trim(str_take(&fields, ','));

		for (size_t k = 0; k < COLUMNS; k++)
			if (str_eq(names[k], name))
				ret_form->at[k] = i;
	}
}

static bool
exchange_split(struct line_clock *clock, struct str raw, struct line *ret_line)
{
	if (!line_split_stamp(clock, raw, ret_line))
		return false;
	ret_line->program = S("exchange");
	ret_line->text = raw;
	if (raw.n > 0 && raw.p[raw.n - 1] == '\r')
		ret_line->text.n--;
	return true;
}

static enum line_result
exchange_line(const struct line *line, struct event *ret_event)
{
	struct row row;
	struct str bytes, name;

	if (line->form == NULL || line->form->at[EVENT] == 0)
		return LINE_UNKNOWN;
	row_split(&row, line);
	name = field(&row, EVENT);
	*ret_event = event_of(EVENT_NONE, line);
	ret_event->endless = true;
	ret_event->queue_id = without_brackets(field(&row, MESSAGE_ID));
	if (ret_event->queue_id.n == 0)
		ret_event->queue_id = field(&row, INTERNAL_ID);
	if (is_probe(field(&row, SENDER)))
		return LINE_SKIP;
	bytes = field(&row, BYTES);
	(void)str_u64(&bytes, 12, &ret_event->size);
	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		if (str_eq(events[i].name, name))
			return ret_event->queue_id.n == 0
				   ? LINE_SKIP
				   : events[i].read(&row, line, ret_event);
	return LINE_UNKNOWN;
}

const struct mta mta_exchange = {
    .name = "exchange",
    .manual = "https://learn.microsoft.com/exchange/mail-flow/transport-logs/"
	      "message-tracking",
    .is_server = true,
    .advice =
	{
	    [ADVICE_CLIENT] = MTA_WINDOWS_FIREWALL,
	    [ADVICE_RELAY] =
		{"Get-ReceiveConnector | Get-ADPermission | where "
		 "{$_.ExtendedRights -like '*Accept-Any-Recipient*'}",
		    N_("look on the Exchange server which receive connector "
		       "lets anybody relay"),
		    NULL},
	    [ADVICE_SESSIONS] = {"Restart-Service MSExchangeFrontEndTransport",
		NULL, NULL},
	    [ADVICE_USER] = {"",
		N_("look which program on the Exchange server writes to the "
		   "Pickup folder, and take its right to do so"),
		NULL},
	    [ADVICE_RECIPIENTS] = {"Set-RecipientFilterConfig "
				   "-RecipientValidationEnabled $true",
		NULL, NULL},
	},
    .is_elsewhere = true,
    .leans = true,
    .claims = exchange_claims,
    .owns = exchange_owns,
    .split = exchange_split,
    .form = exchange_form,
    .other_log = exchange_other_log,
    .line = exchange_line,
};
