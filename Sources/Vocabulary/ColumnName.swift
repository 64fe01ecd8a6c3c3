// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What the columns of tables may be called, in messages and in stores alike.
public enum ColumnName {
    /// The most bytes of a name.
    public static let longest = 64

    /// Whether a column may be called `name`: 1 to 64 visible ASCII characters, no spaces.
    ///
    /// A store keeps a name on a line of its own, and a name heads a column of every export.
    public static func isValid(_ name: String) -> Bool {
        (1...longest).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
