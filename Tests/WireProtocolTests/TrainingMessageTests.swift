// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Vocabulary

@testable import WireProtocol

/// Messages of trainings: how they are written, and what of them is refused.
@Suite
struct TrainingMessageTests {
    private static let digest = "0a20000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

    private static func attempt() throws -> TrainingAttempt {
        TrainingAttempt(training: try #require(Digest(bytes: UInt8(0)..<32)), number: 2, epoch: 3)
    }

    private static func offer(bytes: Int = 9) throws -> TrainingOffer {
        let attempt = try attempt()
        let file = ArtifactReference(digest: attempt.training, bytes: bytes)
        return TrainingOffer(attempt: attempt, kind: .checkpoint, file: file, stepsDone: 5)
    }

    @Test("an offer is written as it always was, and read back")
    func golden() throws {
        // major: 1 minor: 4 training_offer { attempt { training: DIGEST number: 2 epoch: 3 } kind: CHECKPOINT
        //   file { digest: DIGEST bytes: 9 } steps: 5 }
        let golden = "080110059201520a26\(Self.digest)1002180310021a24\(Self.digest)10092005"
        let offer = WorkerMessage.trainingOffer(try Self.offer())
        let bytes = offer.encoded()
        #expect(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == golden)
        #expect(try WorkerMessage(decoding: bytes) == offer)
    }

    @Test("a hello says which training the worker has")
    func hello() throws {
        var hello = Fixture.hello
        hello.training = try Self.attempt()
        #expect(try WorkerMessage(decoding: WorkerMessage.hello(hello).encoded()) == .hello(hello))
    }

    @Test("a recipe's text comes through as it is, whatever its line ends")
    func recipe() throws {
        var message = RandomMessages(seed: 1)
        var training = message.training()
        training.recipe = "version: 1\r\nname: é\t\n\u{0}"
        #expect(try CoordinatorMessage(decoding: CoordinatorMessage.train(training).encoded()) == .train(training))
    }

    @Test("messages with impossible fields are refused by those fields' names")
    func impossible() throws {
        var message = RandomMessages(seed: 2)
        var attempt = try Self.attempt().proto
        attempt.number = 0
        var unnumbered = message.trainingEnd().proto
        unnumbered.attempt = attempt
        var nothing = try Self.offer().proto
        nothing.kind = .UNRECOGNIZED(7)
        var ahead = message.trainingProgress().proto
        ahead.stepsDone = ahead.steps + 1
        var endless = message.training().proto
        endless.recipe = String(repeating: "#", count: WireLimits.recipeBytes + 1)
        var receipt = message.uploadReceipt().proto
        receipt.digest = Data(count: 31)
        let cases: [(String, ProtoEnvelope.OneOf_Kind)] = [
            ("training_end.attempt", .trainingEnd(unnumbered)),
            ("training_offer.kind", .trainingOffer(nothing)),
            ("training_offer.file", .trainingOffer(try Self.offer(bytes: 0).proto)),
            ("training_offer.file", .trainingOffer(try Self.offer(bytes: WireLimits.trainingFileBytes + 1).proto)),
            ("training_progress.steps_done", .trainingProgress(ahead)),
            ("train.recipe", .train(endless)),
            ("upload_receipt.digest", .uploadReceipt(receipt)),
        ]
        for (field, content) in cases {
            let bytes = EnvelopeCoding.encode(content)
            let error = #expect(throws: WireError.self) {
                do { _ = try PeerMessage(decoding: bytes) } catch WireError.unexpectedKind {
                    _ = try CoordinatorMessage(decoding: bytes)
                }
            }
            guard case .invalidField(field, _) = error else {
                Issue.record("\(field): \(String(describing: error))")
                continue
            }
        }
    }
}
