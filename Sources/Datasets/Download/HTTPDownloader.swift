// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import FoundationNetworking
import Synchronization
import Vocabulary

/// Fetches files over HTTP and HTTPS.
public struct HTTPDownloader: Downloader {
    /// How long a server may send nothing before it is given up.
    public var patience: Duration

    /// A downloader that waits 30 seconds for a silent server unless said otherwise.
    public init(patience: Duration = .seconds(30)) {
        self.patience = patience
    }

    /// The body of a successful answer to a GET of `url`, at most `limit` bytes.
    public func fetch(
        _ url: String,
        limit: Int,
        progress: @escaping @Sendable (DownloadProgress) -> Void
    ) throws(DownloadError) -> [UInt8] {
        guard let address = URL(string: url), address.host != nil else {
            throw DownloadError(url: url, reason: "not a web address")
        }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = patience / .seconds(1)
        let reception = HTTPReception(url: url, limit: limit, progress: progress)
        let session = URLSession(configuration: configuration, delegate: reception, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        session.dataTask(with: address).resume()
        return try reception.wait()
    }
}

/// Collects one answer, and ends it as soon as it is too long or not a success.
private final class HTTPReception: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var total: Int?
        var refusal: String?
    }

    private let url: String
    private let limit: Int
    private let progress: @Sendable (DownloadProgress) -> Void
    private let state = Mutex(State())
    private let finished = DispatchSemaphore(value: 0)

    init(url: String, limit: Int, progress: @escaping @Sendable (DownloadProgress) -> Void) {
        self.url = url
        self.limit = limit
        self.progress = progress
    }

    /// Blocks until the answer has ended.
    func wait() throws(DownloadError) -> [UInt8] {
        finished.wait()
        let (bytes, refusal) = state.withLock { ($0.bytes, $0.refusal) }
        if let refusal { throw DownloadError(url: url, reason: refusal) }
        return bytes
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        let length = response.expectedContentLength
        let refusal: String? =
            if status != 200 {
                "HTTP status \(status)"
            } else if length > Int64(limit) {
                tooLong
            } else {
                nil
            }
        state.withLock {
            $0.refusal = refusal
            $0.total = length < 0 ? nil : Int(length)
        }
        completionHandler(refusal == nil ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let point: DownloadProgress? = state.withLock { state in
            guard state.refusal == nil else { return nil }
            guard data.count <= limit - state.bytes.count else {
                state.refusal = tooLong
                return nil
            }
            state.bytes.append(contentsOf: data)
            return DownloadProgress(url: url, received: state.bytes.count, total: state.total)
        }
        if let point { progress(point) } else { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        state.withLock { state in
            if let error, state.refusal == nil { state.refusal = SystemReason.text(of: error) }
            if state.refusal == nil, let total = state.total, state.bytes.count < total {
                state.refusal = "the connection ended after \(grouped(state.bytes.count)) of \(counted(total, "byte"))"
            }
        }
        finished.signal()
    }

    private var tooLong: String { "more than \(counted(limit, "byte"))" }
}
