// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// An endpoint of loopback whose port is known before anyone listens, for coordinators that come back to it.
///
/// The port lies below those that Linux gives to outgoing connections (32768 and above), so that none of them can hold
/// it while its coordinator is away.
public func fixedEndpoint() -> String { "tcp://127.0.0.1:\(Int.random(in: 20_000..<32_000))" }
