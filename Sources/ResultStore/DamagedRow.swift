// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A row that this module cannot have written.
struct DamagedRow: Error {
    let detail: String
}

extension Row {
    /// The value at `index`; a NULL or a value of another type is an error where GRDB's subscripts would trap.
    func value<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
        guard let value: Value = optional(index) else {
            throw DamagedRow(detail: "unexpected value in column \(index) of \(columnNames.joined(separator: ", "))")
        }
        return value
    }

    /// The value at `index`, or nil for NULL and values of another type.
    func optional<Value: DatabaseValueConvertible>(_ index: Int) -> Value? {
        let value: DatabaseValue = self[index]
        return Value.fromDatabaseValue(value)
    }
}
