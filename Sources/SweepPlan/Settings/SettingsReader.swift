// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads what a sweep file sets and selects at its end: `set`, `only` and `skip`.
///
/// A run's options write these keys, so that the text which the run keeps says all; a file may have them itself.
struct SettingsReader {
    /// The keys at the top of a file.
    enum Key: String, CaseIterable {
        /// A mapping from paths to the values that take the place of what the file says there.
        case set
        /// Filters of cells, of which one must fit.
        case only
        /// Filters of cells, of which none may fit.
        case skip

        static let names = allCases.map(\.rawValue)
    }

    let document: DocumentReader

    /// The file's root with everything in its place that `set` sets; problems are reported where they are set.
    func applied(to root: SourceNode) -> SourceNode {
        sets(of: root).reduce(root) { root, setting in
            do throws(SettingPath.Failure) {
                return try SettingPath(text: setting.key).setting(setting.value, in: root)
            } catch {
                document.report(error.message, at: setting.position)
                return root
            }
        }
    }

    /// The paths that are set, each before its own parts.
    func sets(of root: SourceNode) -> [SourceNode.Entry] {
        guard let node = root.value(of: Key.set) else { return [] }
        guard case .mapping(let entries) = node.content else {
            document.report("set must map paths to values, as in 'blocks[0].seeds: [0, 1, 2]'", at: node.position)
            return []
        }
        return entries.sorted { $0.key < $1.key }
    }

    /// The filters of `only` or `skip`.
    func filters(_ key: Key, of root: SourceNode) -> [CellSelection.Filter] {
        guard let node = root.value(of: key) else { return [] }
        return document.elements(node, of: key.rawValue).compactMap { element in
            guard let text = document.text(element, of: "a filter") else { return nil }
            do throws(CellFilterError) {
                let filter = try CellFilter(parsing: text)
                if let problem = CellSelection.problem(with: filter) {
                    document.report(problem, at: element.position)
                    return nil
                }
                return CellSelection.Filter(filter: filter, position: element.position)
            } catch {
                document.report("\(error)", at: element.position)
                return nil
            }
        }
    }
}

extension SourceNode {
    /// What stands under a key of settings; nil where the node has none.
    func value(of key: SettingsReader.Key) -> SourceNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key.rawValue }?.value
    }
}
