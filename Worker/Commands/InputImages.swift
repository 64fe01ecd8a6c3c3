// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Kernels
import Networks
import Transforms
import Vocabulary

/// Brings the images of a file to the numbers that a model takes, or says why they are not such numbers.
struct InputImages {
    /// What messages call the file.
    let file: String
    /// What the file's numbers are; nil where nobody has said.
    let given: InputScale?
    /// The seed of dequantisation.
    let seed: UInt64
    /// What pixels are dequantised for.
    let estimate: LikelihoodEstimate
    let kernels: KernelSet

    /// The images as a model of `family` takes them, each as often as there are draws, and what was done to them, in words.
    ///
    /// - Throws: `CommandFailure` when the numbers cannot be pixels on the model's scale, or on the one given.
    func converted(_ images: ImageBatch, for family: ModelFacts.Family) throws -> (ImageBatch, remark: String?) {
        let own = InputScale(of: family.pixelScale)
        guard let found = Self.range(images.values) else {
            try refuseDequantised(family)
            return (images, nil)
        }
        guard let given else {
            if images.isWhole || !own.isLikely(found) { throw refusal(found, family, own, isWhole: images.isWhole) }
            try refuseDequantised(family)
            return (images, nil)
        }
        guard given != own else {
            try refuseDequantised(family)
            return (images, nil)
        }
        guard given.holds(found) else {
            let text = "'x' runs \(Self.text(found)), beyond the \(Self.text(given.range)) of --scale \(given.rawValue)"
            throw CommandFailure.usage("\(file): \(text)")
        }
        var converted = images
        if let levels = Self.levels(images, given) {
            converted.values = try inputs(levels, images, family)
            converted.labels = images.labels?.flatMap { [Int](repeating: $0, count: estimate.draws) }
            let isDrawn = estimate.dequantisation == .uniform
            let noise = isDrawn ? "with seed \(seed)" : "by \(estimate.dequantisation.rawValue)"
            let remark = family.pixelScale == .dequantised ? ", dequantised \(noise)" : ""
            return (converted, "x: 8-bit pixels on \(given.rawValue)\(remark)")
        }
        try refuseDequantised(family)
        // Dequantised pixels reach up to 256, others up to 255.
        let top: Float = given == .bytes && family.pixelScale == .dequantised ? 256 : given.range.upperBound
        let (from, to) = (given.range.lowerBound, own.range)
        let factor = (to.upperBound - to.lowerBound) / (top - from)
        converted.values = images.values.map { ($0 - from) * factor + to.lowerBound }
        return (converted, "x: from \(given.rawValue) to \(own.rawValue), without noise of dequantisation")
    }

    private func refusal(
        _ found: ClosedRange<Float>,
        _ family: ModelFacts.Family,
        _ own: InputScale,
        isWhole: Bool
    ) -> CommandFailure {
        // Noise takes pixels a little beyond black, a scale with a negative end takes them far.
        let candidates: [InputScale] = found.lowerBound < -0.25 ? [.centred, .symmetric] : [.unit, .bytes]
        let likely = isWhole ? .bytes : candidates.first { $0 != own && $0.holds(found) }
        let convert = likely.map { "'--scale \($0.rawValue)' converts it" } ?? "no other --scale fits"
        let takes = "this model (\(family.rawValue)) takes \(Self.text(own.range))"
        let keep = "'--scale \(own.rawValue)' takes it as it is"
        return .usage("\(file): 'x' runs \(Self.text(found)); \(takes); \(convert), \(keep)")
    }

    /// Refuses numbers that are taken as they are where they are to be dequantised in another way.
    private func refuseDequantised(_ family: ModelFacts.Family) throws {
        guard family.pixelScale == .dequantised, let setting = estimate.settings.first else { return }
        let need = "it needs 8-bit pixels, and --scale that says which scale they are on"
        throw CommandFailure.usage("\(file): --\(setting.key): 'x' is taken as dequantised already; \(need)")
    }

    /// The model's inputs for 8-bit pixels: those that a sweep would give it under identity.
    private func inputs(_ levels: [UInt8], _ images: ImageBatch, _ family: ModelFacts.Family) throws -> [Float] {
        let shape = ImageShape(height: images.height, width: images.width, channels: images.channels)
        let pipeline = InputPipeline(
            .identity,
            preprocessor: try Preprocessor(.none, from: shape, to: shape),
            scale: family.pixelScale,
            estimate: estimate,
            seed: seed,
            kernels: kernels
        )
        return stride(from: 0, to: levels.count, by: shape.count).enumerated().flatMap { index, start in
            let image = ByteImage(shape, pixels: Array(levels[start..<start + shape.count]))
            let draws = Array(0..<estimate.draws)
            return pipeline.inputs(for: image, index: index, draws: draws).flatMap(\.values)
        }
    }

    /// The 8-bit level of every pixel, or nil where one lies between levels.
    private static func levels(_ images: ImageBatch, _ scale: InputScale) -> [UInt8]? {
        let (from, to) = (scale.range.lowerBound, scale.range.upperBound)
        // v / 255 is usual, v / 256 is another way, and the numbers tell which it was.
        for steps in scale == .bytes ? [255] : [255, 256] as [Float] {
            let levels = images.values.map { ($0 - from) / (to - from) * steps }
            let areWhole = levels.allSatisfy { (0...255.5).contains($0) && abs($0 - $0.rounded()) <= images.precision }
            if areWhole { return levels.map { UInt8(min($0.rounded(), 255)) } }
        }
        return nil
    }

    /// The smallest and the largest number; nil without any, NaN and infinity apart.
    private static func range(_ values: [Float]) -> ClosedRange<Float>? {
        let finite = values.lazy.filter(\.isFinite)
        guard let least = finite.min(), let most = finite.max() else { return nil }
        return least...most
    }

    private static func text(_ range: ClosedRange<Float>) -> String {
        func text(_ value: Float) -> String {
            let rounded = (value * 1000).rounded() / 1000
            let digits = rounded == rounded.rounded() && rounded.magnitude < 1e9 ? "\(Int(rounded))" : "\(rounded)"
            return digits.replacing("-", with: "−")
        }
        return "\(text(range.lowerBound)) … \(text(range.upperBound))"
    }
}
