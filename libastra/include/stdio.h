/*
 * Buffered streams. A stream has a lock; each call is atomic against others on the same stream. stdout is line
 * buffered on a terminal, else fully; stderr is not buffered.
 */
#ifndef _STDIO_H
#define _STDIO_H

#include <features.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

typedef struct __file FILE;
typedef struct { off_t __position; } fpos_t;

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;
#define stdin  stdin
#define stdout stdout
#define stderr stderr

#define EOF          (-1)
#define BUFSIZ       4096
#define FILENAME_MAX 4096
#define FOPEN_MAX    1000
#define L_tmpnam     20
#define _IOFBF       0
#define _IOLBF       1
#define _IONBF       2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

/* Modes: r w a, with + b e (close-on-exec) x (exclusive). NULL with errno; the caller fcloses. */
FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream);
int fclose(FILE *stream);
/* Writes what is buffered; NULL: of every stream. 0 or EOF. */
int fflush(FILE *stream);
void setbuf(FILE *restrict stream, char *restrict buf);
/* Before the first operation on the stream; buf NULL: the library's own buffer. 0, or -1 for a bad mode. */
int setvbuf(FILE *restrict stream, char *restrict buf, int mode, size_t size);

/* Whole elements moved; fewer at the end of file or on an error. */
size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict stream);
size_t fwrite(const void *restrict buf, size_t size, size_t count, FILE *restrict stream);
int fgetc(FILE *stream);
int getc(FILE *stream);
int getchar(void);
int ungetc(int c, FILE *stream);
int fputc(int c, FILE *stream);
int putc(int c, FILE *stream);
int putchar(int c);
char *fgets(char *restrict buf, int size, FILE *restrict stream);
int fputs(const char *restrict s, FILE *restrict stream);
int puts(const char *s);
/* A line with its newline in *line, which is (re)allocated and the caller's; its length, or -1 at the end. */
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream);
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream);

int fseek(FILE *stream, long offset, int whence);
int fseeko(FILE *stream, off_t offset, int whence);
long ftell(FILE *stream);
off_t ftello(FILE *stream);
void rewind(FILE *stream);
int fgetpos(FILE *restrict stream, fpos_t *restrict position);
int fsetpos(FILE *stream, const fpos_t *position);
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);
int fileno(FILE *stream);

/* Formatted output: bytes written (or that would be, for the sn forms), or -1. Floats are exact and round to even. */
int printf(const char *restrict format, ...) __ASTRA_PRINTF(1, 2);
int fprintf(FILE *restrict stream, const char *restrict format, ...) __ASTRA_PRINTF(2, 3);
int dprintf(int fd, const char *restrict format, ...) __ASTRA_PRINTF(2, 3);
int sprintf(char *restrict buf, const char *restrict format, ...) __ASTRA_PRINTF(2, 3);
int snprintf(char *restrict buf, size_t size, const char *restrict format, ...) __ASTRA_PRINTF(3, 4);
int asprintf(char **result, const char *format, ...) __ASTRA_PRINTF(2, 3);
int vprintf(const char *restrict format, va_list args) __ASTRA_PRINTF(1, 0);
int vfprintf(FILE *restrict stream, const char *restrict format, va_list args) __ASTRA_PRINTF(2, 0);
int vdprintf(int fd, const char *restrict format, va_list args) __ASTRA_PRINTF(2, 0);
int vsprintf(char *restrict buf, const char *restrict format, va_list args) __ASTRA_PRINTF(2, 0);
int vsnprintf(char *restrict buf, size_t size, const char *restrict format, va_list args) __ASTRA_PRINTF(3, 0);
int vasprintf(char **result, const char *format, va_list args) __ASTRA_PRINTF(2, 0);

/* "prefix: message of errno" on stderr. */
void perror(const char *prefix);
int remove(const char *path);
int rename(const char *oldpath, const char *newpath);
int renameat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath);
/* A stream to or from `sh -c command`; pclose waits and returns the wait status, or -1. */
FILE *popen(const char *command, const char *mode);
int pclose(FILE *stream);

__ASTRA_END_DECLS

#endif
