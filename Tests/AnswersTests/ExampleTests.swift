// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Testing
import Vocabulary

/// Which images are shown of a cell, and how a cell is named.
@Suite struct ExampleTests {
    private let labels: [UInt8] = [0, 1, 0, 1, 0]

    private func run() throws -> StoredRun {
        try StoredRun([
            .init(labels: labels, columns: ["bpd": [1, 1, 1, 1, 1]]),
            .init(transform: .noise(Noise(scale: 1e-3)), labels: labels, columns: ["bpd": [2, 0.5, 1, .nan, -1]]),
            .init(
                transform: .noise(Noise(scale: 1e-3, mask: .background)),
                labels: labels,
                columns: ["bpd": [2, 2, 2, 2, 2]]
            ),
            unrecorded(dx: 1),
            unrecorded(dx: 2),
        ])
    }

    /// A cell that is not begun, of a data set without an untransformed one.
    private func unrecorded(dx: Int) -> StoredRun.Cell {
        let shift = TransformSpec.translate(Translation(dx: dx))
        return .init(dataset: "glyphs", transform: shift, labels: labels, columns: [:], recorded: 0)
    }

    @Test("images come by their change, up or down, and what is no number first")
    func order() throws {
        let run = try run()
        let answers = try run.answers()
        let cell = try answers.cell(named: "noise scale=1e-3")
        #expect(try answers.examples(of: cell, first: 9, by: .change).map(\.index) == [9, 12, 0, 3, 6])
        #expect(try answers.examples(of: cell, first: 3, by: .bpd).map(\.index) == [9, 0, 6])
        let ones = try run.answers("class=1").examples(of: cell, first: 9, by: .change)
        #expect(ones.map(\.index) == [9, 3])
        #expect(ones[1].change == -0.5)
    }

    @Test("words name a cell, and its plain form where several fit")
    func names() throws {
        let run = try run()
        let answers = try run.answers()
        let noise = try answers.cell(named: "noise scale=0.001")
        #expect(noise.parameters.contains("mask=none"))
        #expect(try answers.cell(named: "noise scale=0.001 mask=background").parameters.contains("mask=background"))
        #expect(try answers.cell(named: String(noise.id.description.prefix(10)).uppercased()) == noise)
    }

    @Test(
        "none or several is one line that says what to add",
        arguments: [("translate", "add dx=1"), ("rotate", "its transformations are"), ("ffffffffffffffff", "no cell")]
    )
    func ambiguous(_ name: String, _ hint: String) throws {
        let run = try run()
        let answers = try run.answers()
        #expect {
            try answers.cell(named: name)
        } throws: {
            "\($0)".contains(hint)
        }
    }

    @Test("without an untransformed cell there is nothing to compare with")
    func withoutIdentity() throws {
        let run = try run()
        let answers = try run.answers()
        let cell = try answers.cell(named: "translate dx=1")
        #expect(throws: AnswerError.self) { try answers.examples(of: cell, first: 3, by: .change) }
    }
}
