// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
public import Statistics
import Synchronization
public import Vocabulary

/// The cells of one run for those who look at it again and again: page by page, sorted, filtered, with what changed.
///
/// It keeps what cells are sorted and chosen by in memory, some hundred bytes a cell, and reads summaries as they are asked
/// for. Any thread may ask; one at a time is answered.
public final class RunSummaries: Sendable {
    private struct State {
        var index: RunIndex
        /// The places that queries of names find, for those that were asked last.
        var names: [(query: NameQuery, places: [Int32])] = []
        /// The last whole answers, of the present moment.
        var found: (number: UInt64, places: [CellQuery: [Int32]]) = (0, [:])
    }

    private let store: ResultStore
    private let state: Mutex<State>

    /// The cells of `run`, of which nothing is read yet.
    ///
    /// - Throws: `ResultStoreError.unknownRun`.
    public init(of run: String, in store: ResultStore) throws {
        self.store = store
        let key = try store.read { try store.runKey(run, in: $0) }
        state = Mutex(State(index: RunIndex(run: key)))
    }

    /// Looks at what changed; pages are of that moment until the next look.
    ///
    /// - Returns: A number that grows whenever something changed; cells tell by it when they did.
    @discardableResult
    public func refresh() throws -> UInt64 {
        try state.withLock { state in
            try store.read { _ = try state.index.refresh($0) }
            return state.index.number
        }
    }

    /// The number of the last look.
    public var number: UInt64 { state.withLock { $0.index.number } }

    /// The places in the run of all cells that `query` matches, in its order.
    public func places(_ query: CellQuery) throws -> [Int32] {
        try state.withLock { try places(query, &$0) }
    }

    /// Up to `limit` of the cells that `query` matches, in its order, beginning with the `start`-th from 0.
    ///
    /// - Throws: `ResultStoreError`.
    public func page(_ query: CellQuery = .begun, from start: Int = 0, limit: Int = 100) throws -> SummaryPage {
        let places = try places(query)
        let first = min(max(start, 0), places.count)
        let wanted = places[first..<min(places.count, first + min(max(limit, 0), places.count))]
        return SummaryPage(total: places.count, start: first, cells: try cells(at: wanted.map(Int.init)))
    }

    /// The cells at these places of the run, in this order; places that are none are left out.
    public func cells(at places: [Int]) throws -> [SummarisedCell] {
        let run = state.withLock { $0.index.run }
        return try store.read { database in
            var reader = try SummarisedCells(run: run, database)
            return try places.compactMap { try reader.cell(at: $0) }
        }
    }

    /// Which of these places changed after a look's number.
    public func changed(_ places: some Sequence<Int32>, since number: UInt64) -> Set<Int32> {
        state.withLock { state in
            let entries = state.index.entries
            return Set(places.filter { entries.indices.contains(Int($0)) && entries[Int($0)].changed > number })
        }
    }

    /// What all cells have between them.
    public func scales() throws -> RunScales {
        try state.withLock { state in
            try complete(&state)
            var scales = RunScales()
            scales.hasSeveralSeeds = state.index.hasSeveralSeeds
            var bounds = state.index.models.map { _ in (Double.infinity, -Double.infinity) }
            for entry in state.index.entries where entry.minimum <= entry.maximum {
                let (least, most) = bounds[Int(entry.model)]
                bounds[Int(entry.model)] = (min(least, Double(entry.minimum)), max(most, Double(entry.maximum)))
            }
            for (model, bound) in zip(state.index.models, bounds) where bound.0 <= bound.1 {
                scales.values[model] = bound.0...bound.1
            }
            return scales
        }
    }

    private func places(_ query: CellQuery, _ state: inout State) throws -> [Int32] {
        if state.found.number != state.index.number || state.found.places.count >= Self.keptQueries {
            state.found = (state.index.number, [:])
        }
        if let known = state.found.places[query] { return known }
        var found = try named(query, &state)
        let entries = state.index.entries
        if !query.ordinals.isEmpty {
            let wanted = Set(query.ordinals.map { Int32(clamping: $0) })
            found.removeAll { !wanted.contains($0) }
        }
        if query.condition != nil {
            found.removeAll { !entries.indices.contains(Int($0)) || !entries[Int($0)].satisfies(query.condition) }
        }
        switch query.order {
        case .run, .model, .dataset, .transform: if query.isDescending { found.reverse() }
        default:
            try complete(&state)
            found = sorted(found, state.index.entries, query)
        }
        state.found.places[query] = found
        return found
    }

    private func sorted(_ places: [Int32], _ entries: [RunIndex.Entry], _ query: CellQuery) -> [Int32] {
        let keyed = places.map { (key: entries[Int($0)].figure(query.order), place: $0) }
        let sign = query.isDescending ? -1.0 : 1.0
        let present = keyed.filter { !$0.key.isNaN }.sorted { one, other in
            let (left, right) = (sign * one.key, sign * other.key)
            return left == right ? one.place < other.place : left < right
        }
        return present.map(\.place) + keyed.filter { $0.key.isNaN }.map(\.place)
    }

    /// The cells that pass by their names, in the order of names, or of the run.
    private func named(_ query: CellQuery, _ state: inout State) throws -> [Int32] {
        let names = NameQuery(query)
        if names.isTrivial { return Array(0..<Int32(state.index.entries.count)) }
        if let known = state.names.first(where: { $0.query == names }) { return known.places }
        let run = state.index.run
        let places = try store.read { try names.ordinals(of: run, in: $0) }
        if state.names.count >= Self.keptQueries { state.names.removeFirst() }
        state.names.append((names, places))
        return places
    }

    private static let keptQueries = 16

    /// Summarises what has no summary in the store, for those who sort by figures: nothing, as a rule, and everything in a
    /// store of an earlier version.
    private func complete(_ state: inout State) throws {
        let missing = state.index.outdated.filter { state.index.entries[Int($0)].mean.isNaN }.sorted()
        guard !missing.isEmpty else { return }
        let run = state.index.run
        let made = try store.read { database in
            var reader = try SummarisedCells(run: run, database)
            return try missing.compactMap { place in try reader.cell(at: Int(place))?.summary.map { (place, $0) } }
        }
        for (place, summary) in made { state.index.set(summary, at: place) }
    }
}
