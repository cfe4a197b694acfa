import Foundation
import Site
import Support
import TestSupport
import Testing
import Weaver

/// What a browser finds on a page.
struct PageFacts: Decodable, Sendable {
  /// The ids of its elements; one that is there twice is listed twice.
  let ids: [String]
  /// Where its links, images, scripts and stylesheets lead.
  let links: [String]
  /// The formulas, and how many of them have no size.
  let formulas: Int
  let invisibleFormulas: Int
  /// Those of the first images that were not drawn; that the files of all are there is seen by their links.
  let brokenImages: [String]
  /// Images without a word of what they show, apart from those that are mere decoration.
  let silentImages: [String]
  /// The ranks of the headings, in order.
  let headings: [Int]
  /// How many landmarks of each kind it has.
  let mains: Int
  let title: String
  let language: String
  /// Links and buttons without a name.
  let namelessControls: [String]

  /// The script that finds them.
  static let script = """
    (async () => {
      const all = (selector) => [...document.querySelectorAll(selector)];
      await Promise.all(all("img").slice(0, 3).map(async (image) => {
        image.loading = "eager";
        try { await image.decode(); } catch (error) { image.dataset.broken = "yes"; }
      }));
      return {
        ids: all("[id]").map((element) => element.id),
        links: all("[href], [src]").map((element) => element.getAttribute("href") ?? element.getAttribute("src")),
        formulas: all("math").length,
        invisibleFormulas: all("math").filter((math) => {
          const box = math.getBoundingClientRect();
          return !math.closest("details") && (box.width < 3 || box.height < 3);
        }).length,
        brokenImages: all("img[data-broken]").map((image) => image.src),
        silentImages: all("img").filter((image) => !image.alt.trim() && !image.closest("[aria-hidden]"))
          .map((image) => image.src),
        headings: all("h1, h2, h3, h4, h5, h6").map((heading) => Number(heading.tagName[1])),
        mains: all("main").length,
        title: document.title,
        language: document.documentElement.lang,
        namelessControls: all("a[href], button, input, summary, select").filter((control) =>
          !control.closest("[aria-hidden]") && !control.hidden && !(control.textContent.trim()
            || control.getAttribute("aria-label") || control.labels?.length)).map((control) => control.outerHTML),
      };
    })()
    """

  /// The elements that make the page wider than its window, apart from what scrolls by itself.
  static let overflowing = """
    (() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      return [...document.body.querySelectorAll("*")].filter((element) =>
        element.getBoundingClientRect().right > width + 1 && !element.parentElement.closest("pre, .scroll, math"))
        .map((element) => element.tagName + "." + element.className + "#" + element.id);
    })()
    """

  /// The text whose contrast with what lies behind it is too low: 4.5, or 3 for large letters.
  static let lowContrasts = """
    (() => {
      const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
      const light = (color) => {
        const [r, g, b] = channels(color).map((c) => c / 255)
          .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (element) => {
        for (let box = element; box; box = box.parentElement) {
          const color = getComputedStyle(box).backgroundColor;
          if ((channels(color)[3] ?? 1) === 1) return color;
        }
        return "rgb(255, 255, 255)";
      };
      const low = new Set();
      const seen = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || element.closest("script, noscript, style, .touch")) continue;
        // Code has thousands of words and few colours.
        const code = element.closest("pre");
        const kind = code && code.className + " " + element.tagName + " " + element.className;
        if (kind && seen.has(kind)) continue;
        if (kind) seen.add(kind);
        const style = getComputedStyle(element);
        const [text, back] = [light(style.color), light(behind(element))];
        const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (isLarge ? 3 : 4.5)) {
          low.add(element.tagName + "." + element.className + " " + style.color + " on " + behind(element));
        }
      }
      return [...low];
    })()
    """
}

/// The site of this checkout, made once for all tests by the command that a reader types.
enum BuiltSite {
  /// It goes with this process, or when the next one makes such a folder.
  private static let scratch = Result { try ScratchFolder() }
  private static let built = Result {
    let folder = "\(try scratch.get().path)/site"
    let run = try Executables.builtWithTests.run(
      "book", ["site", "--root", Checkout.root, "--to", folder], in: Checkout.root)
    guard run.status == 0 else { throw BrowserError("book site: \(run.output)") }
    return folder
  }

  /// The path of its folder.
  static var path: String { get throws { try built.get() } }

  /// The names of its pages, such as `lesson-01.html`.
  static var pages: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".html") }.sorted()
    }
  }

  /// The address of a page, as a browser opens it.
  static func address(_ page: String) throws -> String { try "file://\(path)/\(page)" }

  /// Whether there is all that these tests need.
  static let isPossible = Tool.pandoc.path != nil && Tool.chromium.path != nil
  static let needs: Comment = "needs pandoc and Chromium: apt-get install pandoc chromium"
}
