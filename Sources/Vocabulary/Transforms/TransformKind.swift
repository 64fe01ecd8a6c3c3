// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The transformations by name: what sweep files, grids and canonical texts know of each is asked here.
package struct TransformKind: Sendable {
    /// All of them, in the order in which documentation lists them.
    package static let allCases: [TransformKind] = [
        TransformKind(Identity.self),
        TransformKind(Translation.self),
        TransformKind(Dihedral.self),
        TransformKind(PatchShuffle.self),
        TransformKind(Noise.self),
        TransformKind(LatentZeroing.self),
        TransformKind(Rotation.self),
        TransformKind(Zoom.self),
        TransformKind(Occlusion.self),
        TransformKind(Blur.self),
        TransformKind(Contrast.self),
        TransformKind(Brightness.self),
        TransformKind(Inversion.self),
        TransformKind(Quantisation.self),
        TransformKind(SaltPepper.self),
    ]

    /// The type of its values.
    let type: any ParameterisedTransform.Type
    /// The parameters in canonical order.
    package let parameters: [TransformParameter]

    /// The kind whose values are of `type`.
    package init(_ type: any ParameterisedTransform.Type) {
        self.type = type
        parameters = type.parameters
    }

    /// The names, in the order in which documentation lists them.
    package static var names: [String] { allCases.map(\.rawValue) }

    /// Parameters of which a sweep file must give at least one, though each has a standard value.
    package var oneNeeded: [String] { type.oneNeeded }

    /// Whether only a model that has latents can do it.
    package var needsLatents: Bool { type.needsLatents }
}

extension TransformKind: RawRepresentable, Hashable, CaseIterable {
    /// The name, as sweep files and canonical texts spell it.
    package var rawValue: String { type.name }

    /// The transformation called `rawValue`.
    package init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    package static func == (left: TransformKind, right: TransformKind) -> Bool { left.type == right.type }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(type)) }
}
