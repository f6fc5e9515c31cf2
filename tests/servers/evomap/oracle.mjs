// The vendor's own arithmetic. node oracle.mjs FOLDER ids|schemas|bench [SECONDS]
//   ids:     a line of JSON in, its asset id out
//   schemas: a line with a list of assets in, a line with the schema's errors out
//   bench:   ids of the assets on standard input, over and over: parsed, and from text
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [folder, what, seconds] = process.argv.slice(2);
const require = createRequire(folder + '/');
const sdk = folder + '/node_modules/@evomap/gep-sdk';
const { computeAssetId, canonicalize } = await import(pathToFileURL(sdk + '/src/index.js'));

if (what === 'bench') {
  const texts = readFileSync(0, 'utf8').trim().split('\n');
  const assets = texts.map((line) => JSON.parse(line));
  const bytes = assets.reduce((sum, asset) => sum + Buffer.byteLength(canonicalize(asset)), 0);
  const measure = (once) => {
    let rounds = 0;
    const start = process.cpuUsage();
    const spent = () => { const now = process.cpuUsage(start); return (now.user + now.system) / 1e6; };
    do { once(); rounds++; } while (spent() < Number(seconds));
    return { bytes: bytes * rounds, seconds: spent() };
  };
  console.log(JSON.stringify({
    parsed: measure(() => { for (const asset of assets) computeAssetId(asset); }),
    text: measure(() => { for (const line of texts) computeAssetId(JSON.parse(line)); }),
  }));
} else if (what === 'ids') {
  const out = [];
  for await (const line of createInterface({ input: process.stdin }))
    out.push(computeAssetId(JSON.parse(line)));
  console.log(out.join('\n'));
} else {
  const Ajv = require('ajv').default;
  const ajv = new Ajv({ allErrors: true, strict: false });
  const names = { Gene: 'gene', Capsule: 'capsule', EvolutionEvent: 'evolution-event' };
  const check = {};
  for (const [type, name] of Object.entries(names))
    check[type] = ajv.compile(JSON.parse(readFileSync(`${sdk}/schemas/${name}.schema.json`)));
  for await (const line of createInterface({ input: process.stdin })) {
    const errors = [];
    for (const asset of JSON.parse(line)) {
      check[asset.type](asset);
      for (const error of check[asset.type].errors ?? [])
        errors.push(`${asset.type}${error.instancePath}: ` +
                    (error.params.additionalProperty ?? error.message));
    }
    console.log(JSON.stringify(errors));
  }
}
