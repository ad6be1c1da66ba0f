/// Answers for the entries of one folder during a depth-first walk.
///
/// A value: a copy keeps its place, so that another thread can go on below it. Deeper files are
/// asked before shallower ones, and in a file the last match wins. Below an ignored folder all is
/// ignored, whatever the files there say.
package struct IgnoreMatcher: Sendable {
  /// The rules of one file as they look from the current folder.
  private struct Layer: Sendable {
    let file: IgnoreFile
    /// The length of the path of the file's folder, its last slash included.
    let base: Int
    let alive: [Int]
  }

  /// A folder on the way from the root to the current one.
  private final class Frame: Sendable {
    let parent: Frame?
    /// The folder's path from the root with a slash at its end; empty for the root.
    let path: [UInt8]
    /// Deepest first.
    let layers: [Layer]
    let needsPath: Bool
    let ignored: RuleReference?

    init(parent: Frame?, path: [UInt8], layers: [Layer], ignored: RuleReference?) {
      self.parent = parent
      self.path = path
      self.layers = layers
      self.ignored = ignored
      needsPath = layers.contains { !$0.alive.isEmpty }
    }
  }

  private var frame: Frame

  /// Starts in the root folder; of its `files` the later ones are asked first.
  package init(files: [IgnoreFile] = []) {
    frame = Frame(
      parent: nil, path: [], layers: IgnoreMatcher.layers(files, base: 0), ignored: nil)
  }

  /// The path of the current folder with a slash at its end; empty for the root.
  package var folder: [UInt8] { frame.path }

  /// Goes into a folder of the current one; of its `files` the later ones are asked first.
  ///
  /// `verdict` is the one that this matcher gave for the folder. In an ignored folder `files` are
  /// not looked at.
  package mutating func enter(_ name: Bytes, files: [IgnoreFile], verdict: Verdict) {
    var path = frame.path
    path.append(contentsOf: name)
    path.append(slash)
    if case .ignored(let rule) = verdict {
      frame = Frame(parent: frame, path: path, layers: [], ignored: rule)
      return
    }
    var layers = IgnoreMatcher.layers(files, base: path.count)
    path.withUnsafeBufferPointer { bytes in
      for layer in frame.layers {
        let alive =
          layer.alive.isEmpty
          ? [] : layer.file.alive(of: layer.alive, below: bytes.part(layer.base, bytes.count))
        if alive.isEmpty && layer.file.names.isEmpty { continue }
        layers.append(Layer(file: layer.file, base: layer.base, alive: alive))
      }
    }
    frame = Frame(parent: frame, path: path, layers: layers, ignored: nil)
  }

  /// Goes back to the folder that holds the current one.
  package mutating func leave() {
    guard let parent = frame.parent else {
      preconditionFailure("The root folder cannot be left.")
    }
    frame = parent
  }

  /// What the rules say about an entry of the current folder.
  package func verdict(for name: Bytes, isFolder: Bool) -> Verdict {
    if let rule = frame.ignored { return .ignored(by: rule) }
    guard !frame.layers.isEmpty else { return .undecided }
    guard frame.needsPath else { return verdict(name: name, path: name, isFolder: isFolder) }
    let folder = frame.path
    return withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: folder.count + name.count
    ) { buffer in
      _ = buffer.initialize(fromContentsOf: folder)
      _ = buffer[folder.count...].initialize(fromContentsOf: name)
      return verdict(name: name, path: Bytes(buffer), isFolder: isFolder)
    }
  }

  /// What the rules say about an entry of the current folder.
  package func verdict(for name: String, isFolder: Bool) -> Verdict {
    withBytes(of: name) { verdict(for: $0, isFolder: isFolder) }
  }

  private func verdict(name: Bytes, path: Bytes, isFolder: Bool) -> Verdict {
    for layer in frame.layers {
      let relative = layer.alive.isEmpty ? name : path.part(layer.base, path.count)
      guard
        let index = layer.file.lastMatch(
          name: name, path: relative, alive: layer.alive, isFolder: isFolder)
      else { continue }
      let rule = RuleReference(file: layer.file, index: index)
      return layer.file.patterns[index].isNegated ? .included(by: rule) : .ignored(by: rule)
    }
    return .undecided
  }

  private static func layers(_ files: [IgnoreFile], base: Int) -> [Layer] {
    files.reversed().map { Layer(file: $0, base: base, alive: $0.paths) }
  }
}
