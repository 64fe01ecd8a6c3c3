// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How a recipe's reader learns whether there is such a network and what its data set is; it opens no file itself.
public struct RecipeFacts {
    /// Something that is wrong with a value of the recipe.
    public struct Problem: Hashable, Sendable {
        /// The value's key within `model`.
        public var key: String
        /// What is wrong and what would be right.
        public var text: String

        /// A problem of the value of `key`.
        public init(key: String, text: String) {
            self.key = key
            self.text = text
        }
    }

    /// Why there is no network of these sizes; nil to check nothing of that kind.
    public var problems: ((RecipeModel) -> [Problem])?
    /// The facts of one split of a data set, or why it cannot be used; nil to check nothing that depends on them.
    public var dataset: ((DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>)?
    /// Whether a length that is a time is wrong, as in a sweep, where equal recipes must make equal models.
    public var needsFixedLength: Bool

    /// Facts from where the arguments take them; without arguments only what the file itself says is checked.
    public init(
        problems: ((RecipeModel) -> [Problem])? = nil,
        dataset: ((DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>)? = nil,
        needsFixedLength: Bool = false
    ) {
        self.problems = problems
        self.dataset = dataset
        self.needsFixedLength = needsFixedLength
    }
}
