// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which semantic-invariant transformation a cell applies, with every parameter spelled out.
///
/// `name` and `parameters` are its canonical text: equal transformations have equal texts, and
/// `init(name:parameters:)` reads the text back. Cell ids, the wire, the store and exports all use that text.
public enum TransformSpec: Hashable, Sendable {
    /// The image as it is.
    case identity
    /// The image shifted by whole pixels.
    case translate(Translation)
    /// The image with noise added to its pixels (paper, Eq. 6).
    case noise(Noise)
    /// The image whose latent factors are scaled, by default to zero, before it is decoded again (paper, Algorithm 1).
    case zeroLatents(LatentZeroing)
}

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
        case .translate(let translation): translation.codes
        case .noise(let noise): noise.codes
        case .zeroLatents(let zeroing): zeroing.codes
        }
    }

    /// The transformation with the given parameters, which are codes made by `kind.parameters`.
    package init(_ kind: TransformKind, codes: [UInt64]) {
        self =
            switch kind {
            case .identity: .identity
            case .translate: .translate(Translation(codes: codes))
            case .noise: .noise(Noise(codes: codes))
            case .zeroLatents: .zeroLatents(LatentZeroing(codes: codes))
            }
    }
}
