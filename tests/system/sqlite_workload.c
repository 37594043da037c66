/*
 * sqlite's workload: TRANSACTIONS in one database, with the journal that the arguments say, by children of which all but the last
 * are killed (SIGKILL) in the middle. After each, the next one recovers, finds the database whole, and every transaction that
 * was reported as committed in it.
 *
 *	sqlite_workload DATABASE JOURNAL TRANSACTIONS KILLS
 *
 * Exit status 0, or 1 with a line that says what is wrong.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sqlite3.h"

static sqlite3 *database;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "sqlite_workload: %s: %s\n", what, why);
	exit(1);
}

static int keep_text(void *text, int columns, char **values, char **names)
{
	(void)columns, (void)names;
	snprintf(text, 64, "%s", values[0]);
	return 0;
}

/* Run SQL; the first column of its last row is left in `text` (64 bytes) when that is wanted. */
static void run(const char *sql, char *text)
{
	char *why = NULL;

	if (sqlite3_exec(database, sql, text ? keep_text : NULL, text, &why))
		die(sql, why);
}

static void open_database(const char *path, const char *journal)
{
	char sql[64], text[64] = "";

	if (sqlite3_open(path, &database))
		die(path, sqlite3_errmsg(database));
	run("PRAGMA integrity_check", text);
	if (strcmp(text, "ok"))
		die("integrity_check", text);
	snprintf(sql, sizeof(sql), "PRAGMA journal_mode=%s", journal);
	run(sql, text);
	run("CREATE TABLE IF NOT EXISTS t(k INTEGER PRIMARY KEY, v TEXT, r INTEGER)", NULL);
	run("CREATE INDEX IF NOT EXISTS i ON t(r)", NULL);
}

static long count_rows(void)
{
	char text[64] = "0";

	run("SELECT count(*) FROM t", text);
	return atol(text);
}

/* Each transaction adds a row and changes another; what is committed is told through `report`. */
static void work(long from, long to, int report)
{
	char sql[200];

	for (long i = from; i < to; i++) {
		snprintf(sql, sizeof(sql),
			 "BEGIN; INSERT INTO t(v, r) VALUES('row %ld of the workload', %ld); UPDATE t SET r = r + 1 WHERE k = %ld; COMMIT",
			 i, i * 7919 % 10007, i / 2 + 1);
		run(sql, NULL);
		if (write(report, &i, sizeof(i)) != sizeof(i))
			exit(1);
	}
}

/* One child's turn, killed once it has reported `stop` (-1: never); the number of transactions that it reported in all. */
static long turn(char **arguments, long total, long stop, long known)
{
	int report[2], status;
	long last = known - 1, i;
	pid_t pid;

	if (pipe(report))
		die("pipe", "failed");
	pid = fork();
	if (pid == 0) {
		close(report[0]);
		open_database(arguments[1], arguments[2]);
		if (count_rows() < known)
			die("count", "a committed transaction is missing");
		work(count_rows(), total, report[1]);
		sqlite3_close(database);
		exit(0);
	}
	close(report[1]);
	while (read(report[0], &i, sizeof(i)) == sizeof(i)) {
		last = i;
		if (stop >= 0 && i >= stop) {
			kill(pid, SIGKILL);
			stop = -1;
		}
	}
	close(report[0]);
	waitpid(pid, &status, 0);
	if (!(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) && status != 0)
		die("child", "failed");
	return last + 1;
}

int main(int argc, char **argv)
{
	long total, kills, known = 0;

	if (argc != 5)
		return 2;
	total = atol(argv[3]);
	kills = atol(argv[4]);
	for (long k = 1; k <= kills; k++)
		known = turn(argv, total, total * k / (kills + 1), known);
	known = turn(argv, total, -1, known);
	open_database(argv[1], argv[2]);
	if (known != total || count_rows() != total)
		die("count", "transactions are missing at the end");
	printf("%s: %ld transactions, ok\n", argv[2], count_rows());
	return 0;
}
