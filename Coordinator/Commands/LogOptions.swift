// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Files
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
        let file: TextOutput
        do {
            file = try TextOutput(appendingTo: log)
        } catch {
            throw CommandFailure.usage("--log \(error)")
        }
        var logger = Logger(label: "coordinator") { label in
            LineLogHandler(label: label, format: .json, now: { Date() }) { text, line in
                file.tell("\(text)\n", lossLine: line)
            }
        }
        logger.logLevel = logLevel
        return logger
    }
}
