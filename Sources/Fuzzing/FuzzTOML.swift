import TOML

/// Any bytes as TOML: refused with a place, or a document that stays one where it must.
func fuzzTOML(_ bytes: [UInt8]) throws {
  let limits = TOMLLimits(depth: 8, bytes: 1 << 16)
  do throws(TOMLError) {
    try TOML.validate(bytes, limits: limits)
  } catch {
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    try promise((1...lines).contains(error.line), "line \(error.line) of \(lines)")
    try promise((1...bytes.count + 1).contains(error.column), "column \(error.column)")
    return
  }
  try promise(String(validating: bytes, as: UTF8.self) != nil, "a document that is no text")
  try promise(isDocument(bytes, TOMLLimits(depth: 9, bytes: 1 << 16)), "refused by wider limits")
  let key = Array("fuzzed".utf8)
  guard !bytes.indices.contains(where: { bytes[$0...].starts(with: key) }) else { return }
  // An escape may spell the key too.
  guard !bytes.contains(UInt8(ascii: "\\")) else { return }
  func joined(_ head: String, _ tail: String) -> Bool {
    isDocument(Array(head.utf8) + bytes + Array(tail.utf8), TOMLLimits(depth: 8, bytes: 1 << 17))
  }
  try promise(joined("# a comment\n\n", "\n# a comment"), "comments broke it")
  try promise(joined("fuzzed = 1\n", ""), "another key broke it")
  try promise(joined("", "\n[fuzzed.a]\nb = []\n[fuzzed]\n"), "another table broke it")
  try promise(!joined("fuzzed = 1\nfuzzed = 2\n", ""), "a key twice")
  try promise(!joined("fuzzed = 1\n", "\n[fuzzed]\n"), "a table over a key")
  try promise(!joined("", "\n[fuzzed]\n[fuzzed]\n"), "a table twice")
  try promise(!joined("", "\nfuzzed"), "a key without a value")
  try promise(!joined("", "\n[fuzzed]\na = \""), "a text without its end")
}

private func isDocument(_ bytes: [UInt8], _ limits: TOMLLimits) -> Bool {
  do throws(TOMLError) {
    try TOML.validate(bytes, limits: limits)
    return true
  } catch {
    return false
  }
}
