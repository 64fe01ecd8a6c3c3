// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Glibc
import Screens
import Synchronization

/// The terminal while a screen is drawn on it: keys come one by one and unseen, and the shell's screen is kept aside.
final class RawTerminal: Sendable {
    /// Where keys come from.
    let input: Int32
    private let settings: termios
    /// Whether the screen is ours; whoever reads keys holds it, so that the terminal's mode stays what it is meanwhile.
    private let entered = Mutex(false)

    /// The terminal of standard input, or else the one that the process was started from; nil where there is none.
    init?() {
        let input = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        var settings = termios()
        guard input >= 0, tcgetattr(input, &settings) == 0 else { return nil }
        (self.input, self.settings) = (input, settings)
    }

    /// Whether the screen is ours.
    var isEntered: Bool { entered.withLock { $0 } }

    /// Takes the screen over; false where the shell has given it to somebody else in the meantime.
    func enter() throws -> Bool {
        // Where no shell decides who has the terminal, there is nobody to ask.
        let foreground = tcgetpgrp(input)
        guard foreground < 0 || foreground == getpgrp() else { return false }
        var raw = settings
        cfmakeraw(&raw)
        // Carriage returns are still made of line ends, should somebody else print.
        raw.c_oflag = settings.c_oflag
        TerminalRescue.arm(input, settings: settings)
        guard tcsetattr(input, TCSADRAIN, &raw) == 0 else { return false }
        entered.withLock { $0 = true }
        try Terminal.output.write("\u{1B}[?1049h\u{1B}[?7l\u{1B}[?25l\u{1B}[?2004h")
        return true
    }

    /// What was typed, without waiting for more; empty while the screen is not ours, nil where the terminal is gone.
    ///
    /// A terminal that reads whole lines again, or that has discarded what was typed, would keep a reader until the next
    /// line end: so what is there is looked at once more while nobody can leave.
    func typed() -> [UInt8]? {
        entered.withLock { isEntered in
            guard isEntered else { return [] }
            var source = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            guard poll(&source, 1, 0) > 0 else { return [] }
            return AvailableBytes.read(input)
        }
    }

    /// Gives the screen back as it was; does nothing when it was given back already.
    func leave() {
        let wasEntered = entered.withLock { isEntered in
            defer { isEntered = false }
            return isEntered
        }
        guard wasEntered else { return }
        Terminal.output.tell("\(TerminalRescue.leaving)")
        var settings = settings
        // What was typed ahead of leaving is not for the shell.
        tcsetattr(input, TCSAFLUSH, &settings)
        TerminalRescue.disarm()
    }

    var size: ScreenSize { ScreenSize(width: Terminal.output.width ?? 80, height: Terminal.output.height ?? 24) }

    deinit { leave() }
}

/// Bytes that a descriptor has.
enum AvailableBytes {
    /// What can be read now; nil at the end, and where the other side is gone.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }
}
