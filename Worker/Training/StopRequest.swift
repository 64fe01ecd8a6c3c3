// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Synchronization
import UnixSignals

/// Whether somebody wants the process to end.
final class StopRequest: Sendable {
    private let isRaised = Atomic<Bool>(false)

    var isMade: Bool { isRaised.load(ordering: .relaxed) }

    /// Takes the signals that ask for an end from now on; a second SIGTERM or Ctrl-C ends the process at once, with code 3.
    func watchSignals() async {
        let signals = await StopSignals.caught()
        Task.detached { [self] in
            var wasUrgent = false
            for await signal in signals {
                if wasUrgent, signal.isUrgent { exit(3) }
                wasUrgent = wasUrgent || signal.isUrgent
                isRaised.store(true, ordering: .relaxed)
            }
        }
    }
}
