// JSON Schemas of the types named, out of shapes.ts: one file a type. node schemas.mjs TYPE…
// The types are read once for all of them, which is most of the work.
import { writeFileSync } from 'node:fs';
import { createGenerator } from 'ts-json-schema-generator';

const generator = createGenerator({ path: 'shapes.ts', tsconfig: 'tsconfig.json', skipTypeCheck: true });
for (const type of process.argv.slice(2))
  writeFileSync(type + '.json', JSON.stringify(generator.createSchema(type), null, 2));
