// TURN: who gets credentials, what they open, and a call's packets through it from a real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { TCP, TurnClient, credential, turnOf } from './support/turn.mjs';
import { until } from './support/wait.mjs';

const LIFE_SECONDS = 600;
const PRIVATE = ['10.0.0.1', '172.16.5.5', '192.168.1.1', '100.64.0.1', '169.254.169.254', '0.0.0.0', '198.18.0.1', '255.255.255.255'];
const [FORBIDDEN, UNAUTHORISED] = [403, 401];

let server;
let seller;

before(async () => {
  server = await Server.start();
  // A self-made certificate, as demo mode has one, is nothing that a browser trusts by itself.
  seller = await Person.open(server, 'seller', { flags: ['--ignore-certificate-errors'] });
});

after(async () => {
  await seller?.close();
  await server?.remove();
});

const seconds = () => Math.floor(Date.now() / 1000);

/** What a signed-in person's page is told, once TURN answers. */
async function help(person) {
  return until('TURN answers', async () => {
    const said = await person.read('/api/ice');
    return said.ice_servers.length > 0 && said;
  });
}

async function allocated(turn, known, by, transport) {
  const client = await TurnClient.open(turn, known, by);
  return { client, code: await client.allocate(transport) };
}

test('those who call get credentials for ten minutes; nobody else gets any', async () => {
  const said = await help(seller);
  const [{ urls, username, credential: password }] = said.ice_servers;
  assert.equal(said.relay_only, false);
  assert.deepEqual(urls.map((url) => url.replace(/127.0.0.1:\d+/, 'HERE')), [
    'turn:HERE?transport=udp',
    'turn:HERE?transport=tcp',
    'turns:HERE?transport=tcp',
  ]);
  const [expires, name] = username.split(':');
  assert.ok(expires > seconds() && expires <= seconds() + LIFE_SECONDS, username);
  const me = await seller.read('/api/session');
  assert.ok(/^[0-9a-f]{16}$/.test(name) && !JSON.stringify(me).includes(name), 'the name says nothing of the person');
  const turn = await turnOf(server.data);
  const { client, code } = await allocated(turn, { username, credential: password });
  assert.equal(code, 0);
  client.close();

  const outside = await fetch(`http://127.0.0.1:${server.port}/api/ice`);
  assert.equal(outside.status, 401);
  const compliance = await Person.open(server, 'compliance', { devices: false });
  const status = await compliance.page.evaluate(async () => (await fetch('/api/ice')).status);
  assert.equal(status, 403);
  await compliance.close();
});

test('expired, forged and made-up credentials open nothing, over UDP and TCP', async () => {
  const turn = await turnOf(server.data);
  const good = credential(turn.secret, seconds() + 60);
  for (const by of ['udp', 'tcp']) {
    for (const [what, known, wanted] of [
      ['good', good, 0],
      ['expired', credential(turn.secret, seconds() - 5), UNAUTHORISED],
      ['forged', credential('0'.repeat(64), seconds() + 60), UNAUTHORISED],
      ['prolonged', { ...good, username: good.username.replace(/^\d+/, String(seconds() + 9_999)) }, UNAUTHORISED],
    ]) {
      const { client, code } = await allocated(turn, known, by);
      assert.equal(code, wanted, `${what} over ${by}`);
      client.close();
    }
  }
});

test('an allocation outlives the credential that it was begun with; a new one does not begin', async () => {
  const turn = await turnOf(server.data);
  const expires = seconds() + 2;
  const short = credential(turn.secret, expires);
  const { client, code } = await allocated(turn, short);
  assert.equal(code, 0);
  await until('the credential is over', () => seconds() > expires + 1);
  assert.equal(await client.refresh(), 0);
  assert.equal(await client.permit('127.0.0.1'), 0);
  client.close();
  const late = await allocated(turn, short);
  assert.equal(late.code, UNAUTHORISED);
  late.client.close();
});

test('TURN leads to no private address and to no TCP service; to this machine only in demo mode', async () => {
  const open = await Server.start({ demo: false });
  try {
    for (const [on, loopback] of [[server, 0], [open, FORBIDDEN]]) {
      const turn = await until('TURN is set up', () => turnOf(on.data).catch(() => null));
      const known = credential(turn.secret, seconds() + 60);
      const { client, code } = await until('TURN answers', () => allocated(turn, known, 'tcp'));
      assert.equal(code, 0);
      assert.equal(await client.permit('127.0.0.1'), loopback);
      for (const ip of PRIVATE) assert.equal(await client.permit(ip), FORBIDDEN, ip);
      assert.equal(await client.permit('9.9.9.9'), 0);
      client.close();
      const stream = await allocated(turn, known, 'tcp', TCP);
      assert.notEqual(stream.code, 0);
      stream.client.close();
    }
  } finally {
    await open.remove();
  }
});

/** Runs in the page: two connections, each allowed relayed candidates alone, with sound and a picture between them. */
async function loop({ servers, transport }) {
  const only = servers.map((it) => ({ ...it, urls: it.urls.filter((url) => url.startsWith(transport.scheme) && url.endsWith(transport.by)) }));
  const ends = [0, 1].map(() => new RTCPeerConnection({ iceServers: only, iceTransportPolicy: 'relay' }));
  const begun = performance.now();
  try {
    ends.forEach((end, at) => (end.onicecandidate = ({ candidate }) => candidate && ends[1 - at].addIceCandidate(candidate)));
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const track of stream.getTracks()) ends[0].addTrack(track, stream);
    await ends[0].setLocalDescription();
    await ends[1].setRemoteDescription(ends[0].localDescription);
    await ends[1].setLocalDescription();
    await ends[0].setRemoteDescription(ends[1].localDescription);
    const end = begun + 30_000;
    let connected;
    while (performance.now() < end) {
      if (ends.every((it) => it.connectionState === 'connected')) connected ??= performance.now() - begun;
      const stats = [...(await ends[1].getStats()).values()];
      const frames = stats.find((it) => it.type === 'inbound-rtp' && it.kind === 'video')?.framesDecoded ?? 0;
      const heard = stats.find((it) => it.type === 'inbound-rtp' && it.kind === 'audio')?.packetsReceived ?? 0;
      if (connected && frames > 10 && heard > 50) {
        const pair = stats.find((it) => it.type === 'candidate-pair' && it.nominated && it.state === 'succeeded');
        const mine = stats.find((it) => it.id === pair.localCandidateId);
        stream.getTracks().forEach((track) => track.stop());
        return { connected, type: mine.candidateType, by: mine.relayProtocol };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { states: ends.map((it) => `${it.iceGatheringState} ${it.iceConnectionState} ${it.connectionState}`) };
  } finally {
    ends.forEach((it) => it.close());
  }
}

for (const [by, transport] of [
  ['udp', { scheme: 'turn:', by: 'udp' }],
  ['tcp', { scheme: 'turn:', by: 'tcp' }],
  ['tls', { scheme: 'turns:', by: 'tcp' }],
]) {
  test(`sound and picture get through TURN over ${by.toUpperCase()} alone`, async () => {
    const { ice_servers: servers } = await help(seller);
    const seen = await seller.page.evaluate(loop, { servers, transport });
    assert.deepEqual([seen.type, seen.by], ['relay', by], JSON.stringify(seen));
  });
}

test('TURN that dies is started again, and no page is told of it meanwhile; it ends with a killed server', async () => {
  const { pid } = await turnOf(server.data);
  process.kill(pid, 'SIGKILL');
  await until('its end is noticed', async () => (await seller.read('/api/ice')).ice_servers.length === 0);
  await help(seller);
  const turn = await until('another process runs', async () => {
    const now = await turnOf(server.data);
    return now.pid !== pid && now;
  });
  const { client, code } = await allocated(turn, credential(turn.secret, seconds() + 60));
  assert.equal(code, 0);
  client.close();

  await server.kill();
  await until('TURN is gone with the server', async () => {
    const probe = await TurnClient.open(turn, { username: '', credential: '' }, 'tcp').catch(({ code }) => code);
    probe.close?.();
    return probe === 'ECONNREFUSED';
  });
});
