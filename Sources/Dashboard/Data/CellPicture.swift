// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Vocabulary

/// An image of a cell, as it is and as the model saw it, with what the model said of both.
package struct CellPicture: Hashable, Sendable {
    /// The image's index in its data set.
    package var index: UInt32
    /// Its class.
    package var label: Int
    /// Bits per dimension of the image as it is.
    package var before: Double
    /// Bits per dimension of the transformed image.
    package var after: Double
    /// The image as it is, as the bytes of a PNG file.
    package var original: [UInt8]
    /// The transformed image, as the bytes of a PNG file.
    package var transformed: [UInt8]

    /// An image with its figures.
    package init(index: UInt32, label: Int, before: Double, after: Double, original: [UInt8], transformed: [UInt8]) {
        self.index = index
        self.label = label
        self.before = before
        self.after = after
        self.original = original
        self.transformed = transformed
    }
}

/// Makes images of cells again, where the data set and the checkpoint can be reached.
package protocol CellPictures: Sendable {
    /// The images of `cell` that changed most, at most `count`.
    ///
    /// - Throws: why there are none, in a line that says what is needed.
    func pictures(of cell: CellID, in run: String, count: Int) throws -> [CellPicture]
}
