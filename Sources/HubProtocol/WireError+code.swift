extension WireError.Code {
  private static let table: [(code: WireError.Code, word: String, status: Int)] = [
    (.malformed, "malformed", 400),
    (.notAllowed, "not_allowed", 401),
    (.scope, "scope", 403),
    (.noSuchContent, "no_such_content", 404),
    (.noSuchPath, "no_such_path", 404),
    (.noSuchRevision, "no_such_revision", 404),
    (.noSuchUpload, "no_such_upload", 404),
    (.moved, "moved", 409),
    (.impossibleTree, "impossible_tree", 409),
    (.commitReused, "commit_reused", 409),
    (.missingContent, "missing_content", 409),
    (.exists, "exists", 409),
    (.wrongOffset, "wrong_offset", 409),
    (.historyGone, "history_gone", 410),
    (.tooLarge, "too_large", 413),
    (.invalidPath, "invalid_path", 422),
    (.digestMismatch, "digest_mismatch", 422),
    (.badPack, "bad_pack", 422),
    (.unsupportedProtocol, "unsupported_protocol", 426),
    (.slowDown, "slow_down", 429),
    (.internalFailure, "internal", 500),
    (.busy, "busy", 503),
    (.stopping, "stopping", 503),
    (.storageFull, "storage_full", 507),
  ]

  /// Every code that this program knows.
  package static var known: [WireError.Code] { table.map(\.code) }

  /// Reads the word for a code.
  package init(word: String) {
    self = Self.table.first { $0.word == word }?.code ?? .unknown(word)
  }

  /// The word for the code.
  package var word: String {
    if case .unknown(let word) = self { return word }
    return Self.table.first { $0.code == self }?.word ?? "internal"
  }

  /// The status that usually goes with the code; `not_allowed` is 404 for a project.
  package var status: Int {
    Self.table.first { $0.code == self }?.status ?? 500
  }
}
