// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The image as it is: what every other transformation is compared with.
package struct Identity: ParameterisedTransform {
    package static let name = "identity"
    package static let summary = "The image as it is: what every other transform is compared with."
    package static let parameters: [TransformParameter] = []

    package init() {}

    package init(codes: [UInt64]) {}

    package var codes: [UInt64] { [] }
    package var point: ImagePoint { .dataset }
}

extension TransformSpec {
    /// The image as it is.
    public static let identity = TransformSpec(Identity())
}
