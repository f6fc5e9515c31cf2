// What the vendors' packages say, one JSON object a line in, one out:
//   {"do":"valid", "schema": NAME, "value"} → {"error": null or a text}
//   {"do":"frame", "headers", "payload"} → {"bytes": base64}
//   {"do":"sign", "url", "headers", "body", "now", "token"?} → {"authorization"}
//   {"do":"count", "text"} → {"tokens": {tokenizer: count}}
import fs from 'node:fs';
import readline from 'node:readline';
import { createHash, createHmac } from 'node:crypto';

const answers = {
  async valid({ schema, value }) {
    validators[schema] ??= await compile(schema);
    const check = validators[schema];
    if (check(value)) return { error: null };
    const deepest = [...check.errors].sort((a, b) => b.instancePath.length - a.instancePath.length)[0];
    return { error: `${deepest.instancePath} ${deepest.message} ${JSON.stringify(deepest.params)}` };
  },

  async frame({ headers, payload }) {
    const { EventStreamCodec } = await import('@smithy/core/event-streams');
    const codec = new EventStreamCodec((bytes) => Buffer.from(bytes).toString(), (text) => Buffer.from(text));
    const typed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }]));
    return { bytes: Buffer.from(codec.encode({ headers: typed, body: Buffer.from(payload) })).toString('base64') };
  },

  async sign({ url, headers, body, now, token }) {
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const at = new URL(url);
    const signer = new SignatureV4({
      service: 'bedrock', region: 'eu-central-1', sha256: Sha256, applyChecksum: false,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: token || undefined },
    });
    const signed = await signer.sign(
      { method: 'POST', protocol: at.protocol, hostname: at.hostname, path: at.pathname, query: {}, headers: { ...headers, host: at.host }, body },
      { signingDate: new Date(now) });
    return { authorization: signed.headers.authorization };
  },

  async count({ text }) {
    const { countTokens } = await import('@anthropic-ai/tokenizer');
    const cl100k = await import('gpt-tokenizer/encoding/cl100k_base');
    const o200k = await import('gpt-tokenizer/encoding/o200k_base');
    return { tokens: { claude: countTokens(text), cl100k: cl100k.encode(text).length, o200k: o200k.encode(text).length } };
  },
};

const validators = {};
async function compile(name) {
  const { default: Ajv } = await import('ajv');
  const schema = JSON.parse(fs.readFileSync(`${name}.json`, 'utf8'));
  return new Ajv({ strict: false, allowUnionTypes: true }).compile(schema);
}

class Sha256 {
  constructor(secret) { this.hash = secret ? createHmac('sha256', secret) : createHash('sha256'); }
  update(data) { this.hash.update(data); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer;
  try { answer = await answers[order.do](order); } catch (error) { answer = { failed: String(error.stack ?? error) }; }
  console.log(JSON.stringify(answer));
}
