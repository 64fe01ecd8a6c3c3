// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The image as it is: what every other transformation is compared with.
public struct IdentityTransform: Transform {
    /// The identity.
    public init() {}
}
