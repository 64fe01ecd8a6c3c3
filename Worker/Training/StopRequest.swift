// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import UnixSignals

/// Whether somebody wants the process to end.
final class StopRequest: Sendable {
    private let isRaised = Atomic<Bool>(false)

    var isMade: Bool { isRaised.load(ordering: .relaxed) }

    /// Takes SIGTERM and Ctrl-C for a request from now on; a second one ends the process at once, with code 3.
    func watchSignals() async {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        Task.detached { [self] in
            for await _ in signals {
                if isRaised.exchange(true, ordering: .relaxed) { exit(3) }
            }
        }
    }
}
