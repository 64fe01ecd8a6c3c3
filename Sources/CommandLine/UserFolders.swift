// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The folders where a user's own files lie, as the environment names them.
///
/// They are those of the XDG Base Directory Specification, whose rule on paths that are not absolute is kept: such a
/// value counts as none. The account's home folder is never asked for: who sets HOME wants his files there, all of them.
package struct UserFolders: Sendable {
    private let environment: [String: String]

    /// The folders that `environment` names; those of this process unless said otherwise.
    package init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// BitSweep's folder among the configuration: `bitsweep` in `XDG_CONFIG_HOME`, or else in `.config` of `HOME`; nil
    /// where neither says.
    package var configuration: String? { own("XDG_CONFIG_HOME", ".config") }

    /// BitSweep's folder among the caches: `bitsweep` in `XDG_CACHE_HOME`, or else in `.cache` of `HOME`; nil where
    /// neither says.
    package var cache: String? { own("XDG_CACHE_HOME", ".cache") }

    /// The variable that says where a coordinator listens.
    package static let connectionVariable = "BITSWEEP_CONNECT"

    /// Where the environment of this process says that a coordinator listens; nil where it says nothing.
    package static var connection: String? {
        ProcessInfo.processInfo.environment[connectionVariable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path that a variable holds, with `~` for `HOME`; nil where it is not set or empty.
    package func path(_ variable: String) -> String? {
        environment[variable].flatMap { $0.isEmpty ? nil : Self.expanding($0, home) }
    }

    /// The arguments of a command, with `~` for `HOME` where a shell leaves that to the program: in `--data=~/sets`, or
    /// where no shell is.
    ///
    /// - Throws: `CommandFailure.usage` when `HOME` is wanted and not set.
    package func expanding(_ arguments: [String]) throws(CommandFailure) -> [String] {
        var expanded: [String] = []
        for argument in arguments {
            let (option, value) = Self.parts(argument)
            guard Self.isInHome(value) else {
                expanded.append(argument)
                continue
            }
            guard let home else { throw .usage("\(argument): \(Self.homeProblem); set it, or write the path out") }
            expanded.append(option + Self.expanding(value, home))
        }
        return expanded
    }

    /// Why the folder that `variable` would name is nil, and what to set.
    package static func problem(_ variable: String) -> String {
        "\(homeProblem), nor does \(variable); set one of them"
    }

    private static let homeProblem = "HOME names no absolute path"

    private var home: String? { absolute("HOME") }

    private func own(_ variable: String, _ folder: String) -> String? {
        (absolute(variable) ?? home.map { "\($0)/\(folder)" }).map { "\($0)/bitsweep" }
    }

    /// The value of a variable that holds an absolute path, without slashes at its end.
    private func absolute(_ variable: String) -> String? {
        guard let value = environment[variable], value.hasPrefix("/") else { return nil }
        return String(value.reversed().drop { $0 == "/" }.reversed())
    }

    /// An option that brings its value along, up to the value; otherwise nothing, and all of it.
    private static func parts(_ argument: String) -> (option: String, value: String) {
        guard argument.hasPrefix("-"), let sign = argument.firstIndex(of: "=") else { return ("", argument) }
        let value = argument.index(after: sign)
        return (String(argument[..<value]), String(argument[value...]))
    }

    private static func isInHome(_ path: String) -> Bool { path == "~" || path.hasPrefix("~/") }

    private static func expanding(_ path: String, _ home: String?) -> String {
        guard let home, isInHome(path) else { return path }
        return home + path.dropFirst()
    }
}
