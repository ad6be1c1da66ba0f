import Crypto
import HubProtocol
import SyncModel
import Zstd

/// What fuzzed packs may hold: little, so that a limit is met often.
private let limits = PackLimits(
  packBytes: 1 << 20, objectBytes: 1 << 16, totalBytes: 1 << 18, objects: 1000)

/// A pack as it came, one of our making that was damaged, and one frame alone.
func fuzzPacks(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  switch input.byte() % 3 {
  case 0: try checkPack(input.remainder(), step: 1 << 16)
  case 1: try checkFrame(input.remainder())
  default:
    let step = 1 + input.number(below: 40)
    var pack = try ownPack(&input)
    try promise(try contents(of: pack, step: step) != nil, "our own pack is refused")
    let flips = input.number(below: 4)
    for _ in 0..<flips {
      pack[input.number(below: pack.count)] ^= input.byte()
    }
    if input.byte() % 4 == 0 { pack.removeLast(input.number(below: pack.count)) }
    try checkPack(pack, step: step)
  }
}

private func ownPack(_ input: inout FuzzInput) throws -> [UInt8] {
  var writer = PackWriter()
  for _ in 0..<input.number(below: 5) {
    let content = input.bytes(atMost: 64)
    try content.withUnsafeBytes { try writer.append(SHA256.hash($0), $0) }
    if input.byte() % 2 == 0 { try writer.flush() }
  }
  return try writer.finish()
}

/// What is delivered is what its digest says, within limits, and the same in pieces of any size.
private func checkPack(_ pack: [UInt8], step: Int) throws {
  let whole = try contents(of: pack, step: max(pack.count, 1))
  let pieces = try contents(of: pack, step: step)
  try promise(whole == pieces, "a pack in pieces is another one")
}

private func contents(of pack: [UInt8], step: Int) throws -> [[UInt8]]? {
  var reader = PackReader(limits: limits)
  var found: [[UInt8]] = []
  var total = 0
  do {
    try pack.withUnsafeBytes { all in
      var place = 0
      while place < all.count {
        let end = min(place + step, all.count)
        try reader.pushContents(UnsafeRawBufferPointer(rebasing: all[place..<end])) {
          digest, content in
          total += content.count
          guard digest == SHA256.hash(content) else { throw Broken(description: "digest") }
          guard content.count <= limits.objectBytes, total <= limits.totalBytes else {
            throw Broken(description: "a limit was passed")
          }
          found.append(Array(content))
        }
        place = end
      }
    }
    try reader.finish()
  } catch is PackError {
    return nil
  }
  try promise(reader.count == found.count && found.count <= limits.objects, "another count")
  return found
}

/// A frame that stands alone is the same when written again, and holds what it announces.
private func checkFrame(_ bytes: [UInt8]) throws {
  let parsed = bytes.withUnsafeBytes { bytes in
    try? PackFrame(parsing: bytes, maximumObject: limits.objectBytes)
  }
  guard let frame = parsed else { return }
  try promise(frame.encoded == bytes, "a frame that is another when written again")
  guard let raw = try? frame.contents(ZstdDecompressor()) else { return }
  try promise(raw.count == frame.rawLength, "a frame that holds more than it announces")
}
