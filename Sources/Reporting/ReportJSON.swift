// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Report values as JSON text.
public enum ReportJSON {
    /// `value` in one line: keys sorted, numbers the shortest that read back to the same bits.
    ///
    /// Values that are no numbers are the strings `nan`, `inf` and `-inf`.
    public static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
