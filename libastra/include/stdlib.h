/* General utilities, C11 and POSIX. */
#ifndef _STDLIB_H
#define _STDLIB_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff
/* Bytes of the longest character: 1, or 4 when the locale is UTF-8. */
#define MB_CUR_MAX   (__mb_cur_max())

typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;

/*
 * Memory: aligned to 16 bytes; NULL with ENOMEM. free(NULL) does nothing; a pointer that is not a live block of this
 * allocator ends the program with a message. malloc(0) gives a block of its own. Any thread may free what another allocated.
 * Blocks above 16 KiB go back to the system when they are freed.
 */
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *reallocarray(void *block, size_t count, size_t size);
void free(void *block);
/* Alignments are powers of two, and for posix_memalign at least sizeof(void *), else EINVAL. */
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **block, size_t alignment, size_t size);
/* The bytes that a block really has. */
size_t malloc_usable_size(void *block);

/* Runs atexit functions in reverse, then destructors, flushes streams, and ends the process. */
_Noreturn void exit(int status);
/* Ends the process at once; after at_quick_exit's functions in reverse, without flushing; by SIGABRT, whatever handles it. */
_Noreturn void _Exit(int status);
_Noreturn void quick_exit(int status);
_Noreturn void abort(void);
/*
 * 0, or -1 when memory ran out. What a shared library registers by atexit runs when the library is closed, at the latest at
 * exit; what it registers by at_quick_exit is forgotten then.
 */
int atexit(void (*function)(void));
int at_quick_exit(void (*function)(void));

/* The value, owned by the environment until that name changes, or NULL. */
char *getenv(const char *name);
/* Name and value are copied. 0, or -1: EINVAL (name empty or with =), ENOMEM. Any thread. */
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
/* Puts the caller's own "NAME=value" into the environment; it must live on. */
int putenv(char *string);
int clearenv(void);

/* ERANGE with the nearest value on overflow; EINVAL with 0 for a bad base. */
long strtol(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end, int base);
/* Correctly rounded (to nearest, ties to even); ERANGE on overflow and underflow. */
double strtod(const char *restrict s, char **restrict end);
float strtof(const char *restrict s, char **restrict end);
long double strtold(const char *restrict s, char **restrict end);
/* The strto functions in base 10, without errors. */
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
double atof(const char *s);

/* In place, at most n log n comparisons whatever the order, not stable, no memory. qsort_r hands `argument` to compare. */
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void qsort_r(void *base, size_t count, size_t size, int (*compare)(const void *, const void *, void *), void *argument);
/* An element that compares equal, any of several, or NULL; the array is in order. */
void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
int abs(int value);
long labs(long value);
long long llabs(long long value);
div_t div(int a, int b);
ldiv_t ldiv(long a, long b);
lldiv_t lldiv(long long a, long long b);

/* Between bytes and wide characters (see <wchar.h>); -1 or (size_t)-1 with EILSEQ. */
size_t __mb_cur_max(void);
int mblen(const char *s, size_t n);
int mbtowc(wchar_t *restrict c, const char *restrict s, size_t n);
int wctomb(char *s, wchar_t c);
size_t mbstowcs(wchar_t *restrict dst, const char *restrict src, size_t n);
size_t wcstombs(char *restrict dst, const wchar_t *restrict src, size_t n);

/* A 31-bit linear generator; rand_r keeps its state with the caller. */
int rand(void);
void srand(unsigned int seed);
int rand_r(unsigned int *seed);

/* random: 31 bits, the same numbers for a seed as elsewhere. drand48 in [0, 1), lrand48 31 bits, mrand48 32 with sign. */
long random(void);
void srandom(unsigned int seed);
double drand48(void);
double erand48(unsigned short state[3]);
long lrand48(void);
long nrand48(unsigned short state[3]);
long mrand48(void);
long jrand48(unsigned short state[3]);
void srand48(long seed);

/*
 * Creates a file of mode 0600 from a template that ends in XXXXXX, which becomes its name; a descriptor or -1 (EINVAL, EEXIST
 * …).
 */
int mkstemp(char *template);
/* The same with flags of open() added, and with a suffix of so many bytes behind the X. */
int mkostemp(char *template, int flags);
int mkstemps(char *template, int suffix);
/* Creates a directory the same way; its name or NULL. */
char *mkdtemp(char *template);
/* The absolute name without links; resolved must have PATH_MAX bytes, or NULL to allocate. NULL with errno. */
char *realpath(const char *restrict path, char *restrict resolved);
/*
 * The wait status of `sh -c command` (127: no shell); NULL: whether there is a shell; -1 with errno: no child. Meanwhile SIGINT
 * and SIGQUIT are ignored and the thread blocks SIGCHLD; several threads may call it. Cancelled, it kills and reaps the shell.
 */
int system(const char *command);

/* Pseudo-terminals: a new master, permission and leave to open its slave, and the slave's name (static, or in buf). */
int posix_openpt(int flags);
int grantpt(int fd);
int unlockpt(int fd);
char *ptsname(int fd);
int ptsname_r(int fd, char *buf, size_t size);

/*
 * The next of an option's suboptions "name[=value],…" at *option, which moves on: its place in names (ended by NULL) with
 * *value behind the '=' or NULL, else -1 with *value at all of it.
 */
int getsubopt(char **option, char *const *names, char **value);

/* 32 bits as up to six characters, static, and back. */
char *l64a(long value);
long a64l(const char *s);

/* drand48's state (the one before, static), and all its numbers. */
unsigned short *seed48(unsigned short state[3]);
void lcong48(unsigned short numbers[7]);

/* The last component of the name that the program was started by. */
const char *getprogname(void);

__ASTRA_END_DECLS

#endif
