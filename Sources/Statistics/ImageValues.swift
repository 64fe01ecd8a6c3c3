// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One value for each image of a cell, as far as they are recorded.
public struct ImageValues: Hashable, Sendable {
    /// The values by the images' positions in the cell; 0 where nothing is recorded.
    public private(set) var values: [Float]
    /// Which positions have a value.
    public private(set) var isRecorded: [Bool]
    /// Number of positions that have a value.
    public private(set) var count = 0

    /// Nothing of so many images.
    public init(images: Int) {
        values = [Float](repeating: 0, count: images)
        isRecorded = [Bool](repeating: false, count: images)
    }

    /// All images' values.
    public init(_ values: [Float]) {
        self.values = values
        isRecorded = [Bool](repeating: true, count: values.count)
        count = values.count
    }

    /// Number of images, recorded or not.
    public var images: Int { values.count }
    /// Whether each image has a value.
    public var isComplete: Bool { count == values.count }

    /// Notes the value of the image at `position`.
    @inline(__always)
    public mutating func set(_ value: Float, at position: Int) {
        values[position] = value
        if !isRecorded[position] {
            isRecorded[position] = true
            count += 1
        }
    }
}
