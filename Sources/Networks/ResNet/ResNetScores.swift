// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
public import Vocabulary

/// What a classifier makes of a batch of labelled images.
///
/// NaN is carried, never hidden: an image with a NaN among its logits has no predicted class, and a cross-entropy of
/// NaN.
public struct ResNetScores: Sendable {
    /// Per image, one number for each class: (images, classes).
    public let logits: [Float]
    /// The images' true classes.
    public let labels: [Int]
    /// Number of classes.
    public let classes: Int
    /// Numbers in one image.
    public let dimensions: Int

    /// Number of images.
    public var count: Int { labels.count }

    /// Per image, the class of the largest logit, the first of equals; nil where a logit is NaN.
    public var predicted: [Int?] {
        (0..<count).map { image in
            let logits = logits(of: image)
            guard !logits.contains(where: \.isNaN) else { return nil }
            return logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        }
    }

    /// Per image, −ln p(label | image) in nats, p being the softmax of the logits.
    public var crossEntropy: [Double] {
        (0..<count).map { image in
            let logits = logits(of: image).map(Double.init)
            let largest = logits.reduce(-Double.infinity) { $1 > $0 ? $1 : $0 }
            let sum = logits.reduce(0) { $0 + PortableMath.exp($1 - largest) }
            return PortableMath.log(sum) - (logits[labels[image]] - largest)
        }
    }

    /// The columns of a result table: `bpd`, `crossentropy`, `correct`, `predicted`, then `logit.c` of every class c.
    ///
    /// `bpd` is −log2 p(label | image) / D. It is no likelihood of the image; it makes a classifier's tables as others
    /// are.
    public var columns: [ResultTable.Column] {
        func column(_ name: String, _ values: [Float]) -> ResultTable.Column {
            ResultTable.Column(name: name, values: values)
        }
        let crossEntropy = crossEntropy
        let predicted = predicted
        let correct = zip(predicted, labels).map { found, label in found.map { $0 == label ? 1 : 0 } ?? Float.nan }
        let bitsPerDimension = crossEntropy.map { Float($0 / (Double(dimensions) * Self.log2)) }
        return [
            column("bpd", bitsPerDimension),
            column("crossentropy", crossEntropy.map { Float($0) }),
            column("correct", correct),
            column("predicted", predicted.map { $0.map(Float.init) ?? .nan }),
        ]
            + (0..<classes).map { label in
                column("logit.\(label)", (0..<count).map { logits[$0 * classes + label] })
            }
    }

    private static let log2 = 0.693147180559945309417232121458

    private func logits(of image: Int) -> [Float] {
        Array(logits[image * classes..<(image + 1) * classes])
    }
}
