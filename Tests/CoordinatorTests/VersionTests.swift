// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("--version")
struct VersionTests {
    @Test("both executables say which build they are, one name and value a line")
    func lines() async throws {
        for executable in [Executable.coordinator, .worker] {
            let outcome = try await executable.run(["--version"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let pairs = outcome.output.split(separator: "\n").map { $0.split(separator: ": ", maxSplits: 1) }
            #expect(pairs.map(\.first) == ["version", "commit", "protocol", "numerics", "instruction set"])
            let values = pairs.compactMap(\.last)
            try #require(values.count == 5)
            #expect(values[0].contains(/^[0-9]+\.[0-9]+\.[0-9]+/))
            #expect(values[1].contains(/^([0-9a-f]{40}\+?|unknown)$/))
            #expect(values[2].contains(/^[0-9]+\.[0-9]+$/))
            #expect(values[3].contains(/^[0-9]+ \([0-9a-f]{16}\)$/))
            #expect(["portable", "avx2", "avx512"].contains(values[4]))
        }
    }

    @Test("both executables are of one build")
    func sameBuild() async throws {
        let coordinator = try await Executable.coordinator.run(["--version"])
        let worker = try await Executable.worker.run(["--version"])
        #expect(coordinator.output == worker.output)
    }

    @Test("the numerics are the same on every instruction set, which BITSWEEP_ISA chooses")
    func instructionSet() async throws {
        let usual = try await Executable.worker.run(["--version"])
        let portable = try await Executable.worker.run(["--version"], environment: ["BITSWEEP_ISA": "portable"])
        #expect(portable.output.hasSuffix("instruction set: portable\n"))
        #expect(portable.output.split(separator: "\n").dropLast() == usual.output.split(separator: "\n").dropLast())
    }

    @Test("an instruction set that is none is a mistake of the user")
    func unknownInstructionSet() async throws {
        let outcome = try await Executable.worker.run(["--version"], environment: ["BITSWEEP_ISA": "sse9"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("BITSWEEP_ISA: "))
    }
}
