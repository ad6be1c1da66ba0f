import IgnoreRules
import SyncModel

/// A glob and a path: what it names it covers, folders cover their inside, literals name themselves.
func fuzzGlobs(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let parts = input.parts(2)
  guard parts[0].count <= 4096, parts[1].count <= 4096,
    let pattern = String(validating: parts[0], as: UTF8.self)
  else { return }
  let glob: Glob
  do throws(GlobError) {
    glob = try Glob(pattern)
  } catch {
    try promise(error.pattern == pattern, "an error about another glob")
    return
  }
  let path = parts[1]
  let isNamed = path.withUnsafeBufferPointer { glob.matches($0) }
  let isCovered = path.withUnsafeBufferPointer { glob.covers($0) }
  try promise(!isNamed || isCovered, "named and not covered: \(pattern)")
  if isCovered {
    let below = path + Array("/x".utf8)
    try promise(
      below.withUnsafeBufferPointer { glob.covers($0) }, "covered, but not what is below")
  }
  try checkRules(pattern, path)
}

/// As an `include` glob: what it selects is no protected name and no configuration.
private func checkRules(_ pattern: String, _ path: [UInt8]) throws {
  let rules: SelectionRules
  do throws(GlobError) { rules = try SelectionRules(include: [pattern]) } catch {
    throw Broken(description: "a glob that is no include: \(pattern)")
  }
  var walk = SelectionWalk(rules, files: [])
  let names = path.split(separator: UInt8(ascii: "/"))
  for (index, name) in names.enumerated() {
    let name = Array(name)
    let isFolder = index + 1 < names.count
    let selection = name.withUnsafeBufferPointer { walk.selection(of: $0, isFolder: isFolder) }
    if case .selected = selection {
      try promise(
        !name.withUnsafeBufferPointer { BuiltInRules.isProtected($0) }, "a protected name")
    }
    if isFolder { name.withUnsafeBufferPointer { walk.enter($0, files: []) } }
  }
}
