// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Scheduling
import Testing
import Vocabulary

@testable import Coordinator

@Suite("Which of several trained models counts")
struct TrainedCandidatesTests {
    private static func file(_ number: UInt8) -> TrainedModels.File {
        let reference = ArtifactReference(digest: Digest(of: [number]), bytes: 1)
        return TrainedModels.File(url: URL(filePath: "/\(number)"), reference: reference, stepsDone: 1)
    }

    private static func trainer(_ number: UInt64, kin: String, isTrusted: Bool = false) -> Trainer {
        Trainer(worker: WorkerID(number), name: "worker \(number)", kin: kin, isTrusted: isTrusted)
    }

    @Test("two keys that give the same file confirm each other; one key does not, with however many workers")
    func sameFile() {
        var candidates = TrainedCandidates()
        let first = candidates.take(Self.file(1), by: Self.trainer(1, kin: "a"))
        let second = candidates.take(Self.file(1), by: Self.trainer(2, kin: "a"))
        #expect(first == nil && second == nil)
        let third = candidates.take(Self.file(1), by: Self.trainer(3, kin: "b"))
        #expect(third?.file == Self.file(1))
        #expect(third?.by.map(\.name) == ["worker 1", "worker 2", "worker 3"])
        #expect(!candidates.areDifferent)
    }

    @Test("of different files the one that a third key gives counts, and the others' makers are known")
    func differentFiles() {
        var candidates = TrainedCandidates()
        _ = candidates.take(Self.file(1), by: Self.trainer(1, kin: "evil"))
        let second = candidates.take(Self.file(2), by: Self.trainer(2, kin: "a"))
        #expect(second == nil && candidates.areDifferent)
        let third = candidates.take(Self.file(2), by: Self.trainer(3, kin: "b"))
        #expect(third?.file == Self.file(2))
        #expect(candidates.others(than: Self.file(2)).map(\.name) == ["worker 1"])
        #expect(candidates.files(besides: Self.file(2)) == [Self.file(1)])
    }

    @Test("what the user's own worker trained counts at once")
    func own() {
        var candidates = TrainedCandidates()
        let accepted = candidates.take(Self.file(1), by: Self.trainer(1, kin: "local", isTrusted: true))
        #expect(accepted?.file == Self.file(1))
    }
}
