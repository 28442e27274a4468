/* SPDX-License-Identifier: ISC */
#include "show/plot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static struct origin_hour hours[] = {
    {.hour = 1000, .counts = {.messages = 1}},
    {.hour = 1003, .counts = {.messages = 8}},
    {.hour = 1004, .counts = {.messages = 4}},
    {.hour = 9999, .counts = {.messages = 77}}, /* behind the window */
};
static const struct origin origin = {
    .hours = hours, .hours_n = ARRAY_LEN(hours)};

static char *
shown(const struct plot *plot, bool unicode)
{
	char *text = NULL;
	size_t n;
	struct screen s = {.unicode = unicode};

	s.out = open_memstream(&text, &n);
	assert_non_null(s.out);
	plot_show(plot, &s);
	fclose(s.out);
	return text;
}

static void
one_sign_an_hour(void **state)
{
	struct plot plot;
	char *text;

	(void)state;
	plot_hours(&plot, &origin, 1000 * US_HOUR, 1005 * US_HOUR, 60);
	assert_int_equal(plot.step, 1);
	assert_int_equal(plot.peak, 8);
	text = shown(&plot, false);
	assert_string_equal(text, ".__|:_");
	free(text);
	text = shown(&plot, true);
	assert_string_equal(text, "▂▁▁█▅▁");
	free(text);
}

static void
hours_are_summed_when_there_is_no_room(void **state)
{
	struct plot plot;

	(void)state;
	plot_hours(&plot, &origin, 1000 * US_HOUR, 1005 * US_HOUR, 3);
	assert_int_equal(plot.step, 2);
	assert_int_equal(plot.n, 3);
	assert_int_equal(plot.bars[0], 1);
	assert_int_equal(plot.bars[1], 8);
	assert_int_equal(plot.bars[2], 4);
	/* Stamps from 1970 to 2106 do not take more than there is. */
	plot_hours(&plot, &origin, 0, (wall_us)UINT32_MAX * US_SECOND, 500);
	assert_true(plot.n <= PLOT_MAX);
}

static void
no_window_no_plot(void **state)
{
	struct plot plot;

	(void)state;
	plot_hours(&plot, &origin, WALL_NONE, WALL_NONE, 60);
	assert_int_equal(plot.n, 0);
	plot_hours(&plot, &origin, 5 * US_HOUR, 4 * US_HOUR, 60);
	assert_int_equal(plot.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_sign_an_hour),
	    cmocka_unit_test(hours_are_summed_when_there_is_no_room),
	    cmocka_unit_test(no_window_no_plot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
