// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which images of a data set a sweep scores.
public struct ImageSelection: Hashable, Sendable {
    /// The rule that picks images of the split.
    public enum Rule: Hashable, Sendable {
        /// Every image.
        case all
        /// The first `limit` images of each class, in the data set's order.
        case perClass(limit: Int)
        /// Exactly these indices, ascending and unique.
        case indices([Int])
    }

    /// The part of the data set: `train` or `test`.
    public var split: String
    /// The rule that picks images of the split.
    public var rule: Rule

    /// All images of the test split unless said otherwise.
    public init(split: String = "test", rule: Rule = .all) {
        self.split = split
        self.rule = rule
    }
}
