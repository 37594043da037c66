/* What threads and fork owe the heap. */
#ifndef INTERNAL_ALLOC_HOOKS_H
#define INTERNAL_ALLOC_HOOKS_H

/* The last thing a thread does with the heap: its cache of free blocks becomes everybody's. It must not free later. */
void __alloc_thread_exit(void) __attribute__((visibility("hidden")));

/* Around fork: the heap is at rest in between, so that the child finds it whole. after: in the parent and in the child. */
void __alloc_fork_before(void) __attribute__((visibility("hidden")));
void __alloc_fork_after(void) __attribute__((visibility("hidden")));

#endif
