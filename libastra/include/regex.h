/*
 * Regular expressions, POSIX basic and extended, with the usual extensions \< \> \b \B \w \W \s \S, and in basic ones \+ \?
 * \|. Matching takes time proportional to the text times the pattern; only patterns with back-references search by trying,
 * and give up with REG_ESPACE after a fixed effort. The subexpressions are the leftmost-longest ones. Bytes are characters.
 */
#ifndef _REGEX_H
#define _REGEX_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

typedef long regoff_t;

/* A compiled pattern: immutable until regfree, so that any number of threads may use it. */
typedef struct {
	size_t re_nsub;			/* subexpressions */
	struct __regex *__program;
} regex_t;

typedef struct {
	regoff_t rm_so, rm_eo;		/* byte offsets of the start and behind the end, or -1 */
} regmatch_t;

#define REG_EXTENDED 1
#define REG_ICASE    2
#define REG_NEWLINE  4			/* . and [^…] do not match a newline, ^ and $ match at one */
#define REG_NOSUB    8

#define REG_NOTBOL   1
#define REG_NOTEOL   2
#define REG_STARTEND 4			/* the text is from match[0].rm_so to match[0].rm_eo */

enum {
	REG_NOERROR, REG_NOMATCH, REG_BADPAT, REG_ECOLLATE, REG_ECTYPE, REG_EESCAPE, REG_ESUBREG, REG_EBRACK, REG_EPAREN,
	REG_EBRACE, REG_BADBR, REG_ERANGE, REG_ESPACE, REG_BADRPT
};

#define RE_DUP_MAX 255

/* 0, or an error of the pattern; after 0 the caller ends with regfree. */
int regcomp(regex_t *restrict regex, const char *restrict pattern, int flags);
/* 0 with match[0 … count-1] filled, REG_NOMATCH or REG_ESPACE. */
int regexec(const regex_t *restrict regex, const char *restrict text, size_t count, regmatch_t match[restrict], int flags);
/* The bytes that the message needs; what fits is in buf, terminated. */
size_t regerror(int error, const regex_t *restrict regex, char *restrict buf, size_t size);
void regfree(regex_t *regex);

__ASTRA_END_DECLS

#endif
