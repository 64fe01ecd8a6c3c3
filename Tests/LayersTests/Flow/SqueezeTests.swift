// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing

@Suite struct SqueezeTests {
    static let extents = [
        ImageExtent(height: 4, width: 6, channels: 1), ImageExtent(height: 2, width: 2, channels: 3),
        ImageExtent(height: 6, width: 2, channels: 5),
    ]

    @Test("every number lands in the channel its place in the block says, read from wider rows", arguments: extents)
    func places(extent: ImageExtent) {
        let images = 3
        let stride = extent.channels + 2
        let source = AlignedBuffer((0..<images * extent.pixels * stride).map(Float.init))
        let wide = RowView(source, rows: images * extent.pixels, channels: extent.channels, stride: stride)
        let target = AlignedBuffer(count: images * extent.count)
        let deep = RowView(target, rows: images * extent.pixels / 4, channels: 4 * extent.channels)
        Squeeze(extent).forward(deep, wide)
        for image in 0..<images {
            for y in 0..<extent.height {
                for x in 0..<extent.width {
                    for c in 0..<extent.channels {
                        let pixel = (image * extent.height / 2 + y / 2) * (extent.width / 2) + x / 2
                        let found = target[pixel * 4 * extent.channels + c * 4 + 2 * (y % 2) + x % 2]
                        let original = ((image * extent.height + y) * extent.width + x) * stride + c
                        #expect(found == Float(original))
                    }
                }
            }
        }
    }

    @Test("reverse puts everything back and nothing elsewhere", arguments: extents)
    func reverse(extent: ImageExtent) {
        let numbers = (0..<2 * extent.count).map(Float.init)
        let deep = AlignedBuffer(count: numbers.count)
        let back = AlignedBuffer(count: numbers.count)
        let squeeze = Squeeze(extent)
        let rows = 2 * extent.pixels
        let squeezed = RowView(deep, rows: rows / 4, channels: 4 * extent.channels)
        squeeze.forward(squeezed, RowView(AlignedBuffer(numbers), rows: rows, channels: extent.channels))
        squeeze.reverse(RowView(back, rows: rows, channels: extent.channels), squeezed)
        #expect(back.elements == numbers)
    }
}
