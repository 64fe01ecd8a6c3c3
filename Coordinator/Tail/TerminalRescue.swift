// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What a signal handler needs to put a terminal back as it was, in memory that it may read at any time.
///
/// Handlers may neither allocate nor lock: all of it is in place before the first signal, and they only read it, write
/// bytes and call `tcsetattr`.
enum TerminalRescue {
    private struct Place {
        /// The terminal's descriptor, where the shell's settings are to come back; −1 while there is nothing to do.
        var terminal: Int32 = -1
        var settings = termios()
        /// Where handlers tell of signals.
        var pipe: Int32 = -1
    }

    nonisolated(unsafe) private static let place: UnsafeMutablePointer<Place> = {
        let place = UnsafeMutablePointer<Place>.allocate(capacity: 1)
        place.initialize(to: Place())
        return place
    }()

    /// What switches the screen back: no pasting marks, lines that wrap, a cursor, plain letters, the shell's screen.
    static let leaving: StaticString = "\u{1B}[?2004l\u{1B}[?7h\u{1B}[?25h\u{1B}[0m\u{1B}[?1049l"

    /// From now on a crash puts these settings back.
    static func arm(_ terminal: Int32, settings: termios) {
        place.pointee.settings = settings
        place.pointee.terminal = terminal
    }

    static func disarm() { place.pointee.terminal = -1 }

    /// Writes the numbers of these signals to `pipe` instead of what they do otherwise.
    static func tell(_ signals: [Int32], through pipe: Int32) {
        place.pointee.pipe = pipe
        for signal in signals { handle(signal, with: toldHandler, flags: Int32(SA_RESTART)) }
    }

    /// Catches what a program dies of, puts the terminal back, and lets it die.
    static func catchCrashes() {
        for signal in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS] {
            handle(signal, with: crashHandler, flags: Int32(bitPattern: UInt32(SA_RESETHAND)))
        }
    }

    /// Lets `signal` do what it does by default.
    static func release(_ signal: Int32) { Glibc.signal(signal, SIG_DFL) }

    /// Whether whoever started the process had it ignore `signal`.
    static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func handle(_ signal: Int32, with handler: @escaping @convention(c) (Int32) -> Void, flags: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = flags
        sigaction(signal, &action, nil)
    }

    private static let toldHandler: @convention(c) (Int32) -> Void = { signal in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = write(TerminalRescue.place.pointee.pipe, &byte, 1)
        errno = before
    }

    private static let crashHandler: @convention(c) (Int32) -> Void = { signal in
        let place = TerminalRescue.place
        if place.pointee.terminal >= 0 {
            let leaving = TerminalRescue.leaving
            _ = write(place.pointee.terminal, leaving.utf8Start, leaving.utf8CodeUnitCount)
            tcsetattr(place.pointee.terminal, TCSANOW, &place.pointee.settings)
        }
        // By default it kills, as soon as this handler is over; a fault comes again by itself.
        raise(signal)
    }
}
