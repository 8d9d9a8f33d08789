// What a server's answer to the question whether it is there is taken for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureText } from '../../../src/job/failure-text.ts';
import { echoOverWeb } from '../../../src/network/web/web-echo.ts';
import { startWebServer, type WebAnswer } from '../../rig/web-server.ts';

const TIMEOUTS = { connectSeconds: 5, silenceSeconds: 0.5, totalSeconds: 10 };

const THERE: Readonly<Record<string, WebAnswer>> = {
  'a study': { status: 200, body: '[{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]}}]' },
  'no study': { status: 204 },
  'that it does not let us search': { status: 405 },
  'that it has no search': { status: 501 },
  'an answer without end': { status: 200, body: Buffer.alloc(50_000_000, ' ') },
};

for (const [what, answer] of Object.entries(THERE)) {
  test(`a server that answers ${what} is there, and nothing of a patient is told`, async (t) => {
    const server = await startWebServer(t, { answer: () => answer });
    const echoed = await echoOverWeb({ url: server.url, timeouts: TIMEOUTS });
    assert.ok('answered' in echoed, JSON.stringify(echoed));
    assert.doesNotMatch(JSON.stringify(echoed), /Doe/);
    assert.deepEqual(server.asked.map(({ method, path }) => [method, path]), [['GET', '/dicom-web/studies?limit=1']]);
  });
}

const NOT_THERE: Readonly<Record<string, readonly [WebAnswer, RegExp]>> = {
  'that it does not know us': [{ status: 401 }, /does not let us in: it answered 401/],
  'that we may not': [{ status: 403 }, /does not let us in: it answered 403/],
  'that there is nothing': [{ status: 404 }, /answered 404 \(Not Found\); look whether url is right/],
  'with another address': [{ status: 301, headers: { location: 'https://b.example/' } }, /refers to https:\/\/b\.example/],
  'that it is broken': [{ status: 502 }, /answered 502/],
  'nothing': ['hang', /said nothing for 0\.5 s/],
};

for (const [what, [answer, text]] of Object.entries(NOT_THERE)) {
  test(`one that answers ${what} is told so`, async (t) => {
    const server = await startWebServer(t, { answer: () => answer });
    const echoed = await echoOverWeb({ url: server.url, timeouts: TIMEOUTS });
    assert.ok('reason' in echoed, JSON.stringify(echoed));
    assert.match(failureText(echoed), text);
  });
}
