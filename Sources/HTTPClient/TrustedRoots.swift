import CCurl
package import Platform

/// The certificates that a client trusts when it is given some besides the system's.
///
/// curl takes either its own file or another, so both are put together here. A folder of
/// certificates that curl was built with stays in force beside them.
package struct TrustedRoots: Sendable {
  /// Why a file of certificates is of no use.
  package enum Problem: Error, Equatable {
    case unreadable(Errno)
    case noCertificate
  }

  /// The most bytes of a file of certificates.
  private static let limit = 16 << 20

  /// The certificates of both files, as PEM texts one after another.
  let bundle: [UInt8]

  /// Reads the system's certificates and those of a file.
  ///
  /// A system without such a file has none to add to. The other file must hold at least one
  /// certificate, for a mistake in its name would show only as a failed handshake.
  init(adding file: String, to system: String?) throws(Problem) {
    let added: [UInt8]
    do throws(Errno) {
      added = try TrustedRoots.read(file)
    } catch {
      throw .unreadable(error)
    }
    guard TrustedRoots.holdsCertificate(added) else { throw .noCertificate }
    var bundle: [UInt8] = []
    if let system = system ?? TrustedRoots.systemFile {
      do throws(Errno) {
        bundle = try TrustedRoots.read(system) + [UInt8(ascii: "\n")]
      } catch {
        // Less is trusted then, and a server that needs it is refused with its reason.
      }
    }
    self.bundle = bundle + added
  }

  /// The file that curl was built to trust, if there is one.
  private static var systemFile: String? {
    syncline_curl_system_roots().map { String(cString: $0) }
  }

  private static func read(_ path: String) throws(Errno) -> [UInt8] {
    try POSIXFileSystem().readFile(path: path, limit: limit)
  }

  private static func holdsCertificate(_ text: [UInt8]) -> Bool {
    text.split(separator: UInt8(ascii: "\n")).contains { line in
      line.starts(with: "-----BEGIN CERTIFICATE-----".utf8)
        || line.starts(with: "-----BEGIN TRUSTED CERTIFICATE-----".utf8)
    }
  }
}
