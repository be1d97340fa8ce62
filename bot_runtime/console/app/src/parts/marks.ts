/**
 * WhatsApp's marks: *bold*, _italic_, ~struck~, `code`, ```block```; and web addresses.
 *
 * A mark opens after a space, the start or punctuation, directly before a letter, and closes the same way around;
 * `5*3*2` and `snake_case_name` stay as they are. Inside code nothing is a mark.
 */
export type Mark =
  | { kind: "text"; text: string }
  | { kind: "code" | "block" | "link"; text: string }
  | { kind: "bold" | "italic" | "struck"; inside: Mark[] };

const SPANS = { "*": "bold", _: "italic", "~": "struck" } as const;
const LINK = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)'\]]/y;
const WORD = /[\p{L}\p{N}]/u;

export function readMarks(source: string): Mark[] {
  const marks: Mark[] = [];
  let plain = "";
  let at = 0;
  const flush = (): void => {
    if (plain) marks.push({ kind: "text", text: plain });
    plain = "";
  };
  while (at < source.length) {
    const found = markAt(source, at);
    if (!found) {
      plain += source[at++];
      continue;
    }
    flush();
    marks.push(found.mark);
    at = found.end;
  }
  flush();
  return marks;
}

function markAt(source: string, at: number): { mark: Mark; end: number } | null {
  const sign = source[at] as string;
  if (sign === "h") return linkAt(source, at);
  if (sign === "`") return codeAt(source, at);
  if (!(sign in SPANS) || isWord(source[at - 1]) || /\s|^$/.test(source[at + 1] ?? "")) return null;
  for (let end = at + 2; end < source.length && source[end] !== "\n"; end++) {
    const closes = source[end] === sign && !/\s/.test(source[end - 1] as string) && !isWord(source[end + 1]);
    if (closes) {
      const kind = SPANS[sign as keyof typeof SPANS];
      return { mark: { kind, inside: readMarks(source.slice(at + 1, end)) }, end: end + 1 };
    }
  }
  return null;
}

function codeAt(source: string, at: number): { mark: Mark; end: number } | null {
  const fence = source.startsWith("```", at) ? "```" : "`";
  const end = source.indexOf(fence, at + fence.length);
  const text = source.slice(at + fence.length, end);
  if (end < 0 || !text.trim() || (fence === "`" && text.includes("\n"))) return null;
  return { mark: { kind: fence === "`" ? "code" : "block", text: text.replace(/^\n|\n$/g, "") }, end: end + fence.length };
}

function linkAt(source: string, at: number): { mark: Mark; end: number } | null {
  LINK.lastIndex = at;
  const text = LINK.exec(source)?.[0];
  return text ? { mark: { kind: "link", text }, end: at + text.length } : null;
}

function isWord(sign: string | undefined): boolean {
  return sign !== undefined && WORD.test(sign);
}
