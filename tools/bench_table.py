"""Results of the benchmark as data: units, the comparison of systems and of runs, the printed tables, the JSON file.

A result is a dictionary: "mode" (icount or plain), "shift", "linux" (its version), "systems": name -> list of runs, where a
run is bench_systems' dictionary of rows. Costs are compared, so that less is better; of unit x (a factor) more is better. A
row's bar is the better of Linux as it comes and Linux tuned. Nothing here runs anything.
"""

import json
import statistics

FORMAT = 1
ASTRA, ASTRA_FIXED, LINUX, LINUX_TUNED = "astra", "astra-fixed", "linux", "linux-tuned"
LINUXES = (LINUX, LINUX_TUNED)
HEADS = {ASTRA: "ASTRA", ASTRA_FIXED: "fixed", LINUX: "Linux", LINUX_TUNED: "tuned"}
# What a row may cost in nanoseconds of wall time.
TARGETS = {"call.null": 1000, "call.null_int80": 1000, "file.open_close": 5000, "file.pread_1k": 2000, "host.connect": 100e6,
           "process.spawn": 100e3, "sched.switch_process": 5000, "sched.switch_thread": 5000}
WISHED, LIMIT = 0.5, 0.8  # of the ratio: where every row should be, and what none should exceed


class TableError(Exception):
    """A file that is no result, in words."""


def save(path, result):
    """Write RESULT as JSON."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(dict(result, format=FORMAT), file, indent=1)
        file.write("\n")


def load(path):
    """Read a result, raises TableError."""
    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: {error}") from None
    if not isinstance(result, dict) or result.get("format") != FORMAT or not isinstance(result.get("systems"), dict):
        raise TableError(f"{path}: not a result of this benchmark")
    return result


def unit_of(unit, icount):
    """What a printed unit is called in the table."""
    return {"ns": "instr", "ns/KiB": "instr/KiB"}.get(unit, unit) if icount else unit


def amount(row, result):
    """A row's figure in the table's unit: nanoseconds are instructions where time counts them."""
    if row is None or row.get("value") is None:
        return None
    counted = result["mode"] == "icount" and row["unit"].startswith("ns")
    return row["value"] / (1 << result["shift"]) if counted else row["value"]


def figures(result, system, name):
    """The figures of row NAME of SYSTEM, a run each; without the runs that have none."""
    runs = result["systems"].get(system, [])
    return [value for run in runs if (value := amount(run.get(name), result)) is not None]


def best(result, system, name):
    """The best figure of a row, or None."""
    values = figures(result, system, name)
    if not values:
        return None
    return max(values) if unit_in(result, name) == "x" else min(values)


def unit_in(result, name):
    """The unit that the systems print for a row."""
    for runs in result["systems"].values():
        for run in runs:
            if run.get(name, {}).get("unit"):
                return run[name]["unit"]
    return ""


def error_in(result, system, name):
    """Why a row has no figure."""
    errors = [run[name]["error"] for run in result["systems"].get(system, []) if run.get(name, {}).get("error")]
    return errors[0] if errors else "-"


def names(result):
    """All rows in the order in which they were printed."""
    found = {}
    for runs in result["systems"].values():
        for run in runs:
            found.update(dict.fromkeys(run))
    return list(found)


def own_system(result):
    """What is compared with Linux: with the layout that Linux has there, where it was measured."""
    return ASTRA_FIXED if result["systems"].get(ASTRA_FIXED) else ASTRA


def ratio_of(value, bar, unit):
    """Below 1 is better than the bar, whatever the unit. Below zero is no cost: memory that others gave back meanwhile."""
    if not value or not bar or value < 0 or bar < 0:
        return None
    return bar / value if unit == "x" else value / bar


def ratio(result, name):
    """ASTRA's best figure by the better of Linux's, or None."""
    unit = unit_in(result, name)
    bars = [value for system in LINUXES if (value := best(result, system, name)) and value > 0]
    if not bars:
        return None
    return ratio_of(best(result, own_system(result), name), max(bars) if unit == "x" else min(bars), unit)


def spread(result, name):
    """Median, least and greatest of the ratios of runs that were made in turn, or None with fewer than two."""
    unit = unit_in(result, name)
    ratios = []
    for index, run in enumerate(result["systems"].get(own_system(result), [])):
        bars = []
        for system in LINUXES:
            runs = result["systems"].get(system, [])
            value = amount(runs[index].get(name), result) if index < len(runs) else None
            bars += [value] if value and value > 0 else []
        found = ratio_of(amount(run.get(name), result), (max if unit == "x" else min)(bars), unit) if bars else None
        ratios += [found] if found else []
    return (statistics.median(ratios), min(ratios), max(ratios)) if len(ratios) > 1 else None


def number(value):
    """A figure in the table."""
    if value is None:
        return "-"
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def lines_of(table):
    """TABLE, a list of equally long lists of words, as lines: the first column to the left, the others to the right."""
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    return ["  ".join([line[0].ljust(widths[0]), *(word.rjust(width) for word, width in zip(line[1:], widths[1:]))]).rstrip()
            for line in table]


def verdict(value):
    """A ratio's mark in the table."""
    return "" if value is None or value <= WISHED else "*" if value <= LIMIT else "**"


def rows_of(result):
    """The table's lines of words, its head first."""
    icount = result["mode"] == "icount"
    systems = [system for system in HEADS if result["systems"].get(system)]
    several = any(spread(result, name) for name in names(result))
    more = ["median", "spread"] if several else []
    table = [["row", *(HEADS[system] for system in systems), "unit", "ratio", *more, "target"]]
    for name in names(result):
        cells = [number(value) if (value := best(result, system, name)) is not None else error_in(result, system, name)
                 for system in systems]
        found, median = ratio(result, name), spread(result, name)
        words = [f"{median[0]:.2f}", f"{median[1]:.2f}-{median[2]:.2f}"] if median else ["", ""]
        target = TARGETS.get(name)
        table.append([name, *cells, unit_of(unit_in(result, name), icount),
                      f"{found:.2f}{verdict(found).ljust(2)}" if found else "  ", *(words if several else []),
                      f"{target:,.0f} ns" if target else ""])
    return table


def summary(result):
    """One sentence on how many rows are where."""
    found = [value for name in names(result) if (value := ratio(result, name))]
    within, beyond = sum(value <= WISHED for value in found), sum(value > LIMIT for value in found)
    return f"{len(found)} rows compared: {within} at or below {WISHED}, {beyond} above {LIMIT}"


def render(result):
    """The printed table with its head line and its summary."""
    how = (f"instructions, one CPU, icount shift {result['shift']}" if result["mode"] == "icount"
           else f"wall time, {result.get('cpus', 1)} CPUs, best of {len(result['systems'].get(ASTRA, []))} runs in turn")
    head = f"ASTRA.OS {result.get('commit', '')} and Linux {result.get('linux', '')}: {how}"
    return "\n".join([head, *lines_of(rows_of(result)), summary(result), ""])


def compare(old, new):
    """What a change did to ASTRA's rows: lines of words, the greatest change first; raises TableError."""
    if old["mode"] != new["mode"]:
        raise TableError(f"one result is {old['mode']}, the other {new['mode']}")
    system = ASTRA_FIXED if old["systems"].get(ASTRA_FIXED) and new["systems"].get(ASTRA_FIXED) else ASTRA
    changes = []
    for name in names(new):
        before, after = best(old, system, name), best(new, system, name)
        if before and after:
            changes.append((after / before - 1, name, before, after))
        elif before or after:
            changes.append((float("inf"), name, before, after))
    changes.sort(key=lambda change: -abs(change[0]))
    icount = new["mode"] == "icount"
    return [["row", "old", "new", "unit", "change"]] + [
        [name, number(before), number(after), unit_of(unit_in(new, name), icount),
         f"{change:+.1%}" if before and after else "gone" if before else "new"] for change, name, before, after in changes]
