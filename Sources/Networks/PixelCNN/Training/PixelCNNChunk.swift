// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// Some images of a batch, what a pass over them works in, and what it drops.
struct PixelCNNChunk: Sendable {
    /// (images, H, W, 1).
    let images: RowView
    let maps: PixelCNNMaps
    let dropout: Dropout?
    let workspace: TrainingWorkspace
}
