// Holds requests and answers against GitHub's own description of its API.
//
// Standard input: one exchange a line, {method, target, body, status, answer}. Standard output: one
// complaint a line, {line, what}. Arguments: the folder with node_modules, the description in it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const folder = process.argv[2];
const load = createRequire(`${folder}/package.json`);
const Ajv = load("ajv").default;
const addFormats = load("ajv-formats").default;
const { validate: validateQuery } = await import(
  `${folder}/node_modules/@octokit/graphql-schema/index.js`
);

const api = JSON.parse(readFileSync(`${folder}/${process.argv[3]}`, "utf8"));

// OpenAPI 3.0 says `nullable`, JSON Schema says type null.
function asJsonSchema(value) {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (value === null || typeof value !== "object") return value;
  const out = {};
  for (const [key, item] of Object.entries(value)) {
    if (["example", "examples", "nullable", "discriminator", "externalDocs", "deprecated"].includes(key)
        && !(key in (value.properties ?? {}))) continue;
    out[key] = key === "$ref" && typeof item === "string" ? item.replace("#/components/schemas/", "github#/definitions/") : asJsonSchema(item);
  }
  return value.nullable === true ? { anyOf: [out, { type: "null" }] } : out;
}

const definitions = {};
for (const [name, schema] of Object.entries(api.components.schemas)) definitions[name] = asJsonSchema(schema);
const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true, coerceTypes: false });
addFormats(ajv);
ajv.addSchema({ $id: "github", definitions });
const compiled = new Map();
function check(schema, value, coerce) {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) compiled.set(key, ajv.compile(asJsonSchema(schema)));
  const good = compiled.get(key);
  if (good(value)) return null;
  const worst = good.errors[0];
  return `${worst.instancePath || "it"} ${worst.message} ${JSON.stringify(worst.params)}`;
}

const followed = (part, kind) => part.$ref ? api.components[kind][part.$ref.split("/").at(-1)] : part;

// Parts that hold slashes: paths, refs, branches, what is compared.
const kLong = new Set(["path", "ref", "branch", "basehead", "tree_sha"]);
const routes = Object.keys(api.paths).map((template) => {
  const parts = template.split("/").map((part) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (!name) return part.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    return kLong.has(name) ? ".+" : "[^/]+";
  });
  return { template, pattern: new RegExp(`^${parts.join("/")}$`), literal: template.replace(/\{[^}]+\}/g, "").length };
});
const route = (path) => routes.filter((one) => one.pattern.test(path)).sort((a, b) => b.literal - a.literal)[0];

function asTyped(text, schema) {
  if (schema.type === "integer" || schema.type === "number") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (schema.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}

function* complaints({ method, target, body, status, answer }) {
  const [path, query] = target.split("?");
  if (path === "/graphql") {
    for (const error of validateQuery(JSON.parse(body).query)) yield `graphql: ${error.message}`;
    return;
  }
  const found = route(path.replace(/^\/repositories\/\d+/, "/repos/octo/shop"));
  if (!found) return yield `there is no path ${path}`;
  const operation = api.paths[found.template][method.toLowerCase()];
  if (!operation) return yield `${found.template} has no ${method}`;

  const parameters = [...(api.paths[found.template].parameters ?? []), ...(operation.parameters ?? [])]
    .map((one) => followed(one, "parameters"));
  const given = new URLSearchParams(query ?? "");
  for (const [name, text] of given) {
    const known = parameters.find((one) => one.in === "query" && one.name === name);
    if (!known) { yield `the query of ${found.template} has no ${name}`; continue; }
    const wrong = check(known.schema, asTyped(text, known.schema));
    if (wrong) yield `query ${name}=${text}: ${wrong}`;
  }
  for (const one of parameters)
    if (one.in === "query" && one.required && !given.has(one.name)) yield `the query lacks ${one.name}`;

  const wanted = operation.requestBody && followed(operation.requestBody, "requestBodies").content?.["application/json"]?.schema;
  if (body && !wanted) yield `${method} ${found.template} takes no body`;
  if (wanted && (body || operation.requestBody.required)) {
    const json = JSON.parse(body || "null");
    const wrong = check(wanted, json);
    if (wrong) yield `body of ${method} ${found.template}: ${wrong}`;
    const shape = wanted.$ref ? api.components.schemas[wanted.$ref.split("/").at(-1)] : wanted;
    for (const key of Object.keys(json ?? {}))
      if (shape.properties && !(key in shape.properties)) yield `body of ${method} ${found.template}: unknown key ${key}`;
  }

  const promised = operation.responses[status] && followed(operation.responses[status], "responses");
  if (!promised) {
    if (status < 400 && status !== 304) yield `${method} ${found.template} never answers ${status}`;
    return;
  }
  const schema = promised.content?.["application/json"]?.schema;
  if (schema && answer !== null && typeof answer === "object") {
    const wrong = check(schema, answer);
    if (wrong) yield `answer ${status} of ${method} ${found.template}: ${wrong}`;
  }
}

let line = 0;
for await (const text of createInterface({ input: process.stdin })) {
  ++line;
  for (const what of complaints(JSON.parse(text))) console.log(JSON.stringify({ line, what }));
}
