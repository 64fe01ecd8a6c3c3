// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a training cannot begin, or not go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The recipe's numbers, or its numbers and the images, do not fit together.
    case recipe(String)
    /// A file cannot be read or written, or is another training's.
    case file(String)
    /// A file cannot be written for the time being: its disk is full, or fails.
    case disk(String)
    /// A loss, a gradient or a weight is no finite number any more.
    case diverged(Divergence)

    /// Where a training left the numbers.
    public struct Divergence: Hashable, Sendable {
        /// What is not finite, or too large.
        public var what: String
        /// The step that found it, from 0.
        public var step: Int
        /// The first layer whose numbers are not finite; nil where all of them are.
        public var layer: String?
        /// The learning rate of the step.
        public var learningRate: Double
    }

    /// One line: what is wrong and what would help.
    public var description: String {
        switch self {
        case .recipe(let problem), .file(let problem), .disk(let problem): problem
        case .diverged(let divergence): divergence.description
        }
    }
}

extension TrainingError.Divergence: CustomStringConvertible {
    /// One line: the step, the layer, what to try.
    public var description: String {
        let place = layer.map { "; the first layer without finite numbers is '\($0)'" } ?? ""
        return
            "the training diverged at step \(step): \(what)\(place); try a learning rate below \(learningRate), a longer "
            + "warm-up or a clip-norm"
    }
}
