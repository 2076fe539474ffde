# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Boot a host kernel with the module in its initramfs and judge what it says. Called by tests/qemu/kvm-module."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "lib"))
import hvplan   # found through the path set above
import hvqemu

STEPS = ("refused", "load", "loaded", "unloaded", "no-leak", "no-complaint")
LEAST_CHECKS = 40


def judge(output):
    """Raise QemuError unless every step ended as it must."""
    for name in STEPS:
        if f"step {name}: ok" not in output:
            raise hvqemu.QemuError(f"step {name} did not succeed")
    # insmod may try twice before it gives up: each attempt reports.
    refused, loaded = (re.findall(r"libhv: self-test: (\d+) passed, (\d+) failed", part)
                       for part in re.split(r"step (?:refused|load): ok", output)[:2])
    if not refused or any(failed != "1" for _, failed in refused):
        raise hvqemu.QemuError(f"with one provoked failure the self-test reported {refused}")
    if len(loaded) != 1 or loaded[0][1] != "0" or int(loaded[0][0]) < LEAST_CHECKS:
        raise hvqemu.QemuError(f"the self-test reported {loaded}")
    return loaded[0][0]


def main(kernel, initrd, log):
    hvqemu.exit_on_signals()
    host = hvplan.Host()
    # The host kernel leaves EL2 to the module: that is what it will need to run guests.
    argv = hvplan.machine_args(host, 2, 512 * hvplan.MIB, True)
    argv += ["-kernel", kernel, "-initrd", initrd, "-append", "console=ttyAMA0 quiet loglevel=7 kvm-arm.mode=none panic=-1"]
    with hvqemu.Console(argv, log) as machine:
        reason = machine.end_reason(300)
        output = machine.output()
    if reason != "guest-shutdown":
        raise hvqemu.QemuError(f"the machine's end was {reason}, not guest-shutdown")
    print(f"kvm-module: {os.path.basename(os.path.realpath(kernel))}: self-test {judge(output)} passed")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except hvqemu.QemuError as error:
        sys.exit(f"kvm-module: error: {error} (console: {sys.argv[3]})")
