// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Transforms
public import Vocabulary

/// Images on their way to a scorer.
public struct ExternalBatch: Sendable {
    /// The model that they are for.
    public var model: ExternalModel
    /// The pixels, [N][H][W][C], between the model's black and white where no transformation leads beyond them.
    public var pixels: [Float]
    /// The class of each image.
    public var labels: [Int]
    /// Each image's index in its data set.
    public var indices: [UInt32]

    /// A batch.
    public init(model: ExternalModel, pixels: [Float], labels: [Int], indices: [UInt32]) {
        self.model = model
        self.pixels = pixels
        self.labels = labels
        self.indices = indices
    }
}

/// The scorers that are beside this process.
public protocol ExternalScorers: Sendable {
    /// The most images that the model's scorer takes at a time.
    func batchSize(for model: ExternalModel) -> Int

    /// What the scorer says of the images: `bpd` and `nll` first, a value for each image, in their order.
    ///
    /// - Throws: `EngineError`: `.scorer` where it is this machine's scorer that fails, `.unfit` where the scorer works and
    ///   not for these images.
    func columns(of batch: ExternalBatch) throws(EngineError) -> [ResultTable.Column]
}

extension ExternalModel.Input {
    /// What the scorer is given for a pixel `x`, in [0, 1] where it is an 8-bit one's.
    ///
    /// Of an 8-bit value v, x = v/255, it is black + v·(white − black)/255, computed in double precision and rounded once:
    /// with a range of [0, 255] the value itself.
    func value(_ x: Float) -> Float {
        let level = (x * 255).rounded()
        if level / 255 == x { return Float(black + Double(level) * (white - black) / 255) }
        return Float(black + Double(x) * (white - black))
    }
}

extension ExternalModel {
    /// The columns of `images`, some of `inputs`, as the scorer gives them.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ scorers: (any ExternalScorers)?
    ) throws(EngineError) -> [ResultTable.Column] {
        guard let scorers else {
            throw .scorer("\(caption) is external; 'worker run --scorer \(scorer)=COMMAND' computes it")
        }
        let pixels = inputs.pixelTensors(of: images)
        let batch = ExternalBatch(
            model: self,
            pixels: pixels.flatMap { $0.values.map(input.value) },
            labels: inputs.labels(of: images),
            indices: images.map { UInt32($0) }
        )
        let columns = images.isEmpty ? Self.likelihood(bpd: [], nll: []) : try scorers.columns(of: batch)
        return columns + ResultTable.Column.clamped(pixels.map(\.clamped), spec.transform)
    }

    /// The columns that every table of an external model begins with.
    public static func likelihood(bpd: [Float], nll: [Float]) -> [ResultTable.Column] {
        [ResultTable.Column(name: "bpd", values: bpd), ResultTable.Column(name: "nll", values: nll)]
    }
}
