// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Vocabulary

/// The tensors of another project's file, taken one by one under the names of this one.
struct ImportedTensors {
    /// What messages call the file's layout.
    let layout: Importer.Layout
    /// What was assumed or left out, in sentences.
    private(set) var remarks: [String] = []
    private let file: SafetensorsFile
    private let names: ForeignNames
    private let options: Importer.Options
    private var tensors: [String: Tensor] = [:]
    /// The project's own name of each tensor taken.
    private var sources: [String: String] = [:]
    /// Names of tensors that were looked at and are not part of the checkpoint.
    private var idle: Set<String> = []

    init(_ file: SafetensorsFile, _ names: ForeignNames, layout: Importer.Layout, options: Importer.Options) {
        self.file = file
        self.names = names
        self.layout = layout
        self.options = options
        if !names.prefix.isEmpty { remarks.append("the model is what stands under '\(names.prefix)'") }
        if let first = names.beside.first {
            let more = names.beside.count > 1 ? " and \(names.beside.count - 1) more" : ""
            remarks.append("left out: '\(first)'\(more), beside the model")
        }
    }

    /// A tensor taken, which may be replaced by what it means here.
    subscript(target: String) -> Tensor? {
        get { tensors[target] }
        set { tensors[target] = newValue }
    }

    /// The names of all tensors, as the project's code has them.
    var all: some Collection<String> { names.fileNames.keys }

    /// Whether there is a tensor `name`.
    func has(_ name: String) -> Bool { names.fileNames[name] != nil }

    /// A problem of the tensor `name`, which the message calls what the file calls it.
    func error(_ name: String, _ problem: String) -> CheckpointError {
        file.error(names.fileNames[name] ?? names.prefix + name, problem)
    }

    /// A problem of the file as a whole.
    func error(_ problem: String) -> CheckpointError { CheckpointError(file: file.name, problem) }

    /// Says something to whoever imports; the same once.
    mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    /// The shape of the tensor `name`, which has `rank` extents unless any number is right.
    func extents(_ name: String, rank: Int? = nil) throws(CheckpointError) -> [Int] {
        guard let entry = names.fileNames[name].flatMap({ file.entries[$0] }) else {
            throw error(name, "missing; is this the \(layout.rawValue) layout?")
        }
        guard rank == nil || entry.shape.count == rank else {
            throw error(name, "shape \(entry.shape); \(rank ?? 0) extents are expected")
        }
        return entry.shape
    }

    /// The tensor `name` as the file has it; of numbers with a fraction unless whole ones mean something.
    ///
    /// Whole numbers in the place of weights are quantised ones, whose scale is nowhere.
    func tensor(_ name: String, mayBeWhole: Bool = false) throws(CheckpointError) -> Tensor {
        guard let fileName = names.fileNames[name] else { throw error(name, "missing") }
        if !mayBeWhole, let type = file.entries[fileName]?.elementType, type.isInteger {
            throw error(name, "holds \(type.rawValue); weights are F32, F16, BF16 or F64")
        }
        return try file.tensor(fileName)
    }

    /// Notes that nobody needs the tensor `name`.
    mutating func ignore(_ name: String) { idle.insert(name) }

    /// Takes the tensor `source` under the name `target`, and returns it.
    @discardableResult
    mutating func take(
        _ source: String,
        as target: String,
        mayBeWhole: Bool = false
    ) throws(CheckpointError) -> Tensor {
        sources[target] = source
        let tensor = try tensor(source, mayBeWhole: mayBeWhole)
        tensors[target] = tensor
        return tensor
    }

    /// The same with all extents but one dropped.
    mutating func takeFlat(_ source: String, as target: String) throws(CheckpointError) {
        let tensor = try take(source, as: target)
        tensors[target] = tensor.reshaped([tensor.values.count])
    }

    /// The same where a file may lack all tensors of the kind, which are zeros then.
    ///
    /// One that is missing where others are there is an error: something was lost.
    ///
    /// - Parameters:
    ///   - source: The tensor's name.
    ///   - target: Its name here.
    ///   - count: Zeros to take.
    ///   - endings: Ends of the names of the kind, each with the dot before it.
    /// - Throws: ``CheckpointError`` when it is missing and others of its kind are not.
    mutating func takeFlat(
        _ source: String,
        as target: String,
        orZeros count: Int,
        whereNoneEndsIn endings: [String]
    ) throws(CheckpointError) {
        if names.fileNames.keys.contains(where: { name in endings.contains(where: name.hasSuffix) }) {
            return try takeFlat(source, as: target)
        }
        tensors[target] = Tensor(shape: [count], values: [Float](repeating: 0, count: count))
        remark("there is no tensor of any name like '…\(endings[0])': all of these are zeros")
    }

    /// The checkpoint of the tensors taken, with all that was remarked; its errors name tensors as the file does.
    ///
    /// A tensor that nobody asked for would change what the model computes.
    mutating func imported(
        _ architecture: CheckpointMetadata.Architecture
    ) throws(CheckpointError) -> Importer.Imported {
        let used = idle.union(sources.values)
        if let first = names.fileNames.keys.filter({ !used.contains($0) }).min() {
            throw error(first, "not part of the \(layout.rawValue) layout as inferred from the other tensors")
        }
        let metadata = CheckpointMetadata(
            architecture: architecture,
            preprocessing: preprocessing(architecture.configuration),
            provenance: options.provenance
        )
        do {
            let checkpoint = try Checkpoint(metadata: metadata, tensors: tensors, name: file.name)
            return Importer.Imported(checkpoint: checkpoint, layout: layout, remarks: remarks)
        } catch {
            guard case .tensor(let target) = error.place, let source = sources[target] else { throw error }
            throw self.error(source, error.problem)
        }
    }
}

// What weights do not tell.
extension ImportedTensors {
    /// The input's size: the one given, or else the one that the file shows, or else the family's.
    mutating func imageSize(shown: ImageSize? = nil) -> ImageSize {
        if let height = options.height ?? options.width, let width = options.width ?? options.height {
            if options.height == nil || options.width == nil {
                remark("assumed: square images of \(height)×\(width); --height and --width change it")
            }
            return ImageSize(height: height, width: width)
        }
        if let shown {
            remark("images of \(shown.height)×\(shown.width), as its tensors show; --height and --width change it")
            return shown
        }
        let side = layout.family.standardSide
        remark("assumed: images of \(side)×\(side), as the project trains on; --height and --width change it")
        return ImageSize(height: side, width: side)
    }

    /// The way to the input given, or else the family's; images have another size than its only if they are resized.
    private mutating func preprocessing(_ network: any NetworkConfiguration) -> ModelFacts.Preprocessing {
        if let given = options.preprocessing { return given }
        let family = layout.family
        let isStandard = network.height == family.standardSide && network.width == family.standardSide
        let method = isStandard ? family.standardPreprocessing : .resize
        remark("assumed: preprocessing \(method.rawValue); --preprocessing changes it")
        return method
    }
}
