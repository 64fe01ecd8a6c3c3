// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
import Vocabulary

/// Which cells and classes an answer is about: `model=glow* transform=noise scale=1e-3 class=1,7`.
///
/// A filter is words `key=value`, with spaces between them; a cell must satisfy all. The keys are `cell` (the beginning of
/// its id), `model`, `dataset`, `split`, `conditioning`, `likelihood`, `draws`, `dequantisation`, `transform`, `seed`,
/// `class`, and every parameter of a transformation by its name, such as `scale`, `dx`, `mask` or `levels`; of a chain's members
/// also as `noise.scale` or `noise-2.scale`, which must be said where several have one. `transform=noise` is noise alone, and
/// `transform=chain` every chain. A value is one or several with commas between
/// them, of which one must fit: an exact name, a pattern in which `*` stands for any text, or a number, which fits whatever
/// its spelling (`scale=0.001` is `scale=1e-3`). Classes may be ranges (`0-4`), or `all`: the row of all classes together.
public struct CellFilter: Hashable, Sendable {
    private var terms: [Term] = []
    private var classes: ClassSelection?

    private struct Term: Hashable {
        var key: Key
        var values: [ValuePattern]
    }

    /// What a word is about.
    private enum Key: Hashable {
        case cell, model, dataset, split, conditioning, likelihood, draws, dequantisation, transform, seed
        case parameter(String)
    }

    /// Every cell and every class.
    public static let all = CellFilter()

    private init() {}

    /// Reads a filter; an empty text is ``all``.
    ///
    /// - Throws: ``CellFilterError`` for a word that is no `key=value`, an unknown key, a key given twice or a bad class.
    public init(parsing text: String) throws(CellFilterError) {
        for word in text.split(whereSeparator: \.isWhitespace).map(String.init) {
            let (key, value) = try Self.parts(word)
            if key == Self.classKey {
                guard classes == nil else { throw .repeated(key) }
                classes = try ClassSelection(value)
                continue
            }
            let known = try Self.key(key)
            guard !terms.contains(where: { $0.key == known }) else { throw .repeated(key) }
            terms.append(Term(key: known, values: value.split(separator: ",").map { ValuePattern(String($0)) }))
        }
    }

    /// Whether every cell and every class passes.
    public var isAll: Bool { terms.isEmpty && classes == nil }

    /// Whether it is about `cell`.
    public func matches(_ cell: RunCell) -> Bool {
        terms.allSatisfy { term in
            guard let value = Self.value(term.key, of: cell) else { return false }
            return term.values.contains { term.key == .cell ? $0.begins(value) : $0.matches(value) }
        }
    }

    /// Whether it is about the images of a class; nil for those of all classes together.
    public func matches(label: Int?) -> Bool { classes?.contains(label) ?? true }

    /// Whether it is about images of a class: one that is named, or that belongs to `all`.
    public func includes(imagesOf label: Int) -> Bool { matches(label: label) || matches(label: nil) }

    /// Whether it says which classes are meant.
    public var namesClasses: Bool { classes != nil }

    /// Whether it says which transformations are meant.
    public var namesTransforms: Bool { terms.contains { $0.key == .transform } }

    /// The same without what is said of transformations and classes: what tells models and images apart.
    var ofSubjects: CellFilter {
        var filter = self
        filter.classes = nil
        filter.terms.removeAll { term in
            switch term.key {
            case .cell, .transform, .parameter: true
            case .model, .dataset, .split, .conditioning, .likelihood, .draws, .dequantisation, .seed: false
            }
        }
        return filter
    }

    /// The same without what is said of data sets: an answer about two of them asks for each.
    var ofModels: CellFilter {
        var filter = ofSubjects
        filter.terms.removeAll { $0.key == .dataset || $0.key == .split }
        return filter
    }

    /// What is said of data sets alone.
    var ofDatasets: CellFilter {
        var filter = CellFilter()
        filter.terms = terms.filter { $0.key == .dataset || $0.key == .split }
        return filter
    }
}

extension CellFilter {
    /// All keys, as messages list them.
    public static var keys: [String] { named.map(\.name) + [classKey] + parameters }

    private static let classKey = "class"
    private static let named: [(name: String, key: Key)] = [
        ("cell", .cell), ("model", .model), ("dataset", .dataset), ("split", .split), ("conditioning", .conditioning),
        (LikelihoodEstimate.kindKey, .likelihood), (LikelihoodEstimate.drawsKey, .draws),
        (LikelihoodEstimate.dequantisationKey, .dequantisation), ("transform", .transform), ("seed", .seed),
    ]

    /// The parameters of all transformations, each once.
    private static let parameters = TransformKind.allCases.flatMap(\.parameters).flatMap(\.keys)
        .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }

    private static func parts(_ word: String) throws(CellFilterError) -> (key: String, value: String) {
        guard let sign = word.firstIndex(of: "=") else { throw .noValue(word) }
        let value = String(word[word.index(after: sign)...])
        guard sign > word.startIndex, value.contains(where: { $0 != "," }) else { throw .noValue(word) }
        return (String(word[..<sign]), value)
    }

    private static func key(_ name: String) throws(CellFilterError) -> Key {
        if let known = named.first(where: { $0.name == name }) { return known.key }
        guard TransformKind.parameter(named: name) != nil else { throw .unknownKey(name) }
        return .parameter(name)
    }

    private static func value(_ key: Key, of cell: RunCell) -> String? {
        switch key {
        case .cell: cell.id.description
        case .model: cell.model
        case .dataset: cell.dataset
        case .split: cell.split
        case .conditioning: cell.conditioning.rawValue
        case .likelihood: cell.estimate.kind.rawValue
        case .draws: String(cell.estimate.draws)
        case .dequantisation: cell.estimate.dequantisation.rawValue
        case .transform: cell.transform
        case .seed: String(cell.seed)
        case .parameter(let name): cell.parameter(name)
        }
    }
}

extension RunCell {
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
