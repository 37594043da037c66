/* The plug-in of tour.c: counts words, with thread-local storage of its own, and says goodbye when it is closed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tour.h"

_Thread_local int counted;

static void goodbye(void)
{
	puts("goodbye");
}

__attribute__((constructor)) static void begin(void)
{
	atexit(goodbye);
}

void count(struct table *table, const char *text)
{
	int i = 0;

	while (i < table->used && strcmp(table->words[i].text, text))
		i++;
	if (i == table->used)
		strcpy(table->words[table->used++].text, text);
	table->words[i].count++;
	counted++;
}
