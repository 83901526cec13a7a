import { z } from "zod";

/** A TCP port; the rest of its meaning is the setting's own. */
export const port = z.number().int().min(1).max(65_535);
