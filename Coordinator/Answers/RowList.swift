// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Vocabulary

/// Rows of a run that a text lists: comma-separated values with the columns `cell` and `index` among others, as an
/// export has them.
struct RowList {
    /// The images of each cell, ascending, every one once; cells are in the order of the text.
    private(set) var rows: [(cell: String, indices: [UInt32])] = []

    /// Reads the list.
    ///
    /// - Parameters:
    ///   - text: The list.
    ///   - file: What messages call it.
    /// - Throws: `CommandFailure` with the line that is no row.
    init(parsing text: String, file: String) throws {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        let names = lines.first.map { $0.split(separator: ",", omittingEmptySubsequences: false) } ?? []
        guard let cell = names.firstIndex(of: "cell"), let index = names.firstIndex(of: "index") else {
            throw CommandFailure.usage("\(file): its first line must name the columns, cell and index among them")
        }
        var images: [String: Set<UInt32>] = [:]
        var order: [String] = []
        for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", maxSplits: max(cell, index) + 1, omittingEmptySubsequences: false)
            guard fields.count > max(cell, index), let image = UInt32(fields[index]), !fields[cell].isEmpty else {
                let excerpt = Excerpt.short(String(line))
                throw CommandFailure.usage("\(file):\(number + 1): '\(excerpt)' has no cell and index")
            }
            let id = String(fields[cell])
            if images[id] == nil { order.append(id) }
            images[id, default: []].insert(image)
        }
        rows = order.map { ($0, images[$0, default: []].sorted()) }
    }
}
