# Programs that the build machine may not have, or must not run: what this prints on ASTRA is alone.out.
mkdir /tmp/alone && cd /tmp/alone && mkdir dir || exit 1
echo text >file
seq 100 >numbers

echo "== strace"
strace -o log true; echo $?; grep -c '^execve(' log; grep -c '^+++ exited with 0 +++' log
strace -o log false; echo $?
strace -o log -e trace=write sh -c 'echo hello >out'; grep -c 'write(1, "hello.n", 6) *= 6' log
strace -o log cat nothere 2>/dev/null; echo $?; grep -c 'nothere.*= -1 ENOENT (No such file or directory)' log
strace -f -o log sh -c '(exit 3); exit 4'; echo $?
strace -o log sh -c 'kill -TERM $$'; echo $?; grep -c 'killed by SIGTERM' log
strace -o log nothere 2>/dev/null; echo $?
strace 2>/dev/null; echo $?

echo "== time"
time -p true 2>&1 | cut -d ' ' -f 1
env time -p sh -c 'exit 3' 2>/dev/null; echo $?
env time nothere 2>/dev/null; echo $?
env time sh -c 'kill -9 $$' >/dev/null 2>&1; echo $?

echo "== top"
TERM=dumb top -b -n 2 -d 0.1 | grep -c '^ *PID'
TERM=dumb top -b -n 1 | grep -c ' top -b -n 1$'
top -x 2>/dev/null; echo $?

echo "== less"
less file numbers | wc -l
less <file
cat file | less
less nothere 2>/dev/null; echo $?
less file >/dev/full 2>/dev/null; echo $?

echo "== dmesg"
dmesg | grep -c 'RAM:'
dmesg -q 2>/dev/null; echo $?

echo "== mount, umount"
mount | grep -c ' on /proc type proc '
mount -t proc | wc -l
mount -t tmpfs -o size=64k,noexec none dir && echo x >dir/f && ls dir
mount | grep -c ' on /tmp/alone/dir type tmpfs (rw.*noexec'
mount -o remount,ro dir && (echo y >dir/f) 2>/dev/null; echo $?
(cd dir && umount . 2>/dev/null; echo $?)
umount dir && ls dir
mkdir bound && mount --bind dir bound && touch dir/seen && ls bound && umount bound
mount -t nosuchtype none dir 2>/dev/null; echo $?
mount nothere1 nothere2 2>/dev/null; echo $?
umount dir 2>/dev/null; echo $?
printf 'tmpfs /tmp/alone/dir tmpfs ro 0 0\nshort line\n' >/etc/fstab; mount -a 2>/dev/null; echo $?; mount -a 2>/dev/null
mount | grep -c ' on /tmp/alone/dir '; umount dir; rm /etc/fstab

echo "== LINENO"
cat >lib.sh <<'E'
echo $LINENO; g() { echo $LINENO
echo $LINENO; }; g
E
cat >lines.sh <<'E'
echo $LINENO; f() {
	echo $LINENO $(echo $LINENO) $((LINENO + 10)); . ./lib.sh
	LINENO=7 true; echo $LINENO; local LINENO=8; echo $LINENO
}
f; echo $LINENO \
	$LINENO; eval 'echo $LINENO
echo $LINENO'; export LINENO; env | grep ^LINENO
(LINENO=9; echo $LINENO); unset LINENO; echo ${LINENO-unset}
E
LINENO=5 sh lines.sh

echo "== halt, reboot"
sh -c 'halt -q' 2>/dev/null; echo $?
reboot now 2>/dev/null; echo $?
