// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Statistics
import Testing
import Vocabulary

/// What is asked about cells of chains.
@Suite struct ChainAnswersTests {
    private static let labels: [UInt8] = [0, 1, 0, 1]

    private static func shift(_ dx: Int) -> TransformSpec { .translate(Translation(dx: dx)) }

    private static func noise(_ scale: Double) -> TransformSpec { .noise(Noise(scale: scale)) }

    /// Identity, two shifts, noise alone, noise behind each shift at two scales, and two noises; the shift by −2 with the
    /// larger noise lacks what it would be compared with in a run `without` it.
    private func run(without left: TransformSpec? = nil) throws -> StoredRun {
        func cell(_ transform: TransformSpec, _ bpd: [Float]) -> StoredRun.Cell {
            .init(transform: transform, labels: Self.labels, columns: ["bpd": bpd])
        }
        let cells: [(TransformSpec, [Float])] = [
            (.identity, [1, 2, 3, 4]), (Self.shift(-1), [1.5, 2.5, 3, 4]), (Self.shift(-2), [2, 3, 4, 6]),
            (Self.noise(0.1), [3, 4, 5, 7]),
            (try .chain([Self.shift(-1), Self.noise(0.1)]), [2, 3, 4, 4.5]),
            (try .chain([Self.shift(-1), Self.noise(1)]), [4, 5, 6, 7]),
            (try .chain([Self.shift(-2), Self.noise(0.1)]), [2.5, 3, 4.5, 6]),
            (try .chain([Self.noise(0.1), Self.noise(1)]), [5, 6, 7, 9]),
        ]
        return try StoredRun(cells.filter { $0.0 != left }.map { cell($0.0, $0.1) })
    }

    private func found(_ filter: String) throws -> [String] {
        let filter = try CellFilter(parsing: filter)
        return try run().answers().cells.filter(filter.matches).map(\.briefTransform)
    }

    @Test("filters reach parameters of members, and a name without a member those that one member alone has")
    func filters() throws {
        #expect(
            try found("scale=0.1") == [
                "noise scale=0.1", "translate dx=-1 then noise scale=0.1", "translate dx=-2 then noise scale=0.1",
            ]
        )
        #expect(try found("transform=noise scale=0.1") == ["noise scale=0.1"])
        #expect(try found("transform=chain noise.scale=1e-1 dx=-2") == ["translate dx=-2 then noise scale=0.1"])
        #expect(try found("noise-2.scale=1") == ["noise scale=0.1 then noise scale=1"])
        #expect(try found("noise.scale=0.1 transform=chain").count == 3)
        #expect(throws: CellFilterError.self) { try CellFilter(parsing: "noise.dx=1") }
    }

    @Test("against identity every cell has a row; against the shorter chain, chains alone, each less its last member")
    func against() throws {
        var settings = AnswerSettings()
        let stored = try run()
        #expect(try stored.answers("", settings).effects().rows.filter { $0.label == nil }.count == 7)
        settings.against = .shorter
        let rows = try stored.answers("", settings).effects().rows.filter { $0.label == nil }
        #expect(
            rows.map(\.against) == [
                "translate dx=-1 dy=0 fill=zero stage=after-resize",
                "translate dx=-1 dy=0 fill=zero stage=after-resize",
                "translate dx=-2 dy=0 fill=zero stage=after-resize",
                "noise kind=gaussian scale=0.1 mask=none clamp=false requantise=false",
            ]
        )
        // Means of (2, 3, 4, 4.5) − (1.5, 2.5, 3, 4) and so on.
        #expect(rows.map { $0.effect.mean ?? .nan } == [0.625, 2.75, 0.25, 2])
        let lacking = try run(without: Self.shift(-2))
        let partial = try lacking.answers("", settings).effects()
        #expect(partial.rows.filter { $0.label == nil }.count == 3)
        #expect(
            partial.notes.contains {
                $0.hasPrefix("1 cell has no cell of the chain without its last member in the run to be compared with")
            }
        )
    }

    @Test("a dose may be a member's parameter, with what the other members do fixed")
    func doses() throws {
        let stored = try run()
        let rows = try stored.answers().doses(over: "scale").rows
        #expect(rows.map(\.others) == ["translate dx=-1 then noise"])
        #expect(rows[0].points.map(\.dose) == [0.1, 1] && rows[0].parameter == "scale")
        #expect(rows[0].points.map(\.mean) == [0.875, 3])
        let shifts = try stored.answers().doses(over: "translate.dx").rows
        #expect(shifts.map(\.parameter) == ["-translate.dx", "-translate.dx"])
        #expect(shifts.map(\.others) == ["", "translate then noise scale=0.1"])
        #expect(throws: AnswerError.self) { try stored.answers().doses(over: "noise-2.mask") }
    }

    @Test("chains of other members are other families of questions")
    func families() throws {
        let stored = try run()
        let rows = try stored.answers().effects().rows.filter { $0.label == nil }
        #expect(rows.allSatisfy { $0.adjustment == .holm })
        #expect(rows.map(\.cell.transformKind).suffix(2) == ["translate then noise", "noise then noise"])
    }
}
