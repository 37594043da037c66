/* /etc/resolv.conf. Without it, or without a server in it, this machine itself is asked. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver_impl.h"

#define SEPARATORS   " \t\r\n"
#define MAX_DOTS     15
#define MAX_SECONDS  30
#define MAX_ATTEMPTS 5

static void add_server(struct resolver *r, char *text)
{
	char *scope = strchr(text, '%');
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(DNS_PORT) };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(DNS_PORT) };

	if (r->servers == RESOLVER_SERVERS)
		return;
	if (scope) {
		*scope++ = '\0';
		v6.sin6_scope_id = if_nametoindex(scope);
	}
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		r->server[r->servers++].v4 = v4;
	else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
		r->server[r->servers++].v6 = v6;
}

static void add_search(struct resolver *r, const char *domain)
{
	if (r->searches < RESOLVER_SEARCH && strlcpy(r->search[r->searches], domain, DNS_NAME) < DNS_NAME)
		r->searches++;
}

static unsigned number(const char *text, unsigned most)
{
	unsigned long n = strtoul(text, NULL, 10);

	return n > most ? most : (unsigned)n;
}

static void set_option(struct resolver *r, const char *word)
{
	if (!strncmp(word, "ndots:", 6))
		r->dots = number(word + 6, MAX_DOTS);
	else if (!strncmp(word, "timeout:", 8))
		r->timeout = number(word + 8, MAX_SECONDS) * 1000;
	else if (!strncmp(word, "attempts:", 9))
		r->attempts = number(word + 9, MAX_ATTEMPTS);
}

/* The last of several search and domain lines counts. */
static void take_line(struct resolver *r, char *line)
{
	char *key = strtok_r(line, SEPARATORS, &line), *word;

	if (!key)
		return;
	if (!strcmp(key, "search") || !strcmp(key, "domain"))
		r->searches = 0;
	while ((word = strtok_r(NULL, SEPARATORS, &line))) {
		if (!strcmp(key, "nameserver"))
			add_server(r, word);
		else if (!strcmp(key, "search") || !strcmp(key, "domain"))
			add_search(r, word);
		else if (!strcmp(key, "options"))
			set_option(r, word);
	}
}

void __resolver_read(struct resolver *r)
{
	FILE *file = fopen("/etc/resolv.conf", "re");
	char line[1024];

	*r = (struct resolver){ .dots = 1, .timeout = 5000, .attempts = 2 };
	while (file && fgets(line, sizeof(line), file)) {
		if (*line != '#' && *line != ';')
			take_line(r, line);
	}
	if (file)
		fclose(file);
	if (!r->servers)
		add_server(r, (char[]){ "127.0.0.1" });
	r->attempts += !r->attempts;
	r->timeout += !r->timeout;
}
