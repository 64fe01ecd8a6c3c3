// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import Vocabulary

/// What `worker score` writes about images, by the family of the model.
struct ImageScores {
    /// Whether the latents of every level are written.
    let latents: Bool
    /// For each number, the images decoded with the latents of so many levels set to zero.
    let zeroLatents: [Int]
    /// How likelihoods are taken; of several draws, those of an image stand one after the other.
    let estimate: LikelihoodEstimate

    /// The file of the scores of `images`, which are on the model's scale.
    ///
    /// - Throws: An input error of the model when classes do not fit images or model.
    func file(_ images: ImageBatch, _ model: LoadedModel) throws -> SafetensorsWriter {
        switch model {
        case .glow(let glow): try file(images, glow)
        case .pixelcnn(let pixelcnn): try file(images, pixelcnn)
        case .resnet(let resnet): try file(images, resnet)
        }
    }

    private func file(_ images: ImageBatch, _ glow: Glow) throws -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        if estimate.draws > 1 {
            let scores = try glow.score(images.values, labels: images.labels)
            for column in GlowDraws(scores, draws: estimate.draws).columns where column.name.hasPrefix("bpd") {
                writer.add(column.name, vector: column.values)
            }
            return writer
        }
        let encoding = try glow.encode(images.values, labels: images.labels)
        writer.add("bpd", vector: encoding.scores.bpd)
        for level in latents ? Array(1...glow.configuration.levels) : [] {
            let extent = glow.configuration.latentExtent(level: level)
            let batch = ImageBatch(extent, values: encoding.latents(level: level))
            writer.add("latent.\(level)", batch.planes)
        }
        for count in zeroLatents {
            let factors = (1...glow.configuration.levels).map { Float($0 <= count ? 0 : 1) }
            var decoded = images
            decoded.values = glow.decode(encoding, scaling: factors)
            writer.add("zero\(count).x", decoded.planes)
            writer.add("zero\(count).bpd", vector: try glow.score(decoded.values, labels: images.labels).bpd)
        }
        return writer
    }

    private func file(_ images: ImageBatch, _ pixelcnn: PixelCNN) throws -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        let scores = try pixelcnn.score(images.values)
        let columns = estimate.kind == .interval ? scores.intervalColumns : scores.columns
        for column in columns where column.name.hasPrefix("bpd") {
            writer.add(column.name, vector: column.values)
        }
        return writer
    }

    /// A classifier's cross-entropy over its dimensions, which a result table calls `bpd`, is no likelihood of an image.
    private func file(_ images: ImageBatch, _ resnet: ResNet) throws -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        let classes = resnet.configuration.classes
        let count = images.values.count / resnet.configuration.dimensions
        let labels = images.labels ?? [Int](repeating: 0, count: count)
        let scores = try resnet.score(images.values, labels: labels)
        writer.add("logits", Tensor(shape: [count, classes], values: scores.logits))
        let written = images.labels == nil ? ["predicted"] : ["predicted", "correct", "crossentropy"]
        for column in scores.columns where written.contains(column.name) {
            writer.add(column.name, vector: column.values)
        }
        return writer
    }
}
