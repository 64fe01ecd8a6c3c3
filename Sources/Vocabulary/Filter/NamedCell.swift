// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A cell as filters and people see it: by what it is called, and not by what its id is made of.
package protocol NamedCell {
    /// What filters compare, in canonical text; nil where the cell has nothing of that name.
    func text(_ key: CellFilter.Key) -> String?
    /// The transformation; nil for one that this version does not know.
    var transformSpec: TransformSpec? { get }
}

extension CellFilter {
    /// Whether it is about `cell`.
    package func matches(_ cell: some NamedCell) -> Bool { terms.allSatisfy { $0.matches(cell.text($0.key)) } }
}
