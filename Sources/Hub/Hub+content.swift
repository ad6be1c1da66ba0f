import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

extension Hub {
  func missing(_ call: Call) throws -> HTTPResponse {
    let asked = try DigestList.decode(call.request.body.bytes, as: .asked)
    let missing = try store.missing(of: asked.digests, in: try call.project)
    return .json(200, DigestList(missing).json(.missing))
  }

  func storePack(_ call: Call) throws -> HTTPResponse {
    let limits = configuration.limits
    let stored = try call.request.body.withBytes { bytes in
      try store.storePack(
        bytes,
        limits: PackLimits(
          packBytes: limits.pack, objectBytes: limits.largeContent, totalBytes: 1 << 30,
          objects: 1_000_000), in: try call.project)
    }
    return .message(StoredContents(stored: stored))
  }

  func download(_ call: Call) throws -> HTTPResponse {
    let asked = try DigestList.decode(call.request.body.bytes, as: .asked)
    let download = try store.download(
      asked.digests, maximumObject: UInt64(configuration.limits.largeContent),
      in: try call.project)
    return HTTPResponse(
      status: 200, headers: ["Content-Type": Wire.MediaType.pack],
      body: .stream(length: nil, PackReaderBody(download)))
  }

  func content(_ call: Call) throws -> HTTPResponse {
    let digest = try call.digest()
    let content = try store.content(digest, in: try call.project)
    let tag = "\"\(digest)\""
    var headers: HTTPHeaders = [
      "Content-Type": Wire.MediaType.content, "Content-Disposition": "attachment",
      Wire.Header.entityTag: tag, "Accept-Ranges": "bytes",
    ]
    if call.request.headers[Wire.Header.ifNoneMatch] == tag {
      return HTTPResponse(status: 304, headers: headers)
    }
    guard let text = call.request.headers[Wire.Header.range],
      let range = ContentRange(text, size: content.size)
    else {
      return HTTPResponse(
        status: 200, headers: headers,
        body: .stream(length: Int(content.size), ContentBody(content, 0..<content.size)))
    }
    switch range {
    case .unsatisfiable:
      headers.set(Wire.Header.contentRange, "bytes */\(content.size)")
      headers.set("Content-Type", Wire.MediaType.json)
      let error = WireError(.malformed, message: "the range lies outside of the content")
      return HTTPResponse(status: 416, headers: headers, body: .bytes(error.json))
    case .part(let part):
      headers.set(
        Wire.Header.contentRange,
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.size)")
      return HTTPResponse(
        status: 206, headers: headers,
        body: .stream(length: part.count, ContentBody(content, part)))
    }
  }

  func showUpload(_ call: Call) throws -> HTTPResponse {
    let state = try store.upload(try call.digest(), in: try call.project)
    return .message(UploadState(received: state.received, isComplete: state.isComplete))
  }

  func upload(_ call: Call) throws -> HTTPResponse {
    let digest = try call.digest()
    let offset = try call.requiredNumber("offset")
    let size = try call.requiredNumber("size")
    guard size <= configuration.maximumContent else {
      throw HubStoreError.tooLarge(limit: configuration.maximumContent)
    }
    let project = try call.project
    let received = try call.request.body.withBytes {
      try store.upload(part: $0, at: offset, of: digest, size: size, in: project)
    }
    return .message(UploadState(received: received, isComplete: received == size))
  }
}

/// The part of a content that a request asks for.
enum ContentRange: Hashable {
  case part(Range<UInt64>)
  case unsatisfiable

  /// Reads `bytes=N-` and `bytes=N-M`; anything else is passed over, as HTTP allows.
  init?(_ text: String, size: UInt64) {
    guard text.hasPrefix("bytes=") else { return nil }
    let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let start = UInt64(ends[0]) else { return nil }
    guard start < size else {
      self = .unsatisfiable
      return
    }
    if ends[1].isEmpty {
      self = .part(start..<size)
      return
    }
    guard let last = UInt64(ends[1]), last >= start else { return nil }
    self = .part(start..<min(last, size - 1) + 1)
  }
}

/// A part of a content as a body.
private final class ContentBody: HTTPBodyReader, @unchecked Sendable {
  // Safe because the server never asks twice at the same time.
  private let content: StoredContent
  private var rest: Range<UInt64>

  init(_ content: StoredContent, _ range: Range<UInt64>) {
    self.content = content
    rest = range
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = min(buffer.count, rest.count)
    guard wanted > 0 else { return 0 }
    let count = try content.read(
      at: rest.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
    rest = rest.lowerBound + UInt64(count)..<rest.upperBound
    return count
  }
}

/// A pack as a body.
private final class PackReaderBody: HTTPBodyReader, @unchecked Sendable {
  // Safe because the server never asks twice at the same time.
  private let download: PackDownload
  private var piece: ArraySlice<UInt8> = []

  init(_ download: PackDownload) {
    self.download = download
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while piece.isEmpty {
      guard let next = try download.next() else { return 0 }
      piece = next[...]
    }
    let count = min(buffer.count, piece.count)
    buffer.copyBytes(from: piece.prefix(count))
    piece.removeFirst(count)
    return count
  }
}
