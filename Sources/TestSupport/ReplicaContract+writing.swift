import Crypto
import Replica
import SyncModel

extension ReplicaContract {
  static let writing: [ReplicaPromise] = [
    ReplicaPromise(description: "a create makes the file, and its folders") { subject in
      let contents = MemoryContents()
      let node = contents.add("new")
      let results = try await apply(
        subject, [PathChange(path: path("x/y/new.txt"), before: nil, after: node)], contents)
      try expect(results == [.done], "\(results)")
      try expect(subject.bytes("x/y/new.txt") == Array("new".utf8), "the bytes differ")
    },
    ReplicaPromise(description: "an edit and a delete of what is expected are done") { subject in
      try subject.write("a.txt", Array("old".utf8))
      try subject.write("b.txt", Array("bye".utf8))
      let tree = try await tree(subject)
      let contents = MemoryContents()
      let (a, b) = (try path("a.txt"), try path("b.txt"))
      let results = try await apply(
        subject,
        [
          PathChange(path: a, before: tree[a]?.node, after: contents.add("new")),
          PathChange(path: b, before: tree[b]?.node, after: nil),
        ], contents)
      try expect(results == [.done, .done], "\(results)")
      try expect(subject.bytes("a.txt") == Array("new".utf8), "a.txt was not written")
      try expect(subject.bytes("b.txt") == nil, "b.txt is still there")
    },
    ReplicaPromise(description: "what moved is not written and comes back as moved") { subject in
      for (name, before) in [("edited", "was"), ("made", nil), ("removed", "was")] {
        let contents = MemoryContents()
        let expected = before.map { contents.add($0) }
        if name != "removed" { try subject.write(name, Array("theirs".utf8)) }
        let results = try await apply(
          subject, [PathChange(path: path(name), before: expected, after: contents.add("ours"))],
          contents, run: name)
        guard case .moved(let found) = results[0] else {
          throw ContractViolation(description: "\(name): \(results[0])")
        }
        let bytes = name == "removed" ? nil : Array("theirs".utf8)
        try expect(subject.bytes(name) == bytes, "\(name): written over")
        if let bytes {
          guard case .node(.file(let file)) = found, file.digest == SHA256.hash(bytes) else {
            throw ContractViolation(description: "\(name): found \(String(describing: found))")
          }
        } else {
          try expect(found == nil, "found \(String(describing: found))")
        }
      }
    },
    ReplicaPromise(description: "a delete of what was edited is not done") { subject in
      try subject.write("a.txt", Array("edit".utf8))
      let contents = MemoryContents()
      let results = try await apply(
        subject, [PathChange(path: path("a.txt"), before: contents.add("old!"), after: nil)],
        contents)
      guard case .moved = results[0] else { throw ContractViolation(description: "\(results)") }
      try expect(subject.bytes("a.txt") == Array("edit".utf8), "the edit is gone")
    },
    ReplicaPromise(description: "a batch that was applied is answered again") { subject in
      let contents = MemoryContents()
      let changes = [PathChange(path: try path("a"), before: nil, after: contents.add("once"))]
      let first = try await apply(subject, changes, contents)
      let second = try await apply(subject, changes, contents)
      try expect(first == [.done] && second == [.done], "\(first), then \(second)")
      try expect(subject.bytes("a") == Array("once".utf8), "the bytes differ")
    },
    ReplicaPromise(description: "a content that is not its digest's is never written") { subject in
      let contents = MemoryContents()
      let node = contents.add("good")
      guard let file = node.file else { return }
      contents.add(Array("evil".utf8), as: file.digest)
      let results = try await apply(
        subject, [PathChange(path: path("a"), before: nil, after: node)], contents)
      guard case .failed = results[0] else { throw ContractViolation(description: "\(results)") }
      try expect(subject.bytes("a") == nil, "a lie was written")
    },
    ReplicaPromise(description: "a file takes the place of a folder that its deletes emptied") {
      subject in
      try subject.write("x/inner", Array("in".utf8))
      let tree = try await tree(subject)
      let contents = MemoryContents()
      let inner = try path("x/inner")
      let results = try await apply(
        subject,
        [
          PathChange(path: inner, before: tree[inner]?.node, after: nil),
          PathChange(path: path("x"), before: nil, after: contents.add("file now")),
        ], contents)
      try expect(results == [.done, .done], "\(results)")
      try expect(subject.bytes("x") == Array("file now".utf8), "the bytes differ")
    },
    ReplicaPromise(description: "a folder takes the place of a file that is deleted") { subject in
      try subject.write("x", Array("file".utf8))
      let tree = try await tree(subject)
      let contents = MemoryContents()
      let x = try path("x")
      let results = try await apply(
        subject,
        [
          PathChange(path: x, before: tree[x]?.node, after: nil),
          PathChange(path: path("x/inner"), before: nil, after: contents.add("in")),
        ], contents)
      try expect(results == [.done, .done], "\(results)")
      try expect(subject.bytes("x/inner") == Array("in".utf8), "the bytes differ")
    },
    ReplicaPromise(description: "one content in several places is several files") { subject in
      let contents = MemoryContents()
      let node = contents.add("twin")
      let results = try await apply(
        subject,
        ["a", "b", "c/d"].map {
          PathChange(path: SyncPath(trusted: $0), before: nil, after: node)
        }, contents)
      try expect(results == [.done, .done, .done], "\(results)")
      try subject.write("a", Array("edit".utf8))
      try expect(subject.bytes("b") == Array("twin".utf8), "an edit of one shows in another")
    },
    ReplicaPromise(description: "where it carries them, links and executable bits arrive") {
      subject in
      let contents = MemoryContents()
      var changes: [PathChange] = []
      let abilities = subject.replica.capabilities
      if abilities.carriesLinks {
        changes.append(
          PathChange(path: try path("link"), before: nil, after: .link(target: "run.sh")))
      }
      let bit: Bool? = abilities.carriesExecutable ? true : nil
      changes.append(
        PathChange(
          path: try path("run.sh"), before: nil, after: contents.add("#!", isExecutable: bit)))
      let results = try await apply(subject, changes, contents)
      try expect(results.allSatisfy { $0 == .done }, "\(results)")
      let tree = try await tree(subject)
      for change in changes {
        try expect(tree[change.path]?.node == change.node.after, "\(change.path) differs")
      }
    },
  ]
}
