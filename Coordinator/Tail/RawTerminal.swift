// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Glibc
import Screens

/// The terminal while a screen is drawn on it: keys come one by one and unseen, and the shell's screen is kept aside.
final class RawTerminal {
    /// Where keys are read.
    let input: Int32
    private let settings: termios
    private(set) var isEntered = false

    /// The terminal of standard input, or else the one that the process was started from; nil where there is none.
    init?() {
        let input = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        var settings = termios()
        guard input >= 0, tcgetattr(input, &settings) == 0 else { return nil }
        (self.input, self.settings) = (input, settings)
    }

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
        isEntered = true
        try Terminal.output.write("\u{1B}[?1049h\u{1B}[?7l\u{1B}[?25l\u{1B}[?2004h")
        return true
    }

    /// Gives the screen back as it was; does nothing when it was given back already.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        Terminal.output.tell("\(TerminalRescue.leaving)")
        var settings = settings
        // What was typed ahead of leaving is not for the shell.
        tcsetattr(input, TCSAFLUSH, &settings)
        TerminalRescue.disarm()
    }

    var size: ScreenSize { ScreenSize(width: Terminal.output.width ?? 80, height: Terminal.output.height ?? 24) }

    deinit { leave() }
}
