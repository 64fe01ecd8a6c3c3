// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Remembers the keys of rows that many others refer to; good for one transaction, since a rollback takes keys back.
struct KeyCache<Value: Hashable> {
    private var keys: [Value: Int64] = [:]
    /// The value that was asked for last; most are asked for many times in a row.
    private var last: (value: Value, key: Int64)?

    /// The key of `value`, asked of `find` only when it is not remembered.
    mutating func key(_ value: Value, find: () throws -> Int64) rethrows -> Int64 {
        if let last, last.value == value { return last.key }
        let key: Int64
        if let known = keys[value] {
            key = known
        } else {
            key = try find()
            // A grid may have as many transforms as cells; beyond this the statement cache is good enough.
            if keys.count == 4096 { keys.removeAll(keepingCapacity: true) }
            keys[value] = key
        }
        last = (value, key)
        return key
    }
}

extension Database {
    /// The key of the row of `table` with exactly these values, which together are unique; inserts it when it is new.
    func key(of table: String, _ values: KeyValuePairs<String, any DatabaseValueConvertible>) throws -> Int64 {
        let names = values.map(\.key)
        let arguments = StatementArguments(values.map(\.value))
        let matches = names.map { "\($0) = ?" }.joined(separator: " AND ")
        let find = try cachedStatement(sql: "SELECT key FROM \(table) WHERE \(matches)")
        if let key = try Int64.fetchOne(find, arguments: arguments) { return key }
        let places = names.map { _ in "?" }.joined(separator: ", ")
        try cachedStatement(sql: "INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(places))")
            .execute(arguments: arguments)
        return lastInsertedRowID
    }
}
