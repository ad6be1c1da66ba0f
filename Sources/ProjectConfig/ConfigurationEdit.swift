/// A change of a `syncline.yaml` by a program.
package enum ConfigurationEdit: Sendable, Equatable {
  /// Adds a target behind the others.
  ///
  /// Where another one was meant without a name, it still is: it is marked as the default.
  case addTarget(ProjectConfiguration.Target)
  /// Takes a target away.
  case removeTarget(String)
  /// Gives a target another name.
  case renameTarget(String, to: String)
  /// Gives a target another URL.
  case setURL(String, of: String)
  /// Makes a target the default, and no other.
  case setDefault(String)
}

/// Why a `syncline.yaml` was not changed.
package enum ConfigurationEditError: Error, Hashable, Sendable {
  /// The file as it is cannot be used.
  case unreadable(ConfigurationError)
  /// There is no target of this name; those that there are.
  case unknownTarget(String, known: [String])
  /// There is a target of this name already.
  case targetExists(String)
  /// The name has other signs than it may.
  case badName(String)
  /// The URL is no project's.
  case badURL(AddressProblem)
  /// The file is written in a way that a program cannot change without harm (aliases, for example).
  case needsHand(line: Int)
}

extension ProjectConfiguration {
  /// What the configuration is after an edit.
  func applying(
    _ edit: ConfigurationEdit
  ) throws(ConfigurationEditError) -> ProjectConfiguration {
    var result = self
    switch edit {
    case .addTarget(let target):
      try result.checkFree(target.name)
      if target.isDefault {
        for index in targets.indices { result.targets[index].isDefault = false }
      } else if targets.count == 1 {
        result.targets[0].isDefault = true
      }
      result.targets.append(target)
    case .removeTarget(let name):
      result.targets.remove(at: try index(ofTarget: name))
    case .renameTarget(let name, let newName):
      let index = try index(ofTarget: name)
      if newName != name { try result.checkFree(newName) }
      result.targets[index].name = newName
    case .setURL(let url, let name):
      let index = try index(ofTarget: name)
      do throws(AddressProblem) {
        result.targets[index] = try Target(
          name: name, url: url, isDefault: targets[index].isDefault)
      } catch {
        throw .badURL(error)
      }
    case .setDefault(let name):
      let chosen = try index(ofTarget: name)
      for index in targets.indices { result.targets[index].isDefault = index == chosen }
    }
    return result
  }

  private func checkFree(_ name: String) throws(ConfigurationEditError) {
    guard PlainName.isValid(name) else { throw .badName(name) }
    guard target(named: name) == nil else { throw .targetExists(name) }
  }

  private func index(ofTarget name: String) throws(ConfigurationEditError) -> Int {
    guard let index = targets.firstIndex(where: { $0.name == name }) else {
      throw .unknownTarget(name, known: targets.map(\.name))
    }
    return index
  }
}
