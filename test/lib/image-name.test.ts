import { atLeast, imageParts, imageVersion, listedName } from "../../lib/image-name.ts";

const digest = `sha256:${"0".repeat(64)}`;

test.each([
  ["jaeger:1", "docker.io", "library/jaeger", "1"],
  ["jaegertracing/jaeger:2.19.0", "docker.io", "jaegertracing/jaeger", "2.19.0"],
  ["mirror.example:5000/a/b:1", "mirror.example:5000", "a/b", "1"],
  ["localhost/a:1", "localhost", "a", "1"],
  [`ghcr.io/a/b:1@${digest}`, "ghcr.io", "a/b", digest],
])("%s", (image, registry, repository, reference) =>
  expect(imageParts(image)).toMatchObject({ registry, repository, reference }),
);

test("nodes list an image with its registry, and one of a digest by that", () => {
  expect(listedName("jaegertracing/jaeger:2.19.0")).toBe("docker.io/jaegertracing/jaeger:2.19.0");
  expect(listedName("docker.io/jaegertracing/jaeger:2.19.0")).toBe("docker.io/jaegertracing/jaeger:2.19.0");
  expect(listedName(`ghcr.io/a/b:1@${digest}`)).toBe(`ghcr.io/a/b@${digest}`);
});

test.each([
  ["jaegertracing/jaeger:2.19.0", [2, 19, 0]],
  ["mirror.example:5000/a/jaeger:v2.20.1-rc1", [2, 20, 1]],
  [`a/b:2.9@${digest}`, [2, 9]],
  ["a/b:latest", undefined],
  [`mirror.example:5000/a/b@${digest}`, undefined],
])("the version of %s", (image, version) => expect(imageVersion(image)).toEqual(version));

test.each([
  [[2, 19, 0], [2, 20], false],
  [[2, 20, 0], [2, 20], true],
  [[2, 9], [2, 19], false],
  [[3], [2, 20], true],
  [[2], [2, 0, 0], true],
])("%j is at least %j: %s", (version, least, is) => expect(atLeast(version, least)).toBe(is));
