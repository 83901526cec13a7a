/**
 * Plans are plain data. The SDKs, which only the components beside them use, take seconds to load: import this file
 * before anything of `components/`.
 */
jest.mock("@pulumi/kubernetes", () => ({}));
jest.mock("@pulumi/vault", () => ({}));
jest.mock("@pulumi/pulumi", () => ({ ComponentResource: class {} }));
