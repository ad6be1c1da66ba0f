import SyncModel

/// Any bytes as a path: refused for a reason, or valid for good, in form C, ordered and safe.
func fuzzPaths(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let parts = input.parts(2)
  let left = path(of: parts[0])
  if let left { try checkPath(left) }
  // An order of two, whatever they are.
  guard let left, let right = path(of: parts[1]) else { return }
  try checkPath(right)
  try promise((left < right) != (right < left) || left == right, "no order: \(left) \(right)")
  try promise(left != right || left.hashValue == right.hashValue, "equal, with other hashes")
  try promise(
    OrderKey.bytes(of: left).lexicographicallyPrecedes(OrderKey.bytes(of: right))
      == (left < right), "the stored order differs: \(left) \(right)")
  if left.isBelow(right) {
    try promise(right < left && left.ancestors.contains(right), "\(left) below \(right)")
  }
  if left.folded == right.folded {
    try promise(left.names.count == right.names.count, "\(left) folds to \(right)")
  }
}

private func path(of bytes: [UInt8]) -> SyncPath? {
  do throws(PathProblem) { return try SyncPath(validating: bytes) } catch { return nil }
}

/// What holds for every path that was let in.
private func checkPath(_ path: SyncPath) throws {
  let key = path.key
  try promise(key.utf8.count <= SyncPath.maximumBytes, "too long: \(key)")
  try promise(path.names.count <= SyncPath.maximumDepth, "too deep: \(key)")
  try promise(PathName.canonical(key).utf8.elementsEqual(key.utf8), "not in form C: \(key)")
  try promise(
    path.names.map(String.init).joined(separator: "/").utf8.elementsEqual(key.utf8), "names")
  do throws(PathProblem) {
    let again = try SyncPath(validating: key)
    if again != path { throw .empty }
  } catch {
    throw Broken(description: "a valid path is refused the second time: \(error) \(key)")
  }
  for name in path.names {
    try promise(!name.isEmpty && name != "." && name != "..", "a step: \(key)")
    try promise(name.utf8.count <= PathName.maximumBytes, "a long name: \(key)")
    try promise(!name.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0x5C || $0 == 0x3A }, key)
    try promise(name.utf8.last != 0x20 && name.utf8.last != 0x2E, "an end that goes: \(key)")
    try promise(!PathName.isProtected(String(name)), "protected: \(key)")
  }
  try promise(
    PathName.canonical(path.folded).utf8.elementsEqual(path.folded.utf8), "folded, not form C")
  try promise(path.ancestors.count == path.names.count - 1, "ancestors of \(key)")
  try promise(path.ancestors.allSatisfy(path.isBelow), "not below its folders: \(key)")
  let stored = OrderKey.bytes(of: path).withUnsafeBytes { OrderKey.path(of: $0) }
  try promise(stored == path, "the stored form: \(key)")
}
