"""Full-screen programs at the console: an editor, a pager, job control, the window's size. The checks read the screen."""

from terminal import terminal

BUSYBOX = ("--add", "/bin/busybox")


def sized(guest):
    """The console does not know the size of the terminal behind it: tell it."""
    guest.type("/bin/busybox stty rows 24 cols 80\n")


def test_editor():
    """busybox vi: insert, save, leave; the file has it."""
    with terminal(*BUSYBOX) as guest:
        sized(guest)
        guest.type("/bin/busybox vi /tmp/note\n")
        guest.wait(r"^~$")
        guest.type("ifirst line\nsecond line\x1b")
        guest.wait(r"^second line$")
        guest.wait(r"^- /tmp/note")  # a colon right behind the escape would be taken for a key's sequence
        guest.type(":wq\n")
        guest.wait(r"^\S*#$")
        guest.type("wc -l </tmp/note; cat /tmp/note | tr a-z A-Z\n")
        guest.wait(r"^SECOND LINE$")


def test_pager():
    """less: pages, searches, is stopped by ^Z and goes on."""
    with terminal(*BUSYBOX) as guest:
        sized(guest)
        guest.type("seq 1 300 >/tmp/numbers; less /tmp/numbers\n")
        guest.wait(r"^23$")
        guest.type(" ")
        guest.wait(r"^46$")
        guest.type("/217\n")
        guest.wait(r"^217$")
        guest.type("\x1a")
        guest.wait(r"[Ss]topped")
        guest.type("echo between\n")
        guest.wait(r"^between$")
        guest.type("fg\n")
        guest.wait(r"^218$")
        guest.type("q")
        guest.wait(r"^\S*#$")


def test_window():
    """A new size is what programs see."""
    with terminal(*BUSYBOX) as guest:
        guest.type("/bin/busybox stty rows 10 cols 40; /bin/busybox stty size\n")
        guest.wait(r"^10 40$")
        guest.type("seq 1 50 >/tmp/n; less /tmp/n\n")
        guest.wait(r"^9$")
        guest.type("q")
