// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How a sweep file's reader learns what models and data sets are; it opens no file itself.
public struct SweepFacts {
    /// The facts of a model, or why its checkpoint cannot be used; nil to check nothing that depends on them.
    public var model: ((ModelReference) -> Result<ModelFacts, any Error>)?
    /// The facts of one split of a data set, or why it cannot be used; nil to check nothing that depends on them.
    public var dataset: ((DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>)?

    /// Facts from where the arguments take them; without arguments only what the file itself says is checked.
    public init(
        model: ((ModelReference) -> Result<ModelFacts, any Error>)? = nil,
        dataset: ((DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>)? = nil
    ) {
        self.model = model
        self.dataset = dataset
    }
}
