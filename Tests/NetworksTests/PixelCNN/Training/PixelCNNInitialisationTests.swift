// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Testing

@Suite(.timeLimit(.minutes(5))) struct PixelCNNInitialisationTests {
    @Test(
        "every layer's outputs over the batch have mean 0 and deviation 1, those before a gate 0.1",
        arguments: PixelCNNTrainingCase.configurations
    )
    func moments(configuration: PixelCNNConfiguration) throws {
        let scene = PixelCNNTrainingCase(configuration, dropout: 0.5, images: 9)
        let trainer = try scene.trainer()
        let parameters = trainer.layout.vector(try scene.checkpoint().parameters)
        trainer.initialise(parameters, scene.batch)
        let outputs = try self.outputs(scene, ParameterSet(trainer.layout.tensors(parameters)))
        #expect(outputs.count == trainer.layout.specs.filter { $0.name.hasSuffix(".g") }.count)
        for (name, planes) in outputs {
            let scale = name.hasSuffix(".output") ? 0.1 : 1
            let variances = (0..<planes[0].channels).map { channel in
                let values = planes.flatMap { plane in (0..<plane.pixels).map { plane[$0, channel] } }
                let mean = values.reduce(0, +) / Double(values.count)
                #expect(abs(mean) <= 1e-4 * scale, "\(name), channel \(channel): mean \(mean)")
                return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count) / (scale * scale)
            }
            // Lengths that belong to inputs cannot give every output its own deviation.
            let isByInput = configuration.upsamplingNorm == .input && name.hasPrefix("upsample")
            let measured = isByInput ? [variances.reduce(0, +) / Double(variances.count)] : variances
            for variance in measured { #expect(abs(variance - 1) <= 1e-3, "\(name): variance \(variance)") }
        }
    }

    @Test("initialisation has the same bits on any number of threads, and leaves directions as they are")
    func bits() throws {
        let scene = PixelCNNTrainingCase(PixelCNNTrainingCase.configurations[1], dropout: 0, images: 9)
        let checkpoint = try scene.checkpoint()
        let results = try [1, 2, 3].map { threads in
            let trainer = try scene.trainer(threads: threads)
            let parameters = trainer.layout.vector(checkpoint.parameters)
            trainer.initialise(parameters, scene.batch)
            return trainer.layout.tensors(parameters).mapValues { $0.values.map(\.bitPattern) }
        }
        #expect(results[1] == results[0] && results[2] == results[0])
        for (name, tensor) in checkpoint.parameters.tensors where name.hasSuffix(".v") {
            #expect(results[0][name] == tensor.values.map(\.bitPattern))
        }
    }

    /// What the layers put out for every image of the batch, by the definition.
    private func outputs(_ scene: PixelCNNTrainingCase, _ parameters: ParameterSet) throws -> [String: [Plane]] {
        final class Outputs { var planes: [String: [Plane]] = [:] }
        let outputs = Outputs()
        var naive = NaivePixelCNN(configuration: scene.configuration, parameters: parameters)
        naive.observe = { outputs.planes[$0, default: []].append($1) }
        let size = scene.configuration.dimensions
        for start in stride(from: 0, to: scene.batch.images.count, by: size) {
            _ = naive.logits(Array(scene.batch.images[start..<start + size]))
        }
        return outputs.planes
    }
}
