// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import Glibc

/// What the operating system said when SQLite could not read or write.
struct SQLiteReason {
    /// An `errno`; 0 when it is not known.
    let code: Int32

    /// Nothing is known.
    static let unknown = SQLiteReason(code: 0)

    /// In the system's own words; nil when it is not known.
    var text: String? { code == 0 ? nil : String(cString: strerror(code)) }

    /// Looks it up after a failure in `database`, before anything else fails there.
    ///
    /// `sqlite3_system_errno` alone would not do: a commit that fails does not set it. The files themselves know: the WAL,
    /// to which commits are written, and the database.
    init(_ database: Database) {
        let connection = database.sqliteConnection
        let codes = [Self.ofLog(connection), Self.ofFile(connection), sqlite3_system_errno(connection)]
        code = codes.first { $0 != 0 } ?? 0
    }

    private init(code: Int32) { self.code = code }

    private static func ofFile(_ connection: OpaquePointer?) -> Int32 {
        var code: Int32 = 0
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &code)
        return code
    }

    private static func ofLog(_ connection: OpaquePointer?) -> Int32 {
        var file: UnsafeMutablePointer<sqlite3_file>?
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
        guard let file, let control = file.pointee.pMethods?.pointee.xFileControl else { return 0 }
        var code: Int32 = 0
        return control(file, SQLITE_FCNTL_LAST_ERRNO, &code) == SQLITE_OK ? code : 0
    }
}
