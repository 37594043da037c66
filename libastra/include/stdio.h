/*
 * Buffered streams. A stream has a lock; each call is atomic against others on the same stream. stdout is line
 * buffered on a terminal, else fully; stderr is not buffered. Input and output set errno as read, write and lseek do, and the
 * stream's error flag. C11 7.21, POSIX.
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
#define L_ctermid    20
#define TMP_MAX      238328
#define P_tmpdir     "/tmp"
#define _IOFBF       0
#define _IOLBF       1
#define _IONBF       2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

/*
 * Modes: r w a, with + b e (close-on-exec) x (exclusive); EINVAL for others. NULL with errno; the caller fcloses. fdopen takes
 * over fd; freopen closes the stream when it fails. fclose: 0, or EOF when the last write or close failed; the stream is gone
 * anyway.
 */
FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream);
int fclose(FILE *stream);
/* Writes what is buffered; NULL: of every stream. 0 or EOF. */
int fflush(FILE *stream);
/* setvbuf with BUFSIZ bytes or none (buf NULL); by lines; with `size` bytes or none. buf must outlive the stream. */
void setbuf(FILE *restrict stream, char *restrict buf);
void setlinebuf(FILE *stream);
void setbuffer(FILE *restrict stream, char *restrict buf, size_t size);
/* Before the first operation on the stream; buf NULL: the library's own buffer. 0, or -1 for a bad mode. */
int setvbuf(FILE *restrict stream, char *restrict buf, int mode, size_t size);

/* Whole elements moved; fewer at the end of file or on an error. */
size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict stream);
size_t fwrite(const void *restrict buf, size_t size, size_t count, FILE *restrict stream);
/* The byte as unsigned char, or EOF: see feof and ferror. ungetc: c comes next; one at a time is sure. */
int fgetc(FILE *stream);
int getc(FILE *stream);
int getchar(void);
int ungetc(int c, FILE *stream);
int fputc(int c, FILE *stream);
int putc(int c, FILE *stream);
int putchar(int c);
/* At most size - 1 bytes up to a newline, which is kept; NULL when there was none. puts adds a newline. EOF on an error. */
char *fgets(char *restrict buf, int size, FILE *restrict stream);
int fputs(const char *restrict s, FILE *restrict stream);
int puts(const char *s);
/* A line with its newline in *line, which is (re)allocated and the caller's; its length, or -1 at the end. */
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream);
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream);

/*
 * Positions in bytes; seeking writes what is buffered, drops ungetc's byte and clears the end-of-file flag. 0 or the position,
 * else -1 (ESPIPE: a pipe or socket; EINVAL). rewind clears the error flag, too. fpos_t is for the same stream only.
 */
int fseek(FILE *stream, long offset, int whence);
int fseeko(FILE *stream, off_t offset, int whence);
long ftell(FILE *stream);
off_t ftello(FILE *stream);
void rewind(FILE *stream);
int fgetpos(FILE *restrict stream, fpos_t *restrict position);
int fsetpos(FILE *stream, const fpos_t *position);
/* Not 0: the flag is set, until clearerr. fileno: the descriptor, or -1 with EBADF for a stream over memory or functions. */
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);
int fileno(FILE *stream);

/*
 * Formatted output: bytes written (or that would be, for the sn forms), or -1 with errno. asprintf's result is the caller's to
 * free.
 */
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

/*
 * Formatted input: conversions assigned, or EOF when the input ended before the first. A conversion with m in front of
 * c, s or [ allocates, and the caller frees. Errors of range are not reported.
 */
int scanf(const char *restrict format, ...) __attribute__((__format__(__scanf__, 1, 2)));
int fscanf(FILE *restrict stream, const char *restrict format, ...) __attribute__((__format__(__scanf__, 2, 3)));
int sscanf(const char *restrict s, const char *restrict format, ...) __attribute__((__format__(__scanf__, 2, 3)));
int vscanf(const char *restrict format, va_list args) __attribute__((__format__(__scanf__, 1, 0)));
int vfscanf(FILE *restrict stream, const char *restrict format, va_list args) __attribute__((__format__(__scanf__, 2, 0)));
int vsscanf(const char *restrict s, const char *restrict format, va_list args) __attribute__((__format__(__scanf__, 2, 0)));

/*
 * Streams over memory. open_memstream: *result and *size are valid after fflush or fclose; *result is then the caller's to
 * free. fmemopen: buf has size bytes, or is NULL and the stream's own.
 */
FILE *open_memstream(char **result, size_t *size);
FILE *fmemopen(void *restrict buf, size_t size, const char *restrict mode);

typedef ssize_t cookie_read_function_t(void *cookie, char *buf, size_t size);
typedef ssize_t cookie_write_function_t(void *cookie, const char *buf, size_t size);
typedef int cookie_seek_function_t(void *cookie, off_t *offset, int whence);
typedef int cookie_close_function_t(void *cookie);
typedef struct {
	cookie_read_function_t *read;
	cookie_write_function_t *write;
	cookie_seek_function_t *seek;
	cookie_close_function_t *close;
} cookie_io_functions_t;
/* A stream over functions, called with its lock held; each may be NULL. NULL with errno. */
FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);

/* A stream without a name that vanishes when it is closed; NULL with errno. */
FILE *tmpfile(void);
/* A name that nothing has at this moment; prefer mkstemp. buf has L_tmpnam bytes or is NULL. */
char *tmpnam(char *buf);
/* The same, allocated; the caller frees. */
char *tempnam(const char *folder, const char *prefix);

/* The lock of a stream, which its thread may take again; the unlocked forms expect it held. ftrylockfile: 0 when taken. */
void flockfile(FILE *stream);
int ftrylockfile(FILE *stream);
void funlockfile(FILE *stream);
int getc_unlocked(FILE *stream);
int getchar_unlocked(void);
int putc_unlocked(int c, FILE *stream);
int putchar_unlocked(int c);
int fgetc_unlocked(FILE *stream);
int fputc_unlocked(int c, FILE *stream);
size_t fread_unlocked(void *restrict buf, size_t size, size_t count, FILE *restrict stream);
size_t fwrite_unlocked(const void *restrict buf, size_t size, size_t count, FILE *restrict stream);
char *fgets_unlocked(char *restrict buf, int size, FILE *restrict stream);
int fputs_unlocked(const char *restrict s, FILE *restrict stream);
int fflush_unlocked(FILE *stream);
int feof_unlocked(FILE *stream);
int ferror_unlocked(FILE *stream);
void clearerr_unlocked(FILE *stream);
int fileno_unlocked(FILE *stream);

/* "prefix: message of errno" on stderr. */
void perror(const char *prefix);
/* unlink, or rmdir for a folder; renaming replaces an existing file atomically. 0, or -1 with errno: rename(2). */
int remove(const char *path);
int rename(const char *oldpath, const char *newpath);
int renameat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath);
/*
 * A stream to ("w") or from ("r") `sh -c command`, closed by exec with or without "e"; NULL with errno (EINVAL: mode). pclose
 * closes it, waits and returns the wait status, or -1 (ECHILD: not by popen, or waited for already); a cancellation point,
 * acting before it closes.
 */
FILE *popen(const char *command, const char *mode);
int pclose(FILE *stream);

__ASTRA_END_DECLS

#endif
