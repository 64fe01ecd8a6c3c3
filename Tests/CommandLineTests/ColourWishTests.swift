// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Testing

@Suite("Colours")
struct ColourWishTests {
    private static let cases: [(ColourWish, [String: String], Bool, Bool)] = [
        (.auto, [:], true, true), (.auto, [:], false, false), (.auto, ["NO_COLOR": "1"], true, false),
        (.auto, ["NO_COLOR": ""], true, true), (.auto, ["NO_COLOR": "1", "FORCE_COLOR": "1"], true, false),
        (.auto, ["FORCE_COLOR": "1"], false, true), (.auto, ["CLICOLOR_FORCE": "1"], false, true),
        (.auto, ["CLICOLOR_FORCE": "0"], false, false), (.always, ["NO_COLOR": "1"], false, true),
        (.never, ["FORCE_COLOR": "1"], true, false),
    ]

    @Test(
        "the command line goes before NO_COLOR, that before FORCE_COLOR, and that before the terminal",
        arguments: cases
    )
    func order(_ wish: ColourWish, _ environment: [String: String], _ fits: Bool, _ granted: Bool) {
        #expect(wish.isGranted(in: environment, otherwise: fits) == granted)
    }
}
