// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The lists of columns that tables of the run have.
///
/// A model gives the same columns everywhere, so there are few. They are bounded because every name heads a column of every
/// export.
struct KnownColumns {
    /// Lists that one owner of connections, and all, may bring.
    static let mostOfOwner = 64
    static let mostOfAll = 256

    private var known: Set<[String]> = []
    private var quota = Quota<String>(each: mostOfOwner, all: mostOfAll)
    /// The list that came last; most come many times in a row.
    private var last: [String] = []

    /// Why a table of `owner` is not taken; nil when it may be.
    mutating func problem(with table: ResultTable, of owner: String) -> String? {
        if table.columns.count == last.count, zip(table.columns, last).allSatisfy({ $0.name == $1 }) { return nil }
        let names = table.columns.map(\.name)
        guard known.contains(names) || quota.take(1, for: owner) else {
            return "its table has columns that no other has, after \(known.count) different lists of columns"
        }
        known.insert(names)
        last = names
        return nil
    }
}
