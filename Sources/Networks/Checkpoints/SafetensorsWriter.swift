// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Layers

/// Collects tensors and metadata and writes them as a safetensors file whose bytes depend on them alone.
///
/// Names are sorted, and the header is padded with spaces so that the data begins at a multiple of eight bytes.
public struct SafetensorsWriter: Sendable {
    private struct Entry {
        var elementType: ElementType
        var shape: [Int]
        var bytes: [UInt8]
    }

    private var entries: [String: Entry] = [:]
    private let metadata: [String: String]

    /// A file without tensors.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a tensor, stored as F32 unless said otherwise; one of the same name is replaced.
    public mutating func add(_ name: String, _ tensor: Tensor, as elementType: ElementType = .float32) {
        let bytes = elementType.bytes(storing: tensor.values)
        entries[name] = Entry(elementType: elementType, shape: tensor.shape, bytes: bytes)
    }

    /// Adds a tensor stored as F32, `values` in row-major order.
    public mutating func add(_ name: String, shape: [Int], floats values: [Float]) {
        add(name, Tensor(shape: shape, values: values))
    }

    /// Adds a tensor stored as F64, `values` in row-major order.
    public mutating func add(_ name: String, shape: [Int], doubles values: [Double]) {
        precondition(values.count == shape.reduce(1, *), "'\(name)': \(values.count) values for shape \(shape)")
        entries[name] = Entry(elementType: .float64, shape: shape, bytes: ElementType.bytes(encoding: values))
    }

    /// Adds a tensor stored as I32, `values` in row-major order.
    public mutating func add(_ name: String, shape: [Int], integers values: [Int32]) {
        precondition(values.count == shape.reduce(1, *), "'\(name)': \(values.count) values for shape \(shape)")
        entries[name] = Entry(elementType: .int32, shape: shape, bytes: ElementType.bytes(encoding: values))
    }

    /// Adds a tensor stored as U8, `values` in row-major order.
    public mutating func add(_ name: String, shape: [Int], bytes values: [UInt8]) {
        precondition(values.count == shape.reduce(1, *), "'\(name)': \(values.count) values for shape \(shape)")
        entries[name] = Entry(elementType: .uint8, shape: shape, bytes: values)
    }

    /// The file's bytes.
    public func encoded() -> [UInt8] {
        let sorted = entries.sorted { $0.key < $1.key }
        var header: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
            header.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (name, entry) in sorted {
            let shape = entry.shape.map(String.init).joined(separator: ",")
            let range = "\(offset),\(offset + entry.bytes.count)"
            header.append(
                "\(Self.quoted(name)):{\"dtype\":\"\(entry.elementType.rawValue)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(range)]}"
            )
            offset += entry.bytes.count
        }
        var text = Array("{\(header.joined(separator: ","))}".utf8)
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return sorted.reduce(into: length + text) { $0 += $1.value.bytes }
    }

    /// Writes the file at `path`, which appears whole or not at all.
    ///
    /// - Throws: ``CheckpointError`` when it cannot be written.
    public func write(to path: String) throws(CheckpointError) {
        try FileBytes.write(encoded(), to: path)
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\0"..<" ": "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
