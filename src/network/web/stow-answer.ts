// What a server says has become of the instances of a STOW-RS request: the Store Instances Response Module (PS3.18
// annex I.2), in JSON or XML.
//
// Believes nothing but names: an instance is stored if the answer says so under its UID, and refused if it says that.
// Whatever else an answer holds, 200 and a page of a proxy included, says nothing.

import { storeStatus } from '../../dicom/status.ts';

/** Status by SOPInstanceUID, as of C-STORE: WarningReason or 0 of those that are stored, else FailureReason. */
export type StowAnswer = ReadonlyMap<string, number>;

// The attributes that are read.
const REFERENCED_SOP_SEQUENCE = '00081199';
const FAILED_SOP_SEQUENCE = '00081198';
const REFERENCED_SOP_INSTANCE_UID = '00081155';
const WARNING_REASON = '00081196';
const FAILURE_REASON = '00081197';

const SUCCESS = 0;
/** Of Annex C in PS3.7: a warning without a word. */
const WARNING = 0x0001;
const PROCESSING_FAILURE = 0x0110;

/** @param text JSON or XML, whichever it begins as @returns undefined where it is no such module */
export async function parseStowAnswer(text: string): Promise<StowAnswer | undefined> {
  const dataSets = await parseDataSets(text.replace(/^\uFEFF/, '').trimStart());
  if (dataSets === undefined) return undefined;
  const answer = new Map<string, number>();
  for (const dataSet of dataSets) {
    for (const item of itemsAt(dataSet, REFERENCED_SOP_SEQUENCE)) put(answer, item, storedStatus(item));
    for (const item of itemsAt(dataSet, FAILED_SOP_SEQUENCE)) put(answer, item, failedStatus(item));
  }
  return answer;
}

/** Some servers put the one data set into a list, as other services do with theirs. */
async function parseDataSets(text: string): Promise<readonly unknown[] | undefined> {
  if (text.startsWith('<')) {
    const { parseNativeDicomModel } = await import('./native-dicom-model.ts');
    const dataSet = parseNativeDicomModel(text);
    return dataSet === undefined ? undefined : [dataSet];
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (Array.isArray(json)) return json;
  return typeof json === 'object' && json !== null ? [json] : undefined;
}

function put(answer: Map<string, number>, item: unknown, status: number): void {
  const UID = firstAt(item, REFERENCED_SOP_INSTANCE_UID);
  if (typeof UID === 'string') answer.set(UID.replace(/[\0 ]+$/, ''), status);
}

/** What is stored is stored, whatever the reason of the warning. */
function storedStatus(item: unknown): number {
  const reason = numberAt(item, WARNING_REASON) ?? SUCCESS;
  return storeStatus(reason).outcome === 'stored' ? reason : WARNING;
}

/** What has failed has failed, whatever reason is given. */
function failedStatus(item: unknown): number {
  const reason = numberAt(item, FAILURE_REASON) ?? PROCESSING_FAILURE;
  return storeStatus(reason).outcome === 'stored' ? PROCESSING_FAILURE : reason;
}

function itemsAt(dataSet: unknown, tag: string): readonly unknown[] {
  const attribute = entryOf(dataSet, tag);
  const values = entryOf(attribute, 'Value');
  return Array.isArray(values) ? values : [];
}

function firstAt(dataSet: unknown, tag: string): unknown {
  return itemsAt(dataSet, tag)[0];
}

/** Numbers come as such, or as texts. */
function numberAt(dataSet: unknown, tag: string): number | undefined {
  const value = firstAt(dataSet, tag);
  const number = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffff ? number : undefined;
}

function entryOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}
