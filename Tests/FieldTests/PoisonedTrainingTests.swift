// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@Suite("A worker that hands in another model than it trained", .timeLimit(.minutes(2)))
struct PoisonedTrainingTests {
    private let sweep: TrainedSweep
    private var keys: String { sweep.folder.path("keys") }

    init() throws { sweep = try TrainedSweep(steps: 40) }

    @Test("with --verify-trainings the model counts on which two other keys agree, and the poisoned one is named")
    func poisoned() async throws {
        for name in ["evil", "one", "two"] {
            let made = try await Executable.coordinator.run(["keys", "new", "--name", name, "--keys", keys])
            #expect(made.code == 0, "\(made.errors)")
        }
        let poison = try await poison()
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--keys", keys, "--verify-trainings"], store: "results")
        )
        let endpoint = try await coordinator.endpoint()
        try await handIn(poison, to: endpoint)
        try await coordinator.wait("the first model") { $0.output.contains("is to repeat its last steps") }
        let workers = try ["one", "two"].map { name in
            try Executable.worker.start([
                "run", "--connect", endpoint, "--key", sweep.folder.path("keys/\(name).key"), "--threads", "1",
            ])
        }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("to the same bits; it counts"))
        #expect(outcome.output.contains("elsewhere (pid 1) trained tiny to other weights"))
        let kept = sweep.kept("results")
        #expect(kept.count == 1)
        #expect(kept.allSatisfy { $0.contains(".checkpoint.") && !$0.contains("\(Digest(of: poison))") })
        for worker in workers { worker.signal(15) }
    }

    /// A model of the right form that the recipe does not make: it was trained for another time.
    private func poison() async throws -> [UInt8] {
        let recipe = try String(contentsOfFile: sweep.folder.path("tiny.yaml"), encoding: .utf8)
        let other = try sweep.folder.write(recipe.replacing("steps: 40", with: "steps: 3"), to: "other.yaml")
        let path = sweep.folder.path("other.safetensors")
        let trained = try await Executable.worker.run(["train", other, "--output", path, "--threads", "1"])
        #expect(trained.code == 0, "\(trained.errors)")
        return [UInt8](sweep.folder.bytes("other.safetensors"))
    }

    /// Gets the training and hands in a model at once.
    private func handIn(_ model: [UInt8], to endpoint: String) async throws {
        let peer = try HostilePeer(endpoint, key: sweep.folder.path("keys/evil.key"))
        try peer.sayHello()
        let attempt: TrainingAttempt? = try await peer.first {
            if case .train(let assignment) = $0 { assignment.attempt } else { nil }
        }
        let file = ArtifactReference(digest: Digest(of: model), bytes: model.count)
        peer.say(
            .trainingOffer(
                TrainingOffer(attempt: try #require(attempt), kind: .checkpoint, file: file, stepsDone: 40)
            )
        )
        _ = try await peer.first { if case .uploadReceipt = $0 { true } else { nil } }
        peer.say(.uploadChunk(ArtifactChunk(digest: file.digest, offset: 0, totalBytes: file.bytes, bytes: model)))
        let stored: Bool? = try await peer.first {
            if case .uploadReceipt(let receipt) = $0, receipt.isStored { true } else { nil }
        }
        #expect(stored == true)
        peer.say(.goodbye(reason: "done"))
    }
}
