# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Run examples/minimal in an emulated machine: minimal.py MINIMAL_BIN LOG. It judges itself and powers off."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "lib"))
import hvplan   # found through the path set above
import hvqemu


def main(firmware, log):
    hvqemu.exit_on_signals()
    argv = hvplan.machine_args(hvplan.Host(), 1, 128 * hvplan.MIB, True) + ["-kernel", firmware]
    with hvqemu.Console(argv, log) as machine:
        reason = machine.end_reason(60)
        output = machine.output()
    print(output.strip())
    if reason != "guest-shutdown":
        raise hvqemu.QemuError(f"the machine's end was {reason}, not guest-shutdown")
    if output.splitlines().count("minimal: PASS") != 1:
        raise hvqemu.QemuError("no line 'minimal: PASS'")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except hvqemu.QemuError as error:
        sys.exit(f"minimal: error: {error}")
