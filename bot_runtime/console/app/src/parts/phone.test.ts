import { expect, test } from "vitest";
import { phoneText } from "./phone";

test.each([
  ["+525512345678", "+52 55 1234 5678"],
  ["+5491123456789", "+54 911 2345 6789"],
  ["+34612345678", "+34 612 345 678"],
  ["+15551234567", "+1 55 5123 4567"],
  ["+50212345678", "+502 1234 5678"],
  ["+573001234567", "+57 30 0123 4567"],
  ["+52 55 1234 5678", "+52 55 1234 5678"], // grouped by who wrote it
  ["28900", "28900"], // a short code
])("%s is read as %s", (number, shown) => {
  expect(phoneText(number)).toBe(shown);
});
