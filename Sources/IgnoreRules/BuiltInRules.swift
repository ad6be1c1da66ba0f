/// What is never sent unless a pattern of `include` names it.
package enum BuiltInRules {
  /// Raised whenever the rules change, so that a project notices.
  package static let revision = 1

  /// What a pattern must say of a name, in so many letters, to lift a rule.
  enum Lift: Sendable {
    /// The whole name.
    case wholeName
    /// At least this beginning.
    case prefix([UInt8])
    /// At least this end.
    case suffix([UInt8])

    /// Tells whether a part of a pattern, which matches the name, says enough.
    func isMet(by part: GlobName) -> Bool {
      if part.isLiteral { return true }
      switch self {
      case .wholeName: return false
      case .prefix(let bytes): return part.prefix.map(lowercased).starts(with: bytes)
      case .suffix(let bytes):
        return part.suffix.reversed().map(lowercased).starts(with: bytes.reversed())
      }
    }
  }

  static let keyNames = [
    "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss",
  ]
  static let keySuffixes = [".pem", ".key", ".p12", ".pfx", ".ppk", ".jks", ".keystore"]

  private static let keyNameBytes = keyNames.map { Array($0.utf8) }
  private static let keySuffixBytes = keySuffixes.map { Array($0.utf8) }
  private static let environment = Array(".env".utf8)
  private static let credentials = Array("syncline-credentials".utf8)
  private static let packages = Array("node_modules".utf8)
  private static let cache = Array("__pycache__".utf8)
  private static let vimProbe = Array("4913".utf8)
  private static let lock = Array(".#".utf8)
  private static let desktop = Array(".ds_store".utf8)
  private static let thumbnails = Array("thumbs.db".utf8)
  private static let ignoreFiles = [Array(".gitignore".utf8), Array(".synclineignore".utf8)]

  /// The rule that leaves an entry out, by its name alone; `nil` when none does.
  ///
  /// ASCII letters count in either case. The two ignore files are not hidden: they travel with the
  /// project, so that all who share it skip the same things.
  package static func rule(for name: Bytes, isFolder: Bool) -> BuiltInRule? {
    match(name, isFolder: isFolder)?.rule
  }

  /// The rule that leaves an entry out, by its name alone; `nil` when none does.
  package static func rule(for name: String, isFolder: Bool) -> BuiltInRule? {
    withBytes(of: name) { rule(for: $0, isFolder: isFolder) }
  }

  static func match(_ name: Bytes, isFolder: Bool) -> (rule: BuiltInRule, lift: Lift)? {
    guard let first = name.first, let last = name.last else { return nil }
    if let rule = protectedRule(for: name) { return (rule, .wholeName) }
    if !isFolder {
      if last == UInt8(ascii: "~") { return (.editorLitter, .suffix([last])) }
      if let key = key(name) { return (.privateKey, key) }
    }
    if first == UInt8(ascii: ".") { return hidden(name, isFolder: isFolder) }
    switch lowercased(first) {
    case UInt8(ascii: "n") where name.folds(to: packages):
      return (.installedPackages, .wholeName)
    case UInt8(ascii: "_") where name.folds(to: cache):
      return (.bytecodeCache, .wholeName)
    case UInt8(ascii: "4") where !isFolder && name.folds(to: vimProbe):
      return (.editorLitter, .wholeName)
    case UInt8(ascii: "t") where !isFolder && name.folds(to: thumbnails):
      return (.systemLitter, .wholeName)
    case UInt8(ascii: "s") where name.foldedPrefix(is: credentials):
      return (.ownCredentials, .prefix(credentials))
    default:
      return nil
    }
  }

  private static func key(_ name: Bytes) -> Lift? {
    if name.count > 2, name[2] == UInt8(ascii: "_"), keyNameBytes.contains(where: name.folds) {
      return .wholeName
    }
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let end = name.part(dot, name.count)
    return keySuffixBytes.first(where: end.folds).map { .suffix($0) }
  }

  private static func hidden(_ name: Bytes, isFolder: Bool) -> (rule: BuiltInRule, lift: Lift)? {
    if name.foldedPrefix(is: environment) { return (.environment, .prefix(environment)) }
    if name.foldedPrefix(is: lock) { return (.editorLitter, .prefix(lock)) }
    if name.folds(to: desktop) { return (.systemLitter, .wholeName) }
    if !isFolder {
      if ignoreFiles.contains(where: { $0.elementsEqual(name) }) { return nil }
      // .NAME.sw?
      let end = name.count
      if end >= 6, name[end - 4] == UInt8(ascii: "."),
        lowercased(name[end - 3]) == UInt8(ascii: "s"),
        lowercased(name[end - 2]) == UInt8(ascii: "w")
      {
        return (.editorLitter, .wholeName)
      }
    }
    return (.hidden, .prefix([UInt8(ascii: ".")]))
  }
}

/// An ASCII letter in lower case; any other byte as it is.
func lowercased(_ byte: UInt8) -> UInt8 {
  (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// Tells whether the bytes, ASCII letters in lower case, are `other`.
  fileprivate func folds(to other: [UInt8]) -> Bool {
    count == other.count && foldedPrefix(is: other)
  }

  /// Tells whether the bytes, ASCII letters in lower case, begin with `other`.
  fileprivate func foldedPrefix(is other: [UInt8]) -> Bool {
    guard count >= other.count else { return false }
    for index in 0..<other.count where lowercased(self[index]) != other[index] { return false }
    return true
  }
}
