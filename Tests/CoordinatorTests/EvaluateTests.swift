// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What `worker evaluate` prints against what a sweep of the same images recorded.
@Suite("worker evaluate", .timeLimit(.minutes(5)))
struct EvaluateTests {
    private struct Evaluation: Decodable {
        struct Row: Decodable {
            var imageClass: Int?
            var n: Int
            var mean: Double
            var bitsPerImage: Double

            private enum CodingKeys: String, CodingKey {
                case imageClass = "class"
                case n, mean
                case bitsPerImage = "bits_per_image"
            }
        }

        var column: String
        var rows: [Row]
    }

    @Test("its means by class are those of the bits per dimension that a sweep records under identity")
    func equalsSweep() async throws {
        // Every ten glyphs hold each class once: three of each class are the first thirty.
        let sweep = try SmallSweep(perClass: 3)
        let run = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"]))
        #expect(run.code == 0, "\(run.errors)")
        var recorded: [Int: [Double]] = [:]
        let lines = String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let header = try #require(lines.first)
        let places = ["class", "transform", "bpd"].compactMap { header.firstIndex(of: $0[...]) }
        try #require(places.count == 3)
        for line in lines.dropFirst() where line[places[1]] == "identity" {
            recorded[try #require(Int(line[places[0]])), default: []].append(try #require(Double(line[places[2]])))
        }
        let outcome = try await Executable.worker.run(
            ["evaluate", Checkout.model, "--dataset", "glyphs", "--images", "30", "--threads", "2", "--json"]
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let evaluation = try JSONDecoder().decode(Evaluation.self, from: Data(outcome.output.utf8))
        #expect(evaluation.column == "bpd" && evaluation.rows.map(\.imageClass) == Array(0..<10) + [nil])
        for row in evaluation.rows {
            let values = row.imageClass.map { recorded[$0] ?? [] } ?? recorded.values.flatMap(\.self)
            #expect(row.n == values.count)
            // The export has the shortest decimals of Float32 numbers.
            #expect(abs(row.mean - values.reduce(0, +) / Double(values.count)) < 1e-7)
            #expect(abs(row.bitsPerImage - 1024 * row.mean) < 1e-9 * row.bitsPerImage)
        }
    }

    @Test("as a table it has a line for each class and one for all; what cannot be used is one line and 2")
    func table() async throws {
        let outcome = try await Executable.worker.run([
            "evaluate", Checkout.model, "--dataset", "glyphs", "--images", "20",
        ])
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.contains("bits/dim") == true && lines.first?.contains("bits/image") == true)
        #expect(lines.count == 13 && lines.last?.hasPrefix("all") == true)
        for arguments in [[Checkout.model, "--dataset", "mnits"], ["/nonexistent", "--dataset", "glyphs"]] {
            let refused = try await Executable.worker.run(["evaluate"] + arguments)
            #expect(refused.code == 2 && refused.errorLines.count == 1, "\(refused.errors)")
        }
    }
}
