// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A transformation with a value for each of its parameters: what sweep files, grids and canonical texts ask of it.
///
/// A new transformation is a type that conforms to this, in a file of its own here, a line of `TransformKind.allCases`,
/// and a file of the room `Transforms` that says what it does to images.
package protocol ParameterisedTransform: Sendable {
    /// The name, as sweep files and canonical texts spell it.
    static var name: String { get }
    /// What it does to an image, in a sentence, for who writes a sweep file.
    static var summary: String { get }
    /// The parameters in canonical order.
    static var parameters: [TransformParameter] { get }
    /// Parameters of which a sweep file must give at least one, though each has a standard value.
    static var oneNeeded: [String] { get }
    /// Whether only a model that has latents can do it: it decodes images, whose pixels then hold their dequantisation.
    static var needsLatents: Bool { get }
    /// The keys of those parameters that decide what may stand beside it in a chain.
    static var orderKeys: [String] { get }
    /// The values of the parameters, in the order of `parameters`.
    var codes: [UInt64] { get }
    /// Whether pixels may be clamped, which the results count.
    var mayClamp: Bool { get }
    /// Where on an image's way into a model it acts.
    var point: ImagePoint { get }

    /// The transformation with these values.
    init(codes: [UInt64])

    /// Why it cannot be done to images of a data set on their way into a model; nil where it can.
    func misfit(_ dataset: DatasetFacts, _ model: ModelFacts) -> String?

    /// Whether all pixels are on the 256 levels of 8-bit images afterwards, given whether they were before.
    func leavesLevels(_ wereLevels: Bool) -> Bool
}

extension ParameterisedTransform {
    package static var summary: String { "" }
    package static var oneNeeded: [String] { [] }
    package static var needsLatents: Bool { false }
    package static var orderKeys: [String] { ["stage"] }
    package var mayClamp: Bool { false }

    package func misfit(_ dataset: DatasetFacts, _ model: ModelFacts) -> String? { nil }

    package func leavesLevels(_ wereLevels: Bool) -> Bool { point != .pixels }
}
