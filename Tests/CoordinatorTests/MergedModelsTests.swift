// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Coordinator

/// The models that runs trained, when their stores are merged.
@Suite("Merging trained models")
struct MergedModelsTests {
    private let folder: TemporaryFolder
    private let own: TrainedModels
    private let other: TrainedModels

    init() throws {
        folder = try TemporaryFolder()
        own = TrainedModels(store: folder.path("own.sqlite"))
        other = TrainedModels(store: folder.path("other.sqlite"))
        for models in [own, other] {
            try FileManager.default.createDirectory(at: models.folder, withIntermediateDirectories: true)
        }
    }

    /// Puts a file of a training into a folder, under the name that it has there.
    private func put(
        _ bytes: [UInt8],
        _ kind: String,
        of training: String,
        steps: Int = 1,
        named digest: Digest? = nil,
        in models: TrainedModels
    ) throws {
        let parts = ["\(Digest(of: Array(training.utf8)))", kind, "\(steps)", "\(digest ?? Digest(of: bytes))"]
        let name = (parts + ["safetensors"]).joined(separator: ".")
        try Data(bytes).write(to: models.folder.appending(path: name))
    }

    private func names(_ models: TrainedModels) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: models.folder.path))
    }

    @Test("models that are missing are copied, and states of trainings that are further there and not done here")
    func copies() throws {
        try put([1], "checkpoint", of: "a", in: own)
        try put([1], "checkpoint", of: "a", in: other)
        try put([2], "checkpoint", of: "b", in: other)
        try put([3], "state", of: "a", steps: 5, in: other)
        try put([4], "state", of: "c", steps: 5, in: own)
        try put([5], "state", of: "c", steps: 9, in: other)
        #expect(own.contradictions(with: other).isEmpty)
        #expect(try own.merge(other) == 2)
        #expect(own.checkpoint(of: Digest(of: Array("b".utf8))) != nil)
        #expect(own.state(of: Digest(of: Array("c".utf8)))?.stepsDone == 9)
        #expect(own.state(of: Digest(of: Array("a".utf8))) == nil)
        let before = try names(own)
        #expect(try own.merge(other) == 0)
        #expect(try names(own) == before)
    }

    @Test("one training with two models is a contradiction, and named")
    func contradictions() throws {
        try put([1], "checkpoint", of: "a", in: own)
        try put([2], "checkpoint", of: "a", in: other)
        let found = own.contradictions(with: other)
        #expect(found.map(\.training) == ["\(Digest(of: Array("a".utf8)))"])
        #expect(found.first?.models == ["\(Digest(of: [1]))", "\(Digest(of: [2]))"])
    }

    @Test("a damaged model is not copied, and leaves nothing behind")
    func damaged() throws {
        try put([1], "checkpoint", of: "a", named: Digest(of: [2]), in: other)
        #expect(throws: CommandFailure.self) { try own.merge(other) }
        #expect(try names(own).isEmpty)
    }
}
