import Crypto
import Replica
import SyncModel

extension ReplicaContract {
  static let looking: [ReplicaPromise] = [
    ReplicaPromise(description: "its identity does not change") { subject in
      let first = try await subject.replica.identity().id
      let second = try await subject.replica.identity().id
      try expect(first == second && !first.isEmpty, "\(first) became \(second)")
    },
    ReplicaPromise(description: "a look at an empty replica is complete and empty") { subject in
      let tree = try await tree(subject)
      try expect(tree.entries.isEmpty, "found \(tree.entries)")
    },
    ReplicaPromise(description: "a look shows every file with its digest and size") { subject in
      let bytes = Array("one\n".utf8)
      try subject.write("a.txt", bytes)
      try subject.write("folder/b.txt", [])
      let tree = try await tree(subject)
      try expect(tree.entries.map(\.path.key) == ["a.txt", "folder/b.txt"], "\(tree.entries)")
      let file = tree.entries[0].node?.file
      try expect(file?.digest == SHA256.hash(bytes) && file?.size == 4, "\(tree.entries[0])")
    },
    ReplicaPromise(description: "a look after an edit shows the edit") { subject in
      for text in ["one", "two", "six"] {
        // The same size every time, as fast as it goes.
        try subject.write("a.txt", Array(text.utf8))
        let file = try await file(subject, path("a.txt"))
        try expect(file.digest == SHA256.hash(Array(text.utf8)), "the edit to \(text) is not seen")
      }
    },
    ReplicaPromise(description: "a failure to observe is never an absence") { subject in
      try subject.write("a.txt", [1])
      try subject.write("folder/b.txt", [2])
      guard let hide = subject.hide else { return }
      _ = try await tree(subject)
      try hide("folder/b.txt")
      let snapshot = try await subject.replica.snapshot(since: nil)
      let hidden = try path("folder/b.txt")
      let isNamed = snapshot.tree.entries.contains { entry in
        entry.node == nil && (entry.path == hidden || hidden.isBelow(entry.path))
      }
      try expect(isNamed || !snapshot.isComplete, "the hidden file shows as absent")
    },
  ]

  static let reading: [ReplicaPromise] = [
    ReplicaPromise(description: "it delivers bytes of exactly the wanted digest") { subject in
      let carriesAll = subject.replica.capabilities.carriesRawBytes
      let bytes = (0..<300_000).map { number in
        carriesAll ? UInt8(truncatingIfNeeded: number &* 7) : UInt8(0x20 + number % 95)
      }
      try subject.write("big", bytes)
      let file = try await file(subject, path("big"))
      let sink = MemoryContents()
      let missing = try await subject.replica.read(
        [WantedContent(path: path("big"), digest: file.digest, size: file.size)], into: sink)
      try expect(missing.isEmpty && sink[file.digest] == bytes, "the bytes differ")
    },
    ReplicaPromise(description: "it names what it cannot deliver, and delivers the rest") {
      subject in
      try subject.write("a.txt", Array("here".utf8))
      let file = try await file(subject, path("a.txt"))
      let other = WantedContent(
        path: try path("gone.txt"), digest: SHA256.hash([UInt8]([9, 9, 9])), size: 3)
      let sink = MemoryContents()
      let missing = try await subject.replica.read(
        [other, WantedContent(path: path("a.txt"), digest: file.digest, size: file.size)],
        into: sink)
      try expect(missing.map(\.content) == [other], "missing: \(missing.map(\.content.path))")
      try expect(sink[other.digest] == nil && sink[file.digest] != nil, "the wrong one came")
    },
    ReplicaPromise(description: "a cancelled task gets no answer and does no harm") { subject in
      try subject.write("a.txt", [1, 2, 3])
      let replica = subject.replica
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await replica.snapshot(since: nil)
      }
      switch await task.result {
      case .success: throw ContractViolation(description: "a cancelled look answered")
      case .failure: break
      }
      try expect(subject.bytes("a.txt") == [1, 2, 3], "the file is gone")
    },
  ]
}
