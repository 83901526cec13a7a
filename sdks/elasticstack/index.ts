export * from "./indices.ts";
export * from "./provider.ts";
export * from "./security.ts";
export * from "./snapshots.ts";
export * from "./templates.ts";
