// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling

/// Allows so many things at once, and so many a second after that.
struct Allowance {
    private let burst: Double
    private let perSecond: Double
    private var left: Double
    private var last: Instant

    init(burst: Int, perSecond: Int, at now: Instant) {
        (self.burst, self.perSecond, left, last) = (Double(burst), Double(perSecond), Double(burst), now)
    }

    /// Whether another one is allowed; one that is counts.
    mutating func take(at now: Instant) -> Bool {
        left = min(burst, left + perSecond * now.seconds(since: last))
        last = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}

/// An ``Allowance`` for each of many.
struct Allowances<Owner: Hashable> {
    /// Owners that are remembered; all are forgotten beyond them.
    private static var mostOwners: Int { 65_536 }

    private let burst: Int
    private let perSecond: Int
    private var allowances: [Owner: Allowance] = [:]

    init(burst: Int, perSecond: Int) {
        (self.burst, self.perSecond) = (burst, perSecond)
    }

    /// Whether another one is allowed for `owner`; one that is counts.
    mutating func take(for owner: Owner, at now: Instant) -> Bool {
        if allowances.count >= Self.mostOwners { allowances = [:] }
        return allowances[owner, default: Allowance(burst: burst, perSecond: perSecond, at: now)].take(at: now)
    }
}
