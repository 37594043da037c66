/*
 * Character classes of the C locale. Each function takes a value of unsigned char or EOF; anything else is in no class.
 */
#ifndef _CTYPE_H
#define _CTYPE_H

#include <features.h>

__ASTRA_BEGIN_DECLS

int isalnum(int c);
int isalpha(int c);
int isblank(int c);
int iscntrl(int c);
int isdigit(int c);
int isgraph(int c);
int islower(int c);
int isprint(int c);
int ispunct(int c);
int isspace(int c);
int isupper(int c);
int isxdigit(int c);
int tolower(int c);
int toupper(int c);

__ASTRA_END_DECLS

#endif
