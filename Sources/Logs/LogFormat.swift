// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging

/// How a line of log is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-01-31T12:00:00.000Z info worker: joined run a1 [epoch=3]`.
    case text
    /// One JSON object: `time`, `level`, `label`, `message`, and the metadata's keys beside them.
    case json

    /// One line without a newline; newlines within the message become spaces.
    func line(_ event: LoggedEvent, label: String, at time: Date) -> String {
        let timestamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch self {
        case .text:
            let metadata =
                event.metadata.isEmpty ? "" : " [\(event.sorted.map { "\($0)=\($1)" }.joined(separator: " "))]"
            return LogFormat.flat("\(timestamp) \(event.level) \(label): \(event.message)\(metadata)")
        case .json:
            let standard = [
                ("time", timestamp), ("level", "\(event.level)"), ("label", label), ("message", event.message),
            ]
            let names = Set(standard.map(\.0))
            // A metadata key that is taken gets out of the way; nothing is lost and no key stands twice.
            let others = event.sorted.map { (names.contains($0) ? "metadata.\($0)" : $0, $1) }
            return "{\((standard + others).map { "\(Self.quoted($0)):\(Self.quoted($1))" }.joined(separator: ","))}"
        }
    }

    private static func flat(_ text: String) -> String {
        String(text.unicodeScalars.map { CharacterSet.controlCharacters.contains($0) ? " " : Character($0) })
    }

    private static func quoted(_ text: String) -> String {
        // A string is always encodable.
        (try? JSONEncoder().encode(text)).flatMap { String(data: $0, encoding: .utf8) } ?? "\"\""
    }
}

/// What is to be logged.
struct LoggedEvent {
    var level: Logger.Level
    var message: String
    var metadata: Logger.Metadata

    var sorted: [(String, String)] { metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") } }
}
