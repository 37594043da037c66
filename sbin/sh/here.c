/* Here-documents: announced by their redirections, read when the line that has them ends. */
#include <string.h>

#include "parse.h"

struct here_state here;

void announce_here(struct redirect *redirect)
{
	if (here.count == HERE_MAX)
		fail(2, "too many here-documents");
	here.pending[here.count++] = redirect;
}

/* The delimiter without its quotes. */
static char *unquote(const char *text, bool *quoted)
{
	char *out = arena_alloc(parse_arena, strlen(text) + 1), *to = out;
	char quote = 0;

	for (; *text; text++) {
		if (*text == quote) {
			quote = 0;
		} else if (!quote && (*text == '\'' || *text == '"')) {
			quote = *text;
			*quoted = true;
		} else if (*text == '\\' && quote != '\'' && text[1]) {
			*to++ = *++text;
			*quoted = true;
		} else {
			*to++ = *text;
		}
	}
	return out;
}

static void read_body(struct redirect *redirect)
{
	const char *end = unquote(redirect->word, &redirect->literal);
	struct buffer body = { 0 };

	buffer_add(&body, "", 0);
	while (peek() >= 0) {
		size_t start = body.length;
		int c;

		if (redirect->strip)
			while (peek() == '\t')
				next();
		while ((c = next()) >= 0 && c != '\n') {
			buffer_char(&body, (char)c);
			if (c == '\\' && !redirect->literal && peek() == '\n')
				buffer_char(&body, (char)next());
		}
		if (!strcmp(body.text + start, end)) {
			body.length = start;
			break;
		}
		if (c == '\n')
			buffer_char(&body, '\n');
	}
	redirect->body = arena_text(parse_arena, body.text, body.length);
	buffer_free(&body);
}

void take_newline(void)
{
	next();
	for (size_t i = 0; i < here.count; i++)
		read_body(here.pending[i]);
	here.count = 0;
}
