// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A worker's right to an attempt while it keeps giving signs of life.
struct Lease: Sendable {
    /// What an attempt is for.
    enum Purpose: UInt8, Sendable {
        /// Images without a result.
        case result
        /// A second try at images that another worker computes.
        case speculation
        /// A comparison with recorded images; the lease covers no segment.
        case check
    }

    let attempt: AttemptIdentity
    /// Names the lease in the segments it covers.
    let serial: UInt64
    let since: Instant
    let purpose: Purpose
    /// Whether the worker came with the attempt, so that its beginning is not known.
    let isAdopted: Bool
    /// Whether the worker has the table, so that it does not compute the attempt any more.
    var isComputed = false
    /// Whether it was asked back.
    var isRetracted = false
    /// Whether others were given its images before the worker came back with it.
    var isStale = false
    /// Index of the cost class; nil while the cell is not known.
    var costClass: Int?
    /// How long it is expected to keep the worker busy.
    var expectedSeconds = 0.0

    /// Whether it may be asked back while it waits.
    var mayBeRetracted: Bool { purpose == .result && costClass != nil }
    var range: Range<UInt32> { attempt.shard.range }
}
