// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The losses of the steps since the log's last entry, and what their mean was at that entry.
struct LossWindow: Hashable, Sendable {
    var sum = 0.0
    var count = 0
    /// The mean at the last entry.
    var entered: Double?

    /// The mean of the steps since the last entry, or, without any, at that entry.
    var latest: Double? { count > 0 ? sum / Double(count) : entered }

    mutating func add(_ loss: Double) {
        sum += loss
        count += 1
    }

    /// The mean, which becomes an entry; nil without steps.
    mutating func close() -> Double? {
        guard count > 0 else { return nil }
        entered = sum / Double(count)
        (sum, count) = (0, 0)
        return entered
    }
}
