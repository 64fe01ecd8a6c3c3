// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Files
public import Vocabulary

/// One line on why a file's content was refused: the file, what was found there, what would be right.
public struct DataFileError: Error, Hashable, Sendable {
    /// What is wrong with a file.
    public enum Problem: Hashable, Sendable {
        /// The system could not read it.
        case unreadable(reason: String)
        /// It has more bytes than may be read.
        case tooLarge(bytes: Int, limit: Int)
        /// Its gzip container is damaged.
        case gzip(GzipError)
        /// Its first four bytes are not an IDX magic number, and it is no other kind of file that is known.
        case notIDX(firstBytes: [UInt8])
        /// It is another kind of file.
        case otherKind(RecognisedFile)
        /// Its elements are of no type that IDX has.
        case elementType(code: UInt8)
        /// Some of its elements are not whole numbers that fit a byte; the range is of those that are finite.
        case values(least: Double, most: Double)
        /// It has another number of dimensions than its role asks for.
        case dimensions(found: Int, expected: String)
        /// Its labels have another number of columns than one, or QMNIST's eight.
        case labelColumns(found: Int)
        /// Its pixels have neither 1 nor 3 channels.
        case channels(found: Int)
        /// One of its sizes is zero, or their product is beyond the limit.
        case impossibleSize([Int])
        /// It ends early; both counts are of decompressed bytes.
        case truncated(found: Int, expected: Int)
        /// Bytes follow the last element.
        case trailingBytes(expected: Int)
        /// The label file has another number of items than `images` has.
        case countMismatch(labels: Int, images: String, imageCount: Int)
        /// Its decompressed bytes are not the published ones.
        case digest(found: Digest, expected: Digest)
    }

    /// The path, as it was given.
    public var file: String
    /// What is wrong with it.
    public var problem: Problem

    /// A problem of `file`.
    public init(file: String, _ problem: Problem) {
        self.file = file
        self.problem = problem
    }
}

extension DataFileError: CustomStringConvertible {
    /// One line: file, what was found, what is expected.
    public var description: String { "\(file): \(problem)" }
}

extension DataFileError.Problem: CustomStringConvertible {
    /// What was found and what is expected.
    public var description: String {
        switch self {
        case .unreadable(let reason):
            "cannot be read (\(reason)); expected a readable IDX file, gzipped or not"
        case .tooLarge(let bytes, let limit):
            "\(counted(bytes, "byte")); at most \(counted(limit, "byte")) are read"
        case .gzip(let error):
            "\(error)"
        case .notIDX(let bytes):
            "begins with \(Self.hexadecimal(bytes)); an IDX file begins with 00 00, its type (08 for bytes) and its number of dimensions"
        case .otherKind(let kind):
            kind.phrase(insteadOf: "an IDX file")
        case .elementType(let code):
            "elements of IDX type \(Self.hexadecimal([code])); there are 08, 09, 0b, 0c, 0d and 0e"
        case .values(let least, let most):
            "elements run from \(least) to \(most); pixels and classes are whole numbers from 0 to 255"
        case .dimensions(let found, let expected):
            "\(counted(found, "dimension")); expected \(expected)"
        case .labelColumns(let found):
            "\(found) columns; labels have 1, or the 8 of QMNIST, of which the first is the class"
        case .channels(let found):
            "\(counted(found, "channel")); images have 1 or 3"
        case .impossibleSize(let sizes):
            "sizes \(sizes.map(String.init).joined(separator: "×")); each must be at least 1 and their product at most "
                + "\(IDXFile.largestPayload) bytes"
        case .truncated(let found, let expected):
            "ends after \(grouped(found)) of the \(counted(expected, "byte")) its header promises; the file is cut short"
        case .trailingBytes(let expected):
            "goes on after the \(counted(expected, "byte")) its header promises; expected its end there"
        case .countMismatch(let labels, let images, let imageCount):
            "\(counted(labels, "label")) for the \(counted(imageCount, "image")) of \(images); expected one label for each image"
        case .digest(let found, let expected):
            "SHA-256 of the decompressed bytes is \(found); the published file has \(expected)"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.isEmpty
            ? "nothing"
            : bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
