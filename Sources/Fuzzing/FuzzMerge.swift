import Engine
import Git
import SyncModel

/// Three texts: the laws of a merge, and no line of either side is lost without a mark.
func fuzzMerge(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let path = SyncPath(trusted: input.pick(["a.txt", "a.json", "a.yaml", "a.toml"]))
  let parts = input.parts(3)
  let (base, local, remote) = (parts[0], parts[1], parts[2])
  let outcome = try TextMerge.merge(path: path, base: base, local: local, remote: remote)
  guard [base, local, remote].allSatisfy(TextMerge.isText) else {
    guard case .notText = outcome else { throw Broken(description: "no text was merged") }
    return
  }
  // Nothing changed on one side: the other side's text, whole.
  if case .clean(let merged) = try TextMerge.merge(
    path: path, base: base, local: local, remote: base)
  {
    try promise(merged == local, "an edit of one side was changed by the merge")
  } else {
    throw Broken(description: "an edit of one side is a conflict")
  }
  if local == remote {
    guard case .clean(let merged) = outcome, merged == local else {
      throw Broken(description: "equal edits do not merge to themselves")
    }
  }
  try checkMirror(path, parts, outcome)
  switch outcome {
  case .clean(let merged):
    try promise(TextMerge.isText(merged) || merged.count > TextMerge.maximumBytes, "no text")
    try checkLines(merged, base, local, remote)
  case .conflicting(let marked):
    try promise(TextMerge.isMarked(marked), "a conflict without marks")
    try checkLines(marked, base, local, remote)
  case .notText: throw Broken(description: "texts are called no texts")
  case .wouldNotParse: break
  }
}

/// Sides changed over: clean stays clean, and a conflict stays one.
private func checkMirror(
  _ path: SyncPath, _ parts: [[UInt8]], _ outcome: TextMerge.Outcome
) throws {
  // Where line endings differ, each side keeps its own: then the two need not agree.
  guard !parts.contains(where: { $0.contains(UInt8(ascii: "\r")) }) else { return }
  let mirrored = try TextMerge.merge(
    path: path, base: parts[0], local: parts[2], remote: parts[1])
  switch (outcome, mirrored) {
  case (.clean, .clean), (.conflicting, .conflicting), (.wouldNotParse, .wouldNotParse),
    (.notText, .notText):
    break
  case (.clean, _), (.conflicting, _), (.wouldNotParse, _), (.notText, _):
    throw Broken(description: "the sides' order decides whether it is a conflict")
  }
}

/// No line that one side wrote anew is missing from what the merge came to.
private func checkLines(_ result: [UInt8], _ base: [UInt8], _ sides: [UInt8]...) throws {
  let (known, found) = (lines(of: base), lines(of: result))
  for side in sides {
    let lost = lines(of: side).subtracting(known).subtracting(found)
    try promise(lost.isEmpty, "lost: \(lost.map { String(decoding: $0, as: UTF8.self) })")
  }
}

/// The lines of a text, whatever ends them.
private func lines(of bytes: [UInt8]) -> Set<[UInt8]> {
  let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
    let end = line.lastIndex { $0 != UInt8(ascii: "\r") }
    return end.map { Array(line[...$0]) } ?? []
  }
  return Set(lines.filter { !$0.isEmpty })
}
