/* The report of a program that dies of a signal with core action. */
#ifndef TRACE_CRASH_H
#define TRACE_CRASH_H

struct regs;
struct abi_siginfo;

/*
 * Signal, registers, backtrace and last calls of the current thread into the log: at most a few reports in some seconds, one line
 * each beyond that. Task context, no lock held: user memory and files are read. The log's lines begin with "crash:".
 */
void crash_report(const struct regs *regs, int sig, const struct abi_siginfo *info);

#endif
