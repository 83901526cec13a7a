import type { KubernetesObject, V1Container, V1DeploymentSpec, V1PodSpec } from "@kubernetes/client-node";
import type { Runtime } from "../../../config/model.ts";

/** A kind of company: what its Deployment is like, and what the check has to say of it. */
export interface Case {
  /** Short, unique: names of the service and of its namespace are made from it. */
  readonly id: string;
  readonly title: string;
  readonly runtime?: Runtime;
  /** What the Deployment has beside what most have. */
  readonly container?: Partial<V1Container>;
  readonly pod?: Partial<V1PodSpec>;
  readonly spec?: Partial<V1DeploymentSpec>;
  /** Other kinds of object instead of the Deployment. */
  readonly kind?: "StatefulSet";
  /** What else stands in the namespace. */
  readonly beside?: (namespace: string) => readonly KubernetesObject[];
  /** Settings of the service with which the check is asked first. */
  readonly settings?: object;
  /** What the check must say, as a stop. Absent: it must find nothing, and the patch must work. */
  readonly stops?: RegExp;
  /** The way out that the message names: with it the check must find nothing, and the patch must work. */
  readonly wayOut?: { readonly settings?: object; readonly sizes?: object };
  /** Applied against the check's advice, the patch breaks the application, is taken back, and this is the reason. */
  readonly breaks?: RegExp;
  /** What the application must have found when it started, in its log. */
  readonly log?: RegExp;
}
