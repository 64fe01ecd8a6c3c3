// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceLifecycle
import UnixSignals

/// Turns Ctrl-C, SIGTERM and the end of the terminal into a clean stop; a second one ends the process at once.
struct SignalService: Service {
    let mailbox: LoopMailbox
    let report: RunReport
    let status: RunStatus

    func run() async throws {
        var isStopping = false
        let signals = await UnixSignalsSequence(trapping: Self.stops)
        for await _ in signals.cancelOnGracefulShutdown() {
            // What was acknowledged is committed, so leaving at once loses only work in flight.
            if isStopping || IndexFault.isWaiting {
                report.leave(status)
                exit(CoordinatorLoop.Ending.interrupted.exitCode)
            }
            isStopping = true
            report.stopping()
            mailbox.post(.stop)
        }
    }

    /// The signals that ask for an end; not SIGHUP where whoever started the process, such as nohup, has it ignored.
    private static var stops: [UnixSignal] {
        var action = sigaction()
        sigaction(SIGHUP, nil, &action)
        let isHangupIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
        return isHangupIgnored ? [.sigint, .sigterm] : [.sigint, .sigterm, .sighup]
    }
}
