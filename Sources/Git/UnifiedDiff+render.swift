extension UnifiedDiff {
  /// The patch as `git diff` and `patch` understand it; empty where the texts are equal.
  ///
  /// Names with control characters, quotes or backslashes are quoted as git does.
  package func patch() -> [UInt8] {
    if hunks.isEmpty { return [] }
    var out: [UInt8] = []
    out += Array("--- ".utf8) + nameLine(oldName, prefix: "a/")
    out += Array("+++ ".utf8) + nameLine(newName, prefix: "b/")
    for hunk in hunks {
      out += Array(hunk.header.utf8)
      for line in hunk.lines {
        out.append(line.origin.rawValue)
        out += line.bytes
        if line.lacksLineFeed { out += Array("\n\\ No newline at end of file\n".utf8) }
      }
    }
    return out
  }
}

extension UnifiedDiff.Hunk {
  /// The line that opens the hunk, `@@ -1,2 +3 @@`, with its line feed.
  package var header: String {
    "@@ -\(range(oldStart, oldCount)) +\(range(newStart, newCount)) @@\n"
  }

  private func range(_ start: Int, _ count: Int) -> String {
    count == 1 ? "\(start)" : "\(start),\(count)"
  }
}

private func nameLine(_ name: String?, prefix: String) -> [UInt8] {
  guard let name else { return Array("/dev/null\n".utf8) }
  let plain = prefix + name
  let isPlain = plain.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x22 && $0 != 0x5C }
  // A tab after a name with a space tells `patch` where the name ends.
  if isPlain { return Array((plain + (name.contains(" ") ? "\t\n" : "\n")).utf8) }
  var quoted: [UInt8] = [0x22]
  for byte in plain.utf8 {
    switch byte {
    case 0x22, 0x5C: quoted += [0x5C, byte]
    case 0x09: quoted += Array("\\t".utf8)
    case 0x0A: quoted += Array("\\n".utf8)
    case 0..<0x20, 0x7F:
      quoted += [0x5C, 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
    default: quoted.append(byte)
    }
  }
  return quoted + [0x22, 0x0A]
}
