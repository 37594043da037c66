"""The two systems that the benchmark compares: each function boots one machine, runs the benchmark on it and returns its rows.

A run's rows are a dictionary: name -> {"value": number or None, "unit": text, "error": text or absent}. Times are nanoseconds of
guest time as the program prints them; bench_table.py makes instructions of them. Both machines are QEMU's with the same firmware,
CPU, memory and devices, except for how the system gets in: ASTRA.OS from its boot volume, Linux through the firmware's
interface for a kernel and an initial RAM disk, whose rows are written here.
"""

import glob
import hashlib
import os
import re
import subprocess
import sys
import time

import channel
import debian
import machine
import pax
import qemu

GUEST = "build/bench/guest"
LINUX = "build/bench/linux"
PACKAGE = "linux-image-cloud-amd64"
MEMORY = 512  # MiB; ten thousand descriptors and a hundred processes fit everywhere
TIMEOUT = 900  # seconds for one boot with all its rows
# A card needs these, in this order: nothing of it is built into the kernel.
MODULES = ["drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_pci_modern_dev",
           "drivers/virtio/virtio_pci_legacy_dev", "drivers/virtio/virtio_pci", "net/core/failover", "drivers/net/net_failover",
           "drivers/net/virtio_net"]
ROW = re.compile(r"^([a-z0-9_]+\.[a-z0-9_]+) (-|-?\d+(?:\.\d+)?) (\S+)$")
IN_ARCHIVE = ("/lib/ld-astra.so.1", "/lib/libastra.so")  # and so not added
TUNED = "max,-erms,-pku,-la57"


class BenchError(Exception):
    """A system that could not be measured, in words."""


def parse(text):
    """The rows among the lines of TEXT; whatever else a console says is passed over."""
    rows = {}
    for line in text.replace("\r", "").splitlines():
        match = ROW.match(line.strip())
        if not match:
            continue
        name, value, unit = match.groups()
        rows[name] = {"value": None, "unit": "", "error": unit} if value == "-" else {"value": float(value), "unit": unit}
    return rows


def guest_files():
    """Guest path -> file of this machine: the programs of bench/, the real programs that were built, what they need."""
    files = {}
    for path in sorted(glob.glob(f"{GUEST}/**", recursive=True)):
        if os.path.isfile(path):
            files[f"/bench/{os.path.relpath(path, GUEST)}"] = path
    files["/bench/script.lua"] = "bench/script.lua"
    files["/bin/busybox"] = "/bin/busybox"
    files["/lib/ld-musl-x86_64.so.1"] = os.path.realpath("/lib/ld-musl-x86_64.so.1")
    files["/lib/ld-astra.so.1"] = "build/root/lib/ld-astra.so.1"
    files["/lib/libastra.so"] = "build/root/lib/libastra.so"
    return files


def fingerprint(*words):
    """What a cached result depends on: WORDS and the bytes of everything that the guest gets."""
    digest = hashlib.sha256(repr(words).encode())
    for guest, path in [*guest_files().items(), ("/init", "build/bench/init")]:
        digest.update(guest.encode())
        with open(path, "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()[:16]


def machine_options(plan, cpu="max", cmdline=""):
    """The machine that PLAN (see bench.py) wants."""
    return qemu.Options(smp=1 if plan.icount else plan.cpus, mem=MEMORY, icount=plan.icount, cpu=cpu, accel="tcg",
                        net="none" if plan.icount else "user", cmdline=cmdline)


def archive_rows():
    """What is added to ASTRA's root archive."""
    rows = []
    for guest, path in guest_files().items():
        if guest not in IN_ARCHIVE:
            with open(path, "rb") as file:
                rows.append(pax.Row(guest.lstrip("/"), data=file.read(), mode=0o755))
    return rows


def astra(plan, cmdline=""):
    """Boot ASTRA.OS once; returns the rows."""
    guest = machine.Machine(machine_options(plan, cmdline=cmdline), archive_rows(), log_name="bench")
    good = False
    try:
        guest.start()
        guest.wait_ready(TIMEOUT)
        result = guest.run(["/bench/bench", *plan.arguments], timeout=TIMEOUT)
        guest.power_off()
        if result.status:
            raise BenchError(f"the benchmark ended with status {result.status}: {result.stderr.decode(errors='replace')[-300:]}")
        good = True
        return {**parse(result.stdout.decode(errors="replace")), **astra_boot(machine.clean_log(guest.log))}
    except channel.TimedOut:
        raise BenchError(f"ASTRA.OS was not done after {TIMEOUT} seconds (log: {guest.log})") from None
    except machine.MachineError as error:
        raise BenchError(str(error)) from None
    finally:
        guest.close(keep_log=not good)


def astra_boot(lines):
    """The boot rows, from what the kernel logs of it: loader's start to init."""
    found = {}
    for line in lines:
        match = re.search(r"boot: (firmware|loader|kernel|init) +(\d+\.\d+) ms", line)
        if match:
            found[match.group(1)] = float(match.group(2)) * 1e6
    rows = {}
    if {"loader", "kernel", "init"} <= set(found):
        rows["boot.to_init"] = {"value": found["loader"] + found["kernel"] + found["init"], "unit": "ns"}
        rows["boot.firmware"] = {"value": found["firmware"], "unit": "ns"}
    size = sum(os.path.getsize(path) for path in ("build/BOOTX64.EFI", "build/boot/kernel.elf"))
    rows["boot.image"] = {"value": size / 1024, "unit": "KiB"}
    return rows


def cpio(entries):
    """An archive in the format of initial RAM disks: ENTRIES are (path, mode, bytes, (major, minor))."""
    archive = bytearray()
    for number, (path, mode, data, device) in enumerate([*entries, ("TRAILER!!!", 0, b"", (0, 0))], 1):
        name = path.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name), 0)
        archive += b"070701" + b"".join(b"%08x" % field for field in fields) + name
        archive += b"\0" * (-len(archive) % 4) + data
        archive += b"\0" * (-len(archive) % 4)
    return bytes(archive)


def initial_disk(modules):
    """The RAM disk: init, the kernel's MODULES (files), and the guest's files."""
    files = {"/init": "build/bench/init", **guest_files()}
    files.update({f"/modules/{number:02}{os.path.basename(path)}": path for number, path in enumerate(modules)})
    folders = {"/dev", "/proc", "/tmp"}
    for path in files:
        parts = path.split("/")[1:-1]
        folders.update("/" + "/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    entries = [(folder.lstrip("/"), 0o040755, b"", (0, 0)) for folder in sorted(folders)]
    entries.append(("dev/console", 0o020600, b"", (5, 1)))
    for path, source in sorted(files.items()):
        with open(source, "rb") as file:
            entries.append((path.lstrip("/"), 0o100755, file.read(), (0, 0)))
    return cpio(entries)


def linux_kernel():
    """The kernel's file, its version and its modules' files; fetched once, into build/bench/linux."""
    found = glob.glob(f"{LINUX}/boot/vmlinuz-*")
    if not found:
        print(f"bench: fetching {PACKAGE}", file=sys.stderr)
        try:
            debian.fetch_binary(PACKAGE, LINUX)
        except debian.FetchError as error:
            raise BenchError(f"Linux's kernel: {error}") from None
        found = glob.glob(f"{LINUX}/boot/vmlinuz-*")
    if not found:
        raise BenchError(f"{PACKAGE} has no kernel in it; remove {LINUX} and try again")
    kernel = sorted(found)[-1]
    version = kernel.split("vmlinuz-")[1]
    return kernel, version, [f"{LINUX}/lib/modules/{version}/kernel/{name}.ko" for name in MODULES]


def linux(plan, tuned=False):
    """Boot Linux once; returns the rows."""
    kernel, _, modules = linux_kernel()
    disk = f"build/bench/initrd.{os.getpid()}"
    with open(disk, "wb") as file:
        file.write(initial_disk(modules))
    words = "console=ttyS0 loglevel=1 nokaslr norandmaps" + (" tsc=reliable clocksource=tsc" if tuned and not plan.icount else "")
    options = machine_options(plan, TUNED if tuned else "max")
    words += f" -- {' '.join(plan.arguments)}"
    command = qemu.machine_words(options, ["-kernel", kernel, "-initrd", disk, "-append", words])
    try:
        return linux_console([*command, "-monitor", "none", "-serial", "stdio"], kernel, plan.icount)
    finally:
        os.unlink(disk)


def linux_console(command, kernel, icount):
    """Run COMMAND, whose output is the console, to its end; returns the rows."""
    started, reached, lines = None, None, []
    log = f"{machine.LOGS}/bench-linux.{os.getpid()}.log"
    os.makedirs(machine.LOGS, exist_ok=True)
    rows = {"boot.image": {"value": os.path.getsize(kernel) / 1024, "unit": "KiB"}}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True,
                          preexec_fn=machine.die_with_parent) as process, open(log, "wb") as file:
        ends = time.monotonic() + TIMEOUT
        try:
            for line in process.stdout:
                file.write(line)
                text = re.sub(r"\x1b\[[0-9;=?]*[A-Za-z]", "", line.decode(errors="replace")).strip()
                lines.append(text)
                if "EFI stub" in text and started is None:
                    started = time.monotonic()
                if text.startswith("bench: init at "):
                    reached = time.monotonic()
                    rows["boot.reset_to_init"] = {"value": float(text.split()[-1]), "unit": "ns"}
                if time.monotonic() > ends:
                    raise BenchError(f"Linux was not done after {TIMEOUT} seconds (log: {log})")
        finally:
            process.kill()
    rows.update(parse("\n".join(lines)))
    if "bench: done" not in lines:
        raise BenchError(f"the benchmark did not end on Linux (log: {log})")
    os.unlink(log)
    if started and reached and not icount:
        rows["boot.to_init"] = {"value": (reached - started) * 1e9, "unit": "ns"}
    return rows
