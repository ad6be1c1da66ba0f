import ProjectConfig

/// A `syncline.yaml`: what is understood is written so that it says the same, and edits keep that.
func fuzzConfiguration(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let parts = input.parts(2)
  guard let configuration = try? ProjectConfiguration.parse(parts[0]) else { return }
  let rendered = configuration.rendered
  let again: ProjectConfiguration
  do throws(ConfigurationError) {
    again = try ProjectConfiguration.parse(Array(rendered.utf8))
  } catch {
    throw Broken(description: "what was written is refused: \(error)\n\(rendered)")
  }
  try promise(again == configuration, "it says something else:\n\(rendered)")
  try checkEdits(parts[0], configuration, name: String(decoding: parts[1], as: UTF8.self))
}

private func checkEdits(
  _ bytes: [UInt8], _ configuration: ProjectConfiguration, name: String
) throws {
  guard let target = try? ProjectConfiguration.Target(name: name, url: "https://h.example/p")
  else { return }
  var edits: [ConfigurationEdit] = [.addTarget(target)]
  for old in configuration.targets {
    edits += [
      .removeTarget(old.name), .renameTarget(old.name, to: name), .setDefault(old.name),
      .setURL("https://other.example/q", of: old.name),
    ]
  }
  for edit in edits {
    // A refusal is fine; a result must be a configuration.
    guard let edited = try? ProjectConfiguration.edited(bytes, by: edit) else { continue }
    try promise((try? ProjectConfiguration.parse(edited)) != nil, "an edit broke it: \(edit)")
  }
}
