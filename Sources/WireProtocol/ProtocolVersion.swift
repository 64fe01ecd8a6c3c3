// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which protocol a message is written in.
///
/// Another major version is refused, for its messages may mean something else; another minor version is understood,
/// because it only adds fields and kinds of message.
public struct ProtocolVersion: Hashable, Sendable, CustomStringConvertible {
    /// The version that this module speaks.
    public static let current = ProtocolVersion(major: 1, minor: 5)

    /// The first minor version of major version 1 whose workers can be sent trainings.
    public static let firstMinorWithTrainings: UInt32 = 2

    /// The first minor version of major version 1 whose workers know other estimates of a likelihood than the standard one.
    public static let firstMinorWithEstimates: UInt32 = 4

    /// Grows when messages change their meaning.
    public var major: UInt32
    /// Grows when fields or kinds of message are added.
    public var minor: UInt32

    /// The version `major.minor`.
    public init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// The version's text, such as `1.0`.
    public var description: String { "\(major).\(minor)" }
}
