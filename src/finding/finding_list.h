/* Every kind of finding, one per line. */
FINDING(stolen_login)
