# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""One QEMU process: started paused, watched over QMP, always ended by its own process id."""
import ctypes
import json
import os
import pty
import signal
import socket
import subprocess
import sys

import pexpect
import pexpect.fdpexpect

QEMU = "qemu-system-aarch64"
PR_SET_PDEATHSIG = 1


class QemuError(Exception):
    """QEMU did not do what it was started for; the text is one line for the user."""


def _die_with_parent():
    # Even a parent that is killed outright leaves no emulator behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Qemu:
    """A running machine. Use as a context manager: whatever happens, the process is gone afterwards.

    The machine is started paused and set off only once the QMP connection is ready, so that the event which says
    how the run ended cannot be missed, however short the run.
    """

    def __init__(self, argv, stdin=None, stdout=None, stderr=None, paused=False):
        ours, theirs = socket.socketpair()
        qmp = ["-chardev", f"socket,id=hvqmp,fd={theirs.fileno()}", "-mon", "chardev=hvqmp,mode=control", "-S"]
        self.events = []
        try:
            self.process = subprocess.Popen(argv + qmp, stdin=stdin, stdout=stdout, stderr=stderr,
                                            pass_fds=[theirs.fileno()], preexec_fn=_die_with_parent)
        finally:
            theirs.close()
        self._socket = ours
        self._qmp = ours.makefile("rw")
        try:
            if not self._receive():
                raise QemuError("QEMU did not start; its own message is above")
            self.command("qmp_capabilities")
            if not paused:
                self.command("cont")
        except BaseException:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def _receive(self):
        """The next message, or None when QEMU has closed the connection. Events are kept aside."""
        try:
            line = self._qmp.readline()
        except OSError:
            line = ""
        message = json.loads(line) if line else None
        if message and "event" in message:
            self.events.append(message)
        return message

    def command(self, name):
        """Run a QMP command; return its result."""
        try:
            self._qmp.write(json.dumps({"execute": name}) + "\n")
            self._qmp.flush()
        except OSError:
            raise QemuError(f"QEMU is gone ({name})") from None
        while True:
            message = self._receive()
            if message is None:
                raise QemuError(f"QEMU is gone ({name})")
            if "error" in message:
                raise QemuError(f"QMP {name}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]

    def wait_event(self, name, timeout):
        """Wait until an event of this name has been seen; return its data, or None after `timeout` seconds."""
        self._socket.settimeout(timeout)
        while True:
            for event in self.events:
                if event["event"] == name:
                    return event.get("data", {})
            try:
                if self._receive() is None:
                    return None
            except TimeoutError:
                return None

    def end_reason(self, timeout=None):
        """Wait for the end of the process; return QMP's shutdown reason, or None if it gave none (killed, or left)."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise QemuError(f"the machine did not end within {timeout} s") from None
        while self._receive():
            pass
        shutdowns = [event["data"]["reason"] for event in self.events if event["event"] == "SHUTDOWN"]
        return shutdowns[-1] if shutdowns else None

    def kill(self):
        """End the process if it still runs. SIGTERM first: QEMU then restores the terminal."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Console(Qemu):
    """A machine whose serial console is driven by a program instead of a person."""

    def __init__(self, argv, log_path, paused=False):
        self.log_path = log_path
        self._log = open(log_path, "w", encoding="utf-8", errors="replace", newline="")
        self._master, slave = pty.openpty()
        self._sequence = 0
        try:
            super().__init__(argv, stdin=slave, stdout=slave, stderr=slave, paused=paused)
        except QemuError as error:
            os.close(slave)
            raise QemuError(f"{error}: {self._early_output()}") from None
        os.close(slave)
        self.console = pexpect.fdpexpect.fdspawn(self._master, encoding="utf-8", codec_errors="replace", timeout=120)
        self.console.logfile_read = self._log

    def _early_output(self):
        try:
            return os.read(self._master, 4096).decode(errors="replace").strip().replace("\r\n", "; ")
        except OSError:
            return ""

    def kill(self):
        super().kill()
        self._log.flush()

    def expect(self, pattern, timeout=120):
        """Wait for a pattern on the console; return the match."""
        try:
            self.console.expect(pattern, timeout=timeout)
        except pexpect.TIMEOUT:
            raise QemuError(f"no {pattern!r} on the console within {timeout} s") from None
        except (pexpect.EOF, OSError):
            raise QemuError(f"the machine ended before {pattern!r} was seen on the console") from None
        return self.console.match

    def send(self, line):
        self.console.send(line + "\n")

    def plain_shell(self):
        """Replace the interactive shell by one that neither echoes nor edits, so that output is only output."""
        # What is typed before the line editor has left the terminal would be lost: wait for its successor.
        self.send('stty -echo; echo plain-$((6 * 7)); while read -r line; do eval "$line"; done')
        self.expect(r"plain-42\r*\n")

    def run(self, command, timeout=120):
        """Run one line in the guest's plain shell; return (exit status, output)."""
        self._sequence += 1
        mark = f"@{self._sequence}@"
        self.send(f"{command}; echo \"@$?{mark}\"")
        match = self.expect(r"@(\d+)" + mark + r"\r*\n", timeout)
        return int(match.group(1)), self.console.before.replace("\r", "")

    def output(self):
        """Everything seen on the console, including what arrived last."""
        try:
            self.console.expect(pexpect.EOF, timeout=5)
        except (pexpect.TIMEOUT, OSError):
            pass
        self._log.flush()
        with open(self.log_path, encoding="utf-8", errors="replace", newline="") as log:
            return log.read().replace("\r", "")


def run_interactive(argv, paused=False):
    """Run with this process's own terminal (or pipe) as the console; return the shutdown reason."""
    saved = None
    if sys.stdin is not None and sys.stdin.isatty():
        import termios  # only a terminal has a state to restore
        saved = termios.tcgetattr(sys.stdin)
    try:
        with Qemu(argv, paused=paused) as machine:
            return machine.end_reason()
    finally:
        if saved:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)


def exit_on_signals():
    """Turn the signals that end us into SystemExit, so that every `with` above still ends its machine."""
    def leave(number, _frame):
        raise SystemExit(128 + number)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, leave)
