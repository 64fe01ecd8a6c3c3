// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import Testing
import Vocabulary

@testable import Engine

@Suite(.timeLimit(.minutes(5))) struct SharedWorkTests {
    private static let zeroings = (1...2).map { TransformSpec.zeroLatents(LatentZeroing(levels: .first($0))) }

    @Test("what an engine has computed before changes no bit", arguments: Conditioning.allCases)
    func history(conditioning: Conditioning) throws {
        let scene = try Scene()
        var used = try Scene.engine(threads: 2, batchSize: 3)
        let all = (0..<20).map { UInt32(7 * $0) }
        let parts = [all[0..<6], all[4..<15], all[10..<20], all[0..<20]].map { Array($0) }
        for transform in [.identity] + Self.zeroings + [.identity] {
            for part in parts {
                var fresh = try Scene.engine()
                let spec = try scene.spec(transform, part, conditioning: conditioning)
                #expect(try used.score(spec) == fresh.score(spec))
            }
        }
    }

    @Test("passes of another seed, conditioning or model are not mixed up")
    func sources() throws {
        let (scene, other) = (try Scene(), try Scene(seed: 2))
        var used = try Scene.engine()
        let indices: [UInt32] = [1, 2, 3]
        let specs = [
            try scene.spec(.identity, indices), try scene.spec(.identity, indices, seed: 5),
            try scene.spec(Self.zeroings[0], indices, conditioning: .marginal), try other.spec(.identity, indices),
            try scene.spec(Self.zeroings[0], indices), try other.spec(Self.zeroings[1], indices),
        ]
        for spec in specs + specs.reversed() {
            var fresh = try Scene.engine()
            #expect(try used.score(spec) == fresh.score(spec))
        }
    }

    @Test("an image is encoded once for its identity and all its zeroings")
    func onePass() throws {
        let scene = try Scene()
        let source = EncodingCache.Context(try scene.spec(.identity, []))
        var cache = EncodingCache(limit: 1 << 20, contexts: 1)
        var asked: [[Int]] = []
        for images in [[4, 5, 6], [5, 6, 7, 8], [8, 4, 9], [4, 5, 6, 7, 8, 9]] {
            let draws = ImageDraw.all(1, of: images)
            let encoding = try cache.encoding(of: draws, from: source) { missing throws(EngineError) in
                asked.append(missing.map(\.image))
                return try Self.encoding(missing.map(\.image), scene)
            }
            let expected = try Self.encoding(images, scene)
            #expect(encoding.scores.columns == expected.scores.columns)
            #expect(encoding.classes == expected.classes)
            for level in 1...2 { #expect(bits(encoding.latents(level: level)) == bits(expected.latents(level: level))) }
            let model = try scene.model()
            #expect(model.decode(encoding, scaling: [0.5, 2]) == model.decode(expected, scaling: [0.5, 2]))
        }
        #expect(asked == [[4, 5, 6], [7, 8], [9]])
    }

    @Test("each draw of an image has its own pass, and another dequantisation has others")
    func drawsApart() throws {
        let scene = try Scene()
        var cache = EncodingCache(limit: 1 << 20, contexts: 2)
        var asked: [[ImageDraw]] = []
        func ask(_ draws: [ImageDraw], _ estimate: LikelihoodEstimate) throws {
            let source = EncodingCache.Context(try scene.spec(.identity, [], estimate: estimate))
            _ = try cache.encoding(of: draws, from: source) { missing throws(EngineError) in
                asked.append(missing)
                return try Self.encoding(missing.map { $0.image + $0.draw }, scene)
            }
        }
        let (both, first) = (ImageDraw.all(2, of: [1, 5]), ImageDraw.all(1, of: [1, 5]))
        try ask(first, .standard)
        try ask(both, LikelihoodEstimate(draws: 2))
        // An 8-bit image is on its levels already.
        try ask(both, LikelihoodEstimate(kind: .interval, draws: 2))
        try ask(first, LikelihoodEstimate(dequantisation: .zero))
        #expect(asked == [first, [ImageDraw(image: 1, draw: 1), ImageDraw(image: 5, draw: 1)], first])
    }

    @Test("a full cache keeps what it has, and only the last contexts have a place")
    func bounds() throws {
        let scene = try Scene()
        let size = try Self.encoding([0], scene).byteCount
        // Latents: one float per pixel; inputs of the levels: one per pixel, and half of that.
        #expect(size == 784 * (4 + 4 + 2))
        var cache = EncodingCache(limit: 3 * size, contexts: 2)
        var asked: [[Int]] = []
        func ask(_ images: [Int], seed: UInt64) throws {
            let source = EncodingCache.Context(try scene.spec(.identity, [], seed: seed))
            let draws = ImageDraw.all(1, of: images)
            _ = try cache.encoding(of: draws, from: source) { missing throws(EngineError) in
                asked.append(missing.map(\.image))
                return try Self.encoding(missing.map(\.image), scene)
            }
        }
        for images in [[0, 1], [2, 3], [4], [0, 1, 2, 4]] { try ask(images, seed: 1) }
        #expect(asked == [[0, 1], [2, 3], [4], [2]])
        asked = []
        for seed: UInt64 in [2, 1, 3, 1, 2] { try ask([0], seed: seed) }
        #expect(asked == [[0], [0], [0]])
    }

    @Test("the last values used stay, as many as fit, and a value that cannot be made leaves nothing")
    func recent() throws {
        var cache = LRUCache<Int, Int>(limit: 10, cost: { $0 })
        var made: [Int] = []
        func ask(_ key: Int) -> Int {
            cache.value(of: key) {
                made.append(key)
                return key
            }
        }
        for key in [4, 5, 4, 1, 3, 4, 1, 5] { #expect(ask(key) == key) }
        #expect(made == [4, 5, 1, 3, 5])
        #expect(ask(30) == 30)
        #expect(ask(30) == 30)
        #expect(made == [4, 5, 1, 3, 5, 30])
        #expect(throws: EngineError.self) { try cache.value(of: 7) { throw EngineError.data("gone") } }
        #expect(ask(30) == 30 && ask(7) == 7 && made.suffix(2) == [30, 7])
    }

    /// The pass of images that are made of their index.
    private static func encoding(_ images: [Int], _ scene: Scene) throws(EngineError) -> GlowEncoding {
        do {
            let pixels = images.flatMap { image in
                RandomStream(seed: 9, purpose: .noise, index: UInt64(image)).uniforms(784).map { $0 - 0.5 }
            }
            return try scene.model().encode(pixels, labels: images)
        } catch {
            throw .unfit("\(error)")
        }
    }
}
