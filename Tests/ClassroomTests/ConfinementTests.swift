import Classroom
import Foundation
import TestSupport
import Testing

/// Programs of the system stand in for a student's.
@Suite struct ConfinementTests {
  private func shell(_ script: String, _ confinement: Confinement = .answer(seconds: 1)) throws
    -> Confinement.Outcome
  {
    try confinement.run("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `the output, errors and report of a program are kept apart`() throws {
    let run = try shell("echo one; echo two >&2; echo three >&3; exit 5")
    #expect(run.end == .exit(5))
    #expect([run.output, run.error, run.report].map(text) == ["one\n", "two\n", "three\n"])
  }

  @Test func `a program gets only the given environment, and an empty folder`() throws {
    // The shell adds PWD, and some add _ and SHLVL.
    let run = try shell("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL=; ls -A | wc -l")
    #expect(text(run.output) == "PATH=/usr/bin:/bin\n0\n")
  }

  @Test func `a program that computes forever is ended after its processor time`() throws {
    #expect(try shell("while :; do :; done").end == .signal(SIGXCPU))
  }

  @Test func `a program that waits forever is ended with all its processes`() throws {
    let folder = try TemporaryFolder()
    var confinement = Confinement.answer(seconds: 1)
    (confinement.seconds, confinement.walls) = (1, .limits)
    // It tells its child's number; the signal 0 asks whether there is such a process.
    let run = try shell("sleep 1000 & echo $! > \(folder.path)/child; wait", confinement)
    #expect(run.end == .timeUp)
    let child = try String(contentsOfFile: "\(folder.path)/child", encoding: .utf8)
    let number = try #require(Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(!Self.isRunning(number))
  }

  @Test func `a compiler that says too much is ended while it does`() throws {
    var confinement = Confinement.build(seconds: 60)
    confinement.outputLimit = 1000
    for stream in ["", " >&2"] {
      let run = try shell("while :; do echo 0123456789\(stream); done", confinement)
      #expect(run.end == .tooMuchOutput)
      #expect(stream.isEmpty ? run.output.count == 1000 : run.error.count == 1000)
    }
    // The last byte that is allowed is no harm, and it is not lost.
    let run = try shell("head -c 1000 /dev/zero; head -c 1000 /dev/zero >&2", confinement)
    #expect(run.end == .exit(0) && run.output.count == 1000 && run.error.count == 1000)
  }

  @Test func `a program without isolation finds its temporary folder, which goes with it`() throws {
    let run = try shell(
      "test -d \"$TMPDIR\" && echo kept > $TMPDIR/file && printf %s $TMPDIR", .build(seconds: 60))
    #expect(run.end == .exit(0) && text(run.output).hasPrefix("/"))
    #expect(!FileManager.default.fileExists(atPath: text(run.output)))
  }

  #if os(Linux)
    @Test(arguments: [true, false])
    func `what a program starts in groups and sessions of its own ends with it`(_ leaves: Bool) throws {
      let folder = try TemporaryFolder()
      var confinement = Confinement.build(seconds: leaves ? 60 : 1)
      confinement.outputLimit = 1 << 20
      // Each writes its number; a child of the session's leader has a parent that is not ours.
      let run = try shell(
        """
        setsid sh -c 'echo $$; sleep 1000 & echo $!; wait' > \(folder.path)/first &
        setsid setsid sh -c 'echo $$; exec sleep 1000' > \(folder.path)/second &
        until test -s \(folder.path)/second && test $(wc -l < \(folder.path)/first) -eq 2; do :; done
        \(leaves ? "exit 0" : "wait")
        """, confinement)
      #expect(run.end == (leaves ? .exit(0) : .timeUp))
      let numbers = try ["first", "second"].flatMap {
        try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8).split(separator: "\n").compactMap
        { Int32($0) }
      }
      #expect(numbers.count == 3)
      for number in numbers { #expect(!Self.isRunning(number)) }
    }
  #endif

  /// True if a process is there that is more than the remains of one.
  private static func isRunning(_ process: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return kill(process, 0) == 0 && status?.contains(") Z ") != true
  }

  @Test func `a program that a signal ended is reported with that signal`() throws {
    #expect(try shell("kill -SEGV $$").end == .signal(SIGSEGV))
    // An alarm of its own is no end of its time.
    #expect(try shell("kill -ALRM $$").end == .signal(SIGALRM))
  }

  @Test func `a program that writes too large a file is ended`() throws {
    let run = try shell("exec head -c 17000000 /dev/zero")
    #expect(run.end == .signal(SIGXFSZ))
    #expect(run.output.count == 16 << 20)
  }

  @Test func `a program gets no more memory than its limit`() throws {
    // dd asks for a buffer of 3 GB, and says so when it gets none.
    let run = try shell("dd if=/dev/zero of=/dev/null bs=3000M count=1")
    #expect(run.end == .exit(1) && text(run.error).contains("3145728000 bytes"))
  }

  @Test func `a program cannot leave a core file`() throws {
    #expect(text(try shell("ulimit -c").output) == "0\n")
  }

  @Test func `a missing program is named in the error`() {
    let error = #expect(throws: ClassroomError.self) {
      try Confinement.answer(seconds: 1).run("/no/such/program", [])
    }
    #expect(error?.description.contains("/no/such/program: No such file") == true)
  }

  #if os(Linux)
    @Test func `a program and all that it starts get no more memory together than their limit`() throws {
      var confinement = Confinement.answer(seconds: 20)
      confinement.totalMemory = 200 << 20
      let one = "dd if=/dev/zero of=/dev/null bs=90M"
      // What the caller itself has in memory does not count, although its pages are the program's until that begins.
      let held = [UInt8](repeating: 1, count: 300 << 20)
      let run = try shell("\(one) count=1", confinement)
      #expect(run.end == .exit(0) && held.last == 1)
      #expect(try shell("\(one) & \(one) & \(one) & wait", confinement).end == .tooMuchMemory)
    }

    @Test func `a program starts no more processes than its limit, however they are related`() throws {
      var confinement = Confinement.answer(seconds: 20)
      confinement.processes = 20
      let sleepers = "sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 &"
      #expect(try shell(sleepers, confinement).end == .exit(0))
      let tree = (1...5).map { _ in "(setsid sh -c '\(sleepers) wait')&" }.joined(separator: " ")
      #expect(try shell("\(tree) wait", confinement).end == .tooManyProcesses)
    }

    /// Without a word where the system gives no namespaces, as in many containers: `qat doctor` says it there.
    @Test func `namespaces alone take away the network, the processes and the right to write`() throws {
      let folder = try TemporaryFolder()
      let run = try shell(
        "grep -c : /proc/net/dev; echo mine > mine && cat mine; touch \(folder.path)/theirs; kill -0 \(getpid())",
        .answer(seconds: 1, behind: .namespaces))
      guard run.walls == .namespaces else { return }
      // The loopback device alone is left.
      #expect(text(run.output) == "1\nmine\n")
      #expect(text(run.error).contains("No such process"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/theirs"))
    }

    @Test func `the processes that an isolated program starts end with it`() throws {
      let run = try shell("setsid sleep 987654 & exit 0")
      #expect(run.end == .exit(0))
      let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
      for process in processes {
        let command = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        #expect(command?.contains("987654") != true)
      }
    }
  #endif
}
