// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import ResultStore
public import Vocabulary

/// Questions to one run of a store.
///
/// ```swift
/// let answers = try RunAnswers(store, run: id, filter: CellFilter(parsing: "model=glow* transform=noise"))
/// for row in try answers.effects().rows where row.label == nil { … }
/// ```
///
/// Answers are made from what is recorded when they are asked for; equal records give equal answers. Cells are read one at
/// a time, so that memory grows with the images of a cell and the number of rows, not with the run.
public struct RunAnswers: Sendable {
    /// The store.
    public let store: ResultStore
    /// The run, as it was when this value was made.
    public let run: RunRecord
    /// Which cells and classes are asked about.
    public let filter: CellFilter
    /// What answers are made with.
    public let settings: AnswerSettings
    /// Where the images are looked for, by questions that need pixels; nil leaves those unanswered.
    public var library: DatasetLibrary?
    /// All cells of the run, in its order.
    public let cells: [RunCell]
    /// The untransformed cells.
    let identities: [Subject: RunCell]
    /// The other cells, in the run's order.
    let transformed: [Subject: [RunCell]]

    /// Prepares questions to a run.
    ///
    /// - Parameters:
    ///   - store: The store, opened for reading at least.
    ///   - run: The run's id.
    ///   - filter: Which cells and classes are asked about; all unless given.
    ///   - settings: What answers are made with.
    /// - Throws: `ResultStoreError`; ``AnswerError/noCell(run:models:datasets:)`` where no cell of a run passes the filter.
    public init(
        _ store: ResultStore,
        run: String,
        filter: CellFilter = .all,
        settings: AnswerSettings = AnswerSettings()
    ) throws {
        self.store = store
        self.run = try store.run(run)
        self.filter = filter
        self.settings = settings
        cells = try store.cells(of: run)
        identities = Dictionary(
            cells.filter { $0.transform == TransformSpec.identity.name }.map { (Subject($0), $0) }
        ) { first, _ in first }
        transformed = Dictionary(grouping: cells.filter { !$0.isIdentity }) { Subject($0) }
        guard filter.isAll || cells.contains(where: filter.matches) else {
            let (models, datasets) = (Self.names(cells, \.model), Self.names(cells, \.dataset))
            throw AnswerError.noCell(run: run, models: models, datasets: datasets)
        }
    }

    /// The untransformed cell that `cell` is compared with; nil where the run has none.
    package func identity(of cell: RunCell) -> RunCell? { identities[Subject(cell)] }

    /// What is to be known of the run before any of its numbers is read; empty for a complete one.
    public var notes: [String] {
        guard run.state != .complete else { return [] }
        let done = "\(grouped(run.done)) of \(counted(run.cells, "cell")) are complete"
        return ["run \(run.id) is \(run.state.rawValue): \(done); answers are about what is recorded so far"]
    }

    /// The cells that pass the filter, those of one subject together, subjects in the order of their first cells.
    func selected(where isWanted: (RunCell) -> Bool = { _ in true }) -> [(subject: Subject, cells: [RunCell])] {
        var order: [Subject] = []
        var groups: [Subject: [RunCell]] = [:]
        for cell in cells where filter.matches(cell) && isWanted(cell) {
            let subject = Subject(cell)
            if groups[subject] == nil { order.append(subject) }
            groups[subject, default: []].append(cell)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    private static func names(_ cells: [RunCell], _ name: (RunCell) -> String) -> [String] {
        Set(cells.map(name)).sorted()
    }
}

/// What a transformed cell shares with the untransformed one that it is compared with.
package struct Subject: Hashable, Sendable {
    package var model: String
    package var dataset: String
    package var split: String
    package var seed: UInt64
    package var conditioning: Conditioning
    package var estimate: LikelihoodEstimate

    /// What `cell` shares.
    package init(_ cell: RunCell) {
        (model, dataset, split) = (cell.model, cell.dataset, cell.split)
        (seed, conditioning, estimate) = (cell.seed, cell.conditioning, cell.estimate)
    }
}

extension Subject: CustomStringConvertible {
    package var description: String { "\(model) on \(dataset)/\(split), seed \(seed)" }
}

extension RunCell {
    /// Whether the images are scored as they are.
    package var isIdentity: Bool { transform == TransformSpec.identity.name }

    /// Whether several transformations are done one after the other.
    package var isChain: Bool { transform == TransformKind.chainName }

    /// The transformation's name; of a chain those of its members, `translate then noise`.
    package var transformKind: String { isChain ? transformSpec?.kind.title ?? transform : transform }

    /// The transformation; nil for one that this version does not know.
    package var transformSpec: TransformSpec? { try? TransformSpec(name: transform, parameters: parameters) }

    /// The transformation's name and those of its parameters that are not what they are where a sweep file says nothing:
    /// `translate dx=-1`.
    package var briefTransform: String {
        guard let spec = transformSpec else { return parameters.isEmpty ? transform : "\(transform) \(parameters)" }
        return spec.brief
    }
}

extension TransformSpec {
    /// The name and those parameters that are not at their standard values: `noise scale=0.001 mask=background`.
    ///
    /// Of a chain, that of each member: `translate dx=-1 then noise scale=0.001`.
    public var brief: String { brief(without: nil) }

    /// The same without the parameter at a position.
    func brief(without left: Int?) -> String {
        guard isChain else { return ([name] + briefPairs(without: left)).joined(separator: " ") }
        return zip(members, kind.memberParameters).map { member, range in
            member.brief(without: left.flatMap { range.contains($0) ? $0 - range.lowerBound : nil })
        }.joined(separator: " then ")
    }

    /// The parameters of a single transformation that are shown.
    func briefPairs(without left: Int? = nil) -> [String] {
        let pairs = zip(kind.parameters.indices, zip(kind.parameters, codes)).map { position, pair in
            (position: position, parameter: pair.0, code: pair.1)
        }
        let own = pairs.filter { $0.code != $0.parameter.standard }
        // A shift by nothing is still a shift: its numbers are shown.
        let shown = own.isEmpty ? pairs.filter { $0.parameter.isNumeric } : own
        return shown.filter { $0.position != left }.map { _, parameter, code in
            let (key, value) = parameter.spelling(code)
            return "\(key)=\(value)"
        }
    }
}

extension TransformParameter {
    /// Whether its values are numbers.
    var isNumeric: Bool {
        switch domain {
        case .integer, .real: true
        case .choice, .numbered, .flag: false
        }
    }
}

/// Why a question has no answer; one line that says what to do.
public enum AnswerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No cell of the run passes the filter.
    case noCell(run: String, models: [String], datasets: [String])
    /// The run has cells that pass, and none that the question is about.
    case nothingToCompare(String)
    /// A text names no cell, or several.
    case notOneCell(String)

    /// The problem, and what there is.
    public var description: String {
        switch self {
        case .noCell(let run, let models, let datasets):
            "no cell of run \(run) passes --where; its models are \(Self.list(models)), its data sets "
                + Self.list(datasets)
        case .nothingToCompare(let problem), .notOneCell(let problem): problem
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
}
