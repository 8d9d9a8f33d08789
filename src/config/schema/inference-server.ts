// How a core that runs on an inference server is reached.

import * as v from 'valibot';
import { strictObject } from './strict-object.ts';
import { file, httpAddress, key, nonEmptyText, seconds, secretReference, yesOrNo } from './values.ts';

/** The two interfaces that such servers have had. */
const version = v.picklist([1, 2], 'the number 1 or 2');

/** What a fingerprint file may say beside address and model, which it has keys of its own for. */
export const inferenceServerEntries = {
  version: v.optional(key(
    version, 'The interface of the server: 1 takes a zip file, 2 a tar file at `/api/tasks/`.',
  ), 1),
  ca: v.optional(key(
    file, 'A PEM file with one or more certificates: the server must show one that is signed by one of them. Left out: '
    + 'those that Node.js trusts.', '/etc/dts/CERTS/cert.crt',
  )),
  token: v.optional(key(
    secretReference, 'Sent as `X-Token` with each request. What stands here is kept with each job, so it is never the '
    + 'token itself.', { file: '/etc/dts/inference-token' },
  )),
  pollSeconds: v.optional(key(seconds(1), 'How often the server is asked for the result of a task.'), 15),
  timeoutSeconds: v.optional(key(
    seconds(1), 'A task that takes longer is deleted on the server, and the job has failed. `timeoutSeconds` of the '
    + 'core does not count.',
  ), 86_400),
  deleteRemote: v.optional(key(
    yesOrNo, 'Whether the task is deleted on the server when its result is here and has proved to be good.',
  ), true),
  resubmit: v.optional(key(
    yesOrNo, 'Whether the input is sent once more when nobody can say if the server has taken it: the connection, or '
    + 'DTS, broke off just between. Otherwise the job is held, and a person decides.',
  ), false),
} as const;

/** The value of `inferenceServer`. */
export const inferenceServer = strictObject({
  url: key(httpAddress, 'The address of the server.', 'https://inference.hospital.example/'),
  model: key(nonEmptyText, 'The model, by the name that the server has for it.', 'liver-segmentation'),
  ...inferenceServerEntries,
});

export type InferenceServerEntry = v.InferOutput<typeof inferenceServer>;
