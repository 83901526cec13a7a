import type { KubernetesObject, V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { Runtime, WorkloadKind } from "../../../config/model.ts";

/** A kind of company: what its workload is like, and what the check has to say of it. */
export interface Case {
  /** Short, unique: names of the service and of its namespace are made from it. */
  readonly id: string;
  readonly title: string;
  readonly runtime?: Runtime;
  /** What the workload has beside what most have. */
  readonly container?: Partial<V1Container>;
  readonly pod?: Partial<V1PodSpec>;
  readonly spec?: object;
  /** What makes its pods. Default: a Deployment. */
  readonly kind?: WorkloadKind;
  /** What else stands in the namespace. */
  readonly beside?: (namespace: string) => readonly KubernetesObject[];
  /** Settings of the service with which the check is asked first. */
  readonly settings?: object;
  /** What the check must say, as a stop. Absent: it must find nothing, and the patch must work. */
  readonly stops?: RegExp;
  /** What the check must say that it could not look at: beside `breaks`, since the patch may fail by it. */
  readonly unread?: RegExp;
  /** What the check must say, as a note: the patch works all the same. */
  readonly notes?: RegExp;
  /** The patch waits for somebody, with this reason; when the pods were deleted, it must work. */
  readonly held?: RegExp;
  /** The way out that the message names: with it the check must find nothing, and the patch must work. */
  readonly wayOut?: { readonly settings?: object; readonly sizes?: object };
  /** Applied against the check's advice, the patch breaks the application, is taken back, and this is the reason. */
  readonly breaks?: RegExp;
  /** What the application must have found when it started, in its log. */
  readonly log?: RegExp;
}
