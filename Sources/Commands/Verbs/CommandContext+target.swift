import Platform
import CommandLineKit
import ProjectConfig
import ProjectState

/// The verbs that change `syncline.yaml`; each leaves the remote projects alone.
extension CommandContext {
  private static let targetName = Argument("name", "")
  private static let newTargetName = Argument("new-name", "")

  /// `target add`: adds a target behind the others.
  func targetAdd() throws -> ExitCode {
    let name = try word(CommandContext.targetName)
    let url = try word(Arguments.url)
    let target: ProjectConfiguration.Target
    do { target = try ProjectConfiguration.Target(name: name, url: url) } catch {
      throw ConfigurationFile.badURL(error)
    }
    return try change(.addTarget(target), did: "Added", would: "add", "target '\(name)'")
  }

  /// `target remove`: takes a target away; what is known of its project stays for other names.
  func targetRemove() throws -> ExitCode {
    let name = try word(CommandContext.targetName)
    return try change(
      .removeTarget(name), did: "Removed", would: "remove",
      "target '\(name)'; the remote project stays as it is"
    ) { try $0.unbind(name: name) }
  }

  /// `target rename`: gives a target another name, here and in the state.
  func targetRename() throws -> ExitCode {
    let name = try word(CommandContext.targetName)
    let new = try word(CommandContext.newTargetName)
    return try change(
      .renameTarget(name, to: new), did: "Renamed", would: "rename",
      "target '\(name)' to '\(new)'"
    ) { state in
      guard name != new else { return }
      // A name that was once bound and then taken out of the file by hand would be in the way.
      try state.unbind(name: new)
      try state.renameBinding(from: name, to: new)
    }
  }

  /// `target set-url`: gives a target another address; it must still be the same project.
  func targetSetURL() throws -> ExitCode {
    let name = try word(CommandContext.targetName)
    return try change(
      .setURL(try word(Arguments.url), of: name), did: "Changed", would: "change",
      "the address of target '\(name)'")
  }

  /// `target default`: makes a target the one that is meant where none is named.
  func targetDefault() throws -> ExitCode {
    let name = try word(CommandContext.targetName)
    return try change(.setDefault(name), did: "Made", would: "make", "'\(name)' the default target")
  }

  /// `target list`: lists the targets with what is known of them.
  func targetList() throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: false)
    let targets = session.configuration.targets
    try console.document(
      try TargetsDocument(targets: targets, state: session.state).value())
    guard !console.isJSON else { return .success }
    guard !targets.isEmpty else {
      try console.note("note: there is no target yet: 'syncline target add NAME URL'")
      return .success
    }
    let standard = session.configuration.defaultTarget?.name
    var table = Table(header: ["", "name", "kind", "url", "project", "revision"])
    for target in targets {
      let record = try session.state.target(named: target.name)
      table.add([
        Table.Cell(target.name == standard ? "*" : ""), Table.Cell(target.name),
        Table.Cell(target.address.kind.rawValue), Table.Cell(target.url),
        Table.Cell(record?.identity ?? "not bound yet"),
        Table.Cell(record?.revision.map { "\($0)" } ?? "-"),
      ])
    }
    try console.write(table.text(console.outputColor))
    return .success
  }

  private func word(_ argument: Argument) throws -> String {
    guard let word = invocation.value(of: argument) else {
      throw CommandFailure(.usage, "missing_argument", "'\(argument.name)' is not given.")
    }
    return word
  }

  /// Makes an edit: the file first, then the state, which an interruption leaves as it was.
  private func change(
    _ edit: ConfigurationEdit, did: String, would: String, _ what: String,
    _ follow: (StateDatabase) throws -> Void = { _ in }
  ) throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: !isDryRun)
    let file = ConfigurationFile(session, self)
    let text = try file.edited(by: edit)
    let after: ProjectConfiguration
    do { after = try ProjectConfiguration.parse(text) } catch {
      throw ConfigurationWords.failure(error)
    }
    if !isDryRun {
      if text != session.location.text { try file.replace(with: text) }
      try session.state.transaction { try follow(session.state) }
    }
    try console.document(
      try TargetsDocument(targets: after.targets, state: session.state, isDryRun: isDryRun)
        .value())
    try console.line(isDryRun ? "Would \(would) \(what)." : "\(did) \(what).")
    if after.defaultTarget == nil, after.targets.count > 1 {
      try console.note("hint: no target is the default; choose with 'syncline target default NAME'")
    }
    return .success
  }
}
