// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Networks
import Testing
import Vocabulary

@testable import Engine

/// Other likelihoods than the density by one draw.
@Suite(.timeLimit(.minutes(5))) struct EstimateTests {
    private static let indices: [UInt32] = [0, 3, 7, 999]
    private static let draws = LikelihoodEstimate(draws: 5)
    private static let interval = LikelihoodEstimate(kind: .interval, draws: 5)

    private func pixelcnn() throws -> Scene {
        try Scene(.pixelcnn(PixelCNNConfiguration(filters: 3, blocks: 1, mixtures: 2)))
    }

    @Test("the likelihood by draws is the mean of those of single draws, and its terms add up")
    func average() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine(threads: 2, batchSize: 7)
        let table = try engine.score(scene.spec(.identity, Self.indices, estimate: Self.draws))
        for (row, index) in Self.indices.enumerated() {
            let image = glyphs.image(at: Int(index)).pixels
            let inputs = (0..<5 as Range<UInt64>).flatMap { ByHand.flow(image, index: index, draw: $0) }
            let labels = [Int](repeating: Int(glyphs.labels[Int(index)]), count: 5)
            let single = try scene.model().score(inputs, labels: labels).nll
            #expect(Set(single).count == 5)
            let least = single.min() ?? 0
            let terms = single.map { exp(least - $0) }
            let mean = terms.reduce(0, +) / 5
            let nll = least - log(mean)
            let unit = 784 * log(2.0)
            #expect(abs(Double(try table.values("bpd")[row]) - nll / unit) <= 1e-6)
            #expect(abs(Double(try table.values("bpd.single")[row]) - single.reduce(0, +) / 5 / unit) <= 1e-6)
            let variance = terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
            let error = (variance / 5).squareRoot() / mean / unit
            #expect(abs(Double(try table.values("bpd.se")[row]) - error) <= 1e-7)
            var sum = 784 * (log(256.0) + 0.5 * log(2 * Double.pi))
            for level in 1...2 {
                sum -= Double(try table.values("logdet.\(level)")[row])
                sum += Double(try table.values("quadratic.\(level)")[row])
                sum += Double(try table.values("logscale.\(level)")[row])
            }
            sum += Double(try table.values("mixture")[row])
            #expect(abs(sum - nll) <= 2e-3)
            #expect(try (0...Float(log(5.0))).contains(table.values("mixture.draws")[row]))
        }
    }

    @Test("the first draw is that of a single one, and more are no other seed's")
    func firstDraw() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let single = try engine.score(scene.spec(.identity, Self.indices)).values("bpd")
        let other = try engine.score(scene.spec(.identity, Self.indices, seed: 12)).values("bpd")
        let several = try engine.score(scene.spec(.identity, Self.indices, estimate: Self.draws))
        for row in Self.indices.indices {
            // A mean of five likelihoods is at least a fifth of each of them.
            let gap = Float(log(5.0) / (784 * log(2.0)))
            #expect(try several.values("bpd")[row] <= single[row] + gap + 1e-6)
            #expect(single[row] != other[row])
        }
    }

    @Test("a flow's interval is its density of the nearest levels, by the same draws")
    func flowInterval() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let plain = try engine.score(scene.spec(.identity, Self.indices, estimate: Self.draws))
        #expect(try engine.score(scene.spec(.identity, Self.indices, estimate: Self.interval)) == plain)
        let slight = TransformSpec.noise(Noise(scale: 2e-4))
        #expect(try engine.score(scene.spec(slight, Self.indices, estimate: Self.interval)) == plain)
        #expect(try engine.score(scene.spec(slight, Self.indices, estimate: Self.draws)) != plain)
        let large = Noise(scale: 0.01)
        let interval = try engine.score(scene.spec(.noise(large), Self.indices, estimate: Self.interval))
        #expect(interval != plain)
        let rounded = TransformSpec.noise(Noise(scale: 0.01, requantise: true))
        let density = try engine.score(scene.spec(rounded, Self.indices, estimate: Self.draws))
        #expect(interval.columns == density.columns.filter { $0.name != "clamped" })
    }

    @Test("an interval of a decoded image is that of the cells around it")
    func decodedInterval() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let one = LikelihoodEstimate(kind: .interval)
        let free = LatentZeroing(levels: .first(1))
        let bins = LatentZeroing(levels: .first(1), requantise: true)
        let interval = try engine.score(scene.spec(.zeroLatents(free), Self.indices, estimate: one))
        let density = try engine.score(scene.spec(.zeroLatents(bins), Self.indices))
        #expect(interval.columns == density.columns.filter { $0.name != "clamped" })
    }

    @Test("u may be fixed at the lower end of a cell or in its middle")
    func dequantisation() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        for (dequantisation, u) in [(LikelihoodEstimate.Dequantisation.zero, Float(0)), (.centre, 1 / 512)] {
            let estimate = LikelihoodEstimate(dequantisation: dequantisation)
            let table = try engine.score(scene.spec(.identity, Self.indices, estimate: estimate))
            let inputs = Self.indices.flatMap { index in
                glyphs.image(at: Int(index)).pixels.map { Float($0) / 256 - 0.5 + u }
            }
            let scores = try scene.model().score(inputs, labels: scene.labels(Self.indices))
            #expect(table.columns == scores.columns)
            // No seed reaches it, and no pass of another dequantisation is taken for its own.
            #expect(try engine.score(scene.spec(.identity, Self.indices, estimate: estimate, seed: 5)) == table)
        }
    }

    @Test(
        "a table is the same bits however its shard is split, on any threads, with any instruction set",
        arguments: [
            TransformSpec.identity, .noise(Noise(scale: 0.05)), .zeroLatents(LatentZeroing(levels: .first(1))),
        ],
        [draws, interval]
    )
    func oneNumber(transform: TransformSpec, estimate: LikelihoodEstimate) throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let expected = try engine.score(scene.spec(transform, Self.indices, estimate: estimate))
        for set in InstructionSet.available {
            for (threads, batchSize) in [(2, 512), (1, 1), (2, 12)] {
                var engine = try Scene.engine(set, threads: threads, batchSize: batchSize)
                let first = try engine.score(scene.spec(transform, [0, 3], estimate: estimate))
                let second = try engine.score(scene.spec(transform, [7, 999], estimate: estimate))
                for (place, column) in expected.columns.enumerated() {
                    let joined = first.columns[place].values + second.columns[place].values
                    #expect(bits(joined) == bits(column.values), "\(set), \(threads), \(batchSize), \(column.name)")
                }
            }
        }
    }

    @Test("an autoregressive model's interval costs what its density does on levels, and noise changes contexts alone")
    func autoregressive() throws {
        let scene = try pixelcnn()
        var engine = try Scene.engine(threads: 2)
        let estimate = LikelihoodEstimate(kind: .interval)
        let density = try engine.score(scene.spec(.identity, Self.indices))
        let interval = try engine.score(scene.spec(.identity, Self.indices, estimate: estimate))
        #expect(interval.columns.map(\.name) == ["bpd", "nll", "bpd.density"])
        #expect(try bits(interval.values("bpd.density")) == bits(density.values("bpd")))
        #expect(try bits(interval.values("bpd")) == bits(density.values("bpd.interval")))
        for (exact, other) in zip(try interval.values("bpd"), try density.values("bpd")) {
            #expect(abs(exact - other) <= 1e-5)
        }
        let noisy = try scene.spec(.noise(Noise(scale: 1e-3)), Self.indices, estimate: estimate)
        let table = try engine.score(noisy)
        let lengths = try engine.codeLengths(noisy)
        for (row, lengths) in lengths.enumerated() {
            let nll = Double(try table.values("nll")[row])
            #expect(abs(lengths.reduce(0.0) { $0 + Double($1) } * log(2) - nll) <= 1e-5 * nll)
        }
    }

    @Test("what means nothing to a family is refused")
    func refused() throws {
        var engine = try Scene.engine()
        let scene = try pixelcnn()
        #expect(throws: EngineError.self) {
            try engine.score(scene.spec(.identity, [0], estimate: LikelihoodEstimate(draws: 2)))
        }
        let flow = try Scene()
        #expect(throws: EngineError.self) {
            let estimate = LikelihoodEstimate(kind: .interval, dequantisation: .zero)
            return try engine.score(flow.spec(.identity, [0], estimate: estimate))
        }
    }
}
