// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension TransformSpec {
    /// Which transformation it is.
    package var kind: TransformKind {
        switch self {
        case .identity: .identity
        case .translate: .translate
        case .noise: .noise
        case .zeroLatents: .zeroLatents
        }
    }

    /// The codes of the parameters, in the order of `kind.parameters`.
    package var codes: [UInt64] {
        switch self {
        case .identity: []
        case .translate(let shift):
            [
                ParameterDomain.code(shift.dx), ParameterDomain.code(shift.dy), Self.code(of: shift.fill),
                Self.code(of: shift.stage),
            ]
        case .noise(let noise):
            [
                Self.code(of: noise.kind), ParameterDomain.code(noise.scale), Self.code(of: noise.mask),
                noise.clamp ? 1 : 0, noise.requantise ? 1 : 0,
            ]
        case .zeroLatents(let zeroing):
            [
                Self.code(of: zeroing.levels), ParameterDomain.code(zeroing.alpha), zeroing.clamp ? 1 : 0,
                zeroing.requantise ? 1 : 0,
            ]
        }
    }

    /// The transformation with the given parameters, which are codes made by `kind.parameters`.
    package init(_ kind: TransformKind, codes: [UInt64]) {
        func integer(_ position: Int) -> Int { Int(truncatingIfNeeded: codes[position]) }
        func real(_ position: Int) -> Double { Double(bitPattern: codes[position]) }
        func word<Word: CaseIterable>(_ position: Int) -> Word { Array(Word.allCases)[integer(position)] }
        func flag(_ position: Int) -> Bool { codes[position] == 1 }
        switch kind {
        case .identity:
            self = .identity
        case .translate:
            self = .translate(Translation(dx: integer(0), dy: integer(1), fill: word(2), stage: word(3)))
        case .noise:
            self = .noise(
                Noise(kind: word(0), scale: real(1), mask: word(2), clamp: flag(3), requantise: flag(4))
            )
        case .zeroLatents:
            let count = Int(codes[0] & UInt64(UInt32.max))
            let levels = codes[0] >> 32 == 0 ? LatentZeroing.Levels.first(count) : .only(count)
            self = .zeroLatents(
                LatentZeroing(levels: levels, alpha: real(1), clamp: flag(2), requantise: flag(3))
            )
        }
    }

    /// The position of `word` among its cases.
    static func code<Word: CaseIterable & RawRepresentable>(of word: Word) -> UInt64 where Word.RawValue == String {
        UInt64(Word.allCases.prefix { $0.rawValue != word.rawValue }.count)
    }

    private static func code(of levels: LatentZeroing.Levels) -> UInt64 {
        switch levels {
        case .first(let count): ParameterDomain.code(count)
        case .only(let level): ParameterDomain.code(level) | 1 << 32
        }
    }
}
