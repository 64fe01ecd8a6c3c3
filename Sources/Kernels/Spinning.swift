// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Waiting without sleep, for what is expected within microseconds.
enum Spinning {
    /// Attempts, some tens of microseconds of them.
    private static let attempts = 1 << 14

    /// Whether `isOver` became true in time.
    @inline(__always)
    static func until(_ isOver: () -> Bool) -> Bool {
        for _ in 0..<attempts where isOver() { return true }
        return false
    }
}
