// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Dates of key files, such as `2026-01-31T12:00:00Z`.
enum KeyDate {
    static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    static func date(_ text: String) -> Date? {
        guard text.utf8.count <= 32 else { return nil }
        return try? Date(text, strategy: .iso8601)
    }
}
