import YAML

/// The edits of the file that change its targets.
struct TargetEditor {
  let source: YAMLSource
  let root: YAMLNode?

  private var mappings: MappingEditor { MappingEditor(source: source) }

  private static let top = YAMLMark(line: 1, column: 1, offset: 0)

  /// Adds a target, and `targets` where there is none.
  func insertion(of target: ProjectConfiguration.Target) throws(Uneditable) -> [TextEdit] {
    guard let root, !root.isNull else {
      let isLineOpen = source.bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
      let text = "targets:" + mappings.lines([target.flowPair], "  ") + source.lineEnd
      return [
        TextEdit(insert: (isLineOpen ? source.lineEnd : "") + text, at: source.bytes.count)
      ]
    }
    guard let targets = try pair("targets", of: root) else {
      let section = NewPair(
        flow: "targets: { \(target.flowPair) }", block: ["targets:", "  " + target.flowPair])
      return try mappings.insertion(of: section, into: root)
    }
    if targets.value.isNull { return [insertion(of: target, intoNull: targets, of: root)] }
    return try mappings.insertion(of: newPair(target, in: targets.value), into: targets.value)
  }

  /// Adds the first target behind a `targets:` with nothing in it.
  private func insertion(
    of target: ProjectConfiguration.Target, intoNull targets: YAMLNode.Pair, of root: YAMLNode
  ) -> TextEdit {
    let range = targets.value.start.offset..<targets.value.end.offset
    if range.isEmpty, !source.isFlow(root), source.isRestFree(from: range.upperBound),
      let indent = source.indent(of: targets.key.start.offset)
    {
      return TextEdit(
        insert: mappings.lines([target.flowPair], indent + "  "),
        at: source.lineEnd(of: range.upperBound))
    }
    return TextEdit(range, (range.isEmpty ? " " : "") + "{ \(target.flowPair) }")
  }

  /// Writes a target as the last of its siblings is written.
  private func newPair(_ target: ProjectConfiguration.Target, in targets: YAMLNode) -> NewPair {
    var pair = NewPair(flow: target.flowPair, block: [target.flowPair])
    guard let parent = targets.mapping?.last, let child = parent.value.mapping?.first,
      !source.isFlow(parent.value), parent.key.start.column < child.key.start.column
    else { return pair }
    let step = String(
      repeating: " ", count: child.key.start.column - parent.key.start.column)
    pair.block = ["\(YAMLText.name(target.name)):", "\(step)url: \(YAMLText.quoted(target.url))"]
    if target.isDefault { pair.block.append("\(step)default: true") }
    return pair
  }

  /// Takes a target away.
  func removal(of name: String) throws(Uneditable) -> TextEdit {
    let targets = try targets()
    guard let index = targets.mapping?.firstIndex(where: { $0.key.text == name }) else {
      throw Uneditable(mark: targets.start)
    }
    return try mappings.removal(ofPairAt: index, from: targets)
  }

  /// Gives a target another name.
  func renaming(_ name: String, to newName: String) throws(Uneditable) -> TextEdit {
    try replacing(target(name).key, with: YAMLText.name(newName))
  }

  /// Gives a target another URL.
  func replacingURL(of name: String, with url: String) throws(Uneditable) -> TextEdit {
    let target = try target(name)
    guard let pair = try pair("url", of: target.value) else {
      throw Uneditable(mark: target.key.start)
    }
    return try replacing(pair.value, with: YAMLText.quoted(url))
  }

  /// Marks a target as the default, or takes the mark away.
  func marking(_ name: String, _ isDefault: Bool) throws(Uneditable) -> [TextEdit] {
    let target = try target(name).value
    guard let pair = try pair("default", of: target) else {
      guard isDefault else { return [] }
      return try mappings.insertion(
        of: NewPair(flow: "default: true", block: ["default: true"]), into: target)
    }
    let isAlone = target.mapping?.count == 1
    if isDefault || isAlone || source.hasComment(from: source.end(of: pair.value)) {
      return [try replacing(pair.value, with: isDefault ? "true" : "false")]
    }
    guard let index = target.mapping?.firstIndex(where: { $0.key.text == "default" }) else {
      return []
    }
    let removal: TextEdit
    do throws(Uneditable) {
      removal = try mappings.removal(ofPairAt: index, from: target)
    } catch {
      removal = try replacing(pair.value, with: "false")
    }
    return [removal]
  }

  private func replacing(_ node: YAMLNode, with text: String) throws(Uneditable) -> TextEdit {
    switch node.content {
    case .scalar(_, .plain), .scalar(_, .singleQuoted), .scalar(_, .doubleQuoted):
      return TextEdit(node.start.offset..<node.end.offset, text)
    case .scalar(_, .literal), .scalar(_, .folded), .sequence, .mapping:
      throw Uneditable(mark: node.start)
    }
  }

  private func targets() throws(Uneditable) -> YAMLNode {
    guard let root, let pair = try pair("targets", of: root) else {
      throw Uneditable(mark: Self.top)
    }
    return pair.value
  }

  private func target(_ name: String) throws(Uneditable) -> YAMLNode.Pair {
    let targets = try targets()
    guard let pair = try pair(name, of: targets) else { throw Uneditable(mark: targets.start) }
    return pair
  }

  private func pair(_ name: String, of mapping: YAMLNode) throws(Uneditable) -> YAMLNode.Pair? {
    guard let pair = mapping.mapping?.first(where: { $0.key.text == name }) else { return nil }
    try mappings.check(pair)
    return pair
  }
}
