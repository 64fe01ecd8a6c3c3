// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import UnixSignals

/// Whether somebody wants the process to end.
final class StopRequest: Sendable {
    private let isRaised = Atomic<Bool>(false)

    var isMade: Bool { isRaised.load(ordering: .relaxed) }

    /// Takes SIGTERM and Ctrl-C for a request; a second one ends the process at once, with code 3.
    func watchSignals() {
        Task.detached { [self] in
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                if isRaised.exchange(true, ordering: .relaxed) { exit(3) }
            }
        }
    }
}
