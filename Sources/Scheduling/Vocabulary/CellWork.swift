// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What decides how long an image takes: measured speeds are kept per worker and cost class.
public struct CostClass: Hashable, Sendable {
    /// The model; a worker that has it loaded is preferred for more of it.
    public var model: String
    /// The kind of transformation, without its parameters, such as `translate`.
    public var transform: String
    /// How many draws an image's likelihood is averaged over: before it is measured, each is taken to cost an image.
    public var draws: Int
    /// The external model that it is, which workers alone can compute that offer its scorer; nil for one that all can.
    public var external: ExternalModel?

    /// The class of cells of `model` under `transform`, by one draw and for all workers unless said otherwise.
    public init(model: String, transform: String, draws: Int = 1, external: ExternalModel? = nil) {
        self.model = model
        self.transform = transform
        self.draws = draws
        self.external = external
    }
}

/// A cell as the scheduler needs it.
public struct CellWork: Hashable, Sendable {
    /// The cell.
    public var id: CellID
    /// Number of images; positions are `0 ..< images`.
    public var images: Int
    /// What decides how long one of its images takes.
    public var costClass: CostClass
    /// Positions whose results are in the store already, ascending and disjoint.
    public var recorded: [Range<Int>]
    /// Whether nobody can compute the others, because the model could not be trained: they fail at once.
    public var isHopeless: Bool
    /// Among the cells that are known, those of higher priority go first; 0 unless said otherwise.
    public var priority: Int

    /// A cell of `images` images, none of them recorded unless said otherwise.
    public init(
        id: CellID,
        images: Int,
        costClass: CostClass,
        recorded: [Range<Int>] = [],
        priority: Int = 0,
        isHopeless: Bool = false
    ) {
        self.id = id
        self.images = images
        self.costClass = costClass
        self.recorded = recorded
        self.priority = priority
        self.isHopeless = isHopeless
    }
}
