// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Whether somebody wants colours.
package enum ColourWish: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// As the environment says, and else where they can be seen.
    case auto
    case always
    case never

    /// Whether they are written, by the variables of `environment`, and otherwise where the output `fits`.
    ///
    /// A variable that is empty says nothing, and neither does a force of 0.
    package func isGranted(in environment: [String: String], otherwise fits: Bool) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if !(environment["NO_COLOR"] ?? "").isEmpty { return false }
        let forces = ["CLICOLOR_FORCE", "FORCE_COLOR"].compactMap { environment[$0] }
        return forces.contains { !["", "0", "false"].contains($0) } || fits
    }
}

/// `--color`.
package struct ColourOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Colours: auto (as NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR and the terminal say), always or never.",
            valueName: "WHEN"
        )
    )
    package var color = ColourWish.auto

    package init() {}
}
