// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Networks
import Testing
import Vocabulary

@testable import Worker

/// What a scorer may say, and what it may not.
@Suite struct ScorerAnswerTests {
    private let batch = ExternalBatch.probe(
        of: ExternalModel(
            scorer: "flow",
            version: "1",
            input: ExternalModel.Input(height: 2, width: 2, black: -1, white: 1)
        )
    )

    private func file(_ columns: [String: [Float]], _ metadata: [String: String] = [:]) -> [UInt8] {
        var file = SafetensorsWriter(metadata: metadata)
        for (name, values) in columns { file.add(name, shape: [values.count], floats: values) }
        return file.encoded()
    }

    private func fault(_ bytes: [UInt8]) -> String {
        do {
            _ = try ScorerAnswer(bytes, to: batch)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func `The probe is a black image and every level in order`() {
        let third: Float = 2.0 / 3
        #expect(batch.pixels[..<5].allSatisfy { $0 == -1 } && batch.pixels[7] == 1)
        #expect(abs(batch.pixels[5] - (third - 1)) < 1e-6 && abs(batch.pixels[6] - (2 * third - 1)) < 1e-6)
    }

    @Test func `Nats become bits per dimension, and the scorer's own columns follow in their order`() throws {
        let answer = try ScorerAnswer(file(["nll": [8, .nan], "z": [1, 2], "a": [3, .infinity]]), to: batch)
        #expect(answer.columns.map(\.name) == ["bpd", "nll", "a", "z"])
        // 8 / (4 ln 2) = 2.8853900817779268
        #expect(abs(answer.columns[0].values[0] - 2.88539) < 1e-5 && answer.columns[0].values[1].isNaN)
        #expect(answer.columns[2].values == [3, .infinity])
    }

    @Test func `Bits per dimension become nats`() throws {
        let answer = try ScorerAnswer(file(["bpd": [1, 2]]), to: batch)
        // 4 ln 2 = 2.772588722239781
        #expect(answer.columns.map(\.name) == ["bpd", "nll"])
        #expect(abs(answer.columns[1].values[0] - 2.7725887) < 1e-6)
    }

    @Test func `Wrong answers are told for what they are`() {
        #expect(fault([1, 2, 3]).contains("gave no safetensors file"))
        #expect(fault(file(["bpd": [1]])) == "gave 'bpd' of shape [1] for 2 images; [2] is right")
        #expect(fault(file(["logdet": [1, 2]])) == "gave neither 'bpd' nor 'nll'")
        #expect(fault(file(["bpd": [1, 2], "x": [1, 2]])).contains("which no column may be called"))
        #expect(fault(file([:], ["error": "too small"])) == "refuses: too small")
        var shuffled = SafetensorsWriter()
        shuffled.add("bpd", shape: [2], floats: [1, 2])
        shuffled.add("index", shape: [2], integers: [1, 0])
        #expect(fault(shuffled.encoded()) == "gave the images in another order than it got them")
    }

    @Test func `Pixels that are no whole 8-bit values are not sent as such`() throws {
        #expect(throws: ScorerFault.self) { try batch.encoded(asBytes: true) }
        let whole = ExternalBatch.probe(
            of: ExternalModel(scorer: "flow", version: "1", input: ExternalModel.Input(height: 2, width: 2))
        )
        let sent = try SafetensorsFile(bytes: whole.encoded(asBytes: true), name: "request")
        #expect(try sent.integers("x") == [0, 0, 0, 0, 0, 85, 170, 255])
        #expect(try sent.integers("index") == [0, 1])
        #expect(sent.entries["x"]?.shape == [2, 2, 2, 1])
    }

    @Test func `A greeting says what the scorer is and takes, and a model that is another is a misfit`() throws {
        let greeting = try ScorerGreeting(
            file([:], ["protocol": "1", "version": "7", "batch": "16", "height": "8", "black": "0"]),
            name: "flow"
        )
        #expect(greeting.offer == ScorerOffer(name: "flow", version: "7") && greeting.batch == 16)
        var model = ExternalModel(scorer: "flow", version: "7", input: ExternalModel.Input(height: 8, width: 8))
        #expect(greeting.misfit(model) == nil)
        model.input.height = 9
        #expect(greeting.misfit(model)?.contains("takes images of height 8") == true)
        model.version = "8"
        #expect(greeting.misfit(model) == "is flow 7, and flow 8 was asked for")
    }

    @Test(
        arguments: [
            ([:], "no 'protocol'"), (["protocol": "2"], "protocol '2'"), (["protocol": "1"], "no version"),
            (["protocol": "1", "version": "1", "name": "other"], "says that it is 'other', not 'flow'"),
            (["protocol": "1", "version": "1", "digest": "ab"], "not 64 hexadecimal digits"),
            (["protocol": "1", "version": "1", "batch": "0"], "within 1…4096"),
            (["protocol": "1", "version": "1", "x": "F64"], "F32 or U8 is given"),
        ] as [([String: String], String)]
    ) func `A greeting that makes no sense is refused`(
        _ texts: [String: String],
        _ problem: String
    ) {
        let fault = #expect(throws: ScorerFault.self) { try ScorerGreeting(file([:], texts), name: "flow") }
        #expect(fault?.description.contains(problem) == true)
    }
}
