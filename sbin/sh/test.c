/* test and [: POSIX's rules by the number of arguments, -a, -o, ! and parentheses beyond four. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sh.h"

static char **at;
static int left;

static bool either(void);

static long number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	while (*end == ' ')
		end++;
	if (*end || end == text)
		fail(2, "Illegal number: %s", text);
	return n;
}

static bool file_test(char op, const char *path)
{
	struct stat s;

	switch (op) {
	case 'h':
	case 'L': return lstat(path, &s) == 0 && S_ISLNK(s.st_mode);
	case 'r': return access(path, R_OK) == 0;
	case 'w': return access(path, W_OK) == 0;
	case 'x': return access(path, X_OK) == 0;
	}
	if (stat(path, &s) < 0)
		return false;
	switch (op) {
	case 'e': return true;
	case 'f': return S_ISREG(s.st_mode);
	case 'd': return S_ISDIR(s.st_mode);
	case 'b': return S_ISBLK(s.st_mode);
	case 'c': return S_ISCHR(s.st_mode);
	case 'p': return S_ISFIFO(s.st_mode);
	case 'S': return S_ISSOCK(s.st_mode);
	case 's': return s.st_size > 0;
	case 'u': return s.st_mode & S_ISUID;
	case 'g': return s.st_mode & S_ISGID;
	case 'k': return s.st_mode & S_ISVTX;
	case 'O': return s.st_uid == geteuid();
	case 'G': return s.st_gid == getegid();
	}
	return false;
}

static bool is_unary(const char *op)
{
	return op[0] == '-' && op[1] && !op[2] && strchr("bcdefghkLnprSstuwxzOG", op[1]);
}

static bool unary(char op, const char *operand)
{
	if (op == 'n')
		return *operand;
	if (op == 'z')
		return !*operand;
	if (op == 't')
		return isatty((int)number(operand));
	return file_test(op, operand);
}

static const char *const binary_ops[] = {
	"=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", NULL,
};

static int binary_op(const char *text)
{
	for (int i = 0; binary_ops[i]; i++) {
		if (!strcmp(text, binary_ops[i]))
			return i;
	}
	return -1;
}

static bool compare_files(const char *a, int op, const char *b)
{
	struct stat x, y;
	bool has_x = stat(a, &x) == 0, has_y = stat(b, &y) == 0;
	long order;

	if (op == 13)
		return has_x && has_y && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	if (!has_x || !has_y)
		return op == 11 ? has_x : has_y;
	order = x.st_mtim.tv_sec - y.st_mtim.tv_sec;
	if (!order)
		order = x.st_mtim.tv_nsec - y.st_mtim.tv_nsec;
	return op == 11 ? order > 0 : order < 0;
}

static bool binary(const char *a, int op, const char *b)
{
	int order = strcmp(a, b);

	switch (op) {
	case 0:
	case 1: return order == 0;
	case 2: return order != 0;
	case 3: return order < 0;
	case 4: return order > 0;
	case 5: return number(a) == number(b);
	case 6: return number(a) != number(b);
	case 7: return number(a) < number(b);
	case 8: return number(a) <= number(b);
	case 9: return number(a) > number(b);
	case 10: return number(a) >= number(b);
	}
	return compare_files(a, op, b);
}

static void skip(int n)
{
	at += n;
	left -= n;
}

static bool primary(void)
{
	bool result;
	int op;

	if (!left)
		fail(2, "test: argument expected");
	if (left >= 3 && (op = binary_op(at[1])) >= 0) {
		result = binary(at[0], op, at[2]);
		skip(3);
		return result;
	}
	if (left >= 2 && !strcmp(at[0], "!")) {
		skip(1);
		return !primary();
	}
	if (left >= 2 && is_unary(at[0])) {
		result = unary(at[0][1], at[1]);
		skip(2);
		return result;
	}
	if (left >= 3 && !strcmp(at[0], "(")) {
		skip(1);
		result = either();
		if (!left || strcmp(at[0], ")"))
			fail(2, "test: closing paren expected");
		skip(1);
		return result;
	}
	result = *at[0];
	skip(1);
	return result;
}

static bool both(void)
{
	bool result = primary();

	while (left && !strcmp(at[0], "-a")) {
		skip(1);
		result &= primary();
	}
	return result;
}

static bool either(void)
{
	bool result = both();

	while (left && !strcmp(at[0], "-o")) {
		skip(1);
		result |= both();
	}
	return result;
}

int builtin_test(int argc, char **argv)
{
	bool result;

	if (!strcmp(argv[0], "[")) {
		if (strcmp(argv[argc - 1], "]"))
			fail(2, "[: missing ]");
		argc--;
	}
	at = argv + 1;
	left = argc - 1;
	if (!left)
		return 1;
	result = either();
	if (left)
		fail(2, "test: %s: unexpected operator", at[0]);
	return !result;
}
