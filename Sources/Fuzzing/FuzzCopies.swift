import SyncCore
import SyncModel

/// The name of a conflict's loser: valid, beside the winner, with the extension, told by its digits.
func fuzzCopies(_ bytes: [UInt8]) throws {
  guard let path = try? SyncPath(validating: bytes) else { return }
  let (stem, suffix) = ConflictCopy.split(path.name)
  try promise(
    (String(stem) + String(suffix)).utf8.elementsEqual(path.name.utf8),
    "a split that loses: \(path)")
  try promise(!stem.isEmpty, "no stem: \(path)")
  let hex = "0123456789abcdef0123456789abcdef"
  for side in Side.allCases {
    guard let copy = ConflictCopy.path(for: path, losing: side, hex: hex) else {
      // Only what is long or would be no valid name may go without.
      try promise(
        path.key.utf8.count > SyncPath.maximumBytes - 40 || path.name.utf8.count > 180
          || !path.key.utf8.allSatisfy { $0 < 0x80 }, "no copy of \(path)")
      continue
    }
    try promise(copy != path, "the copy is the path: \(path)")
    try promise(copy.parent == path.parent, "the copy went elsewhere: \(copy)")
    try promise(copy.name.utf8.count <= PathName.maximumBytes, "a long copy: \(copy)")
    try promise(copy.key.contains("conflict-\(side.rawValue)-01234567"), "unmarked: \(copy)")
    let longer = ConflictCopy.path(for: path, losing: side, hex: hex, digits: 12)
    try promise(longer != copy, "more digits give the same name: \(copy)")
    let other = ConflictCopy.path(for: path, losing: side.other, hex: hex)
    try promise(other != copy, "both sides' copies have one name: \(copy)")
  }
}
