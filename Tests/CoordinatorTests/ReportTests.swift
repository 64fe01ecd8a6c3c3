// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Reports written by the real executable.
@Suite("coordinator report", .timeLimit(.minutes(5)))
struct ReportTests {
    private func report(_ sweep: SmallSweep, _ more: [String] = []) async throws -> Outcome {
        try await Executable.coordinator.run(
            ["report", "--store", sweep.store(), "--output", sweep.folder.path("report"), "--replicates", "199"] + more
        )
    }

    private func json(_ path: String, in sweep: SmallSweep) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: sweep.folder.bytes(path)) as? [String: Any])
    }

    @Test("a report has a page, figures, tables and a certificate, and every file is as certified until it is changed")
    func certified() async throws {
        let sweep = try SmallSweep(perClass: 2)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let outcome = try await report(sweep, ["--crate"])
        #expect(outcome.code == 0, "\(outcome.errors)")

        let page = sweep.folder.text("report/index.html")
        let predicate = try #require(try json("report/certificate.json", in: sweep)["predicate"] as? [String: Any])
        let digest = try #require(predicate["digest"] as? String)
        #expect(page.contains("<meta name=\"bitsweep-certificate\" content=\"sha256:\(digest)\">"))
        #expect(page.contains("D = 1,024") || page.contains("D = 32×32×1 = 1,024"))
        for link in page.matches(of: /href="([^#"][^"]*)"/) where !link.1.hasPrefix("data:") {
            #expect(!sweep.folder.bytes("report/\(link.1)").isEmpty, "\(link.1)")
        }
        let figures = sweep.folder.names(in: "report/figures")
        for kind in ["effects", "classes", "distributions", "decomposition", "examples"] {
            let own = figures.filter { $0.hasPrefix(kind) }
            #expect(own.contains { $0.hasSuffix(".svg") } && own.contains { $0.hasSuffix(".csv") }, "\(figures)")
        }
        #expect(page.contains("id=\"examples\"") && page.contains("image 1, class 0"))

        let verify = ["verify", sweep.folder.path("report"), "--store", sweep.store(), "--sample", "3", "--json"]
        let checked = try await Executable.coordinator.run(verify)
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
        try sweep.folder.write("changed", to: "report/tables/effects.csv")
        let changed = try await Executable.coordinator.run(verify)
        #expect(changed.code == 1 && changed.output.contains("tables/effects.csv: changed"), "\(changed.output)")

        let refused = try await report(sweep)
        #expect(refused.code == 2 && refused.errorLines.count == 1 && refused.errors.contains("--overwrite"))
        #expect(try await report(sweep, ["--overwrite", "--formats", "none"]).code == 0)
        #expect(sweep.folder.bytes("report/codecheck.yml").isEmpty)
        let rest = sweep.folder.names(in: "report/figures").filter { !$0.hasSuffix(".svg") && !$0.hasSuffix(".csv") }
        #expect(rest.isEmpty, "\(rest)")
    }

    @Test("without the converter figures are SVG alone, which the page says; a format that is asked for is needed")
    func formats() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let command =
            "PATH=/nowhere \"$COORDINATOR\" report --store '\(sweep.store())' --replicates 199"
            + " --output '\(sweep.folder.path("report"))'"
        let plain = try await Executable.shell(command).outcome()
        #expect(plain.code == 0, "\(plain)")
        #expect(sweep.folder.text("report/index.html").contains("Figures are SVG alone"))
        let asked = try await Executable.shell("\(command) --overwrite --formats pdf").outcome()
        #expect(asked.code == 1 && asked.errors.contains("apt-get install librsvg2-bin"), "\(asked)")
        let wrong = try await report(sweep, ["--overwrite", "--formats", "gif"])
        #expect(wrong.code == 2 && wrong.errors.contains("--formats is pdf, png, pdf,png or none"), "\(wrong)")
    }

    @Test("where images or checkpoints are not to be had the page says so and has all the rest")
    func withoutImages() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let model = sweep.folder.path("moved.safetensors")
        try FileManager.default.copyItem(atPath: Checkout.model, toPath: model)
        let text = sweep.folder.text("small.yaml").replacing(Checkout.model, with: model)
        try sweep.folder.write(text, to: "small.yaml")
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let kept = sweep.folder.path("kept")
        try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: model, toPath: "\(kept)/other.safetensors")
        let outcome = try await report(sweep, ["--formats", "none"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let page = sweep.folder.text("report/index.html")
        #expect(page.contains("No example sheet: model &#39;glow&#39; needs the checkpoint"))
        #expect(page.contains("name its folder with --models"))
        #expect(page.contains("id=\"effects\"") && !page.contains("id=\"examples\""))
        #expect(try await report(sweep, ["--formats", "none", "--overwrite", "--models", kept]).code == 0)
        #expect(sweep.folder.text("report/index.html").contains("id=\"examples\""))
    }

    @Test("statistics.json holds what the commands print")
    func statistics() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let outcome = try await report(sweep, ["--formats", "none"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let statistics = try json("report/statistics.json", in: sweep)
        let settings = try #require(statistics["settings"] as? [String: Any])
        #expect(settings["replicates"] as? Int == 199 && settings["smallest_effect"] as? Double == 0.01)
        let effects = try await Executable.coordinator.run(
            ["effects", "--store", sweep.store(), "--replicates", "199", "--json"]
        )
        let printed = try JSONSerialization.jsonObject(with: Data(effects.output.utf8)) as? NSArray
        #expect(try #require(printed).count > 0 && statistics["effects"] as? NSArray == printed)
        #expect(Set(statistics.keys).isSuperset(of: ["dose", "decomposition", "ood", "claims", "run", "sweep"]))
    }

    @Test("an incomplete run is reported as far as it is recorded, and the page says what is missing")
    func incomplete() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let run = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"]))
        try await run.waitForProgress()
        run.signal(SIGINT)
        _ = try await run.outcome()
        let outcome = try await report(sweep, ["--formats", "none"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(sweep.folder.text("report/index.html").contains(" is interrupted: "))
    }
}
