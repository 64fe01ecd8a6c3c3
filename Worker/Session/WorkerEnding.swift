// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a session is over.
enum WorkerEnding: Equatable, Sendable {
    /// The coordinator will not work with this worker, for this reason.
    case refused(String)
    /// The socket broke.
    case broken(String)
    /// The worker left, and nothing that it computed is lost.
    case left
    /// The worker left with something begun and not finished, or finished and not acknowledged, for this reason.
    case cutShort(String)
}
