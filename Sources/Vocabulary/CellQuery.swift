// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which cells of a run somebody wants to see, and in what order.
///
/// All conditions must hold; one that is empty always does.
public struct CellQuery: Hashable, Sendable {
    /// What cells are sorted by; those that are equal in it stand in the run's order, those without it last.
    public enum Order: String, Hashable, Sendable, CaseIterable {
        /// The order of the run.
        case run
        /// The model's name, then the data set's.
        case model
        /// The data set's name.
        case dataset
        /// The transformation's name, then its parameters.
        case transform
        /// Number of recorded images.
        case recorded
        /// Mean over all images.
        case mean
        /// Median over all images.
        case median
        /// Standard deviation over all images.
        case deviation
        /// Mean difference from the identity cell.
        case difference
        /// Share of images that are above their value under `identity`.
        case raised
        /// Number of values that are NaN or infinite.
        case nonFinite
    }

    /// What has happened to a cell.
    public enum Condition: String, Hashable, Sendable, CaseIterable {
        /// Something is recorded, or failed.
        case begun
        /// Every image is recorded.
        case complete
        /// Something is recorded, or failed, and an image is missing.
        case incomplete
        /// A shard was given up, or is disputed.
        case inTrouble
    }

    /// The models' names in the sweep file.
    public var models: [String] = []
    /// The data sets' names in the sweep file.
    public var datasets: [String] = []
    /// The transformations' names.
    public var transforms: [String] = []
    /// The seeds.
    public var seeds: [UInt64] = []
    /// Words that must all occur, in whatever case, in the line `model dataset transform parameters seed`, or begin the id.
    public var words: [String] = []
    /// Places in the run.
    public var ordinals: [Int] = []
    /// What must have happened; nil for all cells of the run.
    public var condition: Condition?
    /// What they are sorted by.
    public var order = Order.run
    /// Whether the greatest come first.
    public var isDescending = false

    /// All cells in the run's order.
    public init() {}

    /// Cells of which something is recorded, or failed, in the run's order.
    public static let begun: CellQuery = {
        var query = CellQuery()
        query.condition = .begun
        return query
    }()

    /// Cells that have each word of `text`, as it is typed into a search field.
    public init(searching text: String) {
        words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
