// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a cell's images say together, overall and by class: how one column is distributed, and by how much it differs
/// from the same images' under `identity`.
public struct CellSummary: Hashable, Sendable {
    /// The column of a cell's table that its summary is of.
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        /// Bits per dimension of a model of images.
        case bitsPerDimension = "bpd"
        /// Whether a classifier found the class; its mean is the accuracy.
        case correct

        /// The measure of tables with these columns.
        public init(columns: [String]) { self = columns.contains(Self.correct.rawValue) ? .correct : .bitsPerDimension }
    }

    /// Differences dᵢ of images that the cell and its identity cell have both.
    public struct Difference: Hashable, Sendable {
        /// Number of finite dᵢ.
        public var count: Int
        /// Number of dᵢ that are NaN or infinite, as where one of the two values is.
        public var nonFiniteCount: Int
        /// Mean of the finite dᵢ; nil without one.
        public var mean: Double?
        /// Sample standard deviation of the finite dᵢ, with count − 1 in the denominator; nil for fewer than two.
        public var standardDeviation: Double?
        /// Number of finite dᵢ above 0.
        public var raised: Int

        /// Differences that were summarised elsewhere.
        public init(count: Int, nonFiniteCount: Int, mean: Double?, standardDeviation: Double?, raised: Int) {
            self.count = count
            self.nonFiniteCount = nonFiniteCount
            self.mean = mean
            self.standardDeviation = standardDeviation
            self.raised = raised
        }

        /// Share of the finite dᵢ that are above 0; nil without one.
        public var raisedShare: Double? { count > 0 ? Double(raised) / Double(count) : nil }
        /// Standard error of the mean, sd/√n; nil for fewer than two differences.
        public var standardError: Double? { standardDeviation.map { $0 / Double(count).squareRoot() } }
    }

    /// All images of one class, or of all classes together.
    public struct Group: Hashable, Sendable {
        /// The class; nil for all together.
        public var label: Int?
        /// The values' distribution.
        public var summary: Summary
        /// The values' differences from those under `identity`; nil where the store has no such cell.
        public var difference: Difference?
        /// Where the values lie.
        public var histogram: DyadicHistogram

        /// A group that was summarised elsewhere.
        public init(label: Int?, summary: Summary, difference: Difference?, histogram: DyadicHistogram) {
            self.label = label
            self.summary = summary
            self.difference = difference
            self.histogram = histogram
        }
    }

    /// What the figures are of.
    public var measure: Measure
    /// All images.
    public var all: Group
    /// The classes that have values, ascending.
    public var classes: [Group]

    /// A summary that was made elsewhere.
    public init(measure: Measure, all: Group, classes: [Group]) {
        self.measure = measure
        self.all = all
        self.classes = classes
    }

    /// The group of a class, or of all classes for nil; nil when it has no values.
    public subscript(label: Int?) -> Group? {
        label == nil ? all : classes.first { $0.label == label }
    }
}
