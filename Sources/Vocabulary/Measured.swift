// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which measured numbers are believed, whether they come in a message or from a store.
package enum Measured {
    /// Seconds that something took or will take: up to thirty years.
    package static let seconds = 0.0...1e9
    /// Things a second.
    package static let rates = 0.0...1e15
}

extension Duration {
    /// The duration of `seconds`, or the nearest that is believed; zero for NaN.
    ///
    /// `Duration.seconds` traps for numbers that a `Duration` cannot hold.
    package static func believable(_ seconds: Double) -> Duration {
        let (least, most) = (Measured.seconds.lowerBound, Measured.seconds.upperBound)
        return .seconds(seconds.isNaN ? 0 : min(max(seconds, least), most))
    }
}
