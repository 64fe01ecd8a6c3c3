// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which cells and classes are meant: `model=glow* transform=noise scale=1e-3 class=1,7`.
///
/// A filter is words `key=value`, with spaces between them; a cell must satisfy all. The keys are `cell` (the beginning of
/// its id), `model`, `dataset`, `split`, `conditioning`, `likelihood`, `draws`, `dequantisation`, `transform`, `seed`,
/// `class`, and every parameter of a transformation by its name, such as `scale`, `dx`, `mask` or `levels`; of a chain's
/// members also as `noise.scale` or `noise-2.scale`, which must be said where several have one. `transform=noise` is noise
/// alone, and `transform=chain` every chain. A transformation's name may stand without its key (`noise` is
/// `transform=noise`). A value is one or several with commas between them, of which one must fit: an exact name, a pattern
/// in which `*` stands for any text, or a number, which fits whatever its spelling (`scale=0.001` is `scale=1e-3`). Classes
/// may be ranges (`0-4`), or `all`: the row of all classes together.
public struct CellFilter: Hashable, Sendable {
    /// The words but those about classes.
    package var terms: [Term] = []
    private var classes: ClassSelection?

    /// A word of a filter.
    package struct Term: Hashable, Sendable {
        /// What it is about.
        package let key: Key
        /// The values, one of which must fit.
        package let values: [ValuePattern]

        /// Whether a cell that has this value of the key, nil where it has none, satisfies the word.
        package func matches(_ value: String?) -> Bool {
            guard let value else { return false }
            return values.contains { key == .cell ? $0.begins(value) : $0.matches(value) }
        }
    }

    /// What a word is about.
    package enum Key: Hashable, Sendable {
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
            let (key, value) = try Self.isTransform(word) ? (Key.transform.name, word) : Self.parts(word)
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

    /// Whether it is about the images of a class; nil for those of all classes together.
    public func matches(label: Int?) -> Bool { classes?.contains(label) ?? true }

    /// Whether it is about images of a class: one that is named, or that belongs to `all`.
    public func includes(imagesOf label: Int) -> Bool { matches(label: label) || matches(label: nil) }

    /// Whether it says which classes are meant.
    public var namesClasses: Bool { classes != nil }

    /// Whether it says which transformations are meant.
    public var namesTransforms: Bool { terms.contains { $0.key == .transform } }

    /// The same without what is said of classes and with the words alone that `isKept` is true of.
    package func keeping(_ isKept: (Key) -> Bool) -> CellFilter {
        var filter = CellFilter()
        filter.terms = terms.filter { isKept($0.key) }
        return filter
    }
}

extension CellFilter {
    /// All keys, as messages list them.
    public static var keys: [String] { named.map(\.name) + [classKey] + parameters }

    /// The key of words about classes.
    package static let classKey = "class"
    private static let named: [Key] = [
        .cell, .model, .dataset, .split, .conditioning, .likelihood, .draws, .dequantisation, .transform, .seed,
    ]

    /// The parameters of all transformations, each once.
    private static let parameters = TransformKind.allCases.flatMap(\.parameters).flatMap(\.keys)
        .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }

    /// Whether a word is a transformation's name, which may stand without its key.
    static func isTransform(_ word: String) -> Bool {
        guard !word.contains("=") else { return false }
        let pattern = ValuePattern(word)
        return word != "*" && TransformKind.names.contains(where: pattern.matches)
    }

    private static func parts(_ word: String) throws(CellFilterError) -> (key: String, value: String) {
        guard let sign = word.firstIndex(of: "=") else { throw .noValue(word) }
        let value = String(word[word.index(after: sign)...])
        guard sign > word.startIndex, value.contains(where: { $0 != "," }) else { throw .noValue(word) }
        return (String(word[..<sign]), value)
    }

    private static func key(_ name: String) throws(CellFilterError) -> Key {
        if let known = named.first(where: { $0.name == name }) { return known }
        guard TransformKind.parameter(named: name) != nil else { throw .unknownKey(name) }
        return .parameter(name)
    }
}

extension CellFilter.Key {
    /// As filters spell it.
    package var name: String {
        switch self {
        case .cell: "cell"
        case .model: "model"
        case .dataset: "dataset"
        case .split: "split"
        case .conditioning: "conditioning"
        case .likelihood: LikelihoodEstimate.kindKey
        case .draws: LikelihoodEstimate.drawsKey
        case .dequantisation: LikelihoodEstimate.dequantisationKey
        case .transform: "transform"
        case .seed: "seed"
        case .parameter(let name): name
        }
    }
}
