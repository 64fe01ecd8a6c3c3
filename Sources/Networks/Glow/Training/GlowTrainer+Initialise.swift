// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension GlowTrainer {
    /// Chooses every actnorm from the batch as it comes out of the layers before, which are initialised already.
    func initialise(_ parameters: AlignedBuffer, _ chunks: ChunkedBatch) {
        let images = chunks.labels.count
        let workspaces = arenas.map(\.memory.workspace)
        let pass = BatchPass(images: images, chunkSize: Self.chunkSize, pool: pool, workspaces: workspaces)
        var state = chunks.images
        for level in levels {
            let (rows, channels) = (images * level.extent.pixels, level.extent.channels)
            var input = RowView(AlignedBuffer(count: rows * channels), rows: rows, channels: channels)
            var output = RowView(AlignedBuffer(count: rows * channels), rows: rows, channels: channels)
            level.squeeze.forward(input, state)
            for step in level.steps {
                step.initialise(parameters, effective, output, input, pass)
                swap(&input, &output)
            }
            state = input.channels(level.kept)
        }
    }
}
