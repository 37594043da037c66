"""configure.py bench: the rows of bench/ on ASTRA.OS and on Debian's cloud kernel, in machines that are the same.

Two modes. icount: one CPU whose clock counts instructions, so that a run repeats exactly; ASTRA.OS with its random layout
and with the fixed one that Linux has there, Linux as it comes and tuned. Linux's results are kept, since nothing changes
them but its version, the machine's flags and the benchmark's own bytes. plain: several CPUs and wall time, the systems in
turn, a few times; nothing is kept, because what else this machine does is part of each figure. docs/PERFORMANCE.md says how
to read the tables.
"""

import argparse
import dataclasses
import os
import subprocess
import sys
import time

import bench_chart
import bench_host
import bench_programs
import bench_systems
import bench_table
import qemu
from bench_table import ASTRA, ASTRA_FIXED, LINUX, LINUX_TUNED

FOLDER = "build/bench"
FIXED = "nokaslr norandmaps"
RUNS, CPUS = 3, 2
WIDE, WIDE_ROWS = 4, "parallel.*_4"  # CPUs of the machine for these rows


@dataclasses.dataclass
class Plan:
    """How one mode is run."""
    icount: bool
    cpus: int = CPUS
    runs: int = 1
    rows: list = dataclasses.field(default_factory=list)
    fresh: bool = False
    own: bool = False  # ASTRA.OS alone
    host_port: int = 0

    @property
    def arguments(self):
        """The benchmark's own."""
        words = ["--machine-mib", str(bench_systems.MEMORY)]
        if not self.icount:  # shorter batches, and more: one of them is not interrupted by what else this machine does
            words += ["--batch-us", "1000", "--batches", "25", "--host-port", str(self.host_port), "--cpus", str(self.cpus)]
        return words + [word for pattern in self.rows for word in ("--rows", pattern)]


def parser():
    """The command line."""
    result = argparse.ArgumentParser(prog="configure.py bench", description="Measure ASTRA.OS beside Linux, row by row.")
    mode = result.add_mutually_exclusive_group()
    mode.add_argument("--icount", action="store_true", help="only instructions, on one CPU: exact")
    mode.add_argument("--plain", action="store_true", help="only wall time, on several CPUs")
    result.add_argument("--rows", action="append", default=[], metavar="PATTERN",
                        help="rows by name, such as 'file.*'; may be repeated")
    result.add_argument("--own", action="store_true", help="measure ASTRA.OS alone")
    result.add_argument("--compare", metavar="OLD.json", help="print what changed since that result")
    result.add_argument("--json", metavar="OUT", help="where the result goes (default build/bench/MODE.json)")
    result.add_argument("--runs", type=int, default=RUNS, metavar="N", help=f"of each system in plain mode (default {RUNS})")
    result.add_argument("--cpus", type=int, default=CPUS, metavar="N", help=f"of the machine in plain mode (default {CPUS})")
    result.add_argument("--fresh", action="store_true", help="measure Linux again in icount mode, too")
    return result


def cached(plan, name, version, measure):
    """A Linux system's rows in icount mode: from the cache, or measured and put there."""
    key = bench_systems.fingerprint(name, version, plan.arguments, qemu.ICOUNT_SHIFT, bench_systems.TUNED)
    path = f"{FOLDER}/cache/{name}-{key}.json"
    if not plan.fresh and os.path.exists(path):
        return bench_table.load(path)["systems"][name][0]
    rows = timed(name, measure)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    bench_table.save(path, {"mode": "icount", "shift": qemu.ICOUNT_SHIFT, "systems": {name: [rows]}})
    return rows


def timed(name, measure):
    """MEASURE(), with a line on how long it took."""
    started = time.monotonic()
    rows = measure()
    print(f"bench: {name}: {len(rows)} rows in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return rows


def commit():
    """What ASTRA.OS is measured."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def measure(plan):
    """All systems of PLAN; returns a result."""
    version = "" if plan.own else bench_systems.linux_kernel()[1]
    systems = measure_counting(plan, version) if plan.icount else measure_in_turn(plan)
    for runs in systems.values():
        for rows in runs:
            for name in ("boot.firmware", "boot.reset_to_init"):  # of these boot.to_init was made
                rows.pop(name, None)
    return {"mode": "icount" if plan.icount else "plain", "shift": qemu.ICOUNT_SHIFT if plan.icount else 0, "linux": version,
            "commit": commit(), "cpus": 1 if plan.icount else plan.cpus, "systems": systems}


def measure_counting(plan, version):
    """Instructions: each system once."""
    systems = {ASTRA: [timed(ASTRA, lambda: bench_systems.astra(plan))],
               ASTRA_FIXED: [timed(ASTRA_FIXED, lambda: bench_systems.astra(plan, FIXED))]}
    for name in () if plan.own else (LINUX, LINUX_TUNED):
        rows = cached(plan, name, version, lambda tuned=name == LINUX_TUNED: bench_systems.linux(plan, tuned))
        systems[name] = [boot_by_counting(rows, systems[ASTRA][0])]
    return systems


def measure_in_turn(plan):
    """Wall time: the systems in turn, and a machine of more CPUs for the rows that want them."""
    systems = {}
    wide = dataclasses.replace(plan, cpus=WIDE, rows=[WIDE_ROWS])
    for _ in range(plan.runs):
        for name in (ASTRA, ASTRA_FIXED) if plan.own else (ASTRA, ASTRA_FIXED, LINUX, LINUX_TUNED):
            rows = timed(name, lambda system=name: boot_in_turn(plan, system))
            if not plan.rows and plan.cpus < WIDE:
                more = timed(f"{name}, {WIDE} CPUs", lambda system=name: boot_in_turn(wide, system))
                rows.update({name: row for name, row in more.items() if name.startswith("parallel.")})
            systems.setdefault(name, []).append(rows)
    return systems


def boot_in_turn(plan, name):
    """One boot of one system."""
    if name in (ASTRA, ASTRA_FIXED):
        return bench_systems.astra(plan, FIXED if name == ASTRA_FIXED else "")
    return bench_systems.linux(plan, name == LINUX_TUNED)


def boot_by_counting(rows, own):
    """Linux's ROWS with boot.to_init: its init knows the instructions since reset, of which the firmware's are known from OWN."""
    rows = dict(rows)
    reset, firmware = rows.pop("boot.reset_to_init", None), own.get("boot.firmware")
    if reset and firmware:
        rows["boot.to_init"] = {"value": reset["value"] - firmware["value"], "unit": "ns"}
    return rows


def report(result, arguments, mode):
    """Print the table, write the files, print what changed."""
    old = bench_table.load(arguments.compare) if arguments.compare else None
    target = arguments.json if arguments.json and arguments.icount != arguments.plain else f"{FOLDER}/{mode}.json"
    bench_table.save(target, result)
    chart = f"{os.path.splitext(target)[0]}.svg"
    with open(chart, "w", encoding="utf-8") as file:
        file.write(bench_chart.svg(result))
    print(bench_table.render(result))
    if old and old["mode"] == result["mode"]:
        print(f"since {arguments.compare}:\n" + "\n".join(bench_table.lines_of(bench_table.compare(old, result))) + "\n")
    print(f"bench: {target}, {chart}", file=sys.stderr)


def run(arguments):
    """The verb, when everything is built."""
    if arguments.compare:
        bench_table.load(arguments.compare)  # before an hour's wait, not after it
    bench_programs.build()
    modes = ["icount"] * (not arguments.plain) + ["plain"] * (not arguments.icount)
    for mode in modes:
        server = bench_host.Server().start()
        try:
            plan = Plan(mode == "icount", arguments.cpus, arguments.runs, arguments.rows, arguments.fresh, arguments.own,
                        server.port)
            result = measure(plan)
        finally:
            server.close()
        report(result, arguments, mode)
