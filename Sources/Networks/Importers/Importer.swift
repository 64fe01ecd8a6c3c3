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

        /// The kind of network.
        public var family: ModelFacts.Family {
            switch self {
            case .y0ast: .glow
            case .pclucas14: .pixelcnn
            }
        }

        /// Words that follow one another in names of this layout and of no other.
        var marks: [[String]] {
            switch self {
            case .y0ast: [["flow", "layers"]]
            case .pclucas14: [["u_init"], ["ul_init"], ["up_layers"], ["nin_out", "lin_a"]]
            }
        }
    }

    /// What weights alone do not tell; what is nil is what the file shows or, where it does not, the family's standard.
    public struct Options: Hashable, Sendable {
        /// Rows of the model's input.
        public var height: Int?
        /// Columns of the model's input.
        public var width: Int?
        /// How a data set's image becomes the model's input.
        public var preprocessing: ModelFacts.Preprocessing?
        /// Where the weights come from, in free text.
        public var provenance: String
        /// What stands before the names of the model that is meant, where a file holds several; nil for the only one.
        public var prefix: String?

        /// Nothing is said unless it is said here.
        public init(
            height: Int? = nil,
            width: Int? = nil,
            preprocessing: ModelFacts.Preprocessing? = nil,
            provenance: String = "",
            prefix: String? = nil
        ) {
            self.height = height
            self.width = width
            self.preprocessing = preprocessing
            self.provenance = provenance
            self.prefix = prefix
        }
    }

    /// Weights that were read, and what was concluded on the way.
    public struct Imported: Sendable {
        /// The model.
        public let checkpoint: Checkpoint
        /// Whose names the file has.
        public let layout: Layout
        /// What the file did not say and was assumed, what was left out: sentences for whoever imports.
        public let remarks: [String]
    }

    /// Reads `file` as `layout` has it; sizes and options of the network are inferred from names and shapes.
    ///
    /// Names may have anything before them that they all share, and stand beside optimiser state and counters.
    ///
    /// - Parameters:
    ///   - file: The weights.
    ///   - layout: Whose names they have; nil for whichever fits.
    ///   - options: What the weights do not tell.
    /// - Returns: The checkpoint, and what was concluded.
    /// - Throws: ``CheckpointError`` when no layout fits, or a tensor is missing, unknown or does not fit the others.
    public static func read(
        _ file: SafetensorsFile,
        layout: Layout? = nil,
        options: Options = Options()
    ) throws(CheckpointError) -> Imported {
        guard file.metadata["bitsweep.format"] == nil else {
            throw CheckpointError(file: file.name, "a BitSweep checkpoint already; it needs no import")
        }
        var strangers: [String] = []
        var fitting: [ImportedTensors] = []
        for candidate in layout.map({ [$0] }) ?? Layout.allCases {
            do throws(ForeignNames.Failure) {
                let names = try ForeignNames(file.entries.keys, marks: candidate.marks, under: options.prefix)
                fitting.append(ImportedTensors(file, names, layout: candidate, options: options))
            } catch {
                strangers.append(error.reason(candidate))
            }
        }
        guard let tensors = fitting.first, fitting.count == 1 else {
            let several = ["more than one layout fits; name one with --layout"]
            throw unrecognised(file, fitting.isEmpty ? strangers : several)
        }
        do throws(CheckpointError) {
            return try read(tensors)
        } catch {
            // What the other layouts lack is of no use to whoever named this one.
            let others = strangers.map { "; \($0)" }.joined()
            let attempt = strangers.isEmpty ? "" : "as \(tensors.layout.rawValue): "
            throw CheckpointError(file: error.file, at: error.place, attempt + error.problem + others)
        }
    }

    private static func read(_ tensors: ImportedTensors) throws(CheckpointError) -> Imported {
        switch tensors.layout {
        case .y0ast: try Y0astImporter(tensors).imported()
        case .pclucas14: try Pclucas14Importer(tensors).imported()
        }
    }

    /// Names are shown, so that whoever wrote the file sees what was found in it.
    private static func unrecognised(_ file: SafetensorsFile, _ reasons: [String]) -> CheckpointError {
        let names = file.entries.keys.sorted().prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        let there = names.isEmpty ? "the file has no tensors" : "the file's names are \(names) and so on"
        return CheckpointError(file: file.name, (reasons + [there]).joined(separator: "; "))
    }
}
