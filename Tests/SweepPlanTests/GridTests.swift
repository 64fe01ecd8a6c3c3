// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@Suite struct GridTests {
    @Test(
        "the grid of a random sweep is what writing down every combination gives",
        arguments: 0..<400 as Range<UInt64>
    )
    func matchesNaiveEnumeration(seed: UInt64) throws {
        let random = RandomSweep(seed: seed)
        let expected = random.enumerated()
        let grid = try Sweep(parsing: random.yaml, file: "random.yaml").grid
        let note: Comment = "seed \(seed)\n\(random.yaml)"

        let cells = Array(grid.cells)
        #expect(cells.map { combination($0.spec) } == expected.cells, note)
        #expect(cells.map(\.ordinal) == Array(cells.indices), note)
        let tally = Grid.Tally(
            cells: expected.cells.count,
            duplicates: expected.duplicates,
            excluded: expected.excluded
        )
        #expect(grid.tally() == tally, note)

        #expect((0..<grid.pointCount).compactMap { grid[$0] } == cells.map(\.spec), note)
        #expect(cells.allSatisfy { grid[$0.point] == $0.spec && grid.point(of: $0.spec) == $0.point }, note)
        #expect(Set(cells.map(\.spec)).count == cells.count, note)
    }

    @Test(
        "cells spread over a grid are all of them, or some from every entry of transforms",
        arguments: 0..<50 as Range<UInt64>
    )
    func spread(seed: UInt64) throws {
        let grid = try Sweep(parsing: RandomSweep(seed: seed).yaml, file: "random.yaml").grid
        let cells = grid.cells.map(\.spec)
        #expect(grid.spread(over: grid.pointCount) == cells, "seed \(seed)")
        let some = grid.spread(over: 0)
        #expect(Set(some).isSubset(of: cells) && Set(some).count == some.count, "seed \(seed)")
        #expect(some == cells.filter(Set(some).contains), "seed \(seed)")
    }

    @Test("of a long axis its ends and places between them at even distances are taken")
    func evenSpread() throws {
        let yaml = """
            version: 1
            name: x
            models: {g: {family: glow}}
            blocks:
              - models: g
                datasets: mnist
                transforms: [identity, brightness: {offset: {range: [-200, 200, 1]}}, blur: {sigma: [1, 2]}]
            """
        let cells = try Sweep(parsing: yaml, file: "x.yaml").grid.spread(over: 44)
        let offsets = cells.compactMap { $0.transform.as(Brightness.self)?.offset }
        // 1 and 2 points are less than a third of 44; the rest has what they leave.
        #expect(offsets.count == 41 && offsets == stride(from: -200, through: 200, by: 10).map { $0 })
        #expect(cells.count == 44)
    }

    @Test("the grid holds exactly its cells", arguments: 0..<50 as Range<UInt64>)
    func membership(seed: UInt64) throws {
        let grid = try Sweep(parsing: RandomSweep(seed: seed).yaml, file: "random.yaml").grid
        let other = try Sweep(parsing: RandomSweep(seed: seed &+ 1000).yaml, file: "random.yaml").grid
        let cells = Set(grid.cells.map(\.spec))
        for cell in other.cells { #expect(grid.contains(cell.spec) == cells.contains(cell.spec), "seed \(seed)") }
        let stranger = CellSpec(model: "stranger", dataset: "mnist", transform: .identity, seed: 0)
        #expect(!grid.contains(stranger))
    }

    private func combination(_ cell: CellSpec) -> RandomSweep.Combination {
        var combination = [
            "model": cell.model, "dataset": cell.dataset, "transform": cell.transform.name, "seed": String(cell.seed),
        ]
        for pair in cell.transform.parameters.split(separator: " ") {
            let sides = pair.split(separator: "=").map(String.init)
            combination[sides[0]] = sides[1]
        }
        return combination
    }

    private static let header = """
        version: 1
        name: large
        models: {a: {checkpoint: a.safetensors}}
        blocks:

        """

    private static func million(_ range: String, extra: String = "") -> String {
        """
          - models: [a]
            datasets: [mnist]
            transforms:
              - noise: {scale: {linspace: \(range)}, mask: [none, background]}
            seeds: {range: [0, 9, 1]}
        \(extra)
        """
    }

    @Test("what a grid of a million cells stores is the sum of its axes")
    func memoryIsFlat() throws {
        let yaml = Self.header + Self.million("[0.001, 0.05, 50000]")
        let grid = try Sweep(parsing: yaml, file: "large.yaml").grid
        // A model, a data set, the kind, 50,000 scales, two masks, two flags and ten seeds.
        #expect(grid.storedValueCount == 1 + 1 + 1 + 50_000 + 2 + 1 + 1 + 10)
        #expect(grid.pointCount == 1_000_000)
        #expect(grid.tally() == Grid.Tally(cells: 1_000_000))
    }

    @Test("overlapping blocks of a million points and their exclusions are counted exactly")
    func overlap() throws {
        // Steps of 1e-6: the second block's first 25,001 scales are the first block's last ones.
        let first = Self.million("[0.000001, 0.05, 50000]", extra: "    exclude: [{mask: background, seed: [0, 1]}]\n")
        let second = Self.million("[0.025, 0.074999, 50000]", extra: "    exclude: [{scale: 0.025, seed: 9}]\n")
        let grid = try Sweep(parsing: Self.header + first + second, file: "large.yaml").grid
        let excluded = 50_000 * 2 + 2
        // Of the shared scales × masks × seeds: the first block's own exclusions do not count, nor the second's.
        let duplicates = 25_001 * (2 * 10 - 2) - 2
        #expect(grid.pointCount == 2_000_000)
        let tally = Grid.Tally(cells: 2_000_000 - excluded - duplicates, duplicates: duplicates, excluded: excluded)
        #expect(grid.tally() == tally)
    }

    @Test("a block that spells out what an earlier one zips is compared pair by pair")
    func zippedOverlap() throws {
        let zipped = Self.million("[0.001, 0.01, 10]", extra: "    zip: [[scale, seed]]\n")
        let full = Self.million("[0.001, 0.01, 10]")
        let grid = try Sweep(parsing: Self.header + zipped + full, file: "large.yaml").grid
        #expect(grid.tally() == Grid.Tally(cells: 200, duplicates: 20, excluded: 0))
        let reversed = try Sweep(parsing: Self.header + full + zipped, file: "large.yaml").grid
        #expect(reversed.tally() == Grid.Tally(cells: 200, duplicates: 20, excluded: 0))
    }

    @Test("a value given twice makes duplicates, not cells")
    func repeatedValues() throws {
        let block = """
              - models: [a]
                datasets: [mnist, mnist]
                transforms: [identity, {translate: {dx: [-1, -1, -2]}}, identity]
                seeds: [0, 1, 0]
            """
        let yaml = Self.header + block
        let grid = try Sweep(parsing: yaml, file: "large.yaml").grid
        #expect(grid.tally() == Grid.Tally(cells: 6, duplicates: 30 - 6, excluded: 0))
        #expect(
            grid.cells.map(\.spec.transform.name) == ["identity", "identity"] + Array(repeating: "translate", count: 4)
        )
    }
}
