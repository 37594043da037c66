/*
 * DNS messages (RFC 1035, 3596) in memory: no calls, no allocation, no locks, so that it runs on the build machine as well. What a
 * server sends is not believed: every length is checked, names may not point forwards, and a label of other characters than a host
 * name's makes the record as good as absent.
 */
#ifndef INTERNAL_DNS_IMPL_H
#define INTERNAL_DNS_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_A        1
#define DNS_CNAME    5
#define DNS_PTR      12
#define DNS_AAAA     28
#define DNS_INTERNET 1

#define DNS_PORT     53
#define DNS_NAME     256	/* bytes of a name as text with its NUL */
#define DNS_QUESTION 288	/* bytes of the longest question that we send */
#define DNS_MESSAGE  4096	/* bytes that we take by UDP */
#define DNS_RECORDS  48		/* addresses of a name that we keep */

#define DNS_OK        0		/* response codes */
#define DNS_FORMAT    1
#define DNS_SERVFAIL  2
#define DNS_NXDOMAIN  3
#define DNS_REFUSED   5

struct dns_answer {
	int code;			/* DNS_OK … */
	bool truncated;			/* ask again by TCP */
	char canonical[DNS_NAME];	/* where the chain of CNAMEs ends */
	unsigned count;			/* records of the wanted type there */
	uint8_t addresses[DNS_RECORDS][16];	/* A: 4 bytes of it; AAAA: all */
	char name[DNS_NAME];		/* PTR: the first one */
};

/* Writes the question for `name` (a dot at the end is allowed) into out[DNS_QUESTION]; its length, or 0: that is not a name. */
size_t __dns_question(uint8_t *out, uint16_t id, const char *name, uint16_t type);

/* Reads a message; false: not the answer to this question (ignore it), or beyond reading. */
bool __dns_answer(const uint8_t *message, size_t length, uint16_t id, const char *name, uint16_t type, struct dns_answer *answer);

/* The same name, whatever the case and with or without a dot at the end. */
bool __dns_same_name(const char *a, const char *b);

#endif
