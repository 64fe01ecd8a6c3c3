// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing

@testable import Vocabulary

/// Chains in sweep files, against loops that write every combination down.
@Suite struct ChainSweepTests {
    private static func yaml(_ transforms: String, more: String = "") -> String {
        """
        version: 1
        name: chains
        models: {glow: {family: glow}, pixels: {family: pixelcnn}}
        blocks:
          - models: glow
            datasets: mnist
            transforms:
        \(transforms.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
        \(more)
        """
    }

    private static func cells(_ transforms: String, more: String = "") throws -> [CellSpec] {
        try Sweep(parsing: yaml(transforms, more: more), file: "x.yaml").grid.cells.map(\.spec)
    }

    private static func shiftedNoise(_ dx: Int, _ scale: Double, _ mask: Noise.Mask) throws -> TransformSpec {
        try .chain([.translate(Translation(dx: dx)), .noise(Noise(scale: scale, mask: mask))])
    }

    private static let scales = [1e-4, 1e-3, 1e-2, 1e-1]

    @Test("a chain is the product of its members' parameters, the first member's varying slowest")
    func product() throws {
        let cells = try Self.cells(
            "- chain: [translate: {dx: [-1, -2, -3]}, noise: {scale: [1e-4, 1e-3, 1e-2, 1e-1], mask: [none, background]}]"
        )
        var expected: [TransformSpec] = []
        for dx in [-1, -2, -3] {
            for scale in Self.scales {
                for mask in [Noise.Mask.none, .background] {
                    expected.append(try Self.shiftedNoise(dx, scale, mask))
                }
            }
        }
        #expect(cells.map(\.transform) == expected && cells.count == 24)
        let grid = try Sweep(
            parsing: Self.yaml("- chain: [translate: {dx: [-1, -2]}, noise: {scale: [1, 2]}]"),
            file: "x.yaml"
        ).grid
        #expect(grid.cells.map { grid.point(of: $0.spec) } == [0, 1, 2, 3])
        let other = try CellSpec(model: "glow", dataset: "mnist", transform: Self.shiftedNoise(-3, 1, .none), seed: 0)
        #expect(!grid.contains(other))
    }

    @Test("zip, when and exclude reach into the members by name")
    func rules() throws {
        let zipped = try Self.cells(
            """
            - chain:
                members: [translate: {dx: [-1, -2, -3]}, noise: {scale: [1e-3, 1e-2, 1e-1], mask: [none, background]}]
                zip: [[dx, noise.scale]]
                when: {if: {mask: background}, then: {translate.dx: [-1, -3]}}
            """,
            more: "    exclude: [{transform: chain, scale: 1e-1}]"
        )
        var expected: [TransformSpec] = []
        for (dx, scale) in [(-1, 1e-3), (-2, 1e-2)] {
            for mask in [Noise.Mask.none, .background] where mask == .none || dx != -2 {
                expected.append(try Self.shiftedNoise(dx, scale, mask))
            }
        }
        #expect(zipped.map(\.transform) == expected)
    }

    @Test("a member's own rules are those of its parameters, and a second of one kind is named by its number")
    func members() throws {
        let cells = try Self.cells(
            """
            - chain:
                members:
                  - noise: {scale: [1, 2], mask: [none, background], zip: [[scale, mask]]}
                  - noise: {scale: [3, 4], when: {scale: 4}}
                when: {noise.scale: 2}
            - noise: {scale: [2, 4]}
            """,
            more: "    exclude: [{noise-2.scale: 3}, {transform: noise, noise.scale: 2}]"
        )
        let chain = try TransformSpec.chain([
            .noise(Noise(scale: 2, mask: .background)), .noise(Noise(scale: 4)),
        ])
        #expect(cells.map(\.transform) == [chain, .noise(Noise(scale: 4))])
    }

    @Test("a transform may have seeds of its own, and identity has every seed of its block")
    func seeds() throws {
        let transforms = """
            - identity
            - noise: {scale: 1, seeds: [3, 4]}
            - chain: {members: [translate: {dx: 1}, noise: {scale: 1}], seeds: {range: [4, 6, 1]}}
            """
        func seeds(_ cells: [CellSpec]) -> [String: [UInt64]] {
            Dictionary(grouping: cells, by: \.transform.name).mapValues { $0.map(\.seed) }
        }
        #expect(
            try seeds(Self.cells(transforms)) == ["identity": [3, 4, 5, 6], "noise": [3, 4], "chain": [4, 5, 6]]
        )
        let plain = "- translate: {dx: 1}"
        #expect(try seeds(Self.cells(transforms + "\n" + plain))["identity"] == [0, 3, 4, 5, 6])
        let given = try seeds(Self.cells(transforms + "\n" + plain, more: "    seeds: [8, 4]"))
        #expect(given["identity"] == [8, 4, 3, 5, 6] && given["translate"] == [8, 4])
        let shared = try Self.cells("- identity\n- noise: {scale: 1}", more: "    seeds: [1, 2]")
        #expect(seeds(shared)["identity"] == [1, 2])
    }

    private static let needsLevels = """
        8:9: translate is done to 8-bit pixels, and noise leaves others; put translate first, or re-quantise in noise \
        (all pixels, under mask none)
        """

    @Test(
        "what makes no chain is refused with the reason",
        arguments: [
            (
                "- chain: [noise: {scale: 1}]",
                "8:9: a chain has 2 to 8 members, not 1; write a single transform by itself"
            ),
            ("- chain", "8:9: chain needs the transforms that it does one after the other, in a list"),
            ("- chain: [identity, noise: {scale: 1}]", "8:17: identity cannot be in a chain: it changes nothing there"),
            (
                "- chain: [chain: [translate: {dx: 1}, noise: {scale: 1}], noise: {scale: 1}]",
                "8:17: a chain cannot be in a chain; list its members themselves"
            ),
            (
                "- chain: {translate: {dx: 1}, noise: {scale: 1}}",
                """
                8:17: a chain is a list of transforms, as in [translate: {…}, …]; rules about it stand beside \
                'members: […]'
                """
            ),
            ("- chain: {zip: [[dx, scale]]}", "8:16: chain needs 'members'"),
            (
                "- chain: [noise: {scale: 1}, translate: {dx: 1}]",
                needsLevels
            ),
            (
                "- chain: [noise: {scale: 1, requantise: [true, false]}, translate: {dx: 1}]",
                needsLevels
            ),
            (
                "- chain: [translate: {dx: 1}, translate: {dy: 1, stage: [after-resize, before-resize]}]",
                """
                8:9: translate-2 is done to the data set's image (stage before-resize) and cannot follow translate, which \
                needs the model's; put it first, or give it stage after-resize
                """
            ),
            (
                "- chain: [noise: {scale: 1, seeds: 1}, noise: {scale: 1}]",
                "8:17: a chain has one seed for all members: write 'seeds' beside 'members'"
            ),
            (
                "- identity: {seeds: [1]}",
                "8:27: identity has every seed that a transform of its block has, and none of its own"
            ),
            (
                "- chain: {members: [noise: {scale: 1}, noise: {scale: [1, 2]}], when: {scale: 1}}",
                "8:85: several members of the chain have 'scale': say noise.scale or noise-2.scale"
            ),
            (
                "- chain: {members: [noise: {scale: [1, 2]}, translate: {dx: [1, 2]}], zip: [[scale, noise.scale]]}",
                "8:83: axis given twice: 'noise.scale' is zipped already"
            ),
            (
                "- chain: {members: [noise: {scale: 1}, noise: {scale: 1}], zip: [[noise-3.scale, noise.scale]]}",
                "8:73: unknown axis 'noise-3.scale'; did you mean 'noise-2.scale'?"
            ),
        ]
    )
    func refusals(transforms: String, message: String) {
        #expect(Sweep.problems(of: Self.yaml(transforms)) == [message])
    }

    @Test("what the rules leave out is not refused")
    func excludedNonsense() throws {
        let cells = try Self.cells(
            """
            - chain:
                members: [noise: {scale: 1, requantise: [true, false]}, translate: {dx: 1}]
                when: {requantise: true}
            """
        )
        #expect(cells.count == 1)
    }

    @Test("a chain that scales latents needs a model that has them, with as many levels")
    func latents() {
        let chain = "- chain: [translate: {dx: 1}, zero-latents: {levels: [5, 6]}, zero-latents: {level: 7}]"
        let facts = SweepFacts(model: { reference in
            guard case .family(.glow) = reference.source else { return .failure(CancellationError()) }
            return .success(.glow(digestOf: "glow"))
        })
        #expect(
            Sweep.problems(of: Self.yaml(chain), facts: facts) == [
                "8:64: model 'glow' has 5 levels, not 6", "8:91: model 'glow' has 5 levels, not 7",
            ]
        )
        let pixels = Self.yaml(chain).replacing("models: glow", with: "models: pixels")
        let problem = "chain needs latents, and model 'pixels' (pixelcnn) has none"
        let remedy = "exclude the pair, or give the model a block of its own"
        #expect(Sweep.problems(of: pixels) == ["8:9: \(problem); \(remedy)"])
    }

    @Test("a million chained cells are planned within a second")
    func million() throws {
        let chain = """
            - chain:
                members:
                  - translate: {dx: {range: [-50, 49, 1]}, dy: {range: [-5, 4, 1]}}
                  - noise: {scale: {linspace: [0.01, 1, 100]}, mask: [none, background]}
            """
        let start = ContinuousClock.now
        let sweep = try Sweep(
            parsing: Self.yaml(chain, more: "    seeds: {range: [0, 4, 1]}\n    exclude: [{dx: 0, dy: 0}]"),
            file: "x.yaml"
        )
        let tally = sweep.grid.tally()
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(tally == Grid.Tally(cells: 999_000, excluded: 1000))
        #expect(sweep.grid.cells.lazy.prefix(1001).map(\.ordinal).last == 1000)
    }
}
