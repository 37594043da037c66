/*
 * Names of AF_UNIX sockets: paths, abstract names, none. Every socket is in one bucket of a hash table: by the inode of its
 * path, by its abstract name and type, or anywhere when it has no name. A bucket's lock guards its list; two are taken in the
 * order of their addresses. A socket in the table is alive, so who finds it under the lock may take a reference. Task context.
 *
 * A name is given once: `binding` keeps a second bind out while the first makes its inode without a lock.
 */
#include "net/unix_internal.h"

#include "fs/dirops.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "lib/printf.h"
#include "mm/slab.h"
#include "net/unix.h"
#include "sched/process.h"
#include "sched/rcu.h"
#include "sched/task.h"

#define BUCKETS 256u
#define AUTOBIND_NAMES 0x100000u	/* five hexadecimal digits */

static struct bucket {
	struct spinlock lock;		/* RANK_UNIX_NAMES */
	struct list sockets;		/* [lock] unix_sock->bucket_link */
} buckets[BUCKETS];

static int show(struct text *t, const struct proc_node *n);

void unix_names_init(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		spin_init(&buckets[i].lock, "unix names", RANK_UNIX_NAMES);
		list_init(&buckets[i].sockets);
	}
	proc_net_add("unix", show);
}

static u32 mix(u64 x)
{
	x *= 0x9e3779b97f4a7c15ull;
	return (u32)(x >> 56) % BUCKETS;
}

static u32 inode_bucket(const struct inode *i) { return mix((u64)i / sizeof(*i)); }

static u32 abstract_bucket(const char *name, u32 length, u16 type)
{
	u64 h = type;

	for (u32 i = 0; i < length; i++)
		h = (h ^ (u8)name[i]) * 0x100000001b3ull;
	return mix(h);
}

void unix_hash(struct unix_sock *u)
{
	u->bucket = mix((u64)u / CACHE_LINE);
	spin_lock(&buckets[u->bucket].lock);
	list_add_tail(&buckets[u->bucket].sockets, &u->bucket_link);
	spin_unlock(&buckets[u->bucket].lock);
}

void unix_unhash(struct unix_sock *u)
{
	spin_lock(&buckets[u->bucket].lock);
	list_del(&u->bucket_link);
	spin_unlock(&buckets[u->bucket].lock);
}

void unix_address_put(struct unix_address *a)
{
	if (!atomic_dec_and_test(&a->refs))
		return;
	if (a->path) {
		mount_release(dentry_mount(a->path));
		dentry_put(a->path);
	}
	kfree(a);
}

int unix_address_check(const struct socket_address *a, u32 length)
{
	return a->family == AF_UNIX && length > UNIX_PATH_AT && length <= UNIX_ADDRESS_MAX ? 0 : -EINVAL;
}

static bool is_path(const struct socket_address *a) { return a->bytes[0] != 0; }

u32 unix_name_out(const struct unix_sock *u, struct socket_address *a)
{
	const struct unix_address *name = rcu_read(u->address);

	a->family = AF_UNIX;
	if (!name)
		return UNIX_PATH_AT;
	memcpy(a->bytes, name->name, name->length - UNIX_PATH_AT);
	return name->length;
}

/* Is the abstract name taken in its bucket, whose lock is held? Referenced, or NULL. */
static struct unix_sock *find_abstract(struct bucket *b, const char *name, u32 length, u16 type)
{
	struct unix_sock *u;

	list_for_each(u, &b->sockets, bucket_link) {
		const struct unix_address *a = u->address;

		if (u->type != type || !a || a->path || a->length != UNIX_PATH_AT + length || memcmp(a->name, name, length) != 0)
			continue;
		unix_get(u);
		return u;
	}
	return NULL;
}

static void lock_buckets(struct bucket *a, struct bucket *b) NO_LOCK_ANALYSIS
{
	spin_lock(a < b ? &a->lock : &b->lock);
	if (a != b)
		spin_lock(a < b ? &b->lock : &a->lock);
}

static void unlock_buckets(struct bucket *a, struct bucket *b) NO_LOCK_ANALYSIS
{
	spin_unlock(&a->lock);
	if (a != b)
		spin_unlock(&b->lock);
}

/* Give the name to the socket, which has claimed `binding`: 0, then the reference is the socket's, or -EADDRINUSE (abstract). */
static int publish(struct unix_sock *u, struct unix_address *name)
{
	u32 length = name->length - UNIX_PATH_AT;
	u32 to = name->path ? inode_bucket(name->path->inode) : abstract_bucket(name->name, length, u->type);
	struct bucket *old = &buckets[u->bucket], *new = &buckets[to];
	struct unix_sock *owner = NULL;

	lock_buckets(old, new);
	if (!name->path)
		owner = find_abstract(new, name->name, length, u->type);
	if (!owner) {
		list_move_tail(&new->sockets, &u->bucket_link);
		u->bucket = to;
		rcu_publish(u->address, name);
	}
	unlock_buckets(old, new);
	if (owner)
		unix_put(owner);
	return owner ? -EADDRINUSE : 0;
}

static struct unix_address *address_alloc(u32 length)
{
	struct unix_address *a = kzalloc(sizeof(*a));

	if (a) {
		atomic_set(&a->refs, 1);
		a->length = length;
	}
	return a;
}

/* One bind at a time: -EINVAL when there is a name already, or another thread makes one. */
static int claim(struct unix_sock *u)
{
	int error = 0;

	spin_lock(&u->lock);
	if (u->address || u->binding)
		error = -EINVAL;
	else
		u->binding = true;
	spin_unlock(&u->lock);
	return error;
}

static void unclaim(struct unix_sock *u)
{
	spin_lock(&u->lock);
	u->binding = false;
	spin_unlock(&u->lock);
}

/* A new name in the file system: its inode's mode is the socket's own (fchmod) less the umask. */
static int make_path(struct socket *s, struct unix_address *name)
{
	struct dentry *d = do_mksock(name->name, s->inode->mode & 0777);

	if (IS_ERR(d))
		return PTR_ERR(d) == -EEXIST ? -EADDRINUSE : (int)PTR_ERR(d);
	mount_hold(dentry_mount(d));
	name->path = d;
	return 0;
}

int unix_bind(struct socket *s, const struct socket_address *a, u32 length)
{
	struct unix_sock *u = unix_of(s);
	struct unix_address *name;
	int error;

	if (length == UNIX_PATH_AT && a->family == AF_UNIX)
		return unix_autobind(s);
	error = unix_address_check(a, length);
	if (error)
		return error;
	name = address_alloc(length);
	if (!name)
		return -ENOMEM;
	memcpy(name->name, a->bytes, length - UNIX_PATH_AT);
	error = claim(u);
	if (!error) {
		if (is_path(a)) {
			name->length = UNIX_PATH_AT + (u32)strlen(name->name) + 1;
			error = make_path(s, name);
		}
		if (!error)
			error = publish(u, name);
		unclaim(u);
	}
	if (error)
		unix_address_put(name);
	return error;
}

int unix_autobind(struct socket *s)
{
	struct unix_sock *u = unix_of(s);
	u32 at = (u32)random_below(AUTOBIND_NAMES);
	struct unix_address *name;
	int error;

	if (claim(u))
		return 0;
	name = address_alloc(UNIX_PATH_AT + 6);
	error = name ? -EADDRINUSE : -ENOMEM;
	for (u32 tries = 0; error == -EADDRINUSE && tries < AUTOBIND_NAMES; tries++) {
		snprintf(name->name + 1, 6, "%05x", (at + tries) % AUTOBIND_NAMES);
		error = publish(u, name);
		preempt_point();
	}
	unclaim(u);
	if (error && name)
		unix_address_put(name);
	return error == -EADDRINUSE ? -ENOSPC : error;
}

/* Who is bound to the inode, referenced, or NULL. */
static struct unix_sock *find_inode(const struct inode *i)
{
	struct bucket *b = &buckets[inode_bucket(i)];
	struct unix_sock *u, *found = NULL;

	spin_lock(&b->lock);
	list_for_each(u, &b->sockets, bucket_link)
		if (u->address && u->address->path && u->address->path->inode == i && u->state != UNIX_CONNECTED) {
			unix_get(u);
			found = u;
			break;
		}
	spin_unlock(&b->lock);
	return found;
}

static struct unix_sock *find_path(const struct socket_address *a, u32 length, u16 type)
{
	char path[UNIX_PATH_MAX + 1] = { 0 };
	struct unix_sock *u = NULL;
	struct dentry *d;
	int error;

	memcpy(path, a->bytes, length - UNIX_PATH_AT);
	d = path_lookup(AT_FDCWD, path, PATH_FOLLOW);
	if (IS_ERR(d))
		return (struct unix_sock *)d;
	error = inode_permission(d->inode, current->cred, MAY_WRITE);
	if (!error) {
		error = -ECONNREFUSED;
		u = S_ISSOCK(d->inode->mode) ? find_inode(d->inode) : NULL;
	}
	dentry_put(d);
	if (!u)
		return ERR_PTR(error);
	if (u->type != type) {
		unix_put(u);
		return ERR_PTR(-EPROTOTYPE);
	}
	return u;
}

struct unix_sock *unix_find(const struct socket_address *a, u32 length, u16 type)
{
	const char *name = (const char *)a->bytes;
	struct unix_sock *u;
	struct bucket *b;

	if (is_path(a))
		return find_path(a, length, type);
	b = &buckets[abstract_bucket(name, length - UNIX_PATH_AT, type)];
	spin_lock(&b->lock);
	u = find_abstract(b, name, length - UNIX_PATH_AT, type);
	spin_unlock(&b->lock);
	return u ? u : ERR_PTR(-ECONNREFUSED);
}

/* ---- /proc/net/unix ---- */

#define FLAG_ACCEPTS 0x10000u		/* Linux's __SO_ACCEPTCON */
#define STATE_UNCONNECTED 1
#define STATE_CONNECTED 3

static void show_one(struct text *t, const struct unix_sock *u)
{
	const struct unix_address *a = u->address;

	text_printf(t, "%016x: %08X %08X %08X %04X %02X %5llu", 0, (unsigned)atomic_read(&u->refs), 0,
		    u->state == UNIX_LISTENING ? FLAG_ACCEPTS : 0, u->type,
		    u->state == UNIX_CONNECTED ? STATE_CONNECTED : STATE_UNCONNECTED,
		    (unsigned long long)u->ino);
	if (a) {
		u32 length = a->length - UNIX_PATH_AT - (a->path != NULL);

		text_char(t, ' ');
		for (u32 i = 0; i < length; i++)
			text_char(t, a->name[i] ? a->name[i] : '@');
	}
	text_char(t, '\n');
}

void unix_walk(bool (*fn)(const struct unix_row *row, void *arg), void *arg)
{
	const struct unix_sock *u;
	bool more = true;

	for (unsigned i = 0; i < BUCKETS && more; i++) {
		spin_lock(&buckets[i].lock);
		list_for_each(u, &buckets[i].sockets, bucket_link) {
			const struct unix_address *a = u->address;
			struct unix_row row = {
				.type = u->type, .inode = u->ino, .listening = u->state == UNIX_LISTENING, .connected = u->state == UNIX_CONNECTED,
				.name = a ? a->name : NULL, .name_length = a ? a->length - UNIX_PATH_AT : 0,
			};

			more = fn(&row, arg);
			if (!more)
				break;
		}
		spin_unlock(&buckets[i].lock);
	}
}

/* Addresses of kernel objects are nobody's business: the first column is zero, as Linux shows it to those without privilege. */
static int show(struct text *t, const struct proc_node *n)
{
	struct unix_sock *u;

	text_printf(t, "Num       RefCount Protocol Flags    Type St Inode Path\n");
	for (unsigned i = 0; i < BUCKETS; i++) {
		spin_lock(&buckets[i].lock);
		list_for_each(u, &buckets[i].sockets, bucket_link)
			show_one(t, u);
		spin_unlock(&buckets[i].lock);
	}
	return 0;
}
