// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
import Vocabulary

/// One image of a cell and what the model says of it, untransformed and transformed.
public struct ExampleRow: Hashable, Sendable {
    /// The cell.
    public var cell: RunCell
    /// The image's index in its data set.
    public var index: UInt32
    /// The image's class.
    public var label: Int
    /// Bits per dimension of the image as it is; a classifier's are of its cross-entropy.
    public var before: Float
    /// The same of the transformed image.
    public var after: Float
    /// The difference, transformed minus untransformed.
    public var change: Double { Double(after) - Double(before) }
}

/// By what images are chosen.
public enum ExampleOrder: String, Hashable, Sendable, CaseIterable {
    /// The largest change in bits per dimension first, up or down.
    case change
    /// The most bits per dimension of the transformed image first.
    case bpd
}

extension ExampleRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<ExampleRow>] = [
        .init("cell", "cell", .context(minimum: 8)) { .text($0.cell.id.description) },
        .init("model", "model", .context(minimum: 8), shown: { .text($0.cell.modelLabel) }) { .text($0.cell.model) },
        .init("dataset", "dataset", .context(minimum: 6)) { .text($0.cell.dataset) },
        .init("split", "split", .context(minimum: 5)) { .text($0.cell.split) },
        .init("transform", "transform") { .text($0.cell.transform) },
        .init("parameters", "parameters") { .text($0.cell.parameters) },
        .init(nil, "transform", .context(minimum: 8)) { .text($0.cell.briefTransform) },
        .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.cell.seed) },
        .init("index", "image", .count) { .integer(Int($0.index)) },
        .init("class", "class", .count) { .integer($0.label) },
        .init("bpd", "original", .fixed(decimals: 3)) { .number(Double($0.before)) },
        .init("bpd_transformed", "transformed", .fixed(decimals: 3)) { .number(Double($0.after)) },
        .init("change", "Δ", .fixed(decimals: 3, signed: true)) { .number($0.change) },
    ]
}

extension RunAnswers {
    /// The images of `cell` that come first in `order`, of the classes that the filter lets pass.
    ///
    /// Values that are no numbers come before all others: whoever looks for what is odd must see them. Of equal images the
    /// one with the lower index comes first.
    ///
    /// - Parameters:
    ///   - cell: A transformed cell.
    ///   - count: The most images.
    ///   - order: By what they are chosen.
    /// - Returns: At most `count` images.
    /// - Throws: ``AnswerError/nothingToCompare(_:)`` where the run does not have the untransformed cell.
    public func examples(of cell: RunCell, first count: Int, by order: ExampleOrder) throws -> [ExampleRow] {
        guard let identity = identities[Subject(cell)] else {
            throw AnswerError.nothingToCompare(
                "run \(run.id) has no identity cell of \(Subject(cell)), with which the images could be compared"
            )
        }
        let isWanted = { (name: String) in name == "bpd" }
        let pair = PairedColumns(
            after: try store.values(of: cell.id, where: isWanted),
            before: try store.values(of: identity.id, where: isWanted)
        )
        guard let (after, before) = pair.values(of: "bpd") else {
            throw AnswerError.nothingToCompare("nothing is recorded of cell \(cell.id) and its identity cell yet")
        }
        let rows = pair.indices.indices.filter { filter.includes(imagesOf: pair.labels[$0]) }
            .map { row in
                ExampleRow(
                    cell: cell,
                    index: pair.indices[row],
                    label: pair.labels[row],
                    before: before[row],
                    after: after[row]
                )
            }
        func rank(_ row: ExampleRow) -> Double {
            let value = order == .change ? abs(row.change) : Double(row.after)
            return value.isNaN ? .infinity : value
        }
        return Array(rows.sorted { (rank($1), $0.index) < (rank($0), $1.index) }.prefix(count))
    }
}
