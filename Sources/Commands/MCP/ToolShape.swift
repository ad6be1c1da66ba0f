import MCPServer

/// The shapes that several tools share.
enum ToolShape {
  static let folder = Schema.Property.optional(
    "local_project_dir", .text(limit: 4096),
    "The project's folder; must lie in a folder that the server was started for. Left out: the "
      + "server's own folder.")
  static let what = Schema.Property.optional(
    "what", .list(.text(limit: 4096), limit: 1000),
    "Paths, folders, globs or collections; everything if left out.")
  static let dryRun = Schema.Property.optional(
    "dry_run", .flag, "Show what would be done and change nothing.")
  static let message = Schema.Property.optional(
    "message", .text(limit: 2000), "What the change is about; goes into the remote's history.")

  /// What every result holds.
  static let frame: [Schema.Property] = [
    .required("local_project_dir", .text(), "The project's folder."),
    .optional("target", .object([], isOpen: true), "The remote project: name, url, kind."),
    .required("truncated", paths, "The lists that hold less than there is."),
  ]

  static let paths = Schema.list(.text())
  static let items = Schema.list(.object([], isOpen: true))
  static let revision = Schema.Property.required(
    "remote_revision", .nullable(.integer()), "Where the remote's history stands.")

  /// What a run did, or would do.
  static let run: [Schema.Property] = [
    .required(
      "run", .nullable(.text()), "The run's id for sync_undo; null if nothing was written."),
    .required("outcome", .word(["done", "conflicts", "partial"]), "What is left to do."),
    .required("dry_run", .flag),
    .required("pulled", paths, "Written here."),
    .required("pushed", paths, "Written on the remote."),
    .required("deleted_local", paths, "Deleted here; kept in the trash."),
    .required("deleted_remote", paths, "Deleted on the remote; kept."),
    .required("adopted", paths, "Equal on both sides already."),
    .required("merged", paths, "Both texts in one."),
    .required("conflict_copies", paths, "Second versions, under names of their own."),
    .required("remote_to_local", paths, "Remote changes that this call left."),
    .required("local_to_remote", paths, "Local changes that this call left."),
    .required("conflicts", paths, "Changed on both sides; left as they are."),
    .required("blocked", items, "Left alone, with the reason."),
    .required("failed", items, "Not done, with the reason."),
    .required("kept", items, "Where replaced and deleted files are kept."),
    .required("counts", .object([], isOpen: true), "How long the lists are in full."),
    .required("notices", .list(.text()), "What else is worth knowing."),
    revision,
  ]
}
