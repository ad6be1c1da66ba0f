import YAML

/// Any bytes as YAML: refused, or a tree within its limits whose keys are unique.
func fuzzYAML(_ bytes: [UInt8]) throws {
  let limits = YAMLLimits(depth: 8, bytes: 1 << 16, nodes: 200)
  guard let documents = try? YAML.documents(bytes, limits: limits) else { return }
  var count = 0
  for document in documents { try check(document, depth: 1, &count) }
  try promise(count <= 200, "more nodes than allowed: \(count)")
  if let first = try? YAML.first(bytes, limits: limits) {
    try promise(first.start == documents.first?.start, "another first document")
  }
}

private func check(_ node: YAMLNode, depth: Int, _ count: inout Int) throws {
  count += 1
  try promise(depth <= 9, "deeper than allowed")
  switch node.content {
  case .scalar: break
  case .sequence(let nodes):
    for node in nodes { try check(node, depth: depth + 1, &count) }
  case .mapping(let pairs):
    var keys: Set<[UInt8]> = []
    for pair in pairs {
      if let text = pair.key.text {
        try promise(keys.insert(Array(text.utf8)).inserted, "a key twice: \(text)")
      }
      try check(pair.key, depth: depth + 1, &count)
      try check(pair.value, depth: depth + 1, &count)
    }
  }
}
