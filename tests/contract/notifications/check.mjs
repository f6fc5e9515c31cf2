// Holds bodies against what vendors publish. Standard input: {vendor, body} a line. Standard output:
// {line, what} for each complaint. Argument: the folder with node_modules.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const folder = process.argv[2];
const load = createRequire(`${folder}/package.json`);
const Ajv = load("ajv").default;
const AdaptiveCards = load("adaptivecards/dist/adaptivecards.js");

function schemaOf(file, options = {}) {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  const schema = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
  delete schema.$schema;
  return ajv.compile(options.ref ? { ...schema, $ref: options.ref } : schema);
}

const slackBlock = schemaOf("slack-blocks.json");
const document = schemaOf("adf.json");
const first = (check) => {
  const e = check.errors.at(-1);
  return `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`;
};

const checks = {
  slack(body) {
    if (typeof body.text !== "string" || !body.text) return "text is missing";
    for (const block of body.blocks)
      if (!slackBlock(block)) return `block ${block.type}: ${first(slackBlock)}`;
  },
  adf: (body) => (document(body) ? undefined : first(document)),
  // The vendor's own parser: it knows every element, property and allowed value.
  teams(body) {
    const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_4);
    const card = new AdaptiveCards.AdaptiveCard();
    card.parse(body, context);
    if (context.eventCount) return context.getEventAt(0).message;
    const found = card.validateProperties().validationEvents;
    if (found.length) return found[0].message;
    if (card.getItemCount() !== body.body.length) return "elements were dropped";
  },
};

let line = 0;
for await (const text of createInterface({ input: process.stdin })) {
  line += 1;
  const { vendor, body } = JSON.parse(text);
  const what = checks[vendor]?.(body);
  if (what) console.log(JSON.stringify({ line, what: `${vendor}: ${what}` }));
}
