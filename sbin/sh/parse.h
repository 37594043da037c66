/*
 * What the files of the parser share: token.c has words and operators, skip.c finds the ends of quotes and expansions, alias_text.c
 * puts aliases into the source, here.c reads here-documents, parse.c has the grammar. All of it works on `source` (sh.h) and is
 * used by parse_command alone, one command at a time.
 */
#ifndef SH_PARSE_H
#define SH_PARSE_H

#include "sh.h"

/* ---- parse.c */
extern struct arena *parse_arena;	/* where the tree is made */
struct node *parse_list(bool to_line_end);
_Noreturn void unexpected(void);	/* a syntax error at the next character */
void enter_nested(void);		/* one command, substitution or quotation deeper; an error where the stack would not do */
void leave_nested(void);

/* ---- token.c */
void skip_blanks(void);			/* continued lines and a comment as well */
bool is_delimiter(int c);
bool at_operator(const char *text);
bool take_operator(const char *text);
bool at_reserved(const char *text);
bool take_reserved(const char *text);
void expect(const char *text);
const char *parse_word(void);		/* a raw word, or NULL when there is none here */

/* ---- skip.c: from its first character to behind the last */
void skip_single_quotes(void);
void skip_double_quotes(void);
void skip_backquotes(void);
bool skip_dollar(bool quoted);		/* between double quotes? True when it was arithmetic */
bool is_measuring(void);		/* the text is only measured; it will be parsed again when it runs */
void reset_measuring(void);

/* ---- alias_text.c */
void expand_aliases(void);		/* the word ahead, and what it becomes, for as long as that is an alias */
void expand_behind_alias(bool first_word);	/* … of a word that is not the first of its command */
void forget_active_aliases(void);

/* ---- here.c: here-documents whose bodies start behind the next newline */
#define HERE_MAX 32
struct here_state {
	struct redirect *pending[HERE_MAX];
	size_t count;
};
extern struct here_state here;
void announce_here(struct redirect *redirect);
void take_newline(void);		/* and behind it the bodies that were announced before it */

#endif
