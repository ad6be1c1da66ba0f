import YAML

extension ProjectConfiguration {
  /// Makes an edit in the text of a `syncline.yaml`, and leaves all else of it as it is.
  ///
  /// The result has been read again: it says exactly what it should.
  package static func edited(
    _ bytes: [UInt8], by edit: ConfigurationEdit
  ) throws(ConfigurationEditError) -> [UInt8] {
    let hasMark = bytes.starts(with: byteOrderMark)
    let text = hasMark ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
    let intended = try read(text).applying(edit)
    var result = text
    for step in try steps(for: edit, in: text) { result = try step.made(in: result) }
    guard let outcome = try? parse(result), outcome == intended else {
      throw .needsHand(line: 1)
    }
    return hasMark ? byteOrderMark + result : result
  }

  private static func read(
    _ bytes: [UInt8]
  ) throws(ConfigurationEditError) -> ProjectConfiguration {
    do throws(ConfigurationError) {
      return try parse(bytes)
    } catch {
      throw .unreadable(error)
    }
  }

  private static func steps(
    for edit: ConfigurationEdit, in bytes: [UInt8]
  ) throws(ConfigurationEditError) -> [EditStep] {
    let before = try read(bytes)
    let after = try before.applying(edit)
    // Before the edit itself, while names are still the old ones.
    let marks = zip(before.targets, after.targets).compactMap { old, new in
      old.name == new.name && old.isDefault != new.isDefault
        ? EditStep.markDefault(old.name, new.isDefault) : nil
    }
    switch edit {
    case .addTarget(let target): return marks + [.insert(target)]
    case .removeTarget(let name): return [.remove(name)]
    case .renameTarget(let name, let newName): return [.rename(name, newName)]
    case .setURL(let url, let name): return [.setURL(name, url)]
    case .setDefault: return marks
    }
  }
}

/// A change of one place of the file.
private enum EditStep {
  case insert(ProjectConfiguration.Target)
  case remove(String)
  case rename(String, String)
  case setURL(String, String)
  case markDefault(String, Bool)

  func made(in bytes: [UInt8]) throws(ConfigurationEditError) -> [UInt8] {
    let root: YAMLNode?
    do throws(ConfigurationError) {
      root = try ProjectConfiguration.root(of: bytes)
    } catch {
      throw .needsHand(line: error.line)
    }
    do throws(Uneditable) {
      let editor = TargetEditor(source: YAMLSource(bytes: bytes), root: root)
      return TextEdit.apply(try edits(editor), to: bytes)
    } catch {
      throw .needsHand(line: error.mark.line)
    }
  }

  private func edits(_ editor: TargetEditor) throws(Uneditable) -> [TextEdit] {
    switch self {
    case .insert(let target): try editor.insertion(of: target)
    case .remove(let name): [try editor.removal(of: name)]
    case .rename(let name, let newName): [try editor.renaming(name, to: newName)]
    case .setURL(let name, let url): [try editor.replacingURL(of: name, with: url)]
    case .markDefault(let name, let isDefault): try editor.marking(name, isDefault)
    }
  }
}
