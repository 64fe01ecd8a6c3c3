// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Addresses of pages, relative to the one that is shown: a proxy may put all of them anywhere.
struct Links: Hashable {
    /// From the page that is shown to the root.
    let root: String

    /// The addresses as they are written in the page at `path`.
    init(from path: [String]) {
        root = "./" + String(repeating: "../", count: max(0, path.count - 1))
    }

    /// The root, where the runs are.
    var runs: String { root }
    /// The stylesheet, the script and the icon.
    func asset(_ name: String) -> String { "\(root)assets/\(name)" }

    /// A run's page, or one below it.
    func run(_ id: String, _ page: RunPage = .cells, _ query: [QueryItem] = []) -> String {
        let below = page == .cells ? "" : "/\(page.rawValue)"
        return "\(root)runs/\(RequestTarget.encoded(id))\(below)\(RequestTarget.query(query))"
    }

    /// A cell's page.
    func cell(_ id: CellID, of run: String) -> String {
        "\(root)runs/\(RequestTarget.encoded(run))/cells/\(id)"
    }
}

/// The pages of a run, in the order in which they are offered.
enum RunPage: String, CaseIterable {
    case cells, effects, claims, workers, failures

    /// As it stands in the list of pages.
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
