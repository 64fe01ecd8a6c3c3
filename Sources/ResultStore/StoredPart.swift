// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// A recorded part with its columns still packed.
struct StoredPart {
    let positions: Range<Int>
    let names: [String]
    private let bytes: [UInt8]

    /// What a query of `part JOIN layout` must select, in this order and first, to make parts from its rows.
    static let selection = "part.lower, part.upper, layout.names, part.data"

    init(_ row: Row) throws {
        positions = try row.positions(0, 1)
        names = Layouts.names(try row.value(2))
        let data: Data = try row.value(3)
        let (size, overflow) = names.count.multipliedReportingOverflow(by: positions.count)
        guard !overflow, data.count / 4 == size, data.count.isMultiple(of: 4) else {
            throw DamagedRow(detail: "a part with \(data.count) bytes for \(positions.count) images")
        }
        bytes = [UInt8](data)
    }

    /// The value of the `column`-th column for the image at `row` of this part.
    @inline(__always)
    func value(row: Int, column: Int) -> Float {
        Float(bitPattern: LittleEndian.word(bytes, at: 4 * (column * positions.count + row)))
    }
}
