# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""scripts/demo --check: boot the guest, drive its console, and verify what the demo promises.

Nothing here waits for a length of time: every step waits for output, and the limits only end a run that hangs.
"""
import dataclasses
import os
import re
import subprocess
import time

import hvplan
from hvqemu import QEMU, Console, QemuError

PROMPT = r"guest:/#"
BOOT_LIMIT = 300   # seconds until a hang is assumed; a boot takes a few
# In the VM's map (docs/guest-binding.md) there is nothing here; on QEMU's machine it is a virtio slot.
UNASSIGNED = 0x0A000000
# A boot in the VM may execute this many times the instructions of the same boot at EL1.
INSTRUCTION_GATE = 1.02
WALL_GOAL = 1.5
WATCHED = re.compile(r"gic|timer|psci|\birq\b", re.IGNORECASE)
# Says only that the emulator itself was not scheduled for a while.
HOST_LOAD = re.compile(r"hrtimer: interrupt took")
BROKEN = re.compile(r"WARNING:|BUG:|Oops|Call trace|rcu.*stall|nobody cared")


class CheckFailed(Exception):
    """A promise that does not hold; the text says which and what was seen instead."""


def require(condition, text):
    if not condition:
        raise CheckFailed(text)


class Report:
    """Counts and prints, one line per check."""

    def __init__(self):
        self.passed = self.failed = 0

    def run(self, name, function, *args):
        """Run one check; print its result; return whether it passed."""
        start = time.monotonic()
        try:
            detail = function(*args)
        except (CheckFailed, QemuError) as error:
            self.failed += 1
            print(f"demo: FAILED {name}: {error}", flush=True)
            return False
        self.passed += 1
        print(f"demo: ok {name} ({time.monotonic() - start:.1f} s){': ' + detail if detail else ''}", flush=True)
        return True


# ---- in the guest -------------------------------------------------------------------------------------------------

def succeed(machine, command, timeout=120):
    """Run a command that must succeed; return its output."""
    status, output = machine.run(command, timeout)
    require(status == 0, f"`{command}` ended with {status}: {output.strip()[-200:]}")
    return output.strip()


def interrupt_counts(machine, name):
    """(Linux interrupt number, count per CPU) of the interrupt with this name."""
    for line in succeed(machine, "cat /proc/interrupts").splitlines():
        words = line.split()
        if words and words[-1] == name:
            return words[0].rstrip(":"), [int(word) for word in words[1:] if word.isdigit()][:online(machine)]
    raise CheckFailed(f"/proc/interrupts has no line for {name}")


def online(machine):
    return int(succeed(machine, "nproc"))


def check_online(machine, cpus):
    seen = succeed(machine, "cat /sys/devices/system/cpu/online")
    wanted = f"0-{cpus - 1}" if cpus > 1 else "0"
    require(seen == wanted, f"CPUs online: {seen}, not {wanted}")


def check_timer(machine, cpus):
    """Work pinned to a CPU makes that CPU's own timer interrupts grow: the guest loops until it has seen ten."""
    for cpu in range(cpus):
        field = f"grep arch_timer /proc/interrupts | tr -s \" \" | cut -d \" \" -f {cpu + 3}"
        succeed(machine, f"taskset -c {cpu} sh -c 's=$({field}); while [ $({field}) -lt $((s + 10)) ]; do :; done'")


def check_uart(machine, cpus):
    """The UART's interrupt arrives at the CPU it is routed to, and at no other."""
    for cpu in sorted({0, cpus // 2, cpus - 1}):
        irq, _ = interrupt_counts(machine, "uart-pl011")
        succeed(machine, f"echo {1 << cpu:x} > /proc/irq/{irq}/smp_affinity")
        # A change of affinity may still be followed by one interrupt at the old place.
        succeed(machine, "true")
        _, before = interrupt_counts(machine, "uart-pl011")
        for _ in range(3):
            succeed(machine, "true")
        _, after = interrupt_counts(machine, "uart-pl011")
        grown = [index for index in range(cpus) if after[index] > before[index]]
        require(grown == [cpu], f"UART interrupts routed to CPU {cpu} grew on {grown}: {before} -> {after}")


def check_dmesg(machine, _cpus):
    lines = succeed(machine, "dmesg -r").splitlines()
    require(len(lines) > 50, f"dmesg has {len(lines)} lines only")
    for line in lines:
        match = re.match(r"<(\d+)>(.*)", line)
        if not match or HOST_LOAD.search(line):
            continue
        warning = int(match.group(1)) % 8 <= 4 and WATCHED.search(line)
        require(not warning and not BROKEN.search(line), f"dmesg: {match.group(2)}")


def check_hotplug(machine, cpus):
    """The last CPU leaves and comes back ten times, and then still gets its timer."""
    cpu = cpus - 1
    knob = f"/sys/devices/system/cpu/cpu{cpu}/online"
    for _ in range(10):
        succeed(machine, f"echo 0 > {knob}")
        require(online(machine) == cpus - 1, f"CPU {cpu} did not go offline")
        succeed(machine, f"echo 1 > {knob}")
        require(online(machine) == cpus, f"CPU {cpu} did not come back")
    check_timer(machine, cpus)


def check_unassigned(machine, _cpus):
    """A read of an address where nothing is ends the reader (SIGBUS, or SIGSEGV), and only the reader."""
    status, output = machine.run(f"devmem {UNASSIGNED:#x}")
    require(status in (128 + 7, 128 + 11), f"devmem {UNASSIGNED:#x} ended with {status}: {output.strip()}")
    succeed(machine, "true")


def check_reboot(machine, cpus):
    machine.send("reboot")
    machine.expect(PROMPT, BOOT_LIMIT)
    machine.plain_shell()
    check_online(machine, cpus)


def check_poweroff(machine, _cpus):
    machine.send("poweroff")
    reason = machine.end_reason(60)
    require(reason == "guest-shutdown", f"the machine's end was {reason}, not guest-shutdown")
    status = machine.process.returncode
    require(status == 0, f"QEMU ended with {status}")


IN_GUEST = (
    ("all CPUs online", check_online),
    ("timer interrupts on each CPU", check_timer),
    ("UART interrupts where routed", check_uart),
    ("CPU offline and online ten times", check_hotplug),
    ("read of an unassigned address", check_unassigned),
    ("no warning of GIC, timer or PSCI", check_dmesg),
    ("reboot", check_reboot),
    ("poweroff", check_poweroff),
)


QUICK = (IN_GUEST[0], IN_GUEST[-1])


def boot(argv, log):
    """Start and wait for the shell; return (machine, seconds). The caller ends the machine."""
    start = time.monotonic()
    machine = Console(argv, log)
    try:
        machine.expect(PROMPT, BOOT_LIMIT)
    except BaseException:
        machine.kill()
        raise
    return machine, time.monotonic() - start


def check_guest(report, hypervisor, guest, host, folder, checks=IN_GUEST):
    """Boot in a VM and run the checks in the guest; return the wall time of the boot, or None."""
    name = host.cpu
    seconds = None

    def booted():
        nonlocal machine, seconds
        argv = hvplan.hypervisor_args(hypervisor, guest, host, folder)
        machine, seconds = boot(argv, os.path.join(folder, f"console-{name}.log"))
        return f"{seconds:.1f} s to the shell"

    machine = None
    if not report.run(f"{name}: boot to a shell", booted):
        return None
    with machine:
        machine.plain_shell()
        # Kernel messages would mix with what the commands print; dmesg keeps them.
        machine.run("dmesg -n 1")
        for label, function in checks:
            report.run(f"{name}: {label}", function, machine, guest.cpus)
    return seconds


# ---- cost of a boot -----------------------------------------------------------------------------------------------

def instructions(argv, log):
    """Instructions executed until the guest stops itself at the end of the boot (demo.stop in its command line).

    With -icount shift=0,sleep=off QEMU executes one instruction per virtual nanosecond on one thread and skips idle time,
    so the same boot gives the same count within some ten thousand instructions, whatever the load of this machine. The
    raw counter (QMP query-replay) holds instructions executed, at EL2 as well as at EL1, and no skipped time. -no-shutdown
    holds the machine still at the guest's SYSTEM_OFF, so the counter is read at the same point in both boots.
    """
    with Console(argv, log) as machine:
        end = machine.wait_event("SHUTDOWN", BOOT_LIMIT)
        require(end and end["reason"] == "guest-shutdown", f"the counted boot ended with {end}")
        return machine.command("query-replay")["icount"]


def count_boot(hypervisor, guest, host, folder, options):
    """Instructions of one boot in the VM and of the same boot at EL1, with these kernel options."""
    # A kernel at a random address does different work each time.
    guest = dataclasses.replace(guest, cpus=1, bootargs=f"{guest.bootargs} nokaslr demo.stop {options}")
    host = dataclasses.replace(host, qemu_args=host.qemu_args + ["-icount", "shift=0,sleep=off", "-no-shutdown"])
    log = os.path.join(folder, "console-count.log")
    return (instructions(hvplan.hypervisor_args(hypervisor, guest, host, folder), log),
            instructions(hvplan.direct_args(guest, host, folder), log))


def check_instructions(hypervisor, guest, host, folder, options):
    inside, direct = count_boot(hypervisor, guest, host, folder, options)
    text = f"{inside:,} in the VM, {direct:,} at EL1: {inside / direct:.4f}x (at most {INSTRUCTION_GATE}x)"
    require(inside <= direct * INSTRUCTION_GATE, text)
    return text


def check_wall_time(guest, host, folder, inside):
    """Printed, not judged: wall time on a shared machine proves nothing. The instruction count is the gate."""
    machine, direct = boot(hvplan.direct_args(guest, host, folder), os.path.join(folder, "console-direct.log"))
    machine.kill()
    return f"{inside:.1f} s in the VM, {direct:.1f} s at EL1: {inside / direct:.2f}x (goal: {WALL_GOAL}x)"


# ---- wrong guests -------------------------------------------------------------------------------------------------

def image_file(folder, name, flags=0, image_size=0x10000, length=4096):
    """A file with an arm64 Image header and nothing behind it."""
    header = bytearray(64)
    header[8:16] = (0).to_bytes(8, "little")
    header[16:24] = image_size.to_bytes(8, "little")
    header[24:32] = flags.to_bytes(8, "little")
    header[56:60] = b"ARM\x64"
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(bytes(header).ljust(length, b"\0")[:length])
    return path


def wrong_guests(guest, host, folder):
    """(name, guest, host, what the message must speak of) for everything that must be refused."""
    def with_kernel(path):
        return dataclasses.replace(guest, kernel=path, initrd=None)

    def with_property(name, value):
        return dataclasses.replace(guest, override={name: value})

    kernel_bytes = os.stat(guest.kernel).st_size
    two_cpus = dataclasses.replace(host, cpus=2)
    return (
        ("empty kernel", with_property("kernel", hvplan.cells(0x40000000, 0)), host, "kernel"),
        ("no kernel", with_property("kernel", None), host, "kernel"),
        ("truncated Image", with_kernel(image_file(folder, "truncated.img", length=62)), host, "kernel|[Ii]mage"),
        ("big-endian Image", with_kernel(image_file(folder, "big-endian.img", flags=1)), host, "endian"),
        ("Image larger than its memory",
         with_kernel(image_file(folder, "huge.img", image_size=guest.mem + 4096)), host, "kernel|[Ii]mage|memory"),
        ("file larger than the memory", dataclasses.replace(guest, mem=kernel_bytes // 2 // (2 << 20) * (2 << 20)),
         host, "kernel|[Ii]mage|memory"),
        ("initrd outside RAM", with_property("initrd", hvplan.cells(0x1000, 0x1000)), host, "initrd"),
        ("initrd range that wraps", with_property("initrd", hvplan.cells(0x50000000, (1 << 64) - 1)), host, "initrd"),
        ("initrd of size 0", with_property("initrd", hvplan.cells(0x50000000, 0)), host, "initrd"),
        ("zero vCPUs", with_property("cpus", (0).to_bytes(4, "big")), two_cpus, "cpus|CPU"),
        ("too many vCPUs", with_property("cpus", (3).to_bytes(4, "big")), two_cpus, "cpus|CPU"),
        ("memory that is not whole blocks", with_property("memory", hvplan.cells(guest.mem + 4096)), host, "memory"),
        ("more memory than the machine has", with_property("memory", hvplan.cells(1 << 40)), host, "memory"),
        ("a machine without GICv3", dataclasses.replace(guest, cpus=1),
         dataclasses.replace(host, machine="virt,gic-version=2"), "GIC"),
    )


def check_refused(hypervisor, guest, host, folder, about):
    """One line that names what is wrong, and an end that is not a clean power-off."""
    log = os.path.join(folder, "console-wrong.log")
    with Console(hvplan.hypervisor_args(hypervisor, guest, host, folder), log) as machine:
        reason = machine.end_reason(60)
        lines = machine.output().splitlines()
    errors = [line for line in lines if line.startswith("libhv: error: ")]
    require(len(errors) == 1, f"{len(errors)} error lines: {' | '.join(lines[-5:])}")
    require(re.search(about, errors[0]), f"the message does not speak of {about}: {errors[0]}")
    require(reason == "guest-reset", f"the machine's end was {reason}, not guest-reset")
    return errors[0]


# ---- the command line ---------------------------------------------------------------------------------------------

def check_command_line(folder):
    """Mistakes on the command line of scripts/demo: one line, exit status 2 (an empty file: 1), nothing started."""
    demo = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "demo")
    empty = os.path.join(folder, "empty")
    with open(empty, "wb"):
        pass
    for arguments, status in ((["--no-such-option"], 2), (["--kernel"], 2), (["--kernel", folder + "/nowhere"], 2),
                              (["--kernel", folder], 2), (["--kernel", empty], 1), (["--initrd", empty], 1),
                              (["--cpus", "0"], 2), (["--cpus", "two"], 2), (["--cpus", "-1"], 2), (["--mem", "3M"], 2),
                              (["--mem", "0"], 2), (["--mem", "lots"], 2), (["--cpu", ""], 2)):
        result = subprocess.run([demo] + arguments, capture_output=True, text=True, check=False,
                                stdin=subprocess.DEVNULL)
        said = f"`demo {' '.join(arguments)}` ended with {result.returncode}: {result.stderr.strip()}"
        require(result.returncode == status, said)
        require(len(result.stderr.strip().splitlines()) == 1 and not result.stdout, said)


def available(cpu):
    models = subprocess.run([QEMU, "-M", "virt", "-cpu", "help"], capture_output=True, text=True, check=True).stdout
    return cpu in models.split()


def check(hypervisor, guest, host, folder, quick):
    """Everything, or with `quick` one boot; return the exit status."""
    report = Report()
    inside = check_guest(report, hypervisor, guest, host, folder, QUICK if quick else IN_GUEST)
    if not quick:
        check_rest(report, hypervisor, guest, host, folder, inside)
    print(f"demo: {report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


def check_rest(report, hypervisor, guest, host, folder, inside):
    """What follows the first boot: other CPUs, wrong guests, wrong usage, and what a boot costs."""
    others = [cpu for cpu in ("max", "neoverse-n1") if cpu != host.cpu]
    for cpu in others:
        if not available(cpu):
            print(f"demo: this QEMU has no {cpu}: cortex-a72 instead", flush=True)
            cpu = "cortex-a72"
        check_guest(report, hypervisor, guest, dataclasses.replace(host, cpu=cpu), folder)
    for name, wrong_guest, wrong_host, about in wrong_guests(guest, host, folder):
        report.run(f"refused: {name}", check_refused, hypervisor, wrong_guest, wrong_host, folder, about)
    report.run("mistakes on the command line", check_command_line, folder)
    # Each character that the kernel logs is two exits for the emulated UART: judged with the log and without.
    for name, options in (("instructions of a boot", ""), ("instructions of a quiet boot", "quiet")):
        report.run(name, check_instructions, hypervisor, guest, host, folder, options)
    if inside is not None:
        report.run("wall time of a boot", check_wall_time, guest, host, folder, inside)
