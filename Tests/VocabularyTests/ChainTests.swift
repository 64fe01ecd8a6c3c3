// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Vocabulary

@Suite struct ChainTests {
    private static let left = TransformSpec.translate(Translation(dx: -1))
    private static let early = TransformSpec.dihedral(Dihedral(.mirror, stage: .beforeResize))
    private static let noise = TransformSpec.noise(Noise(scale: 0.001))
    private static let rounded = TransformSpec.noise(Noise(scale: 0.001, requantise: true))
    private static let masked = TransformSpec.noise(Noise(scale: 0.001, mask: .background, requantise: true))
    private static let zeroed = TransformSpec.zeroLatents(LatentZeroing(levels: .only(2)))
    private static let redecoded = TransformSpec.zeroLatents(LatentZeroing(levels: .only(2), requantise: true))

    @Test("a chain's text is its members' texts in their order, and reads back") func text() throws {
        let chain = try TransformSpec.chain([Self.left, Self.noise])
        #expect(chain.name == "chain")
        let text = """
            translate dx=-1 dy=0 fill=zero stage=after-resize then \
            noise kind=gaussian scale=0.001 mask=none clamp=false requantise=false
            """
        #expect(chain.parameters == text)
        #expect(try TransformSpec(name: "chain", parameters: text) == chain)
        #expect(chain.members == [Self.left, Self.noise])
        #expect(chain.isChain && chain.as(Noise.self) == nil && chain.members[1].as(Noise.self)?.scale == 0.001)
        #expect(Self.noise.members == [Self.noise] && !Self.noise.isChain)
    }

    @Test("chains of the same members in another order are others, with other hashes and texts") func order() throws {
        let dihedral = TransformSpec.dihedral(Dihedral(.mirror))
        let (one, other) = (
            try TransformSpec.chain([Self.left, dihedral]), try TransformSpec.chain([dihedral, Self.left])
        )
        #expect(one != other && one.parameters != other.parameters)
        #expect(try one == TransformSpec.chain([Self.left, dihedral]))
        #expect(try Set([one, other, TransformSpec.chain([Self.left, dihedral])]).count == 2)
    }

    @Test(
        "members that cannot follow each other are refused with what to do",
        arguments: [
            ([noise], "a chain has 2 to 8 members, not 1; write a single transform by itself"),
            (Array(repeating: left, count: 9), "a chain has 2 to 8 members, not 9"),
            ([.identity, noise], "identity cannot be in a chain: it changes nothing there"),
            (
                [left, early],
                """
                dihedral is done to the data set's image (stage before-resize) and cannot follow translate, which needs \
                the model's; put it first, or give it stage after-resize
                """
            ),
            (
                [rounded, early],
                """
                dihedral is done to the data set's image (stage before-resize) and cannot follow noise, which needs \
                the model's; put it first, or give it stage after-resize
                """
            ),
            (
                [noise, left],
                """
                translate is done to 8-bit pixels, and noise leaves others; put translate first, or re-quantise in \
                noise (all pixels, under mask none)
                """
            ),
            (
                [rounded, noise, masked, left],
                """
                translate is done to 8-bit pixels, and noise-2 leaves others; put translate first, or re-quantise in \
                noise-2 (all pixels, under mask none)
                """
            ),
            (
                [zeroed, left],
                """
                translate is done to 8-bit pixels, and zero-latents leaves others; put translate first, or re-quantise \
                in zero-latents (all pixels, under mask none)
                """
            ),
        ] as [([TransformSpec], String)]
    )
    func refusals(members: [TransformSpec], message: String) {
        let error = #expect(throws: ChainError.self) { try TransformSpec.chain(members) }
        #expect(error?.description == message)
    }

    @Test(
        "members may stand wherever what they need is there",
        arguments: [
            [early, left], [early, noise], [rounded, left], [masked, left], [redecoded, left, noise], [noise, zeroed],
            [zeroed, noise, zeroed], [noise, rounded, left], [noise, redecoded, left, zeroed],
        ]
    )
    func possible(members: [TransformSpec]) throws {
        let chain = try TransformSpec.chain(members)
        #expect(try TransformSpec(name: chain.name, parameters: chain.parameters) == chain)
    }

    @Test("a parameter is reached by its key where one member has it, and by its member always") func names() throws {
        let chain = try TransformSpec.chain([Self.left, Self.rounded, Self.noise, Self.zeroed])
        let kind = chain.kind
        #expect(kind.memberNames == ["translate", "noise", "noise-2", "zero-latents"])
        #expect(chain.parameter("dx") == "-1" && chain.parameter("translate.dx") == "-1")
        #expect(chain.parameter("scale") == nil && kind.isAmbiguous("scale") && !kind.isAmbiguous("dx"))
        #expect(chain.parameter("noise.requantise") == "true" && chain.parameter("noise-2.requantise") == "false")
        #expect(chain.parameter("level") == "2" && chain.parameter("levels") == nil)
        #expect(chain.parameter("zero-latents.level") == "2" && chain.parameter("noise-3.scale") == nil)
        #expect(Self.noise.parameter("scale") == "0.001" && Self.noise.parameter("noise.scale") == "0.001")
        let columns = kind.parameters.indices.map { kind.columnName(ofParameter: $0) }
        #expect(columns.prefix(6) == ["dx", "dy", "fill", "stage", "noise.kind", "noise.scale"])
        #expect(columns.suffix(5) == ["levels", "alpha", "zero-latents.clamp", "zero-latents.requantise", "latents"])
    }

    @Test("names of parameters are known by key, by member and by number, and no others are")
    func knownNames() {
        for name in ["scale", "noise.scale", "noise-2.scale", "noise-8.scale", "zero-latents.level", "level"] {
            #expect(TransformKind.parameter(named: name) != nil, "\(name)")
        }
        for name in ["scael", "noise.dx", "noise-1.scale", "noise-9.scale", "noise-02.scale", "noise.noise.scale", ""] {
            #expect(TransformKind.parameter(named: name) == nil, "\(name)")
        }
    }

    @Test("a chain without its last member is the first alone, or a shorter chain") func shorter() throws {
        let chain = try TransformSpec.chain([Self.left, Self.rounded, Self.noise])
        #expect(try chain.shorter == TransformSpec.chain([Self.left, Self.rounded]))
        #expect(chain.shorter?.shorter == Self.left && Self.left.shorter == nil)
    }

    @Test(
        "a text that no chain writes is refused with the reason",
        arguments: [
            ("", "a chain has 2 to 8 members, not 1; write a single transform by itself"),
            (
                "dihedral map=mirror stage=after-resize then chain dihedral map=mirror stage=after-resize",
                "a chain cannot be in a chain; list its members themselves"
            ),
            (
                "identity then dihedral map=mirror stage=after-resize",
                "identity cannot be in a chain: it changes nothing there"
            ),
            (
                "dihedral map=mirror stage=after-resize then ",
                "unknown transform ''; there are \(TransformKind.names.joined(separator: ", "))"
            ),
            ("dihedral map=mirror then dihedral map=mirror", "1 transform parameters instead of 2 (map, stage)"),
            (String(repeating: "x", count: 2049), "transform parameters of 2,049 bytes; at most 2048 are possible"),
        ]
    )
    func unreadable(text: String, message: String) {
        let error = #expect(throws: TransformTextError.self) { try TransformSpec(name: "chain", parameters: text) }
        #expect(error?.description == message)
    }
}
