"""What the host must know of an ELF file: is it for this machine, which interpreter and libraries does it want.

check() answers in words before anything boots. closure() finds the libraries as the host's own dynamic linker finds
them, by asking the program's interpreter to list them, which runs nothing of the program itself.
"""

import os
import struct
import subprocess

MACHINES = {2: "SPARC", 3: "32-bit x86", 8: "MIPS", 20: "PowerPC", 21: "64-bit PowerPC", 22: "S/390", 40: "32-bit ARM",
            183: "64-bit ARM", 243: "RISC-V", 258: "LoongArch"}
X86_64 = 62
TYPE_EXECUTABLE, TYPE_SHARED = 2, 3
SEGMENT_DYNAMIC, SEGMENT_INTERPRETER = 2, 3


class ElfError(Exception):
    """A file that cannot run on ASTRA.OS, in words."""


def is_elf(data):
    """Whether DATA begins like an ELF file."""
    return data[:4] == b"\x7fELF"


def check(path, data):
    """Raise ElfError unless the ELF file DATA is a whole x86-64 one; PATH is for the message."""
    if len(data) < 20:
        raise ElfError(f"{path}: an ELF file that ends inside its header")
    order = "<" if data[5] == 1 else ">"
    machine = struct.unpack_from(order + "H", data, 18)[0]
    if data[4] != 2:
        what = MACHINES.get(machine, f"machine {machine}")
        raise ElfError(f"{path}: a 32-bit program ({what}); ASTRA.OS runs 64-bit x86-64 programs")
    if data[5] != 1 or machine != X86_64:
        raise ElfError(f"{path}: a program for {MACHINES.get(machine, f'machine {machine}')}; ASTRA.OS runs x86-64 programs")
    if len(data) < 64:
        raise ElfError(f"{path}: an ELF file that ends inside its header")


def segments(data):
    """The program headers of DATA as (type, offset, size in the file); raises ElfError when they are not all there."""
    offset = struct.unpack_from("<Q", data, 32)[0]
    size, count = struct.unpack_from("<HH", data, 54)
    if count and (size != 56 or offset + size * count > len(data)):
        raise ElfError("its program headers lie outside the file")
    found = []
    for index in range(count):
        kind, _, start, _, _, length = struct.unpack_from("<IIQQQQ", data, offset + index * size)
        found.append((kind, start, length))
    return found


def is_executable(data):
    """Whether DATA is a program rather than a library or an object."""
    kind = struct.unpack_from("<H", data, 16)[0]
    return kind == TYPE_EXECUTABLE or (kind == TYPE_SHARED and interpreter(data) is not None) or _is_static_pie(data)


def _is_static_pie(data):
    """A shared object without interpreter is a program when its dynamic section says so (DF_1_PIE in DT_FLAGS_1)."""
    for kind, start, length in segments(data):
        for at in range(start, min(start + length, len(data)) - 15, 16) if kind == SEGMENT_DYNAMIC else ():
            tag, value = struct.unpack_from("<QQ", data, at)
            if tag == 0x6FFFFFFB and value & 0x08000000:
                return True
    return False


def interpreter(data):
    """The path in PT_INTERP, or None."""
    for kind, start, length in segments(data):
        if kind == SEGMENT_INTERPRETER:
            return data[start:start + length].split(b"\0")[0].decode(errors="replace")
    return None


def closure(path, data, present):
    """The host files that the program PATH needs besides itself: its interpreter and libraries, at their own paths.

    PRESENT says whether a guest path is in the root archive already; an interpreter that only the archive has finds
    its libraries there. Raises ElfError when something is missing.
    """
    loader = interpreter(data)
    if loader is None:
        return []
    if not os.path.exists(loader):
        if present(loader):
            return []
        raise ElfError(f"{path}: its interpreter {loader} is neither on this machine nor in rootfs.tar")
    listing = subprocess.run([loader, "--list", os.path.abspath(path)], capture_output=True, text=True, check=False,
                             timeout=20)
    libraries = []
    for line in listing.stdout.splitlines():
        name, arrow, rest = line.strip().partition(" => ")
        found = (rest if arrow else name).split(" (")[0].strip()
        if found.startswith("/"):
            libraries.append(found)
        elif "not found" in found:
            raise ElfError(f"{path}: needs {name}, which this machine does not have")
    if listing.returncode:
        raise ElfError(f"{path}: {loader} cannot list its libraries: {listing.stderr.strip() or listing.stdout.strip()}")
    return sorted({loader, *libraries})
