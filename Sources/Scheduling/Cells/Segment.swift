// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What is true of an image.
enum ImageState: UInt8, Sendable, CaseIterable {
    /// Nobody computes it.
    case pending
    /// A lease covers it.
    case leased
    /// Its result arrived and is not committed yet.
    case recording
    /// Its result is in the store.
    case recorded
    /// It used up a budget.
    case failed
}

/// Consecutive images of a cell with the same fate; 32 bytes.
struct Segment: Hashable, Sendable {
    var lower: UInt32
    var upper: UInt32
    var state: ImageState
    /// Engine errors and worker losses so far.
    var errors: UInt8 = 0
    var losses: UInt8 = 0
    /// Attempts since the last loss whose workers vanished before they could have computed any of it.
    var vanishings: UInt8 = 0
    /// Dispatches so far; the number of the latest attempt.
    var dispatches: UInt32 = 0
    /// While leased the serial number of the lease, while pending again the worker that had it last.
    var holder: UInt64 = 0
    /// While pending again, the host that had it last.
    var host: UInt32 = 0

    init(_ range: Range<UInt32>, _ state: ImageState) {
        lower = range.lowerBound
        upper = range.upperBound
        self.state = state
    }

    var range: Range<UInt32> { lower..<upper }
    var count: Int { Int(upper - lower) }
    /// Pending and never dispatched.
    var isFresh: Bool { state == .pending && dispatches == 0 }
    /// Pending after an attempt that came to nothing.
    var isRequeued: Bool { state == .pending && dispatches > 0 }

    /// Whether the two differ in their bounds alone.
    func isLike(_ other: Segment) -> Bool {
        var moved = other
        moved.lower = lower
        moved.upper = upper
        return self == moved
    }

    /// Vanishings of workers that count as one loss.
    private static let vanishingsPerLoss = 10

    /// Whether the next vanishing counts as a loss.
    var isLossDue: Bool { vanishings + 1 >= Self.vanishingsPerLoss }

    /// Counts a failure against the budget that it spends.
    mutating func charge(_ failure: AttemptFailure) {
        switch failure {
        case .engineError, .timeLimit: errors = max(errors, errors &+ 1)
        case .workerLost(.vanished) where !isLossDue: vanishings += 1
        case .workerLost:
            losses = max(losses, losses &+ 1)
            vanishings = 0
        case .surroundings, .handedBack: break
        }
    }

    /// Waits for the next attempt.
    mutating func requeue(after worker: WorkerID, on host: UInt32) {
        state = .pending
        holder = worker.rawValue
        self.host = host
    }

    /// Reaches a state that has no history.
    mutating func settle(_ final: ImageState) {
        self = Segment(range, final)
    }
}

extension Shard {
    /// The images of a shard whose bounds are known to be a range of its cell.
    var range: Range<UInt32> { UInt32(lower)..<UInt32(upper) }

    func covers(_ segment: Segment) -> Bool { lower <= segment.lower && segment.upper <= upper }
}
