import ProjectConfig

/// A file of tokens: refused without a word of what is in it, or written again byte for byte alike.
func fuzzCredentials(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let parts = input.parts(4)
  var kept: Credentials
  do throws(CredentialsError) {
    kept = try Credentials.parse(parts[0])
  } catch {
    let lines = parts[0].count { $0 == UInt8(ascii: "\n") } + 1
    try promise((1...lines).contains(error.line), "line \(error.line) of \(lines)")
    kept = Credentials()
  }
  try check(kept)
  guard let origin = try? ServerOrigin(String(decoding: parts[1], as: UTF8.self)),
    let token = AccessToken(String(decoding: parts[2], as: UTF8.self))
  else { return }
  let before = kept.entries.filter { $0.origin != origin }
  kept.set(token, name: String(decoding: parts[3], as: UTF8.self), for: origin)
  try check(kept)
  try promise(kept[origin]?.token == token, "another token than was kept")
  try promise(kept.remove(origin) && kept.entries == before, "others went with it")
}

private func check(_ credentials: Credentials) throws {
  let written = credentials.rendered
  let again: Credentials
  do throws(CredentialsError) { again = try Credentials.parse(written) } catch {
    throw Broken(description: "what was written is refused: \(error.code) in line \(error.line)")
  }
  try promise(again == credentials, "other tokens when read again")
  try promise(again.rendered == written, "written in two ways")
  for entry in credentials.entries {
    let secret = entry.token.secret
    try promise(
      secret.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a token that breaks its header")
    var dumped = ""
    dump(entry.token, to: &dumped)
    // What is as short may stand in the words themselves.
    guard secret.utf8.count > 12 else { continue }
    try promise(!"\(entry.token) \(dumped)".contains(secret), "a token that shows itself")
  }
}
