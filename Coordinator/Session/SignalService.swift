// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceLifecycle
import UnixSignals

/// Turns Ctrl-C and SIGTERM into a clean stop; a second one ends the process at once.
struct SignalService: Service {
    let mailbox: LoopMailbox
    let report: RunReport

    func run() async throws {
        var isStopping = false
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        for await _ in signals.cancelOnGracefulShutdown() {
            // What was acknowledged is committed, so leaving at once loses only work in flight.
            if isStopping { exit(130) }
            isStopping = true
            report.stopping()
            mailbox.post(.stop)
        }
    }
}
