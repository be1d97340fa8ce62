import { expect, test } from "vitest";
import { waitOf } from "./wait";

test.each([
  ["0", "00", 0],
  ["4", "05", 14_700],
  ["24", "00", 86_400],
  ["24", "01", null],
  ["1", "60", null],
  ["", "10", null],
  ["-1", "00", null],
  ["1.5", "00", null],
])("%s:%s is %s", (hours, minutes, seconds) => {
  expect(waitOf(hours, minutes)).toBe(seconds);
});
