// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A client's wish to change, or to have explained, how a run goes on.
public struct ControlRequest: Hashable, Sendable {
    /// What is wanted.
    public enum Command: Hashable, Sendable {
        /// Hand out no more work until `resume`.
        case pause
        /// Hand out work again.
        case resume
        /// End the run for good.
        case cancel
        /// Let a worker finish what it has and leave: the beginning of its identity, its host, or `host:process`.
        case drain(worker: String)
        /// Say what is known of a cell: the beginning of its id.
        case explain(cell: String)
    }

    /// A number of the client's choice that the reply repeats.
    public var number: UInt64
    /// The run's id; the one that is going on when nil.
    public var run: String?
    /// What is wanted.
    public var command: Command

    /// A wish about the run that is going on, unless said otherwise.
    public init(_ command: Command, number: UInt64, run: String? = nil) {
        self.command = command
        self.number = number
        self.run = run
    }
}

/// The answer to a `ControlRequest`.
public struct ControlReply: Hashable, Sendable {
    /// The number of the request.
    public var number: UInt64
    /// Whether the wish is granted.
    public var isAccepted: Bool
    /// What was done, or why nothing was, in one line.
    public var text: String
    /// What there is to tell; the first `WireLimits.replyLines` are sent.
    public var lines: [String]

    /// The answer to the request `number`.
    public init(number: UInt64, isAccepted: Bool, text: String, lines: [String] = []) {
        self.number = number
        self.isAccepted = isAccepted
        self.text = text
        self.lines = lines
    }
}
