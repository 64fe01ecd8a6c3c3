// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How much of something the coordinator holds on behalf of others: no more than so much for each of them, and in all.
struct Quota<Owner: Hashable & Sendable>: Sendable {
    let each: Int
    let all: Int
    private var amounts: [Owner: Int] = [:]
    /// What is held in all.
    private(set) var total = 0

    /// Nothing is held, of at most `each` for one and `all` together.
    init(each: Int, all: Int) {
        self.each = each
        self.all = all
    }

    /// What is held for `owner`.
    func amount(of owner: Owner) -> Int { amounts[owner] ?? 0 }

    /// Whether `amount` more may be held for `owner`.
    func allows(_ amount: Int, for owner: Owner) -> Bool {
        amount <= all - total && amount <= each - self.amount(of: owner)
    }

    /// Holds `amount` more, whether or not it is allowed.
    mutating func add(_ amount: Int, for owner: Owner) {
        amounts[owner, default: 0] += amount
        total += amount
    }

    /// Holds `amount` more if that is allowed, and says whether it is.
    mutating func take(_ amount: Int, for owner: Owner) -> Bool {
        guard allows(amount, for: owner) else { return false }
        add(amount, for: owner)
        return true
    }

    /// Holds `amount` less.
    mutating func give(_ amount: Int, of owner: Owner) {
        let left = self.amount(of: owner) - amount
        amounts[owner] = left > 0 ? left : nil
        total -= amount
    }

    /// Holds nothing any more.
    mutating func giveAll() { (amounts, total) = ([:], 0) }
}
