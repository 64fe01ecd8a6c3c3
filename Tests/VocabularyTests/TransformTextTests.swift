// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Vocabulary

@Suite struct TransformTextTests {
    private static let names = TransformKind.names.joined(separator: ", ")

    @Test(
        "every transformation has the canonical text that documentation shows",
        arguments: [
            (TransformSpec.identity, "identity", ""),
            (.translate(Translation(dx: -1)), "translate", "dx=-1 dy=0 fill=zero stage=after-resize"),
            (
                .translate(Translation(dx: 2, dy: -3, fill: .wrap, stage: .beforeResize)),
                "translate", "dx=2 dy=-3 fill=wrap stage=before-resize"
            ),
            (.noise(Noise(scale: 0.001)), "noise", "kind=gaussian scale=0.001 mask=none clamp=false requantise=false"),
            (
                .noise(Noise(kind: .negativeUniform, scale: 1e-5, mask: .background, clamp: true, requantise: true)),
                "noise", "kind=negative-uniform scale=1e-5 mask=background clamp=true requantise=true"
            ),
            (
                .zeroLatents(LatentZeroing(levels: .first(2))), "zero-latents",
                "levels=2 alpha=0 clamp=false requantise=false"
            ),
            (
                .zeroLatents(LatentZeroing(levels: .only(3), alpha: -0.5)),
                "zero-latents", "level=3 alpha=-0.5 clamp=false requantise=false"
            ),
            (
                .zeroLatents(LatentZeroing(levels: .only(1), alpha: -0.0)),
                "zero-latents", "level=1 alpha=0 clamp=false requantise=false"
            ),
            (
                .zeroLatents(LatentZeroing(levels: .first(1), latents: .raw)),
                "zero-latents", "levels=1 alpha=0 clamp=false requantise=false latents=raw"
            ),
            (.dihedral(Dihedral(.rotate90)), "dihedral", "map=rotate-90 stage=after-resize"),
            (
                .dihedral(Dihedral(.antiTranspose, stage: .beforeResize)),
                "dihedral", "map=anti-transpose stage=before-resize"
            ),
            (
                .patchShuffle(PatchShuffle()), "patch-shuffle",
                "patches=2 draw=0 derangement=false stage=after-resize"
            ),
            (
                .patchShuffle(PatchShuffle(patches: 4, draw: 19, derangement: true, stage: .beforeResize)),
                "patch-shuffle", "patches=4 draw=19 derangement=true stage=before-resize"
            ),
            (.rotate(Rotation(degrees: -7.5)), "rotate", "degrees=-7.5 fill=zero stage=after-resize"),
            (.zoom(Zoom(ratio: 0.9, fill: .edge)), "zoom", "ratio=0.9 fill=edge stage=after-resize"),
            (
                .occlude(Occlusion(size: 8, x: -1, y: 16, every: 12, grey: 128)), "occlude",
                "size=8 x=-1 y=16 every=12 grey=128 stage=after-resize"
            ),
            (.blur(Blur(sigma: 1)), "blur", "sigma=1 fill=edge stage=after-resize"),
            (.contrast(Contrast(factor: 0.4)), "contrast", "factor=0.4 about=mean stage=after-resize"),
            (
                .brightness(Brightness(offset: -20, stage: .beforeResize)), "brightness",
                "offset=-20 stage=before-resize"
            ),
            (.invert(), "invert", "stage=after-resize"),
            (.quantise(Quantisation(bits: 3)), "quantise", "bits=3 rounding=nearest stage=after-resize"),
            (.saltPepper(SaltPepper(amount: 0.02)), "salt-pepper", "amount=0.02 salt=0.5 mask=none"),
            (
                .noise(Noise(kind: .uniform, scale: 0.1)), "noise",
                "kind=uniform scale=0.1 mask=none clamp=false requantise=false"
            ),
        ]
    )
    func texts(transform: TransformSpec, name: String, parameters: String) throws {
        #expect(transform.name == name)
        #expect(transform.parameters == parameters)
        #expect(try TransformSpec(name: name, parameters: parameters) == transform)
    }

    @Test(
        "any transformation reads back from its text, which is free of commas, quotes and breaks",
        arguments: 0..<20 as Range<UInt64>
    )
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let transform = TransformSpec.random(using: &random)
            let text = transform.parameters
            #expect(try TransformSpec(name: transform.name, parameters: text) == transform, "seed \(seed): \(text)")
            #expect(!text.contains { ",\"'\n\r\t;".contains($0) }, "seed \(seed): \(text)")
        }
    }

    @Test(
        "a text that no transformation writes is refused with the reason",
        arguments: [
            ("turn", "", "unknown transform 'turn'; there are \(Self.names)"),
            ("a\nb", "", "unknown transform 'a·b'; there are \(Self.names)"),
            ("identity", "dx=1", "1 transform parameters instead of 0 ()"),
            ("translate", "", "0 transform parameters instead of 4 (dx, dy, fill, stage)"),
            ("translate", "dy=0 dx=-1 fill=zero stage=after-resize", "'dy=0' where 'dx=…' must stand"),
            ("translate", "dx=1 dy=0 fill=zero stage", "'stage' where 'stage=…' must stand"),
            ("translate", "dx=1.5 dy=0 fill=zero stage=after-resize", "in 'dx=1.5': '1.5' is not a whole number"),
            (
                "translate", "dx=99999999999999999999 dy=0 fill=zero stage=after-resize",
                "in 'dx=99999999999999999999': '99999999999999999999' is not a whole number"
            ),
            ("translate", "dx=5000 dy=0 fill=zero stage=after-resize", "in 'dx=5000': 5000 is outside -4096 to 4096"),
            (
                "translate", "dx=1 dy=0 fill=red stage=after-resize",
                "in 'fill=red': 'red' is not one of zero, edge, wrap"
            ),
            (
                "noise", "kind=gaussian scale=nan mask=none clamp=false requantise=false",
                "in 'scale=nan': 'nan' is not a number"
            ),
            (
                "noise", "kind=gaussian scale=1e999 mask=none clamp=false requantise=false",
                "in 'scale=1e999': '1e999' is not a number"
            ),
            (
                "noise", "kind=gaussian scale=-1 mask=none clamp=false requantise=false",
                "in 'scale=-1': -1 is outside 0 to 1000000"
            ),
            (
                "noise", "kind=gaussian scale=1.0 mask=none clamp=false requantise=false",
                """
                'kind=gaussian scale=1.0 mask=none clamp=false requantise=false' is not canonical; it is written \
                'kind=gaussian scale=1 mask=none clamp=false requantise=false'
                """
            ),
            (
                "zero-latents", "levels=0 alpha=0 clamp=no requantise=false",
                "in 'levels=0': 0 is outside 1 to 64"
            ),
            (
                "zero-latents", "levels=1 alpha=0 clamp=false requantise=false latents=standardised",
                """
                'levels=1 alpha=0 clamp=false requantise=false latents=standardised' is not canonical; it is written \
                'levels=1 alpha=0 clamp=false requantise=false'
                """
            ),
            (
                "zero-latents", "levels=1 alpha=0 clamp=false latents=raw",
                "'latents=raw' where 'requantise=…' must stand"
            ),
            (
                "zero-latents", "levels=1 alpha=0 clamp=false requantise=false mask=none",
                "'mask=none' is not a parameter of zero-latents"
            ),
            (
                "dihedral", "map=1 stage=after-resize",
                "'map=1 stage=after-resize' is not canonical; it is written 'map=rotate-90 stage=after-resize'"
            ),
            ("dihedral", "map=8 stage=after-resize", "in 'map=8': 8 is outside 1 to 7"),
            (
                "dihedral", "map=turn stage=after-resize",
                """
                in 'map=turn': 'turn' is not one of rotate-90, rotate-180, rotate-270, mirror, flip, transpose, \
                anti-transpose
                """
            ),
            (
                "patch-shuffle", "patches=1 draw=0 derangement=false stage=after-resize",
                "in 'patches=1': 1 is outside 2 to 256"
            ),
            (
                "zero-latents", "levels=1 alpha=0 clamp=no requantise=false",
                "in 'clamp=no': 'no' is not true or false"
            ),
        ]
    )
    func refusals(name: String, parameters: String, message: String) {
        let error = #expect(throws: TransformTextError.self) { try TransformSpec(name: name, parameters: parameters) }
        #expect(error?.description == message)
    }

    @Test(
        "no mutation of a canonical text makes the reader trap or accept what it would not write",
        arguments: 0..<10 as Range<UInt64>
    )
    func mutations(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            let transform = TransformSpec.random(using: &random)
            var bytes = Array(transform.parameters.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 9...127, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let read = try? TransformSpec(name: transform.name, parameters: text) {
                #expect(read.parameters == text, "seed \(seed)")
            }
        }
    }
}
