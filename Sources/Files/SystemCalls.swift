// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The calls by which bytes become durable: tests record their order and let them fail.
///
/// Each returns what the system call of its name does, and sets `errno`.
package struct SystemCalls: Sendable {
    package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
    package var fsync: @Sendable (_ descriptor: Int32) -> Int32
    package var rename: @Sendable (_ old: String, _ new: String) -> Int32
    package var link: @Sendable (_ old: String, _ new: String) -> Int32

    /// Those of the operating system.
    package static let system = SystemCalls(
        write: { Glibc.write($0, $1.baseAddress, $1.count) },
        fsync: { Glibc.fsync($0) },
        rename: { Glibc.rename($0, $1) },
        link: { Glibc.link($0, $1) }
    )
}
