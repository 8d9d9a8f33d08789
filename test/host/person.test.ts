import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { test, type TestContext } from 'node:test';
import { personName } from '../../src/host/person.ts';

function setSudoUser(t: TestContext, name: string | undefined): void {
  const before = process.env['SUDO_USER'];
  const set = (value: string | undefined): void => {
    if (value === undefined) delete process.env['SUDO_USER'];
    else process.env['SUDO_USER'] = value;
  };
  t.after(() => set(before));
  set(name);
}

test('a person is called by the name of the user, by the own one where that is the station\'s by sudo', (t) => {
  setSudoUser(t, undefined);
  assert.equal(personName(), userInfo().username);
  setSudoUser(t, '');
  assert.equal(personName(), userInfo().username);
  setSudoUser(t, 'alice');
  assert.equal(personName(), 'alice');
});
