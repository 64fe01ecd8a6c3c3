// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// JSON lines of a command, by the event they name.
public struct EventLog {
    /// Each line that is an object.
    public let events: [[String: Any]]

    /// Reads the lines of `text` that are objects.
    public init(_ text: String) {
        events = text.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    /// The newest object whose `event` is this.
    public func last(_ event: String) -> [String: Any]? {
        events.last { $0["event"] as? String == event }
    }
}

extension RunningProcess {
    /// Where a coordinator started with `--json` listens.
    public func endpoint() async throws -> String {
        while true {
            let log = EventLog(output)
            if let endpoint = log.last("begun")?["endpoint"] as? String { return endpoint }
            if !isRunning || log.last("ended") != nil { throw EarlyEnd(errors: errors) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Waits until a coordinator started with `--json` has recorded more images than at the call.
    public func waitForProgress() async throws {
        func done() -> Int { EventLog(output).last("progress")?["done"] as? Int ?? 0 }
        let before = done()
        while done() == before {
            if !isRunning || EventLog(output).last("ended") != nil { throw EarlyEnd(errors: errors) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Waits until `condition` holds of the process; throws when it ended before, or not within `seconds`.
    public func wait(
        _ what: String,
        seconds: Double = 30,
        until condition: (RunningProcess) throws -> Bool
    ) async throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while try !condition(self) {
            if !isRunning { throw EarlyEnd(errors: "ended before \(what): \(output)\(errors)") }
            if ContinuousClock.now > limit {
                throw EarlyEnd(errors: "not within \(seconds) s: \(what): \(output)\(errors)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// A process ended before it could be looked at or disturbed.
public struct EarlyEnd: Error {
    /// What it had said.
    public var errors: String

    /// An end before which the process had said `errors`.
    public init(errors: String) { self.errors = errors }
}
