// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Vocabulary

@Suite struct CellIdentityTests {
    private let identity = CellIdentity(
        model: Digest(of: "model".utf8),
        conditioning: .label,
        data: Digest(of: "data".utf8),
        transform: .translate(Translation(dx: -1)),
        seed: 7,
        numericsVersion: 1
    )

    @Test("an id is the beginning of the SHA-256 of the documented text")
    func golden() {
        // printf 'bitsweep cell 1\nmodel %s\n…' | sha256sum, with the digests of "model" and "data" from sha256sum too.
        let text = """
            bitsweep cell 1
            model 9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4
            conditioning label
            data 3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7
            transform translate dx=-1 dy=0 fill=zero stage=after-resize
            seed 7
            numerics 1

            """
        #expect(identity.canonicalText == text)
        #expect(identity.id.description == "0a85a72e783c1a022bbed77b6ac65a81")
    }

    @Test("what is not standard of an estimate has a line of its own behind the conditioning")
    func estimate() {
        // printf 'bitsweep cell 1\nmodel %s\n…' | sha256sum, as above.
        var other = identity
        other.estimate = LikelihoodEstimate(kind: .interval, draws: 8, dequantisation: .centre)
        let lines = other.canonicalText.split(separator: "\n").map(String.init)
        #expect(
            lines[2...6] == [
                "conditioning label", "likelihood interval", "draws 8", "dequantisation centre",
                "data 3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7",
            ]
        )
        other.estimate = .standard
        #expect(other.id.description == "0a85a72e783c1a022bbed77b6ac65a81")
    }

    @Test("every ingredient changes the id")
    func ingredients() {
        var ids: Set<CellID> = [identity.id]
        func expectNew(_ change: (inout CellIdentity) -> Void, _ what: Comment) {
            var other = identity
            change(&other)
            #expect(ids.insert(other.id).inserted, what)
        }
        expectNew({ $0.model = Digest(of: "other".utf8) }, "model")
        expectNew({ $0.conditioning = .marginal }, "conditioning")
        expectNew({ $0.estimate.kind = .interval }, "interval")
        expectNew({ $0.estimate.draws = 8 }, "draws")
        expectNew({ $0.estimate = LikelihoodEstimate(kind: .interval, draws: 8) }, "interval by draws")
        expectNew({ $0.estimate.dequantisation = .zero }, "dequantisation")
        expectNew({ $0.estimate.dequantisation = .centre }, "another dequantisation")
        expectNew({ $0.data = Digest(of: "other".utf8) }, "data")
        expectNew({ $0.transform = .translate(Translation(dx: -2)) }, "a parameter")
        expectNew({ $0.transform = .identity }, "the transform")
        expectNew({ $0.seed = 8 }, "seed")
        expectNew({ $0.numericsVersion = 2 }, "numerics version")
        expectNew({ ($0.model, $0.data) = ($0.data, $0.model) }, "model and data exchanged")
    }

    @Test("the text tells its ingredients apart: it reads back to exactly them", arguments: 0..<10 as Range<UInt64>)
    func injective(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let made = CellIdentity(
                model: Digest(of: [UInt8.random(in: 0...3, using: &random)]),
                conditioning: Conditioning.allCases.pick(using: &random),
                estimate: LikelihoodEstimate(
                    kind: LikelihoodEstimate.Kind.allCases.pick(using: &random),
                    draws: [1, 8].pick(using: &random),
                    dequantisation: LikelihoodEstimate.Dequantisation.allCases.pick(using: &random)
                ),
                data: Digest(of: [UInt8.random(in: 0...3, using: &random)]),
                transform: .random(using: &random),
                seed: random.next() >> UInt64.random(in: 0..<64, using: &random),
                numericsVersion: UInt32.random(in: 0...20, using: &random)
            )
            #expect(try read(made.canonicalText) == made, "seed \(seed)")
        }
    }

    /// Reads the text by its definition; throws where it does not follow it.
    private func read(_ text: String) throws -> CellIdentity {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let settings = lines.filter { line in LikelihoodEstimate.keys.contains { line.hasPrefix("\($0) ") } }
        lines.removeAll { settings.contains($0) }
        try #require(lines.count == 8 && lines[0] == "bitsweep cell 1" && lines[7].isEmpty)
        func value(_ line: Int, _ name: String) throws -> String {
            try #require(lines[line].hasPrefix("\(name) "))
            return String(lines[line].dropFirst(name.count + 1))
        }
        let transform = try value(4, "transform").split(separator: " ", maxSplits: 1).map(String.init)
        return CellIdentity(
            model: try #require(Digest(hexadecimal: value(1, "model"))),
            conditioning: try #require(Conditioning(rawValue: value(2, "conditioning"))),
            estimate: try #require(
                LikelihoodEstimate(text: settings.map { $0.replacing(" ", with: "=") }.joined(separator: " "))
            ),
            data: try #require(Digest(hexadecimal: value(3, "data"))),
            transform: try TransformSpec(name: transform[0], parameters: transform.count == 2 ? transform[1] : ""),
            seed: try #require(UInt64(value(5, "seed"))),
            numericsVersion: try #require(UInt32(value(6, "numerics")))
        )
    }

    @Test("a slice's digest depends on the content, the split and which images are picked, and not on its name")
    func slices() {
        let content = Digest(of: "content".utf8)
        let slice = DatasetSlice(name: "mnist", split: "test", content: content, indices: [0, 5, 258])
        #expect(slice.count == 3)
        #expect(slice.digest.description == "07e1d7508f7a55622d9fbc24cb9dec3a9662876fa795f6859c98883eb3177dc1")
        #expect(slice.digest == DatasetSlice(name: "m", split: "test", content: content, indices: [0, 5, 258]).digest)
        let others = [
            DatasetSlice(name: "mnist", split: "test", content: Digest(of: "x".utf8), indices: [0, 5, 258]),
            DatasetSlice(name: "mnist", split: "train", content: content, indices: [0, 5, 258]),
            DatasetSlice(name: "mnist", split: "test", content: content, indices: [0, 5]),
            DatasetSlice(name: "mnist", split: "test", content: content, indices: [5, 0, 258]),
            DatasetSlice(name: "mnist", split: "test", content: content, indices: []),
        ]
        #expect(Set(others.map(\.digest) + [slice.digest]).count == 6)
    }
}
