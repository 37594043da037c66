#!/usr/bin/env python3
"""The build of ASTRA.OS as data, and the commands over it.

    ./configure.py                 check for or install the packages it needs, write build.ninja, compile_commands.json
    ./configure.py run             build, boot in OVMF/QEMU, shell on this terminal (Ctrl-A x leaves)
    ./configure.py test [NAME…]    build and run all tests, or those whose names contain a NAME
    ./configure.py exec [OPTION]… -- /path arg…
                                   boot, run one program with this terminal's stdin, stdout and stderr, power off,
                                   exit with its status; `exec --help` lists the options
    ./configure.py install FILE[:GUEST]…   put programs (with their interpreter and libraries) or files into rootfs.tar
    ./configure.py uninstall GUEST…        take them out again
    ./configure.py list                    what install put there
    ./configure.py image           build/astra.img: a GPT disk with an EFI system partition
    ./configure.py bench           the table of bench/ on ASTRA.OS and on Debian's cloud kernel; `bench --help` lists the options
    ./configure.py run-gdb         boot and wait for gdb
    ./configure.py --debug|--release [VERB…]   from now on build a kernel that checks every lock, or the usual one

This file lists what there is to build; tools/engine.py turns it into build.ninja, tools/verbs.py holds the verbs.
"""

import os
import sys

TOP = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(TOP, "tools"))
os.chdir(TOP)

import engine  # noqa: E402  pylint: disable=wrong-import-position
import verbs  # noqa: E402  pylint: disable=wrong-import-position

WARNINGS = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"]
STRICT = [*WARNINGS, "-Wmissing-prototypes", "-Wstrict-prototypes", "-Wvla"]
COMMON = ["-std=gnu11", "-O2", "-g", "-ffreestanding", "-nostdlibinc", "-I", "."]
USER = ["--target=x86_64-unknown-none-elf", "-std=gnu11", "-O2", "-g", "-nostdlibinc", "-fno-stack-protector",
        "-ffunction-sections", "-isystem", "libastra/include", "-isystem", "build/gen", *WARNINGS]
LIBRARY = [*USER, "-fPIC", "-ftls-model=initial-exec", "-fno-builtin", "-fno-asynchronous-unwind-tables",
           "-iquote", "libastra/internal"]
PROGRAM = [*USER, "-fPIE", "-iquote", "sbin/include", "-iquote", "."]
LINK = ["--build-id=none", "-z", "max-page-size=4096", "-z", "separate-code", "-z", "noexecstack", "--gc-sections"]
LINK_USER = [*LINK, "-z", "relro", "-z", "now"]
LINK_SHARED = [*LINK_USER, "-shared", "-z", "defs"]
RELATIVE = ["--pack-dyn-relocs=relr"]  # pointers into the object itself: a bit instead of 24 bytes
LINK_PROGRAM = [*LINK_USER, *RELATIVE, "-pie", "--dynamic-linker=/lib/ld-astra.so.1", "--hash-style=gnu"]

COMPONENTS = [
    {
        "name": "syscalls", "kind": "syscalls", "sources": ["abi"],
        "definition": "abi/syscalls.def", "document": "docs/SYSCALLS.md",
    },
    {
        "name": "loader", "kind": "efi", "sources": ["efi-loader"], "output": "build/BOOTX64.EFI",
        "cflags": ["-target", "x86_64-unknown-windows", "-std=gnu11", "-O2", "-ffreestanding", "-fno-builtin", "-fshort-wchar",
                   "-fno-stack-protector", "-mno-stack-arg-probe", "-mno-red-zone", "-mgeneral-regs-only", *STRICT, "-Wshadow",
                   "-DGNU_EFI_USE_MS_ABI", "-isystem", "/usr/include/efi", "-isystem", "/usr/include/efi/x86_64", "-I", "."],
        "ldflags": ["-subsystem:efi_application", "-entry:efi_main", "-nodefaultlib", "-dynamicbase", "-fixed:no", "-Brepro"],
    },
    {
        "name": "vdso", "kind": "image", "sources": ["kernel/vdso"], "script": "kernel/vdso/vdso.lds", "symbol": "vdso_image",
        "cflags": [*COMMON, "-fPIC", "-fvisibility=hidden", "-fno-stack-protector", "-fno-asynchronous-unwind-tables"],
        "ldflags": [*LINK, "-shared", "-soname=linux-vdso.so.1", "--hash-style=both"],
    },
    {
        "name": "kernel", "kind": "kernel", "sources": ["kernel", "tests/kernel"], "script": "kernel/kernel.ld",
        "exclude": ["kernel/vdso/"],
        "cflags": [*COMMON, *STRICT, "-fPIE", "-fvisibility=hidden", "-fno-plt", "-mno-red-zone", "-mgeneral-regs-only",
                   "-fno-strict-aliasing", "-fno-omit-frame-pointer", "-fno-common", "-ffunction-sections",
                   "-fno-stack-protector", "-Wthread-safety", "-I", "kernel", "-I", "build"],
        "ldflags": [*LINK, "-pie", "--no-dynamic-linker", "-z", "text", "--fatal-warnings"],
    },
    {
        "name": "ld-astra", "kind": "shared", "sources": ["ld-astra"], "guest": "/lib/ld-astra.so.1",
        "cflags": [*LIBRARY, "-fvisibility=hidden"],
        "ldflags": [*LINK_SHARED, "--hash-style=both", "-soname=ld-astra.so.1", "-e", "_start", "-Bsymbolic",
                    "-z", "rodynamic",
                    "--exclude-libs", "ALL"],
        "archives": ["build/libastra/libastra.a"],
    },
    {
        "name": "libastra", "kind": "library", "sources": ["libastra"], "guest": "/lib/libastra.so", "crt": "libastra/crt",
        "cflags": [*LIBRARY, "-fdata-sections"],
        "ldflags": [*LINK_SHARED, *RELATIVE, "--hash-style=gnu", "-soname=libastra.so", "-Bsymbolic-functions",
                    "--symbol-ordering-file=libastra/start/order.txt", "--no-warn-symbol-ordering"],
    },
    {
        "name": "sbin", "kind": "programs", "sources": ["sbin"], "guest": "/sbin", "library": "libastra",
        "cflags": PROGRAM,
        "ldflags": LINK_PROGRAM,
    },
    {"name": "astra-cc", "kind": "script", "sources": ["tools/astra_cc.py"], "output": "build/bin/astra-cc"},
    {
        "name": "bench", "kind": "bench", "sources": ["bench"],
        "cflags": ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"],
    },
    {
        "name": "host tests", "kind": "host-tests", "sources": ["tests/host"], "timeout": 120,
        "cflags": ["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Wno-unused-parameter", "-fno-omit-frame-pointer",
                   "-DASTRA_HOST_TEST", "-I", "tests/host/include", "-I", "kernel", "-I", "."],
        "host_flags": ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"],
        "host_libs": ["-lcmocka"],
        "fuzz_flags": ["-fsanitize=address,undefined,fuzzer", "-fno-sanitize-recover=undefined"],
        "fuzz_libs": [],
        "fuzz_arguments": ["-runs=20000", "-seed=1", "-max_total_time=5", "-artifact_prefix=build/tests/"],
    },
    {
        "name": "user tests", "kind": "user-tests", "sources": ["tests/user"], "timeout": 60,
        "cflags": ["-static", "-O1", "-g", "-Wall", "-Wno-format-truncation", "-I", "tests/user"],
        # Behind musl's own headers: <linux/…>, the kernel's of the build machine.
        "musl_cflags": ["-idirafter", "/usr/include", "-idirafter", "/usr/include/x86_64-linux-gnu"],
    },
    {
        "name": "rtld tests", "kind": "rtld-tests", "sources": ["tests/rtld"], "library": "libastra",
        "cflags": [*PROGRAM, "-I", "tests/rtld"],
        "ldflags": [*LINK_PROGRAM, "-rpath=/tests/rtld/lib"],
        "library_cflags": [*USER, "-fPIC", "-I", "tests/rtld"],
        "library_ldflags": [*LINK_USER, "-shared", "--hash-style=gnu"],
    },
    {"name": "kernel tests", "kind": "kernel-tests", "sources": ["tests/kernel"], "smp": 4, "timeout": 180},
    {"name": "system tests", "kind": "system-tests", "sources": ["tests/system"], "timeout": 300},
    {"name": "tool tests", "kind": "tool-tests", "sources": ["tests/tools"]},
]

SERVICES = """\
ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp mail
domain 53/tcp
domain 53/udp
bootps 67/udp
bootpc 68/udp
tftp 69/udp
http 80/tcp www
pop3 110/tcp
ntp 123/udp
imap2 143/tcp imap
snmp 161/udp
https 443/tcp
syslog 514/udp
imaps 993/tcp
pop3s 995/tcp
http-alt 8080/tcp
"""

# The root archive's rows besides what the components install: (kind, guest path, mode, target or text).
ROOT = [
    *(("directory", path, "755") for path in ("/bin", "/dev", "/etc", "/lib", "/mnt", "/proc", "/sbin", "/tests")),
    ("directory", "/root", "700"),
    ("directory", "/tmp", "1777"),
    ("link", "/bin/sh", "/sbin/sh"),
    ("link", "/sbin/[", "/sbin/test"),
    ("text", "/etc/hostname", "astra\n"),
    ("text", "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"),
    ("text", "/etc/hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"),
    ("text", "/etc/services", SERVICES),
    ("text", "/etc/group", "root:x:0:\nnogroup:x:65534:\n"),
]

BOOT_CFG = """\
# What the loader reads: the files' names on this volume, and the kernel's command line.
kernel=/kernel.elf
root=/rootfs.tar
cmdline=init=/sbin/init console=ttyS0
"""


# Flags that --debug adds, by component: locks check rank and holder on every acquire and release.
DEBUG = {"kernel": ["-DASTRA_DEBUG"]}


def configure():
    """Write build.ninja."""
    components = COMPONENTS
    if verbs.debug_wanted():
        components = [dict(item, cflags=item["cflags"] + DEBUG[item["name"]]) if item["name"] in DEBUG else item
                      for item in COMPONENTS]
    engine.generate(components, {"root": ROOT, "boot.cfg": BOOT_CFG})


if __name__ == "__main__":
    verbs.main(sys.argv[1:], configure, __doc__)
