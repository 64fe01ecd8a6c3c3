// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Dispatch
import Foundation
import Synchronization
import Vocabulary
import WireProtocol

/// Hands out the files that a run's cells are computed from, chunk by chunk; files are read beside the loop.
///
/// Only the run's own checkpoints, states of trainings and data sets can be had, by their digests: no path comes from outside.
final class ArtifactService: Sendable {
    /// Open from the run's beginning: a file that is moved or replaced meanwhile is served as it was.
    private let files: Mutex<[Digest: FileHandle]>
    private let mailbox: LoopMailbox
    private let queue = DispatchQueue(label: "artifacts")
    private let served = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    init(_ plan: PlannedSweep, mailbox: LoopMailbox) {
        files = Mutex(plan.artifacts.compactMapValues { try? FileHandle(forReadingFrom: $0) })
        self.mailbox = mailbox
    }

    /// Hands out a file of a training, too, and not the one any more whose place it takes.
    func add(_ file: TrainedModels.File, inPlaceOf former: TrainedModels.File? = nil) {
        let handle = try? FileHandle(forReadingFrom: file.url)
        files.withLock { files in
            if let former { files[former.reference.digest] = nil }
            files[file.reference.digest] = handle
        }
    }

    /// What was handed out so far.
    var metrics: [Metric] {
        [
            Metric(name: "artifact_bytes_total", value: Double(served.load(ordering: .relaxed))),
            Metric(name: "artifact_refusals_total", value: Double(refused.load(ordering: .relaxed))),
        ]
    }

    /// Posts the answer, for which there is `room`, to the loop's mailbox when it is read.
    func answer(_ request: ArtifactRequest, in room: AnswerRoom) {
        queue.async { [self] in
            let bytes = message(for: request).encoded()
            mailbox.post(.answerInRoom(RoomyAnswer(room: room, bytes: bytes)))
        }
    }

    private func message(for request: ArtifactRequest) -> CoordinatorMessage {
        do {
            let chunk = try chunk(request)
            served.add(chunk.bytes.count, ordering: .relaxed)
            return .artifactChunk(chunk)
        } catch {
            refused.add(1, ordering: .relaxed)
            return .artifactRefusal(ArtifactRefusal(digest: request.digest, reason: "\(error)"))
        }
    }

    private func chunk(_ request: ArtifactRequest) throws -> ArtifactChunk {
        guard let file = files.withLock({ $0[request.digest] }) else {
            throw CommandFailure.failed("no model, state or data set of this run has the digest \(request.digest)")
        }
        let total = try file.seekToEnd()
        let offset = UInt64(clamping: request.offset)
        guard offset <= total else {
            throw CommandFailure.failed("\(request.digest) has \(total) bytes; there is nothing at \(request.offset)")
        }
        try file.seek(toOffset: offset)
        let bytes = try file.read(upToCount: min(request.length, WireLimits.artifactChunkBytes)) ?? Data()
        return ArtifactChunk(
            digest: request.digest,
            offset: request.offset,
            totalBytes: Int(clamping: total),
            bytes: Array(bytes)
        )
    }
}
