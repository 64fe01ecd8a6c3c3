// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import TestSupport
import Testing
import Vocabulary

@Suite("worker sample", .timeLimit(.minutes(5)))
struct SampleCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A fresh model of a small network; its images are noise.
    private func model(_ architecture: CheckpointMetadata.Architecture) throws -> String {
        let path = folder.path("model.safetensors")
        try Checkpoint.initialised(architecture, preprocessing: .none).write(to: path)
        return path
    }

    private func sample(_ model: String, _ output: String, _ options: String...) async throws -> Outcome {
        try await Executable.worker.run(["sample", model, "--output", folder.path(output), "--threads", "1"] + options)
    }

    /// Width and height as a PNG's first chunk says.
    private func size(_ name: String) -> [Int] {
        let bytes = [UInt8](folder.bytes(name))
        guard bytes.count > 24 else { return [] }
        return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    @Test("a Glow draws a row for each class, or as many as it is told; the seed decides the images")
    func glow() async throws {
        let configuration = GlowConfiguration(height: 16, width: 16, levels: 2, steps: 1, hiddenChannels: 4, classes: 3)
        let model = try model(.glow(configuration))
        let outcome = try await sample(model, "a.png")
        #expect(outcome.code == 0 && outcome.output.contains("30 images"), "\(outcome.errors)")
        #expect(size("a.png") == [10 * 34 + 2, 3 * 34 + 2])
        _ = try await sample(model, "b.png")
        _ = try await sample(model, "c.png", "--seed", "1")
        _ = try await sample(model, "d.png", "--temperature", "0.1")
        #expect(folder.bytes("a.png") == folder.bytes("b.png"))
        #expect(folder.bytes("a.png") != folder.bytes("c.png") && folder.bytes("a.png") != folder.bytes("d.png"))
        _ = try await sample(model, "e.png", "--rows", "2", "--columns", "4", "--class", "2")
        #expect(size("e.png") == [4 * 34 + 2, 2 * 34 + 2])
        let stranger = try await sample(model, "f.png", "--class", "3")
        #expect(stranger.code == 2 && stranger.errors.contains("the classes 0...2"))
    }

    @Test("a PixelCNN++ draws, without classes and temperatures; a classifier does not")
    func others() async throws {
        let pixelcnn = PixelCNNConfiguration(height: 8, width: 8, filters: 4, blocks: 1, mixtures: 2)
        let path = try model(.pixelcnn(pixelcnn))
        let outcome = try await sample(path, "a.png", "--rows", "1", "--columns", "3")
        #expect(outcome.code == 0 && size("a.png") == [3 * 18 + 2, 20], "\(outcome.errors)")
        #expect(try await sample(path, "b.png", "--class", "1").code == 2)
        #expect(try await sample(path, "b.png", "--temperature", "1").code == 2)
        let classifier = try await sample(model(.resnet(ResNetConfiguration())), "b.png")
        #expect(classifier.code == 2 && classifier.errors.contains("draws no images"))
        #expect(folder.bytes("b.png").isEmpty)
    }

    @Test("for - the picture goes to standard output, and what is said of it to standard error")
    func standardOutput() async throws {
        let configuration = GlowConfiguration(height: 16, width: 16, levels: 2, steps: 1, hiddenChannels: 4)
        let model = try model(.glow(configuration))
        let options = ["--rows", "1", "--threads", "1"]
        _ = try await Executable.worker.run(["sample", model, "--output", folder.path("a.png")] + options)
        #expect(!folder.bytes("a.png").isEmpty)
        for output in ["-", "/proc/self/fd/1"] {
            let outcome = try await Executable.worker.run(["sample", model, "--output", output] + options)
            #expect(outcome.code == 0)
            #expect(outcome.output == folder.text("a.png"))
            #expect(outcome.errorLines == ["\(output): 10 images"])
        }
        let full = try await Executable.worker.run(["sample", model, "--output", "/dev/full"] + options)
        #expect(full.code == 1)
        #expect(full.errorLines.count == 1 && full.errors.hasPrefix("/dev/full: cannot be written (No space left"))
    }
}
