// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Testing

@Suite("Numbers for people")
struct HumanTextTests {
    @Test(
        "values from a million on have three digits and a power of ten",
        arguments: [
            (999_999.5, "999999.5"), (1e6, "1.00e6"), (-1.9e23, "−1.90e23"), (9.9999e7, "1.00e8"), (.infinity, "inf"),
        ]
    )
    func greatValues(_ value: Double, _ text: String) {
        #expect(HumanText.fixed(value, decimals: 1) == text)
    }

    @Test(
        "sizes are shown in the largest unit of which there is one, with a decimal",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (7_840_016, "7.8 MB"), (999_960, "1.0 MB"),
            (47_040_016, "47.0 MB"), (2_500_000_000, "2.5 GB"), (.max, "9.2 EB"),
        ]
    )
    func sizes(_ bytes: Int, _ text: String) {
        #expect(HumanText.size(bytes) == text)
    }

    @Test(
        "values have a fixed number of decimals and a true minus sign",
        arguments: [
            (1.25, false, "1.2500"), (-1.25, false, "−1.2500"), (1.25, true, "+1.2500"), (-0.00004, true, "0.0000"),
            (0, true, "0.0000"), (-0.0, false, "0.0000"), (.nan, true, "nan"), (.infinity, false, "inf"),
            (-.infinity, true, "−inf"), (.infinity, true, "+inf"), (1e6, false, "1.00e6"), (nil, true, "–"),
        ] as [(Double?, Bool, String)]
    )
    func fixed(value: Double?, signed: Bool, text: String) {
        #expect(HumanText.fixed(value, decimals: 4, signed: signed) == text)
    }

    @Test(
        "counts have their thousands set apart",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (10_000, "10,000"), (1_234_567, "1,234,567"), (-1000, "−1,000"),
            (.max, "9,223,372,036,854,775,807"), (.min, "−9,223,372,036,854,775,808"),
        ]
    )
    func counts(count: Int, text: String) {
        #expect(HumanText.count(count) == text)
    }

    @Test(
        "rates have about three digits",
        arguments: [
            (512.4, "512"), (12_345, "12,345"), (99.97, "100"), (51.23, "51.2"), (9.996, "10.0"), (0.514, "0.51"),
            (0, "0.00"), (.nan, "–"), (.infinity, "–"), (-1, "–"), (1e300, "–"),
        ] as [(Double, String)]
    )
    func rates(rate: Double, text: String) {
        #expect(HumanText.rate(rate) == text)
    }

    @Test(
        "a time in one unit is rounded down",
        arguments: [
            (0.9, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (172_800, "2 d"),
            (-1, "0 s"), (.infinity, "11574074 d"),
        ] as [(Double, String)]
    )
    func spans(seconds: Double, text: String) {
        #expect(HumanText.span(seconds: seconds) == text)
    }

    @Test(
        "durations are rounded up to seconds",
        arguments: [
            (0, "0:00"), (1, "0:01"), (12_000, "0:12"), (59_500, "1:00"), (3_599_000, "59:59"),
            (3_600_000, "1:00:00"), (3_723_000, "1:02:03"), (86_399_000, "23:59:59"), (183_845_000, "2 d 03:04"),
            (-5000, "0:00"), (-1, "0:00"),
        ]
    )
    func durations(milliseconds: Int, text: String) {
        #expect(HumanText.duration(.milliseconds(milliseconds)) == text)
    }
}
