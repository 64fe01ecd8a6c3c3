// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The values of one axis as a sweep file gives them: in its order, repetitions included.
struct AxisValues {
    var codes: [UInt64]
    /// The place of each value; a single one where all come from one spacing or default.
    let positions: [Diagnostic.Position]

    /// The place of a value.
    func position(_ index: Int) -> Diagnostic.Position {
        positions.count == codes.count ? positions[index] : positions[0]
    }

    /// Whether each value stands in the file by itself.
    var isListed: Bool { positions.count == codes.count }
}
