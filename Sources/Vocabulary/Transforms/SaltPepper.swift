// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Impulse noise: some pixels replaced by white or black.
///
/// Which ones, and by what, is drawn for each image, and no pixel that a small amount replaces is spared by a larger.
public struct SaltPepper: Hashable, Sendable {
    /// The probability that a value is replaced.
    public var amount: Double
    /// The probability that a replaced value is white; otherwise it is black.
    public var salt: Double
    /// Which pixels may be replaced.
    public var mask: Noise.Mask

    /// As much white as black, anywhere, unless said otherwise.
    public init(amount: Double, salt: Double = 0.5, mask: Noise.Mask = .none) {
        self.amount = amount
        self.salt = salt
        self.mask = mask
    }
}

extension SaltPepper: ParameterisedTransform {
    package static let name = "salt-pepper"
    package static let summary = "Pixels at random places made black or white."
    package static let parameters = [
        TransformParameter("amount", .real(0...1), standard: nil, "The probability that a pixel is replaced."),
        TransformParameter(
            "salt",
            .real(0...1),
            standard: ParameterDomain.code(0.5),
            "The probability that a replaced pixel becomes white."
        ),
        Noise.Mask.parameter,
    ]

    package var codes: [UInt64] {
        [ParameterDomain.code(amount), ParameterDomain.code(salt), ParameterDomain.code(mask)]
    }

    package init(codes: [UInt64]) {
        self.init(
            amount: ParameterDomain.real(codes[0]),
            salt: ParameterDomain.real(codes[1]),
            mask: ParameterDomain.word(codes[2])
        )
    }

    package var point: ImagePoint { .pixels }

    /// What it replaces is on a level.
    package func leavesLevels(_ wereLevels: Bool) -> Bool { wereLevels }
}

extension TransformSpec {
    /// The image with some pixels white or black.
    public static func saltPepper(_ noise: SaltPepper) -> TransformSpec { TransformSpec(noise) }
}
