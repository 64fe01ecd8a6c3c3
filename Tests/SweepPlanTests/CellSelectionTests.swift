// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

/// Cells that `only` and `skip` leave of a grid.
@Suite struct CellSelectionTests {
    private static let text = """
        version: 1
        name: s
        models: {glow-a: {family: glow}, glow-b: {family: glow, draws: 2}, cnn: {family: pixelcnn}}
        blocks:
          - models: [glow-a, glow-b, cnn]
            datasets: [mnist, glyphs]
            transforms:
              - identity
              - translate: {dx: [-1, -2, 3], dy: [0, 1]}
              - noise: {scale: [0.001, 1e-2, 1e-2], mask: [none, background], zip: [[scale, seed]]}
              - chain: [translate: {dx: [-1, 2]}, noise: {scale: [1e-3, 1e-2]}, noise: {scale: 0.5}]
            seeds: [0, 1, 2]
            exclude: [{transform: translate, dx: 3, dy: 1}]
          - models: [glow-a]
            datasets: mnist
            transforms: [zero-latents: {levels: [1, 2]}]
        """

    private func sweep(_ settings: SweepSettings) throws -> Sweep {
        try Sweep(parsing: SettledText(settings, in: Self.text, file: "s.yaml").text, file: "s.yaml")
    }

    /// The filter as the whole language has it, put to one cell.
    private func fits(_ cell: CellSpec, _ filter: String) throws -> Bool {
        struct Cell: NamedCell {
            let spec: CellSpec
            var transformSpec: TransformSpec? { spec.transform }
            func text(_ key: CellFilter.Key) -> String? {
                switch key {
                case .model: spec.model
                case .dataset: spec.dataset
                case .split: "test"
                case .draws: spec.model == "glow-b" ? "2" : "1"
                case .transform: spec.transform.name
                case .seed: String(spec.seed)
                case .parameter(let name): spec.transform.parameter(name)
                case .cell, .conditioning, .likelihood, .dequantisation: nil
                }
            }
        }
        return try CellFilter(parsing: filter).matches(Cell(spec: cell))
    }

    @Test(
        "exactly the cells that the filters let pass are left, in their order",
        arguments: [
            (["noise"], []), (["model=glow*"], []), (["scale=1e-3 mask=none"], []), (["dx=-1,3 dy=1"], []),
            (["noise", "identity model=cnn"], []), (["scale=0.01", "dx=-*", "levels=2"], []), (["seed=2"], []),
            ([], ["noise"]), ([], ["noise mask=none", "seed=1"]), ([], ["model=cnn dataset=mnist"]),
            (["draws=2"], []), (["dataset=mnist"], ["translate", "scale=0.001 seed=0"]), (["split=test"], ["levels=1"]),
            (["noise.scale=1e-3"], ["seed=0"]), (["chain"], []), (["noise-2.scale=0.5 dx=2"], []),
            (["model=glow-a", "dataset=glyphs", "seed=0"], ["transform=zero*"]),
        ] as [([String], [String])]
    )
    func leaves(_ only: [String], _ skip: [String]) throws {
        let whole = try sweep(.none)
        let expected = try whole.grid.cells.map(\.spec).filter { cell in
            let isWanted = try only.isEmpty || only.contains { try fits(cell, $0) }
            return try isWanted && !skip.contains { try fits(cell, $0) }
        }
        let left = try sweep(SweepSettings(only: only, skip: skip))
        #expect(!expected.isEmpty && expected.count < whole.grid.tally().cells || only == ["split=test"])
        #expect(left.grid.cells.map(\.spec) == expected)
        #expect(left.grid.tally().cells == expected.count)
        #expect(left.unselectedCells == whole.grid.tally().cells - expected.count)
        #expect(expected.allSatisfy(left.grid.contains))
        #expect(Set(left.grid.models).isSuperset(of: expected.map(\.model)))
    }

    @Test("models and data sets of which no cell is left are not looked at")
    func unneeded() throws {
        var (models, datasets): (Set<String>, Set<String>) = ([], [])
        let facts = SweepFacts { reference in
            if case .family(let family) = reference.source { models.insert(family.rawValue) }
            return .failure(Missing())
        } dataset: { source, _ in
            if case .builtin(let name) = source { datasets.insert(name) }
            return .failure(Missing())
        }
        struct Missing: Error {}
        let settings = try SweepSettings(only: ["model=cnn noise"], skip: ["dataset=mnist"])
        let text = try SettledText(settings, in: Self.text, file: "s.yaml").text
        _ = try? Sweep(parsing: text, file: "s.yaml", facts: facts)
        #expect(models == ["pixelcnn"] && datasets == ["glyphs"])
        let grid = try sweep(settings).grid
        #expect(grid.models == ["cnn"] && grid.datasets == ["glyphs"])
    }

    @Test(
        "a filter, or a value in one, that fits no cell is an error that says what there is",
        arguments: [
            ("model=glow-c", "no cell has model=glow-c; did you mean 'glow-a'?"), ("alpha=2", "no cell has alpha=2"),
            ("seed=7", "no cell has seed=7; there are 0, 1, 2"), ("dx=-1 scale=1e-3", "no cell has all of this"),
            ("model=glow-a,glow-c", "no cell has model=glow-c"), ("dihedral", "no cell has transform=dihedral"),
        ]
    )
    func fitsNothing(_ filter: String, _ reason: String) throws {
        for settings in [try SweepSettings(only: [filter]), try SweepSettings(skip: [filter])] {
            let error = #expect(throws: SweepFileError.self) { try sweep(settings) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test("a sweep of four million cells is narrowed without visiting them")
    func large() throws {
        let text = """
            version: 1
            name: large
            models: {m: {family: glow}}
            blocks:
              - models: m
                datasets: mnist
                transforms: [noise: {scale: {linspace: [0.001, 2, 2000]}}]
                seeds: {range: [0, 1999, 1]}
            """
        let settings = try SweepSettings(only: ["scale=0.001", "seed=7"], skip: ["seed=1* scale=0.001"])
        let clock = ContinuousClock()
        let (start, settled) = (clock.now, try SettledText(settings, in: text, file: "s.yaml"))
        let sweep = try Sweep(parsing: settled.text, file: "s.yaml")
        let seeds = (0..<2000).count { !String($0).hasPrefix("1") }
        #expect(sweep.grid.tally().cells == seeds + 1999)
        #expect(sweep.unselectedCells == 4_000_000 - seeds - 1999)
        #expect(start.duration(to: clock.now) < .seconds(5))
    }
}
