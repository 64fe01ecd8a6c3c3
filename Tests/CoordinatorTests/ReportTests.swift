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
        for link in page.matches(of: /href="([^#"][^"]*)"/) {
            #expect(!sweep.folder.bytes("report/\(link.1)").isEmpty, "\(link.1)")
        }
        let figures = sweep.folder.names(in: "report/figures")
        #expect(figures.contains { $0.hasPrefix("effects") && $0.hasSuffix(".svg") }, "\(figures)")

        let verify = ["verify", sweep.folder.path("report"), "--store", sweep.store(), "--sample", "3", "--json"]
        let checked = try await Executable.coordinator.run(verify)
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
        try sweep.folder.write("changed", to: "report/tables/effects.csv")
        let changed = try await Executable.coordinator.run(verify)
        #expect(changed.code == 1 && changed.output.contains("tables/effects.csv: changed"), "\(changed.output)")

        let refused = try await report(sweep)
        #expect(refused.code == 2 && refused.errorLines.count == 1 && refused.errors.contains("--overwrite"))
        #expect(try await report(sweep, ["--overwrite"]).code == 0)
        #expect(sweep.folder.bytes("report/codecheck.yml").isEmpty)
    }

    @Test("statistics.json holds what the commands print")
    func statistics() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let outcome = try await report(sweep)
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
        let outcome = try await report(sweep)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(sweep.folder.text("report/index.html").contains("The run is interrupted"))
    }
}
