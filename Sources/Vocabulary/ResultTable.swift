// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A shard's result: one row per image, named Float32 columns; `bpd` is always among them.
public struct ResultTable: Hashable, Sendable {
    /// One measured quantity for every image of the shard.
    public struct Column: Hashable, Sendable {
        /// The quantity's name, such as `bpd` or `logdet.1`.
        public var name: String
        /// One value per image, in the order of `indices`.
        public var values: [Float]

        /// A named column.
        public init(name: String, values: [Float]) {
            self.name = name
            self.values = values
        }

        /// Columns are equal when their names and the bit patterns of their values are: a NaN equals itself.
        public static func == (left: Column, right: Column) -> Bool {
            left.name == right.name && left.values.count == right.values.count
                && zip(left.values, right.values).allSatisfy { $0.bitPattern == $1.bitPattern }
        }

        /// Feeds the name and the bit patterns to `hasher`.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            for value in values { hasher.combine(value.bitPattern) }
        }
    }

    /// The images' indices in their data set, ascending.
    public var indices: [UInt32]
    /// The measured quantities, `bpd` first.
    public var columns: [Column]

    /// A table; every column has as many values as there are indices.
    public init(indices: [UInt32], columns: [Column]) {
        self.indices = indices
        self.columns = columns
    }

    /// The values of the column called `name`, or nil.
    public subscript(_ name: String) -> [Float]? {
        columns.first { $0.name == name }?.values
    }
}
