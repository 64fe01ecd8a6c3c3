// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import Vocabulary

/// Short names of transformations: what all settings of one have in common is said once for all of them.
///
/// It learns from the cells that come into view. A parameter that turns out to differ is a part of the names from then on.
struct CellNames: Sendable {
    /// Settings of one transformation that are compared.
    private static let limit = 4096

    private var texts: [String: Set<String>] = [:]
    private var settings: [String: ParameterSettings] = [:]

    mutating func add(_ cells: [SummarisedCell]) {
        for cell in cells {
            let name = cell.spec.transform.kind.title
            guard texts[name, default: []].count < Self.limit else { continue }
            if texts[name, default: []].insert(cell.spec.transform.parameters).inserted { settings[name] = nil }
        }
        for (name, all) in texts where settings[name] == nil { settings[name] = ParameterSettings(all) }
    }

    /// The transformation with those of its parameters that differ, and the seed where it is not 0.
    func name(of cell: SummarisedCell) -> String {
        let (transform, seed) = (cell.spec.transform, cell.spec.seed)
        let name = settings[transform.kind.title]?.name(of: transform) ?? transform.description
        return name + (seed == 0 ? "" : " seed \(seed)")
    }

    /// What the settings of each transformation share, such as `translate dy=0 fill=zero`; empty for nothing.
    var shared: String {
        settings.sorted { $0.key < $1.key }.filter { !$0.value.shared.isEmpty }
            .map { "\($0.key) \($0.value.shared)" }.joined(separator: "; ")
    }
}
