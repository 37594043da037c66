"""Boots: numbers of CPUs, sizes of memory, clocks, and that the machine ends in order."""

import os
import re

from harness import boot_failure, booted, check_exec, output_of, pax


def boot_with_cpus(count):
    """Boot with COUNT CPUs; /proc/cpuinfo shows them all."""
    with booted(smp=count) as guest:
        assert output_of(guest, "/sbin/cat", "/proc/cpuinfo").count(b"processor\t") == count


def test_smp_1():
    boot_with_cpus(1)


def test_smp_2():
    boot_with_cpus(2)


def test_smp_4():
    boot_with_cpus(4)


def test_smp_8():
    boot_with_cpus(8)


def boot_with_memory(mebibytes):
    """Boot with so much memory; /proc/meminfo accounts for most of it."""
    with booted(mem=mebibytes, smp=2) as guest:
        text = output_of(guest, "/sbin/cat", "/proc/meminfo").decode()
    total = int(re.search(r"MemTotal:\s+(\d+) kB", text).group(1)) >> 10
    assert mebibytes * 0.75 - 16 <= total <= mebibytes, text


def test_memory_64():
    boot_with_memory(64)


def test_memory_256():
    boot_with_memory(256)


def test_memory_4096():
    boot_with_memory(4096)


def test_memory_too_little():
    """An archive that does not fit: one sentence says so."""
    sentence = boot_failure(rows=[pax.Row("large", data=os.urandom(24 << 20))], mem=48)
    assert re.search(r"(loader|boot): .*(memory|MiB)", sentence), sentence


def test_memory_too_little_for_firmware():
    done = check_exec("--mem", "32", "--", "/sbin/true", status=125, stdout=b"")
    assert b"firmware" in done.stderr, done.stderr


def check_uptime(guest):
    """The clock advances by about what sleep says."""
    before = float(output_of(guest, "/sbin/cat", "/proc/uptime").split()[0])
    output_of(guest, "/sbin/sleep", "1")
    after = float(output_of(guest, "/sbin/cat", "/proc/uptime").split()[0])
    assert 0.9 < after - before < 20, (before, after)


def test_no_hpet():
    with booted(machine="hpet=off", smp=2) as guest:
        check_uptime(guest)


def test_clock_tsc():
    with booted(cmdline="clock=tsc", smp=2) as guest:
        check_uptime(guest)


def test_clock_hpet():
    with booted(cmdline="clock=hpet", smp=2) as guest:
        check_uptime(guest)


def test_clock_pit():
    with booted(cmdline="clock=pit", smp=2) as guest:
        check_uptime(guest)


def test_nokaslr():
    with booted(cmdline="nokaslr norandmaps") as guest:
        assert output_of(guest, "/sbin/echo", "up") == b"up\n"


def test_phase_chart():
    """The log shows where the time of the boot went."""
    with booted() as guest:
        output_of(guest, "/sbin/sleep", "0.5")  # the chart is printed by a task beside init's
        with open(guest.log, encoding="utf-8", errors="replace") as file:
            log = file.read()
    for phase in ("firmware", "loader", "kernel", "init"):
        assert re.search(rf"{phase}\s.*ms", log), f"no line about {phase}"
