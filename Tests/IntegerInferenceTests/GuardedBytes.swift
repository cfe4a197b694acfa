import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Codes, or working memory, that ends where memory ends that may be touched.
final class GuardedBytes {
  let codes: UnsafeMutableBufferPointer<Int8>
  private let pages: UnsafeMutableRawPointer
  private let length: Int

  init(_ contents: [Int8]) throws {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let inside = (contents.count + page - 1) / page * page
    length = inside + page
    let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    pages = try #require(memory != MAP_FAILED ? memory : nil)
    try #require(mprotect(pages + inside, page, PROT_NONE) == 0)
    let start = (pages + inside - contents.count).bindMemory(to: Int8.self, capacity: contents.count)
    codes = UnsafeMutableBufferPointer(start: start, count: contents.count)
    _ = codes.initialize(from: contents)
  }

  /// Zeros.
  convenience init(count: Int) throws { try self.init([Int8](repeating: 0, count: count)) }

  deinit { munmap(pages, length) }
}
