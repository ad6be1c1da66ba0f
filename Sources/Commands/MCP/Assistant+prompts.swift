import JSON
import MCPServer

extension Assistant {
  /// Requests that users make again and again.
  static let prompts: [Prompt] = [
    Prompt(
      name: "pull_latest", title: "Pull the latest remote changes",
      description: "Bring the remote's changes into a local project.", arguments: [folder]
    ) { values in
      """
      Pull the latest remote changes to my local project\(place(values)). Look with sync_status \
      first, then call sync_project_to_local. Tell me what came, what was deleted, and which \
      conflicts are left; decide none of them yourself.
      """
    },
    Prompt(
      name: "review_and_push", title: "Review and push local changes",
      description: "Look through local changes, then carry them to the remote.",
      arguments: [folder]
    ) { values in
      """
      Show me what I changed in my local project\(place(values)) with sync_diff, in a few words for \
      each file, and point out what looks like a mistake. Push with sync_local_to_remote only after \
      I have said yes, with a message that says what the change is about.
      """
    },
    Prompt(
      name: "resolve_conflicts", title: "Resolve conflicts",
      description: "Go through what changed on both sides, one path at a time.",
      arguments: [folder]
    ) { values in
      """
      List the conflicts in my local project\(place(values)) with sync_status. For each, read both \
      sides, tell me what each side changed, and say which answer you would give: local, remote, \
      both or merge. Call sync_resolve only for what I have decided.
      """
    },
  ]

  private static let folder = Prompt.Argument(
    "local_project_dir", "The project's folder; the server's own if left out.")

  private static func place(_ values: [String: String]) -> String {
    guard let folder = values["local_project_dir"], !folder.isEmpty else { return "" }
    return " at \(folder) (local_project_dir)"
  }
}
