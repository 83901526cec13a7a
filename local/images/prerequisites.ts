import { execa } from "execa";
import { goProblem } from "../toolchain/index.ts";
import { goModules } from "./definitions/programs.ts";

/** Oldest Java that the services are written for. */
const oldestJava = 17;

/**
 * What stands in the way of making the images, each problem with its remedy; empty when nothing does. A program that is
 * missing and that a Debian package brings is none. Changes nothing.
 */
export async function checkImagePrerequisites(): Promise<string[]> {
  const problems: string[] = [];
  for (const module of goModules) {
    const problem = await goProblem(module);
    if (problem) {
      problems.push(problem);
      // A Go that is missing or too old is so for all of them.
      break;
    }
  }
  return [...problems, ...(await javaProblems())];
}

async function javaProblems(): Promise<string[]> {
  const remedy = `install a JDK ${oldestJava} or later and put it first on PATH and into JAVA_HOME`;
  const asked = await Promise.all([
    execa("mvn", ["-version"], { reject: false }),
    execa("javac", ["-version"], { reject: false }),
  ]);
  return asked.flatMap(({ code, failed, stdout, stderr, command }) => {
    if (code === "ENOENT") return [];
    const says = failed ? `fails: ${stderr}` : `says: ${stdout.split("\n").find((line) => /java/i.test(line))}`;
    // "Java version: 17.0.15, vendor: …" and "javac 17.0.15"; Java 8 calls itself 1.8.
    const major = /\bjava(?: version:|c) (?:1\.)?(\d+)/i.exec(stdout)?.[1];
    return !failed && Number(major) >= oldestJava ? [] : [`"${command}" ${says}: ${remedy}`];
  });
}
