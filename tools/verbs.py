"""The verbs of configure.py: each checks its packages, builds with ninja what it needs, and hands over."""

import argparse
import glob
import os
import re
import signal
import subprocess
import sys
import termios

import bench
import channel
import machine
import packages
import pax
import qemu
import rootfs
import volume

FAILED, TIMED_OUT, CANNOT_RUN, NOT_FOUND = 125, 124, 126, 127
ENOENT = 2


def fail(text, status=1):
    """End with one sentence on stderr."""
    print(f"configure.py: {text}", file=sys.stderr)
    sys.exit(status)


def build(*targets, status=1):
    """Run ninja for TARGETS, its progress on stderr, silent when all is built; ends with STATUS when something does not build."""
    plan = subprocess.run(["ninja", "-n", *targets], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if plan.returncode == 0 and plan.stdout.rstrip().endswith("no work to do."):
        return
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    if subprocess.run(["ninja", *quiet, *targets], stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode:
        fail("the build failed; see above", status)


class Parser(argparse.ArgumentParser):
    """A parser whose complaints end with the status for what never ran."""

    def error(self, message):
        fail(f"{self.prog.split()[-1]}: {message}", FAILED)


def machine_arguments(parser):
    """The options that exec and run share."""
    parser.add_argument("--smp", type=int, default=1, metavar="N", help="number of CPUs (default 1)")
    parser.add_argument("--mem", type=int, default=512, metavar="MiB", help="memory (default 512)")
    parser.add_argument("--net", default="none", metavar="user|none|tap:IF", help="a virtio network card (default none)")
    parser.add_argument("--forward", action="append", default=[], metavar="HOSTPORT:GUESTPORT",
                        help="TCP port of 127.0.0.1 that leads into the guest")
    parser.add_argument("--cmdline", default="", metavar="WORDS", help="further words for the kernel")
    parser.add_argument("--accel", default="", choices=["kvm", "tcg"], help="picked by itself")
    parser.add_argument("--add", action="append", default=[], metavar="HOST[:GUEST]",
                        help="a file, a folder, or a program with its libraries, for this boot")


def options_of(arguments):
    """qemu.Options from the command line."""
    return qemu.Options(smp=arguments.smp, mem=arguments.mem, net=arguments.net, forward=arguments.forward,
                        cmdline=arguments.cmdline, accel=arguments.accel, icount=getattr(arguments, "icount", False))


def say_accel(options):
    """Print the accelerator and why."""
    accel, reason = ("tcg", "instruction counting") if options.icount else qemu.pick_accel()
    if options.accel and not options.icount:
        accel, reason = options.accel, "as asked"
    print(f"accelerator: {accel} ({reason})", file=sys.stderr)


def added_rows(arguments, status):
    """The rows of --add; ends with STATUS when one is bad."""
    try:
        present = {member.path for member in rootfs.members()} if arguments.add else set()
        rows = []
        for item in arguments.add:
            rows += rootfs.rows_of(item, lambda path: pax.clean(path) in present)
        return rows
    except rootfs.RootError as error:
        fail(str(error), status)


def check_added(arguments, status):
    """Refuse bad --add files before anything is built."""
    for item in arguments.add:
        try:
            rootfs.rows_of(item, lambda path: True)
        except rootfs.RootError as error:
            fail(str(error), status)


def verb_run(argv, built):
    """Boot with the serial line on this terminal; Ctrl-A x leaves."""
    parser = Parser(prog="configure.py run")
    machine_arguments(parser)
    parser.set_defaults(smp=2)
    arguments = parser.parse_args(argv)
    check_added(arguments, FAILED)
    if not built:
        build("boot")
    options = options_of(arguments)
    say_accel(options)
    print("the serial line is this terminal; Ctrl-A x ends the machine, Ctrl-A h helps", file=sys.stderr)
    sys.exit(run_on_terminal(options, added_rows(arguments, FAILED)))


def run_on_terminal(options, rows):
    """Boot OPTIONS with the serial line here; returns the exit status. The terminal is as before afterwards."""
    temporary = f"build/run.{os.getpid()}.tar"
    saved = termios.tcgetattr(0) if os.isatty(0) else None
    scratch = None
    try:
        if rows:
            rootfs.append(rootfs.ARCHIVE, temporary, rows)
        scratch = qemu.Scratch(options, temporary if rows else rootfs.ARCHIVE)
        command = qemu.command(options, scratch) + ["-serial", "mon:stdio"]
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the guest's
        status = subprocess.run(command, check=False).returncode
    except (volume.VolumeError, qemu.OptionError, pax.TarError) as error:
        fail(str(error), FAILED)
    finally:
        if saved:
            termios.tcsetattr(0, termios.TCSADRAIN, saved)
        if scratch:
            scratch.close()
        if os.path.exists(temporary):
            os.unlink(temporary)
    if status in (qemu.PANIC_STATUS, qemu.LOADER_STATUS):
        print(f"configure.py: the {'kernel panicked' if status == qemu.PANIC_STATUS else 'loader gave up'}; see above",
              file=sys.stderr)
        return FAILED
    return status


def verb_run_gdb(argv, built):
    """Boot and wait for gdb."""
    parser = Parser(prog="configure.py run-gdb")
    machine_arguments(parser)
    arguments = parser.parse_args(argv)
    if not built:
        build("boot", "build/kernel.elf")
    options = options_of(arguments)
    options.gdb = True
    options.cmdline = f"nokaslr {options.cmdline}".strip()
    scripts = [f"-x {path}" for path in sorted(glob.glob("tools/gdb*.py") + glob.glob("tools/gdb/*.py"))]
    print("QEMU waits for the debugger; in another terminal, in this folder:\n"
          f"  gdb build/kernel.elf {' '.join(scripts)} -ex 'target remote :1234'\n"
          "and then, for instance:  hbreak kernel_main", file=sys.stderr)
    sys.exit(run_on_terminal(options, added_rows(arguments, FAILED)))


def exec_parser():
    """The command line of exec."""
    parser = Parser(
        prog="configure.py exec", usage="configure.py exec [OPTION]… -- /path arg…",
        description="Boot, run one program with this terminal's stdin, stdout and stderr, power off, exit with its status "
                    "(128+signal if it was killed, 126/127 if it could not be run, 124 on --timeout, "
                    "125 when the machine failed).")
    machine_arguments(parser)
    parser.add_argument("--env", action="append", default=[], metavar="K=V", help="a variable for the program")
    parser.add_argument("--timeout", type=float, metavar="S", help="kill the program after S seconds")
    parser.add_argument("--icount", action="store_true", help="count instructions instead of time: runs repeat exactly")
    parser.add_argument("-v", "--verbose", action="store_true", help="copy the serial line (firmware, kernel) to stderr")
    parser.add_argument("command", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def verb_exec(argv, built):
    """Boot, run one program, power off; exits with its status."""
    parser = exec_parser()
    if "--" not in argv and not set(argv) & {"-h", "--help"}:
        fail("exec: the program goes behind `--`, as in  ./configure.py exec -- /sbin/ls -l /", FAILED)
    arguments = parser.parse_args(argv[:argv.index("--")] if "--" in argv else argv)
    command = argv[argv.index("--") + 1:]
    if not command or not command[0].startswith("/"):
        fail("exec: the program behind `--` must be an absolute path in the guest", FAILED)
    wrong = [item for item in arguments.env if not re.match(r"[^=]+=", item)]
    if wrong:
        fail(f"exec: --env {wrong[0]}: K=V is what it takes", FAILED)
    check_added(arguments, FAILED)
    if not built:
        build("boot", status=FAILED)
    rows = added_rows(arguments, FAILED)
    if arguments.verbose:
        say_accel(options_of(arguments))
    sys.exit(exec_program(arguments, command, rows))


# Statuses of programs that died of a signal whose default action is a core dump: the kernel's log says more about them.
CRASHES = [128 + number for number in (signal.SIGQUIT, signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE,
                                       signal.SIGSEGV, signal.SIGSYS, signal.SIGXCPU, signal.SIGXFSZ)]


class Interrupted(BaseException):
    """A signal that ends everything here and now; the argument is its number."""


class Signals:
    """SIGINT and SIGTERM for the program in the guest; the second one, or one before it runs, ends the machine."""

    def __init__(self):
        self.count = 0
        self.running = False
        self.wake, self.write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.handle)

    def handle(self, number, _frame):
        """The handler."""
        self.count += 1
        if self.count > 1 or not self.running:
            raise Interrupted(number)
        os.write(self.write, bytes([number]))


def exec_program(arguments, command, rows):
    """Boot and run COMMAND; returns the exit status."""
    signals = Signals()
    guest = machine.Machine(options_of(arguments), rows, arguments.verbose, "exec")
    status = FAILED
    try:
        status = run_in_guest(guest, signals, arguments, command)
    except channel.SpawnError as error:
        print(f"configure.py: {command[0]}: {error}", file=sys.stderr)
        status = NOT_FOUND if error.errno == ENOENT else CANNOT_RUN
    except channel.TimedOut:
        print(f"configure.py: {command[0]} still ran after {arguments.timeout:g} seconds", file=sys.stderr)
        status = TIMED_OUT
    except Interrupted as interrupt:
        status = 128 + interrupt.args[0]
    except (machine.MachineError, volume.VolumeError, qemu.OptionError, pax.TarError) as error:
        print(f"configure.py: {error}", file=sys.stderr)
    finally:
        guest.close(keep_log=status == FAILED)
    return status


def run_in_guest(guest, signals, arguments, command):
    """The good case of exec_program()."""
    guest.start()
    guest.wait_ready()
    signals.running = True
    environment = dict(item.split("=", 1) for item in arguments.env)
    result = guest.run(command, channel.Input(0), channel.Output(1), channel.Output(2), environment,
                       timeout=arguments.timeout, wake=signals.wake)
    signals.running = False
    guest.power_off()
    if result.status in CRASHES:
        for line in machine.crash_lines(guest.log):
            print(line, file=sys.stderr)
    return result.status


def verb_install(argv, built):
    """Put files into rootfs.tar for good."""
    if not argv or argv[0].startswith("-"):
        fail("usage: ./configure.py install FILE[:GUEST]…")
    for item in argv:
        rootfs.rows_of(item, lambda path: True)
    if not built:
        build("rootfs.tar")
    for path in rootfs.install(argv):
        print(f"rootfs.tar: {path}")


def verb_uninstall(argv, _built):
    """Take installed files out again."""
    if not argv or argv[0].startswith("-"):
        fail("usage: ./configure.py uninstall GUEST…")
    rootfs.uninstall(argv)


def verb_list(_argv, _built):
    """What install put into rootfs.tar."""
    for member in rootfs.installed_rows():
        print(f"{member.mode:04o} {member.size:>9} {member.path}" + (f" -> {member.target}" if member.target else ""))


def verb_image(_argv, built):
    """Make build/astra.img."""
    packages.require(packages.IMAGE)
    if not built:
        build("boot")
    volume.make_image("build/astra.img")
    size = os.path.getsize("build/astra.img") >> 20
    print(f"build/astra.img: {size} MiB; to a USB stick with  dd if=build/astra.img of=/dev/sdX bs=1M conv=fsync",
          file=sys.stderr)


def verb_test(argv, _built):
    """Build and run the tests."""
    packages.require(packages.TEST)
    sys.exit(subprocess.run([sys.executable, "tools/testrun.py", "all", *argv], check=False).returncode)


def verb_bench(argv, built):
    """The table of bench/, beside Linux's."""
    arguments = bench.parser().parse_args(argv)
    packages.require(packages.TEST)
    if not built:
        build("boot", "just-bench")
    try:
        bench.run(arguments)
    except (bench.bench_systems.BenchError, bench.bench_table.TableError) as error:
        fail(f"bench: {error}")


VERBS = {
    "run": verb_run, "run-gdb": verb_run_gdb, "exec": verb_exec, "test": verb_test, "install": verb_install,
    "uninstall": verb_uninstall, "list": verb_list, "image": verb_image, "bench": verb_bench,
}


DEBUG_MARK = "build/gen/debug"  # exists while --debug holds


def debug_wanted():
    """Was --debug the last word on the kind of build?"""
    return os.path.exists(DEBUG_MARK)


def choose_build(debug):
    """Remember --debug or --release."""
    if debug:
        os.makedirs(os.path.dirname(DEBUG_MARK), exist_ok=True)
        with open(DEBUG_MARK, "w", encoding="utf-8"):
            pass
    elif debug_wanted():
        os.unlink(DEBUG_MARK)


def open_standard_streams():
    """Descriptors 0 to 2 exist, so that nothing that is opened later takes their place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.set_inheritable(number, True)


def main(argv, configure, usage):
    """Run the verb of ARGV. CONFIGURE writes build.ninja."""
    open_standard_streams()
    if argv == ["--regenerate"]:
        return configure()
    if argv and argv[0] in ("-h", "--help", "help"):
        return print(usage)
    built = argv[:1] == ["--built"]  # ninja calls: everything is up to date
    argv = argv[1:] if built else argv
    if argv and argv[0] in ("--debug", "--release"):
        choose_build(argv.pop(0) == "--debug")
    if argv and argv[0] not in VERBS:
        fail(f"{argv[0]}: not one of {', '.join(VERBS)}; see --help", 2)
    if not built:
        packages.require(packages.BUILD)
        configure()
    if not argv:
        return print("wrote build.ninja; next:  ./configure.py run", file=sys.stderr)
    try:
        return VERBS[argv[0]](argv[1:], built)
    except KeyboardInterrupt:
        return sys.exit(128 + signal.SIGINT)
    except (rootfs.RootError, volume.VolumeError, qemu.OptionError, pax.TarError) as error:
        return fail(str(error))
