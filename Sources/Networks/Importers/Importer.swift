// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Reads weights that another project trained and turns them into a ``Checkpoint``.
public enum Importer {
    /// Whose parameter names and conventions a file follows.
    public enum Layout: String, Hashable, Sendable, CaseIterable {
        /// The Glow of y0ast/Glow-PyTorch.
        case y0ast
        /// The PixelCNN++ of pclucas14/pixel-cnn-pp.
        case pclucas14
    }

    /// What the weights alone do not tell.
    public struct Options: Hashable, Sendable {
        /// Rows of the model's input.
        public var height: Int
        /// Columns of the model's input.
        public var width: Int
        /// How a data set's image becomes the model's input.
        public var preprocessing: ModelFacts.Preprocessing
        /// Where the weights come from, in free text.
        public var provenance: String

        /// A model of 32×32 images, resized, unless said otherwise.
        public init(
            height: Int = 32,
            width: Int = 32,
            preprocessing: ModelFacts.Preprocessing = .resize,
            provenance: String = ""
        ) {
            self.height = height
            self.width = width
            self.preprocessing = preprocessing
            self.provenance = provenance
        }
    }

    /// Reads `file` as `layout` has it; sizes and options of the network are inferred from names and shapes.
    ///
    /// - Throws: ``CheckpointError`` when a tensor is missing, unknown or does not fit the others.
    public static func checkpoint(
        from file: SafetensorsFile,
        layout: Layout,
        options: Options = Options()
    ) throws(CheckpointError) -> Checkpoint {
        switch layout {
        case .y0ast: try Y0astImporter(file: file).checkpoint(options)
        case .pclucas14: try Pclucas14Importer(file: file).checkpoint(options)
        }
    }
}
