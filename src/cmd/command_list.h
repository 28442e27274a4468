/* SPDX-License-Identifier: ISC */
/* Every command, one per line, in the order of sereno --help. */
COMMAND(check)
COMMAND(trace)
COMMAND(origins)
COMMAND(queue)
COMMAND(listed)
COMMAND(delist)
COMMAND(spf)
COMMAND(bounces)
COMMAND(headers)
COMMAND(reports)
COMMAND(config)
COMMAND(help)
