// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The memory in which one thread takes a chunk's images forward and back.
struct PixelCNNArena: Sendable {
    /// For 1, 2, … images.
    private let maps: [PixelCNNTrainingMaps]
    private let gradients: [PixelCNNGradients]

    /// Memory for up to that many images.
    init(_ configuration: PixelCNNConfiguration, images: Int) {
        var (mapBuffers, gradientBuffers): ([AlignedBuffer], [AlignedBuffer]) = ([], [])
        // The largest first: the others fit in the same buffers.
        let counts = stride(from: images, through: 1, by: -1)
        let maps = counts.map {
            PixelCNNTrainingMaps(configuration, images: $0, for: .backward, buffers: &mapBuffers)
        }
        let gradients = zip(counts, maps).map {
            PixelCNNGradients(configuration, images: $0, $1, buffers: &gradientBuffers)
        }
        self.maps = maps.reversed()
        self.gradients = gradients.reversed()
    }

    /// The maps for that many images.
    func maps(images: Int) -> PixelCNNTrainingMaps { maps[images - 1] }

    /// The gradients for that many images, none of them written.
    func gradients(images: Int) -> PixelCNNGradients { gradients[images - 1] }
}
