// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import ServiceLifecycle
import UnixSignals

/// Turns signals that ask for an end into a clean stop; a second Ctrl-C or SIGTERM ends the process at once.
struct SignalService: Service {
    let mailbox: LoopMailbox
    let report: RunReport
    let status: RunStatus

    func run() async throws {
        var (isStopping, wasUrgent) = (false, false)
        let signals = await StopSignals.caught()
        for await signal in signals.cancelOnGracefulShutdown() {
            // What was acknowledged is committed, so leaving at once loses only work in flight.
            if wasUrgent && signal.isUrgent || IndexFault.isWaiting {
                report.leave(status)
                exit(CoordinatorLoop.Ending.interrupted.exitCode)
            }
            wasUrgent = wasUrgent || signal.isUrgent
            if !isStopping { report.stopping() }
            isStopping = true
            mailbox.post(.stop)
        }
    }
}
