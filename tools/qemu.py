"""The virtual machine's command line: which accelerator, which devices, and a scratch folder for what it writes."""

import os
import platform
import shutil
import tempfile
from dataclasses import dataclass, field

import volume

PROGRAM = "qemu-system-x86_64"
# Without flash for its variables the firmware starts in 2.5 s under TCG; with a fresh copy of them it takes 4.6 s.
FIRMWARE = "/usr/share/ovmf/OVMF.fd"
PANIC_STATUS = 67  # QEMU's exit status when the kernel wrote 0x21 to isa-debug-exit: (0x21 << 1) | 1
LEAST_MEMORY = 48  # MiB with which the firmware starts a loader; with less it resets or hangs before it says anything
ICOUNT_SHIFT = 3  # 8 ns an instruction: with 1 ns the firmware's waits alone are half a minute of instructions
LOADER_STATUS = 99  # the same for the loader, which could not go on


class OptionError(Exception):
    """An option that cannot be, in words."""


@dataclass
class Options:
    """What may differ from machine to machine."""
    smp: int = 1
    mem: int = 512  # MiB
    net: str = "none"  # none, user, tap:INTERFACE
    forward: list = field(default_factory=list)  # HOSTPORT:GUESTPORT, TCP
    icount: bool = False
    cmdline: str = ""  # words in front of `--` that are added to boot.cfg's
    init_args: str = ""  # words behind `--`
    machine: str = ""  # further properties of -machine, such as hpet=off
    accel: str = ""  # kvm or tcg; picked when empty
    cpu: str = "max"  # model and features
    gdb: bool = False
    extra: list = field(default_factory=list)  # further arguments of QEMU
    files: dict = field(default_factory=dict)  # paths on the boot volume that differ; None leaves one out


def pick_accel():
    """kvm where the processor can and the device opens, otherwise tcg; and why."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            words = set(file.read().split())
    except OSError:
        words = set()
    if platform.machine() != "x86_64" or not words & {"vmx", "svm"}:
        return "tcg", "the processor shows neither vmx nor svm"
    try:
        os.close(os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        return "tcg", f"/dev/kvm: {error.strerror}"
    return "kvm", "/dev/kvm opens"


def _accelerator(options):
    accel = options.accel or pick_accel()[0]
    if options.icount:
        return ["-accel", "tcg,thread=single", "-icount", f"shift={ICOUNT_SHIFT},sleep=off", "-seed", "1",
                "-rtc", "base=2024-01-01,clock=vm"]
    return ["-accel", "kvm" if accel == "kvm" else "tcg,thread=multi"]


def _network(options):
    if options.net == "none":
        if options.forward:
            raise OptionError("--forward needs --net user")
        return ["-nic", "none"]
    if options.net == "user":
        back = "user,id=net"
        for rule in options.forward:
            ports = rule.split(":")
            if len(ports) != 2 or not all(port.isdigit() and 0 < int(port) < 65536 for port in ports):
                raise OptionError(f"--forward {rule}: HOSTPORT:GUESTPORT, two numbers below 65536")
            back += f",hostfwd=tcp:127.0.0.1:{ports[0]}-:{ports[1]}"
    elif options.net.startswith("tap:") and not options.forward:
        back = f"tap,id=net,ifname={options.net[4:]},script=no,downscript=no"
    else:
        raise OptionError(f"--net {options.net}: user, none or tap:INTERFACE (--forward goes with user)")
    return ["-netdev", back, "-device", "virtio-net-pci,netdev=net,disable-legacy=on,romfile="]


def boot_cfg(options):
    """boot.cfg's text with the options' words in its command line."""
    with open(volume.files()["boot.cfg"], encoding="utf-8") as file:
        lines = file.read().splitlines()
    result = []
    for line in lines:
        if line.startswith("cmdline="):
            line += f" {options.cmdline}" if options.cmdline else ""
            line += f" -- {options.init_args}" if options.init_args else ""
        result.append(line)
    return "\n".join(result) + "\n"


class Scratch:
    """The machine's private folder with its boot volume. Removed by close()."""

    def __init__(self, options, archive="rootfs.tar"):
        self.folder = tempfile.mkdtemp(prefix="astra-")
        try:
            self.image = os.path.join(self.folder, "boot.img")
            config = os.path.join(self.folder, "boot.cfg")
            with open(config, "w", encoding="utf-8") as file:
                file.write(boot_cfg(options))
            contents = {**volume.files(), "rootfs.tar": archive, "boot.cfg": config, **options.files}
            volume.make(self.image, {path: source for path, source in contents.items() if source is not None})
        except BaseException:
            self.close()
            raise

    def close(self):
        """Remove the files."""
        shutil.rmtree(self.folder, ignore_errors=True)


def command(options, scratch, disk=None):
    """QEMU's arguments without serial line and channel; DISK replaces the scratch boot volume."""
    return machine_words(options, ["-drive", f"if=none,id=boot,format=raw,cache=unsafe,file={disk or scratch.image}",
                                   "-device", "virtio-blk-pci,drive=boot,bootindex=0"])


def machine_words(options, boot):
    """QEMU's arguments without serial line and channel; BOOT are those that say what is started."""
    if options.smp < 1 or options.mem < 1:
        raise OptionError("--smp and --mem take positive numbers")
    if options.mem < LEAST_MEMORY:
        raise OptionError(f"--mem {options.mem}: the firmware alone needs {LEAST_MEMORY} MiB")
    return [
        PROGRAM, "-machine", "q35" + (f",{options.machine}" if options.machine else ""), *_accelerator(options),
        "-cpu", options.cpu, "-smp", str(1 if options.icount else options.smp), "-m", str(options.mem),
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
        "-bios", FIRMWARE, *boot,
        "-device", "virtio-rng-pci",
        *_network(options), *(["-s", "-S"] if options.gdb else []), *options.extra,
    ]
