// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// The course of handing one file to the coordinator: what to send, and when to offer the file again.
///
/// A value without sockets or clocks; times are durations since some beginning. The coordinator asks for each part by saying
/// how much it has, so that after a lost connection the offer is all there is to repeat.
struct TrainingUpload {
    /// How an upload ended.
    enum End: Hashable, Sendable {
        /// The coordinator has the file for good.
        case stored
        /// It does not want it, for this reason.
        case refused(String)
    }

    /// Silence after which the file is offered again; doubled by every silence in a row up to `longestPatience`.
    static let patience: Duration = .seconds(15)
    static let longestPatience: Duration = .seconds(120)

    private(set) var offer: TrainingOffer
    private let bytes: [UInt8]
    private var patience = Self.patience
    private var deadline: Duration

    /// The file of `bytes` that `offer` describes; it is to be offered at once.
    init(_ offer: TrainingOffer, _ bytes: [UInt8], at now: Duration) {
        self.offer = offer
        self.bytes = bytes
        deadline = now + Self.patience
    }

    /// The part that the coordinator wants next; nil when it has all of them, or speaks of another file.
    mutating func part(after receipt: UploadReceipt, at now: Duration) -> ArtifactChunk? {
        guard receipt.digest == offer.file.digest, !receipt.isStored, receipt.bytes < bytes.count else { return nil }
        patience = Self.patience
        deadline = now + patience
        let end = min(receipt.bytes + WireLimits.artifactChunkBytes, bytes.count)
        return ArtifactChunk(
            digest: offer.file.digest,
            offset: receipt.bytes,
            totalBytes: bytes.count,
            bytes: Array(bytes[receipt.bytes..<end])
        )
    }

    /// The attempt has another name from here on.
    mutating func rename(_ attempt: TrainingAttempt) {
        offer.attempt = attempt
    }

    /// Whether the file is to be offered again: nothing was heard for long.
    mutating func isOfferDue(at now: Duration) -> Bool {
        guard now >= deadline else { return false }
        patience = min(patience * 2, Self.longestPatience)
        deadline = now + patience
        return true
    }

    /// The coordinator has welcomed this worker, and may know nothing of the offer.
    mutating func beginAgain(at now: Duration) {
        patience = Self.patience
        deadline = now + patience
    }
}
