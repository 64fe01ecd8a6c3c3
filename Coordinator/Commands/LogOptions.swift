// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Logging
import Logs

/// Where the events of a run are logged.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Append every event of the run to this file, one JSON object a line.", valueName: "FILE")
    )
    var log: String?

    @Option(
        help: ArgumentHelp(
            "Least severe level in that file: trace, debug, info, notice, warning, error, critical.",
            valueName: "LEVEL"
        ),
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError(
                    "unknown level '\(text)'; there are \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            return level
        }
    )
    var logLevel = Logger.Level.info

    /// The logger of a run; silent without a file.
    func logger() throws -> Logger {
        guard let log else { return Logger(label: "coordinator", factory: { _ in SwiftLogNoOpLogHandler() }) }
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure.usage("--log \(log): cannot be written (\(String(cString: strerror(errno))))")
        }
        // One write a line in append mode: lines of several processes do not mix.
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var logger = Logger(label: "coordinator") { label in
            LineLogHandler(label: label, format: .json, now: { Date() }, write: { file.write(Data("\($0)\n".utf8)) })
        }
        logger.logLevel = logLevel
        return logger
    }
}
