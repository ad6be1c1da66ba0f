import CommandLineKit

/// The actions of a small program in the shape of the real one.
enum Sample: Equatable, Sendable {
  case push, sync, clone, serve, createProject, targets, complete

  static let directory = Option.value(
    "directory", "dir", "Run as if started there", short: "C", type: .folder)
  static let target = Option.value("target", "name", "Use this target", type: .dynamic("target"))
  static let json = Option.flag("json", "Write one JSON document to stdout")
  static let yes = Option.flag("yes", "Answer yes to confirmations", short: "y")
  static let quiet = Option.flag("quiet", "Print results only", short: "q")
  static let verbose = Option.flag("verbose", "Print more", short: "v", isRepeatable: true)
  static let dryRun = Option.flag(
    "dry-run", "Show what would be done, and write nothing", short: "n")
  static let message = Option.value(
    "message", "text", "Say what changed", short: "m", allowsEmptyValue: true)
  static let force = Option.flag("force", "Write over the other side")
  static let prefer = Option.value(
    "prefer", "side", "Resolve each conflict this way", type: .oneOf(["ask", "local", "remote"]),
    default: "ask")
  static let allow = Option.value(
    "allow-deletes", "n", "Let this many deletions pass", type: .count)
  static let keep = Option.value("keep", "span", "Keep the trash", type: .duration, default: "30d")
  static let size = Option.value("max-file", "size", "Refuse larger files", type: .byteSize)
  static let header = Option.value(
    "header", "line", "Send this line with each request", short: "H", isRepeatable: true)
  static let color = Option.switchable("color", "Use colors")
  static let trace = Option.flag("trace", "Trace system calls", isHidden: true)
  static let data = Option.value(
    "data", "dir", "The hub's folder", type: .folder, default: "./hub")
  static let what = Argument(
    "what", "Paths, globs or collections", .anyNumber, type: .dynamic("path"))
  static let url = Argument("url", "The project's address")
  static let folder = Argument("dir", "Where to put it", .optional, type: .folder)

  static let command = Command<Sample>(
    "tool", "Keep a folder in step with a remote project",
    discussion: """
      No edit of anybody is ever lost: what a run replaces is kept.

      A project is a folder with 'tool.yaml' in it; .tool holds its private state, and nothing of it \
      is ever sent.
      """,
    options: [directory, target, json, yes, quiet, verbose, color, trace, .version, .help],
    subcommands: [
      Command(
        "push", "Send local changes", discussion: "What the remote changed is shown and left.",
        options: [dryRun, message, force, allow], arguments: [what], payload: .push),
      Command(
        "sync", "Bring both sides together",
        options: [prefer, dryRun, keep, size, header], arguments: [what], payload: .sync),
      Command("clone", "Make a folder from a project", arguments: [url, folder], payload: .clone),
      Command(
        "hub", "Serve projects",
        options: [data],
        subcommands: [
          Command(
            "serve", "Answer requests",
            options: [
              .value("listen", "host:port", "Where to listen", default: "127.0.0.1:7890"),
              .value("tls-cert", "file", "The certificate", type: .file),
            ], payload: .serve),
          Command(
            "project", "Handle projects",
            subcommands: [
              Command(
                "create", "Add a project", arguments: [Argument("name", "Its name")],
                payload: .createProject)
            ]),
        ]),
      Command(
        "target", "List targets", payload: .targets,
        subcommands: [
          Command("list", "List targets", payload: .targets)
        ]),
      Command("__complete", "Answer shells", isHidden: true, payload: .complete),
    ])

  static let chapters = [
    Chapter(
      "Exit status", prose: "Where several apply, the first one counts.",
      entries: [("0", "Done, or in sync"), ("1", "'check' found differences | more")]),
    Chapter("Files", entries: [(".tool/", "Private state"), ("\\back\\slash", ".dot first")]),
  ]
}
