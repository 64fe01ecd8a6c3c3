// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One line from the driver; which fields it has depends on `op`.
struct Request: Decodable {
    /// The operations.
    enum Operation: String, Decodable {
        case describe, prepare, time, release, peak, kernels, kernel
    }

    var op: Operation
    /// The name under which a pass is kept.
    var key: String?
    /// The work to prepare, or the kernel to time.
    var work: String?
    var threads: Int?
    var batch: Int?
    /// Path of a checkpoint or of another project's weights.
    var weights: String?
    /// Path of a safetensors file with the images.
    var inputs: String?
    /// How long to measure at least.
    var seconds: Double?
}

/// One line back; fields that do not apply are left out.
struct Reply: Encodable {
    var error: String?
    var side: String?
    var version: String?
    var capability: String?
    /// How long preparing took.
    var seconds: Double?
    /// Numbers of the first images, to be compared with the other side's.
    var values: [Float]?
    /// Seconds of each pass.
    var passes: [Double]?
    /// Seconds of processor time of all passes together.
    var cpu: Double?
    /// Resident memory at the peak; absent where the system does not tell.
    var peakBytes: Int?
    /// Floating-point operations of one pass of `peak` or `kernel`.
    var operations: Double?
    /// Elements of one pass of an element-wise `kernel`.
    var elements: Double?
    var kernels: [String]?
}

/// Why a request cannot be met.
enum BenchError: Error, CustomStringConvertible {
    case missing(String)
    case unknown(String, name: String, known: [String])
    case tooFewImages(String, has: Int, needed: Int)
    case otherFamily(String)
    case noPeakLoop

    var description: String {
        switch self {
        case .missing(let field): "the request lacks '\(field)'"
        case .unknown(let what, let name, let known):
            "unknown \(what) '\(name)'; known: \(known.sorted().joined(separator: ", "))"
        case .tooFewImages(let path, let has, let needed): "\(path) holds \(has) images; \(needed) are needed"
        case .otherFamily(let family): "the weights are of no \(family)"
        case .noPeakLoop: "no loop measures the peak of the portable instruction set"
        }
    }
}
