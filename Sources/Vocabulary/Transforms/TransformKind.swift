// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The transformations by name: what sweep files, grids and canonical texts know of each is asked here.
///
/// A new transformation takes a case here and in `TransformSpec`, and a file of its own that declares its parameters.
package enum TransformKind: String, CaseIterable {
    case identity
    case translate
    case noise
    case zeroLatents = "zero-latents"

    /// The names, in the order in which documentation lists them.
    package static var names: [String] { allCases.map(\.rawValue) }

    /// The parameters in canonical order.
    package var parameters: [TransformParameter] {
        switch self {
        case .identity: []
        case .translate: Translation.parameters
        case .noise: Noise.parameters
        case .zeroLatents: LatentZeroing.parameters
        }
    }
}
