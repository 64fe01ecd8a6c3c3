// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The commands that answer questions about stored results, by the real executable.
@Suite(.timeLimit(.minutes(5))) struct AnswerCommandTests {
    /// A run of a model of the very images: claims are not put to data that a model was not trained on.
    private func scored() async throws -> SmallSweep {
        let sweep = try SmallSweep(perClass: 3)
        let own = Checkout.root.appending(path: "Models/glyphs-glow-affine.safetensors").path
        let text = try String(contentsOfFile: sweep.file, encoding: .utf8)
        try sweep.folder.write(text.replacing(Checkout.model, with: own), to: "small.yaml")
        let outcome = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"]))
        try #require(outcome.code == 0, "\(outcome)")
        return sweep
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    @Test("each command answers as a table, as JSON and as CSV, and refuses what it cannot read in one line")
    func forms() async throws {
        let sweep = try await scored()
        let store = ["--store", sweep.store()]
        let fast = ["--replicates", "200"]
        for (command, more, rows) in [("effects", fast, 5 * 11), ("decompose", fast, 0), ("claims", fast, 0)] {
            let table = try await Executable.coordinator.run([command] + store + more)
            #expect(table.code == 0 && table.output.contains("glow"), "\(command): \(table)")
            let json = try await Executable.coordinator.run([command, "--json"] + store + more)
            let found = try objects(json.output)
            #expect(json.code == 0 && (rows == 0 ? !found.isEmpty : found.count == rows), "\(command): \(found.count)")
            let csv = try await Executable.coordinator.run([command, "--csv"] + store + more)
            #expect(csv.output.split(separator: "\n").count == found.count + 1)
            let again = try await Executable.coordinator.run([command, "--json"] + store + more)
            #expect(again.output == json.output)
            let wrong = try await Executable.coordinator.run([command, "--where", "modl=glow"] + store)
            #expect(wrong.code == 2 && wrong.errors.contains("did you mean 'model'"))
            #expect(wrong.errorLines.count == 1)
            let line = "\"$COORDINATOR\" \(command) --json --store '\(sweep.store())' > /dev/full"
            #expect(try await Executable.shell(line).outcome().code == 1)
        }
    }

    @Test("claims are put to several runs together under every reading, and a run with another limit is another run")
    func readings() async throws {
        let sweep = try await scored()
        let store = ["--store", sweep.store()]
        let fewer = try await Executable.coordinator.run(
            sweep.run(["--local-workers", "1", "--quiet", "--per-class-limit", "2"])
        )
        try #require(fewer.code == 0, "\(fewer)")
        let runs = try objects(try await Executable.coordinator.run(["runs", "--json"] + store).output)
        let ids = runs.compactMap { $0["id"] as? String }
        try #require(ids.count == 2)
        let asked = ["claims", "--readings", "--replicates", "200"] + ids.flatMap { ["--run", $0] } + store
        let found = try objects(try await Executable.coordinator.run(asked + ["--json"]).output)
        let shifts = found.filter { $0["claim"] as? String == "a1" && !($0["transform"] is NSNull) }
        // Of the two runs' cells those with more images count.
        #expect(shifts.count == 2 && shifts.allSatisfy { $0["n"] as? Int == 30 && $0["readings"] as? Int == 1 })
        let table = try await Executable.coordinator.run(asked)
        #expect(table.code == 0 && table.output.contains("holds %"))
        let each = try await Executable.coordinator.run(asked + ["--each", "--csv"])
        #expect(each.output.hasPrefix("claim,statement,criterion,model,dataset,transform,reading,n,state,effect"))
        let wrong = try await Executable.coordinator.run(["claims", "--each"] + store)
        #expect(wrong.code == 2 && wrong.errors.contains("--readings"))
        let none = try await Executable.coordinator.run(["plan", sweep.file, "--per-class-limit", "0"] + store)
        #expect(none.code == 2)
    }

    @Test("effects have the keys that are promised")
    func keys() async throws {
        let sweep = try await scored()
        let json = try await Executable.coordinator.run([
            "effects", "--json", "--store", sweep.store(), "--where", "class=all", "--replicates", "200",
        ])
        let keys = try Set(#require(try objects(json.output).first).keys)
        let promised = [
            "cell", "model", "dataset", "transform", "parameters", "seed", "class", "n", "zeros", "mean", "low", "high",
            "median", "hodges_lehmann", "dz", "rank_biserial", "raised", "wilcoxon_log10_p", "adjusted_log10_p",
            "verdict",
        ]
        #expect(keys.isSuperset(of: promised))
    }

    @Test("a run equals itself, and a sheet is a PNG of what the model saw")
    func compareAndImages() async throws {
        let sweep = try await scored()
        let store = ["--store", sweep.store()]
        let runs = try await Executable.coordinator.run(["runs", "--json"] + store)
        let id = try #require(try objects(runs.output).first?["id"] as? String)
        let same = try await Executable.coordinator.run(["compare", id, id] + store)
        #expect(same.code == 0 && same.output.hasPrefix("bit-identical: 6 cells, 180 rows"))
        let sheet = sweep.folder.path("sheet.png")
        let drawn = try await Executable.coordinator.run(["images", "zero-latents", "--output", sheet] + store)
        #expect(drawn.code == 0, "\(drawn)")
        #expect(sweep.folder.bytes("sheet.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let many = try await Executable.coordinator.run(["images", "noise", "--output", sheet] + store)
        #expect(many.code == 2 && many.errors.contains("is 2 cells"))
    }

    @Test("one data set, and a single dose, are said to be too few")
    func tooFew() async throws {
        let sweep = try await scored()
        let store = ["--store", sweep.store()]
        let ood = try await Executable.coordinator.run(["ood"] + store)
        #expect(ood.code == 2 && ood.errors.contains("scored two data sets"))
        let dose = try await Executable.coordinator.run(["dose"] + store)
        #expect(dose.code == 0 && dose.output.hasPrefix("No two cells differ in 'scale' alone."))
        let shifts = try await Executable.coordinator.run(["dose", "--over", "dx", "--rise", "0.02"] + store)
        #expect(shifts.code == 0 && shifts.output.contains("-dx"))
        let none = try await Executable.coordinator.run(["dose", "--over", "scal"] + store)
        #expect(none.code == 2 && none.errors.contains("did you mean 'scale'"))
    }
}
