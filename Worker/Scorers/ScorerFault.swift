// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// What a scorer did wrong, as the rest of "scorer 'NAME' …".
enum ScorerFault: Error, Hashable, CustomStringConvertible {
    /// It is no process any more, or never was one.
    case ended(String)
    /// It took longer than it may.
    case late(seconds: Double)
    /// It said what the protocol does not allow.
    case malformed(String)
    /// It says itself that it cannot score these images.
    case refused(String)
    /// The worker stops.
    case stopped

    var description: String {
        switch self {
        case .ended(let how): how
        case .late(let seconds): "gave no answer within \(HumanText.fixed(seconds, decimals: seconds < 1 ? 2 : 0)) s"
        case .malformed(let problem): problem
        case .refused(let reason): "refuses: \(reason)"
        case .stopped: "is stopped with the worker"
        }
    }
}
