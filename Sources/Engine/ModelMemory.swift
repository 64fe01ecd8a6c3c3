// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What loading a checkpoint takes of the memory, and what there is: told before it is taken.
public struct ModelMemory: Hashable, Sendable {
    /// Bytes of memory for each byte of a checkpoint: the file, its copy as numbers, and the weights as the kernels want
    /// them.
    private static let perByte = 4

    /// The checkpoint's file.
    public let path: String
    /// Its bytes.
    public let size: Int
    /// Bytes of memory that are free; nil where nobody knows.
    public let free: Int?

    /// A checkpoint of `size` bytes, to be loaded where `free` bytes are free.
    public init(path: String, size: Int, free: Int?) {
        self.path = path
        self.size = size
        self.free = free
    }

    /// Bytes that loading takes, about.
    public var needed: Int {
        let (needed, overflow) = size.multipliedReportingOverflow(by: Self.perByte)
        return overflow ? .max : needed
    }

    /// Whether it is known to be too much.
    public var isTooMuch: Bool { free.map { needed > $0 } ?? false }
}

extension ModelMemory: CustomStringConvertible {
    /// Such as `m.safetensors: a checkpoint of 12 MiB needs about 48 MiB of memory, 700 MiB are free`.
    public var description: String {
        let free = free.map { ", \($0 >> 20) MiB are free" } ?? ""
        return "\(path): a checkpoint of \(size >> 20) MiB needs about \(needed >> 20) MiB of memory\(free)"
    }
}
