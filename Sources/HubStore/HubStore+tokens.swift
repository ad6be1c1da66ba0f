import Platform
package import HubProtocol
package import SyncModel

/// A token as the hub keeps it; its text is known to its owner only.
package struct HubToken: Hashable, Sendable {
  /// A short name for lists and revocation.
  package let id: String
  /// Who uses it: the author of what is done with it.
  package let name: String
  /// What it may do.
  package let scope: TokenScope
  /// The one project that it is for; nothing for all.
  package let project: ProjectReference?
  /// When it was made.
  package let created: Timestamp
  /// When it ends by itself.
  package let expires: Timestamp?
  /// When it was revoked.
  package let revoked: Timestamp?
  /// When it was last used, exact to a minute.
  package let lastUsed: Timestamp?

  /// A project by its identity and its present name.
  package struct ProjectReference: Hashable, Sendable {
    package let id: String
    package let name: String
  }

  static let columns = """
    tokens.id, tokens.name, tokens.scope, projects.id, projects.name, tokens.created,
    tokens.expires, tokens.revoked, tokens.last_used, tokens.hash, tokens.project
    """
  static let source = "tokens LEFT JOIN projects ON projects.number = tokens.project"

  init(_ row: StoreRow) throws {
    id = row.text(0)
    name = row.text(1)
    guard let scope = TokenScope(rawValue: row.text(2)) else {
      throw HubStoreError.notAHub(path: "hub.db")
    }
    self.scope = scope
    if let id = row.optionalText(3), let name = row.optionalText(4) {
      project = ProjectReference(id: id, name: name)
    } else if row.optionalInteger(10) == nil {
      project = nil
    } else {
      // A token of a project must never pass for one of all projects.
      throw HubStoreError.notAHub(path: "hub.db")
    }
    created = Timestamp(nanoseconds: row.integer(5))
    expires = row.optionalInteger(6).map { Timestamp(nanoseconds: $0) }
    revoked = row.optionalInteger(7).map { Timestamp(nanoseconds: $0) }
    lastUsed = row.optionalInteger(8).map { Timestamp(nanoseconds: $0) }
  }
}

extension HubStore {
  /// Makes a token and returns its text, which cannot be had again.
  package func createToken(
    named name: String, scope: TokenScope, project: HubProject?, expires: Timestamp?,
    by actor: String
  ) throws -> (id: String, text: String) {
    guard HubStore.isValidToken(name: name) else { throw HubStoreError.invalidName }
    let text = TokenText.make(environment.randomBytes(32))
    let id = try freshIdentifier(bytes: 6)
    let hash = TokenText.hash(text)
    try writing { connection in
      if let project { _ = try refreshed(project, connection) }
      try connection.run(
        """
        INSERT INTO tokens (id, name, lookup, hash, scope, project, created, expires)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """, .text(id), .text(name), .integer(Int64(bitPattern: hash.words.0)),
        .blob(hash.bytes), .text(scope.rawValue), .optional(project?.number),
        .integer(environment.now().nanoseconds), .optional(expires?.nanoseconds))
      try record(
        "token.create", by: actor, project: project?.name,
        detail: "\(id) \(name) \(scope.rawValue)", connection)
    }
    return (id, text)
  }

  /// All tokens, revoked and expired ones included, oldest first.
  package func tokens() throws -> [HubToken] {
    try reading { connection in
      try connection.rows(
        "SELECT \(HubToken.columns) FROM \(HubToken.source) ORDER BY tokens.created, tokens.id"
      ) { try HubToken($0) }
    }
  }

  /// Ends a token at once; a second time changes nothing.
  package func revokeToken(id: String, by actor: String) throws {
    try writing { connection in
      let found = try connection.first(
        "SELECT revoked FROM tokens WHERE id = ?", .text(id)
      ) { $0.optionalInteger(0) }
      guard let found else { throw HubStoreError.noSuchToken }
      guard found == nil else { return }
      try connection.run(
        "UPDATE tokens SET revoked = ? WHERE id = ?",
        .integer(environment.now().nanoseconds), .text(id))
      try record("token.revoke", by: actor, detail: id, connection)
    }
  }

  /// Finds the valid token of a text; nothing for unknown, expired and revoked ones.
  ///
  /// The rows are found by a part of the hash and compared whole in constant time.
  package func verify(token text: String) throws -> HubToken? {
    let hash = TokenText.hash(text)
    let isWellFormed = TokenText.isWellFormed(text)
    let rows = try reading { connection in
      try connection.rows(
        "SELECT \(HubToken.columns) FROM \(HubToken.source) WHERE tokens.lookup = ?",
        .integer(Int64(bitPattern: hash.words.0))
      ) { (try HubToken($0), try $0.digest(9)) }
    }
    var found: HubToken?
    for (token, stored) in rows where HubStore.isSame(stored, hash) { found = token }
    guard isWellFormed, let found, found.revoked == nil else { return nil }
    let now = environment.now()
    if let expires = found.expires, expires <= now { return nil }
    touch(found, at: now)
    return found
  }

  /// Tells whether a token that was verified earlier is still valid; that is no use of it.
  package func isValid(tokenID: String) throws -> Bool {
    let token = try reading { connection in
      try connection.first(
        "SELECT \(HubToken.columns) FROM \(HubToken.source) WHERE tokens.id = ?", .text(tokenID)
      ) { try HubToken($0) }
    }
    guard let token, token.revoked == nil else { return false }
    let now = environment.now()
    return token.expires.map { $0 > now } ?? true
  }

  /// Records a use, at most once a minute for a token, where the disk and the database let it.
  private func touch(_ token: HubToken, at now: Timestamp) {
    let minute: Int64 = 60_000_000_000
    let isDue = lastUses.withLock { uses in
      let last = uses[token.id] ?? token.lastUsed?.nanoseconds ?? .min
      if last > now.nanoseconds - minute { return false }
      uses[token.id] = now.nanoseconds
      return true
    }
    guard isDue else { return }
    do {
      try writing { connection in
        try connection.run(
          "UPDATE tokens SET last_used = ? WHERE id = ?", .integer(now.nanoseconds),
          .text(token.id))
      }
    } catch {
      // A full disk must not keep anybody from reading; the next use after a minute tries again.
    }
  }

  private static func isSame(_ left: Digest, _ right: Digest) -> Bool {
    let (a, b) = (left.words, right.words)
    return ((a.0 ^ b.0) | (a.1 ^ b.1) | (a.2 ^ b.2) | (a.3 ^ b.3)) == 0
  }

  /// Tells whether a name can be a token's: 1 to 100 bytes of printable text.
  static func isValidToken(name: String) -> Bool {
    (1...100).contains(name.utf8.count)
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
          && !(0x200B...0x200F).contains(scalar.value)
          && !(0x202A...0x202E).contains(scalar.value)
          && !(0x2066...0x2069).contains(scalar.value)
      }
  }
}
