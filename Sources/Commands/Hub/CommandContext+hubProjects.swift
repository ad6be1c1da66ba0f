import Platform
import CommandLineKit
import HubStore
import JSON

/// `syncline hub project`.
extension CommandContext {
  /// Makes an empty project, also while the hub is served.
  func hubProjectCreate() throws -> ExitCode {
    let name = word("name")
    guard HubProject.isValid(name: name) else { throw HubStoreError.invalidName }
    if isDryRun {
      if try hubIsThere, try openHub(for: .beside).project(named: name) != nil {
        throw HubStoreError.projectExists
      }
      try console.line("would create project \(name)")
      try console.document(
        document("syncline/hub-project/1", ["name": .string(name), "id": nil]))
      return .success
    }
    let store = try openHub(for: .beside, making: true)
    let project = try store.createProject(named: name, by: hubActor)
    try console.line("created project \(project.name)")
    try console.document(document("syncline/hub-project/1", json(project)))
    return .success
  }

  /// Lists the projects.
  func hubProjectList() throws -> ExitCode {
    let projects = try openHub(for: .beside).projects()
    try console.document([
      "schema": "syncline/hub-projects/1", "projects": .array(projects.map(json)),
    ])
    guard !projects.isEmpty else {
      try console.note("no projects yet; make one with 'syncline hub project create NAME'")
      return .success
    }
    var table = Table(
      header: ["NAME", "REVISION", "ENTRIES", "CREATED"], alignments: [.left, .right, .right])
    for project in projects {
      table.add([
        Table.Cell(project.name), Table.Cell("\(project.revision)"),
        Table.Cell("\(project.entries)"), Table.Cell(words(project.created)),
      ])
    }
    if !console.isJSON { try console.write(table.text(console.outputColor)) }
    return .success
  }

  /// Gives a project another name; what is bound to it follows by its id.
  func hubProjectRename() throws -> ExitCode {
    let store = try openHub(for: .beside)
    let project = try hubProject(store, named: word("name"))
    let name = word("new-name")
    guard HubProject.isValid(name: name) else { throw HubStoreError.invalidName }
    if isDryRun {
      if name != project.name, try store.project(named: name) != nil {
        throw HubStoreError.projectExists
      }
    } else {
      _ = try store.renameProject(project, to: name, by: hubActor)
    }
    try console.line("\(isDryRun ? "would rename" : "renamed") project \(project.name) to \(name)")
    try console.note(
      "note: clones reach it under its new address: 'syncline target set-url NAME URL'")
    var shown = json(project)
    if case .object(var members) = shown {
      members["name"] = .string(name)
      shown = .object(members)
    }
    try console.document(document("syncline/hub-project/1", shown))
    return .success
  }

  /// Takes a project away; the hub must not be running, so that no upload is cut off.
  func hubProjectDelete() throws -> ExitCode {
    let store = try openHub(for: isDryRun ? .beside : .maintain)
    let project = try hubProject(store, named: word("name"))
    let size = Plural.text(Int(project.entries), "entry", "entries")
    if !isDryRun {
      try console.confirm("Delete project \(project.name) with \(size)?")
      try store.deleteProject(project, by: hubActor)
    }
    try console.line(
      "\(isDryRun ? "would delete" : "deleted") project \(project.name) with \(size); "
        + "its data is kept for 30 days")
    try console.document(document("syncline/hub-project-deleted/1", json(project)))
    return .success
  }

  private func document(_ schema: String, _ project: JSONValue) -> JSONValue {
    ["schema": .string(schema), "dry_run": .bool(isDryRun), "project": project]
  }

  private func json(_ project: HubProject) -> JSONValue {
    [
      "name": .string(project.name), "id": .string(project.id),
      "revision": .integer(project.revision), "entries": .integer(project.entries),
      "created": json(project.created),
    ]
  }
}
