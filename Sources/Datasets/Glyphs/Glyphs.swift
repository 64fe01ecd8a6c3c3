// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The embedded data set: ten classes of digits drawn with a simulated pen, 28×28, the same bytes on every machine.
///
/// It stands in for MNIST where nothing may be downloaded. As there, the ink of each digit fills a box of 20×20 pixels
/// and its centre of mass lies in the middle. Every class has equally many images, in random order. An image depends on
/// its split and index alone, and on nothing but + − × ÷ and √ of Doubles, which IEEE 754 fixes to the last bit.
enum Glyphs {
    enum Split: String {
        case train
        case test

        var count: Int { self == .train ? 5000 : 1000 }
    }

    static let name = "glyphs"
    static let shape = ImageShape(height: 28, width: 28)
    static let classCount = 10

    /// Draws one split under the name the sweep file gives it.
    static func dataset(_ split: Split, name: String) -> ImageDataset {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(split.count * shape.count)
        let labels = (0..<split.count).map { label(split, index: $0) }
        for (index, label) in labels.enumerated() {
            var random = GlyphRandom(stream: split == .train ? 1 : 2, index: index)
            pixels += GlyphPen(drawing: Int(label), with: &random).image()
        }
        return ImageDataset(
            name: name,
            split: split.rawValue,
            shape: shape,
            pixels: pixels,
            labels: labels,
            classCount: classCount
        )
    }

    /// Every ten images hold each class once, in an order of their own.
    private static func label(_ split: Split, index: Int) -> UInt8 {
        var random = GlyphRandom(stream: split == .train ? 3 : 4, index: index / classCount)
        var order = (0..<UInt8(classCount)).map(\.self)
        for last in stride(from: classCount - 1, to: 0, by: -1) {
            order.swapAt(last, min(Int(random.uniform() * Double(last + 1)), last))
        }
        return order[index % classCount]
    }
}
