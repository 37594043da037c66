/*
 * The expressions of test and [, for the program and for sh's builtin. POSIX's rules by the number of arguments come first;
 * beyond four, ! binds tightest, then -a, then -o, with parentheses. Not reentrant.
 */
#ifndef CONDITION_H
#define CONDITION_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is being evaluated. After an error nothing is left, so that everything returns. */
static struct {
	char **at;
	int left;
	char error[160];
} condition;

static bool condition_or(void);

static bool condition_fail(const char *text, const char *why)
{
	if (!*condition.error)
		snprintf(condition.error, sizeof(condition.error), "%s%s", text, why);
	condition.left = 0;
	return false;
}

static long condition_number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	while (*end == ' ' || *end == '\t')
		end++;
	if (*end || end == text)
		condition_fail("Illegal number: ", text);
	return n;
}

static bool condition_file(char op, const char *path)
{
	struct stat s;

	switch (op) {
	case 'h':
	case 'L': return lstat(path, &s) == 0 && S_ISLNK(s.st_mode);
	case 'r': return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
	case 'w': return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
	case 'x': return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
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

static bool condition_is_unary(const char *op)
{
	return op[0] == '-' && op[1] && !op[2] && strchr("bcdefghkLnprSstuwxzOG", op[1]);
}

static bool condition_unary(char op, const char *operand)
{
	if (op == 'n')
		return *operand;
	if (op == 'z')
		return !*operand;
	if (op == 't')
		return isatty((int)condition_number(operand));
	return condition_file(op, operand);
}

enum condition_op {
	OP_EQ, OP_EQ2, OP_NE, OP_LESS, OP_MORE, OP_NUM_EQ, OP_NUM_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_NT, OP_OT, OP_EF,
};

static int condition_op(const char *text)
{
	static const char *const names[] = {
		"=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
	};

	for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++) {
		if (!strcmp(text, names[i]))
			return i;
	}
	return -1;
}

static bool condition_compare_files(const char *a, int op, const char *b)
{
	struct stat x, y;
	bool has_x = stat(a, &x) == 0, has_y = stat(b, &y) == 0;
	long order;

	if (op == OP_EF)
		return has_x && has_y && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	if (!has_x || !has_y)
		return op == OP_NT ? has_x : has_y;
	order = x.st_mtim.tv_sec - y.st_mtim.tv_sec;
	if (!order)
		order = x.st_mtim.tv_nsec - y.st_mtim.tv_nsec;
	return op == OP_NT ? order > 0 : order < 0;
}

static bool condition_binary(const char *a, int op, const char *b)
{
	int order = strcmp(a, b);
	long x, y;

	switch (op) {
	case OP_EQ:
	case OP_EQ2:  return order == 0;
	case OP_NE:   return order != 0;
	case OP_LESS: return order < 0;
	case OP_MORE: return order > 0;
	case OP_NT:
	case OP_OT:
	case OP_EF:   return condition_compare_files(a, op, b);
	}
	x = condition_number(a);
	y = condition_number(b);
	switch (op) {
	case OP_NUM_EQ: return x == y;
	case OP_NUM_NE: return x != y;
	case OP_LT:     return x < y;
	case OP_LE:     return x <= y;
	case OP_GT:     return x > y;
	}
	return x >= y;
}

static void condition_skip(int n)
{
	if (condition.left) {
		condition.at += n;
		condition.left -= n;
	}
}

static bool condition_primary(void)
{
	char **at = condition.at;
	bool result;
	int op;

	if (!condition.left)
		return condition_fail("argument expected", "");
	if (condition.left >= 3 && (op = condition_op(at[1])) >= 0) {
		result = condition_binary(at[0], op, at[2]);
		condition_skip(3);
		return result;
	}
	if (condition.left >= 2 && !strcmp(at[0], "!")) {
		condition_skip(1);
		return !condition_primary();
	}
	if (condition.left >= 3 && !strcmp(at[0], "(")) {
		condition_skip(1);
		result = condition_or();
		if (!condition.left || strcmp(condition.at[0], ")"))
			return condition_fail("closing paren expected", "");
		condition_skip(1);
		return result;
	}
	if (condition.left >= 2 && condition_is_unary(at[0])) {
		result = condition_unary(at[0][1], at[1]);
		condition_skip(2);
		return result;
	}
	result = *at[0];
	condition_skip(1);
	return result;
}

static bool condition_and(void)
{
	bool result = condition_primary();

	while (condition.left && !strcmp(condition.at[0], "-a")) {
		condition_skip(1);
		result &= condition_primary();
	}
	return result;
}

static bool condition_or(void)
{
	bool result = condition_and();

	while (condition.left && !strcmp(condition.at[0], "-o")) {
		condition_skip(1);
		result |= condition_and();
	}
	return result;
}

/* The cases of at most four arguments that POSIX decides by their number alone; false: none of them. */
static bool condition_by_count(bool *result)
{
	char **at = condition.at;
	int count = condition.left;
	bool negated = count > 1 && count < 5 && !strcmp(at[0], "!");

	if (count == 3 && condition_op(at[1]) >= 0)
		return false;
	if (negated) {
		condition_skip(1);
		if (!condition_by_count(result))
			*result = condition_or();
		*result = !*result;
		return true;
	}
	if (count == 1) {
		*result = *at[0];
		condition_skip(1);
		return true;
	}
	if (count == 3 && !strcmp(at[0], "(") && !strcmp(at[2], ")")) {
		*result = *at[1];
		condition_skip(3);
		return true;
	}
	return false;
}

/* 0 true, 1 false, 2 after an error, whose text is then in condition.error. */
static int condition_evaluate(char **arguments, int count)
{
	bool result;

	condition.at = arguments;
	condition.left = count;
	*condition.error = 0;
	if (!count)
		return 1;
	if (!condition_by_count(&result))
		result = condition_or();
	if (condition.left)
		condition_fail(condition.at[0], ": unexpected operator");
	return *condition.error ? 2 : !result;
}

#endif
