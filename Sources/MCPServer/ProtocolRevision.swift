/// A revision of the Model Context Protocol that is spoken here, by its date.
package enum ProtocolRevision: String, CaseIterable, Sendable, Comparable {
  /// With a handshake (`initialize`).
  case june2025 = "2025-06-18"
  /// With a handshake (`initialize`).
  case november2025 = "2025-11-25"
  /// Stateless: every request says in its `_meta` what it speaks.
  case july2026 = "2026-07-28"

  /// Whether every request stands for itself, without a handshake before it.
  package var isStateless: Bool {
    switch self {
    case .june2025, .november2025: false
    case .july2026: true
    }
  }

  /// The newest revision that begins with a handshake.
  static let newestWithHandshake = november2025

  /// What a handshake settles on: what the client asks for, or the newest that there is.
  static func settled(asked: String?) -> ProtocolRevision {
    guard let asked = asked.flatMap(ProtocolRevision.init(rawValue:)), !asked.isStateless else {
      return newestWithHandshake
    }
    return asked
  }

  package static func < (left: ProtocolRevision, right: ProtocolRevision) -> Bool {
    left.rawValue < right.rawValue
  }
}
