/* SPDX-License-Identifier: ISC */
#include "base/fd.h"
#include "base/lang.h"
#include "base/text.h"
#include "cmd/examination.h"

#include <errno.h>

enum {
	KEYS_MAX = 1024 * 1024, /* bytes of one file */
};

static bool
read_files(struct examination *x, struct err *err)
{
	const struct option_value *files = &x->options->values[OPT_KEY];

	x->key_texts =
	    arena_alloc(&x->arena, (files->n + 1) * sizeof(*x->key_texts));
	for (size_t i = 0; i < files->n; i++) {
		struct dkim_keys keys = {0};
		struct str *text = &x->key_texts[x->key_texts_n++];
		bool any;

		if (!fd_read_file(&x->arena, files->texts[i].p, KEYS_MAX, text))
			return err_set(err, ERR_CONFIG,
			    _("cannot read '%.*s': %s"),
			    STR_ARG(text_safe(
				&x->arena, str_head(files->texts[i], 200))),
			    strerror(errno));
		/* The administrator's own file; what is wrong with it is told
		 * before the work begins. */
		any = dkim_keys_add(&keys, *text) > 0;
		dkim_keys_done(&keys);
		if (any)
			continue;
		err_set(err, ERR_CONFIG,
		    _("'%.*s' has no key: it needs a line with a name and its "
		      "TXT record"),
		    STR_ARG(
			text_safe(&x->arena, str_head(files->texts[i], 200))));
		snprintf(err->hint, sizeof(err->hint),
		    "mail._domainkey.example.org v=DKIM1; p=...");
		return false;
	}
	return true;
}

bool
examination_open_keys(struct examination *x, struct err *err)
{
	if ((x->look & LOOK_KEYS) == 0)
		return true;
	dkim_start();
	if (!read_files(x, err))
		return false;
	if (options_has(x->options, OPT_OFFLINE))
		return true;
	return (x->look & LOOK_WORLD) != 0
		   ? inquiry_open_shared(x->options, &x->inquiry, err)
		   : inquiry_open(x->options, &x->inquiry, err);
}

void
examination_close_keys(struct examination *x)
{
	inquiry_close(x->inquiry);
	x->inquiry = NULL;
}

void
examination_keys(const struct examination *x, struct dkim_keys *ret_keys)
{
	*ret_keys = (struct dkim_keys){0};
	if (x->inquiry != NULL)
		ret_keys->resolver = x->inquiry->resolver;
	for (size_t i = 0; i < x->key_texts_n; i++)
		(void)dkim_keys_add(ret_keys, x->key_texts[i]);
}

void
examination_say_keys(struct report *report, const struct examination *x,
    const struct dkim_keys *keys, uint64_t unasked)
{
	struct arena *a = &report->arena;

	if (unasked == 0)
		return;
	if (x->inquiry == NULL)
		report_not_examined(report, S("DKIM"),
		    _n("the key of %s signature was not asked for, because of "
		       "--offline",
			"the keys of %s signatures were not asked for, because "
			"of --offline",
			unasked),
		    lang_number(a, unasked));
	else if (keys->refused > 0)
		report_not_examined(report, S("DKIM"),
		    _("%s different keys were asked for; %s signatures with "
		      "others were not checked"),
		    lang_number(a, keys->asked), lang_number(a, unasked));
	else
		report_not_examined(report, S("DKIM"),
		    _n("the DNS gave no answer about the key of %s signature",
			"the DNS gave no answer about the keys of %s "
			"signatures",
			unasked),
		    lang_number(a, unasked));
}
