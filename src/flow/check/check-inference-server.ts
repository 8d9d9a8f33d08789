// Checks what an inference server is used with: the certificates to trust and the token; and that it answers.

import { readFile } from 'node:fs/promises';
import type { Stream } from '../../config/configuration.ts';
import type { InferenceServer } from '../../config/core-specification.ts';
import { readSecret } from '../../config/secret.ts';
import { usesTls } from '../../core/inference-server/call-server.ts';
import { lookForServer } from '../../core/inference-server/look-for-server.ts';
import { failureText } from '../../job/failure-text.ts';
import { parseCertificates, subjectOf, validityOf } from '../../network/certificate.ts';
import { wordTlsFault } from '../../network/tls-fault.ts';
import { codeOf } from '../../spool/error-code.ts';
import { error, ok, warning, type EnvironmentFinding } from './finding.ts';

/** Opens files only. */
export async function checkServerFiles(
  subject: string, { url, model, ca, token }: InferenceServer,
): Promise<EnvironmentFinding> {
  const fault = ca === undefined || !usesTls(url) ? undefined : await findFaultOfAuthorities(ca);
  if (fault !== undefined) return error(subject, fault, 'put the certificates there in PEM, or correct inferenceServer.ca');
  const secret = token === undefined ? { text: '' } : await readSecret(token);
  if ('fault' in secret) {
    return error(subject, `no token for ${url}: ${secret.fault}`, 'put it there, or correct inferenceServer.token');
  }
  return ok(subject, `is sent to ${url} for model ${model}`);
}

async function findFaultOfAuthorities(ca: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(ca, 'utf8');
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    return `${ca} cannot be read (${code})`;
  }
  const parsed = parseCertificates(ca, text);
  if ('reason' in parsed) return wordTlsFault(parsed).text;
  const expired = parsed.filter((certificate) => validityOf(certificate).to < Date.now());
  return expired.length < parsed.length ? undefined
    : `all certificates in ${ca} have expired, ${expired.map(subjectOf).join(' and ')} among them`;
}

/** Each server once. */
export async function checkServers(streams: readonly Stream[]): Promise<EnvironmentFinding[]> {
  const servers = new Map<string, InferenceServer>();
  for (const { inferenceServer } of streams.flatMap(({ cores }) => cores)) {
    if (inferenceServer !== undefined) servers.set(inferenceServer.url, inferenceServer);
  }
  return Promise.all([...servers.values()].map(async (server) => {
    const subject = `inference server ${server.url}`;
    const found = await lookForServer(server);
    if (!('reason' in found)) return ok(subject, `answers (${found.status})`);
    return warning(subject, failureText(found), 'look whether it runs, and what inferenceServer says of it; jobs wait for it');
  }));
}
