import Crypto
import HTTPServing
import Hub
import HubProtocol
import HubStore
import JSON
import Platform
import SyncModel
import TestSupport

/// Some requests to a hub: each is answered, never by a fault of the hub's own, in its own words.
///
/// The hub lives as long as the process, as a real one does: what earlier inputs made is still there.
func fuzzHub(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let world = try HubUnderFuzz.current()
  for _ in 0..<4 where !input.isAtEnd {
    guard let request = world.request(&input) else { continue }
    try check(world.hub.handle(request), to: request, in: world)
  }
}

private func check(
  _ response: HTTPResponse, to request: HTTPRequest, in world: HubUnderFuzz
) throws {
  let asked = "\(request.method) \(request.rawPath)"
  try promise((200..<500).contains(response.status), "\(response.status) for \(asked)")
  try promise(
    response.headers["Content-Security-Policy"] != nil
      && response.headers["X-Content-Type-Options"] == "nosniff", "unguarded: \(asked)")
  for field in response.headers.fields {
    try promise(
      !(field.name + field.value).utf8.contains { $0 < 0x20 || $0 == 0x7F },
      "a header that breaks its line: \(asked)")
  }
  let body = try read(response.body)
  let headers = response.headers.fields.flatMap { Array(($0.name + ": " + $0.value + "\n").utf8) }
  try promise(!world.tells(headers + body), "a token came back: \(asked)")
  if request.method == "POST", request.rawPath == "/api/v1/tokens", response.status < 300 {
    world.note(body)
  }
  guard response.status >= 400 else { return }
  // A refusal is one of the known words.
  guard let error = try? WireError.decode(body) else {
    throw Broken(description: "a refusal without its words: \(response.status) \(asked)")
  }
  try promise(WireError.Code.known.contains(error.code), "an unknown word: \(asked)")
}

private func read(_ body: HTTPResponse.Body) throws -> [UInt8] {
  switch body {
  case .bytes(let bytes): return bytes
  case .events(let source):
    source.close()
    return []
  case .stream(let length, let reader):
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    try promise(length == nil || length == bytes.count, "another length than announced")
    return bytes
  }
}
