// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Vocabulary
import WireProtocol

/// A file on its way from a worker: it grows in order, and is digested as it grows.
struct IncomingUpload: Sendable {
    let offer: TrainingOffer
    /// Where the worker is reached.
    var route: [UInt8]
    private let file: TemporaryFile
    private let isCandidate: Bool
    private var digest = RunningDigest()
    private var bytes = 0

    /// An upload of which nothing has come; a trained model may be a candidate at first.
    init(
        _ offer: TrainingOffer,
        from route: [UInt8],
        into models: TrainedModels,
        asCandidate: Bool = false
    ) throws {
        isCandidate = asCandidate && offer.kind == .checkpoint
        self.offer = offer
        self.route = route
        file = try models.makeFile(offer, asCandidate: isCandidate)
    }

    /// Whether all bytes are here.
    var isComplete: Bool { bytes == offer.file.bytes }
    /// Whether all bytes are those that were offered.
    var isVerified: Bool { digest.digest == offer.file.digest }
    /// Where the bytes are.
    var path: String { file.path }
    /// What is here so far.
    var receipt: UploadReceipt { UploadReceipt(digest: offer.file.digest, bytes: bytes) }

    /// Adds the part that is next; any other is repeated or early, and left out.
    mutating func append(_ chunk: ArtifactChunk) throws {
        guard chunk.offset == bytes, chunk.totalBytes == offer.file.bytes else { return }
        try file.append(chunk.bytes)
        digest.update(chunk.bytes)
        bytes += chunk.bytes.count
    }

    /// Keeps the file for good.
    func keep(in models: TrainedModels) throws -> TrainedModels.File {
        try models.keep(file, as: offer, asCandidate: isCandidate)
    }

    func discard() { file.discard() }
}
