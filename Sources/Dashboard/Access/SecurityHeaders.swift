// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What every answer tells a browser not to do.
enum SecurityHeaders {
    /// The fields.
    ///
    /// Nothing comes from elsewhere and nothing is written into a page but markup: neither scripts nor styles. Search
    /// engines are asked to forget what they find.
    static let all = [
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "X-Robots-Tag": "noindex, nofollow",
    ]
}
