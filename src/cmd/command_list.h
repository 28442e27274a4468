/* Every command, one per line, in the order of sereno --help. */
COMMAND(check)
COMMAND(config)
COMMAND(help)
