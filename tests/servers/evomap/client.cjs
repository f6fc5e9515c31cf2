// The vendor's own client against a hub. node client.cjs FOLDER (settings as environment variables)
// Reads {"assets": […]} from standard input; prints what its calls gave as one JSON document.
const { readFileSync, writeFileSync } = require('node:fs');

const folder = process.argv[2] + '/node_modules/@evomap/evolver';
const client = require(folder + '/src/gep/a2aProtocol.js');
const gate = require(folder + '/src/gep/cliContracts.js');

async function main() {
  const { bundles } = JSON.parse(readFileSync(0, 'utf8'));
  const out = { gates: [], published: [] };
  out.hello = await client.sendHelloToHub();
  out.heartbeat = await client.sendHeartbeat();
  const transport = client.getTransport('http');
  for (const assets of bundles) {
    const [gene, capsule, event] = assets;
    const files = assets.map((asset, i) => {
      const file = `${process.env.HOME}/asset-${out.gates.length}-${i}.json`;
      writeFileSync(file, JSON.stringify(asset));
      return file;
    });
    const judged = gate.buildPublishBundle(files, {});
    out.gates.push({ ok: judged.ok, reason: judged.reason, blocked: judged.blockReasons,
                     ids: (judged.sanitized || []).map((asset) => asset.asset_id) });
    const message = client.buildPublishBundle({ gene, capsule, event });
    out.published.push(await transport.send(message));
  }
  out.fetch = await transport.send(client.buildFetch({ signals: bundles[0][1].trigger, searchOnly: true }));
  console.log(JSON.stringify(out));
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
