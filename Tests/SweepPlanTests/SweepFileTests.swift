// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@Suite struct SweepFileTests {
    private static let example = """
        version: 1
        name: example
        images: {split: train, indices: [5, 0, 9]}
        models:
          glow: {checkpoint: ../Models/glow.safetensors, conditioning: marginal}
          fresh: {family: pixelcnn}
          absolute: {checkpoint: /models/a.safetensors}
        datasets:
          mine: {images: data/images.gz, labels: data/labels.gz}
        blocks:
          - models: [glow, fresh]
            datasets: [mine]
            transforms:
              - identity
              - noise: {scale: {logspace: [1e-5, 1e-2, 7]}, mask: background}
              - translate: {dx: {range: [-2, 2, 2]}, dy: 1}
            seeds: {range: [0, 4, 2]}
            when: {if: {transform: [noise, translate]}, then: {seed: 0}}
          - models: glow
            datasets: fashion-mnist
            transforms: identity
        """

    @Test("a file's models, data sets and images are read, paths relative to the file's folder")
    func contents() throws {
        let sweep = try Sweep(parsing: Self.example, file: "my/Sweeps/example.yaml")
        #expect(sweep.name == "example")
        #expect(sweep.images == ImageSelection(split: "train", rule: .indices([0, 5, 9])))
        #expect(
            sweep.models == [
                "glow": ModelReference(
                    source: .checkpoint(path: "my/Sweeps/../Models/glow.safetensors"),
                    conditioning: .marginal
                ),
                "fresh": ModelReference(source: .family(.pixelcnn)),
            ]
        )
        #expect(
            sweep.datasets == [
                "mine": .idx(images: "my/Sweeps/data/images.gz", labels: "my/Sweeps/data/labels.gz"),
                "fashion-mnist": .builtin("fashion-mnist"),
            ]
        )
        #expect(sweep.grid.models == ["glow", "fresh"])
        #expect(sweep.grid.datasets == ["mine", "fashion-mnist"])
    }

    @Test("the schedule is read, and without one there are no limits")
    func schedule() throws {
        let rest = "name: a\nmodels: {m: {family: glow}}\nblocks: [{models: m, datasets: mnist, transforms: identity}]"
        #expect(try Sweep(parsing: "version: 1\n\(rest)", file: "a.yaml").schedule == SweepSchedule())
        let line = "schedule: {time-limit: 1:30:00, max-failures: 7, audit: 0.25}"
        var expected = SweepSchedule()
        (expected.timeLimit, expected.maximumFailures, expected.auditFraction) = (.seconds(5400), 7, 0.25)
        #expect(try Sweep(parsing: "version: 1\n\(line)\n\(rest)", file: "a.yaml").schedule == expected)
        #expect(
            Sweep.problems(of: "version: 1\nschedule: {time-limit: soon, max-failures: 0, audit: 2}\n\(rest)") == [
                "2:24: time-limit must be a duration such as \(DurationText.examples)",
                "2:44: max-failures must be within 1 to 2147483647, not 0",
                "2:54: audit must be within 0 to 1, not 2",
            ]
        )
    }

    @Test("blocks of a higher priority come first, those of one priority in the file's order")
    func priority() throws {
        let blocks = [("one", "0"), ("two", "-3"), ("three", "0"), ("four", "12")].map { seed, priority in
            "  - {models: m, datasets: mnist, transforms: identity, seeds: \(seed.count), priority: \(priority)}"
        }
        let yaml = "version: 1\nname: a\nmodels: {m: {family: glow}}\nblocks:\n\(blocks.joined(separator: "\n"))"
        let seeds = try Sweep(parsing: yaml, file: "a.yaml").grid.cells.map(\.spec.seed)
        #expect(seeds == [4, 3, 5])
    }

    @Test(
        "durations are read as people write them",
        arguments: [
            ("90s", 90.0), ("45", 45), ("1.5h", 5400), ("2d", 172_800), ("10:05", 605), ("1:00:01", 3601), ("0.5m", 30),
            ("1-00:00:00", 86_400), ("1h30m", 5_400), ("45:00", 2_700), ("100:00:00", 360_000), ("2d12h", 216_000),
            ("2-12", 216_000), ("0-01:30", 5_400), ("1m0.5s", 60.5), ("1e3", 1_000), ("1h0m1s", 3_601),
        ]
    )
    func duration(text: String, seconds: Double) {
        #expect(DurationText.duration(text) == .seconds(seconds))
    }

    @Test(
        "what is no duration is refused",
        arguments: [
            "", "s", "0", "-1s", "1:60", "1:2:3:4", "::", "1e300h", "nan", "1h30", "30m1h", "1h1h", "1-", "-1", "1-24",
            "1-0:60", "1-1-1", "h", "1:30h",
            "1-00:00:00:00", "1.5-00",
        ]
    )
    func noDuration(text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test("blocks are united, in a block the axes multiply, and conditions remove")
    func cells() throws {
        let grid = try Sweep(parsing: Self.example, file: "example.yaml").grid
        // 2 models × (3 seeds of identity, 7 scales and 3 shifts with seed 0), and one cell of the second block.
        #expect(grid.tally() == Grid.Tally(cells: 2 * (3 + 7 + 3) + 1, excluded: 2 * 2 * (7 + 3)))
        let scales = grid.cells.compactMap { cell -> Double? in
            guard let noise = cell.spec.transform.as(Noise.self), cell.spec.model == "glow" else { return nil }
            return noise.scale
        }
        #expect(scales == [1e-5, 3.16227766017e-5, 1e-4, 3.16227766017e-4, 1e-3, 3.16227766017e-3, 1e-2])
        let shifts = Set(
            grid.cells.compactMap { cell in cell.spec.transform.as(Translation.self) }
        )
        #expect(shifts == [Translation(dx: -2, dy: 1), Translation(dx: 0, dy: 1), Translation(dx: 2, dy: 1)])
    }

    @Test(
        "the maps of a square are given by name, by number, or by a range of numbers",
        arguments: [
            ("{range: [1, 7, 1]}", Dihedral.Map.allCases), ("{range: [6, 2, -2]}", [.transpose, .mirror, .rotate180]),
            ("[mirror, 1, 7]", [.mirror, .rotate90, .antiTranspose]), ("'flip'", [.flip]),
        ] as [(String, [Dihedral.Map])]
    )
    func numberedWords(text: String, expected: [Dihedral.Map]) throws {
        #expect(try dihedralMaps(text) == expected)
    }

    @Test(
        "what is no map of a square is refused",
        arguments: [
            ("8", "map must be within 1 to 7, not 8"), ("mirorr", "unknown map 'mirorr'; did you mean 'mirror'?"),
            ("{range: [0, 7, 1]}", "range of map: 0 is outside 1 to 7"),
            ("{range: [1, 9, 4]}", "range of map: 9 is outside 1 to 7"),
            ("{linspace: [1, 7, 3]}", "linspace is for real numbers; this axis takes whole ones: use range"),
        ]
    )
    func noMap(text: String, message: String) {
        let error = #expect(throws: SweepFileError.self) { try dihedralMaps(text) }
        #expect(error?.diagnostics.map(\.message) == [message])
    }

    private func dihedralMaps(_ text: String) throws -> [Dihedral.Map] {
        let yaml = """
            version: 1
            name: maps
            models: {g: {checkpoint: g}}
            blocks:
              - {models: g, datasets: mnist, transforms: [dihedral: {map: \(text)}]}
            """
        let cells = try Sweep(parsing: yaml, file: "s.yaml").grid.cells
        return cells.compactMap { $0.spec.transform.as(Dihedral.self)?.map }
    }

    @Test("the documented example has 20 cells")
    func documentedExample() throws {
        let yaml = """
            version: 1
            name: mnist-glow
            images: {split: test, per-class-limit: 100}     # or indices: [0, 5], or all when left out
            models:
              glow-affine: {checkpoint: ../Models/glow-affine-mnist.safetensors}
            blocks:
              - models: [glow-affine]
                datasets: [mnist]
                transforms:
                  - identity
                  - translate: {dx: [-1, -2], fill: zero}
                  - noise: {kind: gaussian, scale: {logspace: [1e-5, 1e-2, 7]}, mask: [none, background]}
                  - zero-latents: {levels: [1, 2, 3, 4]}
                seeds: [0]
                exclude:
                  - {transform: zero-latents, levels: 4, dataset: mnist}
            """
        let sweep = try Sweep(parsing: yaml, file: "Sweeps/mnist-glow.yaml")
        #expect(sweep.images.rule == .perClass(limit: 100))
        #expect(sweep.grid.tally() == Grid.Tally(cells: 1 + 2 + 14 + 3, excluded: 1))
    }

    @Test(
        "spaced values are the decimals that a person would write",
        arguments: [
            ("range: [0, 0.5, 0.1]", [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
            ("range: [0.3, 0, -0.1]", [0.3, 0.2, 0.1, 0]),
            ("range: [1, 1, 5]", [1]),
            ("range: [0, 1, 0.4]", [0, 0.4, 0.8]),
            ("linspace: [0, 1, 5]", [0, 0.25, 0.5, 0.75, 1]),
            ("linspace: [0.1, 0.3, 3]", [0.1, 0.2, 0.3]),
            ("logspace: [1e-6, 1, 7]", [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]),
            ("logspace: [8, 1, 4]", [8, 4, 2, 1]),
        ]
    )
    func spacings(text: String, expected: [Double]) throws {
        let yaml = """
            version: 1
            name: spacings
            models: {g: {checkpoint: g}}
            blocks:
              - {models: g, datasets: mnist, transforms: [zero-latents: {levels: 1, alpha: {\(text)}}]}
            """
        let alphas = try Sweep(parsing: yaml, file: "s.yaml").grid.cells.map { cell in
            cell.spec.transform.as(LatentZeroing.self)?.alpha ?? .nan
        }
        #expect(alphas == expected)
    }

    @Test(
        "a path is taken from the sweep file's folder unless it is absolute",
        arguments: [
            ("a.st", "x.yaml", "a.st"), ("a.st", "S/x.yaml", "S/a.st"), ("../M/a.st", "/w/S/x.yaml", "/w/S/../M/a.st"),
            ("/m/a.st", "S/x.yaml", "/m/a.st"), ("M/a.st", "/dev/fd/63", "M/a.st"), ("a.st", "<stdin>", "a.st"),
        ]
    )
    func paths(path: String, file: String, resolved: String) {
        #expect(DocumentPath.resolve(path, relativeTo: file) == resolved)
    }

    @Test("a data set may have a split of its own, and a built-in one another name for another split")
    func splits() throws {
        let yaml = """
            version: 1
            name: s
            images: {split: test}
            models: {g: {family: glow}}
            datasets:
              mnist: {split: train}
              tested: {dataset: mnist, split: test}
              usual: {dataset: fashion-mnist, split: train}
              mine: {images: i, labels: l, split: train}
              yours: {images: j, labels: k}
            blocks:
              - {models: g, datasets: [mnist, tested, usual, mine, yours, glyphs], transforms: identity}
            """
        var asked: Set<String> = []
        let facts = SweepFacts(
            dataset: { source, split in
                asked.insert("\(source) \(split)")
                return .success(.mnist)
            }
        )
        let sweep = try Sweep(parsing: yaml, file: "s.yaml", facts: facts)
        #expect(sweep.grid.tally().cells == 6)
        let splits = ["mnist", "tested", "usual", "mine", "yours", "glyphs"].map { sweep.split(of: $0) }
        #expect(splits == ["train", "test", "train", "train", "test", "test"])
        #expect(sweep.datasets["tested"] == .builtin("mnist"))
        #expect(asked.count == 6)
        let problems = Sweep.problems(
            of: yaml.replacing("mnist: {split: train}", with: "mnist: {}", maxReplacements: 1)
                .replacing("fashion-mnist, split: train", with: "glyphs")
        )
        #expect(
            problems == [
                "6:3: dataset 'mnist' needs 'split'", "7:3: dataset 'tested' is 'mnist' again; name it once",
                "8:3: dataset 'usual' is 'glyphs' again; name it once",
            ]
        )
    }

    @Test("a model may name a recipe, relative to the sweep file, and nothing beside it")
    func recipeModel() throws {
        let yaml = """
            version: 1
            name: s
            models:
              trained: {recipe: recipes/a.yaml, conditioning: marginal}
            blocks:
              - {models: trained, datasets: glyphs, transforms: identity}
            """
        let sweep = try Sweep(parsing: yaml, file: "Sweeps/x.yaml")
        let expected = ModelReference(source: .recipe(path: "Sweeps/recipes/a.yaml"), conditioning: .marginal)
        #expect(sweep.models["trained"] == expected)
        let both = yaml.replacing("{recipe:", with: "{family: glow, recipe:")
        #expect(
            Sweep.problems(of: both) == ["4:27: model 'trained' takes 'family' or 'recipe', not both"]
        )
    }
}
