# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The house rules of docs/architecture.md and CONTRIBUTING.md, checked on the sources and on the aarch64 objects.

Usage: rules.py ROOT OUT [--report]. Needs the preset baremetal configured (its compile commands are the contract's flags).
Prints one line per rule, and with --report the budgets of functions and files as well.
"""
import json
import os
import re
import shlex
import socket
import subprocess
import sys

CROSS = "aarch64-linux-gnu-"
ALLOWED_CALLS = {"memcpy", "memset", "memmove", "memcmp"}
MAX_FRAME_BYTES = 256
SPDX = "SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later"

# What a public header may include; hv.h, vcpu.h and vm.h sit on top of everything.
BASE = {"types", "config", "err", "backend", "vcpu_set"}
MAY_USE = {
    "types": set(), "config": set(), "err": set(), "vcpu_set": {"types", "config"}, "backend": {"types", "config", "err"},
    "pool": BASE, "s2": BASE | {"pool"}, "vmid": BASE, "esr": BASE, "exit": BASE | {"esr"}, "insn": BASE, "mmio": BASE,
    "sysreg": BASE, "smccc": BASE, "psci": BASE | {"smccc"}, "vgic": BASE, "timer": BASE, "fdt": BASE, "image": BASE,
    "trace": BASE,
}
# Which module a source belongs to, by the beginning of its name; the rest is the run loop, which may use everything.
MODULE_OF = (("s2", "s2"), ("vgic", "vgic"), ("pool", "pool"), ("esr_name", "exit"), ("esr", "esr"), ("exit", "exit"), ("insn", "insn"),
             ("timer", "timer"), ("idreg", "sysreg"), ("traps", "sysreg"), ("smccc", "smccc"), ("image", "image"),
             ("fdt", "fdt"), ("vmid", "vmid"))
# exit.c turns the ISS of a trapped MSR into a key.
SOURCE_ALSO = {"exit": {"sysreg"}}
FREESTANDING = {"stdbool.h", "stddef.h", "stdint.h", "linux/types.h", "linux/stddef.h"}


class Rules:
    """Paths, and what the rules share."""

    def __init__(self, root, out):
        self.root, self.out = root, out
        self.tracked = [name for name in self._git() if os.path.exists(os.path.join(root, name))]

    def _git(self):
        """Tracked and new files; a plain copy without git is walked."""
        result = subprocess.run(["git", "-C", self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return sorted(set(filter(None, result.stdout.split("\0"))))
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name not in ("build", ".git")]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in files]
        return sorted(found)

    def text(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def under(self, folder, *extensions):
        return [name for name in self.tracked if name.startswith(folder) and name.endswith(extensions)]

    def core_sources(self):
        """Names in sources.txt and in the lists of optional components."""
        names = []
        for listing in self.under("libhv/sources", ".txt"):
            names += [line.strip() for line in self.text(listing).splitlines() if line.strip() and line[0] != "#"]
        return names


def includes(text):
    """(line, included name, is quoted) of each #include."""
    return [(number, match.group(2), match.group(1) == '"') for number, line in enumerate(text.splitlines(), 1)
            if (match := re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line))]


def run(argv, **kwargs):
    return subprocess.run(argv, capture_output=True, text=True, check=False, **kwargs)


def first_error(result):
    """The line of a compiler's output that says what is wrong."""
    lines = result.stderr.strip().splitlines()
    return next((line for line in lines if "error:" in line), lines[0] if lines else "no reason given")


# ---- sources ------------------------------------------------------------------------------------------------------

def rule_spdx(rules):
    """every file carries the licence line, or REUSE.toml speaks for it"""
    spoken_for = []
    for path in re.findall(r'"([^"]+)"', " ".join(re.findall(r"path = \[([^\]]*)\]", rules.text("REUSE.toml")))):
        spoken_for.append(re.compile(re.escape(path).replace(r"\*\*", ".*").replace(r"\*", "[^/]*") + "$"))
    for name in rules.tracked:
        if any(pattern.match(name) for pattern in spoken_for):
            continue
        if SPDX not in "\n".join(rules.text(name).splitlines()[:3]):
            yield f"{name}: no line '{SPDX}' at the top"


def rule_names_no_machine(rules):
    """no file names the machine it was written on, or a place packages come from"""
    machine = {rules.root, os.path.realpath(rules.root)}
    host = socket.gethostname()
    if len(host) > 4 and host not in ("localhost", "debian"):
        machine.add(host)
    mirror = re.compile(r"https?://[\w.-]*(debian\.org|/debian)", re.IGNORECASE)
    # Nothing in the project may lean on a folder beside it; spelled so that this file does not.
    outside = re.compile(r"(^|[\s\"'(=])(\.\./)+" + "shared\\b|(^|[\\s\"'(=:])/" + "work/")
    for name in rules.tracked:
        if name.endswith(".csv"):
            continue
        for number, line in enumerate(rules.text(name).splitlines(), 1):
            if any(word in line for word in machine) or mirror.search(line) or outside.search(line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def rule_sources_listed(rules):
    """libhv/sources*.txt list every .c file of libhv/src, once"""
    listed = rules.core_sources()
    there = {name[len("libhv/src/"):] for name in rules.under("libhv/src/", ".c")}
    for name in sorted(there - set(listed)):
        yield f"libhv/src/{name} is in no list"
    for name in sorted(set(listed) - there):
        yield f"{name} is listed and does not exist"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"{name} is listed twice"


def rule_public_includes(rules):
    """public headers include hv/*.h only, in the order of the architecture; only hv/backend.h knows the backend"""
    for name in rules.under("libhv/include/hv/", ".h"):
        module = os.path.basename(name)[:-2]
        is_device = "/dev/" in name
        for number, included, quoted in includes(rules.text(name)):
            where = f"{name}:{number}: {included}"
            if included == "hv_backend.h" and name == "libhv/include/hv/backend.h":
                continue
            if included in FREESTANDING and name == "libhv/include/hv/types.h":
                continue
            if quoted or not included.startswith("hv/"):
                yield where + " is not a public header"
            elif module in MAY_USE and not is_device:
                target = included[3:-2]
                if target not in MAY_USE[module] and included != f"hv/{module}.h":
                    yield where + f" is not below {module}"


def module_of(base):
    """Module of a file of libhv/src, None for the run loop."""
    return next((module for prefix, module in MODULE_OF if re.match(prefix + r"(_|\.)", base)), None)


def rule_core_includes(rules):
    """a core source uses its own module and what is below it"""
    for name in rules.under("libhv/src/", ".c", ".h"):
        base = os.path.basename(name)
        module = module_of(base)
        for number, included, quoted in includes(rules.text(name)):
            where = f"{name}:{number}: {included}"
            if quoted:
                if not os.path.exists(os.path.join(rules.root, os.path.dirname(name), included)):
                    yield where + " is not a private header of the core"
                elif module and module_of(included) not in MAY_USE[module] | {module}:
                    yield where + f" is not below {module}"
            elif not included.startswith("hv/"):
                yield where + ": the core includes hv/*.h only"
            elif module and "/dev/" not in name:
                target = included[3:-2]
                if target not in MAY_USE[module] | {module} | SOURCE_ALSO.get(module, set()):
                    yield where + f" is not below {module}"


def rule_outsiders(rules):
    """backends, examples and tools do not include libhv/src"""
    private = {os.path.basename(name) for name in rules.under("libhv/src/", ".h")}
    for folder in ("backends/", "examples/", "tools/"):
        for name in rules.under(folder, ".c", ".h", ".S", "CMakeLists.txt"):
            text = rules.text(name)
            for number, included, _ in includes(text):
                if "libhv/src" in included or os.path.basename(included) in private:
                    yield f"{name}:{number}: {included} is private to the core"
            if name.endswith("CMakeLists.txt") and re.search(r"include_directories\([^)]*libhv/src", text):
                yield f"{name}: puts libhv/src on the include path"


def rule_attributes(rules):
    """attributes are spelled with underscores: an embedder's macros (Linux: noinline) cannot change them"""
    for name in rules.under("libhv/", ".c", ".h"):
        for number, line in enumerate(rules.text(name).splitlines(), 1):
            if re.search(r"__attribute__\(\((?!__)", line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def rule_headers_alone(rules):
    """each public header compiles by itself as C11 and as C++17, with gcc and clang"""
    flags = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
             f"-I{rules.root}/libhv/include", f"-I{rules.root}/backends/generic/include"]
    for name in rules.under("libhv/include/hv/", ".h"):
        source = f"#include <{name[len('libhv/include/'):]}>\nextern int something;\n"
        for compiler, language, standard in (("gcc", "c", "c11"), ("g++", "c++", "c++17"),
                                             ("clang", "c", "c11"), ("clang++", "c++", "c++17")):
            result = run([compiler, *flags, f"-std={standard}", "-x", language, "-"], input=source)
            if result.returncode != 0:
                yield f"{name} ({compiler} {standard}): {first_error(result)}"


# ---- objects ------------------------------------------------------------------------------------------------------

def compile_core(rules):
    """Compile each core source with the flags of the baremetal preset's generic library; return [(source, object)]."""
    database = os.path.join(rules.root, "build/baremetal/compile_commands.json")
    with open(database, encoding="utf-8") as file:
        commands = {entry["file"]: entry for entry in json.load(file) if "backends/generic" in entry["command"].split(" -o ")[1]}
    objects = []
    os.makedirs(rules.out, exist_ok=True)
    for source in rules.core_sources():
        path = os.path.join(rules.root, "libhv/src", source)
        # Components outside sources.txt are not in the generic library; they are built with its flags.
        entry = commands.get(path) or commands[os.path.join(rules.root, "libhv/src/pool.c")]
        argv = shlex.split(entry["command"])
        target = os.path.join(rules.out, source.replace("/", "_")[:-2] + ".o")
        argv[argv.index("-o") + 1] = target
        argv[argv.index("-c") + 1] = path
        result = run(argv + ["-fstack-usage"], cwd=entry["directory"])
        if result.returncode != 0:
            raise RuntimeError(f"{source} does not compile: {first_error(result)}")
        objects.append((source, target))
    return objects


def rule_no_addresses(_rules, objects):
    """no absolute relocation in what is loaded: the code runs at any address"""
    for source, path in objects:
        section = ""
        for line in run([CROSS + "readelf", "-rW", path]).stdout.splitlines():
            if match := re.match(r"Relocation section '\.rela(\S*)'", line):
                section = match.group(1)
            elif "R_AARCH64_ABS" in line and not section.startswith((".debug", ".eh_frame")):
                yield f"{source}: {section}: {line.split()[2]} {line.split()[-3]}"


def rule_no_state(_rules, objects):
    """no writable data: .data and .bss are empty"""
    for source, path in objects:
        for line in run([CROSS + "readelf", "-SW", path]).stdout.splitlines():
            match = re.match(r"\s*\[\s*\d+\] (\S+)\s+(\S+)\s+\S+ \S+ (\S+) \S+\s+(\S+)", line)
            if match and "W" in match.group(4) and "A" in match.group(4) and int(match.group(3), 16):
                yield f"{source}: {match.group(1)} has {int(match.group(3), 16)} bytes"


def rule_names(_rules, objects):
    """external names begin with hv_; besides them only memcpy, memset, memmove, memcmp are called"""
    for source, path in objects:
        for line in run([CROSS + "nm", "-g", path]).stdout.splitlines():
            kind, name = line.split()[-2:]
            if not name.startswith("hv_") and not (kind == "U" and name in ALLOWED_CALLS):
                yield f"{source}: {'calls' if kind == 'U' else 'defines'} {name}"


def rule_general_registers(_rules, objects):
    """no SIMD or FP register, no instruction of the machine: a backend does those"""
    # Barriers, exclusives and atomics of the backend's inline functions are meant to be here. A branch's operand is an address.
    machine = re.compile(r"(msr|mrs|hvc|smc|svc|tlbi|at|dc|ic|sys|wfi|wfe|sev|eret)\s|[^bct]\S*\t.*\b[qvdsh]\d+\b")
    for source, path in objects:
        for line in run([CROSS + "objdump", "-d", "--no-show-raw-insn", path]).stdout.splitlines():
            _, colon, code = line.split("<")[0].split("//")[0].partition(":\t")
            if colon and machine.match(code):
                yield f"{source}: {code.strip()}"


def rule_frames(_rules, objects):
    """no stack frame above 256 bytes"""
    for source, path in objects:
        with open(path[:-2] + ".su", encoding="utf-8") as file:
            for line in file:
                where, size, kind = line.rstrip("\n").split("\t")
                if int(size) > MAX_FRAME_BYTES or "dynamic" in kind and "bounded" not in kind:
                    yield f"{source}: {where.split(':')[-1]} uses {size} bytes ({kind})"


# ---- budgets: a report, argued in review rather than gamed ----------------------------------------------------------

def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def code_lines(text):
    """(comment lines, code lines)."""
    comment = code = 0
    inside = False
    for line in text.splitlines():
        stripped = line.strip()
        if inside or stripped.startswith(("/*", "//")):
            comment += 1
            inside = (inside or stripped.startswith("/*")) and "*/" not in stripped
        elif stripped:
            code += 1
    return comment, code


def report(rules):
    """Print the budgets of CONTRIBUTING.md beside what is there."""
    sources = [os.path.join(rules.root, name) for name in rules.under("libhv/src/", ".c")]
    functions = []
    for line in run(["pmccabe", *sources]).stdout.splitlines():
        fields = line.split("\t")
        name = fields[5].split(": ")[-1] + " (" + os.path.relpath(fields[5].split("(")[0], rules.root) + ")"
        functions.append((int(fields[0]), int(fields[4]), name))
    lines = [length for _, length, _ in functions]
    print(f"budget: functions {len(functions)}; lines: median {percentile(lines, 0.5)} (13), 95 % {percentile(lines, 0.95)}"
          f" (45), most {max(lines, default=0)} (80)")
    for complexity, length, name in functions:
        if complexity > 15 or length > 80:
            print(f"budget: over: {name}: complexity {complexity} (15), {length} lines (80)")
    for name in rules.under("libhv/", ".c", ".h"):
        count = len(rules.text(name).splitlines())
        if count > 600:
            print(f"budget: over: {name}: {count} lines (about 600)")
    comment = code = directives = total = 0
    for name in rules.under("libhv/include/hv/", ".h"):
        some_comment, some_code = code_lines(rules.text(name))
        comment, code = comment + some_comment, code + some_code
    for name in rules.under("libhv/src/", ".c", ".h"):
        text = rules.text(name)
        total += len(text.splitlines())
        directives += len(re.findall(r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b", text, re.MULTILINE))
    print(f"budget: public headers: {comment / max(code, 1):.2f} comment lines per code line (0.8)")
    print(f"budget: core: {total} lines, {1000 * directives / max(total, 1):.1f} #if per 1,000 lines (5)")


SOURCE_RULES = (rule_spdx, rule_names_no_machine, rule_sources_listed, rule_public_includes, rule_core_includes,
                rule_outsiders, rule_attributes, rule_headers_alone)
OBJECT_RULES = (rule_no_addresses, rule_no_state, rule_names, rule_general_registers, rule_frames)


def main(root, out, *options):
    rules = Rules(os.path.abspath(root), os.path.abspath(out))
    if "--report" in options:
        report(rules)
        return 0
    passed = failed = 0
    try:
        objects = compile_core(rules)
    except RuntimeError as error:
        objects = None
        print(f"rules: FAILED {error}")
    for rule in SOURCE_RULES + OBJECT_RULES:
        arguments = (rules, objects) if rule in OBJECT_RULES else (rules,)
        found = list(rule(*arguments)) if objects is not None or rule in SOURCE_RULES else ["no objects to look at"]
        for line in found:
            print(f"rules: {line}")
        print(f"rules: {'FAILED' if found else 'ok'} {' '.join(rule.__doc__.split())}")
        passed, failed = passed + (not found), failed + bool(found)
    print(f"rules: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
