// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How much a server gives to those who ask.
package struct WebLimits: Hashable, Sendable {
    /// Connections at a time.
    package var connections = 512
    /// How long the head and the body of a request may take to arrive.
    package var request = Duration.seconds(10)
    /// How long a connection may be idle between two requests.
    package var idle = Duration.seconds(15)
    /// How long an answer, or an event, may take to be read.
    package var reading = Duration.seconds(30)
    /// How long a stream of events lasts; then the browser asks again.
    package var stream = Duration.seconds(3600)
    /// How often a silent stream shows life; proxies give up after a minute.
    package var heartbeat = Duration.seconds(15)
    /// Streams of events at a time.
    package var viewers = 256

    /// The usual limits.
    package init() {}
}
