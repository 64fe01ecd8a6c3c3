// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Which channel of a layer each channel of a wider layer is a copy of.
///
/// T. Chen, I. Goodfellow, J. Shlens, "Net2Net: accelerating learning via knowledge transfer", 2016, equation 3.
public struct ChannelMap: Sendable {
    /// For every channel of the wider layer, the former channel that it copies.
    public let sources: [Int]
    /// Number of former channels.
    public let former: Int

    /// Number of channels of the wider layer.
    public var count: Int { sources.count }

    private init(sources: [Int], former: Int) {
        self.sources = sources
        self.former = former
    }

    /// Each channel stays what it is.
    public static func identity(_ count: Int) -> ChannelMap { ChannelMap(sources: Array(0..<count), former: count) }

    /// The former channels, then copies of them in an order that `draws` decide, each as often as any other, or once
    /// more.
    public init(from former: Int, to count: Int, _ draws: RandomStream) {
        precondition(1...count ~= former, "\(former) channels do not grow to \(count)")
        var sources = Array(0..<former)
        while sources.count < count {
            let round = sources.count / former
            let keys = (0..<former).map { UInt64(draws.word(round * former + $0)) << 32 | UInt64($0) }
            sources += keys.sorted().prefix(count - sources.count).map { Int($0 & 0xffff_ffff) }
        }
        self.init(sources: sources, former: former)
    }

    /// The map of `blocks` blocks of channels side by side, each mapped like this: the halves of a concatenated ELU, or
    /// of gates.
    public func repeated(_ blocks: Int) -> ChannelMap {
        ChannelMap(
            sources: (0..<blocks).flatMap { block in sources.map { block * former + $0 } },
            former: blocks * former
        )
    }
}
