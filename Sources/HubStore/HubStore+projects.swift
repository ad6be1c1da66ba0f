import SyncModel

extension HubStore {
  /// All projects, by name.
  package func projects() throws -> [HubProject] {
    try reading { connection in
      try connection.rows(
        "SELECT \(HubProject.columns) FROM projects WHERE deleted IS NULL ORDER BY name"
      ) { try HubProject($0) }
    }
  }

  /// Finds a project by its name.
  package func project(named name: String) throws -> HubProject? {
    try reading { connection in
      try connection.first(
        "SELECT \(HubProject.columns) FROM projects WHERE name = ? AND deleted IS NULL",
        .text(name)
      ) { try HubProject($0) }
    }
  }

  /// Finds a project by its identity.
  package func project(id: String) throws -> HubProject? {
    try reading { connection in
      try connection.first(
        "SELECT \(HubProject.columns) FROM projects WHERE id = ? AND deleted IS NULL",
        .text(id)
      ) { try HubProject($0) }
    }
  }

  /// Makes an empty project.
  ///
  /// - Throws: `projectExists`, or `invalidName` (see ``HubProject/isValid(name:)``).
  package func createProject(named name: String, by actor: String) throws -> HubProject {
    guard HubProject.isValid(name: name) else { throw HubStoreError.invalidName }
    let id = try freshIdentifier(bytes: 16)
    do {
      return try writing { connection in
        try requireFree(name, connection)
        // Within the transaction: a hub that starts now takes folders without a row for leftovers.
        try folder.makeProjectFolders(id, with: files)
        try connection.run(
          """
          INSERT INTO projects (id, name, created, revision, tree_digest, entries)
          VALUES (?, ?, ?, 0, ?, 0)
          """, .text(id), .text(name), .integer(environment.now().nanoseconds),
          .blob([UInt8](repeating: 0, count: 32)))
        try record("project.create", by: actor, project: name, connection)
        let made = try connection.first(
          "SELECT \(HubProject.columns) FROM projects WHERE id = ?", .text(id)
        ) { try HubProject($0) }
        guard let made else { throw HubStoreError.noSuchProject }
        return made
      }
    } catch {
      try files.removeTree(folder.project(id))
      throw error
    }
  }

  /// Gives a project another name.
  package func renameProject(_ project: HubProject, to name: String, by actor: String) throws
    -> HubProject
  {
    guard HubProject.isValid(name: name) else { throw HubStoreError.invalidName }
    return try writing { connection in
      let before = try refreshed(project, connection)
      if before.name != name {
        try requireFree(name, connection)
        try connection.run(
          "UPDATE projects SET name = ? WHERE number = ?", .text(name), .integer(project.number))
        try record(
          "project.rename", by: actor, project: before.name, detail: "to \(name)", connection)
      }
      return try refreshed(project, connection)
    }
  }

  /// Takes a project away; its data stays in the hub's `deleted/` for 30 days.
  package func deleteProject(_ project: HubProject, by actor: String) throws {
    try lock(of: project).holding {
      try writing { connection in
        let before = try refreshed(project, connection)
        try connection.run(
          "UPDATE projects SET deleted = ? WHERE number = ?",
          .integer(environment.now().nanoseconds), .integer(project.number))
        try connection.run(
          "UPDATE tokens SET revoked = ? WHERE project = ? AND revoked IS NULL",
          .integer(environment.now().nanoseconds), .integer(project.number))
        try record("project.delete", by: actor, project: before.name, detail: before.id, connection)
      }
      // A stop right here is made up for by the next start.
      try files.move(
        folder.project(project.id), to: folder.deleted + "/" + project.id)
    }
  }

  /// A random name of lowercase hexadecimal digits.
  func freshIdentifier(bytes count: Int) throws -> String {
    let digits = Array("0123456789abcdef")
    return String(
      environment.randomBytes(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  private func requireFree(_ name: String, _ connection: StoreConnection) throws {
    let taken = try connection.first(
      "SELECT 1 FROM projects WHERE name = ? AND deleted IS NULL", .text(name)
    ) { _ in true }
    if taken != nil { throw HubStoreError.projectExists }
  }
}
