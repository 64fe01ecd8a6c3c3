// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Numbers made elsewhere, from a file to the answers about them, by the real executable.
@Suite(.timeLimit(.minutes(3)))
struct ScoresImportTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func take(_ text: String, _ more: [String] = []) async throws -> Outcome {
        let file = try folder.write(text, to: "my flow.csv")
        let arguments = ["scores", "import", file, "--store", folder.path("results.sqlite")]
        return try await Executable.coordinator.run(arguments + more)
    }

    private static let scores = """
        index,transform,bpd,extra
        0,identity,1.5,7
        1,identity,2.5,8
        0,translate dx=-1,1.75,9
        1,translate dx=-1,3.25,inf
        """

    private static let glyphs = ["--model", "flow", "--dataset", "glyphs"]

    @Test func `Imported scores have effects and exports of their own, and are marked in both`() async throws {
        let outcome = try await take(Self.scores, Self.glyphs)
        #expect(outcome.code == 0 && outcome.output.contains("4 images in 2 cells, imported"), "\(outcome.errors)")
        let store = folder.path("results.sqlite")
        let effects = try await Executable.coordinator.run(["effects", "--json", "--store", store])
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(effects.output.utf8)) as? [[String: Any]])
        let all = try #require(rows.first { $0["class"] is NSNull })
        // The mean of 0.25 and 0.75.
        #expect(all["mean"] as? Double == 0.5 && all["likelihood"] as? String == "imported")
        let path = folder.path("rows.csv")
        let export = ["export", "--store", store, "--format", "csv", "--output", path]
        #expect(try await Executable.coordinator.run(export).code == 0)
        let lines = folder.text("rows.csv").split(separator: "\n")
        #expect(lines.count == 5 && lines.first?.contains("imported") == true)
        #expect(lines.contains { $0.contains(",flow,glyphs,test,0,") && $0.contains("1.75") })
        // 2.5 bits of 784 numbers are 1358.56… nats.
        #expect(folder.text("rows.csv").contains("1358.5"))
        let table = try await Executable.coordinator.run(["effects", "--store", store])
        #expect(table.output.contains("flow (imported)"), "\(table.output)")

        let again = try await take(Self.scores, Self.glyphs)
        #expect(again.code == 0 && again.output.contains("4 images of it were there already"), "\(again.output)")
        let changed = try await take(Self.scores.replacing("1.75", with: "1.5"), Self.glyphs)
        #expect(changed.code == 2 && changed.errors.contains("--model-version"), "\(changed.errors)")
        let other = try await take(
            Self.scores.replacing("1.75", with: "1.5"),
            Self.glyphs + ["--model-version", "2"]
        )
        #expect(other.code == 0, "\(other.errors)")
    }

    @Test(arguments: [
        ("", "no line of column names"),
        ("index,bpd\n", "has no rows"),
        ("bpd\n1\n", ":1: needs a column 'index'"),
        ("index,extra\n0,1\n", ":1: needs a column 'bpd' (bits per dimension) or 'nll' (nats)"),
        ("index,bpd,bpd\n0,1,1\n", ":1: column 'bpd' occurs twice"),
        ("index,bpd\n0,1\n1\n", ":3: 1 field under 2 names"),
        ("index,bpd\n0,1\n\n0,2\n", ":4: image 0 of this cell is in line 2, too"),
        ("index,bpd\n-1,1\n", ":2: index '-1' is no whole number"),
        ("index,bpd\n0,much\n", ":2: bpd 'much' is no number"),
        ("index,bpd\n99999999,1\n", ":2: index 99999999: the test split of 'glyphs' has"),
        ("index,bpd,transform\n0,1,turn\n", ":2: transform 'turn'"),
        ("index,bpd,transform\n0,1,translate dy=x\n", ":2: transform 'translate dy=x'"),
        ("index,bpd,dataset\n0,1,imagenet\n", ":2: data set 'imagenet' is none of"),
        ("index,bpd,model\n0,1,../x\n", ":2: model '../x': a name has"),
        ("index,bpd,seed\n0,1,one\n", ":2: seed 'one' is no whole number"),
        ("index,bpd,label\n0,1,255\n", ":2: label 255, and image 0 of 'glyphs' is of class"),
    ]) func `What is wrong with a file is told with its line, and nothing is taken`(
        _ text: String,
        _ problem: String
    ) async throws {
        let outcome = try await take(text, Self.glyphs)
        #expect(outcome.code == 2 && outcome.errors.contains("my flow.csv"), "\(outcome.errors)")
        #expect(outcome.errors.contains(problem), "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
    }
}
