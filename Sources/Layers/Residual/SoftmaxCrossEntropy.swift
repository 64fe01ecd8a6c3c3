// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The loss of a classifier, −ln p(label), p being the softmax of the logits.
public enum SoftmaxCrossEntropy {
    /// The gradient of `weight`·Σ −ln p(label): `weight`·(p − 1 at the label), computed in double precision.
    ///
    /// - Parameters:
    ///   - gradient: (images, classes), overwritten.
    ///   - logits: (images, classes).
    ///   - labels: The true class of each image.
    ///   - weight: Of each image's loss.
    public static func backward(_ gradient: RowView, _ logits: RowView, labels: ArraySlice<Int>, weight: Double) {
        precondition(gradient.rows == logits.rows && gradient.channels == logits.channels, "the views differ in shape")
        precondition(labels.count == logits.rows, "\(labels.count) labels for \(logits.rows) images")
        for (row, label) in labels.enumerated() {
            let from = logits.buffer.pointer + logits.offset + row * logits.stride
            let into = gradient.buffer.pointer + gradient.offset + row * gradient.stride
            let values = (0..<logits.channels).map { Double(from[$0]) }
            let largest = values.reduce(-Double.infinity) { $1 > $0 ? $1 : $0 }
            let powers = values.map { PortableMath.exp($0 - largest) }
            let sum = powers.reduce(0, +)
            for (channel, power) in powers.enumerated() {
                into[channel] = Float(weight * (power / sum - (channel == label ? 1 : 0)))
            }
        }
        withExtendedLifetime((gradient, logits)) {}
    }
}
