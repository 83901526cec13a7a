// The engine loads `main` through ts-node, which is not to see any TypeScript: from here on Node itself strips the types.
import "./pack.ts";
