import { describe, expect, test } from "vitest";
import { type Mark, readMarks } from "./marks";

/** The marks as a line: `<b>…</b>` and so on, to read the tables below at a glance. */
function line(marks: Mark[]): string {
  const tags = { bold: "b", italic: "i", struck: "s", code: "c", block: "p", link: "a" };
  return marks
    .map((mark) => {
      if (mark.kind === "text") return mark.text;
      const inside = "inside" in mark ? line(mark.inside) : mark.text;
      return `<${tags[mark.kind]}>${inside}</${tags[mark.kind]}>`;
    })
    .join("");
}

describe("marks are read as WhatsApp reads them", () => {
  test.each([
    ["*b* _i_ ~s~", "<b>b</b> <i>i</i> <s>s</s>"],
    ["*b _i_ b*", "<b>b <i>i</i> b</b>"],
    ["(*Clínica Sol*), ¡_hola_!", "(<b>Clínica Sol</b>), ¡<i>hola</i>!"],
    ["`código` y ```a *b*```", "<c>código</c> y <p>a *b*</p>"],
    ["ve a https://example.com/a_b_c, hoy", "ve a <a>https://example.com/a_b_c</a>, hoy"],
    ["5*3*2 y snake_case_name", "5*3*2 y snake_case_name"], // inside words they are signs, not marks
    ["* no * ni _ tampoco _", "* no * ni _ tampoco _"], // nothing opens before a space
    ["*sin cerrar", "*sin cerrar"],
    ["*a\nb*", "*a\nb*"], // a mark ends with its line
    ["** __ ~~", "** __ ~~"],
    ["¿*sí*?", "¿<b>sí</b>?"],
    ["<b>no</b> & <script>", "<b>no</b> & <script>"], // HTML is text
    ["", ""],
  ])("%j", (source, expected) => {
    expect(line(readMarks(source))).toBe(expected);
  });

  test("a long text full of openings stays as it was written", () => {
    const text = "*a ".repeat(1300); // as long as a message can be
    expect(line(readMarks(text))).toBe(text);
  });
});
