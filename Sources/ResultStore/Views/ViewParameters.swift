// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// SQL by which views show each parameter of the table `transform` in a column, with no function but those that every SQLite
/// has.
///
/// Parameters are read from the canonical text as they are asked for: a table of them would hold as many rows for each
/// cell of a grid as it has parameters.
enum ViewParameters {
    /// All parameters, by their names in sweep files.
    static let names = parameters.map(\.key)

    /// The columns in the order of ``names``, for the list of a SELECT: NULL for transformations that have no such
    /// parameter, and for chains of which several members have one.
    static let columns = parameters.map { "\($0.value) AS \"\($0.key)\"" }.joined(separator: ",\n    ")

    /// The same of a query inside, which has them already.
    static let selected = names.map { "\"\($0)\"" }.joined(separator: ", ")

    fileprivate struct Shown {
        let key: String
        let parameter: TransformParameter
        /// The transformations that have it.
        var owners: [String]
    }

    private static let parameters: [Shown] = TransformKind.allCases.reduce(into: []) { shown, kind in
        for parameter in kind.parameters {
            for key in parameter.keys {
                if let place = shown.firstIndex(where: { $0.key == key }) {
                    shown[place].owners.append(kind.rawValue)
                } else {
                    shown.append(Shown(key: key, parameter: parameter, owners: [kind.rawValue]))
                }
            }
        }
    }

    /// Names and pairs stand between spaces.
    fileprivate static let text = "(' ' || transform.name || ' ' || transform.parameters || ' ')"
}

extension ViewParameters.Shown {
    private typealias Views = ViewParameters

    /// The parameter's value.
    fileprivate var value: String {
        """
        CASE
                WHEN instr(\(Views.text), ' \(key)=') = 0 THEN \(unwritten)
                WHEN transform.name <> '\(TransformKind.chainName)' OR \(count) = 1 THEN \(written)
            END
        """
    }

    /// What the text says.
    private var written: String {
        let rest = "substr(\(Views.text), instr(\(Views.text), ' \(key)=') + \(key.utf8.count + 2))"
        let word = "substr(\(rest), 1, instr(\(rest), ' ') - 1)"
        return switch parameter.domain {
        case .integer: "CAST(\(word) AS INTEGER)"
        case .real: "CAST(\(word) AS REAL)"
        case .flag: "\(word) = 'true'"
        case .choice, .numbered: word
        }
    }

    /// The value that texts leave out.
    private var unwritten: String {
        guard parameter.isSilent, let standard = parameter.standard else { return "NULL" }
        return "iif(\(count) = 1, '\(parameter.domain.text(standard))', NULL)"
    }

    /// How many of the members have it.
    private var count: String {
        owners.map { name in
            let word = "' \(name) '"
            return "(length(\(Views.text)) - length(replace(\(Views.text), \(word), ''))) / \(name.utf8.count + 2)"
        }.joined(separator: " + ")
    }
}
