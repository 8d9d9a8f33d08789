// Posts a JSON text to a URL: the original's `send` action.

const TIMEOUT_SECONDS = 30;

/** @returns what went wrong, undefined where the answer was 2xx */
export async function postJson(url: string, json: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: json,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `${url} answered ${answer.status}`;
  } catch (error) {
    if (error instanceof TypeError) return `${url} cannot be reached: ${causeText(error)}`;
    if (error instanceof DOMException) return `${url} did not answer within ${TIMEOUT_SECONDS} s`;
    throw error;
  }
}

/** fetch hides the reason behind "fetch failed". */
function causeText(error: TypeError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
