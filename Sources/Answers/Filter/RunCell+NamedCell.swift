// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
public import Vocabulary

extension RunCell: NamedCell {
    package func text(_ key: CellFilter.Key) -> String? {
        switch key {
        case .cell: id.description
        case .model: model
        case .dataset: dataset
        case .split: split
        case .conditioning: conditioning.rawValue
        case .likelihood: estimate.kind.rawValue
        case .draws: String(estimate.draws)
        case .dequantisation: estimate.dequantisation.rawValue
        case .transform: transform
        case .seed: String(seed)
        case .parameter(let name): parameter(name)
        }
    }

    /// The canonical text of the transformation's parameter called `name`; nil where it has none of that name.
    ///
    /// Of a chain the member's that alone has it, or that the name names: `scale`, `noise-2.scale`.
    func parameter(_ name: String) -> String? {
        // Filters ask every cell of a run: of single transformations the text is not read whole.
        if isChain || name.contains(".") { return transformSpec?.parameter(name) }
        return parameters.split(separator: " ").first { $0.prefix { $0 != "=" } == name }
            .map { String($0.dropFirst(name.count + 1)) }
    }
}

extension CellFilter {
    /// Whether it is about `cell`, a cell of a run.
    public func matches(_ cell: RunCell) -> Bool { terms.allSatisfy { $0.matches(cell.text($0.key)) } }
}
