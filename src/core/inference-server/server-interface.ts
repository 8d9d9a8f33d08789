// What the two generations of inference servers are asked, and how: addresses, fields, what a task is called.
//
// The address alone does not tell which one a server is of, so the configuration does.

import type { InferenceServer } from '../../config/core-specification.ts';
import type { BundleKind } from '../../bundle/bundle.ts';

export interface ServerInterface {
  /** How the input is packed, and under which field and name it is sent. */
  readonly kind: BundleKind;
  readonly field: string;
  readonly fileName: string;
  readonly contentType: string;
  submitURL(server: InferenceServer): URL;
  /** Asked for the result: GET. */
  resultURL(server: InferenceServer, taskId: string): URL;
  /** DELETE. */
  taskURL(server: InferenceServer, taskId: string): URL;
  /** Where the id stands in the answer to a submission; undefined: there is none. */
  findTaskId(answer: unknown): unknown;
}

const FIRST: ServerInterface = {
  kind: 'zip',
  field: 'zip_file',
  fileName: 'input.zip',
  contentType: 'application/zip',
  submitURL: ({ url, model }) => withQuery(new URL(url), 'model_human_readable_id', model),
  resultURL: ({ url }, taskId) => below(url, encodeURIComponent(taskId)),
  taskURL: ({ url }, taskId) => below(url, encodeURIComponent(taskId)),
  findTaskId: (answer) => answer,
};

const SECOND: ServerInterface = {
  kind: 'tar',
  field: 'tar_file',
  fileName: 'input.tar',
  contentType: 'application/x-tar',
  submitURL: ({ url, model }) => withQuery(below(url, 'api/tasks/'), 'human_readable_id', model),
  resultURL: ({ url }, taskId) => withQuery(below(url, 'api/tasks/outputs/'), 'uid', taskId),
  taskURL: ({ url }, taskId) => withQuery(below(url, 'api/tasks/'), 'uid', taskId),
  findTaskId: (answer) => (typeof answer === 'object' && answer !== null && 'uid' in answer ? answer.uid : undefined),
};

export function interfaceOf({ version }: InferenceServer): ServerInterface {
  switch (version) {
    case 1: return FIRST;
    case 2: return SECOND;
  }
}

function below(url: string, path: string): URL {
  return new URL(path, url.endsWith('/') ? url : `${url}/`);
}

function withQuery(url: URL, name: string, value: string): URL {
  url.searchParams.set(name, value);
  return url;
}
