// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A number of bytes as people write it: `500MB`, `20GB`, `1.5GiB`, `4096`; help shows the largest unit that divides it.
package struct ByteSize: ExpressibleByArgument, CustomStringConvertible {
    package let bytes: Int

    /// Decimal units have powers of 1000, binary ones powers of 1024.
    private static let units: [(name: String, bytes: Double)] = [
        ("KIB", 1_024), ("MIB", 1_048_576), ("GIB", 1_073_741_824), ("TIB", 1_099_511_627_776),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
    ]

    package init(bytes: Int) {
        self.bytes = bytes
    }

    package init?(argument: String) {
        let text = argument.uppercased()
        let unit = Self.units.first { text.hasSuffix($0.name) }
        guard let number = Double(text.dropLast(unit?.name.count ?? 0)), number > 0 else { return nil }
        let product = number * (unit?.bytes ?? 1)
        guard product >= 1, product <= 1e15 else { return nil }
        bytes = Int(product)
    }

    package var description: String {
        let unit = Self.units.filter { $0.bytes <= Double(bytes) && Double(bytes).remainder(dividingBy: $0.bytes) == 0 }
            .max { $0.bytes < $1.bytes }
        return unit.map { "\(Int(Double(bytes) / $0.bytes))\($0.name)" } ?? "\(bytes)B"
    }
}
