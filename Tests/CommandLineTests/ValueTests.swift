// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing
import Vocabulary

@testable import CommandLine

@Suite("Values of options")
struct ValueTests {
    @Test(
        "durations are read as people write them",
        arguments: [
            ("90s", 90), ("45m", 2_700), ("2h", 7_200), ("1:30:00", 5_400), ("02:05", 125), ("7", 7),
            ("1-00:00:00", 86_400), ("1h30m", 5_400),
        ]
    )
    func durations(_ text: String, _ seconds: Int) throws {
        #expect(DurationOption(argument: text)?.duration == .seconds(seconds))
        #expect(try DurationOption.duration(text) == .seconds(seconds))
    }

    @Test("what is no duration is refused", arguments: ["", "soon", "0s", "-3m", "1:75", "2 weeks"])
    func noDurations(_ text: String) {
        #expect(DurationOption(argument: text) == nil)
        let error = #expect(throws: ValidationError.self) { try DurationOption.duration(text) }
        #expect(error?.message == "'\(text)' is no duration; write it as \(DurationText.examples)")
    }

    @Test(
        "a number means what it means in a sweep file, and one that would be taken for another is refused",
        arguments: [
            ("1e-400", "too small to be told from 0"), ("1e-46", "too small to be told from 0"), ("1e39", "too large"),
            ("-1e400", "too large"), ("0x10", "is no number"), ("nan", "is no number"), ("", "is no number"),
        ]
    )
    func numbers(_ text: String, _ reason: String) throws {
        let error = #expect(throws: ValidationError.self) { try DecimalOption.number(text) }
        #expect(try #require(error).message.contains(reason))
        #expect(try DecimalOption.number("0e-400") == 0)
        #expect(try DecimalOption.number("1e-45") == 1e-45)
        #expect(try DecimalOption.number("+0.25") == 0.25)
    }

    @Test("a default duration is shown in whole seconds")
    func shownDuration() {
        #expect("\(DurationOption(.seconds(60)))" == "60s")
        #expect("\(DurationOption(.milliseconds(2_900)))" == "2s")
    }

    @Test(
        "sizes are read in decimal and in binary units, in any case",
        arguments: [
            ("4096", 4_096), ("1B", 1), ("500MB", 500_000_000), ("20gb", 20_000_000_000), ("1.5GiB", 1_610_612_736),
            ("2kib", 2_048), ("1TB", 1_000_000_000_000),
        ]
    )
    func sizes(_ text: String, _ bytes: Int) {
        #expect(ByteSize(argument: text)?.bytes == bytes)
    }

    @Test(
        "what is no size, or none that a disk has, is refused",
        arguments: ["", "MB", "-1GB", "0", "2PB", "1e16", "0.1"]
    )
    func noSizes(_ text: String) {
        #expect(ByteSize(argument: text) == nil)
    }

    @Test(
        "a default size is shown in the largest unit that divides it",
        arguments: [(10_000_000_000, "10GB"), (2_048, "2KIB"), (1_000, "1KB"), (999, "999B")]
    )
    func shownSize(_ bytes: Int, _ text: String) {
        #expect("\(ByteSize(bytes: bytes))" == text)
    }
}
