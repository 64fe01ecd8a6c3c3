// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
public import Layers
public import Vocabulary

/// A safetensors file in memory, its header checked: every tensor lies where it says and is as large as it says.
///
/// The format: eight bytes with the header's length (little-endian), a JSON header, the numbers. The offsets of the
/// tensors must cover the numbers without overlap, gap or rest, as the format demands.
public struct SafetensorsFile: Sendable {
    /// The largest accepted header, in bytes.
    public static let headerLimit = 16 << 20
    /// The largest accepted file, in bytes.
    public static let fileLimit = 4 << 30

    /// Where one tensor lies.
    public struct Entry: Sendable {
        /// How each number is stored.
        public let elementType: ElementType
        /// Extent of every dimension, slowest first.
        public let shape: [Int]
        let range: Range<Int>
    }

    /// The path the file was read from, or what else messages should call it.
    public let name: String
    /// The header's free texts.
    public let metadata: [String: String]
    /// Every tensor by name.
    public let entries: [String: Entry]
    private let bytes: [UInt8]

    /// Reads the file at `path`.
    ///
    /// - Throws: ``CheckpointError`` when it cannot be read, is too large or is malformed.
    public init(contentsOf path: String) throws(CheckpointError) {
        try self.init(bytes: FileBytes.read(path, limit: Self.fileLimit), name: path)
    }

    /// Reads a file that is already in memory; `name` is what messages call it.
    ///
    /// - Throws: ``CheckpointError`` when it is malformed.
    public init(bytes: [UInt8], name: String) throws(CheckpointError) {
        guard bytes.count >= 8 else {
            let problem = "\(bytes.count) bytes are too few for a safetensors file"
            throw Self.foreign(bytes, name) ?? CheckpointError(file: name, problem)
        }
        let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Self.headerLimit else {
            let problem = "not a safetensors file: header of \(length) bytes, limit \(Self.headerLimit)"
            throw Self.foreign(bytes, name) ?? CheckpointError(file: name, problem)
        }
        guard length <= bytes.count - 8 else {
            let problem = "truncated: header of \(length) bytes in a file of \(bytes.count)"
            throw Self.foreign(bytes, name) ?? CheckpointError(file: name, problem)
        }
        let dataStart = 8 + Int(length)
        let header: SafetensorsHeader
        do throws(CheckpointError) {
            header = try Self.header(bytes[8..<dataStart], name: name)
        } catch {
            throw Self.foreign(bytes, name) ?? error
        }
        try Self.checkLength(header, data: bytes.count - dataStart, name: name)
        var entries: [String: Entry] = [:]
        entries.reserveCapacity(header.entries.count)
        for (tensor, entry) in header.entries {
            do {
                entries[tensor] = try Self.checked(entry, dataStart: dataStart)
            } catch {
                throw CheckpointError(file: name, at: .tensor(tensor), error.text)
            }
        }
        try Self.checkCoverage(entries, data: dataStart..<bytes.count, name: name)
        self.name = name
        self.metadata = header.metadata
        self.entries = entries
        self.bytes = bytes
    }

    /// SHA-256 of the whole file.
    public var digest: Digest { Digest(of: bytes[...]) }

    /// The tensor called `tensor`, in single precision.
    ///
    /// - Throws: ``CheckpointError`` when the file has no such tensor.
    public func tensor(_ tensor: String) throws(CheckpointError) -> Tensor {
        let entry = try self.entry(tensor)
        return Tensor(shape: entry.shape, values: entry.elementType.floats(decoding: bytes[entry.range]))
    }

    /// The numbers of the integer tensor called `tensor`.
    ///
    /// - Throws: ``CheckpointError`` when the file has no such tensor or it does not hold integers.
    public func integers(_ tensor: String) throws(CheckpointError) -> [Int] {
        let entry = try self.entry(tensor)
        guard let numbers = entry.elementType.integers(decoding: bytes[entry.range]) else {
            let found = entry.elementType.rawValue
            throw CheckpointError(file: name, at: .tensor(tensor), "holds \(found), integers are needed")
        }
        return numbers
    }

    private func entry(_ tensor: String) throws(CheckpointError) -> Entry {
        guard let entry = entries[tensor] else { throw CheckpointError(file: name, at: .tensor(tensor), "missing") }
        return entry
    }
}

extension SafetensorsFile {
    private struct Problem: Error {
        var text: String
    }

    /// What the file is instead, where that can be told; a header that begins as one should is damaged, not another kind.
    private static func foreign(_ bytes: [UInt8], _ name: String) -> CheckpointError? {
        guard bytes.count <= 8 || bytes[8] != UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "{") else { return nil }
        return RecognisedFile(bytes).map { CheckpointError(file: name, $0.phrase(insteadOf: "a safetensors file")) }
    }

    /// A download that was broken off is no malformed tensor.
    private static func checkLength(
        _ header: SafetensorsHeader,
        data: Int,
        name: String
    ) throws(CheckpointError) {
        let promised = header.entries.values.reduce(0) { max($0, $1.end) }
        guard promised <= data else {
            let problem = "truncated: its header promises \(promised) bytes of data, and \(data) are there"
            throw CheckpointError(file: name, "\(problem); fetch or copy it again")
        }
    }

    private static func header(_ bytes: ArraySlice<UInt8>, name: String) throws(CheckpointError) -> SafetensorsHeader {
        do {
            return try SafetensorsHeader(parsing: bytes)
        } catch {
            let place = error.tensor.map(CheckpointError.Place.tensor) ?? .file
            let problem = "malformed header at its byte \(error.position): \(error.problem)"
            throw CheckpointError(file: name, at: place, problem)
        }
    }

    private static func checked(
        _ entry: SafetensorsHeader.Entry,
        dataStart: Int
    ) throws(Problem) -> Entry {
        guard let elementType = ElementType(rawValue: entry.elementType) else {
            let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(text: "unknown dtype '\(entry.elementType)'; known: \(known)")
        }
        guard entry.begin <= entry.end else {
            throw Problem(text: "data_offsets [\(entry.begin), \(entry.end)] end before they begin")
        }
        var size = elementType.byteCount
        for extent in entry.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw Problem(text: "shape \(entry.shape) is too large") }
            size = product
        }
        guard size == entry.end - entry.begin else {
            let found = entry.end - entry.begin
            throw Problem(text: "\(found) bytes, but shape \(entry.shape) of \(entry.elementType) needs \(size)")
        }
        let range = dataStart + entry.begin..<dataStart + entry.end
        return Entry(elementType: elementType, shape: entry.shape, range: range)
    }

    private static func checkCoverage(
        _ entries: [String: Entry],
        data: Range<Int>,
        name: String
    ) throws(CheckpointError) {
        var reached = data.lowerBound
        let ordered = entries.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
                < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
        }
        for (tensor, entry) in ordered {
            guard entry.range.lowerBound == reached else {
                let overlaps = entry.range.lowerBound < reached
                let problem = overlaps ? "its data overlaps the tensor before it" : "its data leaves a gap before it"
                throw CheckpointError(file: name, at: .tensor(tensor), problem)
            }
            reached = entry.range.upperBound
        }
        guard reached == data.upperBound else {
            throw CheckpointError(file: name, "\(data.upperBound - reached) bytes after the last tensor")
        }
    }
}
