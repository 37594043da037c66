/* Where named memory and semaphores are. */
#ifndef INTERNAL_SHM_IMPL_H
#define INTERNAL_SHM_IMPL_H

#define SHM_PATH_MAX 300

/* The path for a name behind its slashes; -1 with EINVAL or ENAMETOOLONG. */
int __shm_path(char path[SHM_PATH_MAX], const char *prefix, const char *name) __attribute__((visibility("hidden")));

#endif
