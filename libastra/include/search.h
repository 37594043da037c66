/* Tables in memory: linear search, a hash table, binary trees, queues. Nothing here locks. */
#ifndef _SEARCH_H
#define _SEARCH_H

#include <features.h>
#include <stddef.h>

__ASTRA_BEGIN_DECLS

/* The element equal to key, or NULL; lsearch appends key when there is none. */
void *lfind(const void *key, const void *base, size_t *count, size_t size, int (*compare)(const void *, const void *));
void *lsearch(const void *key, void *base, size_t *count, size_t size, int (*compare)(const void *, const void *));

typedef struct entry {
	char *key;
	void *data;
} ENTRY;
typedef enum { FIND, ENTER } ACTION;
typedef enum { preorder, postorder, endorder, leaf } VISIT;

/* The one table of the process: hcreate makes it (0: no memory, or it is there), with room for any number of entries. */
int hcreate(size_t count);
/* The entry with item's key; ENTER puts item there when there is none. NULL with ESRCH or ENOMEM. Keys are the caller's. */
ENTRY *hsearch(ENTRY item, ACTION action);
void hdestroy(void);

/* Trees: *root is NULL at first. The result points to a node whose first member is the key. Balanced. */
void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *));
void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *));
/* The parent of the removed node (any pointer for the root), or NULL when the key is not there. */
void *tdelete(const void *restrict key, void **restrict root, int (*compare)(const void *, const void *));
void twalk(const void *root, void (*visit)(const void *node, VISIT when, int depth));
void tdestroy(void *root, void (*free_key)(void *key));

/* Doubly linked lists of any structure that begins with two pointers. */
void insque(void *element, void *previous);
void remque(void *element);

__ASTRA_END_DECLS

#endif
