// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Points that are no cells, those that meet every condition; `exclude` and `when` both become these.
struct GridExclusion: Sendable {
    /// What one coordinate must be.
    struct Condition: Sendable {
        let coordinate: Int
        let codes: Set<UInt64>
        /// Whether the coordinate must be one of `codes`, or must be none of them.
        let isOneOf: Bool

        func holds(_ code: UInt64) -> Bool { codes.contains(code) == isOneOf }
    }

    let conditions: [Condition]
}
