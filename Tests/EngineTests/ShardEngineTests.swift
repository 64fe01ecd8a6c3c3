// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@testable import Engine

@Suite(.timeLimit(.minutes(5))) struct ShardEngineTests {
    static let indices: [UInt32] = [0, 1, 2, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987]

    static let transforms: [TransformSpec] = [
        .identity,
        .translate(Translation(dx: -1, dy: 2, fill: .edge)),
        .noise(Noise(scale: 0.05, mask: .background, clamp: true)),
        .zeroLatents(LatentZeroing(levels: .first(1))),
        .zeroLatents(LatentZeroing(levels: .only(2), alpha: 0.5, requantise: true)),
    ]

    @Test(
        "a table is the same bits however its shard is split, on any threads, with any instruction set",
        arguments: transforms,
        Conditioning.allCases
    )
    func oneNumber(transform: TransformSpec, conditioning: Conditioning) throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let expected = try engine.score(scene.spec(transform, Self.indices, conditioning: conditioning))
        #expect(expected.indices == Self.indices)
        for set in InstructionSet.available {
            for (threads, batchSize, cuts) in [(1, 512, [15]), (2, 4, [15]), (1, 1, [7, 15]), (2, 3, [1, 2, 14, 15])] {
                var engine = try Scene.engine(set, threads: threads, batchSize: batchSize)
                var joined = ResultTable(indices: [], columns: [])
                for cut in cuts {
                    let part = Array(Self.indices[joined.indices.count..<cut])
                    joined.append(try engine.score(scene.spec(transform, part, conditioning: conditioning)))
                }
                #expect(joined == expected, "\(set), \(threads) threads, batches of \(batchSize), cut at \(cuts)")
            }
        }
    }

    @Test("identity gives the likelihoods of the dequantised pixels and the terms they are made of")
    func identity() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine(threads: 2)
        let table = try engine.score(scene.spec(.identity, Self.indices))
        let inputs = Self.indices.flatMap { ByHand.flow(glyphs.image(at: Int($0)).pixels, index: $0) }
        let scores = try scene.model().score(inputs, labels: scene.labels(Self.indices))
        #expect(table.columns == scores.columns)
        #expect(table.columns.first?.name == "bpd")
        #expect(table["clamped"] == nil)
    }

    @Test("a translation moves the pixels and keeps each position's dequantisation")
    func translation() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        let table = try engine.score(scene.spec(.translate(Translation(dx: -2, dy: 1)), Self.indices))
        let inputs = Self.indices.flatMap { index in
            let pixels = glyphs.image(at: Int(index)).pixels
            let moved = (0..<784).map { position in
                let (row, column) = (position / 28 - 1, position % 28 + 2)
                return row >= 0 && column < 28 ? pixels[row * 28 + column] : 0
            }
            return ByHand.flow(moved, index: index)
        }
        #expect(table.columns == (try scene.model().score(inputs, labels: scene.labels(Self.indices)).columns))
    }

    @Test("noise is added to x before dequantisation, and clamped pixels are counted")
    func noise() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        let noise = Noise(scale: 0.25, mask: .background, clamp: true)
        let table = try engine.score(scene.spec(.noise(noise), Self.indices))
        var clamped: [Float] = []
        let inputs = try Self.indices.flatMap { index in
            let normal = try ByHand.noise(index: index)
            var count: Float = 0
            let values = ByHand.flow(glyphs.image(at: Int(index)).pixels, index: index) { position, x in
                guard x < 0.3 else { return x }
                let noisy = x + 0.25 * normal[position]
                let limited = max(0, min(noisy, 255 / 256))
                if limited != noisy { count += 1 }
                return limited
            }
            clamped.append(count)
            return values
        }
        let scores = try scene.model().score(inputs, labels: scene.labels(Self.indices))
        #expect(Array(table.columns.dropLast()) == scores.columns)
        #expect(table.columns.last == ResultTable.Column(name: "clamped", values: clamped))
        #expect(clamped.allSatisfy { $0 > 100 })
        let free = try engine.score(scene.spec(.noise(Noise(scale: 0.25)), [0]))
        #expect(free["clamped"] == nil)
    }

    @Test("zeroing latents scores what the flow decodes without them, as it is")
    func zeroing() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        let table = try engine.score(scene.spec(.zeroLatents(LatentZeroing(levels: .first(1))), Self.indices))
        let inputs = Self.indices.flatMap { ByHand.flow(glyphs.image(at: Int($0)).pixels, index: $0) }
        let (model, labels) = (try scene.model(), try scene.labels(Self.indices))
        let encoding = try model.encode(inputs, labels: labels)
        let latents = [[Float](repeating: 0, count: encoding.latents(level: 1).count), encoding.latents(level: 2)]
        // Another way back than the engine's: from all latents, rather than from the state that the forward pass left.
        let truth = try model.score(model.reverse(latents: latents, labels: labels), labels: labels).bpd
        for (found, expected) in zip(try table.values("bpd"), truth) { #expect(abs(found - expected) <= 1e-4) }
        let same = try engine.score(scene.spec(.zeroLatents(LatentZeroing(levels: .first(2), alpha: 1)), Self.indices))
        #expect(same.columns == (try engine.score(scene.spec(.identity, Self.indices)).columns))
    }

    @Test("a requantised decoded image has the image's own dequantisation, and clamped values are counted")
    func requantising() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let unchanged = LatentZeroing(levels: .first(1), alpha: 1, requantise: true)
        let table = try engine.score(scene.spec(.zeroLatents(unchanged), Self.indices))
        #expect(try table.values("clamped") == [Float](repeating: 0, count: 15))
        let identity = try engine.score(scene.spec(.identity, Self.indices))
        #expect(try bits(table.values("bpd")) == bits(identity.values("bpd")))
        let wild = LatentZeroing(levels: .first(2), alpha: 100, clamp: true)
        #expect(try engine.score(scene.spec(.zeroLatents(wild), [3])).values("clamped")[0] > 100)
    }

    @Test("the marginal likelihood is the mean of the likelihoods under every class")
    func marginal() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        var engine = try Scene.engine()
        let table = try engine.score(scene.spec(.identity, Self.indices, conditioning: .marginal))
        let model = try scene.model()
        for (position, index) in Self.indices.enumerated() {
            let input = ByHand.flow(glyphs.image(at: Int(index)).pixels, index: index)
            let logLikelihoods = try (0..<10).map { -(try model.score(input, labels: [$0]).nll[0]) }
            let largest = logLikelihoods.max() ?? 0
            let nll = log(10) - largest - log(logLikelihoods.reduce(0) { $0 + exp($1 - largest) })
            #expect(abs(Double(try table.values("bpd")[position]) - nll / (784 * log(2))) <= 1e-5)
        }
    }

    @Test("another seed is another dequantisation")
    func seeds() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let first = try engine.score(scene.spec(.identity, Self.indices)).values("bpd")
        let second = try engine.score(scene.spec(.identity, Self.indices, seed: 12)).values("bpd")
        #expect(zip(first, second).allSatisfy { $0 != $1 && abs($0 - $1) < 1 })
    }

    @Test("NaN is a result like any other", arguments: transforms)
    func notANumber(transform: TransformSpec) throws {
        let scene = try Scene { $0["top.bias"] = Tensor(shape: [16], values: [Float](repeating: .nan, count: 16)) }
        var engine = try Scene.engine()
        let table = try engine.score(scene.spec(transform, Self.indices))
        #expect(try table.values("bpd").count == 15)
        #expect(try table.values("bpd").allSatisfy(\.isNaN))
        #expect(try table.values("logdet.1").allSatisfy { transform == .identity ? $0.isFinite : true })
    }

    @Test("progress is told after every batch, and a shard of no images has its columns")
    func progress() throws {
        let scene = try Scene()
        var engine = try Scene.engine(batchSize: 4)
        var told: [Int] = []
        let table = try engine.score(scene.spec(.identity, Array(Self.indices.prefix(10)))) { images in
            told.append(images)
            return true
        }
        #expect(told == [4, 8, 10])
        #expect(try engine.score(scene.spec(.identity, [])).columns.map(\.name) == table.columns.map(\.name))
    }

    @Test("a shard that is no longer wanted stops after the batch that is computed")
    func cancelled() throws {
        let scene = try Scene()
        var engine = try Scene.engine(batchSize: 4)
        var told: [Int] = []
        #expect(throws: EngineError.cancelled) {
            try engine.score(scene.spec(.identity, Array(Self.indices.prefix(10)))) { images in
                told.append(images)
                return images < 8
            }
        }
        #expect(told == [4, 8])
    }
}

extension ResultTable {
    fileprivate mutating func append(_ other: ResultTable) {
        indices += other.indices
        guard !columns.isEmpty else { return columns = other.columns }
        for position in columns.indices { columns[position].values += other.columns[position].values }
    }
}
