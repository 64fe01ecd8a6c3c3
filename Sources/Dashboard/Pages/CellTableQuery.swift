// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Which cells a run's page shows: all of it stands in the page's address, so that it can be kept and sent.
struct CellTableQuery: Hashable {
    /// The longest text that is searched for.
    private static let longestSearch = 200

    /// What is searched for, as it was typed.
    var search = ""
    /// The choice and the order.
    var cells = CellQuery()
    /// The page, counted from 1.
    var page = 1

    /// What a request asks for; what is not understood counts as not asked.
    init(_ items: [QueryItem]) {
        for item in items {
            switch item.name {
            case "q": search = String(item.value.prefix(Self.longestSearch))
            case "model": cells.models.append(item.value)
            case "dataset": cells.datasets.append(item.value)
            case "transform": cells.transforms.append(item.value)
            case "seed": if let seed = UInt64(item.value) { cells.seeds.append(seed) }
            case "state": cells.condition = CellQuery.Condition(rawValue: item.value)
            case "sort": cells.order = CellQuery.Order(rawValue: item.value) ?? .run
            case "desc": cells.isDescending = item.value == "1"
            case "page": page = max(1, min(Int(item.value) ?? 1, 1_000_000))
            default: break
            }
        }
        cells.words = search.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// What asks for the same; nothing for what is usual.
    var items: [QueryItem] {
        var items: [QueryItem] = []
        if !search.isEmpty { items.append(QueryItem("q", search)) }
        items += cells.models.map { QueryItem("model", $0) } + cells.datasets.map { QueryItem("dataset", $0) }
        items += cells.transforms.map { QueryItem("transform", $0) } + cells.seeds.map { QueryItem("seed", "\($0)") }
        if let condition = cells.condition { items.append(QueryItem("state", condition.rawValue)) }
        if cells.order != .run { items.append(QueryItem("sort", cells.order.rawValue)) }
        if cells.isDescending { items.append(QueryItem("desc", "1")) }
        if page > 1 { items.append(QueryItem("page", "\(page)")) }
        return items
    }

    /// The same choice, on another page.
    func onPage(_ page: Int) -> CellTableQuery {
        var query = self
        query.page = page
        return query
    }

    /// The same choice sorted by `order`; the other way around where it is sorted so already.
    func sorted(by order: CellQuery.Order) -> CellTableQuery {
        var query = onPage(1)
        query.cells.isDescending = order == cells.order ? !cells.isDescending : Self.beginsDescending(order)
        query.cells.order = order
        return query
    }

    /// Whether the greatest are looked for first.
    private static func beginsDescending(_ order: CellQuery.Order) -> Bool {
        switch order {
        case .run, .model, .dataset, .transform: false
        case .recorded, .mean, .median, .deviation, .difference, .raised, .nonFinite: true
        }
    }
}

extension CellQuery.Condition {
    /// As a person chooses it.
    var title: String {
        switch self {
        case .begun: "begun"
        case .complete: "complete"
        case .incomplete: "begun, not complete"
        case .inTrouble: "failed or disputed"
        }
    }
}
