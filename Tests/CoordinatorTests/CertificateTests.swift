// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Certificates made and checked by the real executables.
@Suite("certify and verify", .timeLimit(.minutes(5)))
struct CertificateTests {
    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// A run that the tests which change nothing in its store share.
    private static let common = Task { try await computed() }

    private static func computed() async throws -> SmallSweep {
        let sweep = try SmallSweep(perClass: 1)
        let outcome = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"]))
        #expect(outcome.code == 0, "\(outcome.errors)")
        return sweep
    }

    /// The path of a certificate called `name` of the newest run of a store.
    private func certificate(
        _ sweep: SmallSweep,
        _ name: String,
        _ more: [String] = [],
        store: String = "results"
    ) async throws -> String {
        let file = sweep.folder.path("\(name).json")
        let outcome = try await Executable.coordinator.run(
            ["certify", "--store", sweep.store(store), "--output", file] + more
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        return file
    }

    private func verify(
        _ certificate: String,
        _ more: [String],
        isa: String? = nil
    ) async throws -> (code: Int32, summary: [String: Any], errors: String) {
        let outcome = try await Executable.coordinator.run(
            ["verify", certificate, "--json"] + more,
            environment: isa.map { ["BITSWEEP_ISA": $0] } ?? [:]
        )
        let object = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return (outcome.code, object as? [String: Any] ?? [:], outcome.errors)
    }

    private func predicate(_ file: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file)))
        return try #require((object as? [String: Any])?["predicate"] as? [String: Any])
    }

    @Test("two runs with other shards, workers and stores have one root and one digest")
    func equalRoots() async throws {
        let sweep = try await Self.common.value
        let others = ["--local-workers", "2", "--shard-images", "3", "--quiet"]
        #expect(try await Executable.coordinator.run(sweep.run(others, store: "other")).code == 0)
        let predicates = try await [certificate(sweep, "one"), certificate(sweep, "other", store: "other")].map(
            predicate
        )
        let evidence = predicates.map { $0["evidence"] as? [String: Any] }
        #expect(evidence[0]?["root"] as? String == evidence[1]?["root"] as? String)
        #expect(predicates[0]["digest"] as? String == predicates[1]["digest"] as? String)
        #expect(evidence[0]?["rows"] as? Int == 60 && evidence[0]?["completeCells"] as? Int == 6)

        // The certificate of one store is good for the other, whose run has another id.
        let crossed = try await verify(sweep.folder.path("other.json"), ["--store", sweep.store()])
        #expect(crossed.code == 0, "\(crossed.errors)")
    }

    @Test(
        "an independent program finds the same root in the export",
        .enabled(if: python != nil, "python3 is not installed")
    )
    func independentProgram() async throws {
        let sweep = try await Self.common.value
        let file = try await certificate(sweep, "independent")
        _ = try await sweep.csv()
        let script = Checkout.fixture("certificate-root.py")
        let line = "'\(Self.python ?? "")' '\(script)' '\(file)' '\(sweep.folder.path("results.csv"))'"
        let outcome = try await Executable.shell(line).outcome()
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test("every instruction set computes the certified bits; one flipped bit in the store is found")
    func otherInstructionSets() async throws {
        let sweep = try await Self.computed()
        let file = try await certificate(sweep, "whole")
        let all = ["--store", sweep.store(), "--sample", "100%"]
        let own = try await verify(file, all)
        #expect(own.code == 0, "\(own.errors)")
        #expect(own.summary["verdict"] as? String == "bit-identical")
        #expect(own.summary["recomputed_images"] as? Int == 60)
        for isa in ["portable", "avx2", "avx512"] {
            let some = try await verify(file, ["--store", sweep.store(), "--sample", "6"], isa: isa)
            // A machine that lacks the instruction set says so with code 2.
            if some.code == 2, some.errors.hasPrefix("BITSWEEP_ISA") { continue }
            #expect(some.code == 0 && some.summary["recomputed_images"] as? Int == 6, "\(isa): \(some)")
        }

        try await flipBit(in: sweep)
        let flipped = try await verify(file, all)
        #expect(flipped.code == 1)
        #expect(flipped.summary["mismatches"] as? Int == 1)
        let failed = flipped.summary["failed"] as? [String] ?? []
        #expect(failed.contains { $0.hasPrefix("store: the results in") })
        // Outside of the sample the root tells of it.
        let sampled = try await verify(file, ["--store", sweep.store(), "--sample", "1"])
        #expect(sampled.code == 1)
    }

    /// Flips the lowest bit of one recorded likelihood in the store's file.
    private func flipBit(in sweep: SmallSweep) async throws {
        var bytes = [UInt8](sweep.folder.bytes("results.sqlite"))
        let rows = String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n").dropFirst().prefix(2)
        let pattern = rows.flatMap { row -> [UInt8] in
            let bits = Float(row.split(separator: ",", omittingEmptySubsequences: false)[9])?.bitPattern ?? 0
            return withUnsafeBytes(of: bits.littleEndian) { Array($0) }
        }
        let place = try #require(Data(bytes).range(of: Data(pattern))?.lowerBound)
        bytes[place] ^= 1
        try Data(bytes).write(to: URL(filePath: sweep.store()))
    }

    @Test("a signature is its key's alone, and an unsigned certificate says so")
    func signatures() async throws {
        let sweep = try await Self.common.value
        let (key, other) = (sweep.folder.path("key.pem"), sweep.folder.path("other.pem"))
        for file in [key, other] {
            #expect(try await Executable.coordinator.run(["certify", "--new-key", file]).code == 0)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let again = try await Executable.coordinator.run(["certify", "--new-key", key])
        #expect(again.code == 1 && again.errorLines.count == 1, "no key is overwritten")

        let signed = try await certificate(sweep, "signed", ["--sign", key])
        let store = ["--store", sweep.store(), "--sample", "2"]
        #expect(try await verify(signed, store).code == 0)
        #expect(try await verify(signed, store + ["--public-key", key + ".pub"]).code == 0)
        #expect(try await verify(signed, store + ["--public-key", other + ".pub"]).code == 1)

        let unsigned = try await certificate(sweep, "unsigned")
        #expect(try await verify(unsigned, store + ["--public-key", key + ".pub"]).code == 1)
        let told = try await Executable.coordinator.run(["verify", unsigned] + store)
        #expect(told.code == 0 && told.output.contains("signature    none"))
    }

    @Test("a certificate that was changed is refused")
    func changedCertificate() async throws {
        let sweep = try await Self.common.value
        let file = try await certificate(sweep, "original")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (old, new) in [("\"rows\" : 60", "\"rows\" : 61"), ("urn:bitsweep:certificate:1", "urn:other"), ("{", "[")]
        {
            let changed = try sweep.folder.write(text.replacing(old, with: new, maxReplacements: 1), to: "changed.json")
            let outcome = try await Executable.coordinator.run(["verify", changed, "--store", sweep.store()])
            #expect(outcome.code == 2 && outcome.errorLines.count == 1, "\(outcome)")
        }
    }

    @Test("a cell is checked by its proof alone, without the store")
    func proof() async throws {
        let sweep = try await Self.common.value
        let file = try await certificate(sweep, "proved")
        let cell = try #require(
            String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n").last?.prefix(9)
        )
        let path = sweep.folder.path("cell.json")
        let made = try await Executable.coordinator.run(
            ["certify", "--store", sweep.store(), "--cell", String(cell), "--output", path]
        )
        #expect(made.code == 0, "\(made.errors)")
        let folder = URL(filePath: Checkout.model).deletingLastPathComponent().path
        let arguments = ["--store", "/nonexistent", "--cell", path]
        let outcome = try await verify(file, arguments + ["--models", folder])
        #expect(outcome.code == 0, "\(outcome)")
        #expect(try await verify(file, arguments).code == 2, "without the model it cannot be checked")
        let text = sweep.folder.text("cell.json")
        let table = try #require(text.firstMatch(of: /"table" : "(.)/)?.1)
        try sweep.folder.write(
            text.replacing("\"table\" : \"\(table)", with: "\"table\" : \"\(table == "0" ? "1" : "0")"),
            to: "cell.json"
        )
        #expect(try await verify(file, arguments + ["--models", folder]).code == 1)
    }

    @Test("models that a run trained are found beside the store; what is not found ends with code 2")
    func trainedModels() async throws {
        let sweep = try TrainedSweep(steps: 20)
        let run = try await Executable.coordinator.run(
            sweep.run(["--local-workers", "1", "--quiet"], store: "results")
        )
        #expect(run.code == 0, "\(run.errors)")
        let file = sweep.folder.path("certificate.json")
        let made = try await Executable.coordinator.run(
            ["certify", "--store", sweep.store("results"), "--output", file]
        )
        #expect(made.code == 0, "\(made.errors)")
        let arguments = ["--store", sweep.store("results"), "--sample", "50%"]
        let found = try await verify(file, arguments)
        #expect(found.code == 0, "\(found)")
        let (models, aside) = (sweep.store("results") + ".models", sweep.folder.path("aside"))
        try FileManager.default.moveItem(atPath: models, toPath: aside)
        let lost = try await verify(file, arguments)
        #expect(lost.code == 2)
        #expect((lost.summary["not_checked"] as? [String])?.first?.contains("--models") == true, "\(lost)")
        let given = try await verify(file, arguments + ["--models", aside])
        #expect(given.code == 0, "\(given)")
    }
}
