import HubProtocol
import HubStore
import JSON
import SyncModel

/// An answer that says why a request was not done.
struct Refusal: Error {
  var status: Int
  var error: WireError
  /// Seconds after which to ask again.
  var retryAfter: Int?

  init(_ status: Int, _ error: WireError, retryAfter: Int? = nil) {
    self.status = status
    self.error = error
    self.retryAfter = retryAfter
  }

  /// No valid token.
  static let noToken = Refusal(
    401, WireError(.notAllowed, message: "not signed in, not allowed, or no such project"))
  /// No such project, or one that the token may not see: nobody can tell which.
  static let noProject = Refusal(404, noToken.error)

  static func malformed(_ message: String) -> Refusal {
    Refusal(400, WireError(.malformed, message: message))
  }

  static func scope(_ needed: TokenScope) -> Refusal {
    Refusal(403, WireError(.scope, message: "this needs a token with the scope \(needed.rawValue)"))
  }

  /// A token for one project, where a token for all of them is due.
  static let bound = Refusal(
    403, WireError(.scope, message: "this needs a token that is not bound to one project"))

  static func tooLarge(limit: Int) -> Refusal {
    Refusal(
      413, WireError(.tooLarge, message: "larger than the limit", limit: UInt64(max(limit, 0))))
  }

  static func slowDown(seconds: Int) -> Refusal {
    Refusal(
      429, WireError(.slowDown, message: "too many requests; try again later"),
      retryAfter: max(seconds, 1))
  }

  static func invalidPath(_ text: String) -> Refusal {
    Refusal(
      422, WireError(.invalidPath, message: "a path that a project may not hold", paths: [text]))
  }
}

extension Refusal {
  /// Translates whatever a handler threw.
  init(_ failure: any Error) {
    switch failure {
    case let refusal as Refusal: self = refusal
    case let error as HubStoreError: self.init(store: error)
    case let error as MessageError: self.init(message: error)
    case let error as PathProblem:
      self.init(422, WireError(.invalidPath, message: "invalid path: \(error.rawValue)"))
    default: self = .broken
    }
  }

  private static let broken = Refusal(
    500, WireError(.internalFailure, message: "the hub failed; its log says more"))

  private init(message error: MessageError) {
    switch error {
    case .json(let error):
      self = error.kind == .tooLarge ? .tooLarge(limit: error.offset) : .malformed("not valid JSON")
    case .missing(let field): self = .malformed("the field \(field) is missing")
    case .invalid(let field): self = .malformed("the field \(field) holds what it may not hold")
    case .repeated(let field): self = .malformed("\(field) is there twice")
    case .path(let text, let problem):
      self.init(
        422,
        WireError(.invalidPath, message: "invalid path: \(problem.rawValue)", paths: [text]))
    case .tooMany(_, let limit): self = .tooLarge(limit: limit)
    case .incomplete: self = .malformed("the body is not complete")
    case .unsorted: self = .malformed("the entries are not sorted")
    }
  }

  private init(store error: HubStoreError) {
    switch error {
    case .noSuchProject: self = .noProject
    case .projectExists: self.init(409, WireError(.exists, message: "there is one of that name"))
    case .invalidName: self = .malformed("a name that cannot be used")
    case .noSuchContent(let digest):
      self.init(404, WireError(.noSuchContent, message: "no such content", digests: [digest]))
    case .purged(let digest):
      self.init(
        410,
        WireError(
          .unknown("purged"), message: "this content was removed for good", digests: [digest]))
    case .noSuchPath: self.init(404, WireError(.noSuchPath, message: "nothing is at that path"))
    case .noSuchRevision:
      self.init(404, WireError(.noSuchRevision, message: "there is no such revision"))
    case .noSuchUpload:
      self.init(404, WireError(.noSuchUpload, message: "nothing of it has arrived"))
    case .noSuchToken: self.init(404, WireError(.noSuchPath, message: "there is no such token"))
    case .moved(let paths):
      self.init(
        409,
        WireError(
          .moved, message: "paths are no longer what the commit expects",
          moved: paths.map { WireError.Moved(path: $0.path, found: $0.found) }))
    case .draftMoved(let found):
      self.init(
        409,
        WireError(
          .moved, message: "the draft is not the one that is expected",
          digests: found.map { [$0] } ?? []))
    case .impossibleTree(let paths):
      self.init(
        409,
        WireError(
          .impossibleTree, message: "a path would be a file and a folder at once",
          paths: paths.map(\.key)))
    case .invalidPaths(let paths):
      self.init(
        422,
        WireError(.invalidPath, message: "what a project may not hold", paths: paths))
    case .commitReused:
      self.init(
        409, WireError(.commitReused, message: "the commit id was used with other changes"))
    case .missingContent(let digests):
      self.init(
        409,
        WireError(.missingContent, message: "contents are not there yet", digests: digests))
    case .historyGone:
      self.init(410, WireError(.historyGone, message: "ask again without since"))
    case .digestMismatch(let digests):
      self.init(
        422,
        WireError(.digestMismatch, message: "a content is not what it claims", digests: digests))
    case .badPack: self.init(422, WireError(.badPack, message: "not a pack that can be taken"))
    case .wrongOffset(let received):
      self.init(
        409,
        WireError(.wrongOffset, message: "the upload stands elsewhere", received: received))
    case .tooLarge(let limit):
      self.init(413, WireError(.tooLarge, message: "larger than the limit", limit: limit))
    case .storageFull:
      self.init(507, WireError(.storageFull, message: "the hub's disk is full"))
    case .busy, .locked:
      self.init(503, WireError(.busy, message: "busy; try again"), retryAfter: 1)
    case .notAHub, .databaseMissing, .newerFormat, .olderFormat, .notEmpty, .targetInUse,
      .insideItself,
      .database,
      .system:
      self = .broken
    }
  }
}
