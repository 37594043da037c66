/* The two signals that belong to the library, and what the thread functions ask of the signal functions. */
#ifndef INTERNAL_SIGNAL_IMPL_H
#define INTERNAL_SIGNAL_IMPL_H

#include <pthread.h>
#include <signal.h>

/* Installs a handler for a signal of the library's; it runs with all others blocked and restarts system calls. */
void __set_internal_handler(int sig, void (*handler)(int, siginfo_t *, void *)) __attribute__((visibility("hidden")));
/* pthread_kill for any signal. 0 for a thread that has ended. */
int __thread_signal(pthread_t thread, int sig) __attribute__((visibility("hidden")));

#endif
