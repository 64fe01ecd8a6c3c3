// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

/// The folder of trained models and states, and what workers upload into it.
@Suite("Trained models")
struct TrainedModelsTests {
    private static let training = Digest(of: Array("training".utf8))

    private let folder: TemporaryFolder
    private let models: TrainedModels

    init() throws {
        folder = try TemporaryFolder()
        models = TrainedModels(store: folder.path("s.sqlite"))
    }

    private static func offer(_ bytes: [UInt8], _ kind: TrainingOffer.Kind = .state, steps: Int = 1) -> TrainingOffer {
        TrainingOffer(
            attempt: TrainingAttempt(training: training, number: 1, epoch: 1),
            kind: kind,
            file: ArtifactReference(digest: Digest(of: bytes), bytes: bytes.count),
            stepsDone: steps
        )
    }

    @discardableResult
    private func keep(_ bytes: [UInt8], _ kind: TrainingOffer.Kind, steps: Int) throws -> TrainedModels.File {
        var upload = try IncomingUpload(Self.offer(bytes, kind, steps: steps), from: [1], into: models)
        try upload.append(Self.chunk(bytes, 0..<bytes.count))
        return try upload.keep(in: models)
    }

    private static func chunk(_ bytes: [UInt8], _ range: Range<Int>) -> ArtifactChunk {
        ArtifactChunk(
            digest: Digest(of: bytes),
            offset: range.lowerBound,
            totalBytes: bytes.count,
            bytes: Array(bytes[range])
        )
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: models.folder.path)) ?? [] }

    @Test("a newer state takes the place of an older one, and the model that of all states")
    func places() throws {
        #expect(models.state(of: Self.training) == nil && models.checkpoint(of: Self.training) == nil)
        try keep([1], .state, steps: 9)
        let second = try keep([2], .state, steps: 10)
        #expect(models.state(of: Self.training) == second && names.count == 1)
        let model = try keep([3], .checkpoint, steps: 12)
        #expect(models.checkpoint(of: Self.training) == model)
        #expect(models.state(of: Self.training) == nil && names.count == 1)
        #expect(models.checkpoint(of: Digest(of: [0])) == nil)
    }

    @Test("of two states that a crash left behind the one with more steps counts, unless it is damaged")
    func damage() throws {
        let old = try keep([1], .state, steps: 9)
        let bytes = try Data(contentsOf: old.url)
        let new = try keep([2], .state, steps: 10)
        try bytes.write(to: old.url)
        #expect(models.state(of: Self.training) == new)
        try Data([7]).write(to: new.url)
        #expect(models.state(of: Self.training) == old)
        #expect(names.count == 1, "the damaged one is gone")
    }

    @Test("names that are not the folder's own are left alone, whatever they look like")
    func foreignNames() throws {
        try keep([1], .state, steps: 1)
        let training = Self.training.description
        let odd = ["notes.txt", "\(training).state.x.\(training).safetensors", "\(training).state.5.safetensors"]
        for name in odd { try Data([1]).write(to: models.folder.appending(path: name)) }
        #expect(models.state(of: Self.training)?.stepsDone == 1)
        #expect(names.count == 4)
    }

    @Test("a file grows in order: parts that are repeated, early or of another size are left out")
    func parts() throws {
        let bytes = [UInt8](0..<10)
        var upload = try IncomingUpload(Self.offer(bytes), from: [1], into: models)
        try upload.append(Self.chunk(bytes, 4..<8))
        #expect(upload.receipt.bytes == 0)
        try upload.append(Self.chunk(bytes, 0..<4))
        try upload.append(Self.chunk(bytes, 0..<4))
        var foreign = Self.chunk(bytes, 4..<8)
        foreign.totalBytes = 11
        try upload.append(foreign)
        #expect(upload.receipt == UploadReceipt(digest: Digest(of: bytes), bytes: 4))
        try upload.append(Self.chunk(bytes, 4..<10))
        #expect(upload.isComplete && upload.isVerified)
        #expect(try Data(contentsOf: upload.keep(in: models).url) == Data(bytes))
    }

    @Test("bytes that do not have the digest that was offered are not kept")
    func lies() throws {
        let bytes = [UInt8](0..<10)
        var upload = try IncomingUpload(Self.offer(bytes), from: [1], into: models)
        var lie = Self.chunk(bytes, 0..<10)
        lie.bytes[3] = 99
        try upload.append(lie)
        #expect(upload.isComplete && !upload.isVerified)
        upload.discard()
        #expect(names.isEmpty)
    }

    @Test("what does not fit on the disk is refused beforehand")
    func space() throws {
        try models.checkSpace(for: 1)
        #expect(throws: (any Error).self) { try models.checkSpace(for: 1 << 60) }
    }

    @Test("what nobody has written to for a day is removed, and nothing else")
    func abandoned() throws {
        let kept = try keep([1], .state, steps: 1)
        let upload = try IncomingUpload(Self.offer([2]), from: [1], into: models)
        models.removeAbandoned(before: Date(timeIntervalSinceNow: -86400))
        #expect(names.count == 2)
        models.removeAbandoned(before: Date(timeIntervalSinceNow: 60))
        #expect(names == [kept.url.lastPathComponent])
        withExtendedLifetime(upload) {}
    }
}
