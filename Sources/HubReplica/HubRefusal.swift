import HTTPClient
import HubProtocol
import Replica
import SyncModel

/// Trouble that may go away by itself: a cut, a timeout, a hub that is busy.
struct HubTrouble: Error {
  /// What to say when it did not go away.
  var final: ReplicaError
  /// How many seconds the hub asks to wait.
  var retryAfter: Int64?
}

/// A request that a hub understood and refused.
struct HubRefusal: Error {
  var status: Int
  var error: WireError

  /// The contents that the hub had removed for good and never takes again; it names some at a time.
  var purged: Set<Digest> {
    error.code == .unknown("purged") ? Set(error.digests) : []
  }

  /// The refusal as the caller of a replica sees it: trouble with the hub as a whole becomes a
  /// `ReplicaError`, what is about the request stays a `WireError`.
  func translated(_ origin: Origin) -> any Error {
    let detail = "\(origin): \(error.message)"
    switch error.code {
    case .notAllowed:
      // What it says of the reason is the same for every reason.
      return ReplicaError(.notAllowed, detail: "\(origin)")
    case .scope:
      return ReplicaError(.notAllowed, detail: detail)
    case .unsupportedProtocol:
      return ReplicaError(.notUnderstood, detail: detail)
    case .storageFull:
      return ReplicaError(.storage, detail: detail)
    case .commitReused:
      return ReplicaError(.commitReused, detail: detail)
    case .slowDown, .busy, .stopping, .internalFailure:
      return ReplicaError(.unreachable, detail: detail, isRetriable: true)
    case .noSuchContent, .noSuchPath, .noSuchRevision, .noSuchUpload, .moved, .impossibleTree,
      .missingContent, .exists, .wrongOffset, .historyGone, .tooLarge, .invalidPath,
      .digestMismatch, .badPack, .malformed, .unknown:
      return error
    }
  }

  /// The refusal where nothing but a `ReplicaError` is expected.
  func asReplicaError(_ origin: Origin) -> ReplicaError {
    translated(origin) as? ReplicaError
      ?? ReplicaError(.refused, detail: "\(origin): \(error.message) (\(error.code.word))")
  }
}

extension BlockReason {
  /// Why a content that the hub removed for good is not sent again.
  static let purged = BlockReason.refused(code: "purged")
}
