// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Vocabulary

/// Rows of an export as a `.npz` file: an array for each column, and an array for each fact about the cells.
///
/// Arrays come one after the other in the file and grow at the same time, so they wait in a scratch file.
struct NumPyRows: ExportTarget {
    private var archive = ZipArchive()
    private var cells: CellArrays
    /// For each row, which of the cells it is of.
    private var cell: SpooledArray
    private var index: SpooledArray
    private var label: SpooledArray
    private var values: [SpooledArray]
    private var counts: [SpooledArray]
    private let write: ([UInt8]) throws -> Void

    init(
        parameters: [ParameterColumns.Column],
        columns: [String],
        counts: [String],
        widths: CellTextWidths,
        in scratch: ScratchFile,
        to write: @escaping ([UInt8]) throws -> Void
    ) {
        cells = CellArrays(widths, parameters, in: scratch)
        cell = SpooledArray("cell", .unsigned(bytes: 4), in: scratch)
        index = SpooledArray("index", .unsigned(bytes: 4), in: scratch)
        label = SpooledArray("class", .unsigned(bytes: 1), in: scratch)
        values = columns.map { SpooledArray($0, .float32, in: scratch) }
        self.counts = counts.map { SpooledArray($0, .unsigned(bytes: 4), in: scratch) }
        self.write = write
    }

    mutating func begin(_ cell: RunCell, parameters values: [String?]) throws {
        try cells.append(cell, parameters: values)
    }

    mutating func append(_ batch: ExportBatch, counts: (_ position: Int) -> [Int]) throws {
        try cell.append(repeatElement(UInt32(cells.count - 1), count: batch.positions.count))
        try index.append(batch.positions.lazy.map { batch.slice.indices[$0] })
        try label.append(batch.positions.lazy.map { batch.slice.labels[$0] })
        for column in values.indices {
            try values[column].append(
                batch.positions.lazy.map { (batch.value(ofColumn: column, at: $0) ?? .nan).bitPattern }
            )
        }
        guard !self.counts.isEmpty else { return }
        for position in batch.positions {
            for (column, count) in counts(position).enumerated() {
                try self.counts[column].append(CollectionOfOne(UInt32(clamping: count)))
            }
        }
    }

    mutating func finish() throws {
        for array in [cell, index, label] + values + counts + cells.arrays {
            try array.write(into: &archive, to: write)
        }
        try write(archive.end())
    }
}

/// How long the longest text of each kind is that names a cell of a run, in Unicode scalars.
struct CellTextWidths {
    var model = 0
    var dataset = 0
    var split = 0
    var transform = 0
    var parameters = 0
}

/// What an export says of each cell, an array for each fact.
private struct CellArrays {
    private(set) var count = 0
    private var id: SpooledArray
    private var model: SpooledArray
    private var dataset: SpooledArray
    private var split: SpooledArray
    private var transform: SpooledArray
    private var parameters: SpooledArray
    private var seed: SpooledArray
    private var images: SpooledArray
    private var recorded: SpooledArray
    private var own: [ParameterArray]

    init(_ widths: CellTextWidths, _ columns: [ParameterColumns.Column], in scratch: ScratchFile) {
        func array(_ name: String, _ type: NumPyType) -> SpooledArray {
            SpooledArray("cells_\(name)", type, in: scratch)
        }
        id = array("id", .text(longest: 32))
        model = array("model", .text(longest: widths.model))
        dataset = array("dataset", .text(longest: widths.dataset))
        split = array("split", .text(longest: widths.split))
        transform = array("transform", .text(longest: widths.transform))
        parameters = array("parameters", .text(longest: widths.parameters))
        seed = array("seed", .unsigned(bytes: 8))
        images = array("images", .unsigned(bytes: 4))
        recorded = array("recorded", .unsigned(bytes: 4))
        own = columns.map { ParameterArray($0, array($0.title, $0.domain.arrayType)) }
    }

    mutating func append(_ cell: RunCell, parameters values: [String?]) throws {
        try id.append(cell.id.description)
        try model.append(cell.model)
        try dataset.append(cell.dataset)
        try split.append(cell.split)
        try transform.append(cell.transform)
        try parameters.append(cell.parameters)
        try seed.append(CollectionOfOne(cell.seed))
        try images.append(CollectionOfOne(UInt32(clamping: cell.images)))
        try recorded.append(CollectionOfOne(UInt32(clamping: cell.recordedImages)))
        for place in own.indices { try own[place].append(values[place]) }
        count += 1
    }

    var arrays: [SpooledArray] {
        [id, model, dataset, split, transform, parameters, seed, images, recorded] + own.map(\.array)
    }
}

/// What a parameter of transformations is for each cell.
private struct ParameterArray {
    private(set) var array: SpooledArray
    private let domain: ParameterDomain

    init(_ column: ParameterColumns.Column, _ array: SpooledArray) {
        (domain, self.array) = (column.domain, array)
    }

    mutating func append(_ value: String?) throws {
        switch domain {
        case .integer, .real:
            try array.append(CollectionOfOne((value.flatMap(Double.init) ?? .nan).bitPattern))
        case .flag:
            try array.append(CollectionOfOne((value.map { $0 == "true" ? 1.0 : 0 } ?? .nan).bitPattern))
        case .choice, .numbered:
            try array.append(value ?? "")
        }
    }
}

extension ParameterDomain {
    /// The type of an array of values, some of which may be absent.
    fileprivate var arrayType: NumPyType {
        switch self {
        case .integer, .real, .flag: .float64
        case .choice(let words), .numbered(let words): .text(longest: words.map(\.unicodeScalars.count).max() ?? 0)
        }
    }
}
