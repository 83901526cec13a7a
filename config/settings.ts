import { z } from "zod";
import { imageParts } from "../lib/image-name.ts";
import { contradictions } from "./contradictions.ts";
import { explain } from "./explain.ts";
import type { Catalogue } from "./model.ts";
import { access } from "./settings/access.ts";
import { cluster } from "./settings/cluster.ts";
import { elasticsearch } from "./settings/elasticsearch.ts";
import { engine } from "./settings/engine.ts";
import { expected, survive } from "./settings/expected.ts";
import { frontEnds } from "./settings/front-ends.ts";
import { images } from "./settings/images.ts";
import { monitoring } from "./settings/monitoring.ts";
import { objects } from "./settings/objects.ts";
import { pods } from "./settings/pods.ts";
import { privacy } from "./settings/privacy.ts";
import { proof } from "./settings/proof.ts";
import { replicas } from "./settings/replicas.ts";
import { review } from "./settings/review.ts";
import { sampling } from "./settings/sampling.ts";
import { services } from "./settings/services.ts";
import { sizes } from "./settings/sizes.ts";
import { stores } from "./settings/stores.ts";
import { vault } from "./settings/vault.ts";
import { SettingsError } from "./settings-error.ts";
import { fromText } from "./text-forms.ts";
import { filePath } from "./text-types.ts";
import { images as pinned, type ImageName } from "./versions.ts";

export { project } from "./project.ts";

/** The company's own landscape, see `config/catalogue.ts`. */
export const companyCatalogue = "config/catalogue.ts";

/**
 * Everything that a stack may set. Keys of `Pulumi.<stack>.yaml`, without the project's prefix. Each is described here and
 * nowhere else: messages, `docs/settings.md` and what editors know of the stack files are made of it.
 *
 * @param catalogue the landscape whose services and edges the settings may name.
 */
export function settingsSchema(catalogue: Catalogue) {
  const serviceIds = Object.keys(catalogue.services).sort();
  return z.strictObject({
    catalogueFile: filePath.default(companyCatalogue).meta({
      description: "File with the landscape, absolute or from the project's root.",
      examples: [companyCatalogue],
    }),
    access: access(catalogue.groups),
    cluster,
    vault,
    elasticsearch,
    retentionDays: z
      .number()
      .int()
      .min(1)
      .max(365)
      .meta({
        description: "How long traces are kept.",
        unit: "days",
        examples: [14],
      }),
    sampling: sampling(serviceIds),
    expected: expected(serviceIds),
    survive,
    services: services(serviceIds),
    stores: stores(Object.keys(catalogue.stores).sort()),
    frontEnds: frontEnds(Object.keys(catalogue.frontends).sort()),
    privacy,
    replicas,
    sizes,
    proof: proof(catalogue.edges),
    monitoring: monitoring(serviceIds),
    images,
    objects,
    pods,
    engine,
    review,
  });
}

/** The keys of a stack's settings, whatever its landscape. */
export const settingNames: readonly string[] = Object.keys(
  settingsSchema({ groups: [], frontends: {}, services: {}, stores: {}, edges: [] }).shape,
).sort();

/** The settings of one stack: checked, with defaults. */
export type Settings = z.infer<ReturnType<typeof settingsSchema>>;

/**
 * Checks the settings of a stack.
 *
 * @param catalogue the landscape that the stack is about.
 * @param stack name of the stack, for messages.
 * @param raw values by key, without the project's prefix, as the engine or `Pulumi.<stack>.yaml` gives them: text forms
 *   count as what they stand for, and emptied blocks as absent.
 * @throws SettingsError naming all that is wrong at once.
 */
export function parseSettings(catalogue: Catalogue, stack: string, raw: Record<string, unknown>): Settings {
  const schema = settingsSchema(catalogue);
  const values = fromText(schema, raw);
  const result = schema.safeParse(values);
  const problems = result.success
    ? contradictions(catalogue, schema, result.data)
    : result.error.issues.flatMap((issue) => explain(issue, schema, values));
  if (result.success && problems.length === 0) return result.data;
  throw new SettingsError(
    [`Pulumi.${stack}.yaml: ${problems.length} setting(s) cannot be used.`, ...problems].join("\n\n"),
  );
}

/** The image to deploy: the pinned one or the stack's own, from the mirror of its registry or of all, if there is one. */
export function imageOf(settings: Pick<Settings, "images">, name: ImageName): string {
  const { overrides, registries, registry } = settings.images;
  const image = overrides[name] ?? pinned[name];
  const { registry: upstream, path } = imageParts(image);
  const mirror = registries[upstream];
  if (mirror !== undefined) return `${mirror}/${path}`;
  return registry ? `${registry}/${image}` : image;
}
