#!/usr/bin/env python3
"""Runs tests and adds up their results.

    testrun.py one NAME TIMEOUT -- COMMAND…   one test that is a command of this machine          (an edge of build.ninja)
    testrun.py guest LIST.json GROUP          programs that share one boot                        (an edge of build.ninja)
    testrun.py summary TESTS.json             all results, failures in full, "N passed, N failed" (what `ninja test` ends with)
    testrun.py all [NAME…]                    build and run the tests whose names contain a NAME  (configure.py test)

A result file is a list of dictionaries: name, verdict (passed, failed, skipped), seconds, output. Writing one always
succeeds, so that ninja goes on; results that did not pass are removed after the summary, so that the next run
repeats them. A test passes when it exits with 0; 77 means skipped, and its output says why.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import guestrun
import machine

RESULTS = "build/results"
TESTS = "build/gen/tests.list"
SKIPPED = 77
OUTPUT_LIMIT = 65536  # bytes kept of a test's output: the end


def result(name, status, seconds, output):
    """One entry of a result file; STATUS is an exit status."""
    verdict = {0: "passed", SKIPPED: "skipped"}.get(status, "failed")
    return {"name": name, "verdict": verdict, "seconds": round(seconds, 2),
            "output": output[-OUTPUT_LIMIT:].decode(errors="replace")}


def write_results(path, results):
    """Write a result file in one step."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    os.replace(path + ".tmp", path)


def run_one(name, timeout, command):
    """Run one command as a test; returns its entry."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=1", UBSAN_OPTIONS="print_stacktrace=1", PYTHONDONTWRITEBYTECODE="1")
    scratch = None
    if name.startswith("linux/"):  # the same surroundings as on the guest
        scratch = tempfile.mkdtemp(prefix="astra-test-")
        command = [os.path.abspath(command[0]), *command[1:]]
        environment = dict(guestrun.ENVIRONMENT)
    started = time.monotonic()
    try:
        status, output = run_command(command, timeout, environment, scratch)
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    return result(name, status, time.monotonic() - started, output)


def run_command(command, timeout, environment, folder):
    """Run COMMAND in a session of its own; returns its exit status as a shell sees it, and its output with a note.

    Signals for our process group do not reach it: it ends with us, however that happens.
    """
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
                          cwd=folder, start_new_session=True, preexec_fn=machine.die_with_parent) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            end_group(process.pid)
            output, _ = process.communicate()
            return 124, output + b"\n(still running after %d seconds)\n" % timeout
        finally:
            end_group(process.pid)
    if process.returncode < 0:
        return 128 - process.returncode, output + b"\n(killed by signal %d)\n" % -process.returncode
    note = b"" if process.returncode in (0, SKIPPED) else b"\n(exit status %d)\n" % process.returncode
    return process.returncode, output + note


def end_group(group):
    """End what a test left running in its session."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def run_guest(tests, files):
    """Run (name, guest path, program) entries on one machine that also has FILES; returns their results."""
    return [result(name, *rest) for name, *rest in guestrun.run_all(tests, files, show_progress)]


def show_progress(text):
    """One line about a long step."""
    print(text, file=sys.stderr, flush=True)


def read_results(tests):
    """The entry of each of TESTS; one whose result is missing has failed."""
    files, found = {}, []
    for test in tests:
        path = test["result"]
        if path not in files:
            try:
                with open(path, encoding="utf-8") as file:
                    files[path] = {entry["name"]: entry for entry in json.load(file)}
            except FileNotFoundError:
                files[path] = {}
        missing = result(test["name"], 1, 0, b"there is no result: it was not built; see above\n")
        found.append(files[path].get(test["name"], missing))
    return found


def summarise(tests):
    """Print what failed and the closing line; returns the exit status."""
    entries = read_results(tests)
    by_verdict = {verdict: [entry for entry in entries if entry["verdict"] == verdict]
                  for verdict in ("passed", "failed", "skipped")}
    for entry in by_verdict["skipped"]:
        reason = entry["output"].strip().splitlines()
        print(f"SKIPPED {entry['name']}: {reason[-1] if reason else 'no reason given'}")
    for entry in by_verdict["failed"]:
        print(f"\nFAILED {entry['name']} after {entry['seconds']} s; again:  ./configure.py test {entry['name']}")
        print("".join(f"    {line}\n" for line in entry["output"].rstrip().splitlines()), end="")
    again = {entry["name"] for entry in entries if entry["verdict"] != "passed"}
    for path in {test["result"] for test in tests if test["name"] in again}:
        if os.path.exists(path):
            os.unlink(path)
    skipped = f", {len(by_verdict['skipped'])} skipped" if by_verdict["skipped"] else ""
    print(f"\n{len(by_verdict['passed'])} passed, {len(by_verdict['failed'])} failed{skipped}", flush=True)
    return 1 if by_verdict["failed"] else 0


def select(names):
    """The tests whose names contain one of NAMES; a full name selects only itself."""
    with open(TESTS, encoding="utf-8") as file:
        tests = json.load(file)
    exact = {test["name"] for test in tests} & set(names)
    return [test for test in tests
            if not names or test["name"] in exact or any(name in test["name"] for name in names if name not in exact)]


def run_selected_guests(tests, selected):
    """Run some of the guest's tests by themselves, and point SELECTED at their results."""
    with open("build/gen/guest-tests.json", encoding="utf-8") as file:
        guests = json.load(file)
    entries = [entry for group in guests["groups"].values() for entry in group]
    names = {test["name"] for test in selected}
    path = f"{RESULTS}/selected.json"
    programs = [program for name, _, program in entries if name in names] + [built for _, built in guests["files"]]
    if subprocess.run(["ninja", "-k", "0", "boot", *programs], stdout=sys.stderr, check=False).returncode:
        return [dict(test, result=path + ".missing") if test in selected else test for test in tests]
    write_results(path, run_guest([entry for entry in entries if entry[0] in names], guests["files"]))
    return [dict(test, result=path) if test in selected else test for test in tests]


def run_all(names):
    """configure.py test."""
    tests = select(names)
    if not tests:
        sys.exit(f"configure.py: no test's name contains {' or '.join(names)}")
    guests = [test for test in tests if "program" in test]
    every_guest = [test for test in select([]) if "program" in test]
    here = [test for test in tests if test not in guests or len(guests) == len(every_guest)]
    targets = sorted({test["result"] for test in here})
    if targets:
        subprocess.run(["ninja", "-k", "0", *targets], stdout=sys.stderr, check=False)
    if guests and len(guests) != len(every_guest):
        tests = run_selected_guests(tests, guests)
    return summarise(tests)


def main(argv):
    """One of the commands of the module's text."""
    command, rest = argv[0], argv[1:]
    if command == "one":
        name, timeout = rest[:2]
        write_results(f"{RESULTS}/{name}.json", [run_one(name, int(timeout), rest[3:])])
    elif command == "guest":
        with open(rest[0], encoding="utf-8") as file:
            guests = json.load(file)
        write_results(f"{RESULTS}/{rest[1]}.json", run_guest(guests["groups"][rest[1]], guests["files"]))
    elif command == "summary":
        with open(rest[0], encoding="utf-8") as file:
            return summarise(json.load(file))
    elif command == "all":
        return run_all(rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
