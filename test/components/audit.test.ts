import "../support/without-sdks.ts";
import { load } from "js-yaml";
import { auditConfig, auditFields, auditOperators } from "../../components/access/audit-config.ts";
import { auditTrail } from "../../components/access/audit.ts";
import { signInOptions } from "../../components/access/sign-in.ts";
import { jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { podTemplate } from "../../components/kubernetes/workload-plan.ts";
import { context, views } from "../support/context.ts";
import { keysOf, loose, type Loose } from "../support/loose.ts";

describe("who read what", () => {
  const config = loose(auditConfig(context, "shop", "/etc/jaeger"));

  test.each(views)(
    "the proxy of %s writes where the collector beside it reads, and both see the same folder",
    (view) => {
      const { logging_filename: file } = signInOptions(context, view, "/etc/jaeger");
      expect(file).toBe("/var/log/audit/requests.log");
      expect(config.receivers.filelog).toMatchObject({ include: ["/var/log/audit/*.log"], start_at: "beginning" });
      const { spec } = podTemplate(context, jaegerQueryPlan(context, view));
      const mounts = [...spec.initContainers, ...spec.containers].filter(({ volumeMounts }) =>
        (volumeMounts as Loose[]).some(({ name }) => name === "audit"),
      );
      expect(mounts.map(({ name }) => name)).toEqual(["audit", "oauth2-proxy"]);
      // Not in memory: a container that is killed for its memory must not take the records with it.
      expect(spec.volumes).toContainEqual({ name: "audit", emptyDir: { sizeLimit: "104Mi" } });
    },
  );

  test("the collector is there before the proxy, and after it", () => {
    const { initContainers } = podTemplate(context, jaegerQueryPlan(context, "shop")).spec;
    expect(initContainers.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ["vault-agent-init", undefined],
      ["audit", "Always"],
      ["vault-agent", "Always"],
    ]);
    // No pod shows traces whose reader nobody could store.
    expect(initContainers[1]).toMatchObject({ readinessProbe: { httpGet: { port: 13134 } } });
  });

  test("what is not stored yet stays in the file: no queue that a crash would empty, and no end of trying", () => {
    const { filelog } = config.receivers;
    const { elasticsearch } = config.exporters;
    expect(elasticsearch.sending_queue).toEqual({ enabled: false });
    expect(filelog.retry_on_failure).toMatchObject({ enabled: true, max_elapsed_time: "0s" });
    expect(filelog.storage).toBe("file_storage/offsets");
    expect(auditTrail(context, "shop", "/etc/jaeger").container.args).toContain(
      "--feature-gates=stanza.synchronousLogEmitter",
    );
    // A line that the proxy has not finished is no record.
    expect(filelog.force_flush_period).toBe("0s");
  });

  test("writes as its own user, over TLS, with no password in its configuration", () => {
    const { files, config: written } = auditTrail(context, "shop", "/etc/jaeger");
    expect(load(written["audit.yaml"]!)).toEqual(JSON.parse(JSON.stringify(config)));
    expect(config.exporters.elasticsearch).toMatchObject({
      endpoints: ["https://elasticsearch.tracing.svc:9200"],
      logs_index: "test-tracing-audit-write",
      tls: { ca_file: "/etc/jaeger/elasticsearch-ca.crt", min_version: "1.3" },
    });
    expect(keysOf(config).filter((key) => /user|password|api_key/.test(key))).toEqual([]);
    expect(files).toHaveLength(1);
    expect(loose(files[0]).reads).toEqual(
      ["a", "b"].map((one) => `tracing-test-database/static-creds/test-tracing-audit-writer-${one}`),
    );
    expect(loose(files[0]).contents).toContain('printf "%s:%s" $account.username $account.password | base64Encode');
  });

  test("stores known fields alone, and no query", () => {
    const operators = auditOperators(["support"]).map(loose);
    expect(operators.at(-1)).toMatchObject({ type: "retain", fields: auditFields.map((field) => `body.${field}`) });
    for (const field of ["uri", "message", "upstream"]) expect(auditFields).not.toContain(field);
    const ids = operators.map(({ id }) => String(id));
    expect(ids.indexOf("query")).toBeGreaterThan(ids.indexOf("order"));
    expect(ids.indexOf("query")).toBeLessThan(ids.indexOf("fields"));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
