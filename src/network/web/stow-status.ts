// What the HTTP status of a STOW-RS answer says (PS3.18 table 10.5.3-1 and section 8.5, RFC 9110 section 15): the only
// place that decides.

export type StowStatus =
  /** The answer's body says what became of each instance. */
  | 'told'
  /** Who we are, or what we may do. */
  | 'not-allowed'
  | 'too-large'
  /** Asked to come again later. */
  | 'busy'
  /** Something in the request is not taken, perhaps one of its instances. */
  | 'refused'
  /** An error within it, which an instance may have caused. */
  | 'breaking'
  /** The server, what stands in front of it, or its address is in trouble. */
  | 'away';

export function stowStatus(status: number): StowStatus {
  switch (status) {
    case 200: case 202: case 409: return 'told';
    case 401: case 403: case 407: return 'not-allowed';
    case 413: return 'too-large';
    case 429: case 503: return 'busy';
    case 500: return 'breaking';
    case 404: case 405: case 408: case 410: case 425: return 'away';
    default: return status >= 400 && status <= 499 ? 'refused' : 'away';
  }
}
