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
        let search = LayoutSearch(file, among: layout.map { [$0] } ?? Layout.allCases, options)
        let tensors = try search.tensors(of: file)
        do throws(CheckpointError) {
            return try read(tensors)
        } catch {
            // What the other layouts lack is of no use to whoever named this one.
            let others = search.strangers.map { "; \($0)" }.joined()
            let attempt = search.strangers.isEmpty ? "" : "as \(tensors.layout.rawValue): "
            throw CheckpointError(file: error.file, at: error.place, attempt + error.problem + others)
        }
    }

    private static func read(_ tensors: ImportedTensors) throws(CheckpointError) -> Imported {
        switch tensors.layout {
        case .y0ast: try Y0astImporter(tensors).imported()
        case .pclucas14: try Pclucas14Importer(tensors).imported()
        }
    }
}

/// Which layouts a file's names are those of.
private struct LayoutSearch {
    /// The tensors as each layout has them that is there.
    var fitting: [ImportedTensors] = []
    /// Why the others are not there.
    var strangers: [String] = []
    /// What keeps a layout that is there from being read.
    var faults: [String] = []

    init(_ file: SafetensorsFile, among layouts: [Importer.Layout], _ options: Importer.Options) {
        for layout in layouts {
            do throws(ForeignNames.Failure) {
                let names = try ForeignNames(file.entries.keys, marks: layout.marks, under: options.prefix)
                fitting.append(ImportedTensors(file, names, layout: layout, options: options))
            } catch .strange {
                strangers.append(ForeignNames.Failure.strange.reason(layout))
            } catch {
                faults.append(error.reason(layout))
            }
        }
        if fitting.count > 1 { faults.append("more than one layout is there; name one with --layout") }
    }

    /// The tensors of the one layout that is there.
    func tensors(of file: SafetensorsFile) throws(CheckpointError) -> ImportedTensors {
        if let tensors = fitting.first, faults.isEmpty { return tensors }
        // A layout that is there, however it is there, makes it of no interest which are not.
        let reasons = faults.isEmpty ? strangers : faults
        // Names are shown, so that whoever wrote the file sees what was found in it.
        let names = file.entries.keys.sorted().prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        let there = names.isEmpty ? "the file has no tensors" : "the file's names are \(names) and so on"
        throw CheckpointError(file: file.name, (reasons + [there]).joined(separator: "; "))
    }
}
