// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Files
import Foundation
import Networks
import Synchronization
import Vocabulary
import WireProtocol

/// Takes in the files of trainings, part by part; they are written and verified beside the loop.
///
/// The worker sends one part for each receipt, so that neither side holds more than one in memory, and offers the file again
/// when it hears nothing. What the loop hears of is durable.
final class UploadService: Sendable {
    /// Files on their way at once, and parts that may wait; more are dropped, and their workers ask again.
    private static let mostUploads = 64
    private static let longestQueue = 128
    /// Bytes of the disk that are left for others.
    private static let diskReserve = 64 << 20

    private let models: TrainedModels
    /// What is known of the models that are trained.
    private let facts: [Digest: ModelFacts]
    private let mailbox: LoopMailbox
    /// Whether trained models are candidates until somebody decides that they count.
    private let verifies: Bool
    private let queue = DispatchQueue(label: "uploads")
    /// Connections of which an offer or a part waits: an honest worker sends the next when that is answered.
    private let waiting = Mutex<Set<[UInt8]>>([])
    private let received = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    /// By the content and the training that it is for: two workers never upload one file at a time.
    private let uploads = Mutex<[Digest: IncomingUpload]>([:])

    init(_ models: TrainedModels, _ trainings: [Digest: PlannedTraining], mailbox: LoopMailbox, verifies: Bool) {
        self.models = models
        facts = trainings.mapValues(\.facts)
        self.mailbox = mailbox
        self.verifies = verifies
    }

    /// What was taken in so far.
    var metrics: [Metric] {
        [
            Metric(name: "upload_bytes_total", value: Double(received.load(ordering: .relaxed))),
            Metric(name: "upload_refusals_total", value: Double(refused.load(ordering: .relaxed))),
        ]
    }

    /// Begins an upload, or goes on with it after the worker's connection was lost.
    func begin(_ offer: TrainingOffer, from route: [UInt8]) {
        schedule(for: route) { [self] uploads in
            if var upload = uploads[offer.file.digest], upload.offer.kind == offer.kind,
                upload.offer.attempt == offer.attempt
            {
                upload.route = route
                uploads[offer.file.digest] = upload
                return answer(.uploadReceipt(upload.receipt), to: route)
            }
            guard uploads.count < Self.mostUploads else { return }
            uploads.removeValue(forKey: offer.file.digest)?.discard()
            do {
                try models.checkSpace(for: offer.file.bytes + Self.diskReserve)
                let upload = try IncomingUpload(offer, from: route, into: models, asCandidate: verifies)
                uploads[offer.file.digest] = upload
                answer(.uploadReceipt(upload.receipt), to: route)
            } catch {
                complain(error)
            }
        }
    }

    /// Takes in a part of a file.
    func take(_ chunk: ArtifactChunk, from route: [UInt8]) {
        schedule(for: route) { [self] uploads in
            guard var upload = uploads[chunk.digest], upload.route == route else { return }
            do {
                try upload.append(chunk)
                received.add(chunk.bytes.count, ordering: .relaxed)
                uploads[chunk.digest] = upload
                guard upload.isComplete else { return answer(.uploadReceipt(upload.receipt), to: route) }
                uploads[chunk.digest] = nil
                try finish(upload)
            } catch {
                uploads[chunk.digest] = nil
                upload.discard()
                complain(error)
            }
        }
    }

    /// Forgets what is on its way of an attempt that is over.
    func end(_ attempt: TrainingAttempt) { forget { $0 == attempt } }

    /// Forgets what is on its way of a training whose worker was lost.
    func end(_ training: Digest) { forget { $0.training == training } }

    private func forget(_ isOver: @escaping @Sendable (TrainingAttempt) -> Bool) {
        queue.async { [self] in
            uploads.withLock { uploads in
                for (digest, upload) in uploads where isOver(upload.offer.attempt) {
                    upload.discard()
                    uploads[digest] = nil
                }
            }
        }
    }

    /// Removes what has not come whole; the run is over.
    func stop() {
        queue.sync {
            uploads.withLock { uploads in
                uploads.values.forEach { $0.discard() }
                uploads = [:]
            }
        }
    }

    private func schedule(
        for route: [UInt8],
        _ work: @escaping @Sendable (inout [Digest: IncomingUpload]) -> Void
    ) {
        let mayWait = waiting.withLock { waiting in
            waiting.count < Self.longestQueue && waiting.insert(route).inserted
        }
        guard mayWait else { return }
        queue.async { [self] in
            // Before the answer, which the worker may follow up at once.
            _ = waiting.withLock { $0.remove(route) }
            uploads.withLock { work(&$0) }
        }
    }

    /// Keeps a complete file when it is what it should be.
    private func finish(_ upload: IncomingUpload) throws {
        if let problem = problem(upload) {
            upload.discard()
            refused.add(1, ordering: .relaxed)
            let refusal = ArtifactRefusal(digest: upload.offer.file.digest, reason: problem)
            return answer(.uploadRefusal(refusal), to: upload.route)
        }
        mailbox.post(.uploaded(upload.offer, try upload.keep(in: models), from: upload.route))
    }

    private func problem(_ upload: IncomingUpload) -> String? {
        guard upload.isVerified else { return "its bytes do not have the digest that was offered" }
        let training = upload.offer.attempt.training
        guard upload.offer.kind == .checkpoint, var expected = facts[training] else { return nil }
        do {
            let found = try Checkpoint.facts(contentsOf: upload.path)
            expected.digest = found.digest
            return found == expected ? nil : "it is not the model that the recipe describes"
        } catch {
            return "\(error)"
        }
    }

    private func answer(_ message: CoordinatorMessage, to route: [UInt8]) {
        mailbox.post(.answer(to: route, message.encoded()))
    }

    /// The worker offers its file again after a while.
    private func complain(_ error: any Error) {
        let reason = SystemReason.text(of: error)
        mailbox.post(.notice("cannot keep a training's file in \(models.folder.path): \(reason); it is tried again"))
    }
}
