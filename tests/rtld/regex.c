/* Regular expressions: whole matches, subexpressions, errors, and time that does not explode. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

/* The offsets that `pattern` finds, as "so,eo so,eo …", "no" or "error N". */
static const char *find(const char *pattern, int flags, const char *text)
{
	static char out[256];
	regmatch_t match[4];
	regex_t regex;
	int error = regcomp(&regex, pattern, flags), n = 0;

	if (error) {
		snprintf(out, sizeof(out), "error %d", error);
		return out;
	}
	strcpy(out, "no");
	if (regexec(&regex, text, 4, match, 0) == 0) {
		for (size_t i = 0; i <= regex.re_nsub && i < 4; i++)
			n += sprintf(out + n, "%s%ld,%ld", i ? " " : "", match[i].rm_so, match[i].rm_eo);
	}
	regfree(&regex);
	return out;
}

#define IS(pattern, flags, text, expected) CHECK(!strcmp(find(pattern, flags, text), expected))

static void time_is_bounded(void)
{
	char *text = malloc(20001);
	clock_t start = clock();

	memset(text, 'a', 20000);
	text[20000] = 0;
	IS("(a*)*b", REG_EXTENDED, text, "no");
	IS("(a|aa)+$", REG_EXTENDED, text, "0,20000 19998,20000");
	CHECK(clock() - start < 20 * CLOCKS_PER_SEC);
	free(text);
}

int main(void)
{
	IS("a.c", 0, "xabcx", "1,4");
	IS("ab*", 0, "xabbb", "1,5");
	IS("(foo|foobar)(bar)?", REG_EXTENDED, "foobar", "0,6 0,6 -1,-1");
	IS("(a|ab)(c|bcd)(d*)", REG_EXTENDED, "abcd", "0,4 0,2 2,3 3,4");
	IS("\\(a*\\)b\\1", 0, "aabaa", "0,5 0,2");
	IS("x\\{2,3\\}", 0, "axxxxb", "1,4");
	IS("[[:digit:]]+", REG_EXTENDED, "ab123", "2,5");
	IS("^b", REG_NEWLINE, "a\nb", "2,3");
	IS("HELLO", REG_ICASE, "say hello", "4,9");
	IS("\\<word\\>", 0, "sword word", "6,10");
	IS("[]a]*", 0, "]a]b", "0,3");
	IS("(", REG_EXTENDED, "", "error 8");
	IS("[a", 0, "", "error 7");
	IS("*a", REG_EXTENDED, "", "error 13");
	IS("*a", 0, "x*a", "1,3");
	time_is_bounded();
	CHECK_END();
}
