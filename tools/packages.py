"""The Debian packages that the build needs: which are missing, and their installation.

On a Debian-like system the missing ones are installed by apt-get, as root or through sudo, after saying which and
why; anywhere else they are named and the command ends. Called by configure.py before anything else.
"""

import os
import shutil
import subprocess
import sys

# Package, what it is for, and a file that shows that it is there: the check works without dpkg, too.
BUILD = [
    ("clang", "the C compiler", "/usr/bin/clang"),
    ("lld", "the linker", "/usr/bin/ld.lld"),
    ("llvm", "strip, nm, ar", "/usr/bin/llvm-nm"),
    ("ninja-build", "the build tool", "/usr/bin/ninja"),
    ("gnu-efi", "the headers of the EFI loader", "/usr/include/efi/efi.h"),
    ("ovmf", "the firmware of the virtual machine", "/usr/share/ovmf/OVMF.fd"),
    ("qemu-system-x86", "the virtual machine", "/usr/bin/qemu-system-x86_64"),
    ("mtools", "making the boot volume", "/usr/bin/mcopy"),
]
TEST = [
    ("musl-tools", "static test programs", "/usr/bin/musl-gcc"),
    ("busybox-static", "a foreign program that must run", "/bin/busybox"),
    ("libcmocka-dev", "tests on this machine", "/usr/include/cmocka.h"),
    ("libclang-rt-14-dev", "sanitizers and fuzzers", "/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a"),
    ("tcl", "generating the source of sqlite", "/usr/bin/tclsh"),
    ("make", "generating the source of sqlite", "/usr/bin/make"),
    ("gcc", "test programs on glibc", "/usr/bin/gcc"),
    ("libc6-dev", "test programs on glibc", "/usr/include/stdio.h"),
]
# Not installed for anybody who does not ask: the tests that need them are skipped without.
OPTIONAL = [
    ("rustc", "a test program on Rust's standard library", "/usr/bin/rustc"),
]
IMAGE = [
    ("fdisk", "partitioning the disk image", "/sbin/sfdisk"),
]


def missing(packages):
    """Those of PACKAGES that are not there."""
    return [entry for entry in packages if not os.path.exists(entry[2])]


def _apt(arguments):
    """Run apt-get as root with its output on stderr; returns whether it succeeded."""
    command = ["apt-get", "-q", "-y", *arguments]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if os.geteuid() != 0:
        command = ["sudo", "DEBIAN_FRONTEND=noninteractive", *command]
    print("+", " ".join(command), file=sys.stderr)
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode == 0


def require(packages):
    """Make sure that PACKAGES are installed; ends the program with a sentence when they cannot be."""
    absent = missing(packages)
    if not absent:
        return
    print("ASTRA.OS needs these packages:", file=sys.stderr)
    for name, purpose, _ in absent:
        print(f"  {name:20} {purpose}", file=sys.stderr)
    names = [entry[0] for entry in absent]
    if not shutil.which("apt-get"):
        sys.exit(f"configure.py: this is not a Debian-like system; install the counterparts of {', '.join(names)} and try again")
    if os.geteuid() != 0 and not shutil.which("sudo"):
        sys.exit(f"configure.py: run this as root:  apt-get install {' '.join(names)}")
    install = ["install", "--no-install-recommends", *names]
    if not _apt(install) and not (_apt(["update"]) and _apt(install)):
        sys.exit("configure.py: apt-get could not install them; see above")
    still = [entry[0] for entry in missing(absent)]
    if still:
        sys.exit(f"configure.py: apt-get installed {', '.join(still)}, but their files are not where they are looked for")
