import { writeFile } from 'node:fs/promises';
import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/**
 * Writes the service's OpenAPI document from its routes and schemas. Swagger is loaded here and nowhere else: a running
 * service does without it.
 * @param amend adds what the routes' decorators do not say
 */
export async function writeOpenApi(
  app: INestApplication,
  file: string,
  info: { title: string; description: string; version: string },
  amend: (document: OpenAPIObject) => void = () => undefined,
): Promise<void> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const builder = new DocumentBuilder()
    .setTitle(info.title)
    .setDescription(info.description)
    .setVersion(info.version)
    .build();
  const document = SwaggerModule.createDocument(app, builder);
  amend(document);
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
}
