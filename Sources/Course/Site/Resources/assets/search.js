// Looks for words in QAT.index, a list of [address, page, heading, text].
(function () {
  "use strict";
  const field = document.getElementById("words");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const most = 40;

  // Small letters without accents, so that "cafe" finds "café", and a space for a hyphen, so that "zero-point" finds "zero
  // point"; the length stays.
  function folded(text) {
    return text.toLowerCase().replace(/(\p{L})[-\u2010\u2011](?=\p{L})/gu, "$1 ").replace(/[^\x00-\x7f]/g, function (letter) {
      const plain = letter.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
      return plain.length === letter.length ? plain : letter;
    });
  }

  const entries = QAT.index.map(function (entry) {
    return {
      address: entry[0], page: entry[1], heading: entry[2], text: entry[3],
      names: folded(entry[1] + " \n" + entry[2]), heads: folded(entry[2]), folded: folded(entry[3]),
    };
  });

  /** The entries that have every word, the best first: a heading counts more than text, the whole phrase more than words. */
  function matches(words) {
    const phrase = words.join(" ");
    const scored = [];
    entries.forEach(function (entry, order) {
      let score = 0;
      for (const word of words) {
        const inText = entry.folded.split(word).length - 1;
        const inNames = entry.names.includes(word);
        if (!inText && !inNames) return;
        score += Math.min(inText, 5) + (entry.heads.includes(word) ? 20 : inNames ? 2 : 0);
      }
      if (entry.folded.includes(phrase)) score += 5;
      if (entry.heads.split(", ").includes(phrase)) score += 100;
      scored.push({ entry: entry, score: score, order: order });
    });
    return scored.sort(function (a, b) { return b.score - a.score || a.order - b.order; });
  }

  /** A piece of the text around the first word, with all words marked. */
  function excerpt(entry, words) {
    const first = Math.min.apply(null, words.map(function (word) {
      const at = entry.folded.indexOf(word);
      return at < 0 ? Infinity : at;
    }));
    const start = first === Infinity ? 0 : Math.max(0, entry.text.lastIndexOf(" ", Math.max(0, first - 60)) + 1);
    const end = Math.min(entry.text.length, start + 200);
    const line = document.createElement("p");
    if (start > 0) line.append("… ");
    let at = start;
    while (at < end) {
      let next = end;
      let length = 0;
      words.forEach(function (word) {
        const hit = entry.folded.indexOf(word, at);
        if (hit >= 0 && hit < next) { next = hit; length = word.length; }
      });
      line.append(entry.text.slice(at, next));
      if (next === end) break;
      const mark = document.createElement("mark");
      mark.textContent = entry.text.slice(next, next + length);
      line.append(mark);
      at = next + length;
    }
    if (end < entry.text.length) line.append(" …");
    return line;
  }

  function show() {
    const words = folded(field.value).split(/\s+/).map(function (word) { return word.replace(/-+$/, ""); })
      .filter(Boolean);
    results.textContent = "";
    if (words.length === 0) {
      found.textContent = "";
      return;
    }
    const hits = matches(words);
    found.textContent = hits.length === 0 ? "Nothing found. Try fewer words, or a part of one."
      : hits.length === 1 ? "1 place" : hits.length > most ? hits.length + " places; the best " + most : hits.length + " places";
    hits.slice(0, most).forEach(function (hit) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = hit.entry.address;
      link.textContent = hit.entry.heading || hit.entry.page;
      item.append(link);
      if (hit.entry.heading && hit.entry.heading !== hit.entry.page) {
        const page = document.createElement("span");
        page.className = "where";
        page.textContent = hit.entry.page;
        item.append(" ", page);
      }
      item.append(excerpt(hit.entry, words));
      results.append(item);
    });
  }

  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", show);
  field.form.addEventListener("submit", function (event) {
    event.preventDefault();
    show();
  });
  show();
  if (matchMedia("(hover: hover)").matches) field.focus();
})();
