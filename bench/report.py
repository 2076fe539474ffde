#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Join what the bench programs printed, put goals beside it, and judge.

report.py --goals FILE [--expected FILE [--update]] --area AREA... LOG...

A log holds lines `name variant key=value...`; the same bench may appear in several logs (instructions in one, hook counts in another). Exit
status 1: a bench failed, a ceiling is exceeded, or a count is more than 2 % above the one in the expected file.
"""
import argparse
import sys

SLACK = 1.02
FIRST = ("ops", "insn", "insn/op", "bytes")


class Goals:
    def __init__(self, path):
        self.rows = {}
        with open(path, encoding="ascii") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    name, must, aim, peer, who = line.split()
                    self.rows[name] = (number(must), number(aim), number(peer), who)

    def of(self, name, variant):
        return self.rows.get(f"{name}/{variant}") or self.rows.get(name) or (None, None, None, "-")

    def names(self):
        return list(dict.fromkeys(name.split("/")[0] for name in self.rows))


def number(text):
    return None if text == "-" else int(text)


def read_logs(paths):
    """{(name, variant): fields} in the order of appearance, and the lines that report a failure."""
    benches, failures = {}, []
    for path in paths:
        with open(path, encoding="ascii", errors="replace") as file:
            complete = False
            for line in file:
                words = line.replace("\r", "").split()
                if "FAILED" in words or (words and words[-1] == "FAILED"):
                    failures.append(line.strip())
                elif words and words[-1] == "complete":
                    complete = True
                if len(words) < 3 or "=" not in words[2]:
                    continue
                fields = benches.setdefault((words[0], words[1]), {})
                for word in words[2:]:
                    if word == "FAILED":
                        break
                    key, value = word.split("=")
                    fields[key] = int(value)
            if not complete:
                failures.append(f"{path}: the program did not end by itself")
    return benches, failures


def measure(fields):
    """What is compared with the goals: instructions per operation, or bytes."""
    if "insn" in fields:
        return fields["insn"] / fields["ops"]
    return fields.get("bytes")


def text_of(value):
    return str(int(value)) if value == int(value) else f"{value:.1f}"


def print_line(name, variant, fields, goal, verdict):
    must, aim, peer, who = goal
    value = measure(fields)
    words = [name, variant]
    if "insn" in fields:
        fields = dict(fields, **{"insn/op": value})
    for key in FIRST + tuple(k for k in fields if k not in FIRST):
        if key in fields:
            words.append(f"{key}={text_of(fields[key])}")
    if must is not None:
        words.append(f"ceiling={must}")
    if aim is not None:
        words.append(f"aim={aim}")
    if peer is not None:
        words.append(f"best_peer={peer}({who})")
        if value:
            words.append(f"ratio={peer / value:.2f}")
    if verdict:
        words.append(verdict)
    print(" ".join(words))


def read_expected(path):
    expected = {}
    try:
        with open(path, encoding="ascii") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    name, variant, value = line.split()
                    expected[name, variant] = float(value)
    except FileNotFoundError:
        pass
    return expected


def write_expected(path, expected):
    with open(path, "w", encoding="ascii") as file:
        file.write("# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later\n")
        file.write("# A64 instructions per operation, bytes for text.*: written by `scripts/bench --update`. More than 2 % above fails.\n")
        for (name, variant), value in sorted(expected.items()):
            file.write(f"{name} {variant} {value:.2f}\n")


def judge(value, must, expected):
    if value is None:
        return ""
    if must is not None and value > must:
        return "ABOVE-CEILING"
    if expected is not None and value > expected * SLACK:
        return f"ABOVE-EXPECTED({expected:.1f})"
    if expected is not None and value * SLACK < expected:
        return f"better-than-expected({expected:.1f})"
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--goals", required=True)
    parser.add_argument("--expected")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--area", nargs="+", required=True)
    parser.add_argument("--log", nargs="+", required=True)
    args = parser.parse_args()

    goals = Goals(args.goals)
    expected = read_expected(args.expected) if args.expected else {}
    benches, failures = read_logs(args.log)
    above = {"ABOVE-CEILING": 0, "ABOVE-EXPECTED": 0}
    for (name, variant), fields in benches.items():
        value = measure(fields)
        goal = goals.of(name, variant)
        verdict = judge(value, goal[0], None if args.update else expected.get((name, variant)))
        print_line(name, variant, fields, goal, verdict)
        if verdict.startswith("ABOVE"):
            above[verdict.split("(")[0]] += 1
        if value is not None:
            expected[name, variant] = value
    measured = {name for name, _ in benches}
    absent = [n for n in goals.names() if n not in measured and n.split(".")[0] in args.area]
    for name in absent:
        print(f"{name} absent")
    for line in failures:
        print(f"failure: {line}")
    if args.update and args.expected:
        write_expected(args.expected, expected)
    print(f"bench: {len(benches)} lines, {above['ABOVE-CEILING']} above their ceiling, {above['ABOVE-EXPECTED']} above the "
          f"expected count, {len(absent)} absent, {len(failures)} failed")
    return 1 if failures or any(above.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
