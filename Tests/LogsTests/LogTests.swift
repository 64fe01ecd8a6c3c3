// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Logs
import Testing

@Suite("Lines of log")
struct LogTests {
    private func lines(_ format: LogFormat, _ body: (Logger) -> Void) -> [String] {
        let tail = LogTail(limit: 8)
        var logger = Logger(label: "worker") { label in
            LineLogHandler(
                label: label,
                format: format,
                now: { Date(timeIntervalSince1970: 0.25) },
                write: { line, _ in tail.append(line) }
            )
        }
        logger[metadataKey: "run"] = "calm-heron"
        body(logger)
        return tail.lines
    }

    @Test("a text line has time, level, label, message and metadata in order of keys, on one line")
    func text() {
        let lines = lines(.text) {
            $0.debug("too quiet")
            $0.warning("lost\nit", metadata: ["epoch": "3"])
        }
        #expect(lines == ["1970-01-01T00:00:00.250Z warning worker: lost it [epoch=3 run=calm-heron]"])
    }

    @Test("a JSON line reads back as an object whose keys are all there")
    func json() throws {
        let line = try #require(lines(.json) { $0.error("a \"quoted\"\nπ", metadata: ["level": "own"]) }.first)
        #expect(!line.contains("\n"))
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(
            object == [
                "time": "1970-01-01T00:00:00.250Z", "level": "error", "label": "worker",
                "message": "a \"quoted\"\nπ", "run": "calm-heron", "metadata.level": "own",
            ]
        )
    }

    @Test("a tail keeps the last lines")
    func tail() {
        let tail = LogTail(limit: 3)
        for number in 1...5 { tail.append("\(number)") }
        #expect(tail.lines == ["3", "4", "5"])
    }
}
