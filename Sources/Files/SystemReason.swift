// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the operating system or Foundation said of a failure, in words that a person can act on.
///
/// Foundation's own `localizedDescription` on Linux is "The operation could not be completed." and a number.
package enum SystemReason {
    /// Why something failed, such as `No space left on device`; an error of this package says it in its own words.
    package static func text(of error: any Error) -> String {
        if let error = error as? FileError { return error.reason }
        guard isFoundation(error) else { return "\(error)" }
        let error = error as NSError
        if let code = code(of: error) { return text(of: code) }
        return words(of: error) ?? "error \(error.code) of \(error.domain)"
    }

    /// What an `errno` means.
    package static func text(of code: Int32) -> String {
        switch code {
        case ENOENT: "no such file"
        case EACCES: "permission denied"
        default: String(cString: strerror(code))
        }
    }

    /// The same in a line that names the file, where the error knows of one.
    package static func line(of error: any Error) -> String {
        guard isFoundation(error) else { return "\(error)" }
        guard let path = path(in: error as NSError) else { return text(of: error) }
        return "\(path): \(text(of: error))"
    }

    /// Whether an error's own description is a dump of Foundation's innards.
    private static func isFoundation(_ error: any Error) -> Bool {
        error is CocoaError || error is POSIXError || error is URLError || type(of: error) is NSError.Type
    }

    /// The `errno` behind an error; nil where there is none.
    package static func code(of error: any Error) -> Int32? {
        if let error = error as? FileError { return error.code }
        return isFoundation(error) ? code(of: error as NSError) : nil
    }

    private static func code(of error: NSError) -> Int32? {
        if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error, let code = code(of: cause as NSError) {
            return code
        }
        return error.domain == NSCocoaErrorDomain ? cocoa[error.code] : nil
    }

    private static func path(in error: NSError) -> String? {
        (error.userInfo[NSFilePathErrorKey] as? String) ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
    }

    /// Errors that have no `errno`.
    private static func words(of error: NSError) -> String? {
        switch (error.domain, error.code) {
        case (NSCocoaErrorDomain, CocoaError.fileReadInapplicableStringEncoding.rawValue),
            (NSCocoaErrorDomain, CocoaError.fileReadCorruptFile.rawValue):
            "not UTF-8 text"
        case (NSCocoaErrorDomain, CocoaError.fileReadUnknown.rawValue): "it cannot be read"
        case (NSCocoaErrorDomain, CocoaError.fileWriteUnknown.rawValue): "it cannot be written"
        case (NSURLErrorDomain, let code): network[code]
        default: nil
        }
    }

    /// The `errno` that Foundation made an error of, where it keeps no other trace of it.
    private static let cocoa: [Int: Int32] = [
        CocoaError.fileNoSuchFile.rawValue: ENOENT,
        CocoaError.fileReadNoSuchFile.rawValue: ENOENT,
        CocoaError.fileReadNoPermission.rawValue: EACCES,
        CocoaError.fileWriteNoPermission.rawValue: EACCES,
        CocoaError.fileReadInvalidFileName.rawValue: ENAMETOOLONG,
        CocoaError.fileWriteInvalidFileName.rawValue: ENAMETOOLONG,
        CocoaError.fileReadTooLarge.rawValue: EFBIG,
        CocoaError.fileWriteFileExists.rawValue: EEXIST,
        CocoaError.fileWriteOutOfSpace.rawValue: ENOSPC,
        CocoaError.fileWriteVolumeReadOnly.rawValue: EROFS,
    ]

    private static let network: [Int: String] = [
        URLError.Code.timedOut.rawValue: "no answer in time",
        URLError.Code.cannotFindHost.rawValue: "the host's name is not known",
        URLError.Code.cannotConnectToHost.rawValue: "the host does not accept connections",
        URLError.Code.networkConnectionLost.rawValue: "the connection was lost",
        URLError.Code.dnsLookupFailed.rawValue: "the host's name is not known",
        URLError.Code.notConnectedToInternet.rawValue: "there is no connection to the network",
        URLError.Code.badServerResponse.rawValue: "the answer makes no sense",
        URLError.Code.badURL.rawValue: "not a URL",
        URLError.Code.unsupportedURL.rawValue: "not a URL that can be fetched",
        URLError.Code.secureConnectionFailed.rawValue: "no encrypted connection could be made",
        URLError.Code.serverCertificateUntrusted.rawValue: "the server's certificate is not trusted",
        URLError.Code.cancelled.rawValue: "it was cancelled",
    ]
}
