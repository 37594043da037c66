/* Jobs (jobs.c): groups of processes that the shell started. Single-threaded like all of sh. */
#ifndef JOBS_H
#define JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

enum process_state { PROCESS_RUNNING, PROCESS_STOPPED, PROCESS_DONE };

struct process {
	pid_t pid;
	enum process_state state;
	int status;			/* wait status; valid unless running from the start */
};

struct job {
	struct job *next;
	int number;			/* 0: in the foreground and never stopped, so it has no name */
	pid_t group;			/* 0: in the shell's own process group */
	struct process *processes;
	size_t count;
	char *command;			/* its text, for the user */
	bool told;			/* the user knows the state that it has now */
	bool waited;			/* wait has reported its end; found by its process until the next job begins */
	bool has_modes;
	struct termios modes;		/* of the terminal when it was stopped */
};

/* How a child relates to the terminal: as the job in front, behind, or as a part of the shell ($( … ), here-documents). */
enum fork_mode { FORK_FOREGROUND, FORK_BACKGROUND, FORK_INSIDE };

/* A job without processes. job_wait or forget_jobs frees it; one in the background stays until it was told or waited for. */
struct job *job_new(const char *command);
/* Forks; the parent adds the child to the job (NULL: to none). In the child traps, jobs and job control are gone. */
pid_t fork_shell(struct job *job, enum fork_mode mode);
/* Waits in the foreground until the job ends or stops, takes the terminal back, and returns the exit status. */
int job_wait(struct job *job);
void job_in_background(struct job *job);
/* Before a prompt: tells what changed. */
void tell_changes(void);
void forget_jobs(void);
bool any_stopped_job(void);
/* What to hand to kill() for a %specification; 0 with a message when there is no such job. */
pid_t job_group(const char *command, const char *spec);
bool start_job_control(void);
void stop_job_control(void);

#endif
