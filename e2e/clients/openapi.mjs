// Reads the OpenAPI document of the Admin API and says whether it is valid: its version, or what is wrong with it.
import { readFile } from 'node:fs/promises';
import SwaggerParser from '@apidevtools/swagger-parser';

const document = JSON.parse(await readFile(process.argv[2], 'utf8'));
await SwaggerParser.validate(document);
console.log(document.openapi);
