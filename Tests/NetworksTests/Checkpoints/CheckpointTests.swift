// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import TestSupport
import Testing
import Vocabulary

@Suite struct CheckpointTests {
    static let small = GlowConfiguration(
        height: 8,
        width: 4,
        channels: 3,
        levels: 2,
        steps: 2,
        hiddenChannels: 5,
        coupling: .additive,
        classes: 4,
        learnedTop: false
    )

    private func message(_ metadata: [String: String], _ tensors: [String: Tensor]) -> String? {
        var writer = SafetensorsWriter(metadata: metadata)
        for (name, tensor) in tensors { writer.add(name, tensor) }
        let error = #expect(throws: CheckpointError.self) {
            try Checkpoint(SafetensorsFile(bytes: writer.encoded(), name: "m"))
        }
        return error?.description
    }

    @Test("a checkpoint written to disk comes back with every bit, its metadata and the file's digest")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let made = try RandomGlow.checkpoint(Self.small)
        try made.write(to: path)
        let read = try Checkpoint(contentsOf: path)
        #expect(read.metadata == made.metadata)
        #expect(read.digest == made.digest)
        #expect(try read.digest == Digest(of: [UInt8](Data(contentsOf: URL(filePath: path)))))
        for (name, tensor) in made.parameters.tensors {
            #expect(read.parameters[name].values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
        #expect(folder.names() == ["model.safetensors"])
        let missing = folder.path("no/model.safetensors")
        let reason =
            "cannot be written (No such file or directory); its directory must exist, be writable and have space"
        #expect(throws: CheckpointError(file: missing, reason)) { try made.write(to: missing) }
    }

    @Test("the facts are those of the metadata and the file's digest")
    func facts() throws {
        let checkpoint = try RandomGlow.checkpoint(Self.small)
        let facts = checkpoint.facts
        let expected = ModelFacts(
            family: .glow,
            height: 8,
            width: 4,
            channels: 3,
            levels: 2,
            classes: 4,
            preprocessing: .none,
            digest: Digest(of: checkpoint.encoded())
        )
        #expect(facts == expected)
    }

    @Test("a missing, an unknown, a misshapen and an integer tensor are named")
    func wrongTensors() throws {
        let tensors = RandomGlow.tensors(Self.small, seed: 1)
        let texts = RandomGlow.metadata(Self.small).texts
        var missing = tensors
        missing["level.1.step.2.actnorm.logs"] = nil
        missing["level.1.prior.bias"] = nil
        #expect(
            message(texts, missing)
                == "m: tensor 'level.1.step.2.actnorm.logs': missing (and 1 more); the metadata promise it"
        )
        var extra = tensors
        extra["top.bias"] = Tensor(shape: [1], values: [0])
        #expect(message(texts, extra) == "m: tensor 'top.bias': not part of this model")
        var misshapen = tensors
        misshapen["top.class.bias"] = Tensor(shape: [2, 24], values: [Float](repeating: 0, count: 48))
        #expect(message(texts, misshapen) == "m: tensor 'top.class.bias': shape [2, 24]; the metadata ask for [48]")
        var writer = SafetensorsWriter(metadata: texts)
        for (name, tensor) in tensors { writer.add(name, tensor) }
        writer.add("top.class.logs", shape: [48], integers: [Int32](repeating: 0, count: 48))
        let file = try SafetensorsFile(bytes: writer.encoded(), name: "m")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(file) }
        #expect(error?.description == "m: tensor 'top.class.logs': holds I32; parameters are F32, F16, BF16 or F64")
    }

    @Test(
        "impossible metadata are refused with their key",
        arguments: [
            ("bitsweep.format", "2", "format 2; this program reads format 1"),
            (
                "bitsweep.format", nil,
                "not a BitSweep checkpoint; 'worker import' makes one of another project's weights"
            ),
            ("family", "gan", "unknown value 'gan'; known: glow, pixelcnn, resnet"),
            ("family", "resnet", "metadata 'depth': missing"),
            ("coupling", "cubic", "unknown value 'cubic'; known: affine, additive"),
            ("levels", nil, "missing"),
            ("levels", "-1", "'-1' is not a whole number from 0 to 65536"),
            ("levels", "3", "an image of 8×4 cannot be halved 3 times"),
            ("steps", "99999999999999999999", "'99999999999999999999' is not a whole number from 0 to 65536"),
            ("channels", "2", "channels must be 1 or 3, not 2"),
            ("hidden-channels", "65536", "hidden-channels must be 1...2048, not 65536"),
            ("height", "2048", "an image of 2048×4; at most 256×256"),
            ("learned-top", "yes", "'yes' is neither true nor false"),
            ("permutation", "fixed", "unknown value 'fixed'; known: lu"),
            ("preprocessing", "crop", "unknown value 'crop'; known: resize, pad, none"),
        ] as [(String, String?, String)]
    )
    func wrongMetadata(key: String, value: String?, problem: String) {
        var texts = RandomGlow.metadata(Self.small).texts
        texts[key] = value
        let found = message(texts, RandomGlow.tensors(Self.small, seed: 1)) ?? ""
        #expect(found.hasPrefix("m: "))
        #expect(found.hasSuffix(problem), "\(found)")
    }
}
