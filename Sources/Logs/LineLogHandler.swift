// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Logging

/// A log handler that hands whole lines to a function: to standard error, to a file, to a tail that is kept.
public struct LineLogHandler: LogHandler {
    /// The least important level that is written; `info` unless changed.
    public var logLevel = Logger.Level.info
    /// Keys and values that go with every line.
    public var metadata: Logger.Metadata = [:]

    private let label: String
    private let format: LogFormat
    private let now: @Sendable () -> Date
    private let write: Write

    /// Takes a line without its newline, from any thread; `line` makes such a line of a warning about the log itself.
    public typealias Write = @Sendable (_ text: String, _ line: (_ warning: String) -> String) -> Void

    /// A handler of the logger called `label`, whose lines go to `write`.
    public init(
        label: String,
        format: LogFormat,
        now: @escaping @Sendable () -> Date,
        write: @escaping Write
    ) {
        self.label = label
        self.format = format
        self.now = now
        self.write = write
    }

    /// The handler's own metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the event as one line.
    public func log(event: Logging.LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = now()
        let event = LoggedEvent(level: event.level, message: "\(event.message)", metadata: all)
        write(format.line(event, label: label, at: time)) { warning in
            format.line(LoggedEvent(level: .warning, message: warning, metadata: metadata), label: label, at: time)
        }
    }
}
