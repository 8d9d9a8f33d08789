// The command set: the group 0000 elements in front of every DIMSE message, to and from bytes.
//
// Promises: implicit VR little endian with a right CommandGroupLength, elements in ascending order (PS3.7 section
// 6.3.1 and annex E); a parser that steps over elements it does not know and never throws, whatever a peer sends.
// Never judges a value: which elements a message must carry is for those who read it.

/** The elements that DTS reads or writes (PS3.7 section E.1), in ascending order. */
const ELEMENTS = {
  AffectedSOPClassUID: { element: 0x0002, vr: 'UI' },
  RequestedSOPClassUID: { element: 0x0003, vr: 'UI' },
  CommandField: { element: 0x0100, vr: 'US' },
  MessageID: { element: 0x0110, vr: 'US' },
  MessageIDBeingRespondedTo: { element: 0x0120, vr: 'US' },
  MoveDestination: { element: 0x0600, vr: 'AE' },
  Priority: { element: 0x0700, vr: 'US' },
  CommandDataSetType: { element: 0x0800, vr: 'US' },
  Status: { element: 0x0900, vr: 'US' },
  OffendingElement: { element: 0x0901, vr: 'AT' },
  ErrorComment: { element: 0x0902, vr: 'LO' },
  ErrorID: { element: 0x0903, vr: 'US' },
  AffectedSOPInstanceUID: { element: 0x1000, vr: 'UI' },
  RequestedSOPInstanceUID: { element: 0x1001, vr: 'UI' },
  EventTypeID: { element: 0x1002, vr: 'US' },
  AttributeIdentifierList: { element: 0x1005, vr: 'AT' },
  ActionTypeID: { element: 0x1008, vr: 'US' },
  NumberOfRemainingSuboperations: { element: 0x1020, vr: 'US' },
  NumberOfCompletedSuboperations: { element: 0x1021, vr: 'US' },
  NumberOfFailedSuboperations: { element: 0x1022, vr: 'US' },
  NumberOfWarningSuboperations: { element: 0x1023, vr: 'US' },
  MoveOriginatorApplicationEntityTitle: { element: 0x1030, vr: 'AE' },
  MoveOriginatorMessageID: { element: 0x1031, vr: 'US' },
} as const;

type Keyword = keyof typeof ELEMENTS;
type ValueRepresentation = (typeof ELEMENTS)[Keyword]['vr'];
type ValueOf<VR extends ValueRepresentation> = VR extends 'US' ? number : VR extends 'AT' ? readonly number[] : string;

/** A command by keyword. Tags (AT) are numbers such as 0x00100020; an element without a value is absent. */
export type CommandSet = { readonly [K in Keyword]?: ValueOf<(typeof ELEMENTS)[K]['vr']> | undefined };

/** CommandField of the messages that DTS sends or answers (PS3.7 section E.1). */
export const COMMAND_FIELD = {
  'C-STORE-RQ': 0x0001,
  'C-STORE-RSP': 0x8001,
  'C-GET-RQ': 0x0010,
  'C-GET-RSP': 0x8010,
  'C-FIND-RQ': 0x0020,
  'C-FIND-RSP': 0x8020,
  'C-MOVE-RQ': 0x0021,
  'C-MOVE-RSP': 0x8021,
  'C-ECHO-RQ': 0x0030,
  'C-ECHO-RSP': 0x8030,
  'N-EVENT-REPORT-RQ': 0x0100,
  'N-EVENT-REPORT-RSP': 0x8100,
  'N-ACTION-RQ': 0x0130,
  'N-ACTION-RSP': 0x8130,
  'C-CANCEL-RQ': 0x0fff,
} as const;

/** CommandDataSetType: exactly this value says that no dataset follows; every other value says that one does. */
export const NO_DATASET = 0x0101;

/** The CommandDataSetType that DTS writes where a dataset follows. */
export const WITH_DATASET = 0x0000;

const KEYWORD_OF_ELEMENT = new Map<number, Keyword>(
  (Object.keys(ELEMENTS) as Keyword[]).map((keyword) => [ELEMENTS[keyword].element, keyword]),
);

const ELEMENT_HEADER_BYTES = 8;
const GROUP_LENGTH_BYTES = 12;
/** LO holds at most this many characters (PS3.5 section 6.2); a longer ErrorComment is cut. */
const MAX_TEXT_CHARACTERS = 64;

/** The bytes of a command, group length first. Absent and undefined elements are left out. */
export function encodeCommandSet(elements: CommandSet): Buffer {
  const parts: Buffer[] = [Buffer.alloc(GROUP_LENGTH_BYTES)];
  let groupBytes = 0;
  for (const keyword of KEYWORD_OF_ELEMENT.values()) {
    const value = elements[keyword];
    if (value === undefined) continue;
    const encoded = encodeElement(keyword, value);
    parts.push(encoded);
    groupBytes += encoded.length;
  }
  const command = Buffer.concat(parts);
  command.writeUInt32LE(4, 4);
  command.writeUInt32LE(groupBytes, 8);
  return command;
}

/**
 * A command out of all its fragments' bytes. Group length, unknown elements and other groups are stepped over; of an
 * element that comes twice the last counts.
 * @returns a fault where the bytes do not divide into elements or a known element has an impossible length.
 */
export function parseCommandSet(bytes: Buffer): CommandSet | { readonly fault: string } {
  const command: Record<string, string | number | readonly number[]> = {};
  for (let offset = 0; offset < bytes.length; ) {
    if (bytes.length - offset < ELEMENT_HEADER_BYTES) return { fault: `element header cut off at byte ${offset}` };
    const group = bytes.readUInt16LE(offset);
    const element = bytes.readUInt16LE(offset + 2);
    const valueBytes = bytes.readUInt32LE(offset + 4);
    const valueStart = offset + ELEMENT_HEADER_BYTES;
    if (valueBytes > bytes.length - valueStart) {
      const left = bytes.length - valueStart;
      return { fault: `element ${formatTag(group, element)} claims ${valueBytes} bytes, ${left} are left` };
    }
    offset = valueStart + valueBytes;
    const keyword = group === 0 ? KEYWORD_OF_ELEMENT.get(element) : undefined;
    if (keyword === undefined || valueBytes === 0) continue;
    const value = parseValue(ELEMENTS[keyword].vr, bytes.subarray(valueStart, offset));
    if (value === undefined) return { fault: `${keyword} is ${valueBytes} bytes long` };
    command[keyword] = value;
  }
  return command;
}

function encodeElement(keyword: Keyword, value: string | number | readonly number[]): Buffer {
  const { element, vr } = ELEMENTS[keyword];
  const encodedValue = encodeValue(vr, value);
  const header = Buffer.alloc(ELEMENT_HEADER_BYTES);
  header.writeUInt16LE(element, 2);
  header.writeUInt32LE(encodedValue.length, 4);
  return Buffer.concat([header, encodedValue]);
}

function encodeValue(vr: ValueRepresentation, value: string | number | readonly number[]): Buffer {
  if (typeof value === 'number') {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(value);
    return number;
  }
  if (typeof value === 'string') {
    const text = value.slice(0, MAX_TEXT_CHARACTERS);
    return Buffer.from(text.length % 2 === 0 ? text : text + (vr === 'UI' ? '\0' : ' '), 'latin1');
  }
  const tags = Buffer.alloc(4 * value.length);
  value.forEach((tag, index) => {
    tags.writeUInt16LE(tag >>> 16, 4 * index);
    tags.writeUInt16LE(tag & 0xffff, 4 * index + 2);
  });
  return tags;
}

function parseValue(vr: ValueRepresentation, bytes: Buffer): string | number | readonly number[] | undefined {
  switch (vr) {
    case 'US':
      return bytes.length === 2 ? bytes.readUInt16LE() : undefined;
    case 'AT':
      if (bytes.length % 4 !== 0) return undefined;
      return Array.from({ length: bytes.length / 4 }, (_, index) =>
        bytes.readUInt16LE(4 * index) * 0x10000 + bytes.readUInt16LE(4 * index + 2));
    case 'UI':
    case 'AE':
    case 'LO':
      return parseText(bytes);
  }
}

/** Without padding on either side. Some peers pad a UID with spaces against PS3.5 section 9.1, or text with NUL. */
function parseText(bytes: Buffer): string {
  const isPadding = (byte: number | undefined) => byte === 0x20 || byte === 0x00;
  let start = 0;
  let end = bytes.length;
  while (end > start && isPadding(bytes[end - 1])) end -= 1;
  while (start < end && isPadding(bytes[start])) start += 1;
  return bytes.toString('latin1', start, end);
}

function formatTag(group: number, element: number): string {
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(4, '0');
  return `(${hex(group)},${hex(element)})`;
}
