// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

extension GlowEncoding {
    /// The encoding of images picked from others, one for each pair of an encoding and a position in it.
    ///
    /// An image's part of an encoding depends on the image alone, so the result is what one forward pass of all of them
    /// would give, bit for bit. There is at least one image, and the encodings are one model's.
    public static func joined(_ images: [(encoding: GlowEncoding, position: Int)]) -> GlowEncoding {
        guard let first = images.first else { preconditionFailure("an encoding of no images") }
        var result = GlowEncoding(first.encoding.configuration, images: images.count)
        for (position, image) in images.enumerated() {
            result.copy(image.position, of: image.encoding, to: position)
        }
        return result
    }

    private mutating func copy(_ from: Int, of other: GlowEncoding, to position: Int) {
        precondition(other.configuration == configuration, "encodings of different models")
        let (source, target) = (from..<from + 1, position..<position + 1)
        for level in 1...configuration.levels {
            latents(level: level, target).copy(other.latents(level: level, source))
            input(level: level, target).copy(other.input(level: level, source))
        }
        classes[position] = other.classes[from]
        scores.copy(from, of: other.scores, to: position)
    }
}

extension GlowScores {
    /// Takes over the scores of another batch's image.
    fileprivate mutating func copy(_ from: Int, of other: GlowScores, to position: Int) {
        nll[position] = other.nll[from]
        classMixture[position] = other.classMixture[from]
        for level in logDeterminant.indices {
            logDeterminant[level][position] = other.logDeterminant[level][from]
            quadratic[level][position] = other.quadratic[level][from]
            logScale[level][position] = other.logScale[level][from]
        }
    }
}

extension RowView {
    /// Overwrites the packed rows of this view by those of another of its shape.
    fileprivate func copy(_ other: RowView) {
        buffer.copy(other.elements, at: offset)
    }
}
