# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The part of scripts/demo behind the set-up: run the hypervisor, print how, or check it. Called by scripts/demo only."""
import argparse
import os
import shlex
import sys

import hvplan
import hvqemu

MIB = hvplan.MIB


def parse():
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("mode", choices=("run", "dry-run", "check"))
    for name in ("hypervisor", "folder", "kernel", "initrd", "append", "cpu"):
        parser.add_argument("--" + name)
    parser.add_argument("--cpus", type=int)
    parser.add_argument("--mem", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--qemu-arg", action="append", default=[])
    return parser.parse_args()


def why_not(reason):
    """What a machine's end means when it was not the clean one."""
    if reason == "guest-reset":
        return "the hypervisor stopped the machine: its message is above"
    if reason in (None, "host-qmp-quit", "host-ui"):
        return "left before the guest had powered off"
    return f"the machine ended without a clean power-off ({reason})"


def run(argv, paused):
    reason = hvqemu.run_interactive(argv, paused)
    if reason != "guest-shutdown":
        raise hvqemu.QemuError(why_not(reason))


def main():
    options = parse()
    os.makedirs(options.folder, exist_ok=True)
    guest = hvplan.Guest(options.kernel, options.initrd, options.append, options.cpus, options.mem * MIB)
    host = hvplan.Host(options.cpu, qemu_args=options.qemu_arg)
    if options.mode == "check":
        import democheck  # only the check needs a console driver
        return democheck.check(options.hypervisor, guest, host, options.folder, options.quick)
    argv = hvplan.hypervisor_args(options.hypervisor, guest, host, options.folder)
    if options.mode == "dry-run":
        print(shlex.join(argv))
        return 0
    print(f"demo: {os.path.basename(os.path.realpath(options.kernel))}, {options.cpus} vCPUs, {options.mem} MiB,"
          f" on {options.cpu}; Ctrl-A x leaves", file=sys.stderr)
    run(argv, "-S" in options.qemu_arg)
    return 0


if __name__ == "__main__":
    hvqemu.exit_on_signals()
    try:
        sys.exit(main())
    except hvqemu.QemuError as error:
        sys.exit(f"demo: error: {error}")
