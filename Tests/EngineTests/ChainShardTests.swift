// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@testable import Engine

/// Chains against single transformations that are done by hand, one after the other.
@Suite(.timeLimit(.minutes(5))) struct ChainShardTests {
    private static let indices: [UInt32] = [0, 3, 34, 999]

    private static let left = TransformSpec.translate(Translation(dx: -1))
    private static let noise = TransformSpec.noise(Noise(scale: 0.02))
    private static let rounded = TransformSpec.noise(Noise(scale: 0.02, requantise: true))
    private static let limited = TransformSpec.noise(Noise(scale: 0.3, mask: .background, clamp: true))
    private static let zeroed = TransformSpec.zeroLatents(LatentZeroing(levels: .only(1), alpha: 0.5))
    private static let clamped = TransformSpec.zeroLatents(LatentZeroing(levels: .only(2), alpha: 3, clamp: true))
    private static let redecoded = TransformSpec.zeroLatents(
        LatentZeroing(levels: .first(2), alpha: 0.25, requantise: true)
    )

    static let chains: [[TransformSpec]] = [
        [left, noise], [noise, noise], [rounded, left, limited], [left, zeroed], [noise, clamped], [zeroed, noise],
        [zeroed, rounded, left], [clamped, limited], [redecoded, left, noise], [zeroed, clamped],
        [left, redecoded, zeroed, noise, clamped],
    ]

    @Test("a chain is its members done one after the other by hand", arguments: chains)
    func composition(members: [TransformSpec]) throws {
        let scene = try Scene()
        var engine = try Scene.engine(threads: 2, batchSize: 3)
        let table = try engine.score(scene.spec(.chain(members), Self.indices))
        let (model, labels) = (try scene.model(), try scene.labels(Self.indices))
        var clamped: [Float] = []
        let given = try zip(Self.indices, labels).flatMap { index, label in
            var image = NaiveImage(try scene.glyphs().image(at: Int(index)).pixels, index)
            for (place, member) in members.enumerated() {
                let before = members[..<place].count { $0.name == member.name }
                try image.change(member, repetition: UInt64(before), model: model, label: label)
            }
            clamped.append(image.clamped)
            return image.given
        }
        #expect(table.columns.filter { $0.name != "clamped" } == (try model.score(given, labels: labels).columns))
        #expect(table["clamped"] == (members.contains { $0.mayClamp } ? clamped : nil))
        let inputs = try engine.inputs(scene.spec(.chain(members), Self.indices))
        #expect(bits(inputs.given.flatMap(\.self)) == bits(given))
    }

    @Test("a chain's first noise has the numbers of noise that stands alone, and its second has others")
    func commonNumbers() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let alone = try engine.inputs(scene.spec(Self.noise, Self.indices)).noise
        let both = try engine.inputs(scene.spec(.chain([Self.left, Self.noise, Self.noise]), Self.indices)).noise
        #expect(Set(both.keys) == ["noise", "noise-2"])
        #expect(both["noise"] == alone["noise"])
        let first = try #require(both["noise"]).flatMap(\.self)
        let second = try #require(both["noise-2"]).flatMap(\.self)
        let count = Float(first.count)
        #expect(abs(zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } / count) < 0.1)
        let quiet = TransformSpec.noise(Noise(scale: 0))
        #expect(
            try engine.score(scene.spec(.chain([Self.left, quiet]), Self.indices)).columns
                == engine.score(scene.spec(Self.left, Self.indices)).columns
        )
    }

    @Test("several draws are those of the chain for each draw, and an interval is that of the levels it ends on")
    func estimates() throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let draws = LikelihoodEstimate(draws: 3)
        let interval = LikelihoodEstimate(kind: .interval, draws: 3)
        func columns(_ members: [TransformSpec], _ estimate: LikelihoodEstimate) throws -> [ResultTable.Column] {
            let transform = members.count > 1 ? try TransformSpec.chain(members) : members[0]
            return try engine.score(scene.spec(transform, Self.indices, estimate: estimate)).columns
                .filter { $0.name != "clamped" }
        }
        // Re-quantised at the end, a density is that of the levels.
        #expect(try columns([Self.left, Self.noise], interval) == columns([Self.left, Self.rounded], draws))
        let bins = TransformSpec.zeroLatents(LatentZeroing(levels: .only(1), alpha: 0.5, requantise: true))
        #expect(
            try columns([Self.left, Self.zeroed], LikelihoodEstimate(kind: .interval))
                == columns([Self.left, bins], .standard)
        )
        let quiet = TransformSpec.noise(Noise(scale: 0))
        #expect(try columns([Self.redecoded, quiet], draws) == columns([Self.redecoded], draws))
        #expect(try columns([quiet, Self.zeroed], draws) == columns([Self.zeroed], draws))
        let one = LikelihoodEstimate(kind: .interval)
        #expect(try columns([Self.zeroed, quiet], one) == columns([Self.zeroed], one))
    }

    @Test("what an engine has computed before changes no bit of a chain")
    func history() throws {
        let scene = try Scene()
        var used = try Scene.engine(threads: 2, batchSize: 3)
        let chains = try [[Self.left, Self.zeroed], [Self.noise, Self.zeroed], [Self.zeroed, Self.noise]]
            .map(TransformSpec.chain)
        for transform in [.identity, Self.zeroed] + chains + [.identity] + chains.reversed() {
            for estimate in [LikelihoodEstimate.standard, LikelihoodEstimate(kind: .interval)] {
                var fresh = try Scene.engine()
                let spec = try scene.spec(transform, Self.indices, estimate: estimate)
                #expect(try used.score(spec) == fresh.score(spec), "\(transform)")
            }
        }
    }

    @Test("a chain's table is the same bits on any threads, with any instruction set", arguments: chains.suffix(4))
    func oneNumber(members: [TransformSpec]) throws {
        let scene = try Scene()
        var engine = try Scene.engine()
        let chain = try TransformSpec.chain(members)
        let expected = try engine.score(scene.spec(chain, Self.indices))
        for set in InstructionSet.available {
            for (threads, batchSize) in [(2, 512), (1, 1)] {
                var engine = try Scene.engine(set, threads: threads, batchSize: batchSize)
                let table = try engine.score(scene.spec(chain, Self.indices))
                for (found, wanted) in zip(table.columns, expected.columns) {
                    #expect(bits(found.values) == bits(wanted.values), "\(set), \(threads), \(found.name)")
                }
            }
        }
    }

    @Test("an autoregressive model scores chains of what needs no latents, and refuses others")
    func autoregressive() throws {
        let scene = try Scene(.pixelcnn(PixelCNNConfiguration(filters: 3, blocks: 1, mixtures: 2)))
        var engine = try Scene.engine()
        let round = TransformSpec.noise(Noise(scale: 0.05, requantise: true))
        let inputs = try engine.inputs(scene.spec(.chain([round, Self.left]), Self.indices))
        for (place, index) in Self.indices.enumerated() {
            let normal = try ByHand.noise(index: index)
            let noisy = try scene.glyphs().image(at: Int(index)).pixels.enumerated().map { pixel, value in
                max(0, min(255, ((Float(value) / 255 + 0.05 * normal[pixel]) * 255).rounded()))
            }
            let moved = (0..<784).map { $0 % 28 == 27 ? 0 : noisy[$0 + 1] }
            #expect(inputs.given[place] == moved.map { ($0 / 255 - 0.5) * 2 })
        }
        #expect(throws: EngineError.self) { try engine.score(scene.spec(.chain([Self.left, Self.zeroed]), [0])) }
    }

    @Test("an image that a flow cannot decode keeps being no number through what is done to 8-bit pixels")
    func notANumber() throws {
        let scene = try Scene { $0["top.bias"] = Tensor(shape: [16], values: [Float](repeating: .nan, count: 16)) }
        var engine = try Scene.engine()
        let table = try engine.score(scene.spec(.chain([Self.redecoded, Self.left]), Self.indices))
        #expect(try table.values("bpd").allSatisfy(\.isNaN))
    }
}

/// An image on its way through a chain, done the plain way.
private struct NaiveImage {
    /// Pixels on [0, 1), or what the model is given where an image was just decoded.
    private var x: [Float]
    private var isDecoded = false
    /// Whether dequantisation is in the pixels.
    private var isSpread = false
    private(set) var clamped: Float = 0
    private let index: UInt32
    private let u: [Float]

    init(_ pixels: [UInt8], _ index: UInt32) {
        x = pixels.map { Float($0) / 256 }
        self.index = index
        let draws = RandomStream(seed: Scene.seed, purpose: .dequantisation, index: UInt64(index))
        u = pixels.indices.map { Float(draws.word($0) >> 16) / 65_536 }
    }

    /// What the model is given.
    var given: [Float] {
        if isDecoded { return x }
        return isSpread ? x.map { $0 - 0.5 } : zip(x, u).map { $0 - 0.5 + $1 / 256 }
    }

    mutating func change(_ member: TransformSpec, repetition: UInt64, model: Glow, label: Int) throws {
        if let shift = member.as(Translation.self) {
            let bytes = pixels.map { UInt8($0 * 256) }
            let moved = (0..<784).map { place in
                let column = place % 28 - shift.dx
                return (0..<28).contains(column) ? Float(bytes[place - shift.dx]) / 256 : 0
            }
            set(moved)
        } else if let noise = member.as(Noise.self) {
            let stream = RandomStream(seed: Scene.seed, purpose: .noise, index: UInt64(index) + repetition << 32)
            let normal = stream.gaussians(784, try Scene.kernels())
            let before = pixels
            set(before.indices.map { before[$0] })
            for place in x.indices where noise.mask == .none || before[place] < 0.3 {
                x[place] = before[place] + Float(noise.scale) * normal[place]
                if noise.requantise {
                    let level = isSpread ? (x[place] * 256).rounded(.down) : (x[place] * 256).rounded()
                    limit(place, level / 256, 0, 255 / 256)
                } else if noise.clamp {
                    limit(place, x[place], 0, isSpread ? Float(1).nextDown : 255 / 256)
                }
            }
            if noise.requantise { isSpread = false }
        } else if let zeroing = member.as(LatentZeroing.self) {
            let scaled =
                switch zeroing.levels {
                case .first(let last): 1...last
                case .only(let level): level...level
                }
            let factors = (1...2).map { level in
                LatentFactors(standardised: scaled.contains(level) ? Float(zeroing.alpha) : 1)
            }
            x = model.decode(try model.encode(given, labels: [label]), scaling: factors)
            (isDecoded, isSpread) = (true, true)
            guard zeroing.clamp || zeroing.requantise else { return }
            for place in x.indices { limit(place, x[place], -0.5, Float(0.5).nextDown) }
            guard zeroing.requantise else { return }
            x = x.map { ($0 * 256).rounded(.down) / 256 + 0.5 }
            (isDecoded, isSpread) = (false, false)
        }
    }

    /// The pixels on [0, 1).
    private var pixels: [Float] { isDecoded ? x.map { $0 + 0.5 } : x }

    private mutating func set(_ pixels: [Float]) { (x, isDecoded) = (pixels, false) }

    private mutating func limit(_ place: Int, _ value: Float, _ low: Float, _ high: Float) {
        let limited = max(low, min(value, high))
        if limited != value { clamped += 1 }
        x[place] = limited
    }
}
