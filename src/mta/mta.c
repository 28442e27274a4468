/* SPDX-License-Identifier: ISC */
#include "mta/mta.h"

const struct mta *const mtas[] = {
#define MTA(name) &mta_##name,
#include "mta/mta_list.h"
#undef MTA
    NULL,
};

const struct mta *
mta_find(struct str name)
{
	for (size_t i = 0; mtas[i] != NULL; i++)
		if (str_eq(name, str_z(mtas[i]->name)))
			return mtas[i];
	return NULL;
}

bool
mta_has_details(const struct mta *mta)
{
	for (size_t i = 0; i < DETAILS; i++)
		if (mta->details[i].setting != NULL)
			return true;
	return false;
}

const struct mta *
mta_of_program(struct str program)
{
	for (size_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i]->claims(program))
			return mtas[i];
	return NULL;
}

const char *
mta_other_log(struct str head)
{
	const char *sentence = NULL;

	for (size_t i = 0; mtas[i] != NULL && sentence == NULL; i++)
		if (mtas[i]->other_log != NULL)
			sentence = mtas[i]->other_log(head);
	return sentence;
}

const struct mta *
mta_of_head(struct str head)
{
	for (size_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i]->owns != NULL && mtas[i]->owns(head))
			return mtas[i];
	return NULL;
}
