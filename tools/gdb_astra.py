"""gdb commands that know the kernel: source it with `gdb build/kernel.elf -x tools/gdb_astra.py -ex 'target remote :1234'`.

    astra tasks            every process with its threads: pid, state, CPU, name, where it sleeps
    astra bt TID           the kernel backtrace of a task that is not running
    astra areas PID        the mappings of a process

The machine must run without a random layout (`./configure.py run-gdb` sees to that). Nothing here writes to it.
"""

import gdb

STATES = ["running", "sleeping", "waiting", "stopped", "dead"]


def each(head, kind, member):
    """The structures on an intrusive list."""
    offset = [f for f in gdb.lookup_type(kind).fields() if f.name == member][0].bitpos // 8
    node = head["next"]
    while node != head.address:
        yield gdb.Value(int(node) - offset).cast(gdb.lookup_type(kind).pointer()).dereference()
        node = node.dereference()["next"]


def processes():
    """Every process, zombies too."""
    return each(gdb.parse_and_eval("all_processes"), "struct process", "all_link")


def tasks():
    """Every thread of every process."""
    for process in processes():
        yield from each(process["threads"], "struct task", "thread_link")


def saved_frame(task):
    """(rip, rbp) of a task that was switched away: what switch_stacks pushed."""
    rsp = int(task["arch"]["rsp"])
    memory = gdb.selected_inferior().read_memory(rsp, 56).tobytes()
    words = [int.from_bytes(memory[i:i + 8], "little") for i in range(0, 56, 8)]
    return words[6], words[5]


def symbol(address):
    """An address as gdb names it."""
    return gdb.execute(f"info symbol {address:#x}", to_string=True).split(" in section")[0].strip()


class Astra(gdb.Command):
    """ASTRA.OS: look into the kernel."""

    def __init__(self):
        super().__init__("astra", gdb.COMMAND_USER, prefix=True)


class Tasks(gdb.Command):
    """Processes and threads."""

    def __init__(self):
        super().__init__("astra tasks", gdb.COMMAND_STATUS)

    def invoke(self, _argument, _from_tty):
        """One line a thread."""
        for task in tasks():
            state = STATES[int(task["state"])]
            where = "" if state == "running" else symbol(saved_frame(task)[0])
            print(f"{int(task['process']['pid']):6} {int(task['tid']):6} {state:9} cpu {int(task['cpu'])} "
                  f"{task['name'].string():16} {where}")


class Backtrace(gdb.Command):
    """The kernel backtrace of a task that is switched away."""

    def __init__(self):
        super().__init__("astra bt", gdb.COMMAND_STACK)

    def invoke(self, argument, _from_tty):
        """Follow frame pointers."""
        for task in tasks():
            if int(task["tid"]) != int(argument):
                continue
            rip, rbp = saved_frame(task)
            low = int(task["kernel_stack"])
            while rip:
                print(f"  {rip:#x} {symbol(rip)}")
                if not low <= rbp < low + 0x4000:
                    return
                memory = gdb.selected_inferior().read_memory(rbp, 16).tobytes()
                rbp, rip = (int.from_bytes(memory[i:i + 8], "little") for i in (0, 8))
            return
        print("no such task")


class Areas(gdb.Command):
    """The mappings of a process."""

    def __init__(self):
        super().__init__("astra areas", gdb.COMMAND_DATA)

    @staticmethod
    def walk(node):
        """In order."""
        if int(node) == 0:
            return
        yield from Areas.walk(node["left"])
        yield node.cast(gdb.lookup_type("struct area").pointer())  # the node is the area's first member
        yield from Areas.walk(node["right"])

    def invoke(self, argument, _from_tty):
        """One line a mapping."""
        for process in processes():
            if int(process["pid"]) != int(argument) or int(process["leader"]) == 0:
                continue
            for area in self.walk(process["leader"]["mm"]["areas"]["root"]):
                prot = int(area["prot"])
                rights = "".join(c if prot >> i & 1 else "-" for i, c in enumerate("rwx"))
                name = area["name"].string() if int(area["name"]) else "file" if int(area["file"]) else ""
                print(f"  {int(area['start']):016x}-{int(area['end']):016x} {rights} {name}")


Astra()
Tasks()
Backtrace()
Areas()
