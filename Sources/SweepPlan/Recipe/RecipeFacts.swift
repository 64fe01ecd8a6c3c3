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

    /// A checkpoint that a recipe starts from.
    public struct Start: Hashable, Sendable {
        /// The digest of its file.
        public var digest: Digest
        /// Why the recipe's network cannot begin with its weights; empty where it can.
        public var problems: [Problem]

        /// The checkpoint of that digest, as it suits the recipe's network.
        public init(digest: Digest, problems: [Problem] = []) {
            self.digest = digest
            self.problems = problems
        }
    }

    /// Why there is no network of these sizes; nil to check nothing of that kind.
    public var problems: ((RecipeModel) -> [Problem])?
    /// What the checkpoint at a path is to a network that starts from it, or why it cannot be used; nil to look at no
    /// file.
    public var start: ((_ path: String, RecipeModel) -> Result<Start, any Error>)?
    /// The facts of one split of a data set, or why it cannot be used; nil to check nothing that depends on them.
    public var dataset: ((DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>)?
    /// Whether a length that is a time is wrong, as in a sweep, where equal recipes must make equal models.
    public var needsFixedLength: Bool

    /// Facts from where the arguments take them; without arguments only what the file itself says is checked.
    public init(
        problems: ((RecipeModel) -> [Problem])? = nil,
        start: ((_ path: String, RecipeModel) -> Result<Start, any Error>)? = nil,
        dataset: ((DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>)? = nil,
        needsFixedLength: Bool = false
    ) {
        self.problems = problems
        self.start = start
        self.dataset = dataset
        self.needsFixedLength = needsFixedLength
    }
}
