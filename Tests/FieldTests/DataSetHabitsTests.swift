// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Data sets as people have them", .timeLimit(.minutes(2)))
struct DataSetHabitsTests {
    private let folder: TemporaryFolder
    private static let pixels = (0..<30 * 64).map { UInt8(truncatingIfNeeded: $0 * 37) }
    /// Three images of each of ten classes.
    private static let classes = (0..<30).map { UInt8($0 % 10) }

    init() throws { folder = try TemporaryFolder() }

    private func idx(_ name: String, type: UInt8 = 8, _ sizes: [UInt8], _ elements: [UInt8]) throws -> String {
        try folder.write([0, 0, type, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] } + elements, to: name)
    }

    private func images() throws -> String { try idx("images", [30, 8, 8], Self.pixels) }

    private func evaluation(_ images: String, _ labels: String) async throws -> Outcome {
        try await Executable.worker.run(
            ["evaluate", Checkout.model, "--dataset", images, "--labels", labels, "--json"]
        )
    }

    /// What an evaluation found, without the names of its files.
    private func rows(_ outcome: Outcome) throws -> NSArray? {
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return object?["rows"] as? NSArray
    }

    @Test("labels in QMNIST's columns, labels of another type, and images in planes are the same data set")
    func kinds() async throws {
        let expected = try await evaluation(images(), idx("plain", [30], Self.classes))
        #expect(expected.code == 0, "\(expected.errors)")
        let qmnist: [UInt8] = Self.classes.flatMap { [0, 0, 0, $0] + [UInt8](repeating: 255, count: 28) }
        let shorts: [UInt8] = Self.classes.flatMap { [0, $0] }
        let variants = [
            (try images(), try idx("qmnist", type: 12, [30, 8], qmnist)),
            (try images(), try idx("shorts", type: 11, [30], shorts)),
            (try images(), try idx("column", [30, 1], Self.classes)),
            (try idx("planes", [30, 1, 8, 8], Self.pixels), try idx("plain", [30], Self.classes)),
            (try idx("trailing", [30, 8, 8, 1], Self.pixels), try idx("plain", [30], Self.classes)),
        ]
        for (images, labels) in variants {
            let outcome = try await evaluation(images, labels)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try rows(outcome) == rows(expected), "\(labels)")
        }
        let oneHot: [UInt8] = Self.classes.flatMap { own in (0..<10).map { UInt8($0 == own ? 1 : 0) } }
        let refused = try await evaluation(images(), idx("one-hot", [30, 10], oneHot))
        #expect(refused.code == 2 && refused.errors.contains("QMNIST"), "\(refused.errors)")
    }

    @Test(
        "the labels made for this are read",
        .enabled(if: Checkout.shared("field/qmnist-lab.idx") != nil, "needs field/ below BITSWEEP_SHARED")
    )
    func sharedLabels() async throws {
        let outcome = try await evaluation(images(), try #require(Checkout.shared("field/qmnist-lab.idx")))
        #expect(outcome.code == 0, "\(outcome.errors)")
        // Ten classes of three images, and all of them.
        #expect(try rows(outcome)?.count == 11)
    }

    @Test("a data set's own split is the one that is scored, and the one that exports name")
    func split() async throws {
        let sweep = try folder.write(
            """
            version: 1
            name: splits
            images: {per-class-limit: 1}
            models:
              glow: {checkpoint: \(Checkout.model)}
            datasets:
              trained-on: {dataset: glyphs, split: train}
            blocks:
              - {models: [glow], datasets: [glyphs, trained-on], transforms: identity}
            """,
            to: "splits.yaml"
        )
        let store = folder.path("results.sqlite")
        let run = try await Executable.coordinator.run(
            ["run", sweep, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1", "--quiet"]
        )
        #expect(run.code == 0, "\(run.errors)")
        let export = try await Executable.coordinator.run(
            ["export", "--store", store, "--format", "csv", "--output", "-"]
        )
        let rows = export.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(rows.count == 20)
        #expect(Set(rows.map { "\($0[2]) \($0[3])" }) == ["glyphs test", "trained-on train"])
        #expect(Set(rows.map { $0[9] }).count > 15, "the splits have the same images")
    }
}
