// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Layers
public import Vocabulary

/// Trained weights plus the metadata that rebuilds the model: one safetensors file.
///
/// The names of the tensors and their conventions are in the room's documentation, <doc:Networks>.
public struct Checkpoint: Sendable {
    /// The path it was read from, or what else messages should call it.
    public let name: String
    /// The network, its sizes, its preprocessing, its provenance.
    public let metadata: CheckpointMetadata
    /// Every parameter, as the architecture names and shapes them.
    public let parameters: ParameterSet
    /// SHA-256 of the file.
    public let digest: Digest

    /// Reads and checks the checkpoint at `path`.
    ///
    /// - Throws: ``CheckpointError`` when it cannot be read, is malformed or does not match its own metadata.
    public init(contentsOf path: String) throws(CheckpointError) {
        try self.init(SafetensorsFile(contentsOf: path))
    }

    /// Checks a file in memory: no tensor may be missing, unknown or of another shape than the metadata asks for.
    ///
    /// - Throws: ``CheckpointError`` when the file does not match its own metadata.
    public init(_ file: SafetensorsFile) throws(CheckpointError) {
        let metadata = try CheckpointMetadata(file.metadata, file: file.name)
        let specs = metadata.parameters
        try Self.check(file, against: specs)
        var tensors: [String: Tensor] = [:]
        for spec in specs { tensors[spec.name] = try file.tensor(spec.name) }
        name = file.name
        self.metadata = metadata
        parameters = ParameterSet(tensors)
        digest = file.digest
    }

    /// A checkpoint that was made here rather than read; it has the digest of the file it would be.
    ///
    /// - Throws: ``CheckpointError`` when the tensors do not match the metadata.
    public init(metadata: CheckpointMetadata, tensors: [String: Tensor], name: String) throws(CheckpointError) {
        let bytes = Self.encoded(metadata: metadata, tensors: tensors)
        try self.init(SafetensorsFile(bytes: bytes, name: name))
    }

    /// The facts of the checkpoint at `path`, from its header and digest; no tensor is decoded.
    ///
    /// - Throws: ``CheckpointError`` when the file cannot be read or its header is malformed.
    public static func facts(contentsOf path: String) throws(CheckpointError) -> ModelFacts {
        let file = try SafetensorsFile(contentsOf: path)
        return try CheckpointMetadata(file.metadata, file: path).facts(digest: file.digest)
    }

    /// What the checkpoint at `path` says of itself; no tensor is decoded.
    ///
    /// - Throws: ``CheckpointError`` when the file cannot be read or its header is malformed.
    public static func metadata(contentsOf path: String) throws(CheckpointError) -> CheckpointMetadata {
        try CheckpointMetadata(SafetensorsFile(contentsOf: path).metadata, file: path)
    }

    /// What planning needs to know of the model.
    public var facts: ModelFacts { metadata.facts(digest: digest) }

    /// The file's bytes; equal checkpoints have equal bytes.
    public func encoded() -> [UInt8] {
        Self.encoded(metadata: metadata, tensors: parameters.tensors)
    }

    /// Writes the file at `path`: a temporary file beside it, then a rename.
    ///
    /// - Throws: ``CheckpointError`` when it cannot be written.
    public func write(to path: String) throws(CheckpointError) {
        try FileBytes.write(encoded(), to: path)
    }

    private static func encoded(metadata: CheckpointMetadata, tensors: [String: Tensor]) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: metadata.texts)
        for (name, tensor) in tensors { writer.add(name, tensor) }
        return writer.encoded()
    }

    private static func check(_ file: SafetensorsFile, against specs: [ParameterSpec]) throws(CheckpointError) {
        let missing = specs.filter { file.entries[$0.name] == nil }
        if let first = missing.first {
            throw file.error(first.name, "missing\(rest(missing.count)); the metadata promise it")
        }
        let known = Set(specs.map(\.name))
        let extra = file.entries.keys.filter { !known.contains($0) }.sorted()
        if let first = extra.first {
            throw file.error(first, "not part of this model\(rest(extra.count))")
        }
        for spec in specs {
            guard let entry = file.entries[spec.name] else { continue }
            guard entry.shape == spec.shape else {
                throw file.error(spec.name, "shape \(entry.shape); the metadata ask for \(spec.shape)")
            }
            guard !entry.elementType.isInteger else {
                throw file.error(spec.name, "holds \(entry.elementType.rawValue); parameters are F32, F16, BF16 or F64")
            }
        }
    }

    private static func rest(_ count: Int) -> String {
        count > 1 ? " (and \(count - 1) more)" : ""
    }
}

extension SafetensorsFile {
    func error(_ tensor: String, _ problem: String) -> CheckpointError {
        CheckpointError(file: name, at: .tensor(tensor), problem)
    }
}
