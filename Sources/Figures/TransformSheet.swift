// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What transformations do to a few images: a card for each, the images side by side, with how strongly they were changed, as
/// one PNG.
package struct TransformSheet: Hashable, Sendable {
    /// An image and what stands below it.
    package struct Picture: Hashable, Sendable {
        package var image: PixelImage
        package var caption: String

        package init(image: PixelImage, caption: String) {
            self.image = image
            self.caption = caption
        }
    }

    /// One transformation.
    package struct Card: Hashable, Sendable {
        /// Its name.
        package var name: String
        /// Its parameters, in one line or several, which are broken where they are too long.
        package var details: String
        /// What stands at the right of the name.
        package var strength: String
        /// Of each data set; nil for an image that there is none of.
        package var pictures: [[Picture?]]
        /// What stands where there are no pictures.
        package var note: String

        package init(name: String, details: String, strength: String, pictures: [[Picture?]], note: String = "") {
            self.name = name
            self.details = details
            self.strength = strength
            self.pictures = pictures
            self.note = note
        }
    }

    /// Paragraphs at the head of the sheet.
    package let heading: [String]
    /// From left to right and from the top down.
    package let cards: [Card]
    /// Paragraphs below the cards.
    package let remarks: [String]

    package init(heading: [String], cards: [Card], remarks: [String]) {
        self.heading = heading
        self.cards = cards
        self.remarks = remarks
    }

    /// The sheet as the bytes of a PNG file; equal sheets give equal bytes.
    ///
    /// - Throws: ``ImageSheetError`` when the library refuses.
    package func png() throws(ImageSheetError) -> [UInt8] {
        let canvas = TransformSheetLayout(self).drawn()
        return try PNG.bytes(canvas.pixels, height: canvas.height, width: canvas.width, channels: 3)
    }
}
