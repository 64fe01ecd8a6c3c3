// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets

/// What scores were computed from, number by number, so that another program can compute them again.
///
/// Numbers are [H][W][C] of each image; all are in the order of the shard.
public struct ModelInputs: Hashable, Sendable {
    /// Rows, columns and channels of the data set's images.
    public let originalShape: ImageShape
    /// The data set's pixels, 0…255.
    public let originals: [[Float]]
    /// Rows, columns and channels of what the network was given.
    public let shape: ImageShape
    /// What the network was given to score, on its own scale; of scaled latents the decoded image.
    public let given: [[Float]]
    /// u of dequantisation on [0, 1); empty where the model sees no dequantised pixels.
    public let dequantisation: [[Float]]
    /// What noise was made of, from N(0, 1) or U[0, 1), as `noise`, and of a chain's second one as `noise-2`; empty where the
    /// transformation adds none.
    public let noise: [String: [[Float]]]
}
