import HTTPServing
import ProjectConfig

/// The target of a request, and the address of a server: taken apart, never wrongly put together.
func fuzzTargets(_ bytes: [UInt8]) throws {
  let text = String(decoding: bytes, as: UTF8.self)
  if let target = HTTPTarget(text) {
    try promise(target.rawPath.utf8.first == UInt8(ascii: "/"), "a path without a slash")
    try promise(
      target.rawPath.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a path that is not printable")
    let decoded = target.segments + target.query.flatMap { [$0.name, $0.value] }
    try promise(decoded.allSatisfy { !$0.utf8.contains(0) }, "a NUL came through")
    let count = target.rawPath == "/" ? 0 : target.rawPath.utf8.count { $0 == 0x2F }
    try promise(target.segments.count == count, "another number of segments")
  }
  if let origin = try? TargetAddress(text).origin {
    let shown = "\(origin)"
    try promise(
      shown.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an origin that is not printable")
  }
}
