// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationXML
import TestSupport
import Testing

/// `coordinator figure`, by the real executable.
@Suite(.timeLimit(.minutes(5))) struct FigureCommandTests {
    private func scored() async throws -> SmallSweep {
        let sweep = try SmallSweep(perClass: 3)
        let outcome = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"]))
        try #require(outcome.code == 0, "\(outcome)")
        return sweep
    }

    @Test("every kind that a run has results for is drawn, with a finding, and twice with the same bytes")
    func kinds() async throws {
        let sweep = try await scored()
        let common = ["--store", sweep.store(), "--replicates", "200"]
        let kinds = ["bars", "forest", "phase", "decomposition", "ecdf", "quantiles", "examples"]
        for kind in kinds {
            let file = sweep.folder.path("\(kind).svg")
            let drawn = try await Executable.coordinator.run(["figure", kind, "--output", file] + common)
            #expect(drawn.code == 0 && drawn.output.split(separator: "\n").count == 1, "\(kind): \(drawn)")
            let svg = sweep.folder.text("\(kind).svg")
            #expect(XMLParser(data: Data(svg.utf8)).parse() && svg.contains("width=\"89mm\""), "\(kind)")
            let command = "<command>coordinator figure \(kind) --replicates 200 --width 89</command>"
            #expect(svg.contains(command), "\(kind)")
            let again = try await Executable.coordinator.run(["figure", kind, "--output", "-"] + common)
            #expect(again.output == svg, "\(kind)")
        }
    }

    @Test("what a run has no results for, and what is mistyped, ends with code 2 and one line")
    func refusals() async throws {
        let sweep = try await scored()
        let store = ["--store", sweep.store()]
        let out = ["--output", sweep.folder.path("f.svg")]
        for (arguments, words) in [
            (["ood-histogram"] + out, "scored two data sets"), (["ood-matrix"] + out, "scored two data sets"),
            (["code-lengths", "--cell", "zero-latents"] + out, "gives no pixel a length"),
            (["examples", "--indices", "999999"] + out, "not among the recorded images"),
            (["bars", "--where", "modl=glow"] + out, "did you mean 'model'"),
        ] {
            let outcome = try await Executable.coordinator.run(["figure"] + arguments + store)
            #expect(outcome.code == 2 || outcome.code == 1, "\(arguments): \(outcome)")
            #expect(outcome.errors.contains(words), "\(arguments): \(outcome)")
        }
        for arguments in [["bars", "--output", "f.gif"], ["bars", "--width", "100"] + out, ["pie"] + out] {
            let outcome = try await Executable.coordinator.run(["figure"] + arguments + store)
            #expect(outcome.code == 2, "\(arguments): \(outcome)")
        }
        #expect(!FileManager.default.fileExists(atPath: sweep.folder.path("f.svg")))
    }

    @Test("a finding that cannot be printed ends with code 1; a PDF without its converter says what to install")
    func surroundings() async throws {
        let sweep = try await scored()
        let file = sweep.folder.path("bars.svg")
        let full = "\"$COORDINATOR\" figure bars --store '\(sweep.store())' --output '\(file)' > /dev/full"
        #expect(try await Executable.shell(full).outcome().code == 1)
        let bare = "PATH=/nowhere \"$COORDINATOR\" figure bars --store '\(sweep.store())' --output '\(file).pdf'"
        let outcome = try await Executable.shell(bare).outcome()
        #expect(outcome.code == 1 && outcome.errors.contains("apt-get install librsvg2-bin"), "\(outcome)")
    }
}
