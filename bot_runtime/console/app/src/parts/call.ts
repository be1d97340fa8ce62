/** A call to the server, and what it says when it refuses. */
import { t } from "./i18n";

/** The server refused a call (`status`), or was not there to ask (0). Its text is for people; `code` names the reason. */
export class CallFailed extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code = "",
    readonly facts: Record<string, string> = {},
    /** Seconds the server asks us to wait; 0: it didn't. */
    readonly retryAfterS = 0,
  ) {
    super(message);
  }
}

export async function call<Answer>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new CallFailed(0, t("unreachable"));
  }
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return (text ? JSON.parse(text) : null) as Answer;
}

/** `{error, code, …facts}` of the server's answer, where it gave one. */
function refusal(response: Response, text: string): CallFailed {
  const wait = Number(response.headers.get("Retry-After")) || 0;
  const plain = `${response.status} ${response.statusText}`;
  try {
    const { error, code, ...facts } = JSON.parse(text) as { error?: string; code?: string; [fact: string]: unknown };
    const said = Object.entries(facts).map(([name, value]) => [name, String(value)]);
    return new CallFailed(response.status, error || plain, code ?? "", Object.fromEntries(said), wait);
  } catch {
    return new CallFailed(response.status, plain, "", {}, wait);
  }
}
