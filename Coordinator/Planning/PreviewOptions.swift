// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Datasets
import Figures
import Files
import Vocabulary

/// Whether a sweep's transforms are drawn, and on how many images.
struct PreviewOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Draw every transform on a few images, with its PSNR, as a PNG; - is standard output, and nothing else then.",
            valueName: "FILE"
        ),
        completion: .file(extensions: ["png"])
    )
    var preview: String?

    @Option(help: ArgumentHelp("Images of each data set in the preview; default: 4.", valueName: "N"))
    var previewImages: Int?

    func validate() throws {
        guard let preview else {
            guard previewImages == nil else { throw ValidationError("--preview-images needs --preview FILE") }
            return
        }
        guard preview == "-" || preview.lowercased().hasSuffix(".png") else {
            throw ValidationError("--preview \(preview): a preview is a .png")
        }
        guard (1...16).contains(previewImages ?? 1) else {
            throw ValidationError("--preview-images is a number from 1 to 16")
        }
    }

    /// Whether nothing but the PNG is printed.
    var isStandardOutput: Bool { preview == "-" }

    /// Draws the preview, where one is wanted.
    ///
    /// - Parameters:
    ///   - plan: The sweep.
    ///   - store: The path of the store beside which trained models lie.
    ///   - library: Where data sets are looked for.
    /// - Returns: A line that says what was drawn; none where nothing was.
    /// - Throws: `EngineError` for images that cannot be read; `FileError`.
    func draw(_ plan: PlannedSweep, store: String, library: DatasetLibrary) throws -> [String] {
        guard let preview else { return [] }
        let engine = try StoredImages.engine(library, threads: AvailableProcessors.own.count)
        var pictures = TransformPreview(
            of: plan,
            images: previewImages ?? 4,
            trained: TrainedModels(store: store),
            engine
        )
        try DurableFile.write(to: preview) { append in try append(try pictures.sheet().png()) }
        let (transforms, images) = pictures.size
        return ["preview     \(counted(transforms, "transform")) on \(counted(images, "image")) in \(preview)"]
    }
}
