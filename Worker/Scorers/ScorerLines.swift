// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The lines of a scorer's standard error.
struct ScorerLines: Sendable {
    /// The most bytes of a line; the rest of a longer one is another line.
    private static let longest = 1000

    private let descriptor: Int32
    private let log: @Sendable (String) -> Void

    /// The lines that come from `descriptor`, which is closed at their end, for `log`.
    init(_ descriptor: Int32, _ log: @escaping @Sendable (String) -> Void) {
        self.descriptor = descriptor
        self.log = log
    }

    /// Reads in a thread of its own until nobody can write any more.
    func read() {
        Thread.detachNewThread {
            var line: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Foundation.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer[..<count] {
                    if byte != UInt8(ascii: "\n") { line.append(byte) }
                    if byte == UInt8(ascii: "\n") || line.count == Self.longest { tell(&line) }
                }
            }
            tell(&line)
            close(descriptor)
        }
    }

    private func tell(_ line: inout [UInt8]) {
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if !text.isEmpty { log(String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })) }
        line = []
    }
}
