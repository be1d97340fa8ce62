/** A call to the server, and what it says when it refuses. */
import { language, t } from "./i18n";

/** The server refused a call (`status`), or was not there to ask (0). Its text is for people; `code` names the reason. */
export class CallFailed extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code = "",
    readonly facts: Record<string, string> = {},
    /** Seconds the server asks us to wait; 0: it didn't. */
    readonly retryAfterS = 0,
    /** The whole answer. */
    readonly said: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export async function call<Answer>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...spoken(), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new CallFailed(0, t("unreachable"));
  }
  const text = await response.text();
  if (!response.ok) throw refusal(response, response.headers.get("Retry-After"), text);
  return (text ? JSON.parse(text) : null) as Answer;
}

/** The same for a form with a file: `onProgress` is told the part that has left, 0–1, which fetch does not tell. */
export function upload<Answer>(
  method: string, path: string, form: FormData, headers: Record<string, string>, onProgress: (part: number) => void,
): Promise<Answer> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = () => reject(new CallFailed(0, t("unreachable")));
    request.onload = () => {
      const { status, responseText: text } = request;
      if (status < 300) resolve((text ? JSON.parse(text) : null) as Answer);
      else reject(refusal(request, request.getResponseHeader("Retry-After"), text));
    };
    request.open(method, path);
    for (const [name, value] of Object.entries({ ...spoken(), ...headers })) request.setRequestHeader(name, value);
    request.send(form);
  });
}

/** What the server says is read on this page: it is in this page's language, whatever that of the account. */
function spoken(): Record<string, string> {
  return { "X-Language": language.peek() };
}

/** `{error, code, …facts}` of the server's answer, where it gave one. */
function refusal({ status, statusText }: { status: number; statusText: string }, retryAfter: string | null, text: string): CallFailed {
  const wait = Number(retryAfter) || 0;
  const plain = `${status} ${statusText}`;
  try {
    const { error, code, ...facts } = JSON.parse(text) as { error?: string; code?: string; [fact: string]: unknown };
    const said = Object.entries(facts).map(([name, value]) => [name, String(value)]);
    return new CallFailed(status, error || plain, code ?? "", Object.fromEntries(said), wait, facts);
  } catch {
    return new CallFailed(status, plain, "", {}, wait);
  }
}
