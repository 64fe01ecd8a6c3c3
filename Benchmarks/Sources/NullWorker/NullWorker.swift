// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ZeroMQ

/// A process full of workers that compute nothing: every image is answered at once with a made-up number.
///
/// What remains is the coordinator's own work, which is what `Benchmarks/run dispatch` measures. Prints one JSON object a
/// line: `ready`, `begun` with the first assignment, and `ended` with what it counted.
@main
enum NullWorker {
    static func main() throws {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            let usage = "usage: null-worker ENDPOINT [--sessions N] [--hold SECONDS] [--columns N]\n"
            try? FileHandle.standardError.write(contentsOf: Data(usage.utf8))
            exit(2)
        }
        let tally = Tally(sessions: options.sessions)
        let crowd = Crowd(options, tally)
        let context = try Context(maximumSockets: options.sessions + 16)
        report(["event": "ready"])
        let threads = try (0..<options.sessions).map { try crowd.session($0, context) }
        tally.waitForEnd()
        for thread in threads { thread.stop() }
        report(["event": "ended"].merging(tally.counts) { $1 })
    }

    static func report(_ event: [String: Any]) {
        guard var line = try? JSONSerialization.data(withJSONObject: event, options: .sortedKeys) else { return }
        line.append(UInt8(ascii: "\n"))
        try? FileHandle.standardOutput.write(contentsOf: line)
    }
}

/// The command line.
struct Options {
    let endpoint: String
    /// Workers in this process, each with a connection of its own.
    var sessions = 2
    /// How long assignments are kept unanswered, from the first one on.
    var hold = Duration.zero

    /// Columns of a table, from 1.
    var columns = 2

    /// Nil for what is no command line of this program.
    init?(_ arguments: ArraySlice<String>) {
        var rest = arguments
        guard let endpoint = rest.popFirst() else { return nil }
        self.endpoint = endpoint
        while let name = rest.popFirst() {
            guard let value = rest.popFirst().flatMap(Int.init), value >= 0 else { return nil }
            switch name {
            case "--sessions": sessions = value
            case "--hold": hold = .seconds(value)
            case "--columns" where value > 0: columns = value
            default: return nil
            }
        }
    }
}
