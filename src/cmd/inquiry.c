/* SPDX-License-Identifier: ISC */
#include "cmd/inquiry.h"

#include "base/fd.h"
#include "base/lang.h"
#include "base/text.h"
#include "net/authorities.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RATE = 20, /* questions a second and operator, when nothing is said */
	CONF_MAX = 1024 * 1024,
};

static const char conf_path[] = "/etc/sereno/lists.conf";

uint32_t
inquiry_rate(const struct options *o)
{
	return (uint32_t)options_count(o, OPT_RATE, RATE);
}

static bool
refuse_word(
    const char *option, struct str word, const char *example, struct err *err)
{
	struct arena scratch = {0};
	struct str shown = text_safe(&scratch, str_head(word, 80));

	err_set(err, ERR_CONFIG, _("%s does not understand '%.*s'"), option,
	    STR_ARG(shown));
	snprintf(err->hint, sizeof(err->hint), "%s %s", option, example);
	arena_done(&scratch);
	return false;
}

static bool
read_servers(struct inquiry *x, struct err *err)
{
	const struct option_value *servers = &x->options->values[OPT_RESOLVER];
	const struct option_value *stubs = &x->options->values[OPT_STUB];

	for (size_t i = 0; i < servers->n; i++) {
		if (x->conf.servers_n == RESOLVER_SERVERS)
			return err_set(err, ERR_CONFIG,
			    _("--resolver takes at most %d servers"),
			    RESOLVER_SERVERS);
		if (!resolver_server_parse(servers->texts[i],
			&x->conf.servers[x->conf.servers_n++]))
			return refuse_word("--resolver", servers->texts[i],
			    "192.0.2.53, 192.0.2.53@5353", err);
	}
	for (size_t i = 0; i < stubs->n; i++) {
		if (x->conf.stubs_n == RESOLVER_STUBS)
			return err_set(err, ERR_CONFIG,
			    _("--stub takes at most %d zones"), RESOLVER_STUBS);
		if (!resolver_stub_parse(
			stubs->texts[i], &x->conf.stubs[x->conf.stubs_n++]))
			return refuse_word("--stub", stubs->texts[i],
			    "example.org=192.0.2.53@5353", err);
	}
	return true;
}

static bool
read_anchors(struct inquiry *x, struct err *err)
{
	const struct option_value *anchors = &x->options->values[OPT_ANCHOR];

	for (size_t i = 0; i < anchors->n; i++) {
		if (x->conf.anchors_n == RESOLVER_ANCHORS)
			return err_set(err, ERR_CONFIG,
			    _("--anchor takes at most %d keys"),
			    RESOLVER_ANCHORS);
		if (!anchor_parse(anchors->texts[i],
			&x->conf.anchors[x->conf.anchors_n++]))
			return refuse_word("--anchor", anchors->texts[i],
			    "'example.org. DS 4711 13 2 A1B2...'", err);
	}
	return true;
}

static bool
read_lists(struct inquiry *x, struct err *err)
{
	struct str named = options_text(x->options, OPT_LISTS_CONF), text;
	const char *path = named.n > 0 ? named.p : conf_path;
	struct err why;
	struct arena scratch = {0};
	struct str shown = text_safe(&scratch, str_z(path));
	bool good = true;

	if (!fd_read_file(&x->arena, path, CONF_MAX, &text)) {
		/* Root's file of keys is not for everybody. */
		if (named.n > 0)
			good = err_set(err, ERR_CONFIG,
			    _("cannot read '%.*s': %s"), STR_ARG(shown),
			    strerror(errno));
	} else if (!list_conf_read(&x->lists, text, &why)) {
		good = err_set(
		    err, ERR_CONFIG, "'%.*s': %s", STR_ARG(shown), why.text);
	}
	arena_done(&scratch);
	return good;
}

/* mkdir -p of the folder that path lies in. */
static void
make_folders(struct str path)
{
	struct arena scratch = {0};

	for (size_t i = 1; i < path.n; i++)
		if (path.p[i] == '/')
			(void)mkdir(
			    str_keep(&scratch, str_head(path, i)).p, 0700);
	arena_done(&scratch);
}

static struct str
cache_path(struct inquiry *x)
{
	struct str named = options_text(x->options, OPT_CACHE);
	const char *folder = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (named.n > 0)
		return str_keep(&x->arena, named);
	/* Not below HOME: behind sudo that is somebody else's. */
	if (geteuid() == 0)
		return arena_printf(&x->arena, "/var/cache/sereno/dns");
	if (folder != NULL && folder[0] == '/')
		return arena_printf(&x->arena, "%s/sereno/dns", folder);
	if (home != NULL && home[0] == '/')
		return arena_printf(&x->arena, "%s/.cache/sereno/dns", home);
	return (struct str){NULL, 0};
}

/* -1: there is none; a run without a cache is slower and nothing else. */
static int
open_cache(struct inquiry *x)
{
	struct str path = cache_path(x);
	int fd;

	if (path.n == 0 || options_has(x->options, OPT_NO_CACHE))
		return -1;
	make_folders(path);
	fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	/* Another run is using it. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Without a resolver. */
static bool
prepare(const struct options *options, struct inquiry **ret_inquiry,
    struct err *err)
{
	/* Large: it holds all of lists.conf. */
	struct inquiry *x = xcalloc(1, sizeof(*x));

	*x = (struct inquiry){.options = options,
	    .conf.cache_fd = -1,
	    .place.fd = -1,
	    .begun = time_now()};
	if (read_servers(x, err) && read_anchors(x, err) &&
	    read_lists(x, err)) {
		*ret_inquiry = x;
		return true;
	}
	inquiry_close(x);
	return false;
}

static bool
open_resolver(const struct options *options, bool second,
    struct inquiry **ret_inquiry, struct err *err)
{
	struct inquiry *x;

	if (!prepare(options, &x, err))
		return false;
	x->conf.cache_fd = open_cache(x);
	x->conf.second = second;
	if (resolver_start(&x->conf, &x->resolver, err)) {
		*ret_inquiry = x;
		return true;
	}
	inquiry_close(x);
	return false;
}

bool
inquiry_open(const struct options *options, struct inquiry **ret_inquiry,
    struct err *err)
{
	return open_resolver(options, false, ret_inquiry, err);
}

bool
inquiry_open_shared(const struct options *options, struct inquiry **ret_inquiry,
    struct err *err)
{
	return open_resolver(options, true, ret_inquiry, err);
}

bool
inquiry_beside(
    struct inquiry *first, struct inquiry **ret_inquiry, struct err *err)
{
	if (!prepare(first->options, ret_inquiry, err))
		return false;
	(*ret_inquiry)->resolver = resolver_second(first->resolver);
	return true;
}

bool
inquiry_open_policies(struct inquiry *x, struct err *err)
{
	struct str server = options_text(x->options, OPT_STS_SERVER);

	if (!policy_is_built())
		return true;
	if (server.n > 0 &&
	    !resolver_server_parse(server, &x->policy_conf.server))
		return refuse_word(
		    "--sts-server", server, "192.0.2.80@443", err);
	if (server.n > 0 && str_chr(server, '@') == server.n)
		x->policy_conf.server.port = 443;
	return authorities_read(&x->arena, options_text(x->options, OPT_STS_CA),
		   &x->policy_conf.authorities, err) &&
	       policy_start(&x->policy_conf, &x->fetcher, err);
}

void
inquiry_close(struct inquiry *x)
{
	if (x == NULL)
		return;
	resolver_stop(x->resolver);
	policy_stop(x->fetcher);
	fd_close(&x->conf.cache_fd);
	place_done(&x->place);
	arena_done(&x->facts_arena);
	arena_done(&x->arena);
	free(x);
}

static int
confined_work(void *arg, const struct sandbox *sandbox)
{
	struct inquiry *x = arg;

	if (x->queued != NULL)
		usher_confined(&x->queued->usher);
	if (x->configured) {
		int socket = x->files.socket;

		files_init_socket(&x->files, &x->facts_arena, socket);
		facts_read(&x->facts, &x->facts_arena, &x->files);
		signers_read(&x->signers, &x->facts_arena, &x->files);
		files_done(&x->files);
	}
	return x->work(x, sandbox);
}

static void
start_usher(void *arg)
{
	struct inquiry *x = arg;

	if (x->queued != NULL && x->queued->usher.jobs > 0)
		usher_start(&x->queued->usher);
}

static void
stop_usher(void *arg)
{
	struct inquiry *x = arg;

	if (x->queued != NULL)
		usher_stop(&x->queued->usher);
}

int
inquiry_run_kept(const struct options *options, unsigned look, void *arg,
    struct keep *keep, struct queued *queued,
    int (*work)(struct inquiry *x, const struct sandbox *sandbox))
{
	bool configured = (look & INQUIRY_CONFIGURED) != 0;
	struct inquiry *x = NULL;
	struct err err;
	int code;

	if (!inquiry_open(options, &x, &err))
		return command_refuse(&err, options_has(options, OPT_NAGIOS));
	if ((look & INQUIRY_POLICIES) != 0 && !inquiry_open_policies(x, &err)) {
		inquiry_close(x);
		return command_refuse(&err, options_has(options, OPT_NAGIOS));
	}
	if (configured &&
	    !place_open(&x->place, options_text(options, OPT_ROOT), &err)) {
		inquiry_close(x);
		return command_refuse(&err, options_has(options, OPT_NAGIOS));
	}
	x->facts.root = x->place.root;
	x->configured = configured;
	x->queued = queued;
	x->work = work;
	x->arg = arg;
	code = confine_run(&(struct confined){.work = confined_work,
	    .started = start_usher,
	    .ended = stop_usher,
	    .arg = x,
	    .place = &x->place,
	    .files = configured ? &x->files : NULL,
	    .keep = keep});
	inquiry_close(x);
	return code;
}

int
inquiry_run(const struct options *options, unsigned look, void *arg,
    int (*work)(struct inquiry *x, const struct sandbox *sandbox))
{
	return inquiry_run_kept(options, look, arg, NULL, NULL, work);
}

struct str
inquiry_resolver_text(const struct inquiry *x, struct arena *a)
{
	struct str text = {NULL, 0};

	if (x->conf.servers_n == 0)
		return str_z(_("own recursion"));
	for (size_t i = 0; i < x->conf.servers_n; i++) {
		char ip[IP_TEXT];

		text = arena_printf(a, "%.*s%s%s", STR_ARG(text),
		    i > 0 ? ", " : "", ip_text(&x->conf.servers[i].ip, ip));
	}
	return text;
}

void
inquiry_say_sandbox(const struct sandbox *sandbox)
{
	const struct {
		bool good;
		const struct err *err;
	} parts[] = {
	    {sandbox->dropped_uid, &sandbox->uid_err},
	    {sandbox->seccomp, &sandbox->seccomp_err},
	    {sandbox->landlock, &sandbox->landlock_err},
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!parts[i].good)
			fprintf(stderr,
			    _("sereno: answers were read with more rights "
			      "than needed: %s\n"),
			    parts[i].err->text);
}
