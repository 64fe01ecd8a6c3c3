// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// How a model is trained: network, images, optimiser, length.
///
/// A recipe is a value; equal recipes on equal images make equal weights, bit for bit, on every machine and for any
/// number of threads, unless their length is a time.
public struct Recipe: Hashable, Sendable {
    /// How long a training takes.
    public enum Length: Hashable, Sendable {
        /// Passes over the images that are trained on.
        case epochs(Int)
        /// Steps of the optimiser.
        case steps(Int)
        /// Time spent training, interruptions not counted.
        case time(Duration)
    }

    /// How a released checkpoint stores its numbers.
    public enum Precision: String, Hashable, Sendable, CaseIterable {
        /// As they were trained.
        case float32
        /// The upper half of a float32: its range, 8 bits of precision.
        case bfloat16
        /// IEEE 754 binary16: 11 bits of precision.
        case float16
    }

    /// The recipe's name; no part of its digests.
    public var name: String
    /// The checkpoint that the weights begin with; nil to draw them.
    public var start: RecipeStart?
    /// The network.
    public var model: RecipeModel
    /// The images.
    public var data: RecipeData
    /// How weights follow gradients.
    public var optimiser: RecipeOptimiser
    /// How long the training takes.
    public var length: Length
    /// Images of a step.
    public var batch: Int
    /// The seed of everything random: first weights, order of images, dequantisation, dropout, choice of validation
    /// images.
    public var seed: UInt64
    /// Images of the batch that first values are measured on (actnorm, weight norm).
    public var initialisationImages: Int
    /// Steps between two validations; nil for one each epoch.
    public var validationInterval: Int?
    /// Time between two snapshots of an unfinished training.
    public var snapshotInterval: Duration
    /// How the released checkpoint stores its numbers.
    public var precision: Precision

    /// A recipe; what is not given is as the paper has it for that network.
    public init(
        name: String,
        start: RecipeStart? = nil,
        model: RecipeModel,
        data: RecipeData,
        optimiser: RecipeOptimiser? = nil,
        length: Length,
        batch: Int? = nil,
        seed: UInt64 = 0,
        initialisationImages: Int = 256,
        validationInterval: Int? = nil,
        snapshotInterval: Duration = .seconds(300),
        precision: Precision = .float32
    ) {
        self.name = name
        self.start = start
        self.model = model
        self.data = data
        self.optimiser = optimiser ?? .standard(for: model.family)
        self.length = length
        self.batch = batch ?? model.family.standardBatch
        self.seed = seed
        self.initialisationImages = initialisationImages
        self.validationInterval = validationInterval
        self.snapshotInterval = snapshotInterval
        self.precision = precision
    }
}

extension Recipe {
    /// Reads a recipe of version 1.
    ///
    /// - Parameters:
    ///   - text: The file's content, YAML, at most 1 MiB.
    ///   - file: The file's path: error messages begin with it, and paths in the file are relative to its folder.
    ///   - facts: How to learn whether there is such a network and what its data set is.
    /// - Throws: `SweepFileError` with every problem of the file.
    public init(parsing text: String, file: String, facts: RecipeFacts = RecipeFacts()) throws(SweepFileError) {
        let document = try DocumentReader(parsing: text, file: file)
        self = try document.result(RecipeReader(document: document, facts: facts).read())
    }
}
