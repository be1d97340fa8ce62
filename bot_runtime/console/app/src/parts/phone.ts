/** Calling codes of one and of two digits; all others have three. */
const SHORT_CODES = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** A number in groups, to be read aloud: `+525512345678` → `+52 55 1234 5678`. What has signs of its own stays. */
export function phoneText(number: string): string {
  if (!/^\+\d{8,15}$/.test(number)) return number;
  const digits = number.slice(1);
  const code = SHORT_CODES.exec(digits)?.[0] ?? digits.slice(0, 3);
  return `+${code} ${groups(digits.slice(code.length)).join(" ")}`;
}

/** Fours from the end; nine digits are three threes. */
function groups(national: string): string[] {
  const size = national.length === 9 ? 3 : 4;
  const found: string[] = [];
  for (let end = national.length; end > 0; end -= size) found.unshift(national.slice(Math.max(0, end - size), end));
  return found[0]?.length === 1 && found.length > 1 ? [`${found[0]}${found[1]}`, ...found.slice(2)] : found;
}
