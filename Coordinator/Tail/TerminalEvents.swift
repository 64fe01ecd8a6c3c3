// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Screens

/// What happens at a terminal.
enum TerminalEvent: Sendable {
    case key(Key)
    case resized
    /// The process goes on after it was stopped.
    case continued
    /// A signal that asks to stop for a while, or to end.
    case signal(Int32)
    /// Nobody sits there any more.
    case closed
}

/// Reads keys and signals on a thread of its own, the only one that signals reach.
final class TerminalEvents: Sendable {
    /// Milliseconds after which ESC without more is the Escape key.
    private static let escapeTime: Int32 = 50
    /// Bytes on the pipe that are no signals: stop, as Ctrl-Z asks; look at the terminal anew.
    private static let (stopByte, lookByte): (UInt8, UInt8) = (0, 255)
    private static let stops = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

    private let terminal: RawTerminal
    private let reading: Int32
    private let writing: Int32
    private let report: @Sendable (TerminalEvent) -> Void

    /// Listens at `terminal` and to signals from now on, for as long as the process lives.
    init?(_ terminal: RawTerminal, report: @escaping @Sendable (TerminalEvent) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (self.terminal, self.report) = (terminal, report)
        (reading, writing) = (ends[0], ends[1])
        let wanted = Self.stops.filter { !TerminalRescue.isIgnored($0) } + [SIGWINCH, SIGCONT, SIGTSTP]
        TerminalRescue.tell(wanted, through: writing)
        TerminalRescue.catchCrashes()
        Thread.detachNewThread { [self] in
            var signals = sigset_t()
            sigemptyset(&signals)
            for signal in wanted { sigaddset(&signals, signal) }
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            listen()
        }
    }

    /// Stops the process, and all that the shell started with it; ``TerminalEvent/continued`` follows when it goes on.
    func stop() { send(Self.stopByte) }

    /// Listens to keys if the screen was entered, and no longer if it was not: keys are then somebody else's.
    func look() { send(Self.lookByte) }

    private func send(_ byte: UInt8) {
        var byte = byte
        _ = write(writing, &byte, 1)
    }

    private func listen() {
        var decoder = KeyDecoder()
        while true {
            // Of a negative descriptor nothing is heard.
            var sources = [
                pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
                pollfd(fd: terminal.isEntered ? terminal.input : -1, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&sources, 2, decoder.isUndecided ? Self.escapeTime : -1)
            if ready == 0 { decoder.settle().forEach { report(.key($0)) } }
            guard ready > 0 else { continue }
            if sources[0].revents != 0 { AvailableBytes.read(reading)?.forEach(take) }
            guard sources[1].revents != 0 else { continue }
            guard let bytes = terminal.typed() else { return report(.closed) }
            decoder.feed(bytes).forEach { report(.key($0)) }
        }
    }

    private func take(_ byte: UInt8) {
        switch Int32(byte) {
        case Int32(Self.stopByte): stopHere()
        case Int32(Self.lookByte): break
        case SIGWINCH: report(.resized)
        case SIGCONT: report(.continued)
        case let signal: report(.signal(signal))
        }
    }

    /// The signal reaches this thread before `kill` returns, as no other one takes it: what follows is after the stop.
    private func stopHere() {
        TerminalRescue.release(SIGTSTP)
        kill(0, SIGTSTP)
        TerminalRescue.tell([SIGTSTP], through: writing)
        report(.continued)
    }
}
