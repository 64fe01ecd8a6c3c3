// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which rows and columns of a run are exported.
public struct ExportSelection: Sendable {
    /// Names of the columns of values, in the order in which they are written, and of parameters; nil for all of both.
    public var columns: [String]?
    /// Whether a cell's rows are written.
    public var includes: @Sendable (RunCell) -> Bool
    /// Whether the images of a class are written.
    public var includesClass: @Sendable (UInt8) -> Bool

    /// All rows and columns, but for what is said otherwise.
    public init(
        columns: [String]? = nil,
        includes: @escaping @Sendable (RunCell) -> Bool = { _ in true },
        includesClass: @escaping @Sendable (UInt8) -> Bool = { _ in true }
    ) {
        self.columns = columns
        self.includes = includes
        self.includesClass = includesClass
    }

    /// Everything.
    public static var all: ExportSelection { ExportSelection() }

    /// Those of `positions` whose images are written.
    func rows(_ positions: some Sequence<Int>, of slice: Slice) -> [Int] {
        positions.filter { includesClass(slice.labels[$0]) }
    }
}
