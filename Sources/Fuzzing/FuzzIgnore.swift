import IgnoreRules

/// An ignore file and a path: the walk and the single pattern agree, and a folder rules its inside.
func fuzzIgnore(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let parts = input.parts(3)
  let names = parts[1].split(separator: UInt8(ascii: "/")).map { Array($0) }.prefix(8)
  guard let last = names.last else { return }
  let file = IgnoreFile(source: "f", contents: parts[0])
  let inner = IgnoreFile(source: "g", contents: parts[2])
  var matcher = IgnoreMatcher(files: [file])
  var isIgnored = false
  var taken: [UInt8] = []
  for (index, name) in names.dropLast().enumerated() {
    taken += name + [UInt8(ascii: "/")]
    let verdict = name.withUnsafeBufferPointer { matcher.verdict(for: $0, isFolder: true) }
    if case .ignored = verdict { isIgnored = true }
    name.withUnsafeBufferPointer {
      matcher.enter($0, files: index == 0 ? [inner] : [], verdict: verdict)
    }
    try promise(matcher.folder == taken, "the walk stands elsewhere")
  }
  for isFolder in [false, true] {
    let verdict = last.withUnsafeBufferPointer { matcher.verdict(for: $0, isFolder: isFolder) }
    if isIgnored {
      guard case .ignored = verdict else { throw Broken(description: "out of an ignored folder") }
    }
    try checkRule(verdict, file, inner, parts, path: taken + last, isFolder: isFolder)
  }
}

/// Where no folder decided, the last pattern that matches by itself is the one that is named.
private func checkRule(
  _ verdict: Verdict, _ file: IgnoreFile, _ inner: IgnoreFile, _ parts: [[UInt8]],
  path: [UInt8], isFolder: Bool
) throws {
  if !path.contains(UInt8(ascii: "/")) {
    let wanted = file.patterns.last { $0.matches(path, isFolder: isFolder) }
    switch verdict {
    case .undecided: try promise(wanted == nil, "a rule was passed over")
    case .ignored(let rule):
      try promise(wanted?.text == rule.pattern.text && !rule.pattern.isNegated, "another rule")
    case .included(let rule):
      try promise(wanted?.text == rule.pattern.text && rule.pattern.isNegated, "another rule")
    }
  }
  switch verdict {
  case .undecided: break
  case .ignored(let rule), .included(let rule):
    let text = rule.source == "f" ? parts[0] : parts[2]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    try promise((1...lines.count).contains(rule.line), "a line that is not there")
  }
}
