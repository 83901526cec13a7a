import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { load } from "js-yaml";

// The shell of the recipes, word for word as people copy it, against a stand-in of the API that keeps what it is sent.
const root = join(import.meta.dirname, "../..");
const mark = "<!-- order-tracing preview of dev -->";
const report = `${mark}\n\n## Tracing in \`dev\`: 100 % & "more" + umlauts: ä\n`;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "order-tracing-recipe-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a program of its own on PATH. */
function program(name: string, script: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(file, 0o755);
}

function bash(script: string, env: Record<string, string>): Promise<number> {
  const PATH = [folder, process.env["PATH"]].join(delimiter);
  return new Promise((resolve) => {
    const child = execFile("bash", ["-e", "-c", script], { cwd: folder, env: { PATH, ...env } });
    child.once("close", (code) => resolve(code ?? -1));
  });
}

interface Sent {
  method: string;
  url: string;
  token: unknown;
  body: string;
}

describe("GitLab", () => {
  const guide = readFileSync(join(root, "docs/guides/review.md"), "utf8");
  const [, recipe] = /```yaml\n(preview:[^]*?)```/.exec(guide)!;
  const { script } = (load(recipe!) as { preview: { script: string[] } }).preview;

  let server: Server;
  let sent: Sent[];
  let notes: object[];
  beforeEach(async () => {
    sent = [];
    notes = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        sent.push({ method: request.method!, url: request.url!, token: request.headers["private-token"], body });
        response.end(JSON.stringify(request.method === "GET" ? notes : {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => void server.close());

  function run(code: number): Promise<number> {
    // The preview itself has tests of its own.
    writeFileSync(join(folder, "report"), report);
    program("npm", `[ "$1" = ci ] && exit; cp report preview.md; exit ${code}`);
    return bash(script.join("\n"), {
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      CI_PROJECT_ID: "3",
      CI_MERGE_REQUEST_IID: "14",
      CI_JOB_URL: "https://gitlab.example/job/1",
      REVIEW_TOKEN: "t",
    });
  }
  const path = "/projects/3/merge_requests/14/notes";

  test("the first report is a new comment, and a refusal stays one", async () => {
    notes = [{ id: 6, body: "looks good" }];
    expect(await run(1)).toBe(1);
    expect(sent.map(({ method, token }) => [method, token])).toEqual([
      ["GET", "t"],
      ["POST", "t"],
    ]);
    expect(sent[1]!.url).toBe(path);
    expect(new URLSearchParams(sent[1]!.body).get("body")).toBe(report);
  });
  test("the next one takes its place", async () => {
    notes = [
      { id: 6, body: "looks good" },
      { id: 7, body: `${mark}\nold` },
    ];
    expect(await run(0)).toBe(0);
    expect(sent[1]).toMatchObject({ method: "PUT", url: `${path}/7` });
  });
});

describe("GitHub", () => {
  const workflow = readFileSync(join(root, ".github/workflows/preview.yml"), "utf8");
  interface Job {
    steps: { name?: string; run?: string }[];
  }
  const { jobs } = load(workflow) as { jobs: { preview: Job } };
  const { run } = jobs.preview.steps.find(({ name }) => name?.startsWith("Post it"))!;

  async function post(comments: object[]): Promise<string[]> {
    writeFileSync(join(folder, "preview.md"), report);
    writeFileSync(join(folder, "comments"), JSON.stringify(comments));
    // Lists with the expression that it is given, as `gh api --jq` does, and keeps what else it is asked for.
    program("gh", `if [ "$2" = --paginate ]; then jq --raw-output "$5" comments; else printf '%s\\n' "$@" > asked; fi`);
    const env = { COMMENTS: "repos/company/tracing/issues/14/comments", GITHUB_REPOSITORY: "company/tracing" };
    expect(await bash(run!, env)).toBe(0);
    return readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
  }

  test("the first report is a new comment", async () =>
    expect(await post([{ id: 6, body: "looks\ngood" }])).toEqual([
      ...[
        "api",
        "--silent",
        "--method",
        "POST",
        "repos/company/tracing/issues/14/comments",
        "--field",
        "body=@preview.md",
      ],
    ]));
  test("the next one takes its place", async () =>
    expect(await post([{ id: 7, body: `${mark}\nold "one"` }])).toContain("repos/company/tracing/issues/comments/7"));
});
