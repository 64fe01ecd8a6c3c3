// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Rows of an export as text, written in pieces of some 64 KB.
struct TextRows<Encoder: ExportEncoder>: ExportTarget {
    private let columns: Range<Int>
    private var encoder: Encoder
    private var bytes: [UInt8]
    private let write: ([UInt8]) throws -> Void

    init(_ encoder: Encoder, columns: Int, to write: @escaping ([UInt8]) throws -> Void) {
        self.encoder = encoder
        self.columns = 0..<columns
        self.write = write
        bytes = encoder.header
    }

    mutating func begin(_ cell: RunCell, parameters values: [String?]) {
        encoder.begin(cell, parameters: values)
    }

    mutating func append(_ batch: ExportBatch, counts: (_ position: Int) -> [Int]) throws {
        for position in batch.positions {
            encoder.append(
                index: batch.slice.indices[position],
                label: batch.slice.labels[position],
                value: { column in batch.value(ofColumn: column, at: position) },
                counts: counts(position),
                to: &bytes
            )
        }
        if bytes.count >= 1 << 16 { try flush() }
    }

    mutating func finish() throws { try flush() }

    private mutating func flush() throws {
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
