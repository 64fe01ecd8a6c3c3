// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Summaries of labelled values: one for each label, and one for all values together.
public struct Grouped: Hashable, Sendable {
    /// The values of one label.
    public struct Group: Hashable, Sendable {
        /// What the values have in common, such as the class of the images.
        public var label: Int
        /// The summary of the values.
        public var summary: Summary
    }

    /// The groups that have values, ascending by label.
    public let groups: [Group]
    /// The summary of all values.
    public let total: Summary

    /// Summarises `values` by label.
    ///
    /// - Parameters:
    ///   - values: one value per item, such as an image's bits per dimension or how much they changed.
    ///   - labels: one label per item, in the same order.
    public init<Value: BinaryFloatingPoint>(_ values: [Value], by labels: [Int]) {
        precondition(values.count == labels.count, "\(values.count) values have \(labels.count) labels")
        let positions = Dictionary(grouping: labels.indices) { labels[$0] }
        groups = positions.sorted { $0.key < $1.key }
            .map { label, positions in Group(label: label, summary: Summary(positions.lazy.map { values[$0] })) }
        total = Summary(values)
    }

    /// The summary of the values with this label; nil when there are none.
    public subscript(label: Int) -> Summary? {
        groups.first { $0.label == label }?.summary
    }
}
