/* oracle: host */
/* Smaller families of POSIX, each by its edges: paths, suboptions, locales, wide numbers, UTF-16, iconv, users, timers. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <iconv.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <monetary.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>
#include <wordexp.h>

#include <libgen.h>

#include "check.h"

static int cuts(const char *path, const char *folder, const char *name)
{
	char a[64], b[64];

	strcpy(a, path);
	strcpy(b, path);
	return !strcmp(dirname(a), folder) && !strcmp(basename(b), name);
}

static void texts(void)
{
	char *const names[] = { "ro", "size", NULL };
	char options[] = "size=10,ro,other=1", *at = options, *value, buf[100];

	CHECK(cuts("/usr/lib", "/usr", "lib") && cuts("/usr/", "/", "usr") && cuts("usr", ".", "usr") && cuts("/", "/", "/"));
	CHECK(cuts("a//b//", "a", "b") && cuts("", ".", "."));
	CHECK(getsubopt(&at, names, &value) == 1 && !strcmp(value, "10"));
	CHECK(getsubopt(&at, names, &value) == 0 && !value);
	CHECK(getsubopt(&at, names, &value) == -1 && !strcmp(value, "other=1") && !*at);
	CHECK(a64l(l64a(123456789)) == 123456789 && !strcmp(l64a(0), ""));
	CHECK(strfmon(buf, sizeof(buf), "[%n|%10.1n|%=*#6n]", 12.345, -3.25, 99.5) > 0);
	CHECK(!strcmp(buf, "[12.35|      -3.2| ****99.50]") || !strcmp(buf, "[12.34|      -3.2| ****99.50]"));
	CHECK(confstr(_CS_PATH, NULL, 0) > 5);
}

static void locales(void)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0), old;
	wchar_t wide;

	CHECK(c && utf8);
	CHECK(!newlocale(LC_ALL_MASK, "no_such.LOCALE", (locale_t)0) && errno == ENOENT);
	old = uselocale(utf8);
	CHECK(old == LC_GLOBAL_LOCALE && uselocale((locale_t)0) == utf8);
	CHECK(mbtowc(&wide, "\xe2\x82\xac", 3) == 3 && wide == 0x20ac);
	CHECK(!strcmp(nl_langinfo(CODESET), "UTF-8"));
	CHECK(uselocale(c) == utf8 && MB_CUR_MAX == 1);
	CHECK(uselocale(LC_GLOBAL_LOCALE) == c);
	CHECK(isalpha_l('x', c) && !isdigit_l('x', c) && toupper_l('x', c) == 'X' && towupper_l(L'x', c) == L'X');
	CHECK(strcasecmp_l("AbC", "aBc", c) == 0 && iswalpha_l(L'x', c));
	freelocale(utf8);
	freelocale(c);
}

static void wide_characters(void)
{
	const wchar_t *source = L"ab\u20acd";
	wchar_t text[40], *end;
	char bytes[20];
	mbstate_t state = { 0 };
	char16_t unit;
	char32_t scalar;
	struct tm tm = { .tm_year = 100, .tm_mday = 1 };

	CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
	CHECK(wcstof(L" 1.5x", &end) == 1.5f && *end == L'x' && wcstold(L"0x1p-3", NULL) == 0.125L);
	CHECK(wcstoimax(L"-12", NULL, 10) == -12 && wcstoumax(L"0xff", NULL, 0) == 255);
	CHECK(wcsnrtombs(bytes, &source, 3, sizeof(bytes), NULL) == 5 && *source == L'd');
	CHECK(wcpcpy(text, L"abc") == text + 3 && wcpncpy(text, L"x", 3) == text + 1 && wcsncasecmp(L"ABc", L"abD", 2) == 0);
	CHECK(mbrtoc16(&unit, "\xf0\x9f\x98\x80", 4, &state) == 4 && unit == 0xd83d);
	CHECK(mbrtoc16(&unit, "x", 1, &state) == (size_t)-3 && unit == 0xde00);
	CHECK(mbrtoc16(&unit, "x", 1, &state) == 1 && unit == 'x');
	CHECK(c16rtomb(bytes, 0xd83d, &state) == 0 && c16rtomb(bytes, 0xde00, &state) == 4 && !memcmp(bytes, "\xf0\x9f\x98\x80", 4));
	CHECK(mbrtoc32(&scalar, "\xe2\x82\xac", 3, &state) == 3 && scalar == 0x20ac && c32rtomb(bytes, scalar, &state) == 3);
	CHECK(wcsftime(text, 40, L"%Y-%m-%d \u20ac", &tm) == 12 && !wcscmp(text, L"2000-01-01 \u20ac"));
	CHECK(wcsftime(text, 5, L"%Y-%m", &tm) == 0);
	CHECK(setlocale(LC_ALL, "C") != NULL);
}

static int converts(const char *to, const char *from, const char *in, size_t in_size, const char *expected, size_t size)
{
	char buf[64], *from_at = (char *)in, *to_at = buf;
	size_t room = sizeof(buf);
	iconv_t conversion = iconv_open(to, from);
	size_t result;

	if (conversion == (iconv_t)-1)
		return 0;
	result = iconv(conversion, &from_at, &in_size, &to_at, &room);
	return iconv_close(conversion) == 0 && result == 0 && !in_size && sizeof(buf) - room == size && !memcmp(buf, expected, size);
}

static void character_sets(void)
{
	char in[] = "a\xe2\x82", *at = in, out[8], *to = out;
	size_t left = 3, room = 8;
	iconv_t conversion;

	CHECK(converts("UTF-16LE", "UTF-8", "a\xe2\x82\xac\xf0\x9f\x98\x80", 8, "a\0\xac\x20\x3d\xd8\x00\xde", 8));
	CHECK(converts("UTF-8", "UTF-16BE", "\0a\x20\xac", 4, "a\xe2\x82\xac", 4));
	CHECK(converts("utf-8", "latin1", "\xe4", 1, "\xc3\xa4", 2));
	CHECK(converts("UTF-8", "UTF-16", "\xfe\xff\0a", 4, "a", 1));
	CHECK(converts("UTF-16", "UTF-8", "a", 1, "\xff\xfe" "a\0", 4));
	CHECK(iconv_open("UTF-8", "NO-SUCH") == (iconv_t)-1 && errno == EINVAL);
	conversion = iconv_open("ISO-8859-1", "UTF-8");
	CHECK(iconv(conversion, &at, &left, &to, &room) == (size_t)-1 && errno == EINVAL && left == 2 && room == 7);
	at = "\xe2\x82\xac";
	left = 3;
	CHECK(iconv(conversion, &at, &left, &to, &room) == (size_t)-1 && errno == EILSEQ);
	at = "abcdefghij";
	left = 10;
	CHECK(iconv(conversion, &at, &left, &to, &room) == (size_t)-1 && errno == E2BIG && left == 3);
	iconv_close(conversion);
}

static volatile sig_atomic_t caught;

static void count(int sig)
{
	caught++;
}

static void signals(void)
{
	struct itimerval soon = { { 0, 0 }, { 0, 1000 } }, value;
	struct itimerspec spec = { { 0, 0 }, { 0, 1000000 } };
	struct timespec now, short_time = { 0, 1000000 };
	sigset_t set;
	timer_t timer;
	int sig = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGUSR1);
	CHECK(!sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK(!setitimer(ITIMER_REAL, &soon, NULL) && !sigwait(&set, &sig) && sig == SIGALRM);
	CHECK(!getitimer(ITIMER_REAL, &value) && !value.it_value.tv_usec);
	CHECK(!timer_create(CLOCK_MONOTONIC, NULL, &timer) && !timer_settime(timer, 0, &spec, NULL));
	CHECK(!sigwait(&set, &sig) && sig == SIGALRM && timer_getoverrun(timer) == 0 && !timer_delete(timer));
	CHECK(alarm(100) == 0 && alarm(0) > 90);
	CHECK(signal(SIGUSR1, count) == SIG_DFL && !raise(SIGUSR1) && !caught);
	sigemptyset(&set);
	CHECK(pselect(0, NULL, NULL, NULL, &short_time, &set) == -1 && errno == EINTR && caught == 1);
	CHECK(pselect(0, NULL, NULL, NULL, &short_time, NULL) == 0);
	CHECK(timespec_get(&now, TIME_UTC) == TIME_UTC && now.tv_sec > 1000000000);
}

static void users(void)
{
	struct passwd user, *found;
	struct group group, *found_group;
	char buf[2048];

	CHECK(!getpwuid_r(0, &user, buf, sizeof(buf), &found) && found == &user && !strcmp(user.pw_name, "root"));
	CHECK(!getpwnam_r("root", &user, buf, sizeof(buf), &found) && found && user.pw_uid == 0);
	CHECK(!getpwnam_r("nobody-of-that-name", &user, buf, sizeof(buf), &found) && !found);
	CHECK(getpwuid_r(0, &user, buf, 5, &found) == ERANGE && !found);
	CHECK(!getgrgid_r(0, &group, buf, sizeof(buf), &found_group) && found_group && group.gr_mem);
}

static void files(void)
{
	FILE *file = tmpfile();
	int fd = fileno(file), status = -1;
	char here[16] = "";
	pid_t child;

	CHECK(posix_fallocate(fd, 0, 8192) == 0 && lseek(fd, 0, SEEK_END) == 8192);
	CHECK(posix_fallocate(fd, 0, 0) == EINVAL && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0);
	CHECK(lseek(fd, 0, SEEK_SET) == 0 && lockf(fd, F_LOCK, 10) == 0);
	child = fork();
	if (!child)
		_exit(lockf(fd, F_TEST, 5) == -1 && lockf(fd, F_TLOCK, 5) == -1 ? 0 : 1);
	waitpid(child, &status, 0);
	CHECK(status == 0 && lockf(fd, F_ULOCK, 10) == 0);
	fclose(file);
	CHECK(!mlock(here, sizeof(here)) && !munlock(here, sizeof(here)));
	errno = 0;
	CHECK(getpriority(PRIO_PROCESS, 0) >= -20 && !errno && nice(0) == getpriority(PRIO_PROCESS, 0));
}

static void programs(void)
{
	char *const argv[] = { "sh", "-c", "exit $CODE", NULL }, *const envp[] = { "CODE=7", NULL };
	int status = -1, fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
	wordexp_t words;
	pid_t child = fork();

	if (!child) {
		execle("/bin/sh", "sh", "-c", "exit $CODE", (char *)NULL, envp);
		_exit(99);
	}
	waitpid(child, &status, 0);
	CHECK(WEXITSTATUS(status) == 7);
	child = fork();
	if (!child) {
		fexecve(fd, argv, envp);
		_exit(99);
	}
	waitpid(child, &status, 0);
	CHECK(WEXITSTATUS(status) == 7);
	setenv("WORD", "two words", 1);
	CHECK(wordexp("one \"$WORD\" $WORD '$WORD' $((1+2))", &words, 0) == 0 && words.we_wordc == 6);
	CHECK(!strcmp(words.we_wordv[1], "two words") && !strcmp(words.we_wordv[4], "$WORD") && !strcmp(words.we_wordv[5], "3"));
	wordfree(&words);
	CHECK(wordexp("a;b", &words, 0) == WRDE_BADCHAR && wordexp("$(ls)", &words, WRDE_NOCMD) == WRDE_CMDSUB);
	CHECK(wordexp("\"open", &words, 0) == WRDE_SYNTAX && wordexp("$NO_SUCH_NAME", &words, WRDE_UNDEF) == WRDE_BADVAL);
}

static void terminals(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct termios modes;

	CHECK(master >= 0 && !grantpt(master) && !unlockpt(master) && ptsname(master));
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	CHECK(slave >= 0 && !tcgetattr(slave, &modes) && cfgetospeed(&modes) == B38400);
	CHECK(!cfsetospeed(&modes, B9600) && cfgetospeed(&modes) == B9600 && !tcsetattr(slave, TCSANOW, &modes));
	CHECK(!tcflush(slave, TCIOFLUSH) && !tcdrain(slave));
	close(slave);
	close(master);
}

int main(void)
{
	texts();
	locales();
	wide_characters();
	character_sets();
	signals();
	users();
	files();
	programs();
	terminals();
	CHECK_END();
}
