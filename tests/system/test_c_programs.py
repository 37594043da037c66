"""astra-cc with programs that were written for other systems, and libastra beside this machine's C library.

Sources of programs come from Debian's source packages, fetched by name into a temporary folder with this machine's own apt
settings; where they cannot be fetched the test is skipped. Nothing of them is kept.
"""

import bz2
import contextlib
import gzip
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import TOP, check_exec, debian

ASTRA_CC = os.path.join(TOP, "build/bin/astra-cc")
PROGRAMS = os.path.join(TOP, "tests/system/programs")
ORACLE = os.path.join(TOP, "tests/system/oracle")
SCRIPT = rb"""
local t = {}
for i = 1, 1000 do t[i] = (i * 7919) % 1009 end
table.sort(t)
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
print(_VERSION, t[1], t[1000], co(), co(), co())
print(string.format("%.14g %5.2f %q %x", 1 / 3, math.pi, "a\n", 255), 2^0.5 // 1, 7 // 2, 7.0 // 2)
print(pcall(error, "caught"), select("#", table.unpack({1, 2, 3})), ("x"):rep(3, ","))
print(os.date("!%Y-%m-%d %H:%M:%S", 86400), tostring(2^63), math.tointeger("8"), #arg, arg[1])
local f = assert(io.open("/tmp/lua-test", "w")); f:write("one\n2.5\n0x10\n"); f:close()
for line in io.lines("/tmp/lua-test") do io.write(line, ";") end
f = io.open("/tmp/lua-test"); print(f:read("l", "n", "n")); f:close()
print(("the cat sat"):gsub("%w+", string.upper), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
"""


@contextlib.contextmanager
def source_of(package):
    """The folder of a package's unpacked upstream source."""
    with tempfile.TemporaryDirectory(prefix="astra-source.") as folder:
        try:
            debian.fetch_source(package, f"{folder}/source")
        except debian.FetchError as error:
            raise unittest.SkipTest(str(error)) from error
        yield f"{folder}/source"


def compile_with(compiler, folder, sources, *flags):
    """Compile and link SOURCES of FOLDER; returns the program."""
    words = [*compiler, "-O2", "-w", *flags, *sources, "-o", "program", "-lm"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, f"{' '.join(words)}:\n{done.stderr[-3000:]}"
    return os.path.join(folder, "program")


def test_lua():
    """lua5.4, dynamic: its own language, files, numbers, strings and dates."""
    with source_of("lua5.4") as folder:
        sources = sorted(name for name in os.listdir(f"{folder}/src") if name.endswith(".c") and name != "luac.c")
        program = compile_with([ASTRA_CC], f"{folder}/src", sources, "-DLUA_USE_POSIX")
        with open(f"{folder}/script", "wb") as file:
            file.write(SCRIPT)
        done = check_exec("--add", f"{program}:/bin/lua", "--add", f"{folder}/script:/tmp/script", "--", "/bin/lua",
                          "/tmp/script", "word")
    assert done.stdout.decode().splitlines() == [
        "Lua 5.4\t1\t1008\t1\t4\t9", '0.33333333333333  3.14 "a\\', '" ff\t1.0\t3\t3.0', "false\t3\tx,x,x",
        "1970-01-02 00:00:00\t9.2233720368548e+18\t8\t1\tword", "one;2.5;0x10;one\t2.5\t16",
        "THE CAT SAT\tkey\tvalue"], done.stdout


def test_minigzip():
    """zlib's minigzip compresses what this machine expands, and the other way round."""
    data = os.urandom(3000) + b"the quick brown fox " * 20000
    names = ("adler32 crc32 deflate infback inffast inflate inftrees trees zutil compress uncompr gzclose gzlib gzread gzwrite "
             "test/minigzip").split()
    with source_of("zlib") as folder:
        program = compile_with([ASTRA_CC], folder, [f"{name}.c" for name in names], "-DHAVE_UNISTD_H", "-I.")
        done = check_exec("--add", f"{program}:/bin/minigzip", "--", "/bin/minigzip", stdin=data)
        assert gzip.decompress(done.stdout) == data
        check_exec("--add", f"{program}:/bin/minigzip", "--", "/bin/minigzip", "-d", stdin=gzip.compress(data), stdout=data)


def test_bzip2():
    """bzip2, static."""
    data = os.urandom(3000) + b"the quick brown fox " * 20000
    names = "blocksort huffman crctable randtable compress decompress bzlib bzip2".split()
    with source_of("bzip2") as folder:
        program = compile_with([ASTRA_CC], folder, [f"{name}.c" for name in names], "-static", "-D_FILE_OFFSET_BITS=64")
        done = check_exec("--add", f"{program}:/bin/bzip2", "--", "/bin/bzip2", "-c", stdin=data)
        assert bz2.decompress(done.stdout) == data
        check_exec("--add", f"{program}:/bin/bzip2", "--", "/bin/bzip2", "-dc", stdin=bz2.compress(data), stdout=data)


@contextlib.contextmanager
def tour(*flags):
    """tour.c and its plug-in, built in a folder of their own; yields that folder."""
    with tempfile.TemporaryDirectory(prefix="astra-tour.") as folder:
        for words in (["-shared", "-fPIC", "libtour.c", "-o", f"{folder}/libtour.so"], ["tour.c", "-o", f"{folder}/tour", *flags]):
            words = [ASTRA_CC, "-g", "-O0", "-Wall", "-Werror", *words, "-lm", "-ldl"]
            done = subprocess.run(words, cwd=PROGRAMS, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, f"{' '.join(words)}:\n{done.stderr}"
        yield folder


def test_tour():
    """A user's program with a plug-in: dlopen, thread-local storage, qsort, floats, regex, signals and popen."""
    words = ["the", 3, "and", 2, "bird", 1, "cat", 1, "cats", 1, "dog", 1]
    counts = "".join(f"{text:5}|{count:3}\n" for text, count in zip(words[::2], words[1::2]))
    expected = f"status 3, 6 words of 49 calls\n{counts}mean 1.500 deviation 7.637626e-01 0x1.999999999999ap-4\n" \
               "plug-in counted 9, missing: not there\nnamed\ngoodbye\n"
    with tour() as folder:
        check_exec("--add", f"{folder}/tour:/bin/tour", "--add", f"{folder}/libtour.so:/lib/libtour.so", "--", "/bin/tour",
                   "libtour.so", stdout=expected.encode())


def test_debugger():
    """gdb, with the same program under this machine's Linux: lines, types, locals, the list of libraries, both frames."""
    if not shutil.which("gdb"):
        raise unittest.SkipTest("there is no gdb")
    linker = os.path.join(TOP, "build/ld-astra/ld-astra.so.1")
    commands = [f"set env LD_LIBRARY_PATH {TOP}/build/libastra", "set breakpoint pending on", "break libtour.c:count",
                "run FOLDER/libtour.so", "info sharedlibrary", "next", "info locals", "up", "ptype table", "print pattern", "kill"]
    with tour(f"-Wl,--dynamic-linker={linker}") as folder:
        words = ["gdb", "-nx", "-batch", *(f"--eval-command={line.replace('FOLDER', folder)}" for line in commands),
                 f"{folder}/tour"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False, stdin=subprocess.DEVNULL)
    if "ptrace" in done.stderr + done.stdout and "not permitted" in done.stderr + done.stdout:
        raise unittest.SkipTest("nothing may be traced here")
    for wanted in (r"Breakpoint 1, count \(table=0x\w+, text=0x\w+ \"the\"\) at libtour.c:\d+", r"Yes +/.*/libastra.so",
                   r"Yes +/.*/libtour.so", r"Yes +/.*/ld-astra.so.1", r"i = 0", r"#1 .* in collect \(.*\) at tour.c:\d+",
                   r"struct word words\[100\];", r"\[a-z\]\+"):
        assert re.search(wanted, done.stdout), f"no {wanted!r} in gdb's answer:\n{done.stdout}\n{done.stderr}"


def compare(name, *arguments, files=()):
    """The same source with this machine's C library here, and with libastra here and on ASTRA, where FILES are, too: equal output."""
    source = os.path.join(ORACLE, f"{name}.c")
    outputs = []
    with tempfile.TemporaryDirectory(prefix="astra-oracle.") as folder:
        for compiler in (["gcc"], [ASTRA_CC, "-static"]):
            program = compile_with(compiler, folder, [source])
            outputs.append(subprocess.run([program, *arguments], capture_output=True, timeout=200, check=True).stdout)
        for number, (ours, theirs) in enumerate(zip(outputs[1].splitlines(), outputs[0].splitlines()), 1):
            assert ours == theirs, f"line {number}: libastra {ours!r}, the host {theirs!r}"
        assert outputs[0] == outputs[1], "one output goes on"
        added = [word for path in files for word in ("--add", f"{path}:{path}")]
        check_exec("--add", f"{program}:/bin/program", *added, "--", "/bin/program", *arguments, stdout=outputs[1])


def test_numbers_as_host():
    """printf and strtod."""
    compare("numbers", "20000")


def test_matching_as_host():
    """Regular expressions and fnmatch."""
    compare("matching", "5000")


def test_various_as_host():
    """scanf, calendar, time zones, random numbers, sorting, searching, wide characters."""
    compare("various")


def test_zones_as_host():
    """Local time by files of the time zone database, and by rules."""
    zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "EST5EDT", "Europe/Dublin", "Africa/Monrovia"]
    files = [f"/usr/share/zoneinfo/{zone}" for zone in zones]
    if not all(map(os.path.exists, files)):
        raise unittest.SkipTest("no time zone database here")
    compare("zones", *zones, files=files)


def test_addresses_as_host():
    """Addresses as text and back, getaddrinfo and getnameinfo of numbers, control messages."""
    compare("addresses")


def blocks_as_host(name, count, astra_count):
    """COUNT values in blocks, of each of which only a hash is compared, here; fewer on ASTRA. A block that differs is shown."""
    outputs, programs = [], []
    with tempfile.TemporaryDirectory(prefix="astra-oracle.") as folder:
        for number, compiler in enumerate((["gcc"], [ASTRA_CC, "-static"])):
            program = compile_with(compiler, folder, [os.path.join(ORACLE, f"{name}.c")])
            programs.append(shutil.move(program, f"{program}{number}"))
        running = [subprocess.Popen([program, str(count)], stdout=subprocess.PIPE) for program in programs]
        outputs = [process.communicate(timeout=250)[0].splitlines() for process in running]
        assert len(outputs[0]) == len(outputs[1]) == count // 1000, [len(output) for output in outputs]
        for block, hashes in enumerate(zip(*outputs)):
            if hashes[0] != hashes[1]:
                texts = [subprocess.run([program, str(count), str(block)], capture_output=True, text=True, check=True).stdout
                         for program in programs]
                theirs, ours = next(pair for pair in zip(*(text.splitlines() for text in texts)) if pair[0] != pair[1])
                raise AssertionError(f"block {block}: libastra {ours!r}, the host {theirs!r}")
        expected = b"".join(line + b"\n" for line in outputs[0][:astra_count // 1000])
        check_exec("--add", f"{programs[1]}:/bin/program", "--", "/bin/program", str(astra_count), stdout=expected)


def test_million_numbers_as_host():
    """printf and strtod over a million random values; twenty thousand of them on ASTRA."""
    blocks_as_host("million", 1000000, 20000)


def test_complex_as_host():
    """Complex functions."""
    compare("complex")
