# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""What to run on what machine: from a description of the guest to a QEMU command line.

The hypervisor finds its guest by docs/guest-binding.md: files lie in host RAM (QEMU's loader device puts them there) and a
node under /chosen of the host's device tree names them.
"""
import os
import subprocess
from dataclasses import dataclass, field

import libfdt

from hvqemu import QEMU, QemuError

MIB = 1 << 20
PAGE = 4096
MACHINE = "virt,gic-version=3"
# For the hypervisor, its device tree and the alignment of guest RAM (docs/guest-binding.md, "How much host RAM").
SPARE = 64 * MIB


@dataclass
class Guest:
    """One virtual machine. Paths may be None where the property is to be left out."""
    kernel: str
    initrd: str = None
    bootargs: str = None
    cpus: int = 1
    mem: int = 512 * MIB
    # Property name -> raw bytes (or None: absent), in place of what would be written. For the tests of wrong guests.
    override: dict = field(default_factory=dict)


@dataclass
class Host:
    """The emulated machine."""
    cpu: str = "cortex-a57"
    cpus: int = 0              # 0: as many as the guest has vCPUs
    machine: str = MACHINE
    qemu_args: list = field(default_factory=list)


def cells(*values):
    """64-bit values as the device tree wants them: big-endian, high cell first."""
    return b"".join(value.to_bytes(8, "big") for value in values)


def round_up(value, unit):
    return (value + unit - 1) // unit * unit


def size_of(path):
    return os.stat(path).st_size if path else 0


def dump_tree(argv, path):
    """The device tree QEMU would give the machine of this command line."""
    index = argv.index("-M") + 1
    dump = argv[:index] + [f"{argv[index]},dumpdtb={path}"] + argv[index + 1:]
    result = subprocess.run(dump, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0 or not os.path.exists(path):
        raise QemuError("QEMU refused the machine: " + (result.stderr.strip().splitlines() or ["no reason given"])[0])
    with open(path, "rb") as file:
        return libfdt.Fdt(file.read())


def write_tree(tree, path):
    """Packed: QEMU dumps a tree of 1 MiB, doubles what it loads, and Linux refuses 2 MiB."""
    tree.pack()
    with open(path, "wb") as file:
        file.write(tree.as_bytearray()[:tree.totalsize()])
    return path


def ram_of(tree):
    """Base and size of the first memory node."""
    node = tree.first_subnode(0)
    while node >= 0:
        if tree.get_name(node).startswith("memory"):
            reg = bytes(tree.getprop(node, "reg"))
            return int.from_bytes(reg[:8], "big"), int.from_bytes(reg[8:16], "big")
        node = tree.next_subnode(node, libfdt.QUIET_NOTFOUND)
    raise QemuError("the machine's device tree has no memory node")


def machine_args(host, cpus, mem, virtualization):
    machine = host.machine + (",virtualization=on" if virtualization else "")
    # The console and the monitor on the terminal: -nographic says so too, but no longer where another monitor (QMP) is asked
    # for. No network card: QEMU would add one, and its boot ROM is not in Debian's qemu-system-arm.
    return [QEMU, "-M", machine, "-cpu", host.cpu, "-smp", str(cpus), "-m", f"{mem // MIB}M",
            "-nographic", "-serial", "mon:stdio", "-nic", "none", "-no-reboot"]


def add_vm_node(tree, guest, places):
    """Write the node of docs/guest-binding.md into the tree."""
    properties = {"compatible": b"libhv,vm\0", "cpus": guest.cpus.to_bytes(4, "big"), "memory": cells(guest.mem),
                  "kernel": cells(places["kernel"], size_of(guest.kernel))}
    if guest.initrd:
        properties["initrd"] = cells(places["initrd"], size_of(guest.initrd))
    if guest.bootargs is not None:
        properties["bootargs"] = guest.bootargs.encode() + b"\0"
    properties.update(guest.override)
    tree.resize(tree.totalsize() + PAGE + sum(len(value or b"") for value in properties.values()))
    node = tree.add_subnode(tree.path_offset("/chosen"), "vm@0")
    for name, value in properties.items():
        if value is not None:
            tree.setprop(node, name, value)


def hypervisor_args(hypervisor, guest, host, folder):
    """QEMU's command line for the guest in a VM of the hypervisor. Writes folder/host.dtb."""
    files = {"kernel": guest.kernel, "initrd": guest.initrd}
    mem = round_up(guest.mem + sum(round_up(size_of(path), PAGE) for path in files.values()) + SPARE, MIB)
    argv = machine_args(host, host.cpus or guest.cpus, mem, True)
    argv += host.qemu_args
    tree = dump_tree(argv, os.path.join(folder, "qemu.dtb"))
    base, size = ram_of(tree)
    # From the top of RAM down: what the hypervisor itself uses is at the bottom.
    top, places, loaders = base + size, {}, []
    for name, path in files.items():
        if path:
            top = (top - size_of(path)) // PAGE * PAGE
            places[name] = top
            loaders += ["-device", f"loader,file={path.replace(',', ',,')},addr={top:#x},force-raw=on"]
    add_vm_node(tree, guest, places)
    tree_path = write_tree(tree, os.path.join(folder, "host.dtb"))
    return argv + ["-kernel", hypervisor, "-dtb", tree_path] + loaders


# What QEMU's machine has and the VM has not. Removed from the tree of a direct boot that is to be compared.
DIRECT_EXTRAS = ("pcie", "virtio_mmio", "fw-cfg", "pl031", "pl061", "gpio-keys", "platform-bus", "flash", "pmu")


def direct_args(guest, host, folder):
    """QEMU's command line for the same guest without a hypervisor, at EL1, on the devices the VM would have."""
    argv = machine_args(host, guest.cpus, guest.mem, False)
    argv += host.qemu_args
    tree = dump_tree(argv, os.path.join(folder, "qemu-direct.dtb"))
    node = tree.first_subnode(0)
    doomed = []
    while node >= 0:
        if tree.get_name(node).split("@")[0] in DIRECT_EXTRAS:
            doomed.append(tree.get_name(node))
        node = tree.next_subnode(node, libfdt.QUIET_NOTFOUND)
    for name in doomed:
        tree.del_node(tree.path_offset("/" + name))
    tree_path = write_tree(tree, os.path.join(folder, "direct.dtb"))
    argv += ["-kernel", guest.kernel, "-dtb", tree_path]
    if guest.initrd:
        argv += ["-initrd", guest.initrd]
    if guest.bootargs is not None:
        argv += ["-append", guest.bootargs]
    return argv
